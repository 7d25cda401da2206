"""The journal holds what a real InfluxDB held, row by row, however often the way was cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.columns import Quality
from collector.bulk import ImportFailed, Intake, RefusedRows, influx, keys_of
from collector.bulk.influx import InfluxDone, InfluxImport
from collector.bulk.influxclient import Answer, InfluxQueries, InfluxServer, TooLong
from collector.bulk.influxlook import found_series, listing, suggested_map
from collector.bulk.influxmap import InfluxMap, load_influx_map
from registry.tomlfile import read_toml
from storage import Store, StoreError
from tests.collector.bulk.fakeinflux import BadLine
from tests.collector.bulk.works import NOW_MS, T0_MS, registry, rows_of
from tests.influx import ORG, TOKEN, Influx

pytestmark = pytest.mark.server

MINUTE_MS = 60_000
ROWS = 600

MAP = """
[[series]]
measurement = "energy meters"
field = "kwh"
where = { tag = "E-01" }
point = "works/el.in"
[[series]]
measurement = "energy meters"
field = "kwh"
where = { tag = "E\\"02'" }
point = "works/hall"
unit = "MWh"
[[series]]
measurement = "gas"
field = "on"
point = "works/gas.t"
merge = true
"""


@pytest.fixture(name="server", scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    """Two meters a minute apart, one with a gap of a year; a switch whose tag changed; text and whole numbers."""
    lines = [f"energy\\ meters,tag=E-01 kwh={100 + n / 4!r} {T0_MS + n * MINUTE_MS}" for n in range(ROWS)]
    late_ms = T0_MS + 365 * 86_400_000
    lines += [f"energy\\ meters,tag=E\"02' kwh={n}i {late_ms + n * MINUTE_MS}" for n in range(ROWS)]
    lines += [f"gas,fw=1 on=true {T0_MS}", f"gas,fw=2 on=false {T0_MS + 1}", f'notes text="x" {T0_MS}']
    with Influx(tmp_path_factory.mktemp("influx")) as server:
        server.write(lines)
        yield server


def _direct(server: Influx) -> InfluxServer:
    return InfluxServer(server.query_url, server.bucket, token=server.query_token)


EXPECTED = [
    *[("el.in", T0_MS + n * MINUTE_MS, 100 + n / 4) for n in range(ROWS)],
    *[("hall", T0_MS + 365 * 86_400_000 + n * MINUTE_MS, 1000.0 * n) for n in range(ROWS)],
    ("gas.t", T0_MS, 1.0),
    ("gas.t", T0_MS + 1, 0.0),
]


class _Works:
    """A journal that is filled from a server."""

    def __init__(self, folder: Path, queries: InfluxQueries, toml: str = MAP) -> None:
        self.folder, self.queries, self.toml = folder, queries, toml
        self.nouns, self.refused = registry(folder), RefusedRows()

    def run(self, store: Store, from_ms: int | None = None, to_ms: int = NOW_MS, *, again: bool = False) -> InfluxDone:
        path = self.folder / "map.toml"
        path.write_text(self.toml, encoding="utf-8")
        intake = Intake(store, keys_of(self.nouns), lambda: NOW_MS)
        importer = InfluxImport(self.queries, load_influx_map(path, self.nouns), intake, self.refused)
        return importer.run(from_ms, to_ms, again=again)

    def rows(self, store: Store) -> list[tuple[str, int, float]]:
        found = rows_of(store, self.nouns)
        assert {flag for *_, flag in found} <= {int(Quality.IMPORTED)}
        return [(name, at, value) for name, at, value, _ in found]


@pytest.mark.parametrize("version", [1, 2])
def test_the_journal_equals_the_database(tmp_path: Path, server: Influx, version: int) -> None:
    who = _direct(server) if version == 1 else InfluxServer(server.url, server.bucket, token=TOKEN, org=ORG)
    works = _Works(tmp_path, InfluxQueries(who))
    with Store.open(tmp_path / "data") as store:
        done = works.run(store)
        assert works.rows(store) == EXPECTED
        assert done.tally.kept == done.tally.rows == len(EXPECTED)
        # A year of silence takes few windows.
        assert done.windows < 20
        assert "nothing new: an earlier run read up to 2020-01-01" in str(works.run(store))
        again = works.run(store, again=True)
        assert (again.tally.kept, again.tally.already) == (0, len(EXPECTED))


def test_dense_windows_end_where_the_answer_did(
    tmp_path: Path, server: Influx, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = _Shy(_direct(server))
    works = _Works(tmp_path, queries)
    with Store.open(tmp_path / "data") as store:
        monkeypatch.setattr(influx, "MOST_ROWS", 0)
        monkeypatch.setattr(influx, "_FIRST_MS", 400 * 86_400_000)
        works.run(store)
        assert works.rows(store) == EXPECTED
    assert queries.cut > 0


class _Shy(InfluxQueries):
    """Answers with 37 values a series at most, as a server with max-row-limit, and leaves out what follows a cut."""

    cut = 0

    def ask(self, statements: Sequence[str]) -> list[Answer | None]:
        answers = super().ask(statements)
        for at, answer in enumerate(answers):
            for series in answer or []:
                if len(series["values"]) > 37:
                    series["values"], series["partial"] = series["values"][:37], True
                    self.cut += 1
                    return [*answers[: at + 1], *[None] * (len(answers) - at - 1)]
        return answers


def test_a_line_that_breaks_every_other_answer_loses_nothing(
    tmp_path: Path, server: Influx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(influx, "WINDOW_ROWS", 50)
    line = BadLine(server.query_url)
    waits: list[float] = []
    try:
        works = _Works(tmp_path, InfluxQueries(replace(_direct(server), url=line.url), wait=waits.append))
        with Store.open(tmp_path / "data") as store:
            works.run(store)
            assert works.rows(store) == EXPECTED
    finally:
        line.stop()
    assert len(waits) == line.faults > 10


def test_a_query_that_takes_too_long_is_asked_for_less(tmp_path: Path, server: Influx) -> None:
    works = _Works(tmp_path, _Slow(_direct(server)))
    with Store.open(tmp_path / "data") as store:
        works.run(store, T0_MS, T0_MS + ROWS * MINUTE_MS)
        assert works.rows(store) == [row for row in EXPECTED if row[1] < T0_MS + ROWS * MINUTE_MS]


class _Slow(InfluxQueries):
    """Gives up what answers with more than 100 values."""

    def ask(self, statements: Sequence[str]) -> list[Answer | None]:
        answers = super().ask(statements)
        if any(len(series["values"]) > 100 for answer in answers for series in answer or []):
            raise TooLong("query-timeout limit exceeded")
        return answers


@pytest.mark.parametrize("ends_at", [1, 2, 3])
def test_a_run_that_ended_is_gone_on_with(tmp_path: Path, server: Influx, ends_at: int) -> None:
    works = _Works(tmp_path, InfluxQueries(_direct(server)))
    with Store.open(tmp_path / "data") as store:
        works_append, left = store.append, [ends_at]

        def failing(*arguments: object, **more: object) -> int:
            left[0] -= 1
            if left[0] <= 0:
                raise StoreError("killed")
            return works_append(*arguments, **more)  # type: ignore[arg-type]

        store.append = failing  # type: ignore[method-assign]
        with pytest.raises(StoreError, match="killed"):
            works.run(store)
        before = len(works.rows(store))
        store.append = works_append  # type: ignore[method-assign]
        done = works.run(store)
        assert works.rows(store) == EXPECTED
        assert (done.tally.already, done.tally.kept) == (0, len(EXPECTED))
        assert before < len(EXPECTED)
        assert (done.from_ms > T0_MS) == (before > 0)


def test_only_the_time_that_was_asked_for_is_read(tmp_path: Path, server: Influx) -> None:
    works = _Works(tmp_path, InfluxQueries(_direct(server)))
    from_ms, to_ms = T0_MS + 10 * MINUTE_MS, T0_MS + 20 * MINUTE_MS
    with Store.open(tmp_path / "data") as store:
        done = works.run(store, from_ms, to_ms)
        assert works.rows(store) == EXPECTED[10:20]
        assert done.silent == ["energy meters,tag=E\"02' kwh", "gas on"]


def test_series_that_are_not_told_apart_are_refused(tmp_path: Path, server: Influx) -> None:
    works = _Works(tmp_path, InfluxQueries(_direct(server)), MAP.replace("merge = true", ""))
    with (
        Store.open(tmp_path / "data") as store,
        pytest.raises(ImportFailed, match=r"2 series have these tags \(fw=1; fw=2"),
    ):
        works.run(store)


def test_values_that_are_no_numbers_are_refused_one_by_one(tmp_path: Path, server: Influx) -> None:
    toml = '[[series]]\nmeasurement = "notes"\nfield = "text"\npoint = "works/hall"\n'
    works = _Works(tmp_path, InfluxQueries(_direct(server)), toml)
    with Store.open(tmp_path / "data") as store:
        assert works.run(store).tally.refused == 1
    assert works.refused.listed[0][1].reason == "notes text: not a number: 'x'; wanted a number such as 231.5"


def test_a_map_without_any_value_is_told(tmp_path: Path, server: Influx) -> None:
    toml = '[[series]]\nmeasurement = "nix"\nfield = "v"\npoint = "works/hall"\n'
    works = _Works(tmp_path, InfluxQueries(_direct(server)), toml)
    with Store.open(tmp_path / "data") as store, pytest.raises(ImportFailed, match="no series of the map has a value"):
        works.run(store)


def test_what_is_there_is_listed_and_suggested(tmp_path: Path, server: Influx) -> None:
    found = found_series(InfluxQueries(_direct(server)))
    assert [row[:4] for row in listing(found)] == [
        ("energy meters", "tag=E\"02'", "kwh", str(ROWS - 1)),
        ("energy meters", "tag=E-01", "kwh", str(100 + (ROWS - 1) / 4)),
        ("gas", "fw=1", "on", "True"),
        ("gas", "fw=2", "on", "False"),
        ("notes", "", "text", "x"),
    ]
    path = tmp_path / "suggested.toml"
    path.write_text(suggested_map(found, registry(tmp_path)), encoding="utf-8")
    told = InfluxMap.model_validate(read_toml(path, []))
    assert [(one.measurement, one.point) for one in told.series] == [("gas", "works/gas.t")]
    assert "# no series looks like works/el.in" in path.read_text(encoding="utf-8")
    assert "# not used: energy meters tag=E-01 kwh" in path.read_text(encoding="utf-8")
