"""Does a series rise or fall more than chance lets it?

Mann-Kendall test (Mann 1945, Kendall 1975): counts pairs, so neither the shape of the change nor the distribution of
the values matters. Missing values are left out; times keep their order. What is too short has a reason and no number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Float64
from analytics.pairs import Int8, Score, order, score, standard_score, two_sided
from analytics.ratio import floats

MIN_VALUES = 4
"""Fewer values cannot show a trend at all: with three the exact two-sided p is never below 1/3."""

EXACT_UP_TO = 10
"""Values up to which the exact distribution is used in place of the normal one, where nothing is tied."""


@dataclass(frozen=True)
class MannKendall:
    """Result of the test.

    Attributes
    ----------
    n : int
        Values that are there.
    s, variance : float
        Pairs that rise less pairs that fall, and its variance with ties.
    z : float
        With continuity correction.
    p : float
        Two-sided; exact where `exact`. 1 where all values are equal.
    exact : bool
        Whether `p` comes from the exact distribution.
    tau_a : float
        ``S / (n (n - 1) / 2)``.
    tau_b : float
        ``S`` over the root of the pairs told apart by value times those told apart by time; NaN where there are none.
    reason : str
        ``too_short`` where all numbers are NaN, "" otherwise.
    """

    n: int
    s: float
    variance: float
    z: float
    p: float
    exact: bool
    tau_a: float
    tau_b: float
    reason: str = ""


def mann_kendall(values: ArrayLike, times: ArrayLike | None = None) -> MannKendall:
    """Mann-Kendall test of a series.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        In order of time; NaN where missing.
    times : array_like of float, shape (n,), optional
        Needed where several values share a time: such pairs count as tied.

    Examples
    --------
    >>> result = mann_kendall([10, 10, 10, 5, 10, 20, 18, 17, 15, 24, 15])
    >>> result.s, round(result.variance, 4), round(result.z, 5), round(result.p, 4), result.tau_a
    (22.0, 155.3333, 1.68495, 0.092, 0.4)
    """
    series = floats(values)
    return of_tables(order(series), order(times_of(series, times)), int(np.count_nonzero(~np.isnan(series))))


def times_of(values: Float64, times: ArrayLike | None) -> Float64:
    """The times of a series, by default 0, 1, 2 ...; NaN where the value is missing.

    Raises
    ------
    ValueError
        If there are not as many times as values.
    """
    when = np.arange(len(values), dtype=np.float64) if times is None else floats(times)
    if when.shape != values.shape:
        raise ValueError(f"times have shape {when.shape}, values {values.shape}; wanted a time for each value")
    return np.where(np.isnan(values), np.nan, when)


def of_tables(values: Int8, times: Int8, n: int) -> MannKendall:
    """The test from pair tables (`analytics.pairs.order`) of n values that are there."""
    return too_short(n) if n < MIN_VALUES else of_score(score(values, times, n))


def too_short(n: int) -> MannKendall:
    """The answer where there are too few values."""
    nan = math.nan
    return MannKendall(n, nan, nan, nan, nan, False, nan, nan, "too_short")


def of_score(count: Score, variance: float | None = None) -> MannKendall:
    """The test from a count.

    Parameters
    ----------
    count : Score
    variance : float, optional
        In place of the count's own: corrected for autocorrelation, so the exact distribution no longer applies. z and
        p are NaN where a correction leaves no variance.
    """
    spread = count.variance if variance is None else variance
    if spread <= 0.0 < count.variance:
        return replace(of_score(count), variance=spread, z=math.nan, p=math.nan, exact=False)
    z = standard_score(count.s, spread)
    exact = variance is None and count.n <= EXACT_UP_TO and not count.tied
    told_apart = math.sqrt(count.value_pairs * count.time_pairs)
    return MannKendall(
        n=count.n,
        s=count.s,
        variance=spread,
        z=z,
        p=exact_p(count.s, count.n) if exact else two_sided(z),
        exact=exact,
        tau_a=count.s / count.pairs,
        tau_b=count.s / told_apart if told_apart > 0.0 else math.nan,
    )


def exact_p(s: float, n: int) -> float:
    """Two-sided chance of a count at least as far from 0 as S, for n values without ties.

    Examples
    --------
    Five values in order are the strongest that five years can show:

    >>> round(exact_p(10, 5), 4)
    0.0167
    """
    chance = _chances(n)
    counts = n * (n - 1) / 2.0 - 2.0 * np.arange(len(chance))
    return float(min(1.0, chance[np.abs(counts) >= abs(s) - 0.5].sum()))


@lru_cache(maxsize=128)
def _chances(n: int) -> Float64:
    """Chance of 0, 1, 2 ... falling pairs among n values in random order, shape (n (n - 1) / 2 + 1,)."""
    chance = np.ones(1)
    for count in range(2, n + 1):  # the k-th value falls below 0 to k - 1 of those before it, each equally likely
        chance = np.convolve(chance, np.full(count, 1.0 / count))
    chance.flags.writeable = False
    return chance
