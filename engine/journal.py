"""What does settling ask of the journal?

A `storage.Store` answers with all that is known; whoever wants to know what was known at some moment answers with less.
"""

from __future__ import annotations

from typing import Protocol

from analytics.columns import Events, Int32, Int64, Ranges, Readings


class Journal(Protocol):
    """What settling asks of the store."""

    def readings(self, ranges: Ranges, /) -> Readings:
        """All readings in the ranges, sorted by point, time and arrival."""

    def neighbours(self, ranges: Ranges, /) -> tuple[Int64, Int64]:
        """Times of the readings just outside each range; -1 where there is none."""

    def events_in_force(self, points: Int32, /) -> Events:
        """What persons said about the points and did not take back, sorted by (point, from)."""
