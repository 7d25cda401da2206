"""How do intervals that say the same take one row on disk?

A register read once an hour makes four quarters that differ in nothing but their start; a machine that stands still
makes ninety-six a day, a bill some three thousand a month. Quarters of one point that follow one another and are equal
to the bit are kept as one row with a count, a *run*, and nobody outside this room sees it.

::

    quarters   00:00 00:15 00:30 00:45 01:00      a run ends with the UTC day, so whoever looks for a time
    amount       3     3     3     3     5        looks back one day at most
    rows       [3, 4 quarters        ][5, 1 ]

The span of an interval without estimated part is its own edges; it moves along with the quarter, is kept as NULL and
hinders no run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import (
    DAY_MS,
    INTERVAL_MS,
    Bool,
    Columns,
    Float32,
    Float64,
    Int32,
    Int64,
    Intervals,
    Ranges,
    UInt8,
    UInt16,
)

OWN_EDGES = int(np.iinfo(np.int64).min)
"""What stands in `Runs` for NULL: the span is each quarter's own edges."""

FARTHEST_MS = 2**61
"""Ranges are cut here, far beyond any time, so that sums and differences of times do not overflow. [ms]"""


@dataclass(frozen=True, eq=False)
class Runs(Columns):
    """Rows of the table `intervals`: the fields of `Intervals`, and how many quarters the row stands for.

    Attributes
    ----------
    quarters : ndarray of uint8
        1 to 96.
    span_from_ms, span_to_ms : ndarray of int64
        `OWN_EDGES` where the span is each quarter's own edges. [ms UTC]
    """

    point: Int32
    start_ms: Int64
    quarters: UInt8
    amount: Float64
    measured_s: Float32
    estimated_s: Float32
    peak: Float64
    flags: UInt16
    span_from_ms: Int64
    span_to_ms: Int64
    below: Float32
    above: Float32


def packed(intervals: Intervals) -> Runs:
    """The intervals as runs, sorted by point and start.

    Examples
    --------
    An hour of four equal quarters is one row:

    >>> whole, single = np.full(4, 900, np.float32), np.zeros(4, np.float32)
    >>> start_ms = np.arange(4) * INTERVAL_MS
    >>> given = Intervals(np.ones(4, np.int32), start_ms, np.full(4, 2.5), whole, single, np.full(4, 10.0),
    ...                   np.zeros(4, np.uint16), start_ms, start_ms + INTERVAL_MS, single, single)
    >>> packed(given).quarters
    array([4], dtype=uint8)
    """
    rows = _sorted(intervals)
    own = (rows.span_from_ms == rows.start_ms) & (rows.span_to_ms == rows.start_ms + INTERVAL_MS)
    columns = rows.as_dict() | {
        "span_from_ms": np.where(own, OWN_EDGES, rows.span_from_ms),
        "span_to_ms": np.where(own, OWN_EDGES, rows.span_to_ms),
    }
    kept = Runs(quarters=np.ones(len(rows), np.uint8), **columns)
    follows = _follows(kept)
    if not follows.any():
        return kept
    first = np.flatnonzero(~follows)
    counts = np.diff(first, append=len(rows))
    columns = kept.take(first).as_dict() | {"quarters": counts.astype(np.uint8)}
    return Runs(**columns)


def expanded(runs: Runs) -> Intervals:
    """The intervals that the runs stand for, in the order of the runs."""
    columns = runs.as_dict()
    counts = columns.pop("quarters").astype(np.int64)
    if (counts > 1).any():
        before = np.cumsum(counts) - counts
        step = np.arange(counts.sum()) - np.repeat(before, counts)
        columns = {name: np.repeat(column, counts) for name, column in columns.items()}
        columns["start_ms"] += step * INTERVAL_MS
    own = columns["span_from_ms"] == OWN_EDGES
    columns["span_from_ms"] = np.where(own, columns["start_ms"], columns["span_from_ms"])
    columns["span_to_ms"] = np.where(own, columns["start_ms"] + INTERVAL_MS, columns["span_to_ms"])
    return Intervals(**columns)


def whole_quarters(ranges: Ranges) -> Ranges:
    """The ranges with their edges moved up to the next quarter: the same intervals start in them.

    Examples
    --------
    >>> given = Ranges(np.array([1, 2], np.int32), np.array([-5, 1]), np.array([900_001, 900_000]))
    >>> whole_quarters(given)
    Ranges(point=array([1], dtype=int32), from_ms=array([0]), to_ms=array([1800000]))
    """
    from_ms, to_ms = (
        -(-np.clip(edge_ms, -FARTHEST_MS, FARTHEST_MS) // INTERVAL_MS) * INTERVAL_MS
        for edge_ms in (ranges.from_ms, ranges.to_ms)
    )
    return Ranges(ranges.point, from_ms, to_ms).take(from_ms < to_ms)


def _sorted(intervals: Intervals) -> Intervals:
    point, start_ms = intervals.point, intervals.start_ms
    if np.all((point[1:] > point[:-1]) | ((point[1:] == point[:-1]) & (start_ms[1:] >= start_ms[:-1]))):
        return intervals
    return intervals.take(np.lexsort((start_ms, point)))


def _follows(rows: Runs) -> Bool:
    """Whether each row goes on what the one before says, shape (n_rows,)."""
    day = rows.start_ms // DAY_MS
    alike: Bool = (np.diff(rows.start_ms) == INTERVAL_MS) & (day[1:] == day[:-1])
    for name, column in rows.as_dict().items():
        if name != "start_ms" and alike.any():
            # By their bits: NaN equals NaN, and zero is not minus zero.
            bits = column.view(f"u{column.itemsize}")
            alike &= bits[1:] == bits[:-1]
    return np.concatenate((np.zeros(min(len(rows), 1), np.bool_), alike))
