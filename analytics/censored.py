"""What can be said of values that lie below a detection limit (未检出)?

A non-detect is a limit and a mark, never half of the limit as if it had been measured. Tests compare only what can be
told apart; totals have a range from 0 to the limit; a distribution is filled by regression on order statistics. A
limit that changed makes a trend of its own out of any substitution, and that is said.

Throughout, `values` holds the value where it was detected and the limit where it was not (NaN where missing), and
`below` marks the non-detects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Bool, Float64
from analytics.pairs import order
from analytics.ratio import floats
from analytics.seasonal import SeasonalKendall, seasonal_kendall
from analytics.trend import MannKendall, mann_kendall, of_tables, times_of

SHOW_RANGE_ABOVE = 0.15
"""Share of non-detects above which a total is shown with its range from 0 to the limit."""

Method = Literal["pairs", "highest"]
LimitChange = Literal["", "fell", "rose", "varied"]


def share_below(values: ArrayLike, below: ArrayLike) -> float:
    """Share of the values that are there which are non-detects; 0 where nothing is there."""
    there = ~np.isnan(floats(values))
    return float(np.mean(np.asarray(below, np.bool_)[there])) if there.any() else 0.0


def limit_change(limits: ArrayLike) -> LimitChange:
    """How the detection limit moved over time.

    Parameters
    ----------
    limits : array_like of float, shape (n,)
        The limit in force at each value, detected or not, in order of time; NaN where there is none.

    Returns
    -------
    str
        "" where it stayed; ``fell``: half-limit substitution would show a falling trend that is none; ``rose``: a
        rising one; ``varied``: both.

    Examples
    --------
    >>> limit_change([2.0, 2.0, np.nan, 0.5]), limit_change([1.0, 1.0])
    ('fell', '')
    """
    known = floats(limits)
    steps = np.diff(known[~np.isnan(known)])
    fell, rose = bool((steps < 0.0).any()), bool((steps > 0.0).any())
    if fell and rose:
        return "varied"
    return "fell" if fell else "rose" if rose else ""


def recoded(values: ArrayLike, below: ArrayLike) -> Float64:
    """Every value below the highest limit tied at 0: one limit for all, at the price of the detects under it.

    Examples
    --------
    >>> recoded([2.0, 1.5, 3.0], [True, False, False])
    array([0., 0., 3.])
    """
    series, censored = floats(values), np.asarray(below, np.bool_) & ~np.isnan(floats(values))
    if not censored.any():
        return series
    highest = series[censored].max()
    return np.where(np.isnan(series), np.nan, np.where(censored | (series < highest), 0.0, series))


def mann_kendall_censored(
    values: ArrayLike, below: ArrayLike, times: ArrayLike | None = None, *, how: Method = "pairs"
) -> MannKendall:
    """Mann-Kendall test with non-detects.

    Parameters
    ----------
    values : array_like of float, shape (n,)
    below : array_like of bool, shape (n,)
    times : array_like of float, shape (n,), optional
        See `analytics.trend.mann_kendall`.
    how : {"pairs", "highest"}
        ``pairs``: a pair counts only where its order is beyond doubt, "< 2" against 1.5 is a tie.
        ``highest``: everything below the highest limit is tied. With one limit and no detect below it both are equal.

    Examples
    --------
    >>> mann_kendall_censored([1.0, 1.0, 2.0, 3.0, 4.0], [True, True, False, False, False]).s
    9.0
    """
    series, censored = floats(values), np.asarray(below, np.bool_)
    if how == "highest":
        return mann_kendall(recoded(series, censored), times)
    when = times_of(series, times)
    least = np.where(censored & ~np.isnan(series), -np.inf, series)
    return of_tables(order(least, series), order(when), int(np.count_nonzero(~np.isnan(series))))


def seasonal_kendall_censored(values: ArrayLike, below: ArrayLike, *, level: float = 0.95) -> SeasonalKendall:
    """Seasonal Kendall test of a table of years by seasons with non-detects, by unambiguous pairs.

    Slope and interval take half of the limit for a non-detect; `slope_range` says what that choice amounts to.
    """
    table, censored = floats(values), np.asarray(below, np.bool_)
    return seasonal_kendall(filled(table, censored, 0.5), np.where(censored, table, np.nan), level=level)


def slope_range(values: ArrayLike, below: ArrayLike) -> tuple[float, float]:
    """Seasonal slopes with all non-detects at 0 and with all at their limit, the smaller one first."""
    slopes = sorted(seasonal_kendall(filled(values, below, share)).slope for share in (0.0, 1.0))
    return slopes[0], slopes[1]


def filled(values: ArrayLike, below: ArrayLike, share: float) -> Float64:
    """The values with that share of the limit, 0 to 1, in place of each non-detect: for totals and slopes only."""
    series = floats(values)
    return np.where(np.asarray(below, np.bool_), series * share, series)


@dataclass(frozen=True)
class TotalRange:
    """A total of which part was not detected.

    Attributes
    ----------
    low, half, high : float
        With 0, half of the limit (customary; the local rule decides) and the limit for each non-detect.
    share : float
        Non-detects among the values.
    shown : bool
        Whether the range has to be shown with the total.
    """

    low: float
    half: float
    high: float
    share: float
    shown: bool


def total_range(values: ArrayLike, below: ArrayLike, weights: ArrayLike = 1.0) -> TotalRange:
    """Range of a sum, e.g. of loads: concentrations weighted with volumes.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        NaN is left out.
    below : array_like of bool, shape (n,)
    weights : array_like of float, shape (n,) or scalar

    Examples
    --------
    >>> total_range([2.0, 2.0, 5.0, 6.0], [True, False, False, False], 10.0)
    TotalRange(low=130.0, half=140.0, high=150.0, share=0.25, shown=True)
    """
    series = floats(values)
    low, half, high = (float(np.nansum(filled(series, below, part) * floats(weights))) for part in (0.0, 0.5, 1.0))
    share = share_below(series, below)
    return TotalRange(low, half, high, share, share > SHOW_RANGE_ABOVE)


def below_limit(values: ArrayLike, limits: ArrayLike) -> Bool:
    """Which values lie below the limit in force; False where there is no limit or no value."""
    return np.asarray(floats(values) < floats(limits), np.bool_)
