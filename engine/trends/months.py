"""What did an outlet discharge in each whole month, and is the month known well enough to be compared with others?

Months are cut from local days. A day counts when enough of it is known (20 of 24 hours in air, HJ 212-2017 formula 25;
75 % in water, HJ 356-2019, unsure), a month when at least 75 % of its days count. The load of a month that counts is
that of its counted days, stretched to the whole month: it must not fall because an analyser was away for two days.

A month is a non-detect when its flow-weighted mean lies below the detection limit: that is the value whose trend is
tested, and it needs no second look at the readings. Days whose own mean lies below the limit say how wide the load is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.calendar import month_first_day
from analytics.columns import Bool, Days, Float64, Int32
from analytics.ratio import ratio
from analytics.units import unit
from analytics.validity import NORMAL_SHARE, VALID_HOURS
from engine.kept import Kept
from registry import Outlet, Point, Registry
from registry.detection import limits_on

VALID_DAY = {"water": 0.75, "air": VALID_HOURS / 24.0}
"""Known share from which a day counts."""

KG_PER_MG = 1e-6


@dataclass(frozen=True, eq=False)
class Months:
    """Whole months of one pollutant; arrays of shape (n_months,).

    Attributes
    ----------
    month : ndarray of int32
        Months since 1970-01.
    load_kg : ndarray of float64
        Stretched to the whole month; NaN where the month does not count. [kg]
    load_low_kg, load_high_kg : ndarray of float64
        With days below the detection limit at 0 and at the limit. [kg]
    volume_m3 : ndarray of float64
        Of the counted days, stretched likewise; of flue gas standard dry. [m3]
    mean : ndarray of float64
        Flow-weighted; NaN where the month does not count or nothing flowed. [unit]
    unit : str
        Of `mean` and `limit`: that of the analyser, mg/L or mg/m3.
    limit : ndarray of float64
        Largest detection limit in force in the month; NaN where none is known. [unit]
    below : ndarray of bool
        Whether the mean lies below it.
    days_below : ndarray of float64
        Share of the counted days whose mean lies below it.
    days, valid_days : ndarray of float64
    known, estimated : ndarray of float64
        Share of the month's time that is known, and share of the known time that was spread over longer steps.
    """

    month: Int32
    load_kg: Float64
    load_low_kg: Float64
    load_high_kg: Float64
    volume_m3: Float64
    mean: Float64
    unit: str
    limit: Float64
    below: Bool
    days_below: Float64
    days: Float64
    valid_days: Float64
    known: Float64
    estimated: Float64

    @property
    def used(self) -> Bool:
        """Which months count."""
        return np.asarray(self.valid_days >= NORMAL_SHARE * self.days, np.bool_)


@dataclass(frozen=True, eq=False)
class _Daily:
    """One point's local days, 0 where nothing is known."""

    amount: Float64
    known: Float64
    estimated: Float64


def outlet_months(
    store: Kept, registry: Registry, outlet: Outlet, months: Int32, pollutants: Sequence[str]
) -> dict[str, Months]:
    """Months of the pollutants of one outlet.

    Parameters
    ----------
    months : ndarray of int32, shape (n,)
        Months since 1970-01 that follow each other.
    """
    edges = month_first_day(np.arange(months[0], months[-1] + 2))
    first, last = int(edges[0]), int(edges[-1])
    local = [outlet.flow, *(outlet.pollutants[p] for p in pollutants), *(outlet.load_id(p) for p in pollutants)]
    points = {name: registry.points[f"{outlet.plant}/{name}"] for name in local}
    days = store.days(np.array([p.key for p in points.values()], np.int32), first, last - 1)
    daily = {name: _daily(days, point, first, last) for name, point in points.items()}
    return {
        pollutant: _months(
            months,
            edges,
            daily[outlet.load_id(pollutant)],
            daily[outlet.flow],
            daily[outlet.pollutants[pollutant]],
            points[outlet.pollutants[pollutant]],
            VALID_DAY[outlet.medium],
        )
        for pollutant in pollutants
    }


def _daily(days: Days, point: Point, first: int, last: int) -> _Daily:
    rows = days.take(days.point == point.key)
    found = _Daily(*np.zeros((3, last - first)))
    at = rows.day - first
    found.amount[at] = rows.amount
    found.known[at] = np.minimum((rows.measured_s + rows.estimated_s) / rows.length_s, 1.0)
    found.estimated[at] = rows.estimated_s / rows.length_s
    return found


def _months(
    months: Int32, edges: Int32, load: _Daily, flow: _Daily, level: _Daily, point: Point, least: float
) -> Months:
    factor = unit(point.unit).factor
    counts = load.known >= least
    # A load knows as much of the flow's time as the analyser covered; so does the volume it is held against.
    volume = np.nan_to_num(flow.amount * ratio(load.known, flow.known))
    limits = limits_on(point.detection_limits, np.arange(edges[0], edges[-1]))
    daily_mean = ratio(level.amount, level.known * 24.0) / factor
    below = counts & (daily_mean < limits)
    at_limit = np.where(below, np.nan_to_num(limits) * factor * volume * KG_PER_MG, load.amount)
    rows = (load.amount, np.where(below, 0.0, load.amount), at_limit, volume, load.known, load.estimated)
    sums = np.add.reduceat(np.array([*rows, np.ones(len(volume)), below]) * counts, edges[:-1] - edges[0], axis=1)
    kg, low, high, m3, known, estimated, valid, under = sums
    length = np.diff(edges).astype(np.float64)
    stretch = np.where(valid >= NORMAL_SHARE * length, ratio(length, known), np.nan)
    mean = ratio(kg * stretch, m3 * stretch) / KG_PER_MG / factor
    limit = np.fmax.reduceat(limits, edges[:-1] - edges[0])
    return Months(
        month=months,
        load_kg=kg * stretch,
        load_low_kg=low * stretch,
        load_high_kg=high * stretch,
        volume_m3=m3 * stretch,
        mean=mean,
        unit=point.unit,
        limit=limit,
        below=np.asarray(mean < limit, np.bool_),
        days_below=np.nan_to_num(ratio(under, valid)),
        days=length,
        valid_days=valid,
        known=known / length,
        estimated=np.nan_to_num(ratio(estimated, known)),
    )


def add_outlets(parts: Sequence[Months]) -> Months:
    """All outlets of a plant together: sums first, then the mean; a month counts when it does at every outlet.

    The mean is that of the first outlet's unit; where the outlets have different ones there is none. A plant is below
    the limit only where all of its outlets are.
    """
    first = parts[0]
    if len(parts) == 1:
        return first
    kg, low, high, m3 = (
        np.sum([getattr(part, name) for part in parts], axis=0)
        for name in ("load_kg", "load_low_kg", "load_high_kg", "volume_m3")
    )
    same = all(part.unit == first.unit for part in parts)
    factor = unit(first.unit).factor
    return Months(
        month=first.month,
        load_kg=kg,
        load_low_kg=low,
        load_high_kg=high,
        volume_m3=m3,
        mean=ratio(kg, m3) / KG_PER_MG / factor if same else np.full(len(kg), np.nan),
        unit=first.unit,
        limit=np.max([part.limit for part in parts], axis=0),
        below=np.all([part.below for part in parts], axis=0),
        days_below=np.max([part.days_below for part in parts], axis=0),
        days=first.days,
        valid_days=np.min([part.valid_days for part in parts], axis=0),
        known=np.min([part.known for part in parts], axis=0),
        estimated=np.max([part.estimated for part in parts], axis=0),
    )
