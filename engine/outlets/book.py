"""Which hours of an outlet need not be read again, because nothing was settled in them since?

::

    read once    |===========================|
    a round                            |~~~~~~~~        reached back to here
    still holds  |=====================|
    asked next            |-----------------------|
    read                               |++++++++++|     only this

What holds is what was not touched by a round, however old or new it is. Without anybody who tells of rounds nothing is
kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from analytics.columns import FOREVER_MS, HOUR_MS, Int32
from engine.kept import Kept
from engine.outlets.hours import OutletHours, PointHours, laid_out, outlet_points, point_hours
from registry import Outlet, Point, Registry

MOST_HOURS = 1_000_000
"""Hours of points that are kept in all, 18 bytes each: a year of a dozen outlets of nine points."""

MOST_OF_ONE = 250_000
"""Hours of points of one stretch: three years of nine points. Longer ones are read and not kept."""


@dataclass(frozen=True, eq=False)
class _Stretch:
    """Hours of some points over ``[from_ms, to_ms)``; the arrays may go on behind it. [ms UTC]"""

    keys: tuple[int, ...]
    from_ms: int
    to_ms: int
    hours: Mapping[int, PointHours]

    @property
    def size(self) -> int:
        """Hours of points."""
        return len(self.keys) * (self.to_ms - self.from_ms) // HOUR_MS

    def part(self, from_ms: int, to_ms: int) -> dict[int, PointHours]:
        """What lies in a range inside."""
        rows = slice((from_ms - self.from_ms) // HOUR_MS, (to_ms - self.from_ms) // HOUR_MS)
        return {key: one.take(rows) for key, one in self.hours.items()}


@dataclass(eq=False)
class _Reading:
    """Somebody reads these points; what is settled meanwhile may be missing from `holds_to_ms` on. [ms UTC]"""

    keys: tuple[int, ...]
    holds_to_ms: int = FOREVER_MS


class HourBook:
    """Hours of outlets; answers any thread.

    Parameters
    ----------
    store : Kept
    registry : callable
        Gives the current snapshot.
    """

    def __init__(self, store: Kept, registry: Callable[[], Registry]) -> None:
        self._store = store
        self._registry = registry
        self._lock = threading.Lock()
        self._kept: list[_Stretch] = []  # asked last stands last
        self._reading: list[_Reading] = []
        self._is_told = False

    def read(self, outlet: Outlet, from_ms: int, to_ms: int) -> OutletHours:
        """The hours of one outlet; equal to the bit to those of `engine.outlets.hours.read_hours`.

        Parameters
        ----------
        outlet : Outlet
        from_ms, to_ms : int
            Full hours. [ms UTC]
        """
        registry = self._registry()
        points = outlet_points(registry, outlet)
        keys = tuple(sorted({point.key for point in points}))
        if self._is_told and len(keys) * (to_ms - from_ms) // HOUR_MS <= MOST_OF_ONE:
            found = self._found(keys, points, from_ms, to_ms)
        else:
            found = point_hours(self._store, points, from_ms, to_ms)
        return laid_out(registry, outlet, found, from_ms, to_ms)

    def settled(self, points: Int32, from_ms: int) -> None:
        """Something of these points (keys) was settled from then on. From the first call on hours are kept. [ms UTC]"""
        touched = set(points.tolist())
        stands_to_ms = from_ms // HOUR_MS * HOUR_MS
        with self._lock:
            self._is_told = True
            for reading in self._reading:
                if touched.intersection(reading.keys):
                    reading.holds_to_ms = min(reading.holds_to_ms, stands_to_ms)
            self._kept = [
                replace(one, to_ms=min(one.to_ms, stands_to_ms)) if touched.intersection(one.keys) else one
                for one in self._kept
                if one.from_ms < stands_to_ms or not touched.intersection(one.keys)
            ]

    def _found(self, keys: tuple[int, ...], points: list[Point], from_ms: int, to_ms: int) -> dict[int, PointHours]:
        reading = _Reading(keys)
        with self._lock:
            # Before anything is read: what is settled from now on is told to this reading, too.
            self._reading.append(reading)
            known = next((one for one in self._kept if one.keys == keys and _joins(one, from_ms, to_ms)), None)
        whole = None
        try:
            whole = self._whole(known, keys, points, (from_ms, to_ms))
        finally:
            with self._lock:
                self._reading.remove(reading)
                if whole is not None:
                    self._keep(known, replace(whole, to_ms=min(whole.to_ms, reading.holds_to_ms)))
        return whole.part(from_ms, to_ms)

    def _whole(
        self, known: _Stretch | None, keys: tuple[int, ...], points: list[Point], asked: tuple[int, int]
    ) -> _Stretch:
        """What is known and what is asked, together; what is not known is read."""
        if known is None:
            return _Stretch(keys, *asked, point_hours(self._store, points, *asked))
        parts = [known.part(known.from_ms, known.to_ms)]
        if asked[0] < known.from_ms:
            parts.insert(0, point_hours(self._store, points, asked[0], known.from_ms))
        if asked[1] > known.to_ms:
            parts.append(point_hours(self._store, points, known.to_ms, asked[1]))
        hours = parts[0] if len(parts) == 1 else {k: PointHours.concat([part[k] for part in parts]) for k in keys}
        return _Stretch(keys, min(asked[0], known.from_ms), max(asked[1], known.to_ms), hours)

    def _keep(self, known: _Stretch | None, found: _Stretch) -> None:
        """In place of what it was made from; what was asked longest ago goes first."""
        # Looked for by what it is of: a round may have shortened it meanwhile.
        others = [one for one in self._kept if known is None or not _same(one, known)]
        self._kept = [*others, found] if found.from_ms < found.to_ms else others
        while len(self._kept) > 1 and _size(self._kept) > MOST_HOURS:
            self._kept.pop(0)


def _joins(one: _Stretch, from_ms: int, to_ms: int) -> bool:
    """Whether a range meets a stretch, and both together are not too much."""
    length = max(to_ms, one.to_ms) - min(from_ms, one.from_ms)
    meets = from_ms <= one.to_ms and to_ms >= one.from_ms
    return meets and len(one.keys) * length // HOUR_MS <= MOST_OF_ONE


def _same(one: _Stretch, other: _Stretch) -> bool:
    return one.keys == other.keys and one.from_ms == other.from_ms


def _size(stretches: Iterable[_Stretch]) -> int:
    return sum(one.size for one in stretches)
