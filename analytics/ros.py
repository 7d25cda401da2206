"""How are the values below several detection limits distributed?

Regression on order statistics (Helsel and Cohn, Water Resources Research 24(12), 1988; Helsel, Nondetects and Data
Analysis, 2005): the logarithms of the detects over their normal scores make a line, and the line fills the
non-detects. What it fills is for means and spreads only, never a value of its own day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from analytics.columns import Bool, Float64, Int64
from analytics.ratio import floats

MIN_DETECTS = 3
MOST_BELOW = 0.8
"""Share of non-detects from which no line is fitted."""


@dataclass(frozen=True, eq=False)
class Ros:
    """Filled values.

    Attributes
    ----------
    values : ndarray of float64, shape (n,)
        As they came, with every non-detect filled; NaN where missing, where a limit above every detect tells nothing,
        and everywhere if `reason` is not "".
    mean, sd : float
        Of the filled values; sd of a sample (n - 1).
    slope, intercept : float
        Of ``ln x`` on the normal score.
    reason : str
        ``too_few_detects``, ``too_many_below``, ``not_positive``, or "".
    """

    values: Float64
    mean: float
    sd: float
    slope: float
    intercept: float
    reason: str = ""


def ros(values: ArrayLike, below: ArrayLike) -> Ros:
    """Fill non-detects by regression on order statistics.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        The value where it was detected, the limit where it was not; NaN is left out.
    below : array_like of bool, shape (n,)

    Examples
    --------
    >>> found = ros([1.0, 1.0, 2.0, 3.0, 5.0], [True, True, False, False, False])
    >>> found.values.round(3)
    array([0.578, 0.944, 2.   , 3.   , 5.   ])
    """
    series = floats(values)
    marked = np.asarray(below, np.bool_)
    highest = np.nanmax(np.where(marked, np.nan, series), initial=-np.inf)
    there = ~np.isnan(series) & ~(marked & (series > highest))
    x, censored = series[there], marked[there]
    reason = _refusal(x, censored)
    if reason:
        return Ros(np.full(series.shape, np.nan), math.nan, math.nan, math.nan, math.nan, reason)
    position = plotting_positions(x, censored)
    score = ndtri(position)
    slope, intercept = np.polyfit(score[~censored], np.log(x[~censored]), 1)
    x = np.where(censored, np.exp(intercept + slope * score), x)
    result = np.full(series.shape, np.nan)
    result[there] = x
    return Ros(result, float(x.mean()), float(x.std(ddof=1)), float(slope), float(intercept))


def _refusal(x: Float64, censored: Bool) -> str:
    if np.count_nonzero(~censored) < MIN_DETECTS:
        return "too_few_detects"
    if np.mean(censored) >= MOST_BELOW:
        return "too_many_below"
    return "" if bool((x > 0.0).all()) else "not_positive"


def plotting_positions(values: Float64, below: Bool) -> Float64:
    """Probability of not exceeding each value, after Helsel and Cohn; shape (n,).

    Between two limits stand A detects; below the lower one B values of any kind. The chance of exceeding a limit is
    ``pe_j = pe_(j+1) + (1 - pe_(j+1)) A / (A + B)`` from the highest limit down, and inside each group the positions
    are spread evenly. No limit may lie above every detect.
    """
    detects = values[~below]
    limits = np.unique(values[below])
    if not len(limits) or values.min() < limits[0]:
        limits = np.concatenate([[values.min()], limits])
    lower, upper = limits, np.append(limits[1:], np.inf)
    between = np.sum((detects[:, None] >= lower) & (detects[:, None] < upper), axis=0)
    under = np.sum(values[below][:, None] <= lower, axis=0) + np.sum(detects[:, None] < lower, axis=0)
    exceed = np.zeros(len(limits) + 1)
    for j in range(len(limits) - 1, -1, -1):
        exceed[j] = exceed[j + 1] + (1.0 - exceed[j + 1]) * between[j] / (between[j] + under[j])
    position = np.empty(len(values))
    group = np.searchsorted(limits, values, "right") - 1
    spread = (exceed[:-1] - exceed[1:])[group]
    rank, size = _ranks(values, group, ~below)
    position[~below] = (1.0 - exceed[group] + spread * rank / (size + 1.0))[~below]
    rank, size = _ranks(values, group, below)
    position[below] = _in_order(values[below], ((1.0 - exceed[group]) * rank / (size + 1.0))[below])
    return position


def _ranks(values: Float64, group: Int64, of: Bool) -> tuple[Float64, Float64]:
    """Rank of each chosen value inside its group, from 1, and the size of the group; 0 for the others."""
    rank, size = np.zeros(len(values)), np.zeros(len(values))
    for one in np.unique(group[of]):
        rows = np.flatnonzero(of & (group == one))
        rank[rows[np.argsort(values[rows], kind="stable")]] = np.arange(1.0, len(rows) + 1.0)
        size[rows] = len(rows)
    return rank, size


def _in_order(limits: Float64, position: Float64) -> Float64:
    """Positions handed to the non-detects so that a lower limit never stands above a higher one."""
    result = np.empty(len(position))
    result[np.argsort(limits, kind="stable")] = np.sort(position)
    return result
