"""How many readings a second does settlement settle on one core?"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from analytics.columns import INTERVAL_MS, Kind, Points, Ranges, Readings
from analytics.settlement import settle
from tests.bench.report import Result, at_least

START_MS = 1_535_731_200_000
N_POINTS = 1000
N_MINUTES = 2 * 1440


def registers(n_points: int, n_readings: int, step_ms: int) -> tuple[Points, Readings, Ranges]:
    """Clean running totals around 600 kWh/h, with noise in every step."""
    rng = np.random.default_rng(1)
    key = np.arange(n_points, dtype=np.int32)
    steps = rng.uniform(8.0, 12.0, (n_points, n_readings)) * step_ms / 60_000
    time_ms = START_MS + np.arange(n_readings, dtype=np.int64) * step_ms
    n = n_points * n_readings
    readings = Readings(
        np.repeat(key, n_readings),
        np.tile(time_ms, n_points),
        (1000.0 + np.cumsum(steps, axis=1)).ravel(),
        np.zeros(n, np.uint8),
        np.zeros(n, np.int64),
    )
    full = np.full
    points = Points(
        key=key,
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
    end_ms = -(-int(time_ms[-1]) // INTERVAL_MS) * INTERVAL_MS
    ranges = Ranges(key, full(n_points, START_MS, np.int64), full(n_points, end_ms, np.int64))
    return points, readings, ranges


def measure() -> Iterator[Result]:
    points, readings, ranges = registers(N_POINTS, N_MINUTES, 60_000)
    best = np.inf
    for _ in range(3):
        began = time.process_time()
        settled = settle(points, ["Asia/Shanghai"], readings, ranges)
        best = min(best, time.process_time() - began)
    total = settled.intervals.amount.sum()
    ends = readings.value.reshape(N_POINTS, N_MINUTES)
    assert np.isclose(total, (ends[:, -1] - ends[:, 0]).sum(), rtol=1e-9), "the benchmark settles wrongly"
    rate = len(readings) / best / 1e6
    yield at_least("settlement: one-minute registers, 1000 points, one core", rate, "M readings/s", 5.0)
    # What the memory allows: one pass over the columns settlement has to read (time, value: 16 bytes a reading).
    began = time.process_time()
    for _ in range(5):
        readings.value.sum(), readings.time_ms.sum()
    pass_s = (time.process_time() - began) / 5
    yield Result("settlement: time over one plain pass of its input", best / pass_s, "x")
