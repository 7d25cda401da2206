"""How does a batch become durable, and what does the store remember about the newest one?

A batch is one transaction: its readings, its dead letters or what persons said, and what follows from them. When
`append` returns, the batch is in the write-ahead log on disk. Numbers of batches and readings only grow; `state` keeps
them as of the last snapshot of `latest`, so that opening a journal of any size reads only what came after.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import Readings
from storage import deadletters, events, latest, meta
from storage.arrays import check_shapes, insert, number
from storage.database import Cursor, Database
from storage.deadletters import DeadLetter
from storage.events import MeterEvent
from storage.latest import Latest

SNAPSHOT_ROWS = 500_000
SNAPSHOT_BATCHES = 500
"""After so many readings or batches the last readings are kept once more: opening then scans no more than this."""


@dataclass(frozen=True, eq=False)
class Head:
    """Where the journal stands after a batch.

    Attributes
    ----------
    batch : int
        Number of the newest batch; 0 in an empty journal.
    rows : int
        Readings that ever came, which is also the arrival number of the next one.
    latest : Latest
    kept_batch, kept_rows : int
        Batch and rows at the last snapshot of `latest`.
    said_batch : int
        The newest batch of events; 0 while nobody has said anything.
    """

    batch: int
    rows: int
    latest: Latest
    kept_batch: int
    kept_rows: int
    said_batch: int

    def after(self, readings: Readings) -> Head:
        """Where it stands when `readings` are the next batch."""
        batch, rows = self.batch + 1, self.rows + len(readings)
        new = replace(self, batch=batch, rows=rows, latest=self.latest.after(readings))
        if rows - self.kept_rows >= SNAPSHOT_ROWS or batch - self.kept_batch >= SNAPSHOT_BATCHES:
            return new.kept()
        return new

    def kept(self) -> Head:
        """The same, as of a snapshot taken now."""
        return replace(self, kept_batch=self.batch, kept_rows=self.rows)


class Journal:
    """The append side of the store: one batch at a time, numbered from 1."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._head = database.read(_load)

    @property
    def head(self) -> Head:
        """Where the journal stands as of the newest batch."""
        return self._head

    def append(self, readings: Readings, dead: Sequence[DeadLetter], note: tuple[str, str] | None = None) -> int:
        """See `Store.append`."""
        check_shapes(readings.as_dict())
        with self._lock:
            if len(readings) == 0 and not dead:
                return self._head.batch
            old, new = self._head, self._head.after(readings)

            def work(cursor: Cursor) -> None:
                if len(readings):
                    _write(cursor, readings, new.batch, old.rows)
                if dead:
                    deadletters.write(cursor, new.batch, dead)
                if note is not None:
                    meta.put(cursor, *note)
                if new.kept_batch == new.batch:
                    _keep(cursor, new)

            self._database.write(work, done=lambda cursor: _holds(cursor, new.batch))
            self._head = new
            return new.batch

    def append_events(self, said: Sequence[MeterEvent], received_ms: int) -> list[int]:
        """See `Store.append_events`."""
        events.check(said)
        with self._lock:
            if not said:
                return []
            new = self._head.after(Readings.empty())
            new = replace(new, said_batch=new.batch)
            ids: list[int] = []

            def work(cursor: Cursor) -> None:
                ids[:] = events.write(cursor, new.batch, received_ms, said)
                if new.kept_batch == new.batch:
                    _keep(cursor, new)

            self._database.write(work, done=lambda cursor: _holds(cursor, new.batch))
            self._head = new
            return ids

    def keep_latest(self) -> Head:
        """Write the snapshot now; where the journal stood then. The next opening has nothing before it to scan."""
        with self._lock:
            head = self._head
            if head.kept_batch < head.batch:
                self._database.write(lambda cursor: _keep(cursor, head))
                self._head = head.kept()
            return self._head


def _write(cursor: Cursor, readings: Readings, batch: int, arrival: int) -> None:
    count = len(readings)
    columns = {
        **readings.as_dict(),
        "batch": np.full(count, batch, np.int64),
        "arrival": np.arange(arrival, arrival + count, dtype=np.int64),
    }
    insert(cursor, "readings", columns)


def _keep(cursor: Cursor, head: Head) -> None:
    latest.save(cursor, head.latest)
    cursor.execute("delete from state where key in ('kept_batch', 'kept_rows')")
    cursor.execute("insert into state values ('kept_batch', ?), ('kept_rows', ?)", [head.batch, head.rows])


def _load(cursor: Cursor) -> Head:
    kept, kept_rows = (
        number(cursor, "select number from state where key = ?", [key]) or 0 for key in ("kept_batch", "kept_rows")
    )
    newer = number(cursor, "select max(batch) from readings where batch > ?", [kept]) or 0
    letters, said = (
        number(cursor, f"select max(batch) from {table}") or 0 for table in ("dead_letters", "meter_events")
    )
    # Of what came after the snapshot nothing was deleted (`Store.thin`).
    rows = number(cursor, "select max(arrival) + 1 from readings where batch > ?", [kept]) or kept_rows
    return Head(max(kept, newer, letters, said), rows, latest.load(cursor, kept), kept, kept_rows, said)


def _holds(cursor: Cursor, batch: int) -> bool:
    return any(
        number(cursor, f"select count(*) from {table} where batch = ?", [batch])
        for table in ("readings", "dead_letters", "meter_events")
    )
