"""How much of a change did each factor of a product make?

Logarithmic mean Divisia index, method I (LMDI-I; Ang, Energy Policy 33 (2005) 867, and 86 (2015) 233): a total is a
sum over members, each member a product of factors, ``V = sum over i of x_1i x_2i ... x_ni``. The additive effects of
the factors sum to the change of the total and the multiplicative ones multiply to its ratio, without a residual; they
are symmetric in time, and the effects of a group are the sums of those of its members.

A factor that is zero at one end has no logarithm. What is computed there is the limit of an ever smaller value in its
place (Ang and Liu, Energy Policy 35 (2007) 238 and 1426): the whole change of the member goes to the factors that are
zero, in equal parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Bool, Float64
from analytics.ratio import floats

_NEAR = 1e-3  # relative distance below which the quotient loses digits and the series has them all


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The change of a sum of products, by member and factor.

    Attributes
    ----------
    base, current : ndarray of float64, shape (n_members,)
        The members' products at both ends.
    effects : ndarray of float64, shape (n_members, n_factors)
        What each factor made of each member's change, in the unit of the product. NaN for a member that cannot be
        split.
    """

    base: Float64
    current: Float64
    effects: Float64

    @property
    def change(self) -> float:
        """Change of the total."""
        return float(self.current.sum() - self.base.sum())

    @property
    def by_factor(self) -> Float64:
        """Effects of the factors on the total, shape (n_factors,)."""
        return np.asarray(self.effects.sum(axis=0))

    @property
    def residual(self) -> float:
        """What the effects leave of the change: rounding."""
        return self.change - float(self.effects.sum())

    @property
    def ratios(self) -> Float64:
        """Multiplicative effects, shape (n_factors,): ``D_k = exp(effect_k / L(V_T, V_0))``; their product is the
        ratio of the totals. NaN where a total is not positive."""
        start, end = float(self.base.sum()), float(self.current.sum())
        if not (start > 0.0 and end > 0.0):
            return np.full(self.effects.shape[1], np.nan)
        return np.asarray(np.exp(self.by_factor / float(log_mean(end, start))))


def log_mean(one: ArrayLike, other: ArrayLike) -> Float64:
    """Logarithmic mean, ``L(a, b) = (a - b) / (ln a - ln b)``; ``L(a, a) = a`` and ``L(a, 0) = 0``.

    Parameters
    ----------
    one, other : array_like of float
        Of one sign (or zero); broadcast together.

    Returns
    -------
    ndarray of float64
        NaN where the signs differ or a value is NaN.

    Examples
    --------
    >>> log_mean([4.0, 5.0, 3.0, -4.0], [1.0, 5.0, 0.0, -1.0]).round(6)
    array([ 2.164043,  5.      ,  0.      , -2.164043])
    """
    a, b = np.broadcast_arrays(floats(one), floats(other))
    result = np.full(a.shape, np.nan)
    result[(a == 0.0) | (b == 0.0)] = 0.0
    same = a * b > 0.0
    mean = (a + b) / 2.0
    x = np.divide(a - b, a + b, out=np.zeros(a.shape), where=same)
    near = same & (np.abs(x) < _NEAR)
    # L = mean * x / artanh(x), and artanh(x) = x + x^3/3 + x^5/5 + ...
    np.divide(mean, 1.0 + x**2 / 3.0 + x**4 / 5.0, out=result, where=near)
    far = same & ~near
    logs = np.log(np.divide(a, b, out=np.ones(a.shape), where=far))
    np.divide(a - b, logs, out=result, where=far)
    return np.where(np.isnan(a) | np.isnan(b), np.nan, result)


def decompose(base: ArrayLike, current: ArrayLike) -> Decomposition:
    """Split the change of a sum of products into the effects of its factors (LMDI-I).

    Parameters
    ----------
    base, current : array_like of float, shape (n_members, n_factors)
        Factors of each member at both ends. NaN is a factor that has no value at that end, because another factor of
        the member is zero there (the fuel mix of a plant that did not exist): it is taken as unchanged.

    Returns
    -------
    Decomposition
        A member cannot be split, and has NaN effects, where a factor changes its sign, or has no value although no
        other factor of the member is zero.

    Raises
    ------
    ValueError
        If the shapes differ or are not two-dimensional.

    Examples
    --------
    Two sectors, ``E = Y * S * I``: activity, structure, intensity.

    >>> done = decompose([[50.0, 0.2, 3.0], [50.0, 0.8, 0.5]], [[80.0, 0.25, 2.0], [80.0, 0.75, 0.4]])
    >>> done.by_factor.round(3), round(done.change, 9)
    (array([ 26.649,   6.341, -18.99 ]), 14.0)
    """
    start, end = floats(base), floats(current)
    if start.shape != end.shape or start.ndim != 2:
        raise ValueError(f"factors of shape {start.shape} and {end.shape}; wanted twice (n_members, n_factors)")
    first, last = _product(start), _product(end)
    start, end = np.where(np.isnan(start), end, start), np.where(np.isnan(end), start, end)
    both = (start != 0.0) & (end != 0.0)
    logs = np.log(np.divide(end, start, out=np.ones(start.shape), where=both & (start * end > 0.0)))
    weight = log_mean(last, first)
    effects = weight[:, None] * logs
    zero = (start == 0.0) ^ (end == 0.0)
    shared = _in_equal_parts(zero, last - first)
    effects = np.where(zero.any(axis=1)[:, None], shared, effects)
    nothing = (first == 0.0) & (last == 0.0)
    effects[nothing] = 0.0
    split = nothing | (~((start * end < 0.0).any(axis=1)) & np.isfinite(first) & np.isfinite(last))
    effects[~split] = np.nan
    return Decomposition(first, last, effects)


def _product(factors: Float64) -> Float64:
    """Products of the members; zero where a factor is, whatever the others are."""
    zero = (factors == 0.0).any(axis=1)
    return np.where(zero, 0.0, factors.prod(axis=1))


def _in_equal_parts(zero: Bool, change: Float64) -> Float64:
    """Each member's change on the factors that are zero at one end. With one value d in place of all of them, their
    logarithms outgrow every other one as d falls, and become equal to each other."""
    count = zero.sum(axis=1)
    share = np.divide(zero, count[:, None], out=np.zeros(zero.shape), where=count[:, None] > 0)
    return np.asarray(share * change[:, None])


def mean_split(
    base_share: ArrayLike, current_share: ArrayLike, base_rate: ArrayLike, current_rate: ArrayLike
) -> tuple[Float64, Float64]:
    """Split the change of a weighted mean, ``k = sum of s_c k_c``, into shares and rates, each valued at the mean of
    both ends (Marshall and Edgeworth; for two factors the same as Shapley's values).

    Other than logarithms it takes shares of any sign and carriers that come and go, and a mix whose rates are all the
    same has no effect, exactly.

    Parameters
    ----------
    base_share, current_share : array_like of float, shape (n,)
        Each sums to 1.
    base_rate, current_rate : array_like of float, shape (n,)
        NaN where the share is zero: then the rate of the other end; what has no share at either end has no effect.

    Returns
    -------
    shares, rates : ndarray of float64, shape (n,)
        Together they sum to the change of the mean. Each member's share is held against the mean rate: more of what
        counts above the mean raises it.

    Examples
    --------
    Half of the coal (2.0) gives way to gas (1.5), whose rate falls to 1.4.

    >>> mix, rates = mean_split([1.0, 0.0], [0.5, 0.5], [2.0, 1.5], [2.0, 1.4])
    >>> float(mix.sum().round(6)), float(rates.sum().round(6))
    (-0.275, -0.025)
    """
    s0, s1, k0, k1 = (floats(a) for a in (base_share, current_share, base_rate, current_rate))
    k0, k1 = np.where(np.isnan(k0), k1, k0), np.where(np.isnan(k1), k0, k1)
    absent = (s0 == 0.0) & (s1 == 0.0)
    k0, k1 = np.where(absent, 0.0, k0), np.where(absent, 0.0, k1)
    share, rate = (s0 + s1) / 2.0, (k0 + k1) / 2.0
    mean_rate = float((share * rate).sum())
    return np.asarray((s1 - s0) * (rate - mean_rate)), np.asarray(share * (k1 - k0))
