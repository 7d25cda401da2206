"""What did an outlet do hour by hour: flow, concentrations, oxygen, stops, and what each hour is worth?

Hours are those of UTC, which are local hours wherever the zone differs by whole hours. All points of the outlet are
read at once and laid out as arrays over the hours of a range; an hour without any interval is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from analytics.columns import HOUR_MS, Bool, Flag, Float64, Int64, Kind, Ranges, UInt8, UInt16
from analytics.ratio import ratio
from analytics.rollup import hours as hour_sums
from analytics.stack import OxygenMark, converted
from analytics.validity import HourClass, hour_classes, valid_hours
from engine.kept import Kept
from registry import Outlet, Point, Registry

FAULTY = int(Flag.SPIKE | Flag.STUCK | Flag.RANGE | Flag.BAD | Flag.ZERO | Flag.IMPOSSIBLE | Flag.CLOCK)
"""What came could not be used: the analyser was at fault."""

ANY_REFERENCE_O2 = 3.5
"""Whether oxygen is doubtful does not depend on the reference."""


@dataclass(frozen=True, eq=False)
class PointHours:
    """One point hour by hour; arrays of shape (n_hours,).

    Attributes
    ----------
    amount : ndarray of float64
        As in `analytics.columns.Intervals`; 0 where nothing is known.
    known_s : ndarray of float64
    flags : ndarray of uint16
    """

    amount: Float64
    known_s: Float64
    flags: UInt16

    @property
    def mean(self) -> Float64:
        """Mean level, or mean rate per hour, over the known seconds; NaN where nothing is known."""
        return ratio(self.amount * 3600.0, self.known_s)

    def take(self, rows: slice) -> PointHours:
        """The chosen hours."""
        return PointHours(self.amount[rows], self.known_s[rows], self.flags[rows])

    @classmethod
    def concat(cls, parts: Sequence[PointHours]) -> PointHours:
        """The hours of all parts, in order."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


@dataclass(frozen=True, eq=False)
class OutletHours:
    """One outlet over ``[from_ms, to_ms)``; arrays of shape (n_hours,).

    Attributes
    ----------
    outlet : Outlet
    start_ms : ndarray of int64
        [ms UTC]
    flow : PointHours
        Amount in m3 (Nm3 for flue gas).
    stopped : ndarray of bool
        The source stood.
    oxygen_pct : ndarray of float64 or None
        Mean dry oxygen; None where none is measured. [%]
    levels, loads : Mapping of str to PointHours
        By pollutant: concentration (mg/m3 times hours) and load (kg).
    """

    outlet: Outlet
    start_ms: Int64
    flow: PointHours
    stopped: Bool
    oxygen_pct: Float64 | None
    levels: Mapping[str, PointHours]
    loads: Mapping[str, PointHours]

    def classes(self, pollutant: str) -> UInt8:
        """What each hour of a pollutant is worth: `analytics.validity.HourClass`.

        An hour with oxygen close to air is marked: the source idles, starts or stops. What somebody declared and left
        out is maintenance, what could not be used a fault.
        """
        level = self.levels[pollutant]
        otherwise = np.where((level.flags & FAULTY) != 0, int(HourClass.FAULT), int(HourClass.MISSING))
        declared = (level.flags & int(Flag.DECLARED)) != 0
        otherwise = np.where(declared, int(HourClass.MAINTENANCE), otherwise)
        found = hour_classes(level.known_s, self.stopped, otherwise)
        if self.oxygen_pct is None:
            return found
        mark = converted(1.0, self.oxygen_pct, ANY_REFERENCE_O2).mark
        idle = (mark == OxygenMark.DOUBTFUL) | (mark == OxygenMark.AIR)
        return np.where(idle & (found == HourClass.NORMAL), np.uint8(HourClass.MARKED), found)


ReadHours = Callable[[Outlet, int, int], OutletHours]
"""The hours of an outlet over ``[from, to)``, full hours [ms UTC]: `read_hours` of a store, or what is kept of it."""


def read_hours(store: Kept, registry: Registry, outlet: Outlet, from_ms: int, to_ms: int) -> OutletHours:
    """The hours of one outlet.

    Parameters
    ----------
    store : Kept
    registry : Registry
    outlet : Outlet
    from_ms, to_ms : int
        Full hours. [ms UTC]
    """
    found = point_hours(store, outlet_points(registry, outlet), from_ms, to_ms)
    return laid_out(registry, outlet, found, from_ms, to_ms)


def outlet_points(registry: Registry, outlet: Outlet) -> list[Point]:
    """The points by which an outlet is judged: flow, concentrations, loads, oxygen, and what says that it stands."""
    named = outlet.stopped.point if outlet.stopped is not None else None
    loads = [outlet.load_id(name) for name in outlet.pollutants]
    found = (outlet.flow, *outlet.pollutants.values(), *loads, outlet.oxygen, named)
    return [registry.points[f"{outlet.plant}/{local}"] for local in found if local is not None]


def laid_out(
    registry: Registry, outlet: Outlet, found: Mapping[int, PointHours], from_ms: int, to_ms: int
) -> OutletHours:
    """The hours of `outlet_points`, by key, as those of their outlet."""

    def of(local: str) -> PointHours:
        return found[registry.points[f"{outlet.plant}/{local}"].key]

    told = of(outlet.flow if outlet.stopped is None or outlet.stopped.point is None else outlet.stopped.point)
    return OutletHours(
        outlet,
        np.arange(from_ms, to_ms, HOUR_MS, dtype=np.int64),
        of(outlet.flow),
        _stopped(outlet, told),
        None if outlet.oxygen is None else of(outlet.oxygen).mean * 100.0,
        {name: of(local) for name, local in outlet.pollutants.items()},
        {name: of(outlet.load_id(name)) for name in outlet.pollutants},
    )


def point_hours(store: Kept, points: list[Point], from_ms: int, to_ms: int) -> dict[int, PointHours]:
    """Hours of some points, by key, from one look at the store."""
    keys = np.unique(np.array([p.key for p in points], np.int32))
    ranges = Ranges(keys, np.full(len(keys), from_ms, np.int64), np.full(len(keys), to_ms, np.int64))
    sums = hour_sums(store.intervals(ranges))
    n = (to_ms - from_ms) // HOUR_MS
    first, last = np.searchsorted(sums.point, keys, "left"), np.searchsorted(sums.point, keys, "right")
    found = {}
    for key, begin, end in zip(keys.tolist(), first.tolist(), last.tolist(), strict=True):
        at = (sums.from_ms[begin:end] - from_ms) // HOUR_MS
        amount, known_s, flags = np.zeros(n), np.zeros(n), np.zeros(n, np.uint16)
        amount[at] = sums.amount[begin:end]
        known_s[at] = sums.measured_s[begin:end] + sums.estimated_s[begin:end]
        flags[at] = sums.flags[begin:end]
        found[key] = PointHours(amount, known_s, flags)
    return found


def is_level(point: Point) -> bool:
    """Whether a point's mean is a level, not an amount."""
    return point.kind in (Kind.CONCENTRATION, Kind.STATE)


def _stopped(outlet: Outlet, told: PointHours) -> Bool:
    """Hours in which the source stood: the flow was exactly 0, or as the outlet says."""
    known = valid_hours(told.known_s)
    if outlet.stopped is None:
        return np.asarray(known & (told.amount == 0.0), np.bool_)
    return np.asarray(known & (told.mean < outlet.stopped.below.canonical), np.bool_)
