"""When did a plant exceed its limits?

Every limit of a plant over any range, all periods of a point at once (`engine.outlets.limits`); only periods that are
over are judged. Values are in the limit's own unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.calendar import day_of, day_start
from analytics.columns import HOUR_MS, Bool
from analytics.exceedances import Runs, runs
from analytics.units import UNITS
from engine.outlets.hours import OutletHours, ReadHours
from engine.outlets.limits import LimitPeriods, limit_periods, outlet_of
from registry import Limit, Outlet, Registry


@dataclass(frozen=True)
class Exceedance:
    """One run of periods over a limit.

    Attributes
    ----------
    outlet : Outlet
    pollutant : str
    limit : Limit
    start_ms, end_ms : int
        [ms UTC]
    open : bool
        The newest period that is over belongs to it: it may go on.
    peak, mean : float
        Largest mean, and mean of the means, as compared. [limit's unit]
    peak_ms : int
        Start of the period of the peak. [ms UTC]
    periods : int
        Hours or days over the limit.
    excess_kg : float or None
        None where the flow was not known.
    """

    outlet: Outlet
    pollutant: str
    limit: Limit
    start_ms: int
    end_ms: int
    open: bool
    peak: float
    peak_ms: int
    mean: float
    periods: int
    excess_kg: float | None


def exceedances(
    read: ReadHours, registry: Registry, plant_id: str, from_ms: int, to_ms: int, now_ms: int
) -> list[Exceedance]:
    """Exceedances whose periods start in ``[from_ms, to_ms)`` and are over, the newest first.

    Raises
    ------
    KeyError
        If there is no such plant.
    """
    found: list[Exceedance] = []
    for outlet, periods in plant_periods(read, registry, plant_id, from_ms, min(to_ms, now_ms)):
        over = over_of(periods, now_ms) & (periods.start_ms >= from_ms) & (periods.start_ms < to_ms)
        found.extend(_listed(outlet, periods, runs(periods.mean, over, periods.excess_kg), now_ms))
    return sorted(found, key=lambda x: (-x.start_ms, x.limit.point))


def plant_periods(
    read: ReadHours, registry: Registry, plant_id: str, from_ms: int, to_ms: int
) -> Iterator[tuple[Outlet, LimitPeriods]]:
    """The periods of every limit of a concentration that meet a range; each outlet is read once."""
    zone = registry.plants[plant_id].zone
    outlets = registry.outlets(plant_id)
    # Whole local days: a limit of days needs them.
    begin = int(day_start(day_of(from_ms, zone), zone)) // HOUR_MS * HOUR_MS
    end = -(-int(day_start(day_of(max(to_ms - 1, from_ms), zone) + 1, zone)) // HOUR_MS) * HOUR_MS
    hours: dict[str, OutletHours] = {}
    for limit in registry.limits(plant_id):
        place = outlet_of(limit, outlets)
        if place is None or to_ms <= from_ms:
            continue
        outlet, pollutant = place
        if outlet.id not in hours:
            hours[outlet.id] = read(outlet, begin, end)
        yield outlet, limit_periods(hours[outlet.id], limit, pollutant, zone)


def over_of(periods: LimitPeriods, now_ms: int) -> Bool:
    """Which periods are over the limit and past."""
    return np.asarray(periods.over & (periods.end_ms <= now_ms), np.bool_)


def _listed(outlet: Outlet, periods: LimitPeriods, found: Runs, now_ms: int) -> Iterator[Exceedance]:
    factor = UNITS[periods.limit.value.unit].factor
    ended = np.flatnonzero(periods.end_ms <= now_ms)
    newest = int(ended[-1]) if len(ended) else -1
    for i in range(len(found)):
        last = int(found.last[i]) - 1
        kg = float(found.excess_kg[i])
        yield Exceedance(
            outlet,
            periods.pollutant,
            periods.limit,
            int(periods.start_ms[found.first[i]]),
            int(periods.end_ms[last]),
            last == newest,
            float(found.peak[i]) / factor,
            int(periods.start_ms[found.peak_row[i]]),
            float(found.mean[i]) / factor,
            int(found.count[i]),
            None if np.isnan(kg) else kg,
        )
