"""How fast does a series rise or fall, and between which bounds lies that?

Theil-Sen slope: the median of the slopes of all pairs, with real times, so that gaps do not bend it. Interval after
Gilbert (1987): ordered slopes number ``M1 = (N' - C) / 2`` and ``M2 + 1 = (N' + C) / 2 + 1`` with
``C = z sqrt(Var(S))``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from analytics.columns import Float64
from analytics.pairs import order, score
from analytics.ratio import floats
from analytics.trend import MIN_VALUES, times_of

Ranks = Literal["interpolated", "rounded"]


@dataclass(frozen=True)
class SenSlope:
    """A robust line through a series.

    Attributes
    ----------
    slope : float
        Change per unit of time.
    low, high : float
        Interval of the slope; NaN where there are too few pairs for the level.
    intercept : float
        ``median(x) - b median(t)`` (Conover): the line passes through the medians.
    intercept_joint : float
        ``median(x - b t)``.
    pairs : int
        Slopes behind the median.
    reason : str
        ``too_short`` where all numbers are NaN, "" otherwise.
    """

    slope: float
    low: float
    high: float
    intercept: float
    intercept_joint: float
    pairs: int
    reason: str = ""


def theil_sen(
    values: ArrayLike, times: ArrayLike | None = None, *, level: float = 0.95, ranks: Ranks = "interpolated"
) -> SenSlope:
    """Theil-Sen line of a series.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        NaN where missing.
    times : array_like of float, shape (n,), optional
        Default 0, 1, 2 ... Pairs of equal time have no slope.
    level : float
        Of the interval, e.g. 0.95.
    ranks : {"interpolated", "rounded"}
        Whether limits between two ordered slopes are interpolated (EnvStats) or taken at the nearest (scipy).

    Examples
    --------
    >>> line = theil_sen([1.0, 2.0, np.nan, 4.5, 5.0])
    >>> line.slope, line.intercept
    (1.0, 1.25)
    """
    series = floats(values)
    when = times_of(series, times)
    slopes = pair_slopes(series, when)
    n = int(np.count_nonzero(~np.isnan(series)))
    if n < MIN_VALUES or not len(slopes):
        return SenSlope(*(math.nan,) * 5, len(slopes), "too_short")
    low, high = gilbert(slopes, score(order(series), order(when), n).variance, level, ranks)
    slope = float(np.median(slopes))
    return SenSlope(slope, low, high, *_intercepts(series, when, slope), len(slopes))


def pair_slopes(values: Float64, times: Float64) -> Float64:
    """Slopes of all pairs of different time, sorted, shape (n_pairs,)."""
    known = ~np.isnan(values)
    x, t = values[known], times[known]
    first, second = np.triu_indices(len(x), 1)
    rise, run = x[second] - x[first], t[second] - t[first]
    return np.asarray(np.sort(rise[run != 0.0] / run[run != 0.0]), np.float64)


def _intercepts(values: Float64, times: Float64, slope: float) -> tuple[float, float]:
    separate = np.nanmedian(values) - slope * np.nanmedian(times)
    return float(separate), float(np.nanmedian(values - slope * times))


def gilbert(slopes: Float64, variance: float, level: float, ranks: Ranks = "interpolated") -> tuple[float, float]:
    """Interval of the median of sorted slopes, given the variance of S.

    Raises
    ------
    ValueError
        If `level` is not between 0 and 1.

    Examples
    --------
    Ranks 11.57 and 25.43 of 36:

    >>> gilbert(np.arange(1.0, 37.0), 43.0, 0.95)
    (11.5738283307663, 25.4261716692337)
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level ({level}) must be above 0 and below 1")
    half = float(ndtri(0.5 + level / 2.0)) * math.sqrt(variance)
    places = np.array([(len(slopes) - half) / 2.0, (len(slopes) + half) / 2.0])
    if ranks == "rounded":
        places = np.round(places)
    return _ordered(slopes, float(places[0])), _ordered(slopes, float(places[1]) + 1.0)


def _ordered(slopes: Float64, number: float) -> float:
    """The ordered slope of a number counted from 1, between two of them in proportion; NaN where there is none."""
    if not 1.0 <= number <= len(slopes):
        return math.nan
    return float(np.interp(number, np.arange(1.0, len(slopes) + 1.0), slopes))
