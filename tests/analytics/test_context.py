"""Does a part, settled with its surroundings, equal the whole to the bit?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.columns import (
    FOREVER_MS,
    INTERVAL_MS,
    EventKind,
    Events,
    Float64,
    Kind,
    Points,
    Ranges,
    Readings,
)
from analytics.context import QUIET_STEPS, decided_by, held_ms
from analytics.settlement import settle

from .make import DAY, HOUR, MINUTE_MS, T0, ZONES, assert_same, point, readings, span

KINDS = [Kind.REGISTER, Kind.AMOUNT, Kind.RATE, Kind.MEAN, Kind.CONCENTRATION]


def faulty(rng: np.random.Generator, kind: Kind, n: int, share: float) -> Readings:
    """Readings of which a share is wrong in every way that occurs."""
    minutes = np.cumsum(rng.choice([1.0, 1.0, 1.0, 2.0, 5.0], n) + rng.uniform(0, 0.2, n))
    minutes[n // 2 :] += rng.choice([0.0, 90.0, 3000.0])
    value = rng.uniform(5, 50, n)
    if kind is Kind.REGISTER:
        value = 99_000 + np.cumsum(rng.uniform(0, 12, n).round(2))
        value = np.where(rng.random() < 0.5, value % 1e5, value)
        if rng.random() < 0.3:
            value[n // 3 :] -= value[n // 3]
    for first in rng.integers(0, n, int(rng.integers(0, 4))).tolist():
        value[first : first + int(rng.integers(2, 100))] = value[first]
    wrong = rng.random(n) < share
    kinds = rng.integers(0, 6, n)
    value = np.where(wrong & (kinds == 0), 0.0, value)
    value = np.where(wrong & (kinds == 1), 5e7, value)
    value = np.where(wrong & (kinds == 2), np.nan, value)
    value = np.where(wrong & (kinds == 3), value - 0.02, value)
    value = np.where(wrong & (kinds == 4), np.roll(value, 1), value)
    again = np.flatnonzero(wrong & (kinds == 5))
    order = np.argsort(np.concatenate([np.arange(n), again]), kind="stable")
    minutes, value = np.append(minutes, minutes[again])[order], np.append(value, value[again] + 3.0)[order]
    return readings(minutes.tolist(), value.tolist())


def table_of(rng: np.random.Generator, kind: Kind) -> Points:
    return point(
        kind=kind,
        period_ms=int(rng.choice([1, 1, 15])) * MINUTE_MS,
        rating_per_h=float(rng.choice([np.nan, 900.0])),
        modulus=float(rng.choice([np.nan, 1e5])),
        resolution=float(rng.choice([0.0, 0.01])),
        hold_ms=int(rng.choice([5, 40])) * MINUTE_MS,
        stuck_count=int(rng.choice([0, 0, 3, 10, 60])),
        is_net=bool(kind is Kind.REGISTER and rng.random() < 0.2),
        label_end=bool(rng.random() < 0.5),
        factor=float(rng.choice([1.0, 80.0, 0.001])),
    )


def some_events(rng: np.random.Generator, data: Readings) -> Events:
    n = int(rng.integers(0, 5))
    from_ms = rng.choice(data.time_ms, n) + rng.integers(-1, 2, n) * 7
    from_ms = np.sort(np.where(rng.random(n) < 0.3, from_ms[:1].repeat(n), from_ms))  # several at one instant
    what = rng.choice([int(kind) for kind in EventKind], n).astype(np.uint8)
    length = rng.integers(0, 20, n) * MINUTE_MS
    to_ms = np.where(what == EventKind.RATIO, FOREVER_MS, from_ms + length)
    value = np.where(what == EventKind.CLOCK, -30.0 * MINUTE_MS, rng.choice([2.0, 0.5, 0.01, 40.0], n))
    end = np.where(rng.random(n) < 0.5, 99_500.0, np.nan)
    return Events(np.full(n, 1, np.int32), from_ms, to_ms, what, value, end, np.where(rng.random(n) < 0.5, 3.0, np.nan))


def surroundings(table: Points, data: Readings, ranges: Ranges, events: Events) -> Readings:
    """What an engine reads that looks farther and farther until it has seen enough."""
    low, high = ranges.from_ms[0] - MINUTE_MS, ranges.to_ms[0] + MINUTE_MS
    while True:
        at_hand = data.take((data.time_ms >= low) & (data.time_ms < high))
        reach = decided_by(table, at_hand, ranges, events)
        is_all = low <= data.time_ms[0], high > data.time_ms[-1]
        if (reach.enough_low[0] or is_all[0]) and (reach.enough_high[0] or is_all[1]):
            seen = (data.time_ms >= reach.low_ms[0]) & (data.time_ms < reach.high_ms[0])
            return data.take(seen)
        low -= 0 if reach.enough_low[0] else max(int(ranges.from_ms[0] - low), MINUTE_MS)
        high += 0 if reach.enough_high[0] else max(int(high - ranges.to_ms[0]), MINUTE_MS)


@settings(max_examples=300)
@given(st.sampled_from(KINDS), st.integers(0, 100_000), st.sampled_from([0.0, 0.02, 0.1, 0.4]), st.floats(0, 1))
def test_a_part_equals_the_whole_to_the_bit(kind: Kind, seed: int, share: float, place: float) -> None:
    rng = np.random.default_rng(seed)
    table, data = table_of(rng, kind), faulty(rng, kind, 500, share)
    first = int((data.time_ms[0] - T0) // MINUTE_MS + place * (data.time_ms[-1] - data.time_ms[0]) // MINUTE_MS)
    part = span(first, first + int(rng.choice([1, 60, 300])))
    every = settle(table, ZONES, data, part)
    seen = settle(table, ZONES, surroundings(table, data, part, Events.empty()), part)
    assert_same(seen.intervals, every.intervals)
    assert_same(seen.findings, every.findings)


@settings(max_examples=200)
@given(st.sampled_from([Kind.REGISTER, *KINDS]), st.integers(0, 100_000), st.floats(0, 1))
def test_a_part_equals_the_whole_also_with_what_was_said(kind: Kind, seed: int, place: float) -> None:
    rng = np.random.default_rng(seed)
    table, data = table_of(rng, kind), faulty(rng, kind, 500, 0.05)
    events = some_events(rng, data)
    first = int((data.time_ms[0] - T0) // MINUTE_MS + place * (data.time_ms[-1] - data.time_ms[0]) // MINUTE_MS)
    part = span(first, first + 120)
    wide = Ranges(part.point, part.from_ms, part.to_ms)
    every = settle(table, ZONES, data, part, events)
    shift = 30 * MINUTE_MS
    near = surroundings(table, data, Ranges(part.point, wide.from_ms - shift, wide.to_ms + shift), events)
    seen = settle(table, ZONES, near, part, events)
    assert_same(seen.intervals, every.intervals)
    assert_same(seen.findings, every.findings)


@given(st.sampled_from(KINDS), st.integers(0, 10_000), st.integers(2, 40))
def test_any_cut_gives_the_same_bits(kind: Kind, seed: int, n_cuts: int) -> None:
    rng = np.random.default_rng(seed)
    table, data = table_of(rng, kind), faulty(rng, kind, 300, 0.1)
    last = int((data.time_ms[-1] - T0) // INTERVAL_MS + 4)
    cuts: Float64 = np.unique(np.concatenate([[-4], rng.integers(-4, last, n_cuts), [last]])) * 15
    whole = settle(table, ZONES, data, span(float(cuts[0]), float(cuts[-1])))
    at = 0
    for low, high in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        part = settle(table, ZONES, data, span(low, high)).intervals
        assert_same(part, whole.intervals.take(slice(at, at + len(part))))
        at += len(part)
    assert at == len(whole.intervals)


def test_a_clean_meter_needs_no_more_than_a_quiet_zone() -> None:
    table = point(period_ms=MINUTE_MS, rating_per_h=900.0)
    data = readings(list(range(DAY)), [1000.0 + 10.0 * m for m in range(DAY)])
    reach = decided_by(table, data, span(10 * HOUR, 11 * HOUR))
    assert bool(reach.enough_low[0] and reach.enough_high[0])
    assert (T0 + 10 * HOUR * MINUTE_MS - int(reach.low_ms[0])) == (QUIET_STEPS + 1) * MINUTE_MS
    assert (int(reach.high_ms[0]) - T0 - 11 * HOUR * MINUTE_MS) == QUIET_STEPS * MINUTE_MS + 1


def test_a_stuck_point_needs_its_whole_run() -> None:
    table = point(kind=Kind.RATE, period_ms=MINUTE_MS, stuck_count=60)
    data = readings(list(range(DAY)), [10.0] * DAY)
    reach = decided_by(table, data, span(10 * HOUR, 11 * HOUR))
    assert (T0 + 10 * HOUR * MINUTE_MS - int(reach.low_ms[0])) == (
        66 + 15
    ) * MINUTE_MS  # and the quarter of an hour it stands for


def test_too_few_readings_are_not_enough() -> None:
    table = point(period_ms=MINUTE_MS)
    few = readings([0, 1, 2, 100, 101], [1.0, 2.0, 3.0, 4.0, 5.0])
    reach = decided_by(table, few, span(15, 30))
    assert not reach.enough_low[0] and not reach.enough_high[0]
    assert (int(reach.low_ms[0]), int(reach.high_ms[0])) == (T0, T0 + 101 * MINUTE_MS + 1)


@pytest.mark.parametrize(
    ("kind", "hold", "period", "wanted"),
    [
        (Kind.RATE, 40, 1, 40),
        (Kind.REGISTER, 40, 1, 2),
        (Kind.AMOUNT, 0, 60, 120),
        (Kind.CONCENTRATION, 10**9, 1, 40 * DAY),
    ],
)
def test_a_reading_stands_for_what_it_says(kind: Kind, hold: int, period: int, wanted: int) -> None:
    table = point(kind=kind, hold_ms=hold * MINUTE_MS, period_ms=period * MINUTE_MS)
    assert held_ms(table).tolist() == [wanted * MINUTE_MS]
