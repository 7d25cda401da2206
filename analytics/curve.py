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

from analytics.bounds import bounds
from analytics.columns import INTERVAL_MS, Bool, Float64, Int32, Int64, Intervals, UInt16
from analytics.grid import Edges, Grid, Touch, edges_of, grid_of, inside_sum, touch_of, with_every_row
from analytics.pieces import ESTIMATED, MEASURED, Pieces, RegisterPieces
from analytics.track import Marks

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
    edges = edges_of(pieces, grid)
    amount = _amounts(pieces, grid, edges, factor)
    measured, estimated = _known(pieces, grid, edges)
    touch = touch_of(pieces, grid)
    flags = _flags(pieces, grid, touch, marks)
    chosen = inside & ((measured > 0) | (estimated > 0) | (flags != 0))
    peak = _reduce(touch, np.maximum, pieces.peak, -np.inf)
    peak[peak == -np.inf] = np.nan
    start = grid.edge_ms[:-1]
    span_from, span_to = _spans(pieces, touch, start)
    below, above = bounds(pieces, edges, amount)
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


def _amounts(pieces: Pieces, grid: Grid, edges: Edges, factor: Float64) -> Float64:
    """Amount between neighbouring slots."""
    if isinstance(pieces, RegisterPieces):
        amount = _register_amounts(pieces, grid, edges, factor)
    else:
        amount = inside_sum(pieces.amount, edges) + _rest(pieces, edges)[:-1] + _begun(pieces, edges)[1:]
    one = np.flatnonzero(edges.piece[:-1] == edges.piece[1:])
    at, into = edges.piece[one], edges.into_ms
    length = np.maximum(edges.length_ms[one], 1)
    amount[one] = pieces.amount[at] * ((into[one + 1] - into[one]) / length)
    if bool(pieces.bend.any()):
        first, last = into[one] / length, into[one + 1] / length
        amount[one] += pieces.bend[at] * (last * (1.0 - last) - first * (1.0 - first))
    return amount


def _register_amounts(pieces: RegisterPieces, grid: Grid, edges: Edges, factor: Float64) -> Float64:
    at = edges.piece
    shown = register_at(pieces.begin[at], pieces.end[at], edges.into_ms, edges.length_ms)
    counted = np.diff(shown)
    jumps = np.flatnonzero((pieces.begin[1:] != pieces.end[:-1]) & (pieces.row[1:] == pieces.row[:-1])) + 1
    if len(jumps):
        where = grid.interval_of(pieces.row[jumps], pieces.from_ms[jumps])
        met = where >= 0
        np.subtract.at(counted, where[met], (pieces.begin[jumps] - pieces.end[jumps - 1])[met])
    return np.asarray(counted * factor[pieces.row[at]][:-1], np.float64)


def _begun(pieces: Pieces, edges: Edges) -> Float64:
    """Amount from the beginning of the piece in which each edge lies to the edge."""
    at = edges.piece
    share = edges.into_ms / np.maximum(edges.length_ms, 1)
    amount = pieces.amount[at] * share
    return amount + pieces.bend[at] * share * (1.0 - share) if bool(pieces.bend.any()) else amount


def _rest(pieces: Pieces, edges: Edges) -> Float64:
    """Amount from each edge to the end of the piece in which it lies."""
    return np.asarray(pieces.amount[edges.piece] - _begun(pieces, edges), np.float64)


def _known(pieces: Pieces, grid: Grid, edges: Edges) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Measured and estimated seconds between neighbouring slots."""
    length = pieces.to_ms - pieces.from_ms
    measured = _seconds(length, pieces.state == MEASURED, edges)
    estimated = _seconds(length, pieces.state == ESTIMATED, edges)
    # Both were rounded to float32; their sum must not pass 900.
    return measured, np.minimum(estimated, np.float32(900.0) - measured)


def _seconds(length_ms: Int64, counts: Bool, edges: Edges) -> NDArray[np.float32]:
    """Seconds of the counting pieces between neighbouring slots; exact, since milliseconds are summed as integers."""
    if not bool(counts.any()):
        return np.zeros(len(edges.piece) - 1, np.float32)
    counted = length_ms * counts
    before = np.cumsum(counted) - counted
    at, into_ms = edges.piece, edges.into_ms
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
