"""Where will an indicator stand in the target year, how sure is that, and how likely is the target met?

The indicator of a year is the sum of its months' numerators over the sum of their denominators. Months of the target
year that are known count as they are. For the others the logarithm of the monthly intensity is forecast
(`analytics.walk`), the denominators are those of the year before with the growth of the last twelve months, and the
error of the year's figure follows from how much each of these months weighs in it.

January and February count with their common intensity when both are known: Spring Festival falls in the one or the
other, and statistics join them for that reason.

Nothing is known here of measures to come, closures or a new product: a plant that has just signed for a new boiler is
better than its forecast.

Series that know the same months share their matrices, so a fleet is quick; each pattern of gaps costs a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from analytics.columns import Bool, Float64, Int64
from analytics.ratio import floats
from analytics.walk import predict

MIN_MONTHS = 24
"""Known months below which there is no forecast: a season seen once cannot be told from a change."""

LEVEL = 0.8
"""Share of the intervals that shall hold the truth."""

FREEDOM = 10.0
"""Degrees of freedom of the error: changes come in steps, so its tails are longer than those of the noise."""

_GROWTH = (0.5, 2.0)
_EQUAL = 1e-12
_PORTION = 1024
_YEAR = 12


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Indicators of the target year; arrays of shape (n_series,), NaN where there is no forecast.

    Attributes
    ----------
    centre, low, high : ndarray of float64
        Median and bounds of the interval. [numerator / denominator]
    probability : ndarray of float64
        That the indicator is at most the threshold, 0 to 1; NaN without a threshold.
    numerator_known, denominator_known : ndarray of float64
        Sums over the known months of the target year.
    denominator_ahead : ndarray of float64
        Expected sum of the denominators of its other months.
    months_known : ndarray of int64
        Months of which something is known, in the whole history.
    months_ahead : ndarray of int64
        Months of the target year that are forecast.
    """

    centre: Float64
    low: Float64
    high: Float64
    probability: Float64
    numerator_known: Float64
    denominator_known: Float64
    denominator_ahead: Float64
    months_known: Int64
    months_ahead: Int64


def forecast(
    numerator: ArrayLike,
    denominator: ArrayLike | None,
    first_month: int,
    target_year: int,
    *,
    threshold: ArrayLike | None = None,
    level: float = LEVEL,
) -> Forecasts:
    """Indicators of a year from whole months known so far, of many series at once.

    Parameters
    ----------
    numerator : array_like, shape (n_series, n_months)
        Amounts of consecutive months; NaN where not known, which is ignored and not taken for zero.
    denominator : array_like, shape (n_series, n_months), or None
        Value added; None counts 1 a month, so that a load's indicator is its monthly mean.
    first_month : int
        Months since 1970-01 of the first column.
    target_year : int
        It may be ahead, begun or over; columns after it are not looked at.
    threshold : array_like, shape (n_series,), optional
        Indicator at which the target is just met.
    level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Forecasts
        NaN with fewer than `MIN_MONTHS` known months above zero, unless the target year is known as a whole.

    Raises
    ------
    ValueError
        If the shapes differ, `level` is no share or the target year ends before the first month.
    """
    top = np.atleast_2d(floats(numerator))
    bottom = np.ones(top.shape) if denominator is None else np.atleast_2d(floats(denominator))
    target = (target_year - 1970) * _YEAR - first_month
    if bottom.shape != top.shape:
        raise ValueError(f"denominator has shape {bottom.shape}; wanted that of numerator, {top.shape}")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level ({level}) must be between 0 and 1")
    if target < 0:
        raise ValueError(f"target_year ({target_year}) must not begin before the first month of the series")
    n, january = len(top), first_month % _YEAR
    limit = np.full(n, np.nan) if threshold is None else np.broadcast_to(floats(threshold), (n,))
    found = _unknown(n)
    for first in range(0, n, _PORTION):  # all that is in hand at a time stays in the cache
        rest = slice(first, first + _PORTION)
        months = [np.ascontiguousarray(part[rest].T) for part in (top, bottom)]
        for rows, part in _forecasts(months[0], months[1], limit[rest], level, january, target):
            for column in fields(Forecasts):
                getattr(found, column.name)[first + rows] = getattr(part, column.name)
    return found


def _unknown(n: int) -> Forecasts:
    a, b, c, d, e, f, g = np.full((7, n), np.nan)
    return Forecasts(a, b, c, d, e, f, g, np.zeros(n, np.int64), np.zeros(n, np.int64))


def _forecasts(
    top: Float64, bottom: Float64, limit: Float64, level: float, january: int, target: int
) -> Iterator[tuple[Int64, Forecasts]]:
    """Series that know the same months, and their forecasts; all arrays have shape (n_months, n_series)."""
    last = min(len(bottom), target + _YEAR)
    top, bottom = _until(top, target), _until(bottom, target)
    logs = _logs(top, bottom, january)
    expected = _expected(bottom, last)[target:]
    top, bottom = top[target:], bottom[target:]
    for rows in _alike(np.isfinite(logs), np.isfinite(top) & np.isfinite(bottom)):
        part = _Alike(logs[:, rows], top[:, rows], bottom[:, rows], expected[:, rows], january, target)
        yield rows, part.forecasts(limit[rows], level)


def _until(values: Float64, target: int) -> Float64:
    """Months up to the end of the target year; what is not there is not known."""
    wide = np.full((target + _YEAR, values.shape[1]), np.nan)
    wide[: len(values)] = values[: len(wide)]
    return wide


def _logs(top: Float64, bottom: Float64, january: int) -> Float64:
    """Logarithms of the monthly intensity, January and February joined; NaN where it is unknown or not above 0."""
    logs = _log(np.where((top > 0.0) & (bottom > 0.0), top / np.where(bottom > 0.0, bottom, 1.0), np.nan))
    for first in range(-january % _YEAR, len(top) - 1, _YEAR):
        both = np.isfinite(logs[first]) & np.isfinite(logs[first + 1])
        sums = [np.where(both, part[first] + part[first + 1], 1.0) for part in (top, bottom)]
        logs[first : first + 2] = np.where(both, np.log(sums[0] / sums[1]), logs[first : first + 2])
    return logs


def _expected(bottom: Float64, last: int) -> Float64:
    """Denominators with the unknown ones as the year before, times the growth of the year before month `last`."""
    filled = bottom.copy()
    known = np.isfinite(bottom)
    growth = np.ones(bottom.shape[1])
    if last >= 2 * _YEAR:
        now, before = bottom[last - _YEAR : last], bottom[last - 2 * _YEAR : last - _YEAR]
        both = np.isfinite(now) & np.isfinite(before)
        sums = [np.where(both, part, 0.0).sum(axis=0) for part in (now, before)]
        np.divide(sums[0], sums[1], out=growth, where=(sums[0] > 0.0) & (sums[1] > 0.0))
        growth = np.clip(growth, *_GROWTH)
    for month in range(_YEAR, len(bottom)):
        if not known[month].all():
            filled[month] = np.where(known[month], bottom[month], filled[month - _YEAR] * growth)
    return filled


def _alike(known: Bool, counted: Bool) -> list[Int64]:
    """Columns that know the same months: they share their matrices."""
    packed = np.ascontiguousarray(np.packbits(np.concatenate([known, counted]), axis=0).T)
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, which = np.unique(keys, return_inverse=True)
    order = np.argsort(which, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(which[order])) + 1)


def _log(values: Float64) -> Float64:
    """Natural logarithm; NaN where it is not defined."""
    return np.log(values, out=np.full(values.shape, np.nan), where=values > 0.0)


class _Alike:
    """Series that know the same months; arrays of shape (n_months, n_series)."""

    def __init__(
        self, logs: Float64, top: Float64, bottom: Float64, expected: Float64, january: int, target: int
    ) -> None:
        at = np.flatnonzero(np.isfinite(logs[:, 0]))
        counted = np.isfinite(top[:, 0]) & np.isfinite(bottom[:, 0])
        self._logs = logs[at]
        self._top = top[counted].sum(axis=0)
        self._bottom = bottom[counted].sum(axis=0)
        self._ahead = expected[~counted]
        self._at = at + january
        self._wanted = target + np.flatnonzero(~counted) + january

    def forecasts(self, limit: Float64, level: float) -> Forecasts:
        n = len(self._top)
        log_year, deviation = self._year()
        reach = float(stdtrit(FREEDOM, 0.5 + level / 2.0)) * deviation
        gap = np.where(limit > 0.0, _log(limit) - log_year, np.where(np.isnan(limit), np.nan, -np.inf))
        certain = np.where(np.isnan(gap), np.nan, np.where(gap >= -_EQUAL, 1.0, 0.0))
        likely = stdtr(FREEDOM, gap / np.where(deviation > 0.0, deviation, 1.0))
        return Forecasts(
            centre=np.exp(log_year),
            low=np.exp(log_year - reach),
            high=np.exp(log_year + reach),
            probability=np.where(deviation == 0.0, certain, likely),
            numerator_known=self._top,
            denominator_known=self._bottom,
            denominator_ahead=self._ahead.sum(axis=0),
            months_known=np.full(n, len(self._at)),
            months_ahead=np.full(n, len(self._wanted)),
        )

    def _year(self) -> tuple[Float64, Float64]:
        """Logarithm of the year's indicator and the scale of its error; NaN where they are not known."""
        n = len(self._top)
        if not len(self._wanted):
            return _log(np.where(self._bottom > 0.0, self._top / self._bottom, np.nan)), np.zeros(n)
        if len(self._at) < MIN_MONTHS:
            return np.full(n, np.nan), np.full(n, np.nan)
        answers = predict(self._logs, self._at, self._wanted)
        parts = np.exp(answers.mean) * self._ahead
        top = self._top + parts.sum(axis=1)
        centres = np.log(top / (self._bottom + self._ahead.sum(axis=0)))
        # The year's logarithm moves with each month's by that month's share of the numerator.
        shares = parts / top[:, np.newaxis]
        error = np.einsum("ajs,ajs->as", answers.covariance @ shares, shares)
        centre = (answers.weight * centres).sum(axis=0)
        spread = error * answers.variance + (centres - centre) ** 2
        return centre, np.sqrt((answers.weight * spread).sum(axis=0))
