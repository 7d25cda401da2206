"""Are the seasonal Kendall results those of the worked examples and of other programs?"""

from __future__ import annotations

import math

import numpy as np
import pymannkendall
import pytest
from scipy import stats

from analytics.seasonal import by_season, seasonal_kendall
from analytics.trend import mann_kendall
from tests.reference import published_figures

from .trend_series import EPA_14_8, SMWR, bogra, melbourne_months, trend_file


def noisy(seed: int, years: int, seasons: int, *, slope: float = 0.0, holes: int = 0) -> np.ndarray:
    """Whole numbers, so that there are ties, with a season, a slope and holes."""
    rng = np.random.default_rng(seed)
    level = 10.0 * np.sin(np.arange(seasons))[None, :] + slope * np.arange(years)[:, None]
    table = np.round(level + rng.normal(0, 2, (years, seasons)))
    table.ravel()[rng.choice(table.size, holes, replace=False)] = np.nan
    return table


def test_worked_example_c_with_two_seasons() -> None:
    found = seasonal_kendall(by_season(SMWR, 2))
    assert (found.s, round(found.variance, 4)) == (24, 130.6667)
    assert (round(found.tau, 6), round(found.p, 7)) == (0.428571, 0.0442114)


def test_worked_example_d_epa_unified_guidance() -> None:
    found = seasonal_kendall(EPA_14_8)
    assert (found.s, found.variance, found.seasons, found.n) == (35, pytest.approx(43), 12, 36)
    assert found.z == pytest.approx(5.1849514, abs=5e-8)
    assert found.p == pytest.approx(2.160712e-07, rel=5e-7)
    assert found.tau == pytest.approx(0.9722222, abs=5e-8)
    assert found.slope == pytest.approx(0.06)
    assert (found.low, found.high) == (pytest.approx(0.05786914, abs=5e-9), pytest.approx(0.07213086, abs=5e-9))
    assert (found.chi2, found.degrees) == (pytest.approx(0.1071882, abs=5e-8), 11)
    assert found.p_heterogeneity > 0.999
    # EnvStats' intercept is the median of those of the months, each with its own slope, in calendar years.
    per_month = np.median(EPA_14_8, axis=0) - found.season_slope * 1984.0
    assert np.median(per_month) == pytest.approx(-131.735)


@pytest.mark.reference
def test_worked_example_d_from_its_file() -> None:
    values, years = trend_file("epa_2009_ex_14_8_monthly.csv", "Unadj.Conc", "Year")
    assert np.array([values[years == year] for year in (1983, 1984, 1985)]) == pytest.approx(EPA_14_8)
    expected = published_figures("trend-tests")["monthly_14_8_seasonal_12"]
    assert seasonal_kendall(EPA_14_8).intercept == pytest.approx(expected["intercept"])


def test_worked_example_g_bogra_rainfall() -> None:
    table = by_season(bogra())
    found = seasonal_kendall(table)
    assert (found.s, found.variance) == (-399, pytest.approx(34702.3333, abs=5e-5))
    assert (found.z, found.p) == (pytest.approx(-2.1365041145, abs=5e-11), pytest.approx(0.0326383460, abs=5e-11))
    # The published correlated test leaves incomplete years out and has no correction by 1.
    complete = seasonal_kendall(table[~np.isnan(table).any(axis=1)])
    assert (complete.s, complete.variance_correlated) == (-333, pytest.approx(31427.6667, abs=5e-5))
    assert complete.s / math.sqrt(complete.variance_correlated) == pytest.approx(-1.8784003669, abs=5e-11)


@pytest.mark.reference
def test_air_passengers() -> None:
    expected = published_figures("trend-tests")["passengers_seasonal_12"]
    found = seasonal_kendall(by_season(trend_file("AirPassengers.csv", "#Passengers")[0]))
    assert (found.s, found.variance) == (expected["s"], pytest.approx(expected["var_s"]))
    assert (found.z, found.tau) == (pytest.approx(expected["z"], abs=5e-9), pytest.approx(expected["Tau"], abs=5e-9))
    assert (found.slope, found.intercept) == (
        pytest.approx(expected["slope"], abs=5e-9),
        pytest.approx(expected["intercept"], abs=5e-8),
    )


@pytest.mark.reference
@pytest.mark.parametrize("column", ["total_grid", "TN", "Am", "COD"])
def test_melbourne_monthly_means(column: str) -> None:
    expected = published_figures("melbourne-etp")["seasonal_mk_monthly_means_2014_2018"][column]
    found = seasonal_kendall(melbourne_months(column))
    assert (found.s, found.variance) == (expected["s"], pytest.approx(expected["var_s"]))
    assert found.z == pytest.approx(expected["z"], abs=5e-9)
    assert found.p == pytest.approx(expected["p"], abs=5e-9)
    assert found.slope == pytest.approx(expected["slope"], abs=5e-8)
    assert found.intercept == pytest.approx(expected["intercept"], abs=5e-8)


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_pymannkendall_with_ties_and_gaps(seed: int) -> None:
    table = noisy(seed, 6, 12, slope=0.4, holes=seed)
    found, other = seasonal_kendall(table), pymannkendall.seasonal_test(table.ravel(), 12)
    assert (found.s, found.variance) == (other.s, pytest.approx(other.var_s))
    assert (found.z, found.p) == (pytest.approx(other.z), pytest.approx(other.p))
    assert (found.tau, found.slope) == (pytest.approx(other.Tau), pytest.approx(other.slope))
    assert found.intercept == pytest.approx(other.intercept)


@pytest.mark.parametrize("seed", range(6))
def test_correlated_seasons_agree_with_pymannkendall(seed: int) -> None:
    """It omits the correction by 1, and takes the season's variance without its ties; so no ties here."""
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 1, (11, 4)) + rng.normal(0, 1, (11, 1)) + 0.1 * np.arange(11)[:, None]
    found, other = seasonal_kendall(table), pymannkendall.correlated_multivariate_test(table)
    assert (found.s, found.variance_correlated) == (other.s, pytest.approx(other.var_s))
    assert found.s / math.sqrt(found.variance_correlated) == pytest.approx(other.z)
    assert abs(found.z_correlated) < abs(other.z)


def test_covariance_is_that_of_the_mid_ranks() -> None:
    """K = [sum sgn(dx_g dx_h) + 4 sum R_g R_h - n (n + 1)^2] / 3, written out."""
    table = noisy(3, 7, 3)
    n = len(table)
    total = 0.0
    for g in range(3):
        for h in range(3):
            if g != h:
                x, y = table[:, g], table[:, h]
                signs = sum(np.sign((x[j] - x[i]) * (y[j] - y[i])) for i in range(n) for j in range(i + 1, n))
                ranks = 4 * np.sum(stats.rankdata(x) * stats.rankdata(y))
                total += (signs + ranks - n * (n + 1) ** 2) / 3
    found = seasonal_kendall(table)
    assert found.variance_correlated - found.variance == pytest.approx(total)


def test_a_season_alone_is_the_plain_test() -> None:
    values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0, 8.0]
    found, plain = seasonal_kendall(np.array(values)[:, None]), mann_kendall(values)
    assert (found.s, found.variance, found.z) == (plain.s, plain.variance, plain.z)
    assert found.variance_correlated == found.variance
    assert math.isnan(found.p_heterogeneity)


def test_months_that_disagree_are_said() -> None:
    """Summer rises, winter falls: no trend in all, and a heterogeneity that cannot be chance."""
    years = np.arange(10.0)[:, None]
    table = np.hstack([years + np.zeros((10, 6)), -years + np.zeros((10, 6))])
    found = seasonal_kendall(table)
    assert (found.s, found.p) == (0.0, 1.0)
    # Each of twelve months has |S| = 45 and variance 125.
    assert found.chi2 == pytest.approx(12 * 45**2 / 125)
    assert found.p_heterogeneity < 1e-20
    assert list(found.season_slope) == [1.0] * 6 + [-1.0] * 6


def test_all_equal_is_no_trend_and_too_short_is_no_number() -> None:
    same = seasonal_kendall(np.full((5, 12), 2.0))
    assert (same.s, same.p, same.p_correlated, same.slope, same.reason) == (0.0, 1.0, 1.0, 0.0, "")
    two_years = seasonal_kendall(np.arange(24.0).reshape(2, 12))
    assert two_years.reason == "too_short"
    assert math.isnan(two_years.p)
    assert math.isnan(two_years.slope)
    assert seasonal_kendall(np.full((5, 12), np.nan)).reason == "too_short"


def test_a_season_without_pairs_is_left_out() -> None:
    table = noisy(1, 5, 4)
    lone = table.copy()
    lone[1:, 3] = np.nan
    found, three = seasonal_kendall(lone), seasonal_kendall(table[:, :3])
    assert (found.s, found.variance, found.seasons) == (three.s, three.variance, 3)
    assert math.isnan(found.season_s[3])


def test_by_season_keeps_the_calendar() -> None:
    table = by_season(np.arange(14.0), 12, first_season=9)  # from October on
    assert table.shape == (2, 12)
    assert table[0, 9] == 0.0
    assert table[1, 0] == 3.0
    assert np.count_nonzero(np.isnan(table)) == 10


def rejected(years: int, shared: float, tables: int = 300) -> tuple[float, float]:
    """Share of tables without a trend in which the plain and the correlated test find one at 5 %; `shared` is the
    spread of what all months of a year have in common."""
    rng = np.random.default_rng(11)
    found = [
        seasonal_kendall(rng.normal(size=(years, 12)) + shared * rng.normal(size=(years, 1))) for _ in range(tables)
    ]
    return float(np.mean([t.p < 0.05 for t in found])), float(np.mean([t.p_correlated < 0.05 for t in found]))


def test_independent_months_reject_five_percent_in_the_plain_test() -> None:
    plain, _ = rejected(4, 0.0)
    assert 0.02 < plain < 0.08


def test_months_that_share_their_year_need_the_correlated_test_and_enough_years() -> None:
    plain, correlated = rejected(15, 0.7)
    assert plain > 0.2
    assert 0.01 < correlated < 0.09
