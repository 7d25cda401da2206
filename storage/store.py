"""Where does everything that came in stay, and where do the figures' intervals?

In one file, `journal.duckdb` in the data folder, owned by one process. Any thread may call any method: appends wait
for appends, replacements for replacements, reads for nobody.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from analytics.columns import Days, Findings, Int32, Int64, Intervals, Ranges, Readings
from storage import deadletters, lookback, meta, schema
from storage import intervals as results
from storage.database import Database
from storage.deadletters import DeadLetter, DeadLetterRow
from storage.errors import StoreError, StoreFull
from storage.journal import Journal
from storage.meta import Counts
from storage.spans import DayRanges

FILE_NAME = "journal.duckdb"

log = logging.getLogger(__name__)


class Store:
    """The journal of readings, and what settlement made of it. Open with `Store.open`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._replace_lock = threading.Lock()
        self._journal = Journal(database)

    @classmethod
    def open(cls, folder: Path, *, memory_limit_mb: int = 128, threads: int = 2) -> Self:
        """Open the store of a data folder; folder and file are made when absent, an older file is brought up to date.

        Parameters
        ----------
        folder : Path
            Data folder.
        memory_limit_mb : int
            What the database may keep in memory. [MiB]
        threads : int
            Threads of one query.

        Raises
        ------
        StoreLocked
            If another Taihu owns the file.
        StoreTooNew
            If a newer Taihu wrote it.
        StoreFull, StoreError
            If it cannot be made, read or understood.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot make the data folder {folder}: {error.strerror}") from error
        path = folder / FILE_NAME
        fresh = not path.exists()
        try:
            database = Database(path, memory_limit_mb=memory_limit_mb, threads=threads)
            try:
                schema.migrate(database)
                return cls(database)
            except BaseException:
                database.close()
                raise
        except StoreFull:
            if fresh:
                # Half a header would be refused next time as no database.
                for made in folder.glob(f"{FILE_NAME}*"):
                    made.unlink()
            raise

    def close(self) -> None:
        """Let go of the file; waits for calls under way. A second call does nothing."""
        if self._database.closed:
            return
        try:
            self._journal.keep_latest()
        except StoreError as error:
            # Only the next opening is slower; what was appended is safe.
            log.warning("the last readings were not kept for a quick start: %s", error)
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Journal

    def append(self, readings: Readings, dead: Sequence[DeadLetter] = ()) -> int:
        """Write a batch down, durably, all of it or nothing.

        Parameters
        ----------
        readings : Readings
            In order of arrival.
        dead : sequence of DeadLetter
            What came between them and could not be understood.

        Returns
        -------
        int
            Number of the batch, growing from 1; of an empty batch, which writes nothing, the number of the last one.

        Raises
        ------
        StoreFull
            Nothing was written; the same call works once there is space.
        StoreError
            Nothing was written.
        """
        return self._journal.append(readings, dead)

    def dirty(self, after_batch: int, most_readings: int = sys.maxsize) -> tuple[Ranges, int]:
        """What later batches than `after_batch` touch: the oldest of them that together hold `most_readings` at most.

        Returns
        -------
        ranges : Ranges
            One row a touched point: ``[earliest time, latest time + 1)`` of its new readings.
        newest_batch : int
            Up to where this looked; hand it to `replace` when the ranges are settled.
        """
        # The newest batch may hold dead letters only; it was durable before the question was asked.
        batch = self._journal.head.batch
        touched, newest, more = self._database.read(lambda cursor: lookback.dirty(cursor, after_batch, most_readings))
        return touched, newest if more else max(batch, newest)

    def readings(self, ranges: Ranges) -> Readings:
        """All readings in the ranges, each once, sorted by point, time and arrival.

        The answer takes 29 bytes a reading, and about three times that while it is made: cut long ranges with `parts`.
        """
        return self._database.read(lambda cursor: lookback.readings(cursor, ranges))

    def parts(self, ranges: Ranges, max_readings: int = 1_000_000) -> Iterator[Ranges]:
        """The ranges in groups that hold at most `max_readings` each; a longer single range comes alone."""
        size = self._database.read(lambda cursor: lookback.sizes(cursor, ranges))
        start, held = 0, 0
        for row, count in enumerate(size.tolist()):
            if row > start and held + count > max_readings:
                yield ranges.take(slice(start, row))
                start, held = row, 0
            held += count
        if start < len(ranges):
            yield ranges.take(slice(start, len(ranges)))

    def neighbours(self, ranges: Ranges) -> tuple[Int64, Int64]:
        """The readings just outside each range.

        Returns
        -------
        before_ms : ndarray of int64, shape (n_ranges,)
            Time of the last reading before `from_ms`; -1 where there is none. [ms UTC]
        after_ms : ndarray of int64, shape (n_ranges,)
            Time of the first reading at or after `to_ms`; -1 where there is none. [ms UTC]
        """
        latest = self._journal.head.latest
        return self._database.read(lambda cursor: lookback.neighbours(cursor, ranges, latest))

    def latest(self, points: Int32 | None = None) -> Readings:
        """The last reading by time of each chosen point (all when None), sorted by point; from memory."""
        return self._journal.head.latest.of(points)

    # Results

    def replace(
        self,
        ranges: Ranges,
        intervals: Intervals,
        days: Days | None = None,
        findings: Findings | None = None,
        settled_batch: int | None = None,
        *,
        day_ranges: DayRanges | None = None,
    ) -> None:
        """Put the results of a settlement in place of the old ones, in one transaction.

        Parameters
        ----------
        ranges : Ranges
            Intervals that start here and findings whose `time_ms` lies here are deleted.
        intervals : Intervals
            The new ones; each starts inside `ranges`.
        days : Days, optional
            Each takes the place of the day of that point.
        findings : Findings, optional
            The new ones.
        settled_batch : int, optional
            Up to which batch the journal is settled with this; None leaves what was remembered.
        day_ranges : DayRanges, optional
            Days here are deleted also where `days` has no row.

        Raises
        ------
        ValueError
            If an interval starts outside `ranges`.
        StoreFull, StoreError
            Nothing was changed.
        """
        with self._replace_lock:
            self._database.write(
                lambda cursor: results.replace(cursor, ranges, intervals, days, findings, settled_batch, day_ranges)
            )

    @property
    def settled_batch(self) -> int:
        """Up to which batch the journal is settled; 0 before the first time."""
        return self._database.read(results.settled_batch)

    def intervals(self, ranges: Ranges) -> Intervals:
        """The intervals that start in the ranges, each once, sorted by point and start."""
        return self._database.read(lambda cursor: results.intervals(cursor, ranges))

    def days(self, points: Int32, first_day: int, last_day: int) -> Days:
        """The local days from `first_day` to `last_day`, both included, sorted by point and day."""
        return self._database.read(lambda cursor: results.days(cursor, points, first_day, last_day))

    def findings(self, points: Int32 | None, from_ms: int, to_ms: int, limit: int = 1000) -> Findings:
        """At most `limit` findings of the points (all when None) with ``from_ms <= time_ms < to_ms``, newest first."""
        return self._database.read(lambda cursor: results.findings(cursor, points, from_ms, to_ms, limit))

    # The rest

    def dead_letters(self, limit: int = 100, before_id: int | None = None) -> list[DeadLetterRow]:
        """At most `limit` dead letters, the newest first; only older ones than `before_id` when it is given."""
        return self._database.read(lambda cursor: deadletters.newest(cursor, limit, before_id))

    def dead_letter_counts(self) -> dict[str, int]:
        """How many dead letters ever came, by reason, the most frequent first."""
        return self._database.read(deadletters.counts)

    def counts(self) -> Counts:
        """How much the store holds, all of it from one moment."""
        batches = self._journal.head.batch
        return self._database.read(lambda cursor: meta.counts(cursor, batches))

    def meta_get(self, key: str) -> str | None:
        """The small text kept under `key`; None where none is."""
        return self._database.read(lambda cursor: meta.get(cursor, key))

    def meta_set(self, key: str, text: str) -> None:
        """Keep a small text under `key`, in place of what stood there."""
        with self._replace_lock:
            self._database.write(lambda cursor: meta.put(cursor, key, text))
