"""When was a limit exceeded, for how long, how far, and by how many kilograms?

A period (an hour, a local day) is over a limit when its mean is strictly above it. Periods over the limit that follow
one another are one exceedance; a period that is not judged (not valid, stopped, marked) ends it. All of a point's
periods are looked at at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.columns import Bool, Columns, Float64, Int64
from analytics.ratio import floats, ratio
from analytics.stack import AIR_O2, KG_PER_MG

MONTHLY_SHARE = 0.95
"""Share of a month's hours that must keep an ultra-low value of iron and steel (环大气〔2019〕35号)."""


@dataclass(frozen=True, eq=False)
class Runs(Columns):
    """Exceedances: runs of periods over a limit.

    Attributes
    ----------
    first, last : ndarray of int64, shape (n_runs,)
        Rows of the first period and of the one after the last.
    count : ndarray of int64
        Periods over the limit.
    peak : ndarray of float64
        Largest mean.
    peak_row : ndarray of int64
        Where, the first of equal ones.
    mean : ndarray of float64
        Mean of the means.
    excess_kg : ndarray of float64
        Mass above what the limit allows; NaN where the flow of no period is known.
    """

    first: Int64
    last: Int64
    count: Int64
    peak: Float64
    peak_row: Int64
    mean: Float64
    excess_kg: Float64


def over_limit(mean: Float64, limit: ArrayLike, judged: Bool) -> Bool:
    """Which periods are over: judged, known, and strictly above.

    Examples
    --------
    >>> over_limit(np.array([50.0, 50.1, 60.0, np.nan]), 50.0, np.array([True, True, False, True]))
    array([False,  True, False, False])
    """
    return np.asarray(judged & (mean > floats(limit)), np.bool_)


def runs(mean: Float64, over: Bool, excess_kg: Float64 | None = None, follows: NDArray[np.bool_] | None = None) -> Runs:
    """The exceedances of one point against one limit.

    Parameters
    ----------
    mean : ndarray of float64, shape (n_periods,)
    over : ndarray of bool, shape (n_periods,)
        `over_limit`.
    excess_kg : ndarray of float64, shape (n_periods,), optional
        `excess` of each period.
    follows : ndarray of bool, shape (n_periods,), optional
        Whether a period follows right upon the one before it; without it all do.

    Returns
    -------
    Runs
        In order of time.

    Examples
    --------
    >>> level = np.array([1.0, 7.0, 9.0, 2.0, 8.0])
    >>> found = runs(level, level > 5.0)
    >>> found.first, found.count, found.peak, found.mean
    (array([1, 4]), array([2, 1]), array([9., 8.]), array([8., 8.]))
    """
    rows = np.flatnonzero(over)
    empty = np.empty(0)
    if not len(rows):
        return Runs(rows, rows, rows, empty, rows, empty, empty)
    begins = np.diff(rows, prepend=-2) != 1
    if follows is not None:
        begins |= ~follows[rows]
    start = np.flatnonzero(begins)
    values = mean[rows]
    peak = np.maximum.reduceat(values, start)
    count = np.diff(start, append=len(rows))
    at_peak = np.where(values == np.repeat(peak, count), rows, len(mean))
    end = np.append(start[1:], len(rows)) - 1
    return Runs(
        rows[start],
        rows[end] + 1,
        count,
        peak,
        np.minimum.reduceat(at_peak, start),
        np.add.reduceat(values, start) / count,
        _summed(np.full(len(mean), np.nan) if excess_kg is None else excess_kg, rows, start),
    )


def excess(
    as_measured: Float64,
    limit: float,
    volume_m3: Float64,
    o2_pct: Float64 | None = None,
    o2_ref_pct: float | None = None,
) -> Float64:
    """Mass of each period above what the limit allows. [kg]

    A limit at reference oxygen allows ``limit (21 - O2) / (21 - O2ref)`` of what is measured, so that mass is the
    unconverted concentration times the unconverted volume here too.

    Parameters
    ----------
    as_measured : ndarray of float64, shape (n_periods,)
        Mean concentration, not converted. [mg/m3]
    limit : float
        [mg/m3]
    volume_m3 : ndarray of float64
        Volume of each period; standard dry for flue gas. [m3]
    o2_pct : ndarray of float64, optional
        Measured oxygen; with `o2_ref_pct`. [%]
    o2_ref_pct : float, optional
        [%]

    Examples
    --------
    >>> excess(np.array([60.0, 40.0]), 50.0, np.array([1e5, 1e5]))
    array([1., 0.])
    >>> excess(np.array([28.0]), 30.0, np.array([1e6]), np.array([8.0]), 6.0).round(6)  # 30 at 6 % is 26 at 8 %
    array([2.])
    """
    allowed = np.full(len(as_measured), limit)
    if o2_pct is not None and o2_ref_pct is not None:
        allowed = limit * (AIR_O2 - o2_pct) / (AIR_O2 - o2_ref_pct)
    return np.asarray(np.maximum(as_measured - allowed, 0.0) * volume_m3 * KG_PER_MG, np.float64)


def within_share(over: Bool, judged: Bool, month: NDArray[np.int64]) -> tuple[NDArray[np.int64], Float64]:
    """Share of the judged periods of each month that kept the limit.

    Parameters
    ----------
    over, judged : ndarray of bool, shape (n_periods,)
    month : ndarray of int64, shape (n_periods,)
        Any number of the month of each period.

    Returns
    -------
    months : ndarray of int64
        Those that are there, rising.
    share : ndarray of float64
        NaN where no period was judged. The rule for ultra-low iron and steel is kept from `MONTHLY_SHARE` on.
    """
    months, place = np.unique(month, return_inverse=True)
    due = np.bincount(place[judged], minlength=len(months))
    bad = np.bincount(place[judged & over], minlength=len(months))
    return months, ratio(due - bad, due)


def _summed(values: Float64, rows: NDArray[np.int64], start: NDArray[np.int64]) -> Float64:
    """Sum of what is known of each run; NaN where nothing is."""
    chosen = values[rows]
    known = np.isfinite(chosen)
    total = np.add.reduceat(np.where(known, chosen, 0.0), start)
    return np.where(np.add.reduceat(known.astype(np.int64), start) > 0, total, np.nan)
