"""Is the short way over clean registers the same as the long way, to the bit?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import settlement
from analytics.clean import Course, course_of
from analytics.columns import Flag, Float64, Points, Ranges, Readings
from analytics.settlement import Settled, settle

from .make import DAY, MINUTE_MS, ZONES, assert_same, point, readings, span

STEPS_MIN = [1 / 60, 1.0, 5.0, 15.0, 20.0, 60.0, 24 * 60.0]


def registers(rng: np.random.Generator, n_points: int) -> tuple[Points, Readings, Ranges]:
    """Clean registers, some of them with one fault; of all distances of readings."""
    tables, parts, ranges = [], [], []
    for key in range(1, n_points + 1):
        step = float(rng.choice(STEPS_MIN))
        n = int(rng.integers(1, 60))
        minutes = rng.uniform(0, 100) + np.arange(n) * step
        if rng.random() < 0.5:
            minutes += rng.uniform(0, 0.4, n) * step
        elif rng.random() < 0.5:
            minutes = np.round(minutes / 15) * 15 + np.arange(n) * (step if step >= 15 else 15)
        rise = rng.choice([rng.uniform(0, 10 * step, n), np.full(n, 10 * step), rng.integers(0, 2, n) * 1.0])
        value: Float64 = rng.choice([1e3, 1e6]) + np.cumsum(rise)
        if rng.random() < 0.3:
            value[int(rng.integers(n))] = rng.choice([0.0, np.nan, 5e7, -1.0])
        tables.append(
            point(
                key=key,
                period_ms=round(step * MINUTE_MS),
                rating_per_h=float(rng.choice([np.nan, 900.0])),
                modulus=float(rng.choice([np.nan, 1e7, 2e6])),
                resolution=float(rng.choice([0.0, 0.01])),
                stuck_count=int(rng.choice([0, 4])),
                factor=float(rng.choice([1.0, 8000.0, 0.3])),
            )
        )
        parts.append(readings(minutes.tolist(), value.tolist(), key=key))
        first = float(rng.integers(-200, 200))
        ranges.append(span(first, first + float(rng.choice([15, 600, 40 * DAY])), key=key))
    return Points.concat(tables), Readings.concat(parts), Ranges.concat(ranges)


def the_long_way(points: Points, data: Readings, ranges: Ranges) -> Settled:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settlement, "course_of", lambda *_: _NothingIsClean())
        return settle(points, ZONES, data, ranges)


class _NothingIsClean:
    clean = np.zeros(1, np.bool_)


@settings(max_examples=300)
@given(st.integers(0, 1_000_000), st.integers(1, 8))
def test_the_short_way_equals_the_long_way_to_the_bit(seed: int, n_points: int) -> None:
    points, data, ranges = registers(np.random.default_rng(seed), n_points)
    short, long = settle(points, ZONES, data, ranges), the_long_way(points, data, ranges)
    assert_same(short.intervals, long.intervals)
    assert_same(short.findings, long.findings)


def is_clean(values: list[float], **columns: object) -> bool:
    data = readings([float(m) for m in range(len(values))], values)
    table = point(**{"period_ms": MINUTE_MS, "rating_per_h": 900.0} | columns)
    return bool(_course(table, data).clean[0])


def _course(table: Points, data: Readings) -> Course:
    return course_of(table, data.time_ms, data.value, data.flag, np.array([len(data)]), np.array([False]))


def test_what_is_clean() -> None:
    assert is_clean([100.0, 110.0, 110.0, 120.0])
    assert is_clean([100.0, 110.0, 120.0], rating_per_h=np.nan)


@pytest.mark.parametrize(
    ("values", "columns"),
    [
        ([100.0], {}),
        ([100.0, 99.99, 110.0], {}),
        ([100.0, np.nan, 110.0], {}),
        ([100.0, 116.0], {}),
        ([100.0, 110.0], {"modulus": 105.0}),
        ([100.0, 110.0], {"valid_lo": 101.0}),
        ([0.0, 10.0], {"zero_is_missing": True}),
        ([0.0, 10.0], {"rating_per_h": np.nan}),
        ([1.0, 10.0], {"rating_per_h": np.nan}),
        ([100.0, 110.0, 110.0, 120.0], {"stuck_count": 2}),
        ([100.0, 110.0], {"is_net": True}),
        ([100.0, 110.0], {"modulus": 14.0, "valid_hi": np.inf}),
        ([100.0, np.inf], {"rating_per_h": np.nan}),
    ],
)
def test_what_is_not_clean(values: list[float], columns: dict[str, object]) -> None:
    assert not is_clean(values, **columns)


def test_two_distances_are_not_clean() -> None:
    data = readings([0.0, 1.0, 40.0, 41.0], [1.0, 2.0, 3.0, 4.0])
    table = point(period_ms=MINUTE_MS, rating_per_h=900.0)
    assert not _course(table, data).clean[0]
    assert Flag.GAP in {Flag(int(f)) for f in settle(table, ZONES, data, span(0, 60)).intervals.flags}
