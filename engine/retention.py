"""Which readings of a register can go when they are old, without changing what they say?

A quarter's amount is the register at its end less the register at its start. So of a quarter without any doubt these
are kept: the last usable reading at or before each edge, and the first one after it::

    edge   |           |           |
    read   . . . . . . . . . . . . .
    kept   . .         . .         .

All readings stay in quarters with a flag and beside them, around findings, and wherever the thinned readings would not
settle to the very same amount, measured and estimated seconds: that is tried out before anything is deleted. Peaks and
bounds of closed quarters stand as they were settled; they cannot be found again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analytics.columns import (
    DAY_MS,
    HOUR_MS,
    INTERVAL_MS,
    Bool,
    EventKind,
    Events,
    Findings,
    Flag,
    Int32,
    Int64,
    Intervals,
    Kind,
    Ranges,
    Readings,
)
from analytics.screen import usable
from analytics.settlement import settle
from engine.plan import Plan
from engine.surroundings import surroundings
from storage import Store

PORTION_READINGS = 300_000
"""How many readings are looked at at once: live readings shall not wait."""

PORTION_MS = 8 * DAY_MS

EVERY_MS = HOUR_MS
"""How often it is asked whether anything has become old enough. [ms of the product's clock]"""

TRIES = 4

PLACE_MS = 2**44
"""More than all times of a point: point and time as one sortable number."""


class Retention:
    """Thins old readings of registers, a portion at a time.

    Parameters
    ----------
    store : Store
    days : int
        From how many days on readings are old.
    now_ms : callable
        The product's clock.
    """

    def __init__(self, store: Store, days: int, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._days = days
        self._now_ms = now_ms
        self._next_ms = 0
        self.deleted = 0

    def thin_some(self, plan: Plan) -> int:
        """Thin one portion if any is old enough, and say how many readings went.

        To be called between rounds of settling, with the plan that the last one used.
        """
        now = self._now_ms()
        if now < self._next_ms:
            return 0
        portion = self._portion(plan, (now - self._days * DAY_MS) // DAY_MS * DAY_MS)
        if not len(portion):
            self._next_ms = now + EVERY_MS
            return 0
        keep = needed(self._store, plan, portion)
        gone = self._store.thin(portion, keep.point, keep.time_ms)
        self.deleted += gone
        return gone

    def _portion(self, plan: Plan, old_before_ms: int) -> Ranges:
        """What is next: some days of as many registers as are few enough readings."""
        points = plan.table.key[plan.table.kind == int(Kind.REGISTER)]
        closed = self._store.closed_before(points)
        _, next_ms = self._store.neighbours(Ranges(points, closed, closed))
        from_ms = np.maximum(next_ms // INTERVAL_MS * INTERVAL_MS, closed)
        to_ms = np.minimum(from_ms // DAY_MS * DAY_MS + PORTION_MS, old_before_ms)
        # History that is being imported may go on: it is old when it came a day ago. What waits to be settled is not.
        recent = self._store.received_after(points, self._now_ms() - DAY_MS)
        unsettled, _ = self._store.dirty(self._store.settled_batch)
        # Nor is what another server has not got: a reading that is gone cannot be copied.
        unsent = self._store.unsent_readings()
        for fresh in (recent, unsettled, unsent):
            fresh = fresh.take(np.isin(fresh.point, points))
            row = np.searchsorted(points, fresh.point)
            to_ms[row] = np.minimum(to_ms[row], fresh.from_ms // INTERVAL_MS * INTERVAL_MS)
        old = (next_ms >= 0) & (from_ms < to_ms)
        ranges = Ranges(points, from_ms, to_ms).take(old)
        return next(self._store.parts(ranges, PORTION_READINGS), ranges)


def needed(store: Store, plan: Plan, portion: Ranges) -> Readings:
    """The readings of some ranges of registers that must stay, so that their intervals do.

    Parameters
    ----------
    store : Store
    plan : Plan
    portion : Ranges
        One row a point, in whole intervals, sorted by point.
    """
    table = plan.rows(portion.point)
    events = store.events_in_force(portion.point)
    around = Ranges(portion.point, *surroundings(store, table, portion, events))
    every = store.readings(around)
    inside = _inside(portion, every)
    kept = store.intervals(portion)
    findings = store.findings(portion.point, int(around.from_ms.min()), int(portion.to_ms.max()), 2**31)
    keep = ~inside | _at_edges(plan, every, inside) | _around_findings(findings, every)
    keep |= _in_quarters(every, _doubtful(kept, every.take(inside)))
    moved = np.unique(events.point[events.what == int(EventKind.CLOCK)])
    keep |= np.isin(every.point, moved)  # its labels are not its times
    for _ in range(TRIES):
        changed = _changed(plan, every.take(keep), portion, events, kept)
        if not len(changed):
            return every.take(keep & inside)
        keep |= _in_quarters(every, changed)
    return every.take(inside)


def _inside(portion: Ranges, readings: Readings) -> Bool:
    row = np.searchsorted(portion.point, readings.point)
    return np.asarray((readings.time_ms >= portion.from_ms[row]) & (readings.time_ms < portion.to_ms[row]), np.bool_)


def _at_edges(plan: Plan, readings: Readings, inside: Bool) -> Bool:
    """The last usable reading at or before each quarter's edge, and the first one after it."""
    table = plan.rows(np.unique(readings.point))
    row = np.searchsorted(table.key, readings.point)
    good = np.flatnonzero(usable(table, row, readings.value, readings.flag))
    keep = np.zeros(len(readings), np.bool_)
    if len(good) < 2:
        keep[good] = True
        return keep
    # The quarter that ends with a reading: a reading on the edge is the last one at or before it.
    quarter = -(-readings.time_ms[good] // INTERVAL_MS)
    new = (np.diff(quarter) != 0) | (np.diff(row[good]) != 0)
    keep[good[np.append(new, True)]] = True
    keep[good[np.append(True, new)]] = True
    # Of different or equal values for one time all stay: which one counts is told by their order.
    twin = np.isin(_place(readings.point, readings.time_ms), _place(readings.point[keep], readings.time_ms[keep]))
    return keep | (twin & inside)


def _around_findings(findings: Findings, readings: Readings) -> Bool:
    """Both ends of every finding; of a clock that runs wrong everything, it is known by all of its readings."""
    place = _place(readings.point, readings.time_ms)
    ends = np.concatenate([_place(findings.point, findings.time_ms), _place(findings.point, findings.until_ms)])
    keep = np.isin(place, ends)
    clocks = findings.take(findings.what == int(Flag.CLOCK))
    clocks = clocks.take(np.lexsort((clocks.time_ms, clocks.point)))
    if len(clocks):
        at = np.searchsorted(_place(clocks.point, clocks.time_ms), place, "right") - 1
        keep |= (at >= 0) & (place <= _place(clocks.point, clocks.until_ms)[at])
    return np.asarray(keep, np.bool_)


def _doubtful(kept: Intervals, readings: Readings) -> Int64:
    """The quarters that must keep all readings: flagged ones, and those that hold readings and no interval."""
    flagged = _place(kept.point, kept.start_ms)[kept.flags != 0]
    read = np.unique(_place(readings.point, readings.time_ms // INTERVAL_MS * INTERVAL_MS))
    absent = read[~np.isin(read, _place(kept.point, kept.start_ms))]
    return np.union1d(flagged, absent)


def _in_quarters(readings: Readings, quarters: Int64) -> Bool:
    """Readings in some quarters, and in those beside them: a doubt is known by its neighbours."""
    wanted = np.unique(np.concatenate([quarters - INTERVAL_MS, quarters, quarters + INTERVAL_MS]))
    return np.isin(_place(readings.point, readings.time_ms // INTERVAL_MS * INTERVAL_MS), wanted)


def _changed(plan: Plan, readings: Readings, portion: Ranges, events: Events, kept: Intervals) -> Int64:
    """Places of the quarters that the readings left would settle otherwise."""
    found = settle(plan.rows(portion.point), plan.zones, readings, portion, events).intervals
    # What was shared out by the weeks before is not made by the readings of the quarter.
    place, was = _place(found.point, found.start_ms), _place(kept.point, kept.start_ms)
    shared = was[(kept.flags & np.uint16(Flag.PROFILE)) != 0]
    both, here, there = np.intersect1d(place, was, assume_unique=True, return_indices=True)
    same = np.ones(len(both), np.bool_)
    for one, other in (
        (found.amount, kept.amount),
        (found.measured_s, kept.measured_s),
        (found.estimated_s, kept.estimated_s),
    ):
        same &= one[here] == other[there]
    wrong = np.union1d(np.setxor1d(place, was), both[~same])
    return wrong[~np.isin(wrong, shared)]


def _place(point: Int32, time_ms: Int64) -> Int64:
    return np.asarray(point.astype(np.int64) * PLACE_MS + time_ms, np.int64)
