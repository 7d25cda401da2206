"""Steps of running totals, each rule by readings that fit on one line.

Registers tick once a minute at 10 units a minute (600 per hour) unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from analytics.columns import Flag, Points
from analytics.register import SPAN_NEVER_FROM_MS, SPAN_NEVER_TO_MS
from analytics.settlement import Settled

from .make import HOUR, flags_of, point, readings, settled, whats

RATED = {"rating_per_h": 1200.0, "period_ms": 60_000}
FREE = {"period_ms": 60_000}
BOTH = pytest.mark.parametrize("table", [RATED, FREE], ids=["rated", "unrated"])


def tick(values: Sequence[float], points: Points, every: float = 1.0) -> Settled:
    return settled(points, readings([i * every for i in range(len(values))], values))


def clean(n: int, start: float = 1000.0, step: float = 10.0) -> list[float]:
    return [start + step * i for i in range(n)]


def test_clean_register_counts_last_minus_first() -> None:
    result = tick(clean(61), point(**RATED))
    assert result.intervals.amount.tolist() == pytest.approx([150.0] * 4)
    assert result.intervals.measured_s.tolist() == [900.0] * 4
    assert result.intervals.estimated_s.tolist() == [0.0] * 4
    assert result.intervals.peak.tolist() == pytest.approx([600.0] * 4)
    assert flags_of(result.intervals) == Flag(0)
    assert len(result.findings) == 0


def test_factor_turns_the_display_into_canonical_units() -> None:
    result = tick(clean(31), point(**{**RATED, "factor": 80.0, "rating_per_h": 96_000.0}))
    assert result.intervals.amount.sum() == pytest.approx(300 * 80.0)


@BOTH
@pytest.mark.parametrize("n_zeros", [1, 3, 10])
def test_momentary_zeros_are_left_out(table: dict[str, float], n_zeros: int) -> None:
    values = clean(61)
    values[20 : 20 + n_zeros] = [0.0] * n_zeros
    result = tick(values, point(**table))
    assert result.intervals.amount.sum() == pytest.approx(600.0, rel=1e-12)
    assert flags_of(result.intervals) == Flag.ZERO
    assert whats(result.findings) == [Flag.ZERO]
    assert (result.findings.before[0], result.findings.after[0]) == (values[19], values[20 + n_zeros])
    assert result.findings.effect[0] == pytest.approx(10.0 * (n_zeros + 1))


@BOTH
@pytest.mark.parametrize("away", [[5e7] * 5, [5e7, 0.0, 3e7], [12.0], [900.0, 910.0], [1500.0, 1501.0]])
def test_spikes_that_come_back_are_left_out(table: dict[str, float], away: list[float]) -> None:
    values = clean(61)
    values[30 : 30 + len(away)] = away
    result = tick(values, point(**table))
    assert result.intervals.amount.sum() == pytest.approx(600.0, rel=1e-12)
    assert Flag.SPIKE in flags_of(result.intervals)
    assert Flag.RESET not in flags_of(result.intervals)
    assert whats(result.findings) == [Flag.SPIKE]


@BOTH
def test_two_gateways_on_one_point_leave_the_lower_meter(table: dict[str, float]) -> None:
    values = clean(60)
    values[1::2] = [v + 1e6 for v in values[1::2]]
    result = tick([*values, 1600.0], point(**table))
    assert result.intervals.amount.sum() == pytest.approx(600.0, rel=1e-12)
    assert len(result.findings) == 30


@BOTH
def test_reset_to_zero_is_estimated_and_found(table: dict[str, float]) -> None:
    #   ... 1290 1300 | 5 15 25 ...   the step 1300 -> 5 is a minute like its neighbours: 10
    values = clean(31) + [5.0 + 10.0 * i for i in range(30)]
    result = tick(values, point(**table))
    assert result.intervals.amount.sum() == pytest.approx(600.0, rel=1e-12)
    assert result.intervals.estimated_s.sum() == 60.0
    assert whats(result.findings) == [Flag.RESET]
    assert (result.findings.before[0], result.findings.after[0]) == (1300.0, 5.0)
    assert result.findings.effect[0] == pytest.approx(10.0)
    marked = result.intervals.take(result.intervals.estimated_s > 0)
    assert flags_of(marked) == Flag.RESET
    # No length of time knows what the reset swallowed.
    assert (marked.span_from_ms[0], marked.span_to_ms[0]) == (SPAN_NEVER_FROM_MS, SPAN_NEVER_TO_MS)


def test_new_register_value_bounds_the_estimate_from_below() -> None:
    values = [*clean(31), *(15.0 + 10.0 * i for i in range(10))]
    assert tick(values, point(**RATED)).findings.effect[0] == pytest.approx(15.0)
    # 25 in a minute is above the rating of 20: the new meter did not start at zero.
    values = [*clean(31), *(25.0 + 10.0 * i for i in range(10))]
    assert tick(values, point(**RATED)).findings.effect[0] == pytest.approx(10.0)


def test_reset_that_counts_up_past_its_old_value_stays_a_reset() -> None:
    #   40 50 | 0 10 20 30 40 50 60   seven readings later it is back above 50, but it crept there
    values = [*clean(6, start=0.0), *clean(12, start=0.0)]
    result = tick(values, point(**RATED))
    assert whats(result.findings) == [Flag.RESET]
    assert result.intervals.amount.sum() == pytest.approx(50.0 + 10.0 + 110.0)


def test_register_of_today_is_no_spike() -> None:
    #   idle at 0, one burst, midnight: back to 0. What was counted was counted.
    result = tick([0.0, 0.0, 0.0, 15.0, 15.0, 0.0, 0.0, 0.0], point(**FREE), every=15.0)
    assert whats(result.findings) == [Flag.RESET]
    assert result.intervals.amount.sum() == pytest.approx(15.0)


def test_reset_in_a_long_step_is_missing_not_zero() -> None:
    minutes = [0, 15, 30, 45, 60, 60 + 2 * HOUR, 75 + 2 * HOUR, 90 + 2 * HOUR]
    result = settled(point(rating_per_h=1200.0), readings(minutes, [1000, 1150, 1300, 1450, 1600, 40, 190, 340]))
    known = result.intervals.measured_s + result.intervals.estimated_s
    assert result.intervals.amount.sum() == pytest.approx(900.0)
    assert known.sum() == 90 * 60
    assert np.isnan(result.findings.effect[0])
    lost = result.intervals.take(known == 0)
    assert len(lost) == 8
    assert set(lost.flags.tolist()) == {int(Flag.RESET)}
    assert bool(np.isnan(lost.peak).all())


@pytest.mark.parametrize(
    ("modulus", "rating", "values"),
    [
        (1e6, 1200.0, [999_980.0, 999_990.0, 0.0, 10.0, 20.0]),
        (1e6, np.nan, [999_980.0, 999_990.0, 0.0, 10.0, 20.0]),
        (65_536.0, 1200.0, [65_520.0, 65_530.0, 4.0, 14.0, 24.0]),
        (65_536.0, np.nan, [65_520.0, 65_530.0, 4.0, 14.0, 24.0]),
        (2.0**32, 1200.0, [4_294_967_280.0, 4_294_967_290.0, 4.0, 14.0, 24.0]),
    ],
)
def test_rollover_is_exact(modulus: float, rating: float, values: list[float]) -> None:
    result = tick(values, point(modulus=modulus, rating_per_h=rating, period_ms=60_000))
    assert result.intervals.amount.sum() == pytest.approx(40.0, rel=1e-9)
    assert result.intervals.estimated_s.sum() == 0.0
    assert whats(result.findings) == [Flag.ROLLOVER]
    assert result.findings.effect[0] == pytest.approx(10.0)
    assert Flag.ROLLOVER in flags_of(result.intervals)


def test_rollover_of_a_small_modulus_is_not_taken_for_an_excursion() -> None:
    #   modulus 100, 10 a minute: after ten readings it is back at the old value
    values = [(10.0 * i) % 100.0 for i in range(61)]
    result = tick(values, point(modulus=100.0, **RATED))
    assert result.intervals.amount.sum() == pytest.approx(600.0)
    assert whats(result.findings) == [Flag.ROLLOVER] * 6


def test_rollover_inside_a_gap() -> None:
    minutes = [*range(10), *range(10 + 10 * HOUR, 20 + 10 * HOUR)]
    values = [(995_000.0 + 10.0 * m) % 1e6 for m in minutes]
    result = settled(point(modulus=1e6, **RATED), readings(minutes, values))
    assert result.intervals.amount.sum() == pytest.approx(10.0 * minutes[-1])
    assert whats(result.findings) == [Flag.GAP, Flag.ROLLOVER]
    assert Flag.GAP in flags_of(result.intervals)


def test_what_the_rating_forbids_is_no_rollover() -> None:
    result = tick([700_000.0, 700_010.0, 3.0, 13.0], point(modulus=1e6, **RATED))
    assert whats(result.findings) == [Flag.RESET]
    assert result.intervals.amount.sum() == pytest.approx(30.0)


def test_momentary_zero_beside_the_modulus_is_no_rollover() -> None:
    values = clean(61, start=999_000.0)
    values[50:53] = [0.0] * 3
    result = tick(values, point(modulus=1e6, **RATED))
    assert result.intervals.amount.sum() == pytest.approx(600.0)
    assert whats(result.findings) == [Flag.ZERO]


def test_swap_to_a_high_start_is_missing_and_goes_on() -> None:
    values = [*clean(31), *clean(30, start=800_000.0)]
    result = tick(values, point(**RATED))
    assert result.intervals.amount.sum() == pytest.approx(300.0 + 290.0)
    assert whats(result.findings) == [Flag.IMPOSSIBLE]
    known = result.intervals.measured_s + result.intervals.estimated_s
    assert known.sum() == 59 * 60
    assert Flag.IMPOSSIBLE in flags_of(result.intervals)


def test_without_a_rating_a_jump_that_doubles_the_register_is_missing() -> None:
    values = [*clean(31), *clean(30, start=800_000.0)]
    result = tick(values, point(**FREE))
    assert result.intervals.amount.sum() == pytest.approx(300.0 + 290.0)
    assert whats(result.findings) == [Flag.IMPOSSIBLE]


@pytest.mark.parametrize("start", [2500.0, 1500.0])
def test_without_a_rating_other_rises_count(start: float) -> None:
    # 1300 -> 2500 at 120 times the rate that follows; 1300 -> 1500 does not double what was there.
    result = tick([*clean(31), *clean(30, start=start)], point(**FREE))
    assert result.intervals.amount.sum() == pytest.approx(start + 290.0 - 1000.0)
    assert len(result.findings) == 0


@BOTH
def test_half_an_hour_of_zeros_never_adds_the_register(table: dict[str, float]) -> None:
    values = [*clean(31), *[0.0] * 30, *clean(30, start=1_000_300.0)]
    result = tick(values, point(**table))
    assert whats(result.findings) == [Flag.RESET, Flag.IMPOSSIBLE]
    assert result.intervals.amount.sum() == pytest.approx(300.0 + 10.0 / 2 + 290.0, abs=6.0)


def test_new_meter_starts_from_zero() -> None:
    assert tick(clean(31, start=0.0), point(**FREE)).intervals.amount.sum() == pytest.approx(300.0)
    idle_after = [0.0, 15.0, 15.0, 15.0]
    assert tick(idle_after, point(**FREE)).intervals.amount.sum() == pytest.approx(15.0)


@BOTH
def test_noise_of_the_last_digits_counts_nothing(table: dict[str, float]) -> None:
    #   1000.00 1000.02 1000.00 1000.01 1000.02 1000.03: highest value stays the reference
    values = [1000.0, 1000.02, 1000.0, 1000.01, 1000.02, 1000.03, 1010.0]
    result = tick(values, point(resolution=0.01, **table))
    assert result.intervals.amount.sum() == pytest.approx(10.0)
    assert flags_of(result.intervals) == Flag.NOISE
    assert len(result.findings) == 0


def test_float32_spacing_is_noise_too() -> None:
    values = [10_000_001.0, 10_000_002.0, 10_000_001.0, 10_000_003.0]  # spacing 1 at 1e7, metering.md 1
    result = tick(values, point(**FREE))
    assert result.intervals.amount.sum() == pytest.approx(2.0)
    assert flags_of(result.intervals) == Flag.NOISE


def test_small_falls_that_go_on_are_followed_and_never_counted_twice() -> None:
    values = [*clean(10), *(1090.0 - 0.02 * i for i in range(1, 40)), 1095.0]
    result = tick(values, point(resolution=0.01, **RATED))
    assert result.intervals.amount.sum() == pytest.approx(95.0, rel=1e-12)
    assert result.findings.what.tolist() == []
    assert Flag.NOISE in flags_of(result.intervals)


def test_gap_is_spread_marked_and_remembers_its_readings() -> None:
    #   readings at 0 and at 60 only: four estimated quarters, each with the whole hour as its span
    result = settled(point(rating_per_h=1200.0), readings([-15, 0, 60, 75], [850, 1000, 1600, 1750]))
    quarters = result.intervals
    assert quarters.amount.tolist() == pytest.approx([150.0] * 6)
    assert quarters.estimated_s.tolist() == [0, 900, 900, 900, 900, 0]
    assert flags_of(quarters.take(quarters.estimated_s > 0)) == Flag.GAP
    inside = quarters.take(quarters.estimated_s > 0)
    assert set((inside.span_to_ms - inside.span_from_ms).tolist()) == {60 * 60_000}
    edges = quarters.take(quarters.estimated_s == 0)
    assert set((edges.span_to_ms - edges.span_from_ms).tolist()) == {15 * 60_000}


def test_interval_that_touches_two_gaps_takes_the_envelope() -> None:
    result = settled(point(), readings([0, 40, 80], [0, 40, 80]))
    middle = result.intervals.take(slice(2, 3))  # 30 .. 45 touches both steps
    assert (middle.span_to_ms - middle.span_from_ms)[0] == 80 * 60_000
    assert middle.estimated_s[0] == 900.0


def test_last_reading_alone_knows_nothing() -> None:
    assert len(settled(point(), readings([0], [5.0])).intervals) == 0
    assert len(settled(point(), readings([], [])).intervals) == 0


def test_an_estimate_is_never_less_than_nothing() -> None:
    #   1000.02 | 1000.00 thirteen times: the twelfth still counts as noise, the last is 0.02 lower | 5 5 5: reset
    result = tick([1000.02, *[1000.0] * 13, 5.0, 5.0, 5.0], point(resolution=0.01, **FREE))
    assert whats(result.findings) == [Flag.RESET]
    assert result.findings.effect.tolist() == [0.0]
    assert result.intervals.amount.sum() == pytest.approx(-0.02)


def test_a_quarter_of_which_nothing_is_known_amounts_to_exactly_nothing() -> None:
    #   four meters within an hour, each far above the one before
    minutes, values = [-5, 0, 17, 21, 26, 43, 48], [0.1, 0.2, 9000.3, 20000.7, 40000.1, 70000.9, 70001.0]
    result = settled(point(rating_per_h=60.0, stuck_count=0), readings(minutes, values)).intervals
    known = result.measured_s + result.estimated_s
    assert (known == 0).any()
    assert result.amount[known == 0].tolist() == [0.0] * int((known == 0).sum())
