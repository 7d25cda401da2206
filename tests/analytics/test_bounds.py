"""Does the truth lie where settlement says that it must?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.bounds import rounded_up
from analytics.columns import INTERVAL_MS, Float64, Intervals, Kind

from .make import DAY, MINUTE_MS, T0, point, readings, settled, span

SECONDS = 60
RATING = 900.0


def true_register(rng: np.random.Generator, minutes: int) -> Float64:
    """What a meter has counted at each minute: idle, working, at full speed, never beyond its rating."""
    level = rng.choice([0.0, 0.3, 1.0], minutes // 20 + 1).repeat(20)[:minutes]
    return np.append(0.0, np.cumsum(level * rng.uniform(0.0, 1.0, minutes) * RATING / 60))


def outside(result: Intervals, truth: Float64) -> Float64:
    """By how much each wholly known interval misses the truth beyond its bounds."""
    whole = result.take(result.measured_s + result.estimated_s == 900.0)
    at = (whole.start_ms - T0) // (60 * 1000)
    true = truth[at + 15] - truth[at]
    low, high = whole.amount - whole.below, whole.amount + whole.above
    assert len(whole) > 5
    return np.asarray(np.maximum(low - true, true - high) / np.maximum(true, 1.0))


@settings(max_examples=200)
@given(st.integers(0, 1_000_000), st.sampled_from([0.0, 0.01, 1.0]), st.booleans(), st.sampled_from([1, 7, 15, 60, 90]))
def test_the_truth_of_a_register_lies_within_the_bounds(seed: int, step: float, single: bool, every: int) -> None:
    rng = np.random.default_rng(seed)
    truth = true_register(rng, 2 * DAY)
    shown = 1e5 + truth
    shown = np.floor(shown / step) * step if step else shown
    shown = shown.astype(np.float32).astype(np.float64) if single else shown
    at = np.arange(0, 2 * DAY + 1, every)
    at = at[rng.random(len(at)) < 0.8]
    table = point(rating_per_h=RATING, resolution=step, period_ms=every * MINUTE_MS)
    result = settled(table, readings(at.tolist(), shown[at].tolist()), span(0, 2 * DAY)).intervals
    assert float(outside(result, truth).max()) <= 1e-9


def test_bounds_of_a_quarter_within_an_hour_by_hand() -> None:
    # 60 kWh in an hour at up to 120 kWh/h: the first quarter held at least 60 - 0.75 * 120 < 0 and at most 30
    table = point(rating_per_h=120.0, period_ms=60 * MINUTE_MS)
    result = settled(table, readings([0, 60], [100.0, 160.0])).intervals
    assert result.amount.tolist() == [15.0] * 4
    assert result.below.tolist() == [15.0] * 4
    assert result.above == pytest.approx([15.0] * 4, abs=1e-4)
    # 100 kWh leave little room: at least 100 - 0.75 * 120 = 10, at most 30
    result = settled(table, readings([0, 60], [100.0, 200.0])).intervals
    assert (result.amount - result.below) == pytest.approx([10.0] * 4, abs=1e-4)
    assert (result.amount + result.above) == pytest.approx([30.0] * 4, abs=1e-4)


def test_without_a_rating_only_the_step_bounds_a_quarter() -> None:
    result = settled(point(period_ms=60 * MINUTE_MS), readings([0, 60], [100.0, 160.0])).intervals
    assert (result.amount + result.above) == pytest.approx([60.0] * 4, abs=1e-4)


def test_three_display_steps_blur_every_edge() -> None:
    result = settled(point(resolution=0.01, factor=8000.0), readings([0, 15, 30], [1.0, 2.0, 3.0])).intervals
    assert result.below == pytest.approx([2 * 0.03 * 8000.0] * 2)
    assert result.above == pytest.approx([2 * 0.03 * 8000.0] * 2)


def test_an_estimated_reset_holds_nothing_or_full_speed() -> None:
    table = point(rating_per_h=120.0)
    result = settled(table, readings([0, 15, 30, 45], [500.0, 510.0, 2.0, 12.0])).intervals
    assert result.amount[1] == pytest.approx(10.0)
    assert (result.amount[1] - result.below[1]) == 0.0
    assert (result.amount[1] + result.above[1]) == pytest.approx(30.0, abs=1e-3)


def test_a_rate_stays_between_its_samples_and_is_unbounded_across_lost_ones() -> None:
    table = point(kind=Kind.RATE, period_ms=15 * MINUTE_MS, hold_ms=60 * MINUTE_MS)
    result = settled(table, readings([0, 15, 60], [40.0, 80.0, 80.0])).intervals
    assert result.amount.tolist() == [15.0, 20.0, 20.0, 20.0]
    assert (result.amount[0] - result.below[0], result.amount[0] + result.above[0]) == pytest.approx((10.0, 20.0))
    assert result.below[1:].tolist() == [20.0] * 3
    assert np.isinf(result.above[1:]).all()
    assert result.estimated_s.tolist() == [0.0, 900.0, 900.0, 900.0]


def test_single_precision_never_makes_bounds_narrower() -> None:
    exact = np.random.default_rng(3).uniform(0, 1e6, 10_000)
    rounded = rounded_up(exact)
    assert (rounded.astype(np.float64) >= exact).all()
    assert rounded == pytest.approx(exact, rel=2e-7)
    assert INTERVAL_MS == 15 * SECONDS * 1000
