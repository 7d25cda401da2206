"""Does one month resemble the next, and what is a trend test worth then?

Values that depend on their neighbours make the Mann-Kendall test find trends too often. Four published answers stand
here side by side; none is right for every series, so results show the plain one beside them. All take complete series
or leave missing values out before they begin; `lag1` alone keeps the distance of neighbours.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from analytics.columns import Float64
from analytics.pairs import known, order, score
from analytics.ratio import floats
from analytics.slope import theil_sen
from analytics.trend import MIN_VALUES, MannKendall, mann_kendall, of_score, too_short


def autocorrelations(values: ArrayLike, lags: int) -> Float64:
    """Autocorrelation at lags 0 to `lags`: covariances over n, divided by the variance.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Without NaN.

    Returns
    -------
    ndarray of float64, shape (lags + 1,)
        NaN where all values are equal.
    """
    away = floats(values) - np.mean(floats(values))
    sums = np.correlate(away, away, "full")[len(away) - 1 : len(away) + lags]
    return np.asarray(sums / sums[0] if sums[0] > 0.0 else np.full(lags + 1, np.nan), np.float64)


def lag1(values: ArrayLike) -> float:
    """Correlation of a value with the next one, from neighbours of which both are there.

    Equal to ``autocorrelations(values, 1)[1]`` for a complete series; NaN where fewer than three neighbours are
    complete or all values are equal.
    """
    series = floats(values)
    away = series - np.nanmean(series) if not np.isnan(series).all() else series
    products = away[1:] * away[:-1]
    together = products[~np.isnan(products)]
    n = np.count_nonzero(~np.isnan(series))
    spread = float(np.nansum(away**2)) / n if n else 0.0
    if len(together) < 3 or spread <= 0.0:
        return math.nan
    return float(together.mean()) * (n - 1) / n / spread


def lag1_bound(n: int) -> float:
    """How far from 0 the lag-1 correlation of n independent values lies in one case of twenty: ``1.96 / sqrt(n)``."""
    return float(ndtri(0.975)) / math.sqrt(n) if n > 0 else math.nan


def residual(table: ArrayLike, slope: float) -> Float64:
    """What is left of a table of years by seasons without its trend and without the median of each season.

    Parameters
    ----------
    table : array_like of float, shape (n_years, n_seasons)
    slope : float
        Per year.

    Returns
    -------
    ndarray of float64, shape (n_years * n_seasons,)
        In order of time; NaN where missing.
    """
    values = floats(table)
    years, seasons = values.shape
    flat = values - slope * (np.arange(years)[:, None] + np.arange(seasons)[None, :] / seasons)
    there = ~np.isnan(flat).all(axis=0)
    flat[:, there] -= np.nanmedian(flat[:, there], axis=0)
    return np.asarray(flat.ravel(), np.float64)


def prewhitened(values: ArrayLike) -> MannKendall:
    """Mann-Kendall test of ``x_t - r1 x_(t-1)`` (von Storch 1995). Takes part of a true trend away with the memory."""
    series = known(floats(values))
    if len(series) <= MIN_VALUES:
        return too_short(len(series))
    return mann_kendall(_whitened(series))


def trend_free_prewhitened(values: ArrayLike) -> MannKendall:
    """The same after taking Sen's line away and putting it back afterwards (Yue, Pilon et al. 2002)."""
    series = known(floats(values))
    if len(series) <= MIN_VALUES:
        return too_short(len(series))
    slope = theil_sen(floats(values)).slope
    flat = series - slope * np.arange(1.0, len(series) + 1.0)
    return mann_kendall(_whitened(flat) + slope * np.arange(1.0, len(series)))


def _whitened(series: Float64) -> Float64:
    r1 = autocorrelations(series, 1)[1]
    return series[1:] - (0.0 if math.isnan(r1) else r1) * series[:-1]


def hamed_rao(values: ArrayLike, *, alpha: float = 0.05) -> MannKendall:
    """Variance corrected by the significant autocorrelations of the detrended ranks (Hamed and Rao 1998).

    Parameters
    ----------
    values : array_like of float, shape (n,)
        NaN is left out.
    alpha : float
        Significance from which an autocorrelation counts.
    """
    series = known(floats(values))
    n = len(series)
    if n < MIN_VALUES:
        return too_short(n)
    flat = order(series - theil_sen(floats(values)).slope * np.arange(1.0, n + 1.0))
    ranks = -flat.sum(axis=1) / 2.0  # mid-ranks about their mean
    lags = np.arange(1, n)
    r = autocorrelations(ranks, n - 1)[1:]
    counted = np.abs(r) > float(ndtri(1.0 - alpha / 2.0)) / math.sqrt(n)
    weighted = float(np.sum(((n - lags) * (n - lags - 1) * (n - lags - 2) * r)[counted]))
    return _corrected(series, 1.0 + 2.0 / (n * (n - 1) * (n - 2)) * weighted)


def yue_wang(values: ArrayLike, *, effective_n: float | None = None) -> MannKendall:
    """Variance times ``n / n*``, the effective number of values of the detrended series (Yue and Wang 2004).

    Parameters
    ----------
    values : array_like of float, shape (n,)
        NaN is left out.
    effective_n : float, optional
        ``n*`` where it is known otherwise. Default: ``n / n* = 1 + 2 sum (1 - k/n) r_k`` over all lags.
    """
    series = known(floats(values))
    n = len(series)
    if n < MIN_VALUES:
        return too_short(n)
    if effective_n is not None:
        return _corrected(series, n / effective_n)
    flat = series - theil_sen(floats(values)).slope * np.arange(1.0, n + 1.0)
    lags = np.arange(1, n)
    return _corrected(series, 1.0 + 2.0 * float(np.sum((1.0 - lags / n) * autocorrelations(flat, n - 1)[1:])))


def _corrected(series: Float64, inflation: float) -> MannKendall:
    """The test with its variance inflated; NaN (all values equal) leaves it as it is."""
    count = score(order(series), order(np.arange(len(series), dtype=np.float64)), len(series))
    return of_score(count, count.variance * (1.0 if math.isnan(inflation) else inflation))
