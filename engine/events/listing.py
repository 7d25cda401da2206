"""Which doubts and sayings of the meters are there, and which one is meant?

The doubts that settlement has now, those that only a decision still tells of, what was declared, and readings that
came too late for a closed range: one list.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.columns import Flag, Int32
from engine.events.doubts import Doubt, doubt_of_event, doubts_of, may_begin_before
from engine.events.entries import Entry
from engine.events.judging import DecisionError
from engine.events.reopening import waiting_of
from engine.events.said import Said, key_of
from registry import Point
from storage import EventRow, Store

MOST_FINDINGS = 1_000_000

MOST_LISTED = 100_000
"""So many findings are looked through for a list at the most, some half a second."""


class Listing:
    """What is known about the doubts of some meters.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def entries(self, points: Sequence[Point], *, from_ms: int, to_ms: int, limit: int) -> list[Entry]:
        """Doubts and declared events that begin in ``[from_ms, to_ms)``, newest first, at most `limit`."""
        by_key = {point.key: point for point in points}
        keys = np.array(sorted(by_key), np.int32)
        if not len(keys):
            return []
        doubts = {key_of(d): d for d in self._doubts(keys, from_ms, to_ms, limit)}
        said = Said(self._store.events(keys))
        found = [said.entry_of(by_key[d.point], d, found=True) for d in doubts.values()]
        for key, rows in said.about.items():
            if key not in doubts and from_ms <= key[2] < to_ms:
                found.append(said.entry_of(by_key[key[0]], doubt_of_event(rows[-1]), found=False))
        for late in waiting_of(self._store, by_key):
            if from_ms <= late.from_ms < to_ms:
                found.append(late)
        for row in said.declared:
            if from_ms <= row.event.from_ms < to_ms:
                found.append(said.entry_of_event(by_key[row.event.point], row))
        return sorted(found, key=lambda entry: (-entry.from_ms, entry.id))[:limit]

    def doubt(self, point: Point, what: Flag, from_ms: int, until_ms: int) -> Doubt:
        """The finding of that name: the one that stands, or the one that an earlier decision was about.

        Raises
        ------
        DecisionError
            If there is none.
        """
        standing = self.finding(point, what, from_ms, until_ms)
        if standing is not None:
            return standing
        earlier = self.said(point).about.get((point.key, int(what), from_ms, until_ms))
        if not earlier:
            raise DecisionError(
                f"{point.full_id} has no {what.name} from {from_ms} to {until_ms}; wanted one of its events, as listed"
            )
        return doubt_of_event(earlier[-1])

    def finding(self, point: Point, what: Flag, from_ms: int, until_ms: int) -> Doubt | None:
        """The finding of that name that stands; None where there is none, or none any more."""
        key = np.array([point.key], np.int32)
        # All up to its end: a clock that stays wrong is many findings.
        found = self._store.findings(key, from_ms, until_ms + 1, MOST_FINDINGS)
        found = found.take((found.what == int(what)) & (found.until_ms <= until_ms))
        return next((d for d in doubts_of(found) if (d.from_ms, d.until_ms) == (from_ms, until_ms)), None)

    def said(self, point: Point) -> Said:
        """All that was said about a point."""
        return Said(self._store.events(np.array([point.key], np.int32)))

    def row(self, event_id: int) -> EventRow:
        """A decision or a declared event, by its number.

        Raises
        ------
        DecisionError
            If there is none.
        """
        row = next((row for row in self._store.events() if row.id == event_id), None)
        if row is None:
            raise DecisionError(f"there is no event {event_id}; wanted one of the list", "id")
        if row.event.withdraws is not None:
            raise DecisionError(f"event {event_id} is a withdrawal; wanted a decision or a declared event", "id")
        return row

    def _doubts(self, keys: Int32, from_ms: int, to_ms: int, limit: int) -> list[Doubt]:
        """The newest `limit` doubts or more. One may be many findings, of which all shall be seen: a part of it would
        have another name."""
        asked = max(limit, 1)
        while True:
            findings = self._store.findings(keys, from_ms, to_ms, asked)
            doubts = sorted(doubts_of(findings), key=lambda d: -d.from_ms)
            if len(findings) < asked or asked >= MOST_LISTED:
                return doubts
            newest, seen_ms = doubts[:limit], int(findings.time_ms[-1])
            if len(newest) == limit and not any(may_begin_before(doubt, seen_ms) for doubt in newest):
                return doubts
            asked = min(4 * asked, MOST_LISTED)
