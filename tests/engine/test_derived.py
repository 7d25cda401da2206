"""Is raw gas settled into a dry flow and loads, live, in the past, and again when a constant changes?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import HOUR_MS, Intervals, Ranges, Readings
from engine.asof import AsOf
from engine.plan import Plan
from engine.settler import Settler
from registry import Registry
from storage import Store

from .make import HEAD, START_MS, registry_of

POINT = """
[[points]]
id = "{id}"
name = {{ zh = "点", en = "Point" }}
kind = "{kind}"
unit = "{unit}"
every = "15min"
"""
POINTS = "".join(
    POINT.format(id=id_, kind=kind, unit=unit)
    for id_, kind, unit in (
        ("v", "state", "m/s"),
        ("t", "state", "degC"),
        ("p", "state", "kPa"),
        ("x", "concentration", "%"),
        ("so2", "concentration", "mg/m3"),
    )
)
STACK = """
[[outlets]]
id = "st"
name = { zh = "烟囱", en = "Stack" }
medium = "air"
flow = { area_m2 = 4.0, velocity = "v", temperature = "t", pressure = "p", moisture = "x", air_pressure_kpa = 101.325 }
pollutants = { SO2 = "so2" }
"""
VALUES = {"v": 10.0, "t": 120.0, "p": -0.2, "x": 8.0, "so2": 28.0}
HOURS = 3


def readings(registry: Registry, **other: float) -> Readings:
    """Every quarter of some hours, all points alike."""
    parts = []
    time_ms = START_MS + np.arange(4 * HOURS, dtype=np.int64) * HOUR_MS // 4
    for name, value in (VALUES | other).items():
        key = registry.points[f"p/{name}"].key
        n = len(time_ms)
        parts.append(Readings(np.full(n, key, np.int32), time_ms, np.full(n, value), np.zeros(n, np.uint8), time_ms))
    return Readings.concat(parts)


def hour_of(store: Store, registry: Registry, name: str) -> Intervals:
    key = np.array([registry.points[f"p/{name}"].key], np.int32)
    return store.intervals(Ranges(key, np.array([START_MS]), np.array([START_MS + HOUR_MS])))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


def settled(store: Store, registry: Registry, *more: Readings) -> None:
    for part in more:
        store.append(part)
    Settler(store, registry, lambda: START_MS + 10 * HOUR_MS).step()


def test_the_worked_hour_stands_as_intervals_and_days(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, HEAD + POINTS + STACK)
    settled(store, registry, readings(registry))
    assert float(hour_of(store, registry, "st.dry_flow").amount.sum()) == pytest.approx(91_846.44, abs=5e-3)
    assert float(hour_of(store, registry, "st.SO2").amount.sum()) == pytest.approx(2.571700, abs=5e-7)
    keys = np.array(sorted(registry.points[f"p/{name}"].key for name in ("st.dry_flow", "st.SO2")), np.int32)
    days = store.days(keys, 0, 100_000)
    assert days.amount.sum() > 0.0
    assert len(np.unique(days.point)) == 2


def test_wet_concentrations_are_made_dry_for_the_load(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, HEAD + POINTS + STACK.replace('medium = "air"', 'medium = "air"\nbasis = "wet"'))
    settled(store, registry, readings(registry))
    assert float(hour_of(store, registry, "st.SO2").amount.sum()) == pytest.approx(2.571700 / 0.92, abs=5e-7)


def test_a_corrected_duct_settles_the_past_again(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, HEAD + POINTS + STACK)
    settled(store, registry, readings(registry))
    wider = registry_of(tmp_path, HEAD + POINTS + STACK.replace("area_m2 = 4.0", "area_m2 = 8.0"))
    assert len(Plan(wider).described_anew(Plan(registry).description)) == 1
    settled(store, wider)
    assert float(hour_of(store, wider, "st.SO2").amount.sum()) == pytest.approx(2 * 2.571700, abs=1e-6)


def test_the_points_of_raw_gas_are_settled_together(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, HEAD + POINTS + STACK)
    plan = Plan(registry)
    assert len(set(plan.group_of(plan.table.key).tolist())) == 1
    touched = plan.with_loads(np.array([registry.points["p/t"].key], np.int32))
    assert {registry.by_key[int(key)].id for key in touched} == {"t", "st.dry_flow", "st.SO2"}
    load = registry.points["p/st.SO2"]
    assert {registry.by_key[key].id for key in registry.sources_of(load)} == {"v", "t", "p", "x", "so2"}
    assert registry.sources_of(registry.points["p/t"]) == ()


def test_the_past_of_a_derived_flow_is_that_of_its_sources(tmp_path: Path, store: Store) -> None:
    registry = registry_of(tmp_path, HEAD + POINTS + STACK)
    settled(store, registry, readings(registry))
    later = readings(registry, t=20.0)
    hot = later.take(later.point == registry.points["p/t"].key)
    corrected = Readings(hot.point, hot.time_ms, hot.value, hot.flag, hot.time_ms + 5 * HOUR_MS)
    settled(store, registry, corrected)
    assert float(hour_of(store, registry, "st.dry_flow").amount.sum()) > 100_000.0
    now_ms = START_MS + 10 * HOUR_MS
    past = AsOf(store, lambda: registry, lambda _: (), lambda: now_ms).at(START_MS + 4 * HOUR_MS).store
    key = np.array([registry.points["p/st.dry_flow"].key], np.int32)
    then = past.intervals(Ranges(key, np.array([START_MS]), np.array([START_MS + HOUR_MS])))
    assert float(then.amount.sum()) == pytest.approx(91_846.44, abs=5e-3)
