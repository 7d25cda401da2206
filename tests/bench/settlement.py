"""How many readings a second does settlement settle on one core, and how many would the memory allow?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np

from analytics.columns import INTERVAL_MS, Intervals, Kind, Points, Ranges, Readings
from analytics.settlement import settle
from tests.bench.report import Result, at_least

START_MS = 1_535_731_200_000
N_POINTS = 1000
N_MINUTES = 2 * 1440
MINUTE_MS = 60_000
ZONES = ["Asia/Shanghai"]

COPIED_BYTES = 256_000_000
"""So much that no cache holds it."""

T = TypeVar("T")


def registers(n_points: int, n_readings: int, step_ms: int) -> tuple[Points, Readings, Ranges]:
    """Clean running totals around 600 kWh/h, with noise in every step, each read at a time of its own in the step."""
    rng = np.random.default_rng(1)
    key = np.arange(n_points, dtype=np.int32)
    steps = rng.uniform(8.0, 12.0, (n_points, n_readings)) * step_ms / MINUTE_MS
    phase_ms = rng.integers(0, step_ms, (n_points, 1))
    time_ms = START_MS + phase_ms + np.arange(n_readings, dtype=np.int64) * step_ms
    n = n_points * n_readings
    readings = Readings(
        np.repeat(key, n_readings),
        time_ms.ravel(),
        (1000.0 + np.cumsum(steps, axis=1)).ravel(),
        np.zeros(n, np.uint8),
        np.zeros(n, np.int64),
    )
    end_ms = -(-int(time_ms.max()) // INTERVAL_MS) * INTERVAL_MS
    ranges = Ranges(key, np.full(n_points, START_MS, np.int64), np.full(n_points, end_ms, np.int64))
    return table(n_points, step_ms), readings, ranges


def table(n_points: int, step_ms: int) -> Points:
    """Registers in kWh, up to 2000 kWh/h."""
    full = np.full
    return Points(
        key=np.arange(n_points, dtype=np.int32),
        kind=full(n_points, Kind.REGISTER, np.int8),
        factor=full(n_points, 1.0),
        offset=full(n_points, 0.0),
        modulus=full(n_points, 1e6),
        rating_per_h=full(n_points, 2000.0),
        resolution=full(n_points, 0.01),
        period_ms=full(n_points, step_ms, np.int64),
        label_end=full(n_points, False),
        hold_ms=full(n_points, 2 * step_ms, np.int64),
        valid_lo=full(n_points, -np.inf),
        valid_hi=full(n_points, np.inf),
        zero_is_missing=full(n_points, False),
        stuck_count=full(n_points, 0, np.int32),
        is_net=full(n_points, False),
        zone=full(n_points, 0, np.int32),
    )


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Processor time of one call, all threads, and what it returned. [s]"""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def copy_bytes_per_s() -> float:
    """How fast one core copies memory: bytes read plus bytes written, best of five."""
    source = np.ones(COPIED_BYTES // 8)
    target = np.zeros_like(source)
    return 2 * source.nbytes / min(timed(lambda: np.copyto(target, source))[0] for _ in range(5))


def moved_bytes(readings: Readings, intervals: Intervals) -> int:
    """What must be read and written at the least: every reading but its time of receipt, and every interval."""
    read = sum(column.nbytes for name, column in readings.as_dict().items() if name != "received_ms")
    return read + sum(column.nbytes for column in intervals.as_dict().values())


def measure() -> Iterator[Result]:
    points, readings, ranges = registers(N_POINTS, N_MINUTES, MINUTE_MS)
    best_s = np.inf
    for _ in range(5):
        took_s, settled = timed(lambda: settle(points, ZONES, readings, ranges))
        best_s = min(best_s, took_s)
    total = settled.intervals.amount.sum()
    ends = readings.value.reshape(N_POINTS, N_MINUTES)
    assert np.isclose(total, (ends[:, -1] - ends[:, 0]).sum(), rtol=1e-9), "the benchmark settles wrongly"
    rate = len(readings) / best_s
    yield at_least("settlement: one-minute registers, 1000 points, one core", rate / 1e6, "M readings/s", 20.0)
    copied = copy_bytes_per_s()
    allowed = copied / (moved_bytes(readings, settled.intervals) / len(readings))
    yield Result("settlement: memory, copied by one core", copied / 1e9, "GB/s read + written")
    yield Result("settlement: what that memory would allow", allowed / 1e6, "M readings/s")
    yield Result("settlement: our share of it", 100.0 * rate / allowed, "%")
