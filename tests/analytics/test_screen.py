"""Which readings may be used: each rule by a few readings."""

from __future__ import annotations

import math

import pytest

from analytics.columns import Flag, Kind, Quality

from .make import flags_of, minutes_of, point, readings, settled, whats

REGISTER = {"rating_per_h": 1200.0}


def test_equal_reading_at_equal_time_is_ignored() -> None:
    result = settled(point(**REGISTER), readings([0, 0, 15, 15, 15, 30], [100, 100, 250, 250, 250, 400]))
    assert result.intervals.amount.tolist() == [150.0, 150.0]
    assert flags_of(result.intervals) == Flag(0)
    assert len(result.findings) == 0


def test_of_two_values_at_one_time_the_last_received_counts() -> None:
    result = settled(point(**REGISTER), readings([0, 15, 15, 30], [100, 260, 250, 400]))
    assert result.intervals.amount.tolist() == [150.0, 150.0]
    assert whats(result.findings) == [Flag.CONFLICT]
    assert (result.findings.before[0], result.findings.after[0]) == (260.0, 250.0)
    assert [Flag(int(f)) for f in result.intervals.flags] == [Flag(0), Flag.CONFLICT]


def test_null_and_bad_are_left_out_and_said() -> None:
    quality = [0, Quality.NULL, 0, Quality.BAD_AT_SOURCE, 0, 0]
    result = settled(
        point(**REGISTER), readings([0, 5, 10, 15, 20, 30], [100, math.nan, 200, 7.0, 300, 400], flags=quality)
    )
    assert result.intervals.amount.sum() == pytest.approx(300.0)
    assert [Flag(int(f)) for f in result.intervals.flags] == [Flag.BAD, Flag.BAD]


def test_retained_and_imported_readings_count() -> None:
    quality = [Quality.RETAINED, Quality.IMPORTED]
    assert len(settled(point(**REGISTER), readings([0, 15], [100, 250], flags=quality)).intervals) == 1


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1.7e308, -1.7e308, 3.5e38])
@pytest.mark.parametrize("n", [1, 2])
def test_what_single_precision_cannot_hold_is_bad(value: float, n: int) -> None:
    result = settled(point(**REGISTER), readings([0, *range(5, 5 + n), 15], [100, *[value] * n, 250]))
    assert result.intervals.amount.tolist() == [150.0]
    assert flags_of(result.intervals) == Flag.BAD


def test_out_of_range_is_left_out() -> None:
    table = point(kind=Kind.CONCENTRATION, valid_lo=0.0, valid_hi=500.0, hold_ms=30 * 60_000)
    result = settled(table, readings([0, 15, 30], [20.0, 900.0, 24.0])).intervals
    assert result.amount.tolist() == pytest.approx([5.0, 5.0, 6.0, 6.0])
    assert [Flag(int(f)) for f in result.flags] == [Flag(0), Flag.RANGE, Flag(0), Flag(0)]
    edge = settled(table, readings([0], [500.0])).intervals
    assert flags_of(edge) == Flag(0)


def test_above_the_modulus_is_left_out_also_beside_a_rollover() -> None:
    #   9980 9990 | 10001 no display of four digits shows | 0 10: 10 a minute through the modulus
    table = point(modulus=10_000.0, period_ms=60_000)
    result = settled(table, readings(range(6), [9980.0, 9990.0, 5e7, 10_001.0, 20.0, 30.0]))
    assert result.intervals.amount.sum() == pytest.approx(50.0)
    assert flags_of(result.intervals) == Flag.RANGE | Flag.ROLLOVER
    assert whats(result.findings) == [Flag.ROLLOVER]


def test_zero_that_cannot_be_true() -> None:
    table = point(kind=Kind.CONCENTRATION, zero_is_missing=True)
    result = settled(table, readings([0, 15], [0.0, 24.0])).intervals
    # The first quarter knows nothing; it stands here to say why.
    assert minutes_of(result) == [0, 15]
    assert (result.amount[0], result.measured_s[0], Flag(int(result.flags[0]))) == (0.0, 0.0, Flag.ZERO)
    assert math.isnan(result.peak[0])
    assert result.measured_s[1] == 900.0


def test_stuck_value_is_kept_and_said() -> None:
    table = point(kind=Kind.CONCENTRATION, stuck_count=4)
    result = settled(table, readings([0, 15, 30, 45, 60, 75], [5.0, 7.0, 7.0, 7.0, 7.0, 6.0])).intervals
    assert result.amount.sum() == pytest.approx((5 + 7 * 4 + 6) / 4)
    assert [bool(int(f) & Flag.STUCK) for f in result.flags] == [False, True, True, True, True, False]
    three = settled(table, readings([0, 15, 30, 45], [7.0, 7.0, 7.0, 6.0])).intervals
    assert flags_of(three) == Flag(0)


def test_zero_is_a_reading() -> None:
    result = settled(point(kind=Kind.RATE), readings([0, 15], [0.0, 0.0])).intervals
    assert (result.amount.tolist(), result.measured_s.tolist()) == ([0.0], [900.0])


def test_of_a_rate_that_stood_still_nothing_is_known_until_it_moves() -> None:
    #   5 6 | 10 twenty times, a minute apart though a quarter of an hour is expected | 40 41
    table = point(kind=Kind.RATE, period_ms=15 * 60_000, hold_ms=60 * 60_000, stuck_count=3)
    result = settled(table, readings(range(24), [5.0, 6.0, *[10.0] * 20, 40.0, 41.0])).intervals
    assert result.measured_s.sum() + result.estimated_s.sum() == 3 * 60
    assert result.amount.sum() == pytest.approx((5.5 + 8.0 + 40.5) / 60)


def test_a_point_that_stands_still_is_not_silent() -> None:
    table = point(kind=Kind.AMOUNT, stuck_count=3)
    result = settled(table, readings([15 * i for i in range(24)], [5.0, *[7.0] * 22, 5.0]))
    assert whats(result.findings) == [Flag.STUCK]
