"""What do figures ask of what is settled?

A `storage.Store` answers with the present; `engine.past.PastStore` with what was known at an earlier moment.
"""

from __future__ import annotations

from typing import Protocol

from analytics.columns import Days, Findings, Int32, Intervals, Ranges
from storage import DayRanges


class Kept(Protocol):
    """Intervals, days and findings, to be read."""

    @property
    def settled_batch(self) -> int:
        """Grows when anything was settled: answers read before may be others now."""

    def intervals(self, ranges: Ranges, /) -> Intervals:
        """The intervals that start in the ranges, each once, sorted by point and start."""

    def days(self, points: Int32, first_day: int, last_day: int, /) -> Days:
        """The local days from `first_day` to `last_day`, both included, sorted by point and day."""

    def findings(self, points: Int32 | None, from_ms: int, to_ms: int, /, limit: int = 1000) -> Findings:
        """At most `limit` findings with ``from_ms <= time_ms < to_ms``, the newest first."""

    def meta_get(self, key: str, /) -> str | None:
        """The small text kept under `key`; None where none is."""


class Replaceable(Protocol):
    """Intervals, days and findings, to be settled again."""

    def intervals(self, ranges: Ranges, /) -> Intervals:
        """As in `Kept`."""

    def replace(
        self,
        ranges: Ranges,
        intervals: Intervals,
        days: Days | None = None,
        findings: Findings | None = None,
        /,
        *,
        day_ranges: DayRanges | None = None,
    ) -> None:
        """As in `storage.Store`."""
