"""What is copied to other servers, and how far has each copy come?

The part of the `Store` for followers: the lines the product makes, what changed since a follower looked, each
follower's place, and the lines a server refused.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

from analytics.columns import Ranges, Readings
from storage import changes, followers, lines, rejected
from storage.database import Cursor, Database
from storage.followers import Follower, Heads
from storage.journal import Journal
from storage.lines import Lines
from storage.rejected import RejectedLine


class FollowSide:
    """Followers: what `Store` offers of them."""

    _database: Database
    _journal: Journal
    _replace_lock: threading.Lock

    def _load_followers(self) -> None:
        """Where the log of changes and the lines end, and who follows; asked once, at the opening."""

        def work(cursor: Cursor) -> tuple[list[Follower], int, int, int]:
            return followers.load(cursor), changes.highest(cursor), lines.highest(cursor), changes.rows(cursor)

        known, change, line, self._changes_kept = self._database.read(work)
        # What was pruned had been sent, so the places say how far the numbers had come.
        self._change = max([change, *(one.change for one in known)])
        self._line = max([line, *(one.line for one in known)])
        self._logs = any(one.intervals for one in known)
        self._changes_now = self._changes_kept
        self._lines_lock = threading.Lock()

    # Lines

    def keep_lines(self, new: Lines, *, lasting: bool) -> int:
        """Keep lines for other servers, durably.

        Parameters
        ----------
        new : Lines
            Of several lines of one series and time the last one counts.
        lasting : bool
            Whether they stay for ever, so that they can be sent again; others go a week after everybody got them.

        Returns
        -------
        int
            How many differ from the newest kept of their series and time; the others are no news.

        Raises
        ------
        ValueError
            If series, times and fields are not equally many.
        StoreFull, StoreError
            Nothing was kept.
        """
        lines.check(new)
        with self._lines_lock:
            last = self._line

            def work(cursor: Cursor) -> int:
                lines.keep(cursor, new, lasting, last)
                return lines.highest(cursor)

            # What was kept before a failing checkpoint is no news the second time, hence not counted by the second.
            self._line = max(last, self._database.write(work) or 0)
            return self._line - last

    def kept_series(self, prefix: str) -> list[tuple[str, int]]:
        """Series and time of the lasting lines whose series begins so, sorted. [ms UTC]"""
        return self._database.read(lambda cursor: lines.kept_series(cursor, prefix))

    def lines_after(self, line: int, most: int) -> tuple[Lines, int]:
        """The `most` oldest lines with a number above `line`, and the number of the newest of them."""
        return self._database.read(lambda cursor: lines.after(cursor, line, most))

    # What grows, as a follower reads it

    @property
    def heads(self) -> Heads:
        """Where readings, changes and lines end; from memory."""
        return Heads(self._journal.head.rows, self._change, self._line)

    def arrived(self, arrival: int, most: int) -> tuple[Readings, int]:
        """The readings that arrived from a number on, in order: at most `most`, and the number after the last one."""
        head = self._journal.head.rows
        return self._database.read(lambda cursor: followers.arrived(cursor, arrival, most, head))

    def changed_after(self, change: int, most: int) -> tuple[Ranges, int]:
        """Where intervals were replaced after a change: about `most` ranges, merged, and the last change in them."""
        return self._database.read(lambda cursor: changes.after(cursor, change, most))

    def interval_extents(self) -> Ranges:
        """From the first to the last interval of each point that has any, sorted by point."""
        return self._database.read(followers.extents)

    # Followers

    def follow(self, wanted: Sequence[Follower], now_ms: int) -> list[Follower]:
        """Make these the only followers, by name and by what they take.

        Those that were there keep their places; a new one begins with everything. From now on what is replaced is
        logged, while anybody takes intervals.

        Returns
        -------
        list of Follower
            With their places, by name.
        """
        with self._replace_lock:
            change = self._change
            kept = self._database.write(lambda cursor: followers.keep_only(cursor, wanted, now_ms, change)) or []
            self._logs = any(one.intervals for one in kept)
        return kept

    def followers(self) -> list[Follower]:
        """All followers and their places, by name."""
        return self._database.read(followers.load)

    def advance(self, follower: Follower, refused: Sequence[RejectedLine] = ()) -> None:
        """Keep the place of a follower, and what its server refused on the way there, in one transaction."""

        def work(cursor: Cursor) -> None:
            followers.save(cursor, follower)
            rejected.write(cursor, refused)

        with self._lines_lock:
            last = self._database.read(rejected.highest) if refused else 0
            # The place may be written twice, a refused line counts once.
            self._database.write(work, lambda cursor: bool(refused) and rejected.highest(cursor) > last)

    def restarted(self, follower: Follower, from_ms: int | None) -> Follower:
        """The follower at a place from where it gets again what is of `from_ms` or later, all when None; not kept."""
        heads = self.heads
        return self._database.read(lambda cursor: followers.restarted(cursor, follower, from_ms, heads))

    def unsent_readings(self) -> Ranges:
        """Per point the time of the readings that some follower has not got yet; no row where all have all."""
        known = [one.arrival for one in self.followers() if one.readings]
        arrival = min(known, default=sys.maxsize)
        if arrival >= self._journal.head.rows:
            arrival = sys.maxsize
        return self._database.read(lambda cursor: followers.not_sent(cursor, arrival))

    def prune_followed(self) -> None:
        """Let go of changes and passing lines that every follower has, and merge what has grown long."""
        least = followers.least(self.followers())
        with self._lines_lock:
            self._database.write(lambda cursor: lines.prune(cursor, least.line))
        with self._replace_lock:
            places, head = [one.change for one in self.followers()], self._change

            def work(cursor: Cursor) -> int:
                changes.prune(cursor, least.change)
                return changes.merge(cursor, places, head)

            if self._changes_now - self._changes_kept > changes.MOST_ROWS or least.change >= head:
                self._changes_now = self._changes_kept = self._database.write(work) or 0

    # Refused lines

    def rejected_lines(self, limit: int = 100, before_id: int | None = None) -> list[RejectedLine]:
        """At most `limit` refused lines, the newest first; only older ones than `before_id` when it is given."""
        return self._database.read(lambda cursor: rejected.newest(cursor, limit, before_id))

    def rejected_counts(self) -> dict[str, int]:
        """How many lines were ever refused, by target."""
        return self._database.read(rejected.counts)

    # The log of replacements; called inside `Store.replace`, with its lock

    def _next_change(self, part: Ranges) -> int | None:
        """Number of the replacement about to be written; None while nobody follows."""
        return self._change + 1 if self._logs and len(part) else None

    def _changed(self, change: int | None, part: Ranges) -> None:
        """After the replacement was written."""
        if change is not None:
            self._change = change
            self._changes_now += len(part)
