"""What becomes of readings that come for a time whose readings were thinned?

They are journalled and not settled by themselves: what stands there was made from more than what is left. Whoever wants
them counted opens the range again (`engine.events.decisions.Decisions.reopen`), which is an event of the journal and
settled by the round that finds it. What a person says acts on closed ranges too::

    thinned, closed          | open
    . .   . .   . .   x  .   | . . . . . . .       x late: kept, listed, not settled
                             ^ closed before
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from analytics.columns import INTERVAL_MS, Int32, Int64, Ranges
from engine.plan import Plan
from storage import EventRow, Store
from storage.spans import hulls

REOPEN = "reopen"
"""Note of the event that opens a range again."""

LATE_KEY = "late_for_closed"
"""Where the store keeps which late readings wait for somebody to open their range."""


class Closed:
    """Up to when points are closed, while one round goes on.

    Parameters
    ----------
    store : Store
    plan : Plan
    said : sequence of EventRow
        What persons said since the last round: where it acts, nothing is held back.
    free : ndarray of int32
        Points that are settled as a whole in this round.
    """

    def __init__(self, store: Store, plan: Plan, said: Sequence[EventRow], free: Int32) -> None:
        self._store = store
        keys = plan.table.key
        self._said = said
        self._before_ms = store.closed_before(keys)
        self._keys = keys
        self._any = bool((self._before_ms > 0).any())
        if self._any:
            together = plan.group_of(keys)
            about = [row.event.point for row in said]
            spoken = np.isin(keys, np.union1d(free, np.array(about, np.int32)))
            self._before_ms = np.where(np.isin(together, together[spoken]), 0, self._before_ms)
            latest = np.zeros(len(keys), np.int64)
            np.maximum.at(latest, together, self._before_ms)
            self._before_ms = latest[together]

    def of(self, points: Int32) -> Int64:
        """Up to when each point is closed in this round, shape (n,); 0 where it is not. [ms UTC]"""
        return np.asarray(self._before_ms[np.searchsorted(self._keys, points)], np.int64)

    def held_back(self, dirty: Ranges) -> Ranges:
        """The dirty ranges without their closed part, which is written down for somebody to decide."""
        before_ms = self.of(dirty.point)
        late = dirty.from_ms < before_ms
        if not bool(late.any()):
            return dirty
        remember(self._store, Ranges(dirty.point, dirty.from_ms, np.minimum(dirty.to_ms, before_ms)).take(late))
        return _without(dirty, before_ms)

    def clipped(self, touched: Ranges) -> Ranges:
        """Ranges whose surroundings reach into what is closed, without that part."""
        return _without(touched, self.of(touched.point))

    def opened(self) -> Ranges:
        """What is opened again in this round, one row a point."""
        events = [row.event for row in self._said if row.event.note == REOPEN and row.event.withdraws is None]
        columns = np.array([(e.point, e.from_ms, e.to_ms) for e in events], np.int64).reshape(-1, 3)
        ranges = hulls(Ranges(columns[:, 0].astype(np.int32), columns[:, 1], columns[:, 2]))
        return ranges.take(np.isin(ranges.point, self._keys))

    def settled(self, ranges: Ranges) -> None:
        """What waited in ranges that were settled now waits no more."""
        if not self._any:
            return
        kept = waiting(self._store)
        if len(kept):
            holds = (ranges.point == kept.point[:, np.newaxis]) & (ranges.from_ms <= kept.from_ms[:, np.newaxis])
            holds &= ranges.to_ms >= kept.to_ms[:, np.newaxis]
            _keep(self._store, kept.take(~holds.any(axis=1)))


def waiting(store: Store) -> Ranges:
    """The ranges of late readings that nobody opened yet."""
    kept = json.loads(store.meta_get(LATE_KEY) or "[]")
    columns = np.array(kept, np.int64).reshape(-1, 3)
    return Ranges(columns[:, 0].astype(np.int32), columns[:, 1].copy(), columns[:, 2].copy())


def remember(store: Store, late: Ranges) -> None:
    """Keep that readings came for closed ranges; those of one point that touch each other become one."""
    _keep(store, Ranges.concat([waiting(store), late]))


def _keep(store: Store, ranges: Ranges) -> None:
    rows: list[list[int]] = []
    order = np.lexsort((ranges.from_ms, ranges.point))
    for point, from_ms, to_ms in zip(*(column[order].tolist() for column in ranges.as_dict().values()), strict=True):
        if rows and rows[-1][0] == point and from_ms <= rows[-1][2] + INTERVAL_MS:
            rows[-1][2] = max(rows[-1][2], to_ms)
        else:
            rows.append([point, from_ms, to_ms])
    store.meta_set(LATE_KEY, json.dumps(rows))


def _without(ranges: Ranges, before_ms: Int64) -> Ranges:
    clipped = Ranges(ranges.point, np.maximum(ranges.from_ms, before_ms), ranges.to_ms)
    return clipped.take(clipped.from_ms < clipped.to_ms)
