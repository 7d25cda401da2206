"""Is a limit kept: hour by hour, day by day, and right now?

The mean of each period is made as the limit asks: hourly means of flue gas at reference oxygen where the limit names
one, daily means of wastewater weighted by the flow. Only valid periods are judged (`analytics.validity`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.calendar import day_edges, day_number, day_of
from analytics.columns import HOUR_MS, LOCAL_DAY, Bool, Float64, Int64, UInt8
from analytics.exceedances import excess, over_limit
from analytics.ratio import ratio
from analytics.stack import converted
from analytics.validity import USABLE, VALID_HOURS, HourClass, valid_days
from engine.outlets.hours import OutletHours, PointHours
from registry import Limit, Outlet

WATER_SHARE = 0.75
"""Share of the data due that makes a valid daily mean of wastewater (HJ 356-2019; unsure)."""


@dataclass(frozen=True, eq=False)
class LimitPeriods:
    """The periods of one limit; arrays of shape (n_periods,).

    Attributes
    ----------
    limit : Limit
    pollutant : str
    start_ms, end_ms : ndarray of int64
        [ms UTC]
    mean : ndarray of float64
        As it is compared: at reference oxygen where the limit names one. [mg/m3]
    as_measured : ndarray of float64
        [mg/m3]
    oxygen_pct : ndarray of float64 or None
    known : ndarray of float64
        Known share of each period, 0 to 1.
    classes : ndarray of uint8
        `HourClass`, also of days.
    judged, over : ndarray of bool
    volume_m3 : ndarray of float64
        NaN where the flow is not known.
    excess_kg : ndarray of float64
        Mass above what the limit allows.
    """

    limit: Limit
    pollutant: str
    start_ms: Int64
    end_ms: Int64
    mean: Float64
    as_measured: Float64
    oxygen_pct: Float64 | None
    known: Float64
    classes: UInt8
    judged: Bool
    over: Bool
    volume_m3: Float64
    excess_kg: Float64


@dataclass(frozen=True, eq=False)
class _Means:
    """What a limit's periods are before they are judged."""

    start_ms: Int64
    end_ms: Int64
    mean: Float64
    volume_m3: Float64
    oxygen_pct: Float64 | None
    known: Float64
    classes: UInt8


def outlet_of(limit: Limit, outlets: tuple[Outlet, ...]) -> tuple[Outlet, str] | None:
    """The outlet and the pollutant whose concentration a limit holds; None for any other point."""
    for outlet in outlets:
        for pollutant, local in outlet.pollutants.items():
            if local == limit.point:
                return outlet, pollutant
    return None


def limit_periods(hours: OutletHours, limit: Limit, pollutant: str, zone: str) -> LimitPeriods:
    """The periods of a limit over the hours of its outlet, all at once.

    Parameters
    ----------
    hours : OutletHours
        Local days for a limit of days.
    limit : Limit
    pollutant : str
    zone : str
    """
    means = _days(hours, pollutant, zone) if limit.averaging_ms == LOCAL_DAY else _hours(hours, limit, pollutant)
    level, value = means.mean, limit.value.canonical
    kg = excess(means.mean, value, means.volume_m3)
    if limit.reference_o2 is not None:
        oxygen = np.full(len(level), np.nan) if means.oxygen_pct is None else means.oxygen_pct
        level = converted(means.mean, oxygen, limit.reference_o2).value
        kg = excess(means.mean, value, means.volume_m3, oxygen, limit.reference_o2)
    day = day_of(means.start_ms, zone)
    judged = (means.classes == HourClass.NORMAL) & np.isfinite(level)
    if limit.valid_from is not None:
        judged &= day >= day_number(limit.valid_from)
    if limit.valid_to is not None:
        judged &= day < day_number(limit.valid_to)
    return LimitPeriods(
        limit,
        pollutant,
        means.start_ms,
        means.end_ms,
        level,
        means.mean,
        means.oxygen_pct,
        means.known,
        means.classes,
        judged,
        over_limit(level, value, judged),
        means.volume_m3,
        kg,
    )


def _hours(hours: OutletHours, limit: Limit, pollutant: str) -> _Means:
    """Periods of one or several whole hours; shorter ones are judged by their hour."""
    n = max(1, limit.averaging_ms // HOUR_MS)
    whole = len(hours.start_ms) // n * n
    level, flow, classes = hours.levels[pollutant], hours.flow, hours.classes(pollutant)

    def summed(values: Float64) -> Float64:
        return np.asarray(values[:whole].reshape(-1, n).sum(axis=1), np.float64)

    start_ms = hours.start_ms[:whole:n]
    known_s = summed(level.known_s)
    oxygen = None if hours.oxygen_pct is None else summed(hours.oxygen_pct) / n
    rows = classes[:whole].reshape(-1, n)
    # A longer period is normal when three quarters of its hours are, and else what most is wrong with it.
    normal = (rows == HourClass.NORMAL).sum(axis=1) >= 0.75 * n
    return _Means(
        start_ms,
        start_ms + n * HOUR_MS,
        ratio(summed(level.amount) * 3600.0, known_s),
        _known_sum(summed, flow),
        oxygen,
        known_s / (3600.0 * n),
        np.where(normal, np.uint8(HourClass.NORMAL), rows.max(axis=1)),
    )


def _days(hours: OutletHours, pollutant: str, zone: str) -> _Means:
    """Local days: means of valid hours, weighted by the flow for wastewater."""
    edges = day_edges(int(hours.start_ms[0]), int(hours.start_ms[-1]) + HOUR_MS, zone)
    day = np.searchsorted(edges, hours.start_ms, "right") - 1
    n = len(edges) - 1
    level, classes = hours.levels[pollutant], hours.classes(pollutant)
    usable = np.isin(classes, USABLE)
    water = hours.outlet.medium == "water"

    def summed(values: Float64) -> Float64:
        return np.asarray(np.bincount(day, values, minlength=n), np.float64)

    mean_h = np.where(usable, np.nan_to_num(level.mean), 0.0)
    plain = ratio(summed(mean_h), summed(usable.astype(np.float64)))
    weight = np.where(usable, hours.flow.amount, 0.0) if water else usable.astype(np.float64)
    weighted = ratio(summed(mean_h * weight), summed(weight))
    valid, due = summed(usable.astype(np.float64)), summed((classes != HourClass.STOPPED).astype(np.float64))
    good = valid_days(valid, due, WATER_SHARE if water else VALID_HOURS / 24.0)
    state = np.where(due == 0.0, int(HourClass.STOPPED), np.where(good, int(HourClass.NORMAL), int(HourClass.MISSING)))
    oxygen = None
    if hours.oxygen_pct is not None:
        oxygen = ratio(summed(np.where(usable, np.nan_to_num(hours.oxygen_pct), 0.0)), valid)
    length_s = np.diff(edges) / 1000.0
    return _Means(
        edges[:-1],
        edges[1:],
        np.where(np.isfinite(weighted), weighted, plain),
        _known_sum(summed, hours.flow),
        oxygen,
        np.minimum(summed(level.known_s) / length_s, 1.0),
        state.astype(np.uint8),
    )


def _known_sum(summed: Callable[[Float64], Float64], flow: PointHours) -> Float64:
    """Volume of the known time; NaN where none is known."""
    return np.where(summed(flow.known_s) > 0.0, summed(flow.amount), np.nan)
