"""Does a streamed meter settle as if all had come at once, also where it sends slower than declared, or only nulls?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import Events, Float64, Int64, Ranges, Readings
from analytics.context import QUIET_STEPS
from engine.plan import Plan
from engine.settler import Settler
from engine.surroundings import MOST_READINGS, surroundings
from registry import Registry
from storage import Store
from tests.engine.make import ELECTRICITY, HEAD, START_MS, registry_of

MINUTE_MS = 60_000

PLANT = HEAD + ELECTRICITY + 'every = "1min"\n'
RATING = 'rating = "4000 kW"\n'


def _readings(time_ms: Int64, value: Float64) -> Readings:
    n = len(time_ms)
    return Readings(np.ones(n, np.int32), time_ms, value, np.zeros(n, np.uint8), time_ms)


def _settled_kwh(folder: Path, registry: Registry, readings: Readings, batches: list[np.ndarray]) -> float:
    """Total when the batches come one after the other, each settled by a settler that starts anew."""
    with Store.open(folder) as store:
        for rows in batches:
            store.append(readings.take(rows))
            Settler(store, registry, lambda: START_MS).step()
        every = Ranges(np.ones(1, np.int32), np.zeros(1, np.int64), np.full(1, 2**60))
        return float(store.intervals(every).amount.sum())


def _nulls_for_ten_hours(value: Float64) -> None:
    value[100:700] = np.nan


def _zeros(value: Float64) -> None:
    value[100:110] = 0.0


def _spike(value: Float64) -> None:
    value[100:103] = 5e7


@pytest.mark.parametrize("more", ["", RATING], ids=["unrated", "rated"])
@pytest.mark.parametrize(
    ("every_min", "fault"), [(1, _nulls_for_ten_hours), (15, _zeros), (15, _spike), (60, _zeros), (60, _spike)]
)
@pytest.mark.parametrize("order", ["as it came", "middle last"])
def test_streaming_loses_and_invents_nothing(
    tmp_path: Path, more: str, every_min: int, fault: Callable[[Float64], None], order: str
) -> None:
    n = 800 if every_min == 1 else 140
    value = 50_000.0 + 10.0 * every_min * np.arange(n)
    wanted = value[-1] - value[0]
    fault(value)
    readings = _readings(START_MS + np.arange(n) * every_min * MINUTE_MS, value)
    # Cuts in twelfths: before, inside and after the zeros and the spike, and parts that are all nulls.
    batches = np.split(np.arange(n), [n * part // 12 for part in (3, 6, 8, 9, 10)])
    if order == "middle last":
        batches = [batches[0], *batches[4:], *batches[1:4]]
    found = _settled_kwh(tmp_path / "data", registry_of(tmp_path, PLANT + more), readings, batches)
    # Every fault comes back, so the register knows the whole.
    assert found == pytest.approx(wanted, rel=1e-12)


def test_looks_as_far_as_a_quiet_zone_of_usable_readings_and_no_farther(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, PLANT)
    table = Plan(registry).table
    time_ms = START_MS + np.arange(100) * 15 * MINUTE_MS
    value = 1000.0 + np.arange(100.0)
    value[40:45] = np.nan
    with Store.open(tmp_path / "data") as store:
        store.append(_readings(time_ms, value))
        new = Ranges(np.ones(1, np.int32), time_ms[50:51], time_ms[50:51] + 1)
        low, high = surroundings(store, table, new, Events.empty())
    # Steps from 49 down and from 51 up, five readings before being null.
    assert (low[0], high[0]) == (time_ms[49 - 5 - QUIET_STEPS], time_ms[51 + QUIET_STEPS] + 1)


def test_nulls_that_come_last_are_not_searched_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead sensor that sends nulls for weeks must not cost a look at all these weeks in every round."""
    registry = registry_of(tmp_path, PLANT)
    value = np.arange(3000.0)
    value[100:] = np.nan
    time_ms = START_MS + np.arange(3000) * MINUTE_MS
    with Store.open(tmp_path / "data") as store:
        store.append(_readings(time_ms, value))
        settler = Settler(store, registry, lambda: START_MS)
        settler.step()
        asked: list[int] = []
        of_store = store.readings

        def counted(ranges: Ranges) -> Readings:
            found = of_store(ranges)
            asked.append(len(found))
            return found

        monkeypatch.setattr(store, "readings", counted)
        store.append(_readings(time_ms[-1:] + MINUTE_MS, np.array([np.nan])))
        settler.step()
        assert sum(asked) < 300


def test_a_level_described_as_a_register_does_not_settle_its_whole_past_with_every_reading(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, PLANT)
    n = 12_000
    time_ms = START_MS + np.arange(n) * MINUTE_MS
    value = np.random.default_rng(1).uniform(20.0, 60.0, n)
    with Store.open(tmp_path / "data") as store:
        store.append(_readings(time_ms, value))
        new = Ranges(np.ones(1, np.int32), time_ms[-1:], time_ms[-1:] + 1)
        low, high = surroundings(store, Plan(registry).table, new, Events.empty())
    assert time_ms[-1] - low[0] < 4 * MOST_READINGS * MINUTE_MS
    assert high[0] > time_ms[-1]
