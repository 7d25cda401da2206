"""How long does a late batch wait: ten hours of one point, in the middle of three years of a plant?

Timed from `Store.append` to the end of `Settler.step`, by the clock on the wall: a user waits for the disk too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np

from analytics.columns import HOUR_MS, INTERVAL_MS, Int32, Ranges
from storage import Store
from tests.bench.history import DAY_MINUTES, History
from tests.bench.report import Result, at_most, note

N_POINTS = 300
N_DAYS = 1096
LATE_HOURS = 10
FIRST_HOUR = 6
BULK = range(533, 563)
"""Days in the middle of which the journal holds every point's readings, so that the late ones lie among them."""

LATE_DAYS = range(560, 535, -6)
"""Days of one point that each lack ten hours until they come late: the last one first, because a silence is shared out
by the weeks before it, and those that still wait would be settled again with each one that ends."""


def measure(folder: Path) -> Iterator[Result]:
    began = time.perf_counter()
    history = History(folder, N_POINTS, N_DAYS)
    readings, intervals = _build(history)
    build_s = time.perf_counter() - began
    size_mb = sum(file.stat().st_size for file in history.store_folder.iterdir()) / 1e6
    note(
        f"late batch: built {N_POINTS} points with {N_DAYS} days of settled quarters ({intervals / 1e6:.1f} M) and "
        f"{readings / 1e6:.1f} M one-minute readings ({len(BULK)} days of every point, {N_DAYS} days of one), "
        f"{size_mb:.0f} MB on disk"
    )
    yield Result("late batch: its history built, not part of the product", build_s, "s")
    with Store.open(history.store_folder) as store:
        took = [_settle_late(history, store, day) for day in LATE_DAYS]
    wall_ms, processor_ms = ([1000.0 * seconds for seconds in column] for column in zip(*took, strict=True))
    # Far below the time on the wall, it says that the machine was busy with something else, or with its disk.
    yield Result("late batch: processor time of all threads, median", median(processor_ms), "ms")
    yield Result("late batch: slowest of five", max(wall_ms), "ms")
    yield at_most("late batch: 10 h of one of 300 points, 3 years, median", median(wall_ms), "ms", 200.0)


def _build(history: History) -> tuple[int, int]:
    """The journal in order of time, and the results; returns how many readings and intervals there are."""
    late, others = history.keys[:1], history.keys[1:]
    with history.begin() as store:
        history.append_days(store, late, 0, BULK.start, at_once=30)
        batch = history.append_days(store, others, BULK.start, BULK.stop)
        intervals = history.write_results(store, batch)
        # The point with the holes is settled as it would have been, and the settler has run once before it is timed.
        for day in BULK:
            readings = history.readings(late, history.day_ms(day), history.day_ms(day + 1))
            hour = (readings.time_ms - history.day_ms(day)) // HOUR_MS
            is_late = (day in LATE_DAYS) & (hour >= FIRST_HOUR) & (hour < FIRST_HOUR + LATE_HOURS)
            store.append(readings.take(~is_late))
        history.append_days(store, late, BULK.stop, N_DAYS, at_once=30)
        history.settle_all(store)
        count = store.counts().readings
    missing = len(LATE_DAYS) * LATE_HOURS * 60
    assert count == (len(BULK) * len(others) + N_DAYS) * DAY_MINUTES - missing, "the history lacks readings"
    return count, intervals


def _settle_late(history: History, store: Store, day: int) -> tuple[float, float]:
    """Append ten hours of one day and settle; returns the time on the wall and of the processor. [s]"""
    late = history.keys[:1]
    from_ms = history.day_ms(day) + FIRST_HOUR * HOUR_MS
    to_ms = from_ms + LATE_HOURS * HOUR_MS
    readings, settler = history.readings(late, from_ms, to_ms), history.settler(store)
    assert store.intervals(_one(late, from_ms, to_ms)).estimated_s.any(), "nothing was missing before the late batch"
    began, processor_began = time.perf_counter(), time.process_time()
    batch = store.append(readings)
    settled = settler.step()
    took_s = time.perf_counter() - began, time.process_time() - processor_began
    assert settled is not None and settled.batch == batch, "the late batch was not settled in one round"
    found = store.intervals(_one(late, from_ms, to_ms))
    edge_ms = np.arange(from_ms, to_ms + 1, INTERVAL_MS, dtype=np.int64)
    np.testing.assert_allclose(found.amount, np.diff(history.kwh(late, edge_ms)), rtol=1e-9)
    np.testing.assert_array_equal(found.measured_s, 900.0)
    return took_s


def _one(point: Int32, from_ms: int, to_ms: int) -> Ranges:
    return Ranges(point, np.array([from_ms]), np.array([to_ms]))
