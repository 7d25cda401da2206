"""Faults that break meters, one at a time, with the truth known.

The eight rows of the comparison of peers: 3000 one-minute readings of a register near 600 kWh/h, one fault each. The
bar is 0.1 % of the total, and every interval close to its own truth. Each fault is run with and without a rating and
modulus.
"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.columns import INTERVAL_MS, Flag, Float64, Intervals, Kind
from analytics.settlement import Settled

from .make import DAY, MINUTE_MS, T0, flags_of, point, readings, settled, span, whats

N = 3000
CUT = 1500
BAR = 1e-3


@pytest.fixture
def truth() -> Float64:
    """Register at each minute. [kWh]"""
    rng = np.random.default_rng(20)
    return np.asarray(50_000.0 + np.cumsum(rng.normal(10.0, 1.5, N).clip(0.0)).round(2), np.float64)


@pytest.fixture(params=["rated", "unrated"])
def rating_per_h(request: pytest.FixtureRequest) -> float:
    return 1000.0 if request.param == "rated" else float("nan")


def run(value: Float64, rating_per_h: float, minutes: Float64 | None = None, modulus: float = np.nan) -> Settled:
    at = np.arange(len(value), dtype=np.float64) if minutes is None else minutes
    table = point(rating_per_h=rating_per_h, modulus=modulus, resolution=0.01, period_ms=MINUTE_MS)
    return settled(table, readings(at.tolist(), value.tolist()), span(0, 3 * DAY))


def off(result: Intervals, truth: Float64) -> float:
    """Relative error of the total."""
    return abs(float(result.amount.sum()) / (truth[-1] - truth[0]) - 1.0)


def worst_quarter(result: Intervals, truth: Float64) -> float:
    """Largest error of one interval as a share of an ordinary one (150 kWh)."""
    wanted = np.diff(truth[::15])
    got = np.zeros(len(truth))
    got[(result.start_ms - T0) // INTERVAL_MS] = result.amount
    return float(np.abs(got[: len(wanted)] - wanted).max() / 150.0)


def test_no_fault(truth: Float64, rating_per_h: float) -> None:
    result = run(truth, rating_per_h)
    assert off(result.intervals, truth) < 1e-12
    assert flags_of(result.intervals) == Flag(0)
    assert worst_quarter(result.intervals, truth) < 1e-9


@pytest.mark.parametrize("n_zeros", [1, 3, 10])
def test_minutes_of_zeros(truth: Float64, rating_per_h: float, n_zeros: int) -> None:
    value = truth.copy()
    value[CUT : CUT + n_zeros] = 0.0
    result = run(value, rating_per_h)
    assert off(result.intervals, truth) < 1e-12
    assert worst_quarter(result.intervals, truth) < 0.15
    assert whats(result.findings) == [Flag.ZERO]


def test_reset_to_zero(truth: Float64, rating_per_h: float) -> None:
    value = truth.copy()
    value[CUT:] -= truth[CUT - 1]
    result = run(value, rating_per_h)
    assert off(result.intervals, truth) < BAR
    assert worst_quarter(result.intervals, truth) < 0.05
    assert whats(result.findings) == [Flag.RESET]


def test_swap_to_another_meter(truth: Float64, rating_per_h: float) -> None:
    value = truth.copy()
    value[CUT:] -= truth[CUT] - 1234.0
    result = run(value, rating_per_h)
    assert off(result.intervals, truth) < BAR
    assert whats(result.findings) == [Flag.SWAP]


@pytest.mark.parametrize("modulus", [65_536.0, 1e5, 2.0**32 / 1e5])
def test_rollover(truth: Float64, rating_per_h: float, modulus: float) -> None:
    shift = modulus - truth[CUT] + 0.005
    value = (truth + shift) % modulus
    result = run(value, rating_per_h, modulus=modulus)
    assert off(result.intervals, truth) < 1e-9
    assert worst_quarter(result.intervals, truth) < 1e-6
    assert whats(result.findings) == [Flag.ROLLOVER]


def test_rollover_without_a_known_modulus_is_estimated(truth: Float64, rating_per_h: float) -> None:
    value = (truth + 65_536.0 - truth[CUT] + 0.005) % 65_536.0
    result = run(value, rating_per_h)
    assert off(result.intervals, truth) < BAR
    assert whats(result.findings) == [Flag.RESET]


@pytest.mark.parametrize("hours", [1, 10, 40])
def test_gap_keeps_its_energy(truth: Float64, rating_per_h: float, hours: int) -> None:
    keep = np.ones(N, np.bool_)
    keep[100 : 100 + hours * 60] = False
    result = run(truth[keep], rating_per_h, np.arange(N)[keep].astype(np.float64))
    assert off(result.intervals, truth) < 1e-12
    # The load is nearly even here, so an even share is close; no hour carries the whole gap.
    assert worst_quarter(result.intervals, truth) < 0.2
    inside = result.intervals.take(slice(8, 6 + hours * 4 - 1))
    assert set(inside.estimated_s.tolist()) <= {900.0}
    assert flags_of(inside) == (Flag.GAP if len(inside) else Flag(0))


def test_every_reading_twice(truth: Float64, rating_per_h: float) -> None:
    result = run(np.repeat(truth, 2), rating_per_h, np.repeat(np.arange(N, dtype=np.float64), 2))
    assert off(result.intervals, truth) < 1e-12
    assert flags_of(result.intervals) == Flag(0)


def test_five_minutes_at_fifty_million(truth: Float64, rating_per_h: float) -> None:
    value = truth.copy()
    value[CUT : CUT + 5] = 5e7
    result = run(value, rating_per_h)
    assert off(result.intervals, truth) < 1e-12
    assert worst_quarter(result.intervals, truth) < 0.15
    assert whats(result.findings) == [Flag.SPIKE]


def test_six_hours_arriving_late(truth: Float64, rating_per_h: float) -> None:
    """The journal hands readings out by source time, so what came late settles as if it had come in time."""
    late = (np.arange(N) >= CUT) & (np.arange(N) < CUT + 360)
    arrival = np.concatenate([np.flatnonzero(~late), np.flatnonzero(late)]).astype(np.float64)
    by_time = np.argsort(arrival, kind="stable")
    result = run(truth[arrival.astype(np.int64)][by_time], rating_per_h, arrival[by_time])
    assert off(result.intervals, truth) < 1e-12
    before = run(truth[~late], rating_per_h, np.flatnonzero(~late).astype(np.float64))
    assert off(before.intervals, truth) < 1e-12
    assert Flag.GAP in flags_of(before.intervals)


def test_nulls_are_no_zeros(truth: Float64, rating_per_h: float) -> None:
    value = truth.copy()
    value[CUT : CUT + 10] = np.nan
    result = run(value, rating_per_h)
    assert off(result.intervals, truth) < 1e-12
    assert flags_of(result.intervals) == Flag.BAD


def test_noise_of_the_last_digit(truth: Float64, rating_per_h: float) -> None:
    value = truth.copy()
    value[::7] -= 0.02
    value[1::7] = value[::7][: len(value[1::7])]
    result = run(value, rating_per_h)
    assert off(result.intervals, truth) < BAR


def test_float32_register_at_ten_million(truth: Float64, rating_per_h: float) -> None:
    value = (truth + 1e7).astype(np.float32).astype(np.float64)
    result = run(value, rating_per_h)
    assert off(result.intervals, truth) < BAR
    assert len(result.findings) == 0


@pytest.mark.parametrize("seed", range(5))
def test_several_faults_together(truth: Float64, seed: int) -> None:
    rng = np.random.default_rng(seed)
    value = (truth + 1e5 - truth[int(rng.integers(1000, 2000))] + 0.005) % 1e5
    for start in rng.integers(50, N - 50, 10):
        value[start : start + int(rng.integers(1, 8))] = rng.choice([0.0, 5e7, np.nan])
    keep = rng.random(N) > 0.02
    keep[[0, N - 1]] = True
    result = run(value[keep], 1000.0, np.flatnonzero(keep).astype(np.float64), modulus=1e5)
    assert off(result.intervals, truth) < BAR


def test_gap_of_a_rate_is_missing_with_its_coverage(truth: Float64) -> None:
    power = np.diff(truth, prepend=truth[0] - 10.0) * 60.0
    keep = np.ones(N, np.bool_)
    keep[100:700] = False
    table = point(kind=Kind.RATE, hold_ms=5 * MINUTE_MS, period_ms=MINUTE_MS)
    result = settled(table, readings(np.flatnonzero(keep).tolist(), power[keep].tolist()), span(0, 3 * DAY)).intervals
    assert float(result.measured_s.sum(dtype=np.float64)) == pytest.approx(60.0 * (99 + N - 701))
