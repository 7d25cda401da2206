"""Is a value that is not known any more gone from its panel, though the line beside it is still known?

InfluxDB keeps a field that a line leaves out. So each case writes lines twice, with a value and then without it, and
asks what the panels ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from engine.outlets.loads_reported import reported_loads
from sinks.produce import limits
from sinks.produce.limits import exceedance_lines, load_lines
from sinks.produce.rows import Rows
from sinks.produce.savings import saving_lines
from sinks.produce.targets import target_lines
from sinks.produce.trends import trend_lines
from tests.dashboards.expected.rows import TODAY_MS
from tests.dashboards.filled import BEGIN_MS, NOW_MS, REACH_MS, Filled, put_in
from tests.dashboards.read import queries

pytestmark = pytest.mark.server

PLANT, SCOPE = "wx-dyeing", "city:wuxi"
CHOSEN = {"plant": PLANT, "scope": SCOPE, "period": "ytd", "pollutant": "(SO2|NOx|PM|COD|NH3-N|TN|TP)"}
QUERIES = {(one.uid.removeprefix("taihu-"), one.panel, one.ref): one for one in queries()}

Asks = Callable[[str, str, str], list[Any]]


@pytest.fixture
def write_and_ask(f: Filled, request: pytest.FixtureRequest) -> Callable[..., Asks]:
    """Writes both times into a bucket of the test's own and gives what asks it."""

    def write(before: Rows, after: Rows) -> Asks:
        bucket = f.server.make(request.node.name.replace("[", "-").replace("]", ""))
        for rows in (before, after):
            f.server.write(list(_lines(rows)), bucket)

        def ask(uid: str, panel: str, ref: str) -> list[Any]:
            one = QUERIES[uid, panel, ref]
            text = put_in(one.query, CHOSEN, BEGIN_MS, NOW_MS, one.settings["interval"])
            values = [row[1:] for series in f.server.query(text, bucket) for row in series["values"]]
            return [row for row in values if row != [None] * len(row)]

        return ask

    return write


def _lines(rows: Rows) -> Iterable[str]:
    lines = rows.lines()
    told = zip(lines.series, lines.fields, lines.time_ms.tolist(), strict=True)
    return [f"{series} {fields} {time_ms}" for series, fields, time_ms in told]


def test_a_total_of_savings(f: Filled, write_and_ask: Callable[..., Asks]) -> None:
    """One year before it is not assessable any more: the total is not known, the year's own saving is."""
    programme, _ = f.product.figures.group(SCOPE)
    years = f.product.figures.savings(SCOPE)
    last = years[-1]
    assert programme is not None and last.by_year.total is not None
    unknown = replace(last, by_year=replace(last.by_year, total=replace(last.by_year.total, value=None)))
    before, after = Rows(), Rows()
    saving_lines(before, SCOPE, programme, years)
    saving_lines(after, SCOPE, programme, [*years[:-1], unknown])
    ask = write_and_ask(before, after)
    assert ask("savings", "Saved, year on year", "A") == []
    assert len(ask("savings", "Sum against the goal", "A")) == len(years) - 1
    assert ask("savings", "Saved against the base year", "A") != []
    assert len(ask("savings", "Savings year on year", "A")) == len(years)


@pytest.mark.parametrize(("gone", "ref"), [("measured", "A"), ("reported", "B")])
def test_a_load(f: Filled, write_and_ask: Callable[..., Asks], gone: str, ref: str) -> None:
    read, registry = f.product.figures.outlet_hours, f.product.registry()
    loads = reported_loads(read, registry, PLANT, NOW_MS - REACH_MS, NOW_MS, NOW_MS)
    before, after = Rows(), Rows()
    load_lines(before, PLANT, loads, TODAY_MS)
    load_lines(after, PLANT, [replace(x, **{gone: replace(getattr(x, gone), value=None)}) for x in loads], TODAY_MS)
    ask = write_and_ask(before, after)
    found = {one: ask("emissions", "Loads by month", one) for one in "AB"}
    assert found.pop(ref) == [] and all(len(values) == len(loads) for values in found.values())


def test_the_mass_of_an_exceedance(
    f: Filled, write_and_ask: Callable[..., Asks], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, registry = f.product.figures.outlet_hours, f.product.registry()
    begin_ms, runs = limits.whole_runs(read, registry, PLANT, NOW_MS - REACH_MS, NOW_MS)
    assert runs and all(one.excess_kg is not None for one in runs)
    both = Rows(), Rows()
    for rows, found in zip(both, (runs, [replace(one, excess_kg=None) for one in runs]), strict=True):
        monkeypatch.setattr(limits, "whole_runs", lambda *_, found=found: (begin_ms, found))
        exceedance_lines(rows, read, registry, PLANT, NOW_MS - REACH_MS, NOW_MS, [])
    ask = write_and_ask(*both)
    assert len(ask("emissions", "Exceedances", "A")) == len(runs)
    assert ask("emissions", "Exceedances", "B") == []


def test_the_slope_of_a_trend(f: Filled, write_and_ask: Callable[..., Asks]) -> None:
    found = f.product.figures.trends(PLANT)
    both = Rows(), Rows()
    trend_lines(both[0], found, TODAY_MS)
    baseless = tuple(replace(one, base_level=float("nan")) for one in found.trends)
    trend_lines(both[1], replace(found, trends=baseless), TODAY_MS)
    ask = write_and_ask(*both)
    assert ask("emissions", "Trends", "A") != []
    assert ask("emissions", "Trends", "B") == []


def test_what_a_target_rests_on(f: Filled, write_and_ask: Callable[..., Asks]) -> None:
    (line, *_) = f.product.figures.targets(SCOPE)
    assert line.ytd.progress is not None and line.needed.per_month is not None
    no_sum = replace(line.ytd, base=replace(line.ytd.base, value=None), progress=None)
    without = replace(
        line, ytd=no_sum, forecast=replace(line.forecast, change=None), needed=replace(line.needed, per_month=None)
    )
    both = Rows(), Rows()
    for rows, one in zip(both, (line, without), strict=True):
        target_lines(rows, SCOPE, [one], TODAY_MS)
    ask = write_and_ask(*both)
    assert [len(ask("programme", "Targets", ref)) for ref in "ABCDEF"] == [1, 1, 0, 0, 0, 0]
    assert ask("programme", "Progress", "A") == ask("programme", "Course of the progress", "A") == []
