"""Are the Mann-Kendall results those of the worked examples and of other programs?"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pymannkendall
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.trend import exact_p, mann_kendall
from tests.reference import published_figures

from .trend_series import EPA_QA_G9, SMWR, WISCONSIN, melbourne_years, trend_file

ROUGH = st.lists(st.integers(-4, 4).map(float), min_size=4, max_size=40)


def test_worked_example_a_epa_qa_g9s() -> None:
    found = mann_kendall(EPA_QA_G9)
    assert (found.s, round(found.variance, 4), round(found.z, 5), round(found.p, 4)) == (22, 155.3333, 1.68495, 0.092)
    assert found.tau_a == pytest.approx(0.4)
    assert not found.exact  # ties


def test_worked_example_b_wisconsin() -> None:
    found = mann_kendall(WISCONSIN)
    assert (found.s, round(found.variance, 4), round(found.z, 5)) == (-5, 15.6667, -1.01058)


def test_worked_example_c_smwr_stats() -> None:
    found = mann_kendall(SMWR)
    assert (found.s, found.n) == (58, 16)
    assert found.tau_a == pytest.approx(0.483333, abs=5e-7)
    assert found.variance == pytest.approx(493.3333, abs=5e-5)
    assert found.p == pytest.approx(0.0102795, abs=5e-8)
    assert exact_p(58, 16) == pytest.approx(0.0085947, abs=5e-8)


@pytest.mark.parametrize(
    ("n", "s", "one_sided"),
    [
        (4, 4, 0.1667), (4, 6, 0.0417), (5, 6, 0.1167), (5, 8, 0.0417), (5, 10, 0.0083), (6, 9, 0.0681),
        (6, 11, 0.0278), (7, 11, 0.0681), (7, 13, 0.0345), (8, 14, 0.0543), (8, 16, 0.0305), (10, 21, 0.0363),
        (10, 23, 0.0233),
    ],
)  # fmt: skip
def test_exact_distribution_of_section_1(n: int, s: float, one_sided: float) -> None:
    assert exact_p(s, n) == pytest.approx(2 * one_sided, abs=1.1e-4)


def test_four_values_never_reach_five_percent_and_five_only_in_order() -> None:
    assert min(mann_kendall(p).p for p in itertools.permutations([1.0, 2.0, 3.0, 4.0])) > 0.05
    best = mann_kendall([1.0, 2.0, 3.0, 4.0, 5.0])
    assert best.exact
    assert best.p == pytest.approx(2 / math.factorial(5))
    assert mann_kendall([1.0, 2.0, 3.0, 5.0, 4.0]).p > 0.05


def test_exact_p_counts_every_permutation() -> None:
    counts = [mann_kendall(p).s for p in itertools.permutations(range(6))]
    for s in range(-15, 16, 2):
        assert exact_p(s, 6) == pytest.approx(np.mean(np.abs(counts) >= abs(s)))


def test_all_equal_is_no_trend_and_too_short_is_no_number() -> None:
    same = mann_kendall([3.0] * 12)
    assert (same.s, same.variance, same.z, same.p, same.reason) == (0.0, 0.0, 0.0, 1.0, "")
    assert math.isnan(same.tau_b)
    short = mann_kendall([1.0, 2.0, np.nan, 3.0])
    assert (short.n, short.reason) == (3, "too_short")
    assert all(math.isnan(v) for v in (short.s, short.variance, short.z, short.p, short.tau_a, short.tau_b))
    assert mann_kendall([]).reason == "too_short"


def test_missing_values_are_left_out_and_times_keep_their_order() -> None:
    assert mann_kendall([1.0, np.nan, 3.0, 2.0, np.nan, 5.0]) == mann_kendall([1.0, 3.0, 2.0, 5.0])
    shuffled = mann_kendall([3.0, 1.0, 5.0, 2.0], times=[10.0, 0.0, 40.0, 20.0])
    assert shuffled == mann_kendall([1.0, 3.0, 2.0, 5.0])
    with pytest.raises(ValueError, match="a time for each value"):
        mann_kendall([1.0, 2.0, 3.0, 4.0], times=[1.0, 2.0])


@given(ROUGH)
def test_agrees_with_pymannkendall_on_series_with_ties(values: list[float]) -> None:
    found = mann_kendall(values)
    if len(set(values)) == 1:
        assert found.p == 1.0  # pymannkendall divides by zero here
        return
    other = pymannkendall.original_test(values)
    assert (found.s, found.tau_a) == (other.s, pytest.approx(other.Tau))
    assert found.variance == pytest.approx(other.var_s)
    assert found.z == pytest.approx(other.z)
    if not found.exact:
        assert found.p == pytest.approx(other.p, abs=1e-12)


@given(ROUGH, st.randoms(use_true_random=False))
def test_tied_times_agree_with_scipy(values: list[float], random: object) -> None:
    times = [float(i // 3) for i in range(len(values))]
    found = mann_kendall(values, times)
    if len(set(values)) == 1 or len(set(times)) == 1:
        return
    other = stats.kendalltau(times, values, method="asymptotic")
    assert found.tau_b == pytest.approx(other.statistic)
    # scipy has no continuity correction; without it the p are those of the same variance.
    plain = 2.0 * stats.norm.sf(abs(found.s) / math.sqrt(found.variance))
    assert plain == pytest.approx(other.pvalue, abs=1e-9)


@given(st.permutations(list(range(9))))
def test_exact_p_agrees_with_scipy(values: list[int]) -> None:
    found = mann_kendall([float(v) for v in values])
    assert found.p == pytest.approx(stats.kendalltau(range(9), values, method="exact").pvalue)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("file", "column", "key"),
    [
        ("daily-total-female-births.csv", "Births", "births_original_test"),
        ("shampoo.csv", "Sales", "shampoo_original_test"),
    ],
)
def test_published_series(file: str, column: str, key: str) -> None:
    expected = published_figures("trend-tests")[key]
    found = mann_kendall(trend_file(file, column)[0])
    assert (found.s, found.variance) == (expected["s"], pytest.approx(expected["var_s"]))
    assert found.z == pytest.approx(expected["z"], abs=1e-7)
    assert found.tau_a == pytest.approx(expected["Tau"], abs=1e-8)
    assert found.p == pytest.approx(expected["p"], abs=6e-9)


@pytest.mark.reference
def test_worked_example_f_shampoo() -> None:
    found = mann_kendall(trend_file("shampoo.csv", "Sales")[0])
    assert (found.s, found.variance) == (440, pytest.approx(5390))
    assert found.z == pytest.approx(5.979573, abs=5e-7)
    assert found.p == pytest.approx(2.23724e-09, rel=5e-6)
    assert found.tau_a == pytest.approx(0.698413, abs=5e-7)


@pytest.mark.reference
def test_worked_example_e_sulfate() -> None:
    """tau-a is the published 0.7667984; the tau-b of these values is 0.7744897."""
    found = mann_kendall(*trend_file("epa_2009_ex_17_6_sulfate.csv", "Sulfate.ppm", "Sampling.Date"))
    assert (found.n, found.s, found.variance) == (23, 194, pytest.approx(1428))
    assert found.z == pytest.approx(5.107322, abs=5e-7)
    assert found.p == pytest.approx(3.267574e-07, rel=5e-7)
    assert found.tau_a == pytest.approx(0.7667984, abs=5e-8)
    assert found.tau_b == pytest.approx(0.7744897, abs=5e-8)


@pytest.mark.reference
@pytest.mark.parametrize("column", ["total_grid", "TN", "Am", "COD"])
def test_five_annual_means_of_melbourne(column: str) -> None:
    """Five years cannot show it: the exact p is the larger one, too."""
    expected = published_figures("melbourne-etp")["mk_annual_means_2014_2018"][column]
    found = mann_kendall(melbourne_years(column))
    assert (found.s, found.variance) == (expected["s"], pytest.approx(expected["var_s"]))
    assert found.z == pytest.approx(expected["z"], abs=1e-7)
    assert found.exact
