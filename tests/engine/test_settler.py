"""Is streaming the same as settling once, and does nothing get lost between journal, intervals, loads and days?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.calendar import day_of
from analytics.columns import HOUR_MS, INTERVAL_MS, Columns, Ranges, Readings
from engine.settler import Settler
from registry import Registry
from storage import DeadLetter, Store
from tests.engine.make import COD, ELECTRICITY, HEAD, OUTLET, START_MS, ZONE, registry_of

END_MS = START_MS + 3 * 24 * HOUR_MS

PLANT = (
    HEAD
    + ELECTRICITY
    + """
multiplier = MULTIPLIER
modulus = 10000
rating = "4000 kW"
every = "5min"

[[points]]
id = "flow"
name = { zh = "流量", en = "Flow" }
kind = "rate"
unit = "m3/h"
direction = "discharge"
every = "5min"
hold = "30min"
"""
    + COD
    + """
[[points]]
id = "steam"
name = { zh = "蒸汽", en = "Steam" }
kind = "amount"
unit = "t"
direction = "internal"
every = "1h"
label = "end"
"""
    + OUTLET
)


def _registry(folder: Path, multiplier: int = 10) -> Registry:
    return registry_of(folder, PLANT.replace("MULTIPLIER", str(multiplier)))


def _readings(registry: Registry, seed: int = 7) -> Readings:
    """Three days of all points: the register rolls over, pauses for ten hours, and shows a zero once."""
    rng = np.random.default_rng(seed)
    parts = []
    for name, step_ms in (("el", 300_000), ("flow", 300_000), ("cod", HOUR_MS), ("steam", HOUR_MS)):
        time_ms = np.arange(START_MS, END_MS + 1, step_ms, dtype=np.int64)
        n = len(time_ms)
        if name == "el":
            value = (9000.0 + np.cumsum(rng.uniform(5, 9, n))) % 10_000
            value[200] = 0.0
            keep = (time_ms < START_MS + 30 * HOUR_MS) | (time_ms > START_MS + 40 * HOUR_MS)
            time_ms, value = time_ms[keep], value[keep]
            n = len(time_ms)
        else:
            value = rng.uniform(20, 60, n)
        key = np.full(n, registry.points[f"p/{name}"].key, np.int32)
        parts.append(Readings(key, time_ms, value, np.zeros(n, np.uint8), time_ms))
    return Readings.concat(parts)


def _assert_equal(one: Columns, other: Columns) -> None:
    assert len(one) == len(other) > 0
    for name, column in one.as_dict().items():
        # Sums over ranges that begin elsewhere may differ in the last digits.
        np.testing.assert_allclose(column, other.as_dict()[name], rtol=1e-9, atol=1e-9, err_msg=name)


def _results(store: Store, registry: Registry) -> tuple[Columns, Columns, Columns]:
    keys = np.array(sorted(registry.by_key), np.int32)
    whole = Ranges(keys, np.full(len(keys), 0), np.full(len(keys), 2**60))
    first = int(day_of(START_MS, ZONE))
    return store.intervals(whole), store.days(keys, first - 9, first + 9), store.findings(keys, 0, 2**60)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_and_any_batches_give_the_intervals_of_one_settlement(tmp_path: Path, seed: int) -> None:
    registry = _registry(tmp_path)
    readings = _readings(registry)
    now = lambda: END_MS  # noqa: E731
    with Store.open(tmp_path / "once") as store:
        store.append(readings)
        Settler(store, registry, now).step()
        wanted = _results(store, registry)
    # Some order, some readings twice, batches of any size, settled in between, and a new settler as after a restart.
    rng = np.random.default_rng(seed)
    order = rng.permutation(np.concatenate([np.arange(len(readings)), rng.integers(0, len(readings), 200)]))
    with Store.open(tmp_path / "streamed") as store:
        for batch in np.array_split(order, 9):
            store.append(readings.take(batch))
            Settler(store, registry, now).step()
        found = _results(store, registry)
    for one, other in zip(found, wanted, strict=True):
        _assert_equal(one, other)


def test_a_load_is_concentration_times_flow_and_days_are_sums(tmp_path: Path) -> None:
    registry = _registry(tmp_path)
    with Store.open(tmp_path / "data") as store:
        store.append(_readings(registry))
        Settler(store, registry, lambda: END_MS).step()
        intervals, days, _ = _results(store, registry)
    key = {name: registry.points[f"p/{name}"].key for name in ("el", "flow", "cod", "ww.COD")}
    at = START_MS + 20 * INTERVAL_MS

    def one(name: str) -> float:
        rows = intervals.take((intervals.point == key[name]) & (intervals.start_ms == at))
        assert len(rows) == 1
        return float(rows.amount[0])

    # kg = m3 x mg/m3 x 1e-6; the level's amount is mg/m3 x h over a quarter of an hour.
    assert one("ww.COD") == pytest.approx(one("flow") * one("cod") / 0.25 * 1e-6, rel=1e-12)
    for point in key.values():
        total = intervals.amount[intervals.point == point].sum()
        assert days.amount[days.point == point].sum() == pytest.approx(total, rel=1e-9)


def test_a_rollover_a_zero_and_a_gap_cost_nothing(tmp_path: Path) -> None:
    registry = _registry(tmp_path)
    key = registry.points["p/el"].key
    with Store.open(tmp_path / "data") as store:
        store.append(_readings(registry))
        Settler(store, registry, lambda: END_MS).step()
        intervals, days, _ = _results(store, registry)
    true = np.cumsum(np.random.default_rng(7).uniform(5, 9, 865)) * 10
    mine = intervals.amount[intervals.point == key].sum()
    assert mine == pytest.approx(true[-1] - true[0], rel=1e-9)
    # The gap of ten hours leaves no day: the days know their energy exactly.
    rows = days.take(days.point == key)
    assert rows.estimated_s[:2].tolist() == [0.0, 0.0]
    assert rows.measured_s[:2].tolist() == [86_400.0, 86_400.0]


def test_a_point_described_otherwise_is_settled_anew(tmp_path: Path) -> None:
    registry = _registry(tmp_path, 10)
    key = registry.points["p/el"].key
    with Store.open(tmp_path / "data") as store:
        store.append(_readings(registry))
        Settler(store, registry, lambda: END_MS).step()
        before = _results(store, registry)[0]
        settler = Settler(store, _registry(tmp_path, 20), lambda: END_MS)
        done = settler.step()
        assert done is not None
        assert done.points.tolist() == [key]
        after = _results(store, registry)[0]
        assert settler.step() is None
    np.testing.assert_allclose(after.amount[after.point == key], 2 * before.amount[before.point == key], rtol=1e-12)
    np.testing.assert_array_equal(after.amount[after.point != key], before.amount[before.point != key])


def _without(folder: Path, first: str) -> Registry:
    """The plant without the end of its file from some text on; the keys of the rest stay."""
    return registry_of(folder, PLANT[: PLANT.index(first)].replace("MULTIPLIER", "10"))


@pytest.mark.parametrize("first", ["[[outlets]]", '[[points]]\nid = "steam"'], ids=["outlet", "point and outlet"])
def test_what_is_described_later_is_settled_from_the_first_reading_on(tmp_path: Path, first: str) -> None:
    registry, less = _registry(tmp_path), _without(tmp_path, first)
    readings = _readings(registry)
    now = lambda: END_MS  # noqa: E731
    with Store.open(tmp_path / "once") as store:
        store.append(readings)
        Settler(store, registry, now).step()
        wanted = _results(store, registry)
    order = np.random.default_rng(3).permutation(len(readings))
    first_part, second, third = np.array_split(order, 3)
    with Store.open(tmp_path / "again") as store:
        # Known, then gone while readings go on to come, then there again.
        store.append(readings.take(first_part))
        settler = Settler(store, registry, now)
        settler.step()
        settler.reload(less)
        settler.step()
        store.append(readings.take(second))
        settler.step()
        store.append(readings.take(third))
        settler.step()
        settler.reload(registry)
        settler.step()
        found = _results(store, registry)
    for one, other in zip(found, wanted, strict=True):
        _assert_equal(one, other)


def test_dead_letters_alone_and_unknown_points_move_the_settled_batch(tmp_path: Path) -> None:
    registry = _registry(tmp_path)
    readings = _readings(registry)
    with Store.open(tmp_path / "data") as store:
        settler = Settler(store, registry, lambda: END_MS)
        store.append(Readings.empty(), [DeadLetter(END_MS, "source", "topic", b"{", "no JSON")])
        settler.step()
        unknown = np.full(5, 99, np.int32)
        rest = readings.take(slice(0, 5))
        batch = store.append(Readings(unknown, rest.time_ms, rest.value, rest.flag, rest.received_ms))
        done = settler.step()
        assert done is not None
        assert (done.batch, done.intervals, store.settled_batch) == (batch, 0, batch)
        assert settler.step() is None
