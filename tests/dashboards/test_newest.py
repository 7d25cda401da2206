"""Do queries show what is known, and only that: nothing that was taken back, nothing older in its place?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboards.queries import first, held, last, lines, newest, rates, steps, tag_values
from sinks.schema import HEARTBEAT, INTERVAL, LIMIT, SAVING, TARGET, YEAR
from tests.dashboards.filled import put_in, writing
from tests.influx import ORG, TOKEN, Influx

DAY_MS = 86_400_000
T = 1_535_731_200_000  # 2018-09-01 00:00 in Shanghai
BY = ("scope",)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    before, now = T - DAY_MS, T
    told = [
        f"target,scope=plant:good,series=e,period=ytd known=1,status=1,change=-0.1 {before}",
        f"target,scope=plant:good,series=e,period=ytd known=1,status=0,change=-0.2 {now}",
        f"target,scope=plant:unknown,series=e,period=ytd known=1,status=1,change=-0.1 {before}",
        f"target,scope=plant:unknown,series=e,period=ytd known=0,status=3 {now}",
        f"target,scope=plant:back,series=e,period=ytd known=1,status=1,change=-0.1 {before}",
        f"target,scope=plant:back,series=e,period=ytd known=1,status=0,change=-0.2 {now}",
        # The same instant again: the former change stays in the field, only `known` says that it does not hold.
        f"target,scope=plant:back,series=e,period=ytd known=0,status=3 {now}",
        # A quarter of which a third is known: 2 kWh in 5 minutes are 24 kW.
        f"interval,plant=p,medium=electricity,meter=m,series=el amount=2,known={1 / 3!r} {now}",
        f"interval,plant=p,medium=electricity,meter=m,series=el known=0 {now + 900_000}",
        f"interval,plant=p,medium=electricity,meter=m,series=el amount=3,known=1 {now + 1_800_000}",
        # An exceedance, then the analyser failed.
        f"limit,plant=p,medium=air,outlet=st,series=NOx,limit=GB known=1,state=2,value=160,allowed=150 {now}",
        f"limit,plant=p,medium=air,outlet=st,series=NOx,limit=GB known=0,state=3 {now + 60_000}",
        f"heartbeat,instance=a known=1 {now}",
        f"year,scope=plant:good,series=e value=100,known=1 {before}",
        f"year,scope=plant:good,series=e value=80,known=1 {now}",
        # A base year that is not known, and the year after it, which is no base year.
        f"year,scope=plant:unknown,series=e known=0 {before}",
        f"year,scope=plant:unknown,series=e value=80,known=1 {now}",
    ]
    with Influx(tmp_path_factory.mktemp("newest")) as influx, writing(influx.url, TOKEN, ORG, influx.bucket) as write:
        for one in told:  # one at a time: of two lines of one instant in one request either may win
            write([one])
        yield influx


def _ask(server: Influx, query: str, step: str = "15m", to_ms: int = T + 3_600_000) -> dict[str, list[list[object]]]:
    text = put_in(query, {}, T - 2 * DAY_MS if step == "15m" else T, to_ms, step)
    return {",".join((one.get("tags") or {"": ""}).values()): one["values"] for one in server.query(text)}


@pytest.mark.server
def test_newest_is_the_newest_line_or_nothing(server: Influx) -> None:
    assert _ask(server, newest(TARGET, ["change"], {}, BY)) == {"plant:good": [[T, -0.2]]}


@pytest.mark.server
def test_a_token_that_may_read_this_bucket_is_enough(server: Influx) -> None:
    token = server.token_that_may("read", server.bucket)
    for query in (newest(TARGET, ["change"], {}, BY), tag_values(TARGET, "scope")):
        text = put_in(query, {}, T - 2 * DAY_MS, T + DAY_MS, "15m")
        assert server.query(text, token=token) == server.query(text) != []


@pytest.mark.server
def test_held_is_the_newest_line_known_or_not(server: Influx) -> None:
    found = _ask(server, held(TARGET, ["status"], {}, BY))
    assert found == {"plant:good": [[T, 0]], "plant:unknown": [[T, 3]], "plant:back": [[T, 3]]}


@pytest.mark.server
def test_lines_leave_out_what_was_taken_back(server: Influx) -> None:
    found = _ask(server, lines(TARGET, ["change"], {"scope": "plant:back"}, BY))
    assert found == {"plant:back": [[T - DAY_MS, -0.1]]}


@pytest.mark.server
def test_first_is_the_base_year_or_nothing(server: Influx) -> None:
    assert _ask(server, first(YEAR, "value", {"scope": "plant:good", "series": "e"})) == {"": [[T - DAY_MS, 100]]}
    assert _ask(server, first(YEAR, "value", {"scope": "plant:unknown", "series": "e"})) == {}


@pytest.mark.server
def test_rates_are_over_the_time_that_is_known_and_a_gap_is_a_gap(server: Influx) -> None:
    found = _ask(server, rates({"plant": "p"}, ["series"]).replace("$timeFilter", f"time >= {T}ms and $timeFilter"))
    assert found["el"][:3] == [[T, pytest.approx(24.0)], [T + 900_000, None], [T + 1_800_000, 12.0]]


@pytest.mark.server
def test_an_exceedance_outlasts_its_analyser(server: Influx) -> None:
    by = ("plant", "limit")
    assert _ask(server, last(LIMIT, "state", {}, by)) == {"GB,p": [[T + 60_000, 3]]}
    assert _ask(server, last(LIMIT, "state", {}, by, below=3)) == {"GB,p": [[T, 2]]}


@pytest.mark.server
def test_silence_is_counted_as_none(server: Influx) -> None:
    query = steps(HEARTBEAT, "count", ["known"], {}, ["instance"], "10m", empty="0")
    counts = [row[1] for row in _ask(server, query, "10m")["a"]]
    assert counts[0] == 1 and set(counts[1:]) == {0}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda: newest(TARGET, ["nope"], {}, BY), "target has no field 'nope'; wanted one of known, status"),
        (lambda: lines(SAVING, ["value"], {"plant": "p"}), "saving has no tag 'plant'; wanted one of scope"),
        (lambda: tag_values(INTERVAL, "scope"), "interval has no tag 'scope'"),
    ],
)
def test_a_name_that_is_not_in_the_schema_is_refused(asked, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        asked()
