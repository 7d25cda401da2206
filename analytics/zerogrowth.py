"""Did the CO2 of a sector not grow, and can that be said?

"Zero growth of carbon emissions" (碳排放零增长) has no official formula. Our reading, open to decision: tonnes,
``E_s(now) <= E_s(base)`` for each sector s by itself, over the same boundary and with the same factors, entries (base
0) and closures (now 0) included; a group passes only if each of its sectors does. A change smaller than the stated
uncertainty of the data is neither pass nor failure::

            now < base                 base                now > base
    --------- passed ---------|  not distinguishable  |--------- failed ---------
                      base - margin               base + margin        margin = uncertainty x base

Tonnes are compared, not rates, because a sector that began after the base year has no rate and has grown all the same.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.columns import Float64
from analytics.intensity import change
from analytics.ratio import floats

_TOLERANCE = 1e-9
"""Of the base: two equal sums of the same tonnes in another order are equal."""


class Growth(IntEnum):
    """How a sector stands; the smaller the worse."""

    FAILED = 0
    NOT_COMPARABLE = 1
    """The two ends were counted with different factors."""
    UNKNOWN = 2
    """Something is not known, or what is missing decides."""
    NOT_DISTINGUISHABLE = 3
    PASSED = 4


def zero_growth(
    base_t: ArrayLike,
    now_t: ArrayLike,
    uncertainty: ArrayLike = 0.0,
    reduction: ArrayLike = 0.0,
    comparable: ArrayLike = True,
) -> NDArray[np.int8]:
    """How sectors stand whose emissions are known.

    Parameters
    ----------
    base_t, now_t : array_like of float
        Emissions of the base year and of the year compared, at least 0; NaN where not known. [tCO2]
    uncertainty : array_like of float
        Stated uncertainty of the data as a share of the base; 0 where none is stated.
    reduction : array_like of float
        Required reduction; 0 is "no growth".
    comparable : array_like of bool
        False where the two ends were counted with different factors.

    Returns
    -------
    ndarray of int8
        `Growth`

    Examples
    --------
    >>> zero_growth([100.0, 100.0, 0.0], [99.0, 101.0, 5.0]).tolist() == [Growth.PASSED, Growth.FAILED, Growth.FAILED]
    True
    >>> Growth(int(zero_growth(100.0, 99.0, uncertainty=0.02))).name
    'NOT_DISTINGUISHABLE'
    """
    return zero_growth_within(base_t, base_t, now_t, now_t, uncertainty, reduction, comparable)


def zero_growth_within(
    base_low_t: ArrayLike,
    base_high_t: ArrayLike,
    now_low_t: ArrayLike,
    now_high_t: ArrayLike,
    uncertainty: ArrayLike = 0.0,
    reduction: ArrayLike = 0.0,
    comparable: ArrayLike = True,
) -> NDArray[np.int8]:
    """How sectors stand of which a part is missing: by the least and the most that it allows; see `zero_growth`.

    Where both ends do not say the same, nothing is said: `Growth.UNKNOWN` where one end passes and the other fails,
    `Growth.NOT_DISTINGUISHABLE` where only one of them can be told from the base.
    """
    best = _standing(floats(base_high_t), floats(now_low_t), floats(uncertainty), floats(reduction))
    worst = _standing(floats(base_low_t), floats(now_high_t), floats(uncertainty), floats(reduction))
    opposite = (best == Growth.PASSED) & (worst == Growth.FAILED)
    unknown = (best == Growth.UNKNOWN) | (worst == Growth.UNKNOWN)
    found = np.select(
        [~np.asarray(comparable, np.bool_), unknown | opposite, best == worst],
        [Growth.NOT_COMPARABLE, Growth.UNKNOWN, worst],
        Growth.NOT_DISTINGUISHABLE,
    )
    return np.asarray(found, np.int8)


def _standing(base_t: Float64, now_t: Float64, uncertainty: Float64, reduction: Float64) -> NDArray[np.int8]:
    size = np.abs(base_t)
    above_t, margin_t = now_t - base_t * (1.0 - reduction), uncertainty * size
    slack_t = _TOLERANCE * size
    found = np.select(
        [np.isnan(above_t), (above_t <= slack_t) & (above_t <= slack_t - margin_t), above_t >= margin_t - slack_t],
        [Growth.UNKNOWN, Growth.PASSED, Growth.FAILED],
        Growth.NOT_DISTINGUISHABLE,
    )
    return np.asarray(found, np.int8)


def together(of_sectors: ArrayLike, axis: int = 0) -> NDArray[np.int8]:
    """The group: it passes only if each sector passes, and fails as soon as one fails.

    Raises
    ------
    ValueError
        If there is no sector: nothing is no pass.

    Examples
    --------
    >>> Growth(int(together([Growth.PASSED, Growth.UNKNOWN, Growth.FAILED]))).name
    'FAILED'
    """
    found = np.asarray(of_sectors, np.int8)
    if found.shape[axis] == 0:
        raise ValueError("a group of no sectors cannot be judged; wanted at least one")
    return np.asarray(found.min(axis))


def weaker_readings(base_t: ArrayLike, year_before_t: ArrayLike, now_t: ArrayLike) -> tuple[Float64, Float64]:
    """What others read into the target, to be told beside the verdict and never as one.

    Parameters
    ----------
    base_t, year_before_t, now_t : array_like of float, shape (n_sectors, ...)
        [tCO2]

    Returns
    -------
    last_change : ndarray of float64
        Change of all sectors together against the year before.
    sum_change : ndarray of float64
        Change of all sectors together against the base year.

    Examples
    --------
    >>> last, whole = weaker_readings([100.0, 50.0], [120.0, 60.0], [110.0, 30.0])
    >>> round(float(last), 4), round(float(whole), 4)
    (-0.2222, -0.0667)
    """
    base, before, now = (floats(t).sum(0) for t in (base_t, year_before_t, now_t))
    return change(now, before), change(now, base)
