"""What did the outlets of a plant discharge: as measured, and as it is reported with its gaps filled?

What is measured is the sum of the settled loads. What is reported fills invalid hours or days by the rule in force
(`analytics.substitution`): HJ 75-2017 for flue gas, HJ/T 356-2007 or from 2020-03-24 on HJ 356-2019 for wastewater.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analytics.calendar import day_edges, day_of, month_of
from analytics.columns import DAY_MS, HOUR_MS, Bool, Float64, Int64, UInt8
from analytics.ratio import ratio
from analytics.substitution import HJ_356_2019_FROM, Rule, hj75, hj356_2019, hjt356_2007
from analytics.validity import CAPTURE_REQUIRED, USABLE, HourClass, capture_by_group, valid_days, valid_hours
from engine.figure import Figure
from engine.outlets.hours import OutletHours, ReadHours
from engine.outlets.limits import WATER_SHARE
from registry import Outlet, Registry

LOOK_BACK_MS = 130 * DAY_MS
"""Holds 2160 valid hours where three quarters are valid, and a whole quarter of a year. [ms]"""


@dataclass(frozen=True)
class ReportedLoad:
    """The load of one pollutant of one outlet over a range.

    Attributes
    ----------
    outlet : Outlet
    pollutant : str
    measured, reported : Figure
        [kg]
    substituted_share : float or None
        Share of the reported mass that was not measured.
    substituted_hours : int
        Hours of it; of wastewater by the rule of 2019, hours of the substituted days.
    capture : float or None
        Valid share of the hours due in the range.
    classes : Mapping of str to int
        Hours of each class of `analytics.validity.HourClass`, in lower case.
    rule : str
        `analytics.substitution.Rule` of the end of the range, in lower case.
    """

    outlet: Outlet
    pollutant: str
    measured: Figure
    reported: Figure
    substituted_share: float | None
    substituted_hours: int
    capture: float | None
    classes: Mapping[str, int]
    rule: str


@dataclass(frozen=True, eq=False)
class _Filled:
    """Hourly loads with gaps filled; arrays of shape (n_hours,)."""

    load_kg: Float64
    substituted: Bool


def reported_loads(
    read: ReadHours, registry: Registry, plant_id: str, from_ms: int, to_ms: int, now_ms: int
) -> list[ReportedLoad]:
    """Measured and reported load of every pollutant of every outlet, over the full hours of a range that are past.

    Raises
    ------
    KeyError
        If there is no such plant.
    """
    zone = registry.plants[plant_id].zone
    begin, end = from_ms // HOUR_MS * HOUR_MS, min(to_ms, now_ms) // HOUR_MS * HOUR_MS
    if end <= begin:
        return []
    first = day_edges(begin - LOOK_BACK_MS, begin, zone)[0]
    found: list[ReportedLoad] = []
    for outlet in registry.outlets(plant_id):
        hours = read(outlet, int(first), end)
        found.extend(_reported(hours, pollutant, begin, zone) for pollutant in outlet.pollutants)
    return found


def _reported(hours: OutletHours, pollutant: str, from_ms: int, zone: str) -> ReportedLoad:
    own = hours.loads[pollutant]
    classes = hours.classes(pollutant)
    # Without a flow there is no load, however valid the concentration.
    lost = np.isin(classes, USABLE) & ~valid_hours(own.known_s)
    classes = np.where(lost, np.uint8(HourClass.MISSING), classes)
    day = day_of(hours.start_ms, zone).astype(np.int64)
    filled, rule = _filled(hours, pollutant, classes, day, zone)
    inside = hours.start_ms >= from_ms
    span = (from_ms, int(hours.start_ms[-1]) + HOUR_MS)
    known_s = own.known_s[inside]
    measured_kg = float(own.amount[inside].sum()) if bool((known_s > 0.0).any()) else None
    coverage = float(known_s.sum()) / (3600.0 * int(inside.sum()))
    gas = hours.outlet.gas
    note = "air_pressure_assumed" if gas is not None and gas.air_assumed else ""
    measured = Figure(f"load:{pollutant}", measured_kg, "kg", *span, coverage=coverage, formula="Σ C · Q", note=note)
    return _assembled(hours.outlet, pollutant, measured, filled, classes, inside, rule)


def _assembled(
    outlet: Outlet,
    pollutant: str,
    measured: Figure,
    filled: _Filled,
    classes: UInt8,
    inside: Bool,
    rule: Rule,
) -> ReportedLoad:
    load, substituted = filled.load_kg[inside], filled.substituted[inside]
    known = np.isfinite(load)
    total = float(load[known].sum()) if bool(known.any()) else None
    put_in = float(load[substituted].sum())
    share = None if total is None else float(ratio(put_in, total)) if total > 0.0 else 0.0
    here = classes[inside]
    due = int((here != HourClass.STOPPED).sum())
    capture = float(np.isin(here, USABLE).sum()) / due if due else None
    coverage = float(known.mean())
    note = "substitution_incomplete" if coverage < 1.0 else "substituted" if bool(substituted.any()) else ""
    part = replace(measured, name=f"substituted_load:{pollutant}", value=put_in, formula="", coverage=None)
    reported = replace(
        measured,
        name=f"reported_load:{pollutant}",
        value=total,
        coverage=coverage,
        estimated=share or 0.0,
        formula="Σ",
        inputs=(measured, part),
        note="capture" if capture is not None and capture < CAPTURE_REQUIRED else note,
    )
    counts = {c.name.lower(): int((here == c).sum()) for c in HourClass}
    return ReportedLoad(
        outlet, pollutant, measured, reported, share, int(substituted.sum()), capture, counts, rule.name.lower()
    )


def _filled(hours: OutletHours, pollutant: str, classes: UInt8, day: Int64, zone: str) -> tuple[_Filled, Rule]:
    load = hours.loads[pollutant].mean
    if hours.outlet.medium == "air":
        quarter = month_of(day).astype(np.int64) // 3
        capture = capture_by_group(classes, quarter - quarter.min())
        found = hj75(load, classes, np.nan_to_num(capture))
        return _Filled(found.load_kg, found.substituted), Rule.HJ75_2017
    new = day >= HJ_356_2019_FROM
    older = hjt356_2007(load, classes)
    if not bool(new.any()):
        return _Filled(older.load_kg, older.substituted), Rule.HJT356_2007
    later = _by_days(hours, load, classes, day)
    chosen = _Filled(np.where(new, later.load_kg, older.load_kg), np.where(new, later.substituted, older.substituted))
    return chosen, Rule.HJ356_2019


def _by_days(hours: OutletHours, load: Float64, classes: UInt8, day: Int64) -> _Filled:
    """HJ 356-2019: whole days, handed out evenly over their hours; a valid day counts with all of its volume."""
    place = day - day.min()
    n = int(place.max()) + 1
    usable = np.isin(classes, USABLE) & np.isfinite(load)
    stopped = classes == HourClass.STOPPED

    def summed(values: Float64) -> Float64:
        return np.asarray(np.bincount(place, values, minlength=n), np.float64)

    length, idle, valid = (summed(x.astype(np.float64)) for x in (np.ones(len(place)), stopped, usable))
    volume = summed(hours.flow.amount)
    measured = summed(np.where(usable, hours.flow.amount, 0.0))
    # A day's load is its flow-weighted mean times all that flowed.
    whole = summed(np.where(usable, np.nan_to_num(load), 0.0)) * np.maximum(np.nan_to_num(ratio(volume, measured)), 1.0)
    good = valid_days(valid, length - idle, WATER_SHARE)
    found = hj356_2019(whole, good, length == idle)
    return _Filled((found.load_kg / length)[place], found.substituted[place])
