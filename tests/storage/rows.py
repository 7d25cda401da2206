"""Made-up rows for the store's tests."""

from __future__ import annotations

import numpy as np

from analytics.columns import INTERVAL_MS, Columns, Days, Findings, Int32, Intervals, Ranges, Readings

T0_MS = 1_535_731_200_000
"""2018-08-31 16:00 UTC, midnight in Shanghai."""


def readings(*rows: tuple[int, int, float], flag: int = 0) -> Readings:
    """Readings from (point, milliseconds after T0, value); received a second after their time."""
    point, time_ms, value = (np.array(column) for column in zip(*rows, strict=True))
    return Readings(
        point.astype(np.int32),
        T0_MS + time_ms.astype(np.int64),
        value.astype(np.float64),
        np.full(len(rows), flag, np.uint8),
        T0_MS + time_ms.astype(np.int64) + 1000,
    )


def random_readings(rng: np.random.Generator, count: int, points: int, hours: float) -> Readings:
    """Readings at random times, some twice at one time, some without a value."""
    time_ms = T0_MS + rng.integers(0, int(hours * 3600), count) * 1000
    value = rng.normal(size=count)
    value[rng.random(count) < 0.05] = np.nan
    return Readings(
        rng.integers(1, points + 1, count).astype(np.int32),
        time_ms.astype(np.int64),
        value,
        rng.integers(0, 16, count).astype(np.uint8),
        (time_ms + rng.integers(0, 5000, count)).astype(np.int64),
    )


def ranges(*rows: tuple[int, int, int]) -> Ranges:
    """Ranges from (point, from, to), milliseconds after T0."""
    point, from_ms, to_ms = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    return Ranges(point.astype(np.int32), T0_MS + from_ms, T0_MS + to_ms)


def random_ranges(rng: np.random.Generator, count: int, points: int, hours: float) -> Ranges:
    """Ranges that overlap, some empty, some of points without readings."""
    from_ms = T0_MS + rng.integers(-3600, int(hours * 3600), count) * 1000
    long_ms = rng.choice([0, 1000, 60_000, 900_000, 86_400_000], count)
    return Ranges(rng.integers(0, points + 3, count).astype(np.int32), from_ms, from_ms + long_ms)


def intervals(point: Int32, start_ms: np.ndarray, amount: float = 1.0) -> Intervals:
    """Fully measured intervals."""
    count = len(point)
    return Intervals(
        np.asarray(point, np.int32),
        np.asarray(start_ms, np.int64),
        np.full(count, amount),
        np.full(count, 900.0, np.float32),
        np.zeros(count, np.float32),
        np.full(count, np.nan),
        np.zeros(count, np.uint16),
        np.asarray(start_ms, np.int64),
        np.asarray(start_ms, np.int64) + INTERVAL_MS,
        np.zeros(count, np.float32),
        np.zeros(count, np.float32),
    )


def days(*rows: tuple[int, int, float]) -> Days:
    """Days from (point, day, amount)."""
    point, day, amount = (np.array(column) for column in zip(*rows, strict=True))
    full = np.full(len(rows), 86_400.0, np.float32)
    return Days(
        point.astype(np.int32),
        day.astype(np.int32),
        amount.astype(np.float64),
        full,
        full * 0,
        full,
        np.full(len(rows), 3.0),
        np.full(len(rows), 5, np.uint16),
    )


def findings(*rows: tuple[int, int, int]) -> Findings:
    """Findings from (point, milliseconds after T0, flag); their effect is missing."""
    point, time_ms, what = (np.array(column) for column in zip(*rows, strict=True))
    number = np.arange(len(rows), dtype=np.float64)
    return Findings(
        point.astype(np.int32),
        T0_MS + time_ms.astype(np.int64),
        T0_MS + time_ms.astype(np.int64) + 60_000,
        what.astype(np.uint16),
        number,
        number + 0.5,
        np.full(len(rows), np.nan),
    )


def assert_same(got: Columns, wanted: Columns) -> None:
    """Equal types, lengths and entries; NaN equals NaN."""
    assert type(got) is type(wanted)
    for name, array in wanted.as_dict().items():
        mine = getattr(got, name)
        assert type(mine) is np.ndarray and mine.dtype == array.dtype, name
        np.testing.assert_array_equal(mine, array, err_msg=name)
