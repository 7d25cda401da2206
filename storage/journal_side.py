"""What came in, and what is asked of it?

The part of the `Store` that appends readings and looks them up.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from functools import partial

from analytics.columns import Bool, Int32, Int64, Ranges, Readings
from storage import arrivals, extents, held, lookback, thinning
from storage.arrivals import Arrivals
from storage.database import Database
from storage.deadletters import DeadLetter
from storage.extents import Extents
from storage.journal import Journal


class JournalSide:
    """Readings: what `Store` offers of them."""

    _database: Database
    _journal: Journal
    _replace_lock: threading.Lock

    def append(
        self, readings: Readings, dead: Sequence[DeadLetter] = (), *, note: tuple[str, str] | None = None
    ) -> int:
        """Write a batch down, durably, all of it or nothing.

        Parameters
        ----------
        readings : Readings
            In order of arrival.
        dead : sequence of DeadLetter
            What came between them and could not be understood.
        note : tuple of str, optional
            Key and small text that become true with the batch, as by `Store.meta_set`; of an empty batch nothing.

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
        return self._journal.append(readings, dead, note)

    def held(self, readings: Readings) -> Bool:
        """Which readings stand in the journal already with the same point, time and value, shape (n,)."""
        return self._database.read(lambda cursor: held.held(cursor, readings))

    @property
    def newest_batch(self) -> int:
        """Number of the newest batch; 0 in an empty journal."""
        return self._journal.head.batch

    def dirty(self, after_batch: int, most_readings: int = sys.maxsize) -> tuple[Ranges, int]:
        """What later batches than `after_batch` touch: the oldest of them that together hold `most_readings` at most.

        Returns
        -------
        ranges : Ranges
            One row a touched point: ``[earliest time, latest time + 1)`` of its new readings, and of what new events
            act on within the time of its readings.
        newest_batch : int
            Up to where this looked; hand it to `replace` when the ranges are settled.
        """
        # One moment for all that is asked. The newest batch may hold dead letters only, hence its number from here.
        head = self._journal.head
        touched, newest, more = self._database.read(
            lambda cursor: lookback.dirty(cursor, after_batch, most_readings, head)
        )
        return touched, newest if more else head.batch

    def readings(self, ranges: Ranges, as_of_ms: int | None = None) -> Readings:
        """All readings in the ranges received up to `as_of_ms`, each once, sorted by point, time and arrival.

        The answer takes 29 bytes a reading, and about three times that while it is made: cut long ranges with `parts`.
        """
        return self._database.read(lambda cursor: lookback.readings(cursor, ranges, as_of_ms))

    def sizes(self, ranges: Ranges) -> Int64:
        """Number of readings in each range, shape (n_ranges,)."""
        return self._database.read(lambda cursor: lookback.sizes(cursor, ranges))

    def parts(self, ranges: Ranges, max_readings: int = 1_000_000) -> Iterator[Ranges]:
        """The ranges in groups that hold at most `max_readings` each; a longer single range comes alone."""
        size = self.sizes(ranges)
        start, held = 0, 0
        for row, count in enumerate(size.tolist()):
            if row > start and held + count > max_readings:
                yield ranges.take(slice(start, row))
                start, held = row, 0
            held += count
        if start < len(ranges):
            yield ranges.take(slice(start, len(ranges)))

    def neighbours(self, ranges: Ranges, as_of_ms: int | None = None) -> tuple[Int64, Int64]:
        """The readings just outside each range, of those received up to `as_of_ms`.

        Returns
        -------
        before_ms : ndarray of int64, shape (n_ranges,)
            Time of the last reading before `from_ms`; -1 where there is none. [ms UTC]
        after_ms : ndarray of int64, shape (n_ranges,)
            Time of the first reading at or after `to_ms`; -1 where there is none. [ms UTC]
        """
        latest = self._journal.head.latest
        return self._database.read(lambda cursor: lookback.neighbours(cursor, ranges, latest, as_of_ms))

    def received_after(self, points: Int32, as_of_ms: int) -> Ranges:
        """Per point the time of its readings received later than `as_of_ms`; no row where none were."""
        return self._database.read(lambda cursor: arrivals.received_after(cursor, points, as_of_ms))

    def arrivals(self, point: int, after_ms: int, before_ms: int | None, from_ms: int, to_ms: int) -> Arrivals:
        """Which deliveries brought readings of a time, in order of receipt.

        Parameters
        ----------
        point : int
        after_ms, before_ms : int
            Received in ``(after_ms, before_ms]``; open where `before_ms` is None. [ms UTC]
        from_ms, to_ms : int
            Source time ``[from_ms, to_ms)``. [ms UTC]
        """
        return self._database.read(lambda cursor: arrivals.arrivals(cursor, point, after_ms, before_ms, from_ms, to_ms))

    def extents(self, points: Int32, from_ms: int, to_ms: int, as_of_ms: int | None = None) -> Extents:
        """How many readings of each point lie in ``[from_ms, to_ms]``, and the first and the last that has a value."""
        return self._database.read(lambda cursor: extents.extents(cursor, points, from_ms, to_ms, as_of_ms))

    def latest(self, points: Int32 | None = None) -> Readings:
        """The last reading by time of each chosen point (all when None), sorted by point; from memory."""
        return self._journal.head.latest.of(points)

    def thin(self, ranges: Ranges, keep_point: Int32, keep_ms: Int64) -> int:
        """Delete the readings of the ranges except those named, and close the ranges.

        Many readings take several transactions, the oldest first, each of which closes what it thinned.

        Readings of batches that are not settled stay, and so do the first and the last reading of each point. Numbers
        of batches and readings are not used again. The space is used again.

        Parameters
        ----------
        ranges : Ranges
        keep_point, keep_ms : ndarray of int32 and int64, shape (n_kept,)
            Points and source times of the readings that stay. [ms UTC]

        Returns
        -------
        int
            How many were deleted.

        Raises
        ------
        ValueError
            If `keep_point` and `keep_ms` are not equally long.
        StoreFull, StoreError
            Nothing was deleted, or only the oldest.
        """
        # What is deleted lies before the snapshot, so that opening finds the right numbers without it.
        head = self._journal.keep_latest()
        deleted = 0
        with self._replace_lock:
            for part in self._database.read(lambda cursor: thinning.parts(cursor, ranges)):
                work = partial(
                    thinning.thin,
                    ranges=part,
                    keep_point=keep_point,
                    keep_ms=keep_ms,
                    latest=head.latest,
                    up_to_batch=head.batch,
                )
                deleted += self._database.write(work) or 0
                self._database.checkpoint()
        return deleted

    def closed_before(self, points: Int32) -> Int64:
        """Up to when the readings of each point were thinned, shape (n_points,); 0 where they never were. [ms UTC]"""
        return self._database.read(lambda cursor: thinning.closed_before(cursor, points))
