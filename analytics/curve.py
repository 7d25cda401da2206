"""How much of each piece falls into each quarter of an hour?

The pieces of a point make a cumulative curve. An interval is the difference of two readings of that curve, 15 minutes
apart, so what is conserved does not depend on how time is split.

::

    C(t)                    o----
                 o---------/          o  ends of pieces
          o-----/                     |  edges of intervals, 900 s apart
       ---|--------|--------|----
          e0       e1       e2        amount of [e1, e2) = C(e2) - C(e1)

Each interval is computed from the pieces that touch it and from nothing else, so it comes out equal to the bit however
long the settled range is: of a register from what it showed at both edges, less what it jumped without counting; of
everything else as a sum from edge to edge.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.bounds import bounds_of
from analytics.columns import INTERVAL_MS, Bool, Float32, Float64, Int32, Int64, Intervals, UInt16
from analytics.grid import Ends, Grid, Touch, ends_of, grid_of, inside_sum, touch_of, with_every_row
from analytics.pieces import ESTIMATED, MEASURED, Pieces, RegisterPieces
from analytics.track import Marks, Rows

_LATEST_MS = np.iinfo(np.int64).max


def quarters(pieces: Pieces, marks: Marks, keys: Int32, factor: Float64, from_ms: Int64, to_ms: Int64) -> Intervals:
    """Intervals of all points inside their ranges.

    Parameters
    ----------
    pieces : Pieces
        Sorted by (row, time).
    marks : Marks
        Flags of single readings, for the interval of their time.
    keys : ndarray of int32, shape (n_points,)
        Key of each row.
    factor : ndarray of float64, shape (n_points,)
        Own unit to canonical unit of each row.
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
    ends = ends_of(pieces, grid)
    amount = _amounts(pieces, grid, ends, factor)
    measured, estimated = _known(pieces, grid)
    amount[(measured == 0) & (estimated == 0)] = 0.0  # no rounding of what jumped without counting
    touch = touch_of(pieces, grid)
    flags = _flags(pieces, grid, touch, marks)
    chosen = inside & ((measured > 0) | (estimated > 0) | (flags != 0))
    peak = _reduce(touch, np.maximum, pieces.peak, -np.inf)
    peak[peak == -np.inf] = np.nan
    start = grid.edge_ms[:-1]
    span_from, span_to = _spans(pieces, touch, start)
    below, above = bounds_of(pieces, ends, amount)
    key = np.repeat(keys, np.diff(grid.base))[:-1]
    every = Intervals(key, start, amount, measured, estimated, peak, flags, span_from, span_to, below, above)
    return every.take(chosen)


def no_intervals() -> Intervals:
    """A table of no interval."""
    i64, f64, f32 = np.empty(0, np.int64), np.empty(0), np.empty(0, np.float32)
    return Intervals(np.empty(0, np.int32), i64, f64, f32, f32, f64, np.empty(0, np.uint16), i64, i64, f32, f32)


def register_at(begin: Float64, end: Float64, into_ms: Int64, length_ms: Int64) -> Float64:
    """What a register showed so far into its steps; at a reading, the reading itself."""
    share = into_ms / np.maximum(length_ms, 1)
    return np.where(into_ms == length_ms, end, begin + (end - begin) * share)


def _amounts(pieces: Pieces, grid: Grid, ends: Ends, factor: Float64) -> Float64:
    """Amount between neighbouring slots."""
    if isinstance(pieces, RegisterPieces):
        amount = _register_amounts(pieces, grid, ends, factor)
    else:
        rest = pieces.amount[ends.start] - _until(pieces, ends.start, ends.start_ms)
        amount = rest + inside_sum(pieces.amount, ends) + _until(pieces, ends.end, ends.end_ms)
    amount[ends.end < ends.start] = 0.0
    one = np.flatnonzero(ends.start == ends.end)
    at, first, last = ends.end[one], ends.start_ms[one], ends.end_ms[one]
    length = np.maximum(pieces.to_ms[at] - pieces.from_ms[at], 1)
    amount[one] = pieces.amount[at] * ((last - first) / length)
    if bool(pieces.bend.any()):
        low, high = first / length, last / length
        amount[one] += pieces.bend[at] * (high * (1.0 - high) - low * (1.0 - low))
    return amount


def _register_amounts(pieces: RegisterPieces, grid: Grid, ends: Ends, factor: Float64) -> Float64:
    length = pieces.to_ms - pieces.from_ms
    first = register_at(pieces.begin[ends.start], pieces.end[ends.start], ends.start_ms, length[ends.start])
    last = register_at(pieces.begin[ends.end], pieces.end[ends.end], ends.end_ms, length[ends.end])
    counted = last - first
    jumps = np.flatnonzero((pieces.begin[1:] != pieces.end[:-1]) & (pieces.row[1:] == pieces.row[:-1])) + 1
    if len(jumps):
        where = grid.interval_of(pieces.row[jumps], pieces.from_ms[jumps])
        met = where >= 0
        np.subtract.at(counted, where[met], (pieces.begin[jumps] - pieces.end[jumps - 1])[met])
    return np.asarray(counted * factor[pieces.row[ends.start]], np.float64)


def _until(pieces: Pieces, at: Rows, into_ms: Int64) -> Float64:
    """Amount from the beginning of some pieces to so far into them."""
    share = into_ms / np.maximum(pieces.to_ms[at] - pieces.from_ms[at], 1)
    amount = pieces.amount[at] * share
    if bool(pieces.bend.any()):
        amount += pieces.bend[at] * share * (1.0 - share)
    return np.asarray(amount, np.float64)


def _known(pieces: Pieces, grid: Grid) -> tuple[Float32, Float32]:
    """Measured and estimated seconds between neighbouring slots."""
    length = pieces.to_ms - pieces.from_ms
    into_ms = np.clip(grid.edge_ms - pieces.from_ms[grid.piece], 0, length[grid.piece])
    measured = _seconds(length, pieces.state == MEASURED, grid.piece, into_ms)
    estimated = _seconds(length, pieces.state == ESTIMATED, grid.piece, into_ms)
    # Both were rounded to float32; their sum must not pass 900.
    return measured, np.minimum(estimated, np.float32(900.0) - measured)


def _seconds(length_ms: Int64, counts: Bool, at: Rows, into_ms: Int64) -> Float32:
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
