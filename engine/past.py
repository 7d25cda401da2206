"""What was settled as of a moment, seen from now?

What is kept still holds wherever nothing came later. Where something did, the ranges it touched are settled again from
the readings and events that were there, by the same functions, into an `engine.overlay.Overlay`::

    asked on 5 January                             |
    kept       =====================================  - - - - - - - - - - - - - -
    came later            x x x (late)               x x x x x x x x x x x x x x x
    overlay          |~~~~~~~~~~~~|              |~~~|        nothing was known         settled again, or hidden

Descriptions of plants and points are those of today: a corrected multiplier holds for the past as well. Where readings
were thinned since, the past is worked out of those that are left: peaks, and what was known between the edges of
quarters, may be lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from analytics.calendar import day_of
from analytics.columns import (
    DAY_MS,
    FOREVER_MS,
    HOUR_MS,
    INTERVAL_MS,
    LOCAL_DAY,
    Days,
    EventKind,
    Events,
    Findings,
    Int32,
    Int64,
    Intervals,
    Ranges,
    Readings,
)
from analytics.curve import no_intervals
from engine.overlay import Overlay
from engine.plan import Plan
from engine.portions import portions
from engine.settling import settle_ranges, touched_by, write
from engine.spread import dependent_silences
from storage import DayRanges, Store
from storage.spans import hulls

A = TypeVar("A")

LAST_DAY = 2_932_896
"""9999-12-31 as days since 1970."""


class PastJournal:
    """The journal as it stood at a moment (`engine.journal.Journal`)."""

    def __init__(self, store: Store, as_of_ms: int) -> None:
        self._store = store
        self._as_of_ms = as_of_ms

    def readings(self, ranges: Ranges, /) -> Readings:
        """Those that had been received."""
        return self._store.readings(ranges, self._as_of_ms)

    def neighbours(self, ranges: Ranges, /) -> tuple[Int64, Int64]:
        """Among those that had been received."""
        return self._store.neighbours(ranges, self._as_of_ms)

    def events_in_force(self, points: Int32, /) -> Events:
        """What had been said and not taken back."""
        return self._store.events_in_force(points, self._as_of_ms)


class PastStore:
    """Intervals, days and findings as of a moment (`engine.kept.Kept`); worked out for a point when it is asked for.

    Answers stay right while the store goes on: what comes in meanwhile came later.

    Parameters
    ----------
    store : Store
    plan : Plan
        Of the registry's present snapshot.
    as_of_ms : int
        Not later than now. [ms UTC]
    """

    def __init__(self, store: Store, plan: Plan, as_of_ms: int) -> None:
        self._store = store
        self._plan = plan
        self._as_of_ms = as_of_ms
        self._journal = PastJournal(store, as_of_ms)
        self._overlay = Overlay(store)
        self._lock = threading.RLock()
        self._prepared = np.empty(0, np.int32)
        self._hidden_from_ms: dict[int, int] = {}
        self._seen_batch = store.dirty(store.settled_batch)[1]

    # -- engine.kept.Kept ----------------------------------------------------------------------------------------------

    @property
    def settled_batch(self) -> int:
        """The past does not change any more."""
        return 0

    def meta_get(self, key: str, /) -> str | None:
        """Texts of today."""
        return self._store.meta_get(key)

    def intervals(self, ranges: Ranges, /) -> Intervals:
        """As `Store.intervals`, as of the moment."""
        return self._answer(ranges.point, lambda: self._overlay.intervals(ranges))

    def days(self, points: Int32, first_day: int, last_day: int, /) -> Days:
        """As `Store.days`, as of the moment."""
        return self._answer(points, lambda: self._overlay.days(points, first_day, last_day))

    def findings(self, points: Int32 | None, from_ms: int, to_ms: int, /, limit: int = 1000) -> Findings:
        """As `Store.findings`, as of the moment."""
        asked = self._plan.table.key if points is None else points
        return self._answer(asked, lambda: self._overlay.findings(asked, from_ms, to_ms, limit))

    def latest(self, points: Int32 | None = None, /) -> Readings:
        """The last reading by time that had been received, of each point that had one; sorted by point."""
        keys = np.unique(self._plan.table.key if points is None else points)
        at_ms = self._last_ms(keys)
        known = at_ms >= 0
        found = self._journal.readings(Ranges(keys[known], at_ms[known], at_ms[known] + 1))
        return found.take(np.flatnonzero(np.diff(found.point, append=-1)))

    # -- how it is worked out ------------------------------------------------------------------------------------------

    def _answer(self, points: Int32, ask: Callable[[], A]) -> A:
        with self._lock:
            self._prepare(points)
            while True:
                answer = ask()
                # What was read may already hold what came in a moment ago: then it is hidden, and read again.
                overtaken = self._overtaken()
                if not len(overtaken):
                    return answer
                self._settle_again(overtaken)

    def _prepare(self, points: Int32) -> None:
        new = np.setdiff1d(self._together(points), self._prepared)
        if len(new):
            self._settle_again(new)
            self._prepared = np.union1d(self._prepared, new)

    def _together(self, points: Int32) -> Int32:
        """The received points that decide about some points: all that share an outlet with them."""
        sources = [key for x in self._plan.derived if x.key in points for key in x.sources]
        table = self._plan.table.key
        received = np.intersect1d(np.concatenate([points, np.array(sources, np.int32)]), table)
        groups = self._plan.group_of(table)
        return table[np.isin(groups, self._plan.group_of(received))]

    def _overtaken(self) -> Int32:
        """Prepared points whose kept intervals may hold something that came after they were prepared."""
        dirty, newest = self._store.dirty(self._seen_batch)
        if newest <= self._seen_batch:
            return np.empty(0, np.int32)
        self._seen_batch = newest
        # What comes after something hidden is hidden: the usual case, live readings.
        visible = [at < self._hidden_from_ms.get(p, FOREVER_MS) for p, at in zip(*_begins(dirty), strict=True)]
        dirty = dirty.take(np.isin(dirty.point, self._prepared) & np.array(visible, np.bool_))
        if not len(dirty):
            return np.empty(0, np.int32)
        touched = touched_by(self._store, self._plan, dirty)
        return touched.point[~self._overlay.covers(touched)]

    def _settle_again(self, points: Int32) -> None:
        """Put in place of what is kept of some points what was known of them."""
        dirty = self._came_later(points)
        if not len(dirty):
            return
        touched = self._touched(dirty)
        end_ms = self._end_ms(touched.point)
        hidden = touched.take(touched.to_ms > end_ms)
        self._hide(hidden)
        self._hidden_from_ms |= dict(zip(*_begins(dirty.take(np.isin(dirty.point, hidden.point))), strict=True))
        to_ms = np.minimum(touched.to_ms, end_ms)
        known = Ranges(touched.point, touched.from_ms, to_ms).take(to_ms > touched.from_ms)
        self._settle(known)
        self._settle(dependent_silences(self._overlay, self._plan, known))

    def _settle(self, ranges: Ranges) -> None:
        for part in portions(self._store, self._plan, ranges):
            _, settled_ranges, settled = settle_ranges(self._journal, self._plan, part)
            write(self._overlay, self._plan, settled_ranges, settled)

    def _came_later(self, points: Int32) -> Ranges:
        """Where what is kept, or will be in a moment, rests on more than was known; one row a point."""
        parts = [
            self._store.received_after(points, self._as_of_ms),
            # Not settled yet, though perhaps known at the moment.
            self._store.dirty(self._store.settled_batch)[0],
        ]
        said = [row.batch for row in self._store.events(points) if row.received_ms > self._as_of_ms]
        if said:
            parts.append(self._store.dirty(min(said) - 1)[0])
        dirty = Ranges.concat(parts)
        return hulls(dirty.take(np.isin(dirty.point, points)))

    def _touched(self, dirty: Ranges) -> Ranges:
        """Seen from what is known now and from what was known then: either may reach farther."""
        now, then = (touched_by(journal, self._plan, dirty) for journal in (self._store, self._journal))
        return hulls(Ranges.concat([now, then]))

    def _end_ms(self, points: Int32) -> Int64:
        """From when on nothing was known of each point, its outlet's other points included."""
        table = self._plan.rows(points)
        period_ms = np.where(table.period_ms == LOCAL_DAY, 25 * HOUR_MS, table.period_ms)
        last_ms = self._last_ms(points)
        reach_ms = last_ms + np.maximum(table.hold_ms, period_ms) + DAY_MS + self._shift_ms(points)
        group = self._plan.group_of(points)
        latest = np.full(int(group.max(initial=0)) + 1, -1, np.int64)
        np.maximum.at(latest, group, np.where(last_ms < 0, -1, reach_ms))
        return np.asarray(-(-latest[group] // INTERVAL_MS) * INTERVAL_MS, np.int64)

    def _last_ms(self, points: Int32) -> Int64:
        """Time of the last reading of each point that had been received; -1 for none. [ms UTC]"""
        end = np.full(len(points), FOREVER_MS, np.int64)
        return self._journal.neighbours(Ranges(points, end, end))[0]

    def _shift_ms(self, points: Int32) -> int:
        """How far a wrong clock may move a reading. [ms]"""
        events = self._journal.events_in_force(points)
        moved = events.value[events.what == int(EventKind.CLOCK)]
        return int(np.ceil(np.abs(moved).max(initial=0.0)))

    def _hide(self, ranges: Ranges) -> None:
        """Nothing was known of these points, nor of the loads that come of them, from the ranges' begin on."""
        loads = [x for x in self._plan.derived if x.sources[0] in ranges.point]
        row = {int(point): i for i, point in enumerate(ranges.point)}
        point = np.concatenate([ranges.point, np.array([x.key for x in loads], np.int32)])
        from_ms = np.concatenate([ranges.from_ms, ranges.from_ms[[row[x.sources[0]] for x in loads]]])
        zones = self._plan.zone_of(point)
        first = [int(day_of(at, zone)) for at, zone in zip(from_ms.tolist(), zones, strict=True)]
        days = DayRanges(point, np.array(first, np.int32), np.full(len(point), LAST_DAY, np.int32))
        ever = Ranges(point, from_ms, np.full(len(point), FOREVER_MS, np.int64))
        self._overlay.replace(ever, no_intervals(), day_ranges=days)


def _begins(ranges: Ranges) -> tuple[list[int], list[int]]:
    return ranges.point.tolist(), ranges.from_ms.tolist()
