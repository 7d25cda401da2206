"""How is a settlement cut into portions?

Some hundred thousand readings and intervals at a time, whole points only: the arrays then stay in the processor's
cache, and memory beyond readings and result stays small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import DAY_MS, HOUR_MS, INTERVAL_MS, LOCAL_DAY, Int64, Intervals, Points, Ranges, Readings, UInt8
from analytics.curve import no_intervals
from analytics.track import Rows, Track

CHUNK_ROWS = 200_000
"""Readings plus intervals that are worked on at once."""


@dataclass(frozen=True, eq=False)
class Work:
    """Points to settle, by rising key: their range, and where their readings begin and end."""

    points: Points
    ranges: Ranges
    first: Rows
    last: Rows

    def take(self, rows: NDArray[Any] | slice) -> Work:
        """Some of the points."""
        return Work(self.points.take(rows), self.ranges.take(rows), self.first[rows], self.last[rows])


class Room:
    """Room for all intervals, filled chunk by chunk: joining at the end would take the memory twice."""

    def __init__(self, n_most: int) -> None:
        self._columns = {n: np.empty(n_most, column.dtype) for n, column in no_intervals().as_dict().items()}
        self._n = 0

    def put(self, part: Intervals) -> None:
        """Append."""
        for name, column in part.as_dict().items():
            self._columns[name][self._n : self._n + len(part)] = column
        self._n += len(part)

    def filled(self) -> Intervals:
        """All that was put in."""
        return Intervals(**{name: column[: self._n] for name, column in self._columns.items()})


def cells_of(work: Work, readings: Readings) -> Int64:
    """How many intervals each point can fill at most: from its first reading to its last, and what these reach to."""
    points, ranges = work.points, work.ranges
    if len(points) == 0:
        return np.empty(0, np.int64)
    reach = np.maximum(points.hold_ms, np.where(points.period_ms == LOCAL_DAY, 25 * HOUR_MS, points.period_ms)) + DAY_MS
    begin = np.maximum(ranges.from_ms, readings.time_ms[work.first] - reach)
    end = np.minimum(ranges.to_ms, readings.time_ms[work.last - 1] + reach)
    return np.asarray(np.maximum(end - begin, 0) // INTERVAL_MS + 2, np.int64)


def chunks_of(work: Work, cells: Int64) -> Iterator[Work]:
    """Neighbouring points, few enough for the cache."""
    share = np.cumsum(work.last - work.first + cells) // CHUNK_ROWS
    edges = [0, *(np.flatnonzero(np.diff(share)) + 1).tolist(), len(share)]
    return (work.take(slice(begin, end)) for begin, end in pairwise(edges) if end > begin)


def rows_in(work: Work) -> slice | Rows:
    """Where the readings of some points stand: a slice where they stand together."""
    counts = work.last - work.first
    together = slice(int(work.first[0]), int(work.last[-1]))
    if int(counts.sum()) == together.stop - together.start:
        return together
    return np.repeat(work.first - np.append(0, np.cumsum(counts)[:-1]), counts) + np.arange(int(counts.sum()))


def track_of(work: Work, readings: Readings) -> tuple[Track, UInt8]:
    """The readings of some points: a view where they stand together."""
    counts = work.last - work.first
    row, rows = np.repeat(np.arange(len(counts)), counts), rows_in(work)
    return Track(work.points, row, readings.time_ms[rows], readings.value[rows]), readings.flag[rows]
