"""What are the local days that some newly settled intervals belong to?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analytics.calendar import day_of, day_start
from analytics.columns import Days, Int32, Int64, Intervals, Ranges
from analytics.rollup import days as sum_days
from engine.kept import Replaceable
from storage import DayRanges


def day_sums(
    store: Replaceable, zone_of: Callable[[Int32], list[str]], intervals: Intervals, ranges: Ranges
) -> tuple[Days, DayRanges]:
    """Day sums of everything the ranges touch, and which days those are.

    Parameters
    ----------
    store : Replaceable
        Still holds the old intervals of the ranges; only those outside them are taken from it.
    zone_of : callable
        Time zone of each point.
    intervals : Intervals
        The new ones of the ranges.
    ranges : Ranges
        One row a point.
    """
    zones = np.array(zone_of(ranges.point))
    days, day_ranges = [], []
    for name in np.unique(zones):
        zone = str(name)
        mine = ranges.take(zones == name)
        first, last = day_of(mine.from_ms, zone), day_of(mine.to_ms - 1, zone) + 1
        whole = Ranges(mine.point, day_start(first, zone), day_start(last, zone))
        fresh = intervals if len(mine) == len(ranges) else intervals.take(np.isin(intervals.point, mine.point))
        days.append(sum_days(_with_rest_of_days(store, fresh, mine, whole), zone))
        day_ranges.append(DayRanges(mine.point, first.astype(np.int32), last.astype(np.int32)))
    return Days.concat(days), DayRanges.concat(day_ranges)


def _with_rest_of_days(store: Replaceable, fresh: Intervals, ranges: Ranges, whole: Ranges) -> Intervals:
    """The fresh intervals and, where a range begins or ends within a day, the stored ones of the rest of that day."""
    morning = Ranges(ranges.point, whole.from_ms, ranges.from_ms)
    evening = Ranges(ranges.point, ranges.to_ms, whole.to_ms)
    rest = Ranges.concat([morning, evening])
    rest = rest.take(rest.from_ms < rest.to_ms)
    if not len(rest):
        return fresh
    kept = store.intervals(rest)
    every = Intervals.concat([fresh, kept])
    return every.take(_order(every.point, every.start_ms))


def _order(point: Int32, start_ms: Int64) -> Int64:
    return np.lexsort((start_ms, point))
