"""How much of each piece falls into each quarter of an hour?

The pieces of a point add up to a cumulative curve. The curve is read at every multiple of 15 minutes, and an interval
is the difference of two readings of it, so what is conserved does not depend on how time is split.

::

    C(t)                    o----
                 o---------/          o  ends of pieces
          o-----/                     |  edges of intervals, 900 s apart
       ---|--------|--------|----
          e0       e1       e2        amount of [e1, e2) = C(e2) - C(e1)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import INTERVAL_MS, Bool, Float64, Int32, Int64, Intervals, UInt16
from analytics.grid import Grid, Touch, grid_of, touch_of, with_every_row
from analytics.pieces import ESTIMATED, MEASURED, Pieces
from analytics.track import Marks, Rows

_LATEST_MS = np.iinfo(np.int64).max


def quarters(pieces: Pieces, marks: Marks, keys: Int32, from_ms: Int64, to_ms: Int64) -> Intervals:
    """Intervals of all points inside their ranges.

    Parameters
    ----------
    pieces : Pieces
        Sorted by (row, time).
    marks : Marks
        Flags of single readings, for the interval of their time.
    keys : ndarray of int32, shape (n_points,)
        Key of each row.
    from_ms, to_ms : ndarray of int64, shape (n_points,)
        Range of each row, multiples of 15 minutes.

    Returns
    -------
    Intervals
        Sorted by (row, start); only those with a known second or a flag.
    """
    pieces = with_every_row(pieces, len(keys))
    if len(keys) == 0:
        return no_intervals()
    grid = grid_of(pieces, marks, from_ms, to_ms)
    if len(grid.edge_ms) == len(keys):
        return no_intervals()
    inside = np.ones(len(grid.edge_ms), np.bool_)
    inside[grid.base[:-1]] = False
    inside = inside[1:]  # interval s lies between the slots s and s + 1; not where the next point begins
    amount, measured, estimated = _differences(pieces, grid)
    touch = touch_of(pieces, grid)
    flags = _flags(pieces, grid, touch, marks)
    chosen = inside & ((measured > 0) | (estimated > 0) | (flags != 0))
    peak = _reduce(touch, np.maximum, pieces.peak, -np.inf)
    peak[peak == -np.inf] = np.nan
    start = grid.edge_ms[:-1]
    span_from, span_to = _spans(pieces, touch, start)
    key = np.repeat(keys, np.diff(grid.base))[:-1]
    none = np.zeros(len(start), np.float32)
    every = Intervals(key, start, amount, measured, estimated, peak, flags, span_from, span_to, none, none)
    return every.take(chosen)


def no_intervals() -> Intervals:
    """A table of no interval."""
    i64, f64, f32 = np.empty(0, np.int64), np.empty(0), np.empty(0, np.float32)
    return Intervals(np.empty(0, np.int32), i64, f64, f32, f32, f64, np.empty(0, np.uint16), i64, i64, f32, f32)


def _differences(pieces: Pieces, grid: Grid) -> tuple[Float64, NDArray[np.float32], NDArray[np.float32]]:
    """Amount, measured seconds and estimated seconds between neighbouring slots."""
    length = pieces.to_ms - pieces.from_ms
    at = grid.piece
    into_ms = np.clip(grid.edge_ms - pieces.from_ms[at], 0, length[at])
    share = into_ms / np.maximum(length, 1)[at]
    curve = _climb(pieces.amount, pieces.row)[at] + pieces.amount[at] * share
    if bool(pieces.bend.any()):
        curve += pieces.bend[at] * share * (1.0 - share)
    measured = _seconds(length, pieces.state == MEASURED, at, into_ms)
    estimated = _seconds(length, pieces.state == ESTIMATED, at, into_ms)
    # Both were rounded to float32; their sum must not pass 900.
    return np.diff(curve), measured, np.minimum(estimated, np.float32(900.0) - measured)


def _climb(amount: Float64, row: Rows) -> Float64:
    """Height of the curve at the beginning of each piece.

    Every row starts at 0, so that the rounding of a large point does not reach a small one.
    """
    height = np.zeros(len(amount))
    first = np.append(np.flatnonzero(np.diff(row)) + 1, len(amount))
    begin = 0
    for end in first.tolist():
        np.cumsum(amount[begin : end - 1], out=height[begin + 1 : end])
        begin = end
    return height


def _seconds(length_ms: Int64, counts: Bool, at: Rows, into_ms: Int64) -> NDArray[np.float32]:
    """Seconds of the counting pieces between neighbouring slots; exact, since milliseconds are summed as integers."""
    if not bool(counts.any()):
        return np.zeros(len(at) - 1, np.float32)
    counted = length_ms * counts
    before = np.cumsum(counted) - counted
    until = before[at] + (into_ms if bool(counts.all()) else into_ms * counts[at])
    return np.asarray(np.diff(until) * 1e-3, np.float32)


def _reduce(touch: Touch, reduce: np.ufunc, column: NDArray[Any], nothing: Any) -> NDArray[Any]:
    """Reduce a column over the pieces that touch each interval; `nothing` where none does."""
    result: NDArray[Any] = column[touch.at]
    if touch.reaches is not None:
        result = np.where(touch.reaches, result, column.dtype.type(nothing))
    if len(touch.some):
        # Slots at the border of two points take what begins outside both ranges; their result is never looked at.
        part = reduce.reduceat(column[: touch.end], touch.begin)
        result[touch.some] = reduce(result[touch.some], part)
    return result


def _flags(pieces: Pieces, grid: Grid, touch: Touch, marks: Marks) -> UInt16:
    if bool(pieces.flags.any()):
        flags = np.asarray(_reduce(touch, np.bitwise_or, pieces.flags, 0), np.uint16)
    else:
        flags = np.zeros(len(grid.piece) - 1, np.uint16)
    if len(marks):
        in_range = (marks.time_ms >= grid.low_ms[marks.row]) & (marks.time_ms < grid.high_ms[marks.row])
        here = marks.take(in_range)
        slot = grid.base[here.row] + (here.time_ms - grid.low_ms[here.row]) // INTERVAL_MS
        np.bitwise_or.at(flags, slot, here.flag)
    return flags


def _spans(pieces: Pieces, touch: Touch, start_ms: Int64) -> tuple[Int64, Int64]:
    """Envelope of the estimated pieces that touch an interval; its own edges where there is none."""
    end_ms = start_ms + INTERVAL_MS
    estimated = pieces.state == ESTIMATED
    if not bool(estimated.any()):
        return start_ms, end_ms
    span_from = np.where(estimated, pieces.span_from_ms, _LATEST_MS)
    span_to = np.where(estimated, pieces.span_to_ms, -_LATEST_MS)
    span_from = np.minimum(_reduce(touch, np.minimum, span_from, _LATEST_MS), start_ms)
    span_to = np.maximum(_reduce(touch, np.maximum, span_to, -_LATEST_MS), end_ms)
    return span_from, span_to
