"""Do the effects sum to the change, whichever way one looks, and are they those of a calculation by hand?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.lmdi import decompose, log_mean, mean_split

FACTORS = st.one_of(st.just(0.0), st.floats(0.01, 1e4))


def tables(elements: st.SearchStrategy[float] = FACTORS) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, (2, 5, 4), elements=elements)


def by_definition(base: np.ndarray, current: np.ndarray) -> np.ndarray:
    """LMDI-I as its authors write it, member by member; all factors positive."""
    effects = np.zeros(base.shape)
    for i in range(base.shape[0]):
        first, last = math.prod(base[i]), math.prod(current[i])
        steps = math.log(last) - math.log(first)  # nothing where the same factors come in another order
        weight = (last - first) / steps if steps else first
        for k in range(base.shape[1]):
            effects[i, k] = weight * math.log(current[i, k] / base[i, k])
    return effects


def test_two_sectors_by_hand() -> None:
    # E = Y S I: 30 + 20 -> 40 + 24. Weights 10 / ln(4/3) = 34.7606 and 4 / ln(1.2) = 21.9393.
    done = decompose([[50.0, 0.2, 3.0], [50.0, 0.8, 0.5]], [[80.0, 0.25, 2.0], [80.0, 0.75, 0.4]])
    activity = (34.7606 + 21.9393) * math.log(1.6)
    structure = 34.7606 * math.log(1.25) + 21.9393 * math.log(0.9375)
    intensity = 34.7606 * math.log(2 / 3) + 21.9393 * math.log(0.8)
    assert done.by_factor.tolist() == pytest.approx([activity, structure, intensity], abs=2e-4)
    assert (done.change, abs(done.residual)) == pytest.approx((14.0, 0.0), abs=1e-12)
    assert math.prod(done.ratios) == pytest.approx(64 / 50, rel=1e-14)
    # The multiplicative form by its own definition: weights L(V_i) / L(V).
    whole = 14.0 / math.log(64 / 50)
    assert done.ratios[2] == pytest.approx(math.exp(intensity / whole), rel=1e-5)


def test_a_member_that_comes_or_goes_is_the_work_of_the_factor_that_is_zero() -> None:
    # A plant opens: its share was 0. Another closes. A third goes on.
    base = [[100.0, 0.0, np.nan], [100.0, 0.5, 2.0], [100.0, 0.5, 4.0]]
    current = [[120.0, 0.5, 3.0], [120.0, 0.0, np.nan], [120.0, 0.5, 4.0]]
    done = decompose(base, current)
    assert done.effects[0].tolist() == pytest.approx([0.0, 180.0, 0.0])
    assert done.effects[1].tolist() == pytest.approx([0.0, -100.0, 0.0])
    assert done.effects[2].tolist() == pytest.approx([40.0, 0.0, 0.0])
    assert done.residual == pytest.approx(0.0, abs=1e-12)


def test_the_limit_of_a_small_value_in_place_of_zero() -> None:
    """Ang and Liu: zeros replaced by 1e-10 to 1e-20 of the total converge to the analytical limit."""
    base, current = np.array([[10.0, 0.0, 2.0]]), np.array([[20.0, 0.4, 3.0]])
    limit = decompose(base, current).effects[0]
    assert limit.tolist() == pytest.approx([0.0, 24.0, 0.0])
    far = [np.abs(by_definition(np.where(base == 0.0, d, base), current)[0] - limit).max() for d in (1e-20, 1e-200)]
    assert far[1] < far[0] / 5
    assert far[1] < 0.1
    # Two zeros share, as two small values of one size do.
    both = decompose([[0.0, 0.0, 2.0]], [[5.0, 4.0, 3.0]]).effects[0]
    assert both.tolist() == pytest.approx([30.0, 30.0, 0.0])


def test_what_cannot_be_split_says_so() -> None:
    done = decompose([[1.0, -2.0], [-1.0, 2.0], [np.nan, 2.0]], [[1.0, 3.0], [-3.0, 2.0], [1.0, 2.0]])
    assert np.isnan(done.effects[[0, 2]]).all()
    assert done.effects[1].tolist() == pytest.approx([-4.0, 0.0])  # both ends negative
    with pytest.raises(ValueError, match="n_members, n_factors"):
        decompose([1.0], [1.0])


@given(tables())
def test_the_effects_sum_to_the_change_with_zeros_too(table: np.ndarray) -> None:
    done = decompose(*table)
    size = max(float(done.base.sum()), float(done.current.sum()), 1e-300)
    assert abs(done.residual) <= 1e-9 * size
    gone = decompose(table[1], table[0])
    np.testing.assert_allclose(gone.effects, -done.effects, atol=1e-9 * size)


@given(tables(st.floats(0.01, 1e4)))
def test_it_is_the_definition_and_groups_add_up(table: np.ndarray) -> None:
    done = decompose(*table)
    size = float(np.maximum(done.base, done.current).sum())
    np.testing.assert_allclose(done.effects, by_definition(*table), rtol=1e-6, atol=1e-9 * size)
    # Consistent in aggregation: two groups decomposed alone, and their effects added.
    groups = [decompose(table[0, rows], table[1, rows]).by_factor for rows in (slice(0, 2), slice(2, 5))]
    np.testing.assert_allclose(groups[0] + groups[1], done.by_factor, atol=1e-9 * size)
    assert math.prod(done.ratios) == pytest.approx(float(done.current.sum() / done.base.sum()), rel=1e-9)


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic(a: float, b: float) -> None:
    mean = float(log_mean(a, b))
    assert math.sqrt(a * b) * (1 - 1e-12) <= mean <= (a + b) / 2 * (1 + 1e-12)
    assert float(log_mean(b, a)) == pytest.approx(mean, rel=1e-12)


def test_the_logarithmic_mean_of_nearly_equal_values_keeps_its_digits() -> None:
    # L(1 + h, 1) = 1 + h/2 - h^2/12 + h^3/24 - ...
    for h in (1e-2, 1e-3, 1e-4, 1e-9, 1e-15):
        series = 1 + h / 2 - h**2 / 12 + h**3 / 24
        assert float(log_mean(1.0 + h, 1.0)) == pytest.approx(series, rel=h**4 + 1e-15)
    assert np.isnan(log_mean(-1.0, 2.0)) and np.isnan(log_mean(np.nan, 0.0))


def test_a_mean_by_shares_and_rates() -> None:
    # By hand: shares at mean rates 2.0 and 1.45: -0.5 * 2.0 + 0.5 * 1.45 = -0.275; rates at mean shares: 0.25 * -0.1.
    mix, rates = mean_split([1.0, 0.0], [0.5, 0.5], [2.0, 1.5], [2.0, 1.4])
    assert (mix.sum(), rates.sum()) == pytest.approx((-0.275, -0.025))
    # The same rate for all: no mix, whatever the shares do, also beyond 0 to 1.
    mix, rates = mean_split([1.3, -0.3, 0.0], [0.2, 0.7, 0.1], [2.0, 2.0, 2.0], [2.5, 2.5, 2.5])
    assert mix.tolist() == pytest.approx([0.0] * 3, abs=1e-15)
    assert rates.sum() == pytest.approx(0.5)
    # What is nowhere needs no rate.
    mix, rates = mean_split([1.0, 0.0], [1.0, 0.0], [2.0, np.nan], [2.5, np.nan])
    assert (mix.tolist(), rates.tolist()) == ([0.0, 0.0], [0.5, 0.0])
