"""What must be settled again when some readings came, and which points go together?

::

    new readings            x x
    surroundings    |-- o o     o o --|        a spike is known by its surroundings (`engine.surroundings`)
    touched        [------------------)        in whole 15-minute intervals; the points of one outlet share one range
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

import numpy as np

from analytics.calendar import day_edges
from analytics.columns import DAY_MS, INTERVAL_MS, Int32, Int64, Points, Ranges
from analytics.settlement import RULES_EDITION
from engine.derived import DryFlow, Load, derived_of
from engine.points import points_table
from registry import Registry

PART_INTERVALS = 600_000
"""How many intervals one part holds at the most; bounds the memory of a bulk import."""

ENGINE_EDITION = 1
"""As `RULES_EDITION`, for what the engine adds: spreading by profile, clocks, loads."""

LONG_RANGE_MS = 2 * DAY_MS
"""From this length on a range is widened to whole local days, so that its days need no second look at the store."""


class Plan:
    """What the registry says about settling, as arrays.

    Attributes
    ----------
    table : Points
        Sorted by key.
    zones : sequence of str
        What ``table.zone`` indexes.
    dry_flows : list of DryFlow
    loads : list of Load
    description : str
        How each point is described, as one text to be kept and compared.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        zones = {name: plant.zone for name, plant in registry.plants.items()}
        self.table, self.zones = points_table(registry.points.values(), zones)
        self.dry_flows, self.loads = derived_of(registry)
        self._group = _groups(self.table.key, self.loads)
        self._hashes = _hashes(self.table, self.zones, self.loads, self.dry_flows)
        self.description = json.dumps(self._hashes)

    @property
    def derived(self) -> tuple[DryFlow | Load, ...]:
        """Everything that is made from the intervals of other points."""
        return (*self.dry_flows, *self.loads)

    def rows(self, keys: Int32) -> Points:
        """The table's rows of these points."""
        return self.table.take(np.searchsorted(self.table.key, keys))

    def group_of(self, keys: Int32) -> Int64:
        """Number of the group of each point: what belongs together is settled together."""
        return self._group[np.searchsorted(self.table.key, keys)]

    def zone_of(self, keys: Int32) -> list[str]:
        """Time zone of each point, derived ones too."""
        by_key, plants = self._registry.by_key, self._registry.plants
        return [plants[by_key[int(key)].plant].zone for key in keys]

    def with_loads(self, keys: Int32) -> Int32:
        """These points and what is derived from them, sorted."""
        derived = [x.key for x in self.derived if any(key in keys for key in x.sources)]
        return np.union1d(keys, np.array(derived, np.int32))

    def described_anew(self, kept: str | None) -> Int32:
        """Points that were described otherwise, or not at all, when the store was settled last."""
        if kept == self.description:  # as in nearly every round
            return np.empty(0, np.int32)
        before = {} if kept is None else json.loads(kept)
        changed = [int(key) for key, value in self._hashes.items() if before.get(key) != value]
        return np.array(changed, np.int32)

    def touched(self, point: Int32, from_ms: Int64, to_ms: Int64) -> Ranges:
        """The ranges whose intervals new readings can change, one row a point, in whole intervals.

        Parameters
        ----------
        point : ndarray of int32, shape (n,)
            Where readings came, each once.
        from_ms, to_ms : ndarray of int64, shape (n,)
            Their `engine.surroundings`: what comes changes how its surroundings are understood, as far as they are
            understood from it. [ms UTC]
        """
        return self._aligned(self._shared(point, from_ms, to_ms))

    def parts(self, ranges: Ranges) -> Iterator[Ranges]:
        """The ranges in parts of whole groups, none of them mixing long ranges with short ones."""
        long = ranges.to_ms - ranges.from_ms >= LONG_RANGE_MS
        for chosen in (ranges.take(~long), ranges.take(long)):
            group = self.group_of(chosen.point)
            order = np.argsort(group, kind="stable")
            size = np.cumsum(((chosen.to_ms - chosen.from_ms) // INTERVAL_MS)[order])
            # A part ends where a group ends, at the first one after each multiple of the size.
            ends = np.flatnonzero(np.diff(group[order], append=-1)) + 1
            begin = 0
            for end in ends:
                last = end == len(order)
                if last or size[end - 1] - (size[begin - 1] if begin else 0) >= PART_INTERVALS:
                    yield chosen.take(np.sort(order[begin:end]))
                    begin = int(end)

    def _shared(self, point: Int32, from_ms: Int64, to_ms: Int64) -> Ranges:
        """One common range for the points of each group: an outlet's loads need all of its points."""
        group = self.group_of(point)
        lo = np.full(len(self.table), np.iinfo(np.int64).max)
        hi = np.full(len(self.table), np.iinfo(np.int64).min)
        np.minimum.at(lo, group, from_ms)
        np.maximum.at(hi, group, to_ms)
        rows = np.flatnonzero(np.isin(self._group, group))
        return Ranges(self.table.key[rows], lo[self._group[rows]], hi[self._group[rows]])

    def _aligned(self, ranges: Ranges) -> Ranges:
        from_ms = ranges.from_ms // INTERVAL_MS * INTERVAL_MS
        to_ms = -(-ranges.to_ms // INTERVAL_MS) * INTERVAL_MS
        long = to_ms - from_ms >= LONG_RANGE_MS
        zone = self.rows(ranges.point).zone
        for index in np.unique(zone[long]):
            rows = np.flatnonzero(long & (zone == index))
            edges = day_edges(int(from_ms[rows].min()), int(to_ms[rows].max()), self.zones[index])
            from_ms[rows] = edges[np.searchsorted(edges, from_ms[rows], "right") - 1]
            to_ms[rows] = edges[np.searchsorted(edges, to_ms[rows], "left")]
        return Ranges(ranges.point, from_ms, to_ms)


def _groups(keys: Int32, loads: list[Load]) -> Int64:
    """Number of the group of each point: points that share an outlet, directly or through another point, are one
    group."""
    group = np.arange(len(keys))
    for load in loads:
        one, *others = np.searchsorted(keys, load.sources)
        for other in others:
            group[group == group[other]] = group[one]
    return group


def _hashes(table: Points, zones: Sequence[str], loads: list[Load], dry_flows: list[DryFlow]) -> dict[str, str]:
    """What settlement depends on, as one short text a point; what is derived from a flow belongs to the flow.

    The rules are part of it: what older ones settled is settled anew after an update.
    """
    rules = (RULES_EDITION, ENGINE_EDITION)
    columns = [column.tolist() for name, column in table.as_dict().items() if name != "zone"]
    columns.append([zones[i] for i in table.zone])
    made: dict[int, list[tuple[object, ...]]] = {}
    for x in loads:
        how = (x.moisture, x.moisture_share) if x.is_wet else ()
        made.setdefault(x.sources[0], []).append((x.concentration, x.key, *how))
    for gas in dry_flows:
        made[gas.velocity].append((gas.key, *gas.sources, repr(gas.gas)))
    columns.append([sorted(made.get(key, []), key=repr) for key in table.key.tolist()])
    rows = zip(*columns, strict=True)
    return {str(row[0]): hashlib.sha256(repr((rules, row)).encode()).hexdigest()[:16] for row in rows}
