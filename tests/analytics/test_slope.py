"""Are Theil-Sen slopes and Gilbert intervals those of the worked examples and of scipy?"""

from __future__ import annotations

import math

import numpy as np
import pymannkendall
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.slope import gilbert, theil_sen
from tests.reference import published_figures

from .trend_series import EPA_QA_G9, SMWR, trend_file

SERIES = st.lists(st.floats(-100, 100).map(lambda v: round(v, 1)), min_size=12, max_size=40)


def test_slopes_of_worked_examples_a_and_c() -> None:
    assert theil_sen(EPA_QA_G9).slope == pytest.approx(1.0)
    assert theil_sen(SMWR).slope == pytest.approx(0.7817460, abs=5e-8)


@pytest.mark.reference
def test_worked_example_e_sulfate_with_decimal_years() -> None:
    values, dates = trend_file("epa_2009_ex_17_6_sulfate.csv", "Sulfate.ppm", "Sampling.Date")
    line = theil_sen(values, dates)
    assert line.slope == pytest.approx(26.666667, abs=5e-7)
    assert line.intercept == pytest.approx(-1909.3333, abs=5e-5)
    assert (line.low, line.high) == (pytest.approx(20.0, abs=1e-5), pytest.approx(35.71182, abs=5e-6))


@pytest.mark.reference
def test_worked_example_f_shampoo_with_rounded_ranks() -> None:
    line = theil_sen(trend_file("shampoo.csv", "Sales")[0], ranks="rounded")
    assert line.slope == pytest.approx(11.509375)
    assert (line.low, line.high) == (pytest.approx(8.625), pytest.approx(14.413333, abs=5e-7))
    assert line.intercept == pytest.approx(78.7359375)


@pytest.mark.reference
def test_births() -> None:
    expected = published_figures("trend-tests")["births_original_test"]
    line = theil_sen(trend_file("daily-total-female-births.csv", "Births")[0])
    assert (line.slope, line.intercept) == (pytest.approx(expected["slope"], abs=5e-9), expected["intercept"])


@pytest.mark.reference
def test_chloride_lies_beside_its_least_squares_line() -> None:
    """Published is the least-squares slope, 0.003095753 with standard error 0.000334533."""
    expected = published_figures("trend-tests")["chloride_17_5"]
    values, days = trend_file("epa_2009_ex_17_5_chloride.csv", "Chloride.ppm", "Elapsed.Days")
    least_squares = stats.linregress(days, values)
    assert (least_squares.slope, least_squares.intercept) == (
        pytest.approx(expected["slope_per_day"], abs=5e-10),
        pytest.approx(expected["intercept"], abs=5e-7),
    )
    line = theil_sen(values, days)
    assert line.low < least_squares.slope < line.high
    assert line.slope == pytest.approx(least_squares.slope, abs=2 * expected["se_slope"])


def test_real_times_and_not_indexes_where_values_are_missing() -> None:
    line = theil_sen([10.0, 12.0, np.nan, np.nan, 18.0, 20.0])
    assert line.slope == pytest.approx(2.0)
    assert line.intercept == pytest.approx(10.0)
    assert line.pairs == 6
    by_index = theil_sen([10.0, 12.0, 18.0, 20.0])
    assert by_index.slope > 3.0


def test_too_short_and_too_wide_are_said() -> None:
    short = theil_sen([1.0, 2.0, 3.0])
    assert short.reason == "too_short"
    assert math.isnan(short.slope)
    assert theil_sen([1.0, 2.0, 3.0, 4.0], times=[5.0] * 4).reason == "too_short"
    four = theil_sen([1.0, 2.5, 2.0, 4.0])  # six slopes do not hold 95 %
    assert four.slope == pytest.approx(1.0, abs=0.5)
    assert math.isnan(four.low)
    assert math.isnan(four.high)


def test_all_equal_has_slope_zero() -> None:
    line = theil_sen([7.0] * 8)
    assert (line.slope, line.low, line.high, line.intercept) == (0.0, 0.0, 0.0, 7.0)


def test_level_must_be_a_share() -> None:
    with pytest.raises(ValueError, match="level"):
        gilbert(np.arange(10.0), 4.0, 95)


@given(SERIES)
def test_agrees_with_scipy(values: list[float]) -> None:
    line = theil_sen(values, ranks="rounded")
    other = stats.theilslopes(values, alpha=0.95)
    assert line.slope == pytest.approx(other.slope)
    assert line.intercept == pytest.approx(other.intercept)
    joint = stats.theilslopes(values, method="joint")
    assert line.intercept_joint == pytest.approx(joint.intercept)
    if not math.isnan(line.low + line.high):  # scipy cuts off to the outermost slopes, which hold less than the level
        assert (line.low, line.high) == (pytest.approx(other.low_slope), pytest.approx(other.high_slope))


@given(SERIES, st.sets(st.integers(0, 39), max_size=6))
def test_agrees_with_pymannkendall_where_values_are_missing(values: list[float], holes: set[int]) -> None:
    series = np.array([np.nan if i in holes else v for i, v in enumerate(values)])
    line = theil_sen(series)
    other = pymannkendall.sens_slope(series)
    assert (line.slope, line.intercept) == (pytest.approx(other.slope), pytest.approx(other.intercept))


@given(SERIES)
def test_interpolated_limits_lie_within_one_rank_of_the_rounded_ones(values: list[float]) -> None:
    line, rounded = theil_sen(values), theil_sen(values, ranks="rounded")
    pairs = np.sort([(b - a) / (j - i) for i, a in enumerate(values) for j, b in enumerate(values) if j > i])
    for one, other in ((line.low, rounded.low), (line.high, rounded.high)):
        if math.isnan(one + other):
            continue
        places = np.searchsorted(pairs, [min(one, other) + 1e-9, max(one, other) - 1e-9])
        assert places[1] - places[0] <= 1
