"""What did persons say, and what of it counts?

The part of the `Store` that keeps events about meters.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from analytics.columns import Events, Int32
from storage import events, in_force
from storage.database import Database
from storage.events import EventRow, MeterEvent
from storage.journal import Journal


class EventSide:
    """Events: what `Store` offers of them."""

    _database: Database
    _journal: Journal
    _replace_lock: threading.Lock

    def append_events(self, said: Sequence[MeterEvent], received_ms: int) -> list[int]:
        """Write down what a person said, durably, all of it or nothing, as one batch.

        What it touches is `dirty` afterwards.

        Parameters
        ----------
        said : sequence of MeterEvent
        received_ms : int
            When it was said. [ms UTC]

        Returns
        -------
        list of int
            The number of each event, growing from 1.

        Raises
        ------
        ValueError
            If an event ends before it begins, shifts a clock by no finite time, or withdraws what was not said of its
            point. Nothing was written.
        StoreFull, StoreError
            Nothing was written.
        """
        return self._journal.append_events(said, received_ms)

    def note_effect(self, event_id: int, effect: str) -> None:
        """Keep what an event changed, as a text of the caller's, in place of what was noted before.

        Raises
        ------
        ValueError
            If there is no such event.
        """
        with self._replace_lock:
            self._database.write(lambda cursor: events.note_effect(cursor, event_id, effect))

    def events(
        self,
        points: Int32 | None = None,
        as_of_ms: int | None = None,
        limit: int | None = None,
        *,
        after_batch: int = 0,
    ) -> list[EventRow]:
        """The newest `limit` events (all when None) of the points (all when None), the oldest of them first.

        Parameters
        ----------
        points : ndarray of int32, optional
        as_of_ms : int, optional
            Only what was said up to then. [ms UTC]
        limit : int, optional
        after_batch : int
            Only what was said in later batches.
        """
        if self._journal.head.said_batch <= after_batch:
            return []
        return self._database.read(lambda cursor: events.rows(cursor, points, as_of_ms, limit, after_batch))

    def events_in_force(self, points: Int32, as_of_ms: int | None = None) -> Events:
        """What acts on the settlement of the points, sorted by (point, from, number).

        Without what was taken back, and of several decisions about one finding only the last. Where `as_of_ms` is
        given, only what was said up to then counts.
        """
        if self._journal.head.said_batch == 0:
            return Events.empty()
        return self._database.read(lambda cursor: in_force.in_force(cursor, points, as_of_ms))
