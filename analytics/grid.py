"""In which piece does each edge between two intervals lie?

The edges of all points stand one after the other in one array; *slots* number them through. A slot counts the pieces
that begin before its edge, so no search is needed: one `bincount` and one `cumsum` place ten million edges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import INTERVAL_MS, Bool, Float64, Int64
from analytics.pieces import Pieces
from analytics.track import Marks, Rows

_LATEST_MS = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Grid:
    """Edges of the intervals of all points, and the piece in which each edge lies.

    Attributes
    ----------
    low_ms, high_ms : ndarray of int64, shape (n_points,)
        First and last edge of each point.
    base : ndarray of int64, shape (n_points + 1,)
        Slot of the first edge of each point.
    edge_ms : ndarray of int64, shape (n_slots,)
    piece : ndarray of int64, shape (n_slots,)
        The last piece of the point that begins before the edge, the first piece where none does.
    """

    low_ms: Int64
    high_ms: Int64
    base: Rows
    edge_ms: Int64
    piece: Rows

    def interval_of(self, row: Rows, time_ms: Int64) -> Rows:
        """The interval in which instants lie, as the slot of its first edge; -1 at edges and outside the range."""
        since = time_ms - self.low_ms[row]
        inside = (since > 0) & (time_ms < self.high_ms[row]) & (since % INTERVAL_MS != 0)
        return np.where(inside, self.base[row] + since // INTERVAL_MS, -1)


@dataclass(frozen=True, eq=False)
class Ends:
    """Where each interval begins and ends; interval s lies between the slots s and s + 1.

    Attributes
    ----------
    start, end : ndarray of int64, shape (n_slots - 1,)
        The piece in which the interval begins (at an edge between two, the later one) and the one in which it ends (the
        earlier one); ``end < start`` where nothing is known of it.
    start_ms, end_ms : ndarray of int64, shape (n_slots - 1,)
        How far into these pieces it begins and ends.
    """

    start: Rows
    end: Rows
    start_ms: Int64
    end_ms: Int64


@dataclass(frozen=True, eq=False)
class Touch:
    """Which pieces touch the interval behind each slot: the one its first edge lies in, and those that begin inside.

    Attributes
    ----------
    at : ndarray of int64, shape (n_slots - 1,)
        The piece of the first edge.
    reaches : ndarray of bool, same shape, or None
        Whether that piece reaches into the interval at all; None where all do.
    some : ndarray of int64, shape (m,)
        The slots in whose interval a piece begins.
    begin : ndarray of int64, shape (m,)
        The first such piece; they go on to the next entry.
    end : int
        One past the last such piece of all.
    """

    at: Rows
    reaches: Bool | None
    some: Rows
    begin: Rows
    end: int


def with_every_row(pieces: Pieces, n_rows: int) -> Pieces:
    """Give rows without a piece one of no length, so that every row has a first and a last one."""
    absent = np.flatnonzero(np.diff(np.searchsorted(pieces.row, np.arange(n_rows + 1))) == 0)
    if len(absent) == 0:
        return pieces
    n = len(absent)
    blank = type(pieces)(**{name: np.zeros(n, column.dtype) for name, column in pieces.as_dict().items()})
    blank = replace(blank, row=absent, peak=np.full(n, -np.inf))
    both = type(pieces).concat([pieces, blank])
    return both.take(np.argsort(both.row, kind="stable"))


def grid_of(pieces: Pieces, marks: Marks, from_ms: Int64, to_ms: Int64) -> Grid:
    """Edges from where each row begins to know something to where it ends, inside its range."""
    n_rows = len(from_ms)
    first = np.searchsorted(pieces.row, np.arange(n_rows + 1))
    low, high = _extent(pieces, marks, first)
    low = np.maximum(from_ms, low // INTERVAL_MS * INTERVAL_MS)
    high = np.maximum(np.minimum(to_ms, -(-high // INTERVAL_MS) * INTERVAL_MS), low)
    n_edges = (high - low) // INTERVAL_MS + 1
    base = np.append(0, np.cumsum(n_edges))
    edge = np.repeat(low - base[:-1] * INTERVAL_MS, n_edges) + np.arange(base[-1]) * INTERVAL_MS
    # Slot s + 1 of a point counts what begins in its interval s; slot 0 what begins before the first edge. The first
    # piece of a point always counts there, so that no edge falls back on the point before.
    per_piece = np.diff(first)
    slot = (pieces.from_ms - np.repeat(low, per_piece)) // INTERVAL_MS + 1
    slot = np.clip(slot, 0, np.repeat(n_edges, per_piece), out=slot)
    slot += np.repeat(base[:-1], per_piece)
    slot[first[:-1]] = base[:-1]
    begun = np.cumsum(np.bincount(slot, minlength=int(base[-1]) + 1)[:-1])
    return Grid(low, high, base, edge, begun - 1)


def _extent(pieces: Pieces, marks: Marks, first: Rows) -> tuple[Int64, Int64]:
    """First and last instant of which each row knows something."""
    low, high = pieces.from_ms[first[:-1]].copy(), pieces.to_ms[first[1:] - 1].copy()
    blank = (first[1:] - first[:-1] == 1) & (low == high)
    low[blank], high[blank] = _LATEST_MS - 2 * INTERVAL_MS, -_LATEST_MS + 2 * INTERVAL_MS
    if len(marks):
        np.minimum.at(low, marks.row, marks.time_ms)
        np.maximum.at(high, marks.row, marks.time_ms + 1)
    return low, high


def ends_of(pieces: Pieces, grid: Grid) -> Ends:
    """Where in their pieces the intervals begin and end."""
    at = grid.piece
    length = pieces.to_ms[at] - pieces.from_ms[at]
    into = np.clip(grid.edge_ms - pieces.from_ms[at], 0, length)
    start, start_ms = at[:-1], into[:-1]
    following = np.minimum(start + 1, len(pieces) - 1)
    over = (start_ms == length[:-1]) & (following > start) & (pieces.row[following] == pieces.row[start])
    return Ends(np.where(over, following, start), at[1:], np.where(over, 0, start_ms), into[1:])


def inside_sum(column: Float64, ends: Ends) -> Float64:
    """Sum of a column over the pieces between the one where an interval begins and the one where it ends.

    Every sum is made of its own entries only, in their order, so it does not depend on what stands around them.
    """
    total = np.zeros(len(ends.start))
    first, end = ends.start + 1, ends.end
    some = np.flatnonzero(end > first)
    if len(some):
        pairs = np.stack([first[some], end[some]], axis=1).ravel()
        total[some] = np.add.reduceat(np.append(column, 0.0), pairs)[::2]
    return total


def touch_of(pieces: Pieces, grid: Grid) -> Touch:
    """The pieces that touch each interval."""
    at, start = grid.piece[:-1], grid.edge_ms[:-1]
    reaches = (pieces.to_ms[at] > start) & (pieces.from_ms[at] < start + INTERVAL_MS)
    some = np.flatnonzero(grid.piece[1:] > at)
    return Touch(at, None if bool(reaches.all()) else reaches, some, grid.piece[some] + 1, int(grid.piece[-1]) + 1)
