"""Are limits kept: right now, hour by hour, day by day; what was exceeded, and what is reported?

The product decides a limit's state, and writes it always, so that whoever looks tests a number and never an absence.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from analytics.calendar import day_of, day_start
from analytics.columns import DAY_MS, HOUR_MS
from analytics.units import UNITS, convert
from analytics.validity import USABLE, HourClass
from engine.outlets.exceedances import Exceedance, exceedances, plant_periods
from engine.outlets.hours import ReadHours
from engine.outlets.limits import LimitPeriods
from engine.outlets.limitstates import LimitState
from engine.outlets.loads_reported import ReportedLoad
from registry import Limit, Outlet, Registry
from sinks.lineprotocol import fields, series
from sinks.produce.labels import limit_labels
from sinks.produce.rows import Key, Rows
from sinks.schema import EXCEEDANCE, EXCESS, LIMIT, LOAD, MEAN, Measurement

LOOK_BACK_MS = 3 * DAY_MS
"""So much earlier exceedances are looked for at first: a run that began before a range is told from its beginning."""

TOLD_IN = {"water": "mg/L", "air": "mg/m3"}
"""Unit of means and limits by medium: a panel has one unit, whatever a plant file gives its limits in."""


def limit_lines(rows: Rows, registry: Registry, plant: str, states: Iterable[LimitState], now_ms: int) -> None:
    """How each limit stands this minute; a point that belongs to no outlet stands under its own name, unknown."""
    labels = limit_labels(registry, plant)
    for found in states:
        limit, outlet, value = found.limit, found.outlet, found.current.value
        key = _series(LIMIT, limit, outlet, found.pollutant or limit.point, labels[id(limit)])
        text = fields(
            LIMIT,
            known=1,
            state=found.state,
            value=value if value is None else _told(value, limit, outlet),
            allowed=_told(limit.value.value, limit, outlet),
            use=None if value is None else value / limit.value.value,
            valid=found.valid,
            due=found.due,
            over_month=found.month[0],
            over_year=found.year[0],
        )
        rows.add(key, now_ms, text)


def mean_lines(
    rows: Rows, read: ReadHours, registry: Registry, plant: str, from_ms: int, to_ms: int, now_ms: int
) -> None:
    """The mean of every period of every limit that starts in a range and is over. [ms UTC]"""
    labels = limit_labels(registry, plant)
    for outlet, periods in plant_periods(read, registry, plant, from_ms, min(to_ms, now_ms)):
        limit = periods.limit
        key = _series(MEAN, limit, outlet, periods.pollutant, labels[id(limit)])
        inside = (periods.start_ms >= from_ms) & (periods.start_ms < to_ms) & (periods.end_ms <= now_ms)
        _means(rows, key, outlet, periods, np.flatnonzero(inside))


def _means(rows: Rows, key: str, outlet: Outlet, periods: LimitPeriods, chosen: np.ndarray) -> None:
    factor, allowed = UNITS[TOLD_IN[outlet.medium]].factor, _told(periods.limit.value.value, periods.limit, outlet)
    columns = (periods.start_ms, periods.mean / factor, periods.known, periods.judged, periods.over)
    for start_ms, value, known, judged, over in zip(*(column[chosen].tolist() for column in columns), strict=True):
        text = fields(MEAN, known=known, value=value, allowed=allowed, judged=float(judged), over=float(over))
        rows.add(key, start_ms, text)


def exceedance_lines(
    rows: Rows,
    read: ReadHours,
    registry: Registry,
    plant: str,
    from_ms: int,
    now_ms: int,
    kept: Iterable[Key],
) -> None:
    """Every exceedance since a day before `from_ms`, and which of those once written are none after all.

    Parameters
    ----------
    rows : Rows
    read : ReadHours
    registry : Registry
    plant : str
    from_ms, now_ms : int
        [ms UTC]
    kept : iterable of (series, time)
        What stands of this plant.
    """
    labels = limit_labels(registry, plant)
    begin_ms, found = whole_runs(read, registry, plant, from_ms, now_ms)
    for one in found:
        key = _series(EXCEEDANCE, one.limit, one.outlet, one.pollutant, labels[id(one.limit)])
        text = fields(
            EXCEEDANCE,
            known=1,
            hours=(one.end_ms - one.start_ms) / HOUR_MS,
            peak=_told(one.peak, one.limit, one.outlet),
            mean=_told(one.mean, one.limit, one.outlet),
            periods=one.periods,
            open=float(one.open),
        )
        rows.add(key, one.start_ms, text)
        key = _series(EXCESS, one.limit, one.outlet, one.pollutant, labels[id(one.limit)], "kg")
        rows.add(key, one.start_ms, fields(EXCESS, value=one.excess_kg, known=1))
    again = [key for key in kept if key[1] >= begin_ms]
    for measurement in (EXCEEDANCE, EXCESS):
        rows.withdraw(measurement, (key for key in again if key[0].startswith(f"{measurement.name},")))


def whole_runs(
    read: ReadHours, registry: Registry, plant: str, from_ms: int, now_ms: int
) -> tuple[int, list[Exceedance]]:
    """Exceedances since some time before `from_ms`, none of them cut off at its beginning, and since when. [ms UTC]"""
    zone = registry.plants[plant].zone
    back_ms = LOOK_BACK_MS
    while True:
        begin_ms = int(day_start(day_of(from_ms - back_ms, zone), zone))
        found = exceedances(read, registry, plant, begin_ms, now_ms, now_ms)
        if back_ms > 400 * DAY_MS or not any(one.start_ms == begin_ms for one in found):
            return begin_ms, found
        back_ms *= 4


def load_lines(rows: Rows, plant: str, loads: Iterable[ReportedLoad], month_ms: int) -> None:
    """Loads of a month as measured and as reported; the running month up to its last full hour. [ms UTC]"""
    for load in loads:
        valid, due = _hours(load)
        for of, figure in (("measured", load.measured), ("reported", load.reported)):
            key = series(
                LOAD,
                plant=plant,
                medium=load.outlet.medium,
                outlet=load.outlet.id,
                series=load.pollutant,
                of=of,
                unit=figure.unit,
            )
            text = fields(
                LOAD,
                value=figure.value,
                known=1,
                coverage=figure.coverage,
                estimated=figure.estimated,
                provisional=figure.provisional,
                valid=valid,
                due=due,
            )
            rows.add(key, month_ms, text)


def _hours(load: ReportedLoad) -> tuple[int, int]:
    """Valid hours, and hours in which the source ran."""
    valid = sum(load.classes[one.name.lower()] for one in USABLE)
    return valid, sum(load.classes.values()) - load.classes[HourClass.STOPPED.name.lower()]


def _told(value: float, limit: Limit, outlet: Outlet | None) -> float:
    """A value in the limit's unit, as a line tells it; a limit of no outlet is not judged, and its lines tell none."""
    return value if outlet is None else convert(value, limit.value.unit, TOLD_IN[outlet.medium])


def _series(
    of: Measurement, limit: Limit, outlet: Outlet | None, pollutant: str, label: str, unit: str | None = None
) -> str:
    return series(
        of,
        plant=limit.plant,
        medium=None if outlet is None else outlet.medium,
        outlet=None if outlet is None else outlet.id,
        series=pollutant,
        limit=label,
        unit=unit or (None if outlet is None else TOLD_IN[outlet.medium]),
    )
