"""Does the list of changes say what changed, by how much, and why?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, HOUR_MS, EventKind, Readings
from engine.asof import AsOf
from engine.changes import changes
from engine.figures import Figures
from engine.plantchanges import plant_changes
from engine.settler import Settler
from registry import Registry, Statement, load_plant_files
from storage import MeterEvent, Store

from .late import END_MS, START_MS, clock, deliver, late_readings, registry_of
from .make import DAILY, NOW_MS, files_of, register, statements_of

LATE_MS = START_MS + 4 * DAY_MS
"""When the steam of the second day's last ten hours came."""


def _as_of(store: Store, registry: Registry) -> AsOf:
    return AsOf(store, lambda: registry, lambda _: (), clock(END_MS + 900 * DAY_MS))


def _steam(registry: Registry) -> Readings:
    """Two tonnes an hour for six days; the label is the end of the hour."""
    time_ms = START_MS + np.arange(1, 6 * 24 + 1) * HOUR_MS
    n = len(time_ms)
    received_ms = time_ms + 5_000
    late = (time_ms > START_MS + 38 * HOUR_MS) & (time_ms <= START_MS + 48 * HOUR_MS)
    received_ms[late] = LATE_MS
    key = np.full(n, registry.points["p/steam"].key, np.int32)
    every = Readings(key, time_ms, np.full(n, 2.0), np.zeros(n, np.uint8), received_ms)
    return every.take(np.argsort(received_ms, kind="stable"))


@pytest.fixture(name="registry")
def _registry(tmp_path: Path) -> Registry:
    return registry_of(tmp_path)


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as store:
        yield store


def test_ten_hours_that_came_late_by_hand(store: Store, registry: Registry) -> None:
    readings = _steam(registry)
    cut = int(np.searchsorted(readings.received_ms, LATE_MS))
    for rows in (slice(0, cut), slice(cut, cut + 10), slice(cut + 10, None)):
        store.append(readings.take(rows))
    Settler(store, registry, clock(END_MS)).step()
    past = _as_of(store, registry).at(LATE_MS - 1)
    found = changes(store, past, "p/steam", START_MS, START_MS + 3 * DAY_MS)
    assert (found.unit, found.step, found.since_ms) == ("t", "day", LATE_MS - 1)
    assert [(s.then, s.now, s.difference) for s in found.steps] == [(48, 48, 0), (28, 48, 20), (48, 48, 0)]
    assert [s.coverage_then for s in found.steps] == pytest.approx([1.0, 14 / 24, 1.0])
    assert (found.total.then, found.total.now, found.total.difference) == (124, 144, 20)
    (late,) = found.deliveries
    assert (late.point, late.received_ms, late.count) == ("p/steam", LATE_MS, 10)
    assert (late.first_ms, late.last_ms) == (START_MS + 39 * HOUR_MS, START_MS + 48 * HOUR_MS)
    assert (late.first_value, late.last_value) == (2.0, 2.0)
    assert found.sayings == ()


def test_what_was_not_known_at_all_counts_for_nothing(store: Store, registry: Registry) -> None:
    store.append(_steam(registry))
    Settler(store, registry, clock(END_MS)).step()
    past = _as_of(store, registry).at(START_MS + DAY_MS - 1)
    found = changes(store, past, "p/steam", START_MS + DAY_MS, START_MS + 2 * DAY_MS)
    (day,) = found.steps
    assert (day.then, day.now, day.difference, day.coverage_then) == (None, 48.0, 48.0, 0.0)
    nothing = changes(store, past, "p/steam", END_MS + DAY_MS, END_MS + 2 * DAY_MS)
    assert (nothing.total.then, nothing.total.now, nothing.total.difference) == (None, None, None)


def test_what_was_said_and_taken_back_is_told_with_who_and_why(store: Store, registry: Registry) -> None:
    store.append(_steam(registry))
    settler = Settler(store, registry, clock(END_MS))
    key = registry.points["p/steam"].key
    noon_ms = START_MS + 12 * HOUR_MS
    out = MeterEvent(key, noon_ms, noon_ms + HOUR_MS, EventKind.LEAVE_OUT, who="Li", why="test run")
    (first,) = store.append_events([out], END_MS + 1000)
    kept = MeterEvent(key, noon_ms, noon_ms, 0, note="calibration", who="Wang", why="yearly")
    store.append_events([kept], END_MS + 1500)
    settler.step()
    past = _as_of(store, registry)
    found = changes(store, past.at(END_MS), "p/steam", START_MS, START_MS + DAY_MS)
    assert found.total.difference == pytest.approx(-2.0)
    assert [(s.said.id, s.said.event.who, s.said.event.why) for s in found.sayings] == [(first, "Li", "test run")]
    assert found.deliveries == ()
    back = MeterEvent(key, noon_ms, noon_ms, 0, decision="withdraw", withdraws=first, who="Chen", why="was real")
    store.append_events([back], END_MS + 2000)
    settler.step()
    found = changes(store, past.at(END_MS + 1800), "p/steam", START_MS, START_MS + DAY_MS)
    assert found.total.difference == pytest.approx(2.0)
    (taken,) = found.sayings
    assert taken.withdrawn is not None
    assert (taken.said.event.who, taken.withdrawn.event.who) == ("Chen", "Li")
    # Seen from before both, nothing changed, and both are told.
    found = changes(store, past.at(END_MS), "p/steam", START_MS, START_MS + DAY_MS)
    assert found.total.difference == 0.0
    assert [s.said.event.who for s in found.sayings] == ["Li", "Chen"]
    # Another day has nothing to do with it.
    assert changes(store, past.at(END_MS), "p/steam", START_MS + 2 * DAY_MS, START_MS + 3 * DAY_MS).sayings == ()


@pytest.mark.parametrize("seed", [21, 22])
def test_differences_add_up_to_the_difference_of_the_totals(store: Store, registry: Registry, seed: int) -> None:
    deliver(store, Settler(store, registry, clock(END_MS)), late_readings(registry, seed), seed, 5)
    as_of = _as_of(store, registry)
    for since_ms in (START_MS + 40 * HOUR_MS, START_MS + 110 * HOUR_MS):
        for name in registry.points:
            found = changes(store, as_of.at(since_ms), name, START_MS - DAY_MS, END_MS + DAY_MS)
            total = found.total
            if name == "p/cod":
                assert (found.unit, total.then, total.now, total.difference) == ("mg/L", None, None, None)
                continue
            apart = (total.now or 0.0) - (total.then or 0.0)
            assert total.difference == pytest.approx(apart, rel=1e-9, abs=1e-9)
            assert math.fsum(s.difference or 0.0 for s in found.steps) == pytest.approx(apart, rel=1e-9, abs=1e-9)
            assert all(d.received_until_ms >= d.received_ms > since_ms for d in found.deliveries)
            if any(s.then != s.now for s in found.steps):
                assert found.deliveries


def test_a_load_changes_by_its_flow_and_its_concentration(store: Store, registry: Registry) -> None:
    deliver(store, Settler(store, registry, clock(END_MS)), late_readings(registry, 23), 23, 3)
    found = changes(store, _as_of(store, registry).at(START_MS + 40 * HOUR_MS), "p/ww.COD", START_MS, END_MS)
    assert {d.point for d in found.deliveries} == {"p/flow", "p/cod"}


def test_a_long_time_is_shown_by_months(store: Store, registry: Registry) -> None:
    store.append(_steam(registry))
    Settler(store, registry, clock(END_MS)).step()
    past = _as_of(store, registry).at(LATE_MS - 1)
    found = changes(store, past, "p/steam", START_MS - 90 * DAY_MS, START_MS + 10 * DAY_MS)
    assert (found.step, len(found.steps)) == ("month", 4)
    assert [s.now for s in found.steps] == [None, None, None, 288.0]


def test_names_and_ranges_that_are_none_are_refused(store: Store, registry: Registry) -> None:
    past = _as_of(store, registry).at(START_MS)
    with pytest.raises(KeyError):
        changes(store, past, "p/nothing", 5, 6)
    with pytest.raises(ValueError, match=r"range \[5, 5\) is empty"):
        changes(store, past, "p/steam", 5, 5)


def test_a_plants_figures_by_hand(tmp_path: Path) -> None:
    registry = Registry.of_files(load_plant_files(files_of(tmp_path)[:1]))
    first = statements_of("a")
    august = next(s for s in first if (s.item, s.period) == ("value_added", "2018-08"))
    revised = august.model_copy(update={"value": 2 * august.value, "status": "final", "imported_ms": NOW_MS + DAY_MS})
    second = [revised if s is august else s for s in first]
    now = registry.with_statements(second)

    def stated(as_of_ms: int) -> list[Statement]:
        return first if as_of_ms < NOW_MS + DAY_MS else second

    electricity = register(registry, "a/el", *DAILY["a"]["el"])
    water = register(registry, "a/water", *DAILY["a"]["water"])
    with Store.open(tmp_path / "data") as store:
        # The last reading of the water meter came ten days late.
        late = water.time_ms == water.time_ms.max()
        water = replace(water, received_ms=water.time_ms + np.where(late, 10 * DAY_MS, 0))
        store.append(Readings.concat([electricity, water]))
        Settler(store, registry, clock(NOW_MS)).step()
        as_of = AsOf(store, lambda: now, stated, clock(NOW_MS + 99 * DAY_MS))
        present = Figures(store, lambda: now, clock(NOW_MS + 99 * DAY_MS))
        found = plant_changes(present, now, as_of.at(NOW_MS), "a", NOW_MS - 31 * DAY_MS, NOW_MS - 1)
        nothing = plant_changes(present, now, as_of.at(NOW_MS + 20 * DAY_MS), "a", NOW_MS - 31 * DAY_MS, NOW_MS - 1)
    by_name = {f.name: f for f in found.figures}
    assert set(by_name) == {"water_m3", "carrier:water", "point:a/water", "value_added_base_prices"}
    # August: 31 days at 114 m3, of which 30 were known; 12 (10k yuan) a day, then twice that.
    assert by_name["water_m3"].difference == pytest.approx(114.0)
    assert by_name["water_m3"].then.coverage == pytest.approx(30 / 31)
    assert by_name["value_added_base_prices"].difference == pytest.approx(12 * 31)
    assert by_name["value_added_base_prices"].now.provisional == 0.0
    (restated,) = found.statements
    assert (restated.item, restated.period) == ("value_added", "2018-08")
    assert restated.then == august and restated.now == revised
    assert (nothing.figures, nothing.statements) == ((), ())
