"""Which of two values is the greater one, and could a count of such pairs be chance?

Rank tests for trends ask this of every pair. A value that is only known to lie below a limit is greater than nothing
and smaller than what reaches the limit; a pair that cannot be decided counts as tied, so ties, values below detection
limits and missing values are one case.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from analytics.columns import Float64
from analytics.ratio import floats

Int8 = NDArray[np.int8]


def order(low: ArrayLike, high: ArrayLike | None = None) -> Int8:
    """Which value of each pair is surely the greater one.

    Parameters
    ----------
    low : array_like of float, shape (n,)
        The values; ``-inf`` for one that is only known to lie below `high`. NaN is missing.
    high : array_like of float, shape (n,), optional
        Equal to `low`, or the limit that a value lies below. Default: all values are known.

    Returns
    -------
    ndarray of int8, shape (n, n)
        At ``[i, j]`` 1 where value j is greater than value i, -1 where it is smaller, 0 where they are equal, cannot
        be told apart, or one is missing. ``order(x).T == -order(x)``.

    Examples
    --------
    The second value is "< 2": below 3, and not to be told from 1.5.

    >>> order([1.5, -np.inf, 3.0], [1.5, 2.0, 3.0])
    array([[ 0,  0,  1],
           [ 0,  0,  1],
           [-1, -1,  0]], dtype=int8)
    """
    least = floats(low)
    most = least if high is None else floats(high)
    known = least == most
    reaches = least[None, :] >= most[:, None]
    equal = (least[None, :] == least[:, None]) & known[None, :] & known[:, None]
    greater = (reaches & ~equal).astype(np.int8)
    return np.asarray(greater - greater.T, np.int8)


@dataclass(frozen=True)
class Score:
    """Kendall's count over all pairs of values and times.

    Attributes
    ----------
    n : int
        Values that are there.
    s : float
        Pairs that rise less pairs that fall.
    variance : float
        Of `s` if time did not matter (every assignment of values to times equally likely).
    pairs : float
        ``n (n - 1) / 2``.
    value_pairs, time_pairs : float
        Pairs that are told apart by value and by time.
    """

    n: int
    s: float
    variance: float
    pairs: float
    value_pairs: float
    time_pairs: float

    @property
    def tied(self) -> bool:
        """Whether some pair could not be told apart."""
        return min(self.value_pairs, self.time_pairs) < self.pairs


def score(values: Int8, times: Int8, n: int) -> Score:
    """Count and variance of a pair table of values against one of times.

    Parameters
    ----------
    values, times : ndarray of int8, shape (m, m)
        As `order` gives them.
    n : int
        How many of the m values are not missing.

    Notes
    -----
    The variance is that of the general correlation coefficient under permutation (Kendall, Rank Correlation Methods,
    1970; Daniels 1944). With plain values it is ``[n(n-1)(2n+5) - sum t(t-1)(2t+5)] / 18`` over tie groups of size t.
    It holds for any antisymmetric table, so also where values below several limits are compared.
    """
    squares = [float(np.count_nonzero(table)) for table in (values, times)]
    rows = [float(np.sum(table.sum(axis=1, dtype=np.int64) ** 2)) for table in (values, times)]
    s = float(np.sum(values * times, dtype=np.int64)) / 2.0
    variance = 0.0
    if n > 1:
        variance = squares[0] * squares[1] / (2.0 * n * (n - 1))
    if n > 2:
        variance += (rows[0] - squares[0]) * (rows[1] - squares[1]) / (n * (n - 1) * (n - 2))
    return Score(n, s, variance, n * (n - 1) / 2.0, squares[0] / 2.0, squares[1] / 2.0)


def standard_score(s: float, variance: float, *, continuity: bool = True) -> float:
    """``(|S| - 1) / sqrt(Var)`` with the sign of S; 0 where S or the variance is 0.

    `continuity` is the correction by 1 for a count that moves in steps of 2.
    """
    if s == 0.0 or variance <= 0.0:
        return 0.0
    return math.copysign((abs(s) - (1.0 if continuity else 0.0)) / math.sqrt(variance), s)


def two_sided(z: float) -> float:
    """Chance of a standard normal value at least as far from 0: ``2 (1 - Phi(|z|))``.

    Examples
    --------
    >>> round(two_sided(1.959964), 6)
    0.05
    """
    return float(2.0 * ndtr(-abs(z)))


def known(values: Float64) -> Float64:
    """The values that are not NaN, in their order."""
    return np.asarray(values[~np.isnan(values)], np.float64)
