"""Are limits kept: right now, hour by hour, day by day; what was exceeded, and what is reported?

The product decides a limit's state, and writes it always, so that whoever looks tests a number and never an absence.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from analytics.calendar import day_of, day_start
from analytics.columns import DAY_MS, HOUR_MS
from analytics.units import UNITS
from engine.outlets.exceedances import Exceedance, exceedances, plant_periods
from engine.outlets.hours import ReadHours
from engine.outlets.limits import LimitPeriods
from engine.outlets.limitstates import LimitState
from engine.outlets.loads_reported import ReportedLoad
from registry import Limit, Outlet, Registry
from sinks.lineprotocol import fields, series
from sinks.produce.labels import limit_labels
from sinks.produce.rows import Key, Rows, is_known
from sinks.schema import EXCEEDANCE, LIMIT, LOAD, MEAN, Measurement

LOOK_BACK_MS = 3 * DAY_MS
"""So much earlier exceedances are looked for at first: a run that began before a range is told from its beginning."""


def limit_lines(rows: Rows, registry: Registry, plant: str, states: Iterable[LimitState], now_ms: int) -> None:
    """How each limit stands this minute; a point that belongs to no outlet stands under its own name, unknown."""
    labels = limit_labels(registry, plant)
    for found in states:
        limit, outlet, value = found.limit, found.outlet, found.current.value
        key = _series(LIMIT, limit, outlet, found.pollutant or limit.point, labels[id(limit)])
        if not is_known(value):
            rows.add(key, now_ms, fields(LIMIT, known=0, state=found.state))
            continue
        text = fields(
            LIMIT,
            known=1,
            state=found.state,
            value=value,
            allowed=limit.value.value,
            use=(value or 0.0) / limit.value.value,
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
        _means(rows, key, periods, np.flatnonzero(inside))


def _means(rows: Rows, key: str, periods: LimitPeriods, chosen: np.ndarray) -> None:
    factor, allowed = UNITS[periods.limit.value.unit].factor, periods.limit.value.value
    nothing = fields(MEAN, known=0)
    columns = (periods.start_ms, periods.mean / factor, periods.known, periods.judged, periods.over)
    for start_ms, value, known, judged, over in zip(*(column[chosen].tolist() for column in columns), strict=True):
        if known > 0.0 and is_known(value):
            text = fields(MEAN, known=known, value=value, allowed=allowed, judged=float(judged), over=float(over))
        else:
            text = nothing
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
            peak=one.peak,
            mean=one.mean,
            periods=one.periods,
            excess_kg=one.excess_kg,
            open=float(one.open),
        )
        rows.add(key, one.start_ms, text)
    rows.withdraw(EXCEEDANCE, (key for key in kept if key[1] >= begin_ms))


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
        key = series(LOAD, plant=plant, medium=load.outlet.medium, outlet=load.outlet.id, series=load.pollutant)
        measured, reported = load.measured.value, load.reported.value
        if not (is_known(measured) or is_known(reported)):
            rows.add(key, month_ms, fields(LOAD, known=0))
            continue
        text = fields(
            LOAD,
            known=1,
            measured_kg=measured,
            reported_kg=reported,
            substituted=load.substituted_share,
            capture=load.capture,
        )
        rows.add(key, month_ms, text)


def _series(of: Measurement, limit: Limit, outlet: Outlet | None, pollutant: str, label: str) -> str:
    return series(
        of,
        plant=limit.plant,
        medium=None if outlet is None else outlet.medium,
        outlet=None if outlet is None else outlet.id,
        series=pollutant,
        limit=label,
    )
