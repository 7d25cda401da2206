"""Properties of the whole: conservation, splitting, duplicates, many points at once, refusals."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import chunks
from analytics.columns import INTERVAL_MS, Findings, Intervals, Kind, Points, Ranges, Readings
from analytics.settlement import settle

from .make import DAY, HOUR, MINUTE_MS, T0, ZONES, assert_same, point, readings, settled, span

KINDS = [Kind.REGISTER, Kind.AMOUNT, Kind.RATE, Kind.MEAN, Kind.CONCENTRATION, Kind.STATE]


def random_readings(rng: np.random.Generator, kind: Kind, n: int) -> Readings:
    """Uneven times with some gaps; a register with falls, zeros and spikes, other kinds with any value."""
    minutes = np.cumsum(rng.choice([1, 5, 15, 60, 300], n, p=[0.2, 0.2, 0.4, 0.15, 0.05]) + rng.integers(0, 3, n) / 7)
    if kind is Kind.AMOUNT or kind is Kind.MEAN:
        minutes = np.cumsum(rng.choice([15, 30, 90], n, p=[0.9, 0.08, 0.02]))
    value = rng.uniform(-5, 50, n).round(3)
    if kind is Kind.REGISTER:
        value = 1000 + np.cumsum(np.append(0, np.diff(minutes)) * rng.uniform(0, 10, n))
        value[rng.random(n) < 0.03] = 0.0
        value[rng.random(n) < 0.02] *= 1e4
        value[rng.random(n) < 0.03] -= 0.02
        value[n // 2 :] -= value[n // 2 : n // 2 + 1] * (rng.random() < 0.5)
    return readings(minutes.tolist(), value.tolist())


def random_point(rng: np.random.Generator, kind: Kind, **columns: Any) -> Points:
    rating = 900.0 if rng.random() < 0.5 else np.nan
    modulus = 1e5 if rng.random() < 0.5 else np.nan
    return point(
        kind=kind,
        rating_per_h=rating,
        modulus=modulus,
        resolution=0.01,
        hold_ms=40 * MINUTE_MS,
        stuck_count=3,
        **columns,
    )


@given(st.lists(st.floats(0.0, 50.0), min_size=1, max_size=60), st.integers(1, 90), st.integers(0, 40))
def test_clean_register_is_conserved(steps: list[float], every: int, offset: int) -> None:
    values = np.concatenate([[5e6], 5e6 + np.cumsum(steps)])
    minutes = (offset + every * np.arange(len(values))).tolist()
    result = settled(point(), readings(minutes, values.tolist()), span(-DAY, 10 * DAY)).intervals
    assert result.amount.sum() == pytest.approx(values[-1] - values[0], rel=1e-9, abs=1e-6)
    known = result.measured_s.sum(dtype=np.float64) + result.estimated_s.sum(dtype=np.float64)
    assert known == pytest.approx(60.0 * every * len(steps))
    # Independent: the register itself, read at the edges by linear interpolation.
    edges = np.arange(T0, T0 + minutes[-1] * MINUTE_MS + INTERVAL_MS, INTERVAL_MS)
    wanted = np.diff(np.interp(edges, T0 + np.array(minutes) * MINUTE_MS, values))
    got = np.zeros(len(wanted))
    got[(result.start_ms - T0) // INTERVAL_MS] = result.amount
    np.testing.assert_allclose(got, wanted, atol=1e-6)


@given(st.sampled_from(KINDS), st.integers(0, 10_000), st.integers(1, 60))
def test_splitting_a_range_gives_the_same_intervals(kind: Kind, seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    table, data = random_point(rng, kind), random_readings(rng, kind, 60)
    whole = span(0, 4 * DAY)
    edge = whole.from_ms + cut * INTERVAL_MS
    first = settle(table, ZONES, data, Ranges(whole.point, whole.from_ms, edge))
    second = settle(table, ZONES, data, Ranges(whole.point, edge, whole.to_ms))
    both = settle(table, ZONES, data, whole)
    assert_same(Intervals.concat([first.intervals, second.intervals]), both.intervals)
    assert_same(Findings.concat([first.findings, second.findings]), both.findings)


@given(st.sampled_from(KINDS), st.integers(0, 10_000))
def test_duplicates_and_arrival_order_change_nothing(kind: Kind, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table, data = random_point(rng, kind), random_readings(rng, kind, 50)
    again = data.take(rng.integers(0, len(data), 80))
    shuffled = Readings.concat([data, again]).take(rng.permutation(130))
    in_order = shuffled.take(np.argsort(shuffled.time_ms, kind="stable"))
    once, twice = settled(table, data), settled(table, in_order)
    assert_same(once.intervals, twice.intervals)
    assert_same(once.findings, twice.findings)


@given(st.integers(0, 10_000), st.integers(1, 400))
def test_points_do_not_touch_each_other(seed: int, chunk: int) -> None:
    rng = np.random.default_rng(seed)
    keys = rng.permutation(20)[:8]
    tables, parts, ranges = [], [], []
    for key in keys.tolist():
        kind = KINDS[int(rng.integers(len(KINDS)))]
        tables.append(random_point(rng, kind, key=key))
        data = random_readings(rng, kind, int(rng.integers(0, 40)))
        parts.append(Readings(np.full(len(data), key, np.int32), *list(data.as_dict().values())[1:]))
        ranges.append(span(int(rng.integers(0, 300)), int(rng.integers(300, 4 * DAY)), key=key))
    alone = [settle(t, ZONES, d, r) for t, d, r in zip(tables, parts, ranges, strict=True)]
    order = np.argsort(keys)
    together_rows = Readings.concat([parts[i] for i in order])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_ROWS", chunk)
        together = settle(Points.concat(tables), ZONES, together_rows, Ranges.concat(ranges))
    assert_same(together.intervals, Intervals.concat([alone[i].intervals for i in order]))
    assert_same(together.findings, Findings.concat([alone[i].findings for i in order]))


@given(st.sampled_from(KINDS), st.integers(0, 10_000))
def test_intervals_are_well_formed(kind: Kind, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ranges = span(100, 3 * DAY)
    result = settled(random_point(rng, kind), random_readings(rng, kind, 60), ranges).intervals
    assert bool((result.start_ms % INTERVAL_MS == 0).all())
    assert all(b > a for a, b in pairwise(result.start_ms.tolist()))
    assert bool((result.start_ms >= ranges.from_ms[0]).all())
    assert bool((result.start_ms < ranges.to_ms[0]).all())
    known = result.measured_s + result.estimated_s
    assert bool((known <= 900.0).all())
    assert bool((result.measured_s >= 0).all() and (result.estimated_s >= 0).all())
    assert bool(((known > 0) | (result.flags != 0)).all())
    np.testing.assert_array_equal(np.isnan(result.peak), known == 0)
    assert bool(np.isfinite(result.amount).all())
    assert bool((result.amount[known == 0] == 0.0).all())
    assert bool((result.below >= 0.0).all() and (result.above >= 0.0).all())
    assert bool((result.span_from_ms <= result.start_ms).all())
    assert bool((result.span_to_ms >= result.start_ms + INTERVAL_MS).all())


def test_large_points_do_not_blur_small_ones() -> None:
    big = readings([0, 15, 30], [9e14, 9e14, 9e14], key=1)
    small = readings([0, 15, 30], [1e-6, 2e-6, 4e-6], key=2)
    tables = Points.concat([point(key=1, kind=Kind.AMOUNT), point(key=2, kind=Kind.AMOUNT)])
    ranges = Ranges.concat([span(0, HOUR, key=1), span(0, HOUR, key=2)])
    result = settle(tables, ZONES, Readings.concat([big, small]), ranges).intervals
    assert result.amount[result.point == 2].tolist() == pytest.approx([1e-6, 2e-6, 4e-6], rel=1e-9)


def test_refusals_name_what_came() -> None:
    data = readings([0, 15], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"\[2\] that the table of 1 points"):
        settled(point(), data, span(0, HOUR, key=2))
    with pytest.raises(ValueError, match="2 ranges name 1 points"):
        settled(point(), data, Ranges.concat([span(0, HOUR), span(HOUR, DAY)]))
    crooked = Ranges(np.array([1], np.int32), np.array([T0 + 1]), np.array([T0]))
    with pytest.raises(ValueError, match="multiples of 900000 ms"):
        settled(point(), data, crooked)
    with pytest.raises(ValueError, match="sorted by point"):
        settled(point(), readings([15, 0], [1.0, 2.0]))


def test_readings_of_points_without_a_range_are_passed_over() -> None:
    both = Readings.concat([readings([0, 15], [1.0, 2.0], key=1), readings([0, 15], [1.0, 3.0], key=2)])
    tables = Points.concat([point(key=2), point(key=1)])
    assert settle(tables, ZONES, both, span(0, HOUR, key=2)).intervals.amount.tolist() == [2.0]


def test_a_sum_is_rounded_alike_whoever_stands_beside_it() -> None:
    rng = np.random.default_rng(1)
    tables = [point(key=key, kind=Kind.RATE) for key in range(40)]
    parts = [readings(range(1, 9), rng.uniform(0, 90, 8).tolist(), key=key) for key in range(40)]
    ranges = [span(0, 15, key=key) for key in range(40)]
    alone = [settle(*one) for one in zip(tables, [ZONES] * 40, parts, ranges, strict=True)]
    together = settle(Points.concat(tables), ZONES, Readings.concat(parts), Ranges.concat(ranges))
    assert_same(together.intervals, Intervals.concat([result.intervals for result in alone]))
