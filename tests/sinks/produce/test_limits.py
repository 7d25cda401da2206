"""Limits, means, exceedances and loads are what the API says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, HOUR_MS
from api.limits_out import ReportedLoadOut, exceedance_out, limit_state_out, reported_load_out
from engine.outlets.exceedances import exceedances
from engine.outlets.hours import read_hours
from engine.outlets.limitstates import limit_states
from engine.outlets.loads_reported import reported_loads
from engine.settler import Settler
from registry import Registry
from sinks.produce.labels import limit_labels
from sinks.produce.limits import exceedance_lines, limit_lines, load_lines, mean_lines, whole_runs
from sinks.produce.rows import Rows
from storage import Store
from tests.engine.make import START_MS, registry_of
from tests.engine.outlets.test_limits import STACK, hourly
from tests.sinks.produce.parse import told

DAYS = 5
NOW_MS = START_MS + DAYS * DAY_MS + 20 * 60_000
TWICE = """
[[limits]]
point = "nox"
value = "140 mg/m3"
averaging = "1h"
standard = "permit"
[[limits]]
point = "nox"
value = "160 mg/m3"
averaging = "1h"
standard = "permit"
[[limits]]
point = "o2"
value = "21 %"
averaging = "1h"
standard = "permit"
[[limits]]
point = "nox"
value = "150000 ug/m3"
averaging = "1h"
standard = "in micrograms"
[[limits]]
point = "cod"
value = "80 g/m3"
averaging = "1d"
standard = "in grams"
"""
NOX = r"limit=GB\ 13271-2014/special/gas\ 1h,medium=air,outlet=st,plant=p,series=NOx,unit=mg/m3"
MICROGRAMS = r"limit=in\ micrograms\ 1h,medium=air,outlet=st,plant=p,series=NOx,unit=mg/m3"
GRAMS = r"limit=in\ grams\ 1d,medium=water,outlet=ww,plant=p,series=COD,unit=mg/L"


def in_unit(value: float | None, unit: str) -> float | None:
    """In mg/m3, where a limit of this file is given otherwise."""
    return value if value is None else value * {"mg/m3": 1.0, "mg/L": 1.0, "ug/m3": 1e-3, "g/m3": 1.0}[unit]


class World:
    def __init__(self, folder: Path, store: Store) -> None:
        self.registry: Registry = registry_of(folder, STACK + TWICE)
        rng = np.random.default_rng(7)
        n = 24 * DAYS + 1
        nox = np.where(rng.random(n) < 0.1, 170.0, 120.0)
        nox[40:44] = np.nan
        o2 = np.full(n, 4.0)
        o2[60:63] = 20.5
        for name, values in (("q", np.full(n, 1e5)), ("nox", nox), ("o2", o2), ("f", np.full(n, 9.0))):
            store.append(hourly(self.registry, name, values))
        store.append(hourly(self.registry, "cod", np.where(np.arange(n) < 48, 90.0, 60.0)))
        Settler(store, self.registry, lambda: NOW_MS).step()
        self.read = partial(read_hours, store, self.registry)


@pytest.fixture(name="world", scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("limits")
    with Store.open(folder / "data") as store:
        yield World(folder, store)


def test_states_are_those_of_the_api(world: World) -> None:
    rows = Rows()
    states = limit_states(world.read, world.registry, "p", NOW_MS)
    limit_lines(rows, world.registry, "p", states, NOW_MS)
    found = told(rows.lines())
    assert len(found) == len(states) == 7
    for (_, at), line, state in zip(found, found.values(), states, strict=True):
        said = limit_state_out(state, "")
        assert (at, line["state"]) == (NOW_MS, said.state)
        if said.current.value is None:
            assert line == {"known": 0.0, "state": 3.0}
        else:
            assert line == {
                "known": 1.0, "state": said.state, "value": in_unit(said.current.value, said.limit.unit),
                "allowed": in_unit(said.limit.value, said.limit.unit),
                "use": said.use, "valid": said.valid, "due": said.due,
                "over_month": said.month.periods, "over_year": said.year.periods,
            }  # fmt: skip
    assert found[f"limit,{NOX}", NOW_MS]["known"] == 1.0
    # no pollutant of an outlet: there all the same, and unknown
    assert found[r"limit,limit=permit\ 1h,plant=p,series=o2", NOW_MS] == {"known": 0.0, "state": 3.0}


def test_two_limits_of_one_name_differ_by_their_value(world: World) -> None:
    assert list(limit_labels(world.registry, "p").values()) == [
        "GB 13271-2014/special/gas 1h", "GB 4287-2012 1d", "permit 1h 140 mg/m3", "permit 1h 160 mg/m3", "permit 1h",
        "in micrograms 1h", "in grams 1d",
    ]  # fmt: skip


def test_what_a_limit_is_given_in_changes_no_number(world: World) -> None:
    """150 000 ug/m3 of air are 150 mg/m3, as the preset has it, and 80 g/m3 of water are 80 mg/L."""
    rows = Rows()
    limit_lines(rows, world.registry, "p", limit_states(world.read, world.registry, "p", NOW_MS), NOW_MS)
    mean_lines(rows, world.read, world.registry, "p", START_MS, NOW_MS, NOW_MS)
    exceedance_lines(rows, world.read, world.registry, "p", START_MS, NOW_MS, [])
    found = told(rows.lines())
    limit = found[f"limit,{MICROGRAMS}", NOW_MS]
    at_reference = found[f"limit,{NOX}", NOW_MS]["value"]  # 3.5 % oxygen, and 4 % are measured
    assert (limit["value"], limit["allowed"]) == (pytest.approx(at_reference * 17.0 / 17.5), pytest.approx(150.0))
    assert found[f"mean,{GRAMS}", START_MS]["value"] == pytest.approx(90.0)
    assert found[f"mean,{GRAMS}", START_MS]["allowed"] == pytest.approx(80.0)
    for kind in ("mean", "exceedance"):
        lines = [line for (key, _), line in found.items() if key == f"{kind},{MICROGRAMS}" and line["known"]]
        assert lines and all(100.0 < line.get("value", line.get("peak", 0.0)) < 200.0 for line in lines)


def test_means_add_up_to_the_exceedances(world: World) -> None:
    rows = Rows()
    mean_lines(rows, world.read, world.registry, "p", START_MS, NOW_MS, NOW_MS)
    found = {at: line for (series, at), line in told(rows.lines()).items() if series == f"mean,{NOX}"}
    assert sorted(found) == [START_MS + hour * HOUR_MS for hour in range(24 * DAYS)]  # the hour that runs is left out
    listed = exceedances(world.read, world.registry, "p", START_MS, NOW_MS, NOW_MS)
    mine = [one for one in listed if one.limit.limit_class == "special/gas"]
    assert mine
    assert sum(line.get("over", 0.0) for line in found.values()) == sum(one.periods for one in mine)
    for one in mine:
        inside = [found[at] for at in range(one.start_ms, one.end_ms, HOUR_MS)]
        assert max(line["value"] for line in inside) == one.peak
    # four hours without a reading: the analyser's last one holds for an hour
    assert [found[START_MS + hour * HOUR_MS] for hour in range(40, 44)] == [{"known": 0.0}] * 4
    # oxygen close to air: a value, and not judged; by hand 120 x 17.5 / 0.5
    assert found[START_MS + 61 * HOUR_MS] == pytest.approx(
        {"known": 1.0, "value": 4200.0, "allowed": 150.0, "judged": 0.0, "over": 0.0}
    )


def test_daily_means_start_at_local_midnight(world: World) -> None:
    rows = Rows()
    mean_lines(rows, world.read, world.registry, "p", START_MS, NOW_MS, NOW_MS)
    found = {at: line for (series, at), line in told(rows.lines()).items() if "series=COD" in series}
    assert [at - START_MS for at in found] == [day * DAY_MS for day in range(DAYS)]
    assert [line["value"] for line in found.values()] == pytest.approx([90.0, 90.0, 60.0, 60.0, 60.0])
    assert [line["over"] for line in found.values()] == [1.0, 1.0, 0.0, 0.0, 0.0]


def test_exceedances_are_those_of_the_api_and_others_are_withdrawn(world: World) -> None:
    rows = Rows()
    gone = (f"exceedance,{NOX}", START_MS + 3 * DAY_MS + 1)
    mass_gone = (f"excess,{NOX.replace('mg/m3', 'kg')}", gone[1])
    long_ago = (f"exceedance,{NOX}", START_MS - 300 * DAY_MS)
    exceedance_lines(rows, world.read, world.registry, "p", START_MS, NOW_MS, [gone, mass_gone, long_ago])
    found = told(rows.lines())
    assert found.pop(gone) == found.pop(mass_gone) == {"known": 0.0}
    listed = [exceedance_out(x) for x in exceedances(world.read, world.registry, "p", START_MS, NOW_MS, NOW_MS)]
    masses = {key: found.pop(key) for key in list(found) if key[0].startswith("excess,")}
    assert len(found) == len(listed) == len(masses) > 5
    by_time = {(series, at): line for (series, at), line in found.items()}
    for said in listed:
        ((key, line),) = [
            (series, line)
            for (series, at), line in by_time.items()
            if at == said.start_ms and line["peak"] == pytest.approx(in_unit(said.peak, said.limit.unit))
            and masses[mass_of(series), at]["value"] == said.excess_kg and f"outlet={said.outlet}," in series
            and said.limit.standard.replace(" ", "\\ ") in series and line["periods"] == said.periods
        ]  # fmt: skip
        assert line["hours"] == (said.end_ms - said.start_ms) / HOUR_MS
        assert line["mean"] == pytest.approx(in_unit(said.mean, said.limit.unit))
        assert (line["open"], line["known"]) == (float(said.open), 1.0)
        assert masses[mass_of(key), said.start_ms]["known"] == 1.0


def mass_of(series: str) -> str:
    """The series of the mass of an exceedance."""
    return series.replace("exceedance,", "excess,").rpartition("unit=")[0] + "unit=kg"


def test_a_run_that_began_long_before_is_whole(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        registry = registry_of(tmp_path, STACK)
        n = 24 * 20
        for name, value in (("q", 1e5), ("nox", 170.0), ("o2", 4.0)):
            store.append(hourly(registry, name, np.full(n, value)))
        now_ms = START_MS + n * HOUR_MS
        Settler(store, registry, lambda: now_ms).step()
        read = partial(read_hours, store, registry)
        begin_ms, (one,) = whole_runs(read, registry, "p", now_ms - HOUR_MS, now_ms)
        assert (one.start_ms, one.periods) == (START_MS, n)
        assert begin_ms < START_MS


def test_loads_are_those_of_the_api(world: World) -> None:
    loads = reported_loads(world.read, world.registry, "p", START_MS, NOW_MS, NOW_MS)
    rows = Rows()
    load_lines(rows, "p", loads, START_MS)
    found = told(rows.lines())
    for load in loads:
        said = reported_load_out(load)
        valid, due = (found[key_of(said, "measured"), START_MS][name] for name in ("valid", "due"))
        assert said.capture == pytest.approx(valid / due)
        for of, figure in (("measured", said.measured), ("reported", said.reported)):
            assert found[key_of(said, of), START_MS] == {
                "value": figure.value, "known": 1.0, "coverage": figure.coverage, "estimated": figure.estimated,
                "provisional": 0.0, "valid": valid, "due": due,
            }  # fmt: skip
        assert found[key_of(said, "reported"), START_MS]["estimated"] == said.substituted_share
    assert len(found) == 4


def key_of(said: ReportedLoadOut, of: str) -> str:
    return f"load,medium={said.medium},of={of},outlet={said.outlet},plant=p,series={said.pollutant},unit=kg"


@pytest.mark.parametrize("unknown", ["measured", "reported"])
def test_a_load_that_is_known_one_way_is_not_known_the_other(world: World, unknown: str) -> None:
    load = reported_loads(world.read, world.registry, "p", START_MS, NOW_MS, NOW_MS)[0]
    rows = Rows()
    load_lines(rows, "p", [replace(load, **{unknown: replace(getattr(load, unknown), value=None)})], START_MS)
    assert {line["known"] for (key, _), line in told(rows.lines()).items() if f"of={unknown}," in key} == {0.0}
    assert {line["known"] for (key, _), line in told(rows.lines()).items() if f"of={unknown}," not in key} == {1.0}
