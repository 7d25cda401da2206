"""How can some ranges be settled otherwise without touching what is kept?

The other answer lies in memory in front of the store::

    store     |=====================================|
    overlay              |~~~~~~|          |~~~~~~~~|
    read      |==========|~~~~~~|==========|~~~~~~~~|
"""

from __future__ import annotations

import numpy as np

from analytics.columns import Bool, Days, Findings, Int32, Int64, Intervals, Ranges
from analytics.curve import no_intervals
from analytics.track import no_findings
from storage import DayRanges, Store
from storage.spans import inside, merged


class Overlay:
    """Intervals, days and findings: those of the store, but for the ranges that were replaced here.

    Parameters
    ----------
    store : Store
        Only read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ranges = _no_ranges()
        self._day_ranges = _no_ranges()
        self._intervals = no_intervals()
        self._days = _no_days()
        self._findings = no_findings()

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
        """As `Store.replace`, in memory."""
        gone = merged(ranges)
        old, told = self._intervals, self._findings
        rest = [old.take(~inside(gone, old.point, old.start_ms)), intervals]
        self._intervals = Intervals.concat(rest)
        left = told.take(~inside(gone, told.point, told.time_ms))
        self._findings = left if findings is None else Findings.concat([left, findings])
        self._ranges = merged(Ranges.concat([self._ranges, gone]))
        self._replace_days(days, day_ranges)

    def _replace_days(self, days: Days | None, day_ranges: DayRanges | None) -> None:
        gone = _no_ranges() if day_ranges is None else _as_ranges(day_ranges)
        if days is not None:
            each = days.day.astype(np.int64)
            gone = Ranges.concat([gone, Ranges(days.point, each, each + 1)])
        gone = merged(gone)
        rest = self._days.take(~_days_inside(gone, self._days))
        self._days = rest if days is None else Days.concat([rest, days])
        self._day_ranges = merged(Ranges.concat([self._day_ranges, gone]))

    def covers(self, ranges: Ranges) -> Bool:
        """Whether each range was replaced as a whole; shape (n_ranges,)."""
        held = self._ranges
        same = held.point == ranges.point[:, np.newaxis]
        within = (held.from_ms <= ranges.from_ms[:, np.newaxis]) & (held.to_ms >= ranges.to_ms[:, np.newaxis])
        return np.asarray((same & within).any(axis=1), np.bool_)

    def intervals(self, ranges: Ranges, /) -> Intervals:
        """As `Store.intervals`."""
        asked = merged(ranges)
        kept = self._store.intervals(asked)
        kept = kept.take(~inside(self._ranges, kept.point, kept.start_ms))
        own = self._intervals.take(inside(asked, self._intervals.point, self._intervals.start_ms))
        every = Intervals.concat([kept, own])
        return every.take(np.lexsort((every.start_ms, every.point)))

    def days(self, points: Int32, first_day: int, last_day: int, /) -> Days:
        """As `Store.days`."""
        kept = self._store.days(points, first_day, last_day)
        kept = kept.take(~_days_inside(self._day_ranges, kept))
        own = self._days
        own = own.take(np.isin(own.point, points) & (own.day >= first_day) & (own.day <= last_day))
        every = Days.concat([kept, own])
        return every.take(np.lexsort((every.day, every.point)))

    def findings(self, points: Int32 | None, from_ms: int, to_ms: int, /, limit: int = 1000) -> Findings:
        """As `Store.findings`."""
        asked = limit
        while True:
            found = self._store.findings(points, from_ms, to_ms, asked)
            kept = found.take(~inside(self._ranges, found.point, found.time_ms))
            if len(kept) >= limit or len(found) < asked:
                break
            asked *= 4  # what is replaced took the place of older ones
        own = self._findings
        mine = np.ones(len(own), np.bool_) if points is None else np.isin(own.point, points)
        own = own.take(mine & (own.time_ms >= from_ms) & (own.time_ms < to_ms))
        every = Findings.concat([kept, own])
        return every.take(np.lexsort((every.what, every.point, -every.time_ms))[:limit])


def _as_ranges(days: DayRanges) -> Ranges:
    return Ranges(days.point, days.from_day.astype(np.int64), days.to_day.astype(np.int64))


def _days_inside(ranges: Ranges, days: Days) -> Bool:
    return inside(ranges, days.point, days.day.astype(np.int64))


def _no_ranges() -> Ranges:
    none: Int64 = np.empty(0, np.int64)
    return Ranges(np.empty(0, np.int32), none, none)


def _no_days() -> Days:
    whole, single = np.empty(0, np.int32), np.empty(0, np.float32)
    return Days(whole, whole, np.empty(0), single, single, single, np.empty(0), np.empty(0, np.uint16))
