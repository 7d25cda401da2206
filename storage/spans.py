"""Which ranges of time must be read together, and which apart?

The journal lies in order of arrival, so a query prunes well when its window of time is narrow. Ranges of one point
that overlap would bring rows twice; ranges far apart would make the window wide.

::

    given    [---)[--)            [---)         two points, three ranges
             [------)
    merged   [------)             [---)
    windows  |  1   |             | 2 |
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import HOUR_MS, Bool, Columns, Int32, Int64, Ranges

MOST_WINDOWS = 8
"""Each window is one query of some milliseconds; more windows than this cost more than they save."""


@dataclass(frozen=True, eq=False)
class DayRanges(Columns):
    """For each of some points a range of local days ``[from_day, to_day)``, as days since 1970-01-01."""

    point: Int32
    from_day: Int32
    to_day: Int32


def merged(ranges: Ranges) -> Ranges:
    """The same time per point, without overlap and without empty ranges, sorted by point and time.

    Examples
    --------
    >>> given = Ranges(np.array([7, 7, 7], np.int32), np.array([0, 5, 20]), np.array([10, 12, 30]))
    >>> merged(given).from_ms, merged(given).to_ms
    (array([ 0, 20]), array([12, 30]))
    """
    ranges = ranges.take(ranges.from_ms < ranges.to_ms)
    if len(ranges) < 2:
        return ranges
    ranges = ranges.take(np.lexsort((ranges.from_ms, ranges.point)))
    # Ranks instead of times: raised by point they cannot overflow, so one running maximum serves all points.
    edges = np.unique(np.concatenate((ranges.from_ms, ranges.to_ms)))
    shift = np.unique(ranges.point, return_inverse=True)[1] * (len(edges) + 1)
    reach = np.maximum.accumulate(np.searchsorted(edges, ranges.to_ms) + shift)
    first = np.ones(len(ranges), np.bool_)
    first[1:] = np.searchsorted(edges, ranges.from_ms[1:]) + shift[1:] > reach[:-1]
    starts = np.flatnonzero(first)
    return Ranges(ranges.point[starts], ranges.from_ms[starts], np.maximum.reduceat(ranges.to_ms, starts))


def hulls(ranges: Ranges) -> Ranges:
    """For each point the one range that holds all of its ranges, sorted by point."""
    points, slot = np.unique(ranges.point, return_inverse=True)
    from_ms = np.full(len(points), np.iinfo(np.int64).max)
    np.minimum.at(from_ms, slot, ranges.from_ms)
    to_ms = np.full(len(points), np.iinfo(np.int64).min)
    np.maximum.at(to_ms, slot, ranges.to_ms)
    return Ranges(points, from_ms, to_ms)


def windows(ranges: Ranges) -> list[Ranges]:
    """The ranges in groups that lie more than an hour apart, in order of time; at most `MOST_WINDOWS` groups.

    Examples
    --------
    >>> given = Ranges(np.array([1, 2, 1], np.int32), np.array([0, 5, 10**8]), np.array([9, 9, 10**8 + 9]))
    >>> [len(group) for group in windows(given)]
    [2, 1]
    """
    return [ranges.take(rows) for rows in window_rows(ranges)]


def window_rows(ranges: Ranges) -> list[Int64]:
    """Like `windows`, as row numbers of `ranges`."""
    if len(ranges) == 0:
        return []
    rows = np.argsort(ranges.from_ms, kind="stable")
    gap_ms = ranges.from_ms[rows][1:] - np.maximum.accumulate(ranges.to_ms[rows])[:-1]
    wide = np.flatnonzero(gap_ms > HOUR_MS)
    widest = wide[np.argsort(-gap_ms[wide], kind="stable")[: MOST_WINDOWS - 1]]
    return np.split(rows, np.sort(widest) + 1)


def inside(ranges: Ranges, point: Int32, time_ms: Int64) -> Bool:
    """Whether each (point, time) lies in one of the ranges, which must be `merged`; shape (n_times,)."""
    if len(ranges) == 0:
        return np.zeros(len(point), np.bool_)
    points = np.unique(ranges.point)
    edges = np.unique(np.concatenate((ranges.from_ms, ranges.to_ms)))
    slot = np.searchsorted(points, point).clip(max=len(points) - 1)
    # Position on one line that holds the ranges of all points one after the other.
    start = np.searchsorted(points, ranges.point) * (len(edges) + 1) + np.searchsorted(edges, ranges.from_ms, "right")
    at = slot * (len(edges) + 1) + np.searchsorted(edges, time_ms, "right")
    range_row = (np.searchsorted(start, at, "right") - 1).clip(min=0)
    found: Bool = (
        (ranges.point[range_row] == point)
        & (ranges.from_ms[range_row] <= time_ms)
        & (time_ms < ranges.to_ms[range_row])
    )
    return found


def bounds(ranges: Ranges) -> list[int]:
    """First and last point, first and last edge: what prunes a scan. Needs at least one range."""
    return [
        int(ranges.point.min()),
        int(ranges.point.max()),
        int(ranges.from_ms.min()),
        int(ranges.to_ms.max()),
    ]
