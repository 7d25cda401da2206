"""Do values below detection limits count for what they are, and no more?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.censored import (
    below_limit,
    filled,
    limit_change,
    mann_kendall_censored,
    recoded,
    seasonal_kendall_censored,
    share_below,
    slope_range,
    total_range,
)
from analytics.seasonal import seasonal_kendall
from analytics.trend import mann_kendall

ROWS = st.lists(st.tuples(st.integers(0, 6).map(float), st.sampled_from([1.0, 3.0])), min_size=5, max_size=25)


def censor(rows: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Values below their own limit become that limit, marked."""
    true, limit = np.array(rows).T
    return np.where(true < limit, limit, true), true < limit


def test_one_limit_ties_all_non_detects_below_every_detect() -> None:
    """Section 5: any value below the limit in place of the non-detects gives the same count and variance."""
    values = np.array([5.0, 1.0, 4.0, 1.0, 3.0, 1.0, 2.0, 1.0])
    below = values == 1.0
    found = mann_kendall_censored(values, below)
    by_hand = mann_kendall(np.where(below, -7.0, values))
    assert (found.s, found.variance, found.p) == (by_hand.s, pytest.approx(by_hand.variance), by_hand.p)
    assert found == mann_kendall_censored(values, below, how="highest")


def test_below_two_cannot_be_told_from_one_and_a_half() -> None:
    """Pairs of < 2, 1.5, 3, < 1, 2 by hand: +(<2, 3), +(1.5, 3), -(1.5, <1), -(3, <1), +(<2, 2), +(1.5, 2),
    -(3, 2), +(<1, 2); the others tie."""
    found = mann_kendall_censored([2.0, 1.5, 3.0, 1.0, 2.0], [True, False, False, True, False])
    assert found.s == 5 - 3
    assert found.n == 5


def test_recoding_to_the_highest_limit_loses_detects() -> None:
    values, below = np.array([2.0, 1.5, 3.0, np.nan, 0.5]), np.array([True, False, False, False, True])
    assert np.array_equal(recoded(values, below), [0.0, 0.0, 3.0, np.nan, 0.0], equal_nan=True)
    none = np.zeros(5, np.bool_)
    assert np.array_equal(recoded(values, none), values, equal_nan=True)


def gehan_s(values: np.ndarray, below: np.ndarray) -> int:
    """The unambiguous pairs, one by one."""
    s = 0
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            if not below[i] and not below[j]:
                s += int(np.sign(values[j] - values[i]))
            elif below[i] and not below[j]:
                s += int(values[j] >= values[i])
            elif below[j] and not below[i]:
                s -= int(values[i] >= values[j])
    return s


@given(ROWS)
def test_pairs_are_counted_one_by_one(rows: list[tuple[float, float]]) -> None:
    values, below = censor(rows)
    assert mann_kendall_censored(values, below).s == gehan_s(values, below)


@pytest.mark.parametrize("seed", range(3))
def test_variance_is_that_of_all_orders_of_time(seed: int) -> None:
    """1 500 random orders of the same values with several limits: their S has the stated variance and mean 0."""
    rng = np.random.default_rng(seed)
    true, limit = rng.integers(0, 9, 14).astype(float), rng.choice([2.0, 5.0], 14)
    values, below = np.where(true < limit, limit, true), true < limit
    orders = [rng.permutation(14) for _ in range(1500)]
    counts = np.array([gehan_s(values[order], below[order]) for order in orders])
    found = mann_kendall_censored(values, below)
    assert counts.var() == pytest.approx(found.variance, rel=0.12)
    assert abs(counts.mean()) < 4 * np.sqrt(found.variance / 1500)


def test_a_falling_limit_makes_a_trend_out_of_half_limits_and_none_out_of_pairs() -> None:
    rng = np.random.default_rng(5)
    true = rng.lognormal(-1.5, 0.6, (5, 12))  # no trend at all, mostly below the limits
    limit = np.repeat([2.0, 1.0, 0.8, 0.4, 0.2], 12).reshape(5, 12)
    below = true < limit
    values = np.where(below, limit, true)
    half = seasonal_kendall(filled(values, below, 0.5))
    assert half.p < 1e-6
    assert half.slope < 0.0
    found = seasonal_kendall_censored(values, below)
    assert found.p > 0.05
    assert limit_change(limit.ravel()) == "fell"


@pytest.mark.parametrize(
    ("limits", "change"),
    [([1.0, 1.0], ""), ([1.0, 2.0], "rose"), ([2.0, 1.0, 2.0], "varied"), ([np.nan, 3.0, np.nan], ""), ([], "")],
)
def test_limit_change(limits: list[float], change: str) -> None:
    assert limit_change(limits) == change


def test_seasonal_without_non_detects_is_the_seasonal_test() -> None:
    table = np.round(np.random.default_rng(1).normal(5, 2, (5, 12)))
    found, plain = seasonal_kendall_censored(table, np.zeros((5, 12), np.bool_)), seasonal_kendall(table)
    assert (found.s, found.variance, found.slope, found.variance_correlated) == (
        plain.s,
        plain.variance,
        plain.slope,
        plain.variance_correlated,
    )


def test_slope_range_brackets_the_half_limit_slope() -> None:
    rng = np.random.default_rng(2)
    true = np.maximum(6.0 - 1.0 * np.arange(6.0)[:, None] + rng.normal(0, 0.3, (6, 12)), 0.1)
    below = true < 2.0
    values = np.where(below, 2.0, true)
    low, high = slope_range(values, below)
    assert low <= seasonal_kendall_censored(values, below).slope <= high < 0.0


def test_total_has_a_range_where_more_than_fifteen_percent_are_below() -> None:
    """Ten days of 100 m3, two of them < 2 mg/L and eight of 4 mg/L: 3.2 kg and up to 0.4 kg more. [g]"""
    values = np.array([2.0] * 2 + [4.0] * 8)
    below = values == 2.0
    found = total_range(values, below, 100.0)
    assert (found.low, found.half, found.high) == (3200.0, 3400.0, 3600.0)
    assert (found.share, found.shown) == (0.2, True)
    assert not total_range(values[1:], below[1:], 100.0).shown
    missing = total_range([np.nan, 4.0], [False, False])
    assert (missing.low, missing.high, missing.share) == (4.0, 4.0, 0.0)


def test_marks() -> None:
    assert below_limit([1.0, 2.0, np.nan, 1.0], [2.0, 2.0, 2.0, np.nan]).tolist() == [True, False, False, False]
    assert share_below([1.0, np.nan, 3.0], [True, False, False]) == 0.5
    assert share_below([np.nan], [False]) == 0.0
