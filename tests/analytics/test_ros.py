"""Are the filled non-detects those of the worked examples and of statsmodels?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.imputation.ros import impute_ros

from analytics.ros import ros

HELSEL_COHN = (
    np.array([1.0] * 6 + [10.0] * 3 + [3.0, 7, 9, 12, 15, 20, 27, 33, 50]),
    np.array([True] * 9 + [False] * 9),
)
OAHU = (
    np.array([3.2, 2.8, 1.7, 1.5, 0.9, 0.7, 0.7, 0.6, 0.5, 0.5, 0.5] + [2.0] * 8 + [1.0] * 4 + [0.9]),
    np.array([False] * 11 + [True] * 13),
)


def test_worked_example_i_helsel_and_cohn_appendix_b() -> None:
    values, below = HELSEL_COHN
    found = ros(values, below)
    assert np.sort(found.values[below]).round(4).tolist() == [
        0.4785, 0.8567, 1.1133, 1.278, 1.7664, 2.3442, 2.5057, 3.0394, 4.8047,
    ]  # fmt: skip
    assert found.mean == pytest.approx(10.788166, abs=5e-7)
    assert np.where(below, values / 2, values).mean() == pytest.approx(10.7778, abs=5e-5)


def test_worked_example_j_oahu_arsenic() -> None:
    values, below = OAHU
    found = ros(values, below)
    assert (found.mean, found.sd) == (pytest.approx(0.972463, abs=5e-7), pytest.approx(0.718012, abs=5e-7))
    assert np.where(below, values / 2, values).mean() == pytest.approx(1.002083, abs=5e-7)


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_statsmodels_with_up_to_three_limits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = np.round(rng.lognormal(1.0, 0.8, 40), 3)
    limit = rng.choice([1.0, 2.0, 4.0][: 1 + seed % 3], 40)
    below = true < limit
    values = np.where(below, limit, true)
    found = ros(values, below)
    expected = np.sort(impute_ros(values, below))
    assert np.sort(found.values[~np.isnan(found.values)]) == pytest.approx(expected)
    assert found.mean == pytest.approx(expected.mean())


def test_detects_stay_and_a_limit_above_all_of_them_tells_nothing() -> None:
    values = np.array([1.0, 2.0, 3.0, 5.0, 1.0, 100.0, np.nan])
    below = np.array([False, False, False, False, True, True, False])
    found = ros(values, below)
    assert found.values[:4].tolist() == [1.0, 2.0, 3.0, 5.0]
    assert 0.0 < found.values[4] < 1.0
    assert math.isnan(found.values[5])
    assert math.isnan(found.values[6])


@pytest.mark.parametrize(
    ("values", "below", "reason"),
    [
        ([1.0, 1.0, 2.0, 3.0], [True, True, False, False], "too_few_detects"),
        ([1.0] * 12 + [2.0, 3.0, 4.0], [True] * 12 + [False] * 3, "too_many_below"),
        ([1.0, 0.0, 2.0, 3.0], [True, False, False, False], "not_positive"),
        ([np.nan, np.nan], [False, False], "too_few_detects"),
    ],
)
def test_what_cannot_be_filled_is_said(values: list[float], below: list[bool], reason: str) -> None:
    found = ros(values, below)
    assert found.reason == reason
    assert math.isnan(found.mean)
    assert np.isnan(found.values).all()
