"""Files of readings come into the journal: each row kept, known already, or refused with its reason."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.columns import Quality
from collector.bulk import FileMap, ImportFailed, Intake, RefusedRows, import_file, keys_of, textfile
from registry import ConfigError
from storage import Store, StoreError
from tests.collector.bulk.works import NOW_MS, T0_MS, import_path, import_text, registry, rows_of

IMPORTED = int(Quality.IMPORTED)
QUARTER_MS = 900_000


def _long(rows: int, start: float = 100.0) -> str:
    """A steady register, a row a quarter from midnight in Shanghai on."""
    begin = datetime.fromtimestamp(T0_MS / 1000, UTC)
    lines = [f"{(begin + timedelta(minutes=15 * n)).isoformat()},works/el.in,{start + n / 4}\n" for n in range(rows)]
    return "time,point,value\n" + "".join(lines)


def test_the_default_is_long_with_full_ids_and_offsets(tmp_path: Path) -> None:
    done = import_text(
        tmp_path,
        "time,point,value,flag\n"
        "2018-09-01T00:00:00+08:00,works/el.in,100.25,\n"
        "2018-08-31T16:15:00Z,works/el.in,100.5,bad\n"
        "2018-09-01 00:30:00.500+08:00,works/hall,7e2,good\n"
        "2018-09-01T00:45+08:00,works/gas.t,nan,0\n",
    )
    assert done.rows == [
        ("el.in", T0_MS, 100.25, IMPORTED),
        ("el.in", T0_MS + QUARTER_MS, 100.5, IMPORTED | Quality.BAD_AT_SOURCE),
        ("hall", T0_MS + 2 * QUARTER_MS + 500, 700.0, IMPORTED),
        ("gas.t", T0_MS + 3 * QUARTER_MS, pytest.approx(float("nan"), nan_ok=True), IMPORTED | Quality.NULL),
    ]
    assert str(done.done).endswith("data.csv: 4 rows, 4 kept, 0 refused")


def test_plant_and_point_may_stand_in_two_columns(tmp_path: Path) -> None:
    done = import_text(tmp_path, "plant,point,time,value\nworks,hall,2018-09-01T00:00:00+08:00,5\n")
    assert done.rows == [("hall", T0_MS, 5.0, IMPORTED)]


def test_each_bad_row_is_listed_and_the_good_ones_are_kept(tmp_path: Path) -> None:
    done = import_text(
        tmp_path,
        "time,point,value\n"
        "2018-09-01T00:00:00+08:00,works/el.in,1\n"
        "2018-09-01 00:15,works/el.in,2\n"
        "yesterday,works/el.in,3\n"
        "2018-09-01T00:30:00+08:00,works/inn,4\n"
        "\n"
        '2018-09-01T00:45:00+08:00,works/el.in,"1,5"\n'
        "2018-09-01T01:00:00+08:00,works/el.in\n"
        "2030-01-01T00:00:00+08:00,works/el.in,6\n"
        "1970-01-01T00:00:00+08:00,works/el.in,7\n"
        "2018-09-01T01:15:00+08:00,works/el.in,1e999\n"
        "2018-09-01T01:30:00+08:00,works/el.in,\n"
        "2018-09-01T01:45:00+08:00,works/hall\udcff,9\n"
        "2018-09-01T02:00:00+08:00,works/hall,10\n",
    )
    assert [row[:3] for row in done.rows] == [("el.in", T0_MS, 1.0), ("hall", T0_MS + 8 * QUARTER_MS, 10.0)]
    assert done.wrong == [
        ("3", "time", "time without zone"),
        ("4", "time", "not a time"),
        ("5", "point", "unknown point"),
        ("7", "value", "not a number"),
        ("8", "", "2 cells, wanted 3 as in the header"),
        ("9", "time", "time in the future"),
        ("10", "time", "time too early"),
        ("11", "value", "infinite value"),
        ("13", "point", "unknown point"),
    ]
    assert done.done.tally.as_dict() == {"rows": 12, "kept": 2, "already": 0, "empty": 1, "skipped": 0, "refused": 9}


def test_a_wide_file_in_other_units_zone_and_marks(tmp_path: Path) -> None:
    toml = """
    [file]
    encoding = "gb18030"
    delimiter = ";"
    decimal = ","
    skip_lines = 1
    missing = ["--"]
    [time]
    column = ["日期", "时刻"]
    format = "%d/%m/%Y %H:%M"
    zone = "Asia/Shanghai"
    midnight = "closes"
    [columns]
    "总电" = { point = "works/el.in", unit = "MWh" }
    "车间" = { point = "works/hall", multiplier = 2 }
    "烟温" = { point = "works/gas.t", unit = "K" }
    """
    text = "导出\n日期;时刻;总电;烟温;车间\n31/08/2018;00:00;1,5;373,15;--\n01/09/2018;00:15;1,75;;3\n"
    path = tmp_path / "export.csv.gz"
    path.write_bytes(gzip.compress(text.encode("gb18030")))
    done = import_path(tmp_path, path, toml)
    assert [(name, at - T0_MS, value) for name, at, value, _ in done.rows] == [
        ("el.in", 0, 1500.0),
        ("el.in", QUARTER_MS, 1750.0),
        ("hall", QUARTER_MS, 6.0),
        ("gas.t", 0, pytest.approx(100.0)),
    ]
    assert done.done.tally.empty == 2


def test_names_of_the_file_become_points_and_others_are_counted(tmp_path: Path) -> None:
    toml = """
    [time]
    column = "ts"
    format = "s"
    [long]
    point = "tag"
    value = "v"
    others = "skip"
    [points]
    "EM 01" = "works/el.in"
    """
    text = f"ts,tag,v\n{T0_MS // 1000},EM 01,5\n{T0_MS // 1000},EM 02,6\n{T0_MS // 1000 + 1}.5,EM 01,6\n"
    done = import_text(tmp_path, text, toml)
    assert [row[:3] for row in done.rows] == [("el.in", T0_MS, 5.0), ("el.in", T0_MS + 1500, 6.0)]
    assert (done.done.tally.skipped, done.refused.count) == (1, 0)


def test_the_hour_that_autumn_repeats_is_refused_and_no_other(tmp_path: Path) -> None:
    toml = '[time]\nzone = "Europe/Berlin"\n'
    hours = [f"2018-10-28 0{hour}:30:00,works/el.in,{hour}\n" for hour in range(5)]
    done = import_text(tmp_path, "time,point,value\n" + "".join(hours), toml)
    # 00:30, 01:30 at +02:00; 03:30, 04:30 at +01:00.
    assert [row[1] for row in done.rows] == [1_540_679_400_000 + n * 3_600_000 for n in (0, 1, 4, 5)]
    assert done.wrong == [("4", "time", "ambiguous time")]


def test_the_same_file_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    first = import_text(tmp_path, _long(50))
    second = import_text(tmp_path, _long(50))
    assert second.rows == first.rows
    assert "nothing changed, it was imported on 2020-01-01T00:00:00.000Z (50 kept, 0 refused)" in str(second.done)
    again = import_path(tmp_path, tmp_path / "data.csv", again=True)
    assert (again.done.tally.kept, again.done.tally.already, again.rows) == (0, 50, first.rows)


def test_files_that_overlap_double_nothing_and_a_corrected_value_counts(tmp_path: Path) -> None:
    import_text(tmp_path, _long(50))
    corrected = _long(60).replace(",works/el.in,101.0\n", ",works/el.in,101.125\n")
    assert corrected != _long(60)
    done = import_text(tmp_path, corrected)
    assert (done.done.tally.already, done.done.tally.kept) == (49, 11)
    assert [value for _, at, value, _ in done.rows if at == T0_MS + 4 * QUARTER_MS] == [101.0, 101.125]


def test_equal_rows_of_one_file_come_once(tmp_path: Path) -> None:
    done = import_text(tmp_path, _long(3) + _long(3).split("\n", 1)[1])
    assert (len(done.rows), done.done.tally.already) == (3, 3)


def test_a_file_with_refused_rows_is_looked_at_again(tmp_path: Path) -> None:
    import_text(tmp_path, _long(5) + "x,works/el.in,1\n")
    second = import_text(tmp_path, _long(5) + "x,works/el.in,1\n")
    assert (second.done.tally.already, second.done.tally.refused) == (5, 1)


@pytest.fixture(name="small_chunks")
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(textfile, "CHUNK_CHARS", 400)
    yield


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("broken_at", [1, 2, 7])
def test_after_a_failure_in_the_middle_nothing_is_lost_or_doubled(tmp_path: Path, broken_at: int) -> None:
    path, nouns = tmp_path / "data.csv", registry(tmp_path)
    path.write_text(_long(100) + "x,works/el.in,1\n", encoding="utf-8")
    with Store.open(tmp_path / "data") as store:
        journal = _FailingJournal(store, broken_at)
        with pytest.raises(StoreError):
            import_file(path, FileMap(), nouns, Intake(journal, keys_of(nouns), lambda: NOW_MS), RefusedRows())
        before = len(rows_of(store, nouns))
        assert 0 <= before < 100
        done = import_file(path, FileMap(), nouns, Intake(store, keys_of(nouns), lambda: NOW_MS), RefusedRows())
        rows = rows_of(store, nouns)
    assert [(at - T0_MS) // QUARTER_MS for _, at, _, _ in rows] == list(range(100))
    assert done.tally.as_dict() == {"rows": 101, "kept": 100, "already": 0, "empty": 0, "skipped": 0, "refused": 1}
    assert (done.began is None) == (before == 0)


class _FailingJournal:
    """A store that breaks at its n-th batch."""

    def __init__(self, store: Store, broken_at: int) -> None:
        self._store, self._left = store, broken_at
        self.held, self.meta_get, self.meta_set = store.held, store.meta_get, store.meta_set

    def append(self, *arguments: object, **more: object) -> int:
        self._left -= 1
        if self._left <= 0:
            raise StoreError("no space left")
        return self._store.append(*arguments, **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("small_chunks")
def test_a_file_of_which_nothing_can_be_used_ends_at_once(tmp_path: Path) -> None:
    naive = _long(100).replace("+00:00", "")
    with pytest.raises(ImportFailed, match=r"none of the first \d+ rows can be used; line 2: time = .*--zone"):
        import_text(tmp_path, naive)


def test_what_makes_the_whole_file_useless_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such column \(did you mean val\?\)") as told:
        import_text(tmp_path, "time,tag,val\n1,2,3\n")
    assert "name the columns in a map (--map FILE.toml)" in str(told.value)
    with pytest.raises(ImportFailed, match="has no header line"):
        import_text(tmp_path, "")
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(_long(2000).encode())[:-200])
    with pytest.raises(ImportFailed, match="breaks off after line"):
        import_path(tmp_path, broken)
    with pytest.raises(ImportFailed, match=r"none\.csv: cannot be read"):
        import_path(tmp_path, tmp_path / "none.csv")
