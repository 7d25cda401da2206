"""Does a series with seasons rise or fall, each season held against itself in other years?

Seasonal Kendall test (Hirsch, Slack and Smith 1982): January is compared with January only, so the season needs no
model, and campaigns and shut-downs that come every year do no harm. Dependence between the months of one year is
answered by the covariance of Hirsch and Slack (1984); whether the seasons agree by van Belle and Hughes (1984).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analytics.columns import Bool, Float64
from analytics.pairs import Int8, Score, order, score, standard_score, two_sided
from analytics.ratio import floats
from analytics.slope import Ranks, gilbert

MIN_YEARS = 3
"""Values that some season needs: three years of months make the normal approximation good (Hirsch et al. 1982)."""

MIN_VALUES = 10
"""Values that all seasons need together."""


@dataclass(frozen=True)
class SeasonalKendall:
    """Result of the test. All numbers are NaN where `reason` is not "".

    Attributes
    ----------
    n, seasons : int
        Values that are there, and seasons that hold a pair.
    s, variance, z, p : float
        Sum over the seasons, taken as independent; z with continuity correction, p two-sided.
    variance_correlated, z_correlated, p_correlated : float
        With the covariance of the seasons.
    tau : float
        Sum of S over the sum of pairs.
    slope, low, high : float
        Median of the slopes inside seasons per year, and its Gilbert interval from `variance`.
    intercept : float
        ``median(x) - b median(t)``, t in years.
    chi2, p_heterogeneity : float
        Sum of squared distances of the seasons' z from their mean, and its chance on ``seasons with spread - 1``
        degrees of freedom: small where the seasons do not agree and one trend would mislead.
    degrees : int
    season_s, season_slope : ndarray of float64, shape (n_seasons,)
        Of each season; NaN where it holds no pair.
    reason : str
        ``too_short``, or "".
    """

    n: int
    seasons: int
    s: float
    variance: float
    z: float
    p: float
    variance_correlated: float
    z_correlated: float
    p_correlated: float
    tau: float
    slope: float
    low: float
    high: float
    intercept: float
    chi2: float
    degrees: int
    p_heterogeneity: float
    season_s: Float64
    season_slope: Float64
    reason: str = ""


def by_season(values: ArrayLike, period: int = 12, first_season: int = 0) -> Float64:
    """A series as a table of years by seasons, filled up with NaN.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        One a season without holes (NaN where missing).
    first_season : int
        Season of the first value, from 0.

    Examples
    --------
    >>> by_season([1.0, 2.0, 3.0], 2, 1)
    array([[nan,  1.],
           [ 2.,  3.]])
    """
    series = floats(values)
    years = -(-(first_season + len(series)) // period)
    table = np.full(years * period, np.nan)
    table[first_season : first_season + len(series)] = series
    return table.reshape(years, period)


def seasonal_kendall(
    values: ArrayLike, high: ArrayLike | None = None, *, level: float = 0.95, ranks: Ranks = "interpolated"
) -> SeasonalKendall:
    """Seasonal Kendall test of a table.

    Parameters
    ----------
    values : array_like of float, shape (n_years, n_seasons)
        One row a year, NaN where missing; see `by_season`. Where `high` is given, what the slopes are taken from.
    high : array_like of float, shape (n_years, n_seasons), optional
        The limit that a value is known to lie below, NaN for a value that is known; see `analytics.censored`.
    level : float
        Of the slope's interval.
    ranks : {"interpolated", "rounded"}
        See `analytics.slope.theil_sen`.
    """
    table = floats(values)
    orders = _orders(table, None if high is None else floats(high))
    known = np.count_nonzero(~np.isnan(table), axis=0)
    if known.max(initial=0) < MIN_YEARS or known.sum() < MIN_VALUES:
        return _too_short(int(known.sum()), table.shape[1])
    counts = [
        score(one, _in_time(~np.isnan(column)), int(n)) for one, column, n in zip(orders, table.T, known, strict=True)
    ]
    paired = [count for count in counts if count.n > 1]
    s, variance = sum(count.s for count in paired), sum(count.variance for count in paired)
    z = standard_score(s, variance)
    correlated = variance + _covariance(orders)
    z_correlated = standard_score(s, correlated)
    slopes, season_slope = _slopes(table)
    slope = float(np.median(slopes))
    low, top = gilbert(slopes, variance, level, ranks)
    chi2, degrees, p_heterogeneity = _heterogeneity(paired)
    return SeasonalKendall(
        n=int(known.sum()),
        seasons=len(paired),
        s=s,
        variance=variance,
        z=z,
        p=two_sided(z),
        variance_correlated=correlated,
        z_correlated=z_correlated,
        # A covariance estimated from few years can take more than the variance away; then nothing is known.
        p_correlated=two_sided(z_correlated) if correlated > 0.0 or variance == 0.0 else math.nan,
        tau=s / sum(count.pairs for count in paired),
        slope=slope,
        low=low,
        high=top,
        intercept=_intercept(table, slope),
        chi2=chi2,
        degrees=degrees,
        p_heterogeneity=p_heterogeneity,
        season_s=np.array([count.s if count.n > 1 else math.nan for count in counts]),
        season_slope=season_slope,
    )


def _orders(table: Float64, high: Float64 | None) -> list[Int8]:
    """Pair table of each season, shape (n_years, n_years)."""
    if high is None:
        return [order(column) for column in table.T]
    below = ~np.isnan(high) & ~np.isnan(table)
    least, most = np.where(below, -np.inf, table), np.where(below, high, table)
    return [order(low, top) for low, top in zip(least.T, most.T, strict=True)]


def _in_time(known: Bool) -> Int8:
    return order(np.where(known, np.arange(len(known), dtype=np.float64), np.nan))


def _covariance(orders: list[Int8]) -> float:
    """Sum of the covariances of all pairs of different seasons (Hirsch and Slack 1984).

    ``K_gh = [sum_{i<j} a_ijg a_ijh + sum_i A_ig A_ih] / 3`` with ``a_ij = sgn(x_j - x_i)`` and its sums A over j: the
    published form with mid-ranks ``R = (n + 1 - A) / 2``, in which missing years drop out because their a is 0.
    """
    tables = np.stack(orders).astype(np.float64)
    flat, sums = tables.reshape(len(orders), -1), tables.sum(axis=2)
    gram = (flat @ flat.T / 2.0 + sums @ sums.T) / 3.0
    return float(gram.sum() - np.trace(gram))


def _slopes(table: Float64) -> tuple[Float64, Float64]:
    """All slopes inside seasons, sorted, and the median of each season."""
    first, second = np.triu_indices(len(table), 1)
    slopes = (table[second] - table[first]) / (second - first)[:, None]
    medians = np.full(table.shape[1], np.nan)
    paired = ~np.isnan(slopes).all(axis=0)
    medians[paired] = np.nanmedian(slopes[:, paired], axis=0)
    return np.asarray(np.sort(slopes[~np.isnan(slopes)]), np.float64), medians


def _intercept(table: Float64, slope: float) -> float:
    years, seasons = table.shape
    when = np.arange(years)[:, None] + np.arange(seasons)[None, :] / seasons
    return float(np.nanmedian(table) - slope * np.median(when[~np.isnan(table)]))


def _heterogeneity(counts: list[Score]) -> tuple[float, int, float]:
    """Van Belle and Hughes: ``sum Z^2 - m mean(Z)^2``, Z without continuity correction."""
    z = np.array([count.s / math.sqrt(count.variance) for count in counts if count.variance > 0.0])
    if len(z) < 2:
        return math.nan, 0, math.nan
    chi2 = float(np.sum((z - z.mean()) ** 2))
    return chi2, len(z) - 1, float(chdtrc(len(z) - 1, chi2))


def _too_short(n: int, seasons: int) -> SeasonalKendall:
    nan = math.nan
    none = np.full(seasons, nan)
    return SeasonalKendall(
        n, 0, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, 0, nan, none, none, "too_short"
    )
