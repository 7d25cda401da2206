"""Are the answers to autocorrelation those that were published, and do they do what they are for?"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pymannkendall
import pytest

from analytics.autocorrelation import (
    autocorrelations,
    hamed_rao,
    lag1,
    lag1_bound,
    prewhitened,
    residual,
    trend_free_prewhitened,
    yue_wang,
)
from analytics.slope import theil_sen
from analytics.trend import MannKendall, mann_kendall
from tests.reference import published_figures

from .trend_series import SMWR, bogra, trend_file

TESTS = {
    "hamed_rao": (hamed_rao, pymannkendall.hamed_rao_modification_test),
    "yue_wang": (yue_wang, pymannkendall.yue_wang_modification_test),
    "pre_whitening": (prewhitened, pymannkendall.pre_whitening_modification_test),
    "trend_free_pre_whitening": (
        trend_free_prewhitened,
        pymannkendall.trend_free_pre_whitening_modification_test,
    ),
}


def memory(seed: int, n: int, r1: float, slope: float = 0.0) -> np.ndarray:
    """A first-order autoregressive series."""
    noise = np.random.default_rng(seed).normal(size=n)
    values = np.empty(n)
    values[0] = noise[0]
    for i in range(1, n):
        values[i] = r1 * values[i - 1] + noise[i]
    return values + slope * np.arange(n)


@pytest.mark.reference
@pytest.mark.parametrize("name", TESTS)
def test_published_results_of_shampoo(name: str) -> None:
    expected = published_figures("trend-tests")[f"shampoo_{name}"]
    found = TESTS[name][0](trend_file("shampoo.csv", "Sales")[0])
    assert (found.s, found.tau_a) == (expected["s"], pytest.approx(expected["Tau"], abs=5e-9))
    assert found.variance == pytest.approx(expected["var_s"], abs=5e-8)
    assert found.z == pytest.approx(expected["z"], abs=5e-9)
    assert found.p == pytest.approx(expected["p"], abs=6e-9)


@pytest.mark.parametrize(
    ("test", "s", "z", "p"),
    [
        (prewhitened, -219, -0.0988286770, 0.9212742990),
        (trend_free_prewhitened, -630, None, 0.7755465707),
        (hamed_rao, -1959, -3.8419950614, 1.2203829e-04),
        (yue_wang, -1959, None, 0.0084013981),
        (mann_kendall, -1959, -0.8854562843, 0.3759105874),
    ],
)
def test_worked_example_g_bogra_rainfall(
    test: Callable[[np.ndarray], MannKendall], s: float, z: float | None, p: float
) -> None:
    found = test(bogra())
    assert (found.s, found.p) == (s, pytest.approx(p, abs=5e-11))
    if z is not None:
        assert found.z == pytest.approx(z, abs=5e-11)


def test_worked_example_g_slope_and_plain_variance() -> None:
    assert theil_sen(bogra()).slope == pytest.approx(-0.0063694268, abs=5e-11)
    plain = mann_kendall(bogra())
    assert plain.variance == pytest.approx(4_889_800.3333, abs=5e-5)
    assert plain.tau_a == pytest.approx(-0.0315316765, abs=5e-11)


@pytest.mark.parametrize("name", TESTS)
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_pymannkendall(name: str, seed: int) -> None:
    values = np.round(memory(seed, 40, 0.5, 0.03), 1)
    ours, other = TESTS[name]
    found, expected = ours(values), other(values)
    assert found.s == expected.s
    if expected.var_s <= 0.0:
        assert math.isnan(found.p)
        return
    assert (found.variance, found.z) == (pytest.approx(expected.var_s), pytest.approx(expected.z))
    assert found.p == pytest.approx(expected.p, abs=1e-12)


def test_worked_example_c_with_its_effective_number() -> None:
    assert yue_wang(SMWR, effective_n=18.37966).p == pytest.approx(0.00595024, abs=5e-9)


def test_a_correction_that_takes_all_variance_leaves_no_p() -> None:
    saw = np.array([0.0, 5.0] * 10)  # each value is the opposite of its neighbours
    found = yue_wang(saw)
    assert math.isnan(found.p) or found.p >= 0.0
    if found.variance <= 0.0:
        assert math.isnan(found.z)


@pytest.mark.parametrize("test", [ours for ours, _ in TESTS.values()])
def test_all_equal_and_too_short(test: object) -> None:
    assert callable(test)
    same: MannKendall = test([4.0] * 20)
    assert (same.s, same.p) == (0.0, 1.0)
    assert test([1.0, 2.0, 3.0]).reason == "too_short"


def test_without_memory_the_plain_test_finds_five_percent_and_with_memory_more() -> None:
    """500 series without a trend: the plain test rejects 5 % of independent ones, and far more with r1 = 0.6."""
    independent = np.mean([mann_kendall(memory(s, 48, 0.0)).p < 0.05 for s in range(500)])
    dependent = np.mean([mann_kendall(memory(s, 48, 0.6)).p < 0.05 for s in range(500)])
    whitened = np.mean([prewhitened(memory(s, 48, 0.6)).p < 0.05 for s in range(500)])
    assert 0.02 < independent < 0.08
    assert dependent > 0.2
    assert whitened < 0.1


def test_lag1_equals_the_first_autocorrelation_of_a_complete_series() -> None:
    values = memory(7, 30, 0.4)
    assert lag1(values) == pytest.approx(autocorrelations(values, 1)[1])
    away = values - values.mean()
    assert lag1(values) == pytest.approx(np.sum(away[1:] * away[:-1]) / np.sum(away**2))


def test_lag1_takes_only_true_neighbours() -> None:
    """Every second value missing: no neighbour is complete, so nothing is known; closing up would say 1."""
    gaps = np.arange(20.0)
    gaps[1::2] = np.nan
    assert math.isnan(lag1(gaps))
    values = memory(2, 400, 0.6)
    values[::7] = np.nan
    assert lag1(values) == pytest.approx(0.6, abs=0.1)
    assert math.isnan(lag1([1.0] * 9))
    assert lag1_bound(100) == pytest.approx(0.196, abs=1e-4)


def test_residual_has_neither_season_nor_trend() -> None:
    season = np.array([5.0, -3.0, 0.0, 1.0])
    trend = 2.0 * (np.arange(6)[:, None] + np.arange(4)[None, :] / 4)
    table = season[None, :] + trend
    table[2, 1] = np.nan
    left = residual(table, 2.0)
    assert np.nanmax(np.abs(left)) < 1e-12
    assert np.isnan(left[9])
