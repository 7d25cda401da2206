"""Where does everything that came in stay, and where do the figures' intervals?

In one file, `journal.duckdb` in the data folder, owned by one process. Any thread may call any method: appends wait
for appends, replacements for replacements, reads for nobody.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from analytics.columns import Days, Findings, Int32, Intervals, Ranges
from storage import backup, changes, deadletters, meta, schema
from storage import intervals as results
from storage.database import Cursor, Database
from storage.deadletters import DeadLetterRow
from storage.errors import StoreError, StoreFull
from storage.event_side import EventSide
from storage.follow_side import FollowSide
from storage.journal import Journal
from storage.journal_side import JournalSide
from storage.meta import Counts
from storage.notices import NoticeSide
from storage.spans import DayRanges, inside

FILE_NAME = "journal.duckdb"

log = logging.getLogger(__name__)


class Store(JournalSide, EventSide, FollowSide, NoticeSide):
    """The journal of readings and events, and what settlement made of it. Open with `Store.open`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._replace_lock = threading.Lock()
        self._notice_lock = threading.Lock()
        self._journal = Journal(database)
        self._load_followers()

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

        Years of a point that lie scattered among those of others take several (`storage.slices`), days, findings and
        `settled_batch` with the last one.

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
            Nothing was changed, or only intervals.
        """
        whole = results.checked(ranges, intervals)
        with self._replace_lock:
            *first, last = self._database.read(lambda cursor: results.parts(cursor, whole))
            for part in first:
                new = intervals.take(inside(part, intervals.point, intervals.start_ms))
                self._replace(part, new)
                self._database.checkpoint()
            rest = intervals.take(inside(last, intervals.point, intervals.start_ms)) if first else intervals
            self._replace(
                last,
                rest,
                lambda cursor: results.finish(cursor, ranges, days, findings, settled_batch, day_ranges),
            )

    def _replace(self, part: Ranges, new: Intervals, finish: Callable[[Cursor], None] | None = None) -> None:
        """One transaction of `replace`; what follows the intervals learns of it with the same."""
        change = self._next_change(part)

        def work(cursor: Cursor) -> None:
            results.replace(cursor, part, new)
            if change is not None:
                changes.log(cursor, change, part)
            if finish is not None:
                finish(cursor)

        self._database.write(work)
        self._changed(change, part)

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

    def copy(self, target: Path, begun: Callable[[Callable[[], None]], None] = lambda stop: None) -> None:
        """Everything as of one moment in a new file, while others go on; see `storage.backup.copy_journal`.

        Raises
        ------
        storage.backup.CopyStopped
            If somebody called what `begun` was handed.
        StoreFull, StoreError
            If `target` cannot be written.
        """
        backup.copy_journal(self._database, target, begun)

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
