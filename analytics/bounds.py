"""How far can the truth lie from what settlement says?

Between two readings a register may have moved at any time, as far as its rating allows. So at an edge that lies `x`
into a step of length `L` and amount `A`, with rates between `least` and `most`, the curve lies

    between  max(least x, A - most (L - x))   and   min(most x, A - least (L - x))

above its beginning, and an interval is bounded by what holds at both of its edges. Where the amount of a step is itself
not known (the trapezoid of a rate, the estimate of a reset) it lies anywhere between ``least L`` and ``most L``. To all
this comes how blurred the readings are: three steps of the display, or single precision.

::

    C       ________o b        upper bound: full speed first, then idle
           /     .:/
          /   .:   /           dots: the straight line that is told
        a o.:_____/            lower bound: idle first, then full speed
             x
"""

from __future__ import annotations

import numpy as np

from analytics.columns import Float32, Float64, Int64
from analytics.grid import Edges, inside_sum
from analytics.pieces import MISSING, Pieces, RegisterPieces


def rounded_up(distance: Float64) -> Float32:
    """Distances in single precision, never smaller than they are.

    Examples
    --------
    >>> bool(rounded_up(np.array([0.1])) >= 0.1), rounded_up(np.array([0.0, 0.5]))
    (True, array([0. , 0.5], dtype=float32))
    """
    with np.errstate(over="ignore"):
        single = distance.astype(np.float32)
    return np.where(single < distance, np.nextafter(single, np.float32(np.inf)), single).astype(np.float32)


def bounds(pieces: Pieces, edges: Edges, amount: Float64) -> tuple[Float32, Float32]:
    """How far below and above `amount` the truth of the known seconds can lie; see `Intervals.below`.

    Parameters
    ----------
    pieces : Pieces
    edges : Edges
        Of the intervals, shape (n_slots,).
    amount : ndarray of float64, shape (n_slots - 1,)
        Of each interval.
    """
    at, x, rest = edges.piece, edges.into_ms, edges.length_ms - edges.into_ms
    told = pieces.amount[at] * (x / np.maximum(edges.length_ms, 1))
    if bool(pieces.bend.any()):
        share = x / np.maximum(edges.length_ms, 1)
        told = told + pieces.bend[at] * share * (1.0 - share)
    begun = _within(pieces, edges, told, x, rest)
    going = _within(pieces, edges, pieces.amount[at] - told, rest, x)
    blur_end = np.where(x > 0, _edge_blur(pieces, edges, begins=False), 0.0)
    blur_begin = np.where(rest > 0, _edge_blur(pieces, edges, begins=True), 0.0)
    # An edge at a reading, or outside all pieces, is as sure as the reading.
    node = np.where(x == edges.length_ms, pieces.blur_end[at], pieces.blur_begin[at])
    on_node = (x == 0) | (rest == 0)
    blur_end, blur_begin = np.where(on_node, node, blur_end), np.where(on_node, node, blur_begin)
    below = begun[0][1:] + going[0][:-1] + blur_end[1:] + blur_begin[:-1]
    above = begun[1][1:] + going[1][:-1] + blur_end[1:] + blur_begin[:-1]
    loose = ~pieces.exact
    if bool(loose.any()):
        own = np.where(loose, pieces.blur_begin + pieces.blur_end, 0.0)
        length = pieces.to_ms - pieces.from_ms
        known = loose & (pieces.state != MISSING)
        low = np.where(known, pieces.amount - _times(pieces.least, length), 0.0)
        high = np.where(known, _times(pieces.most, length) - pieces.amount, 0.0)
        below += inside_sum(np.maximum(low, 0.0) + own, edges)
        above += inside_sum(np.maximum(high, 0.0) + own, edges)
    one = np.flatnonzero(at[:-1] == at[1:])
    below[one], above[one] = _same_piece(pieces, edges, one, amount)
    if isinstance(pieces, RegisterPieces):
        forward = pieces.least[at][:-1] >= 0.0
        below = np.where(forward, np.minimum(below, np.maximum(amount, 0.0)), below)
    return rounded_up(np.maximum(below, 0.0)), rounded_up(np.maximum(above, 0.0))


def _within(pieces: Pieces, edges: Edges, told: Float64, part_ms: Int64, rest_ms: Int64) -> tuple[Float64, Float64]:
    """How far below and above `told` the amount of a part at one end of the edge's piece can lie."""
    at = edges.piece
    least, most, whole = pieces.least[at], pieces.most[at], pieces.amount[at]
    low, high = _times(least, part_ms), _times(most, part_ms)
    exact = pieces.exact[at]
    low = np.where(exact, np.maximum(low, whole - _times(most, rest_ms)), low)
    high = np.where(exact, np.minimum(high, whole - _times(least, rest_ms)), high)
    known = (pieces.state[at] != MISSING) & (edges.length_ms > 0)
    return (
        np.where(known, np.maximum(told - low, 0.0), 0.0),
        np.where(known, np.maximum(high - told, 0.0), 0.0),
    )


def _edge_blur(pieces: Pieces, edges: Edges, *, begins: bool) -> Float64:
    """Blur that an edge within a piece adds: of an exact piece the larger of both ends, of a loose one that of the
    reading from which the interval goes on counting."""
    at = edges.piece
    exact = np.maximum(pieces.blur_begin[at], pieces.blur_end[at])
    return np.where(pieces.exact[at], exact, pieces.blur_end[at] if begins else pieces.blur_begin[at])


def _same_piece(pieces: Pieces, edges: Edges, one: Int64, amount: Float64) -> tuple[Float64, Float64]:
    """Bounds of intervals that lie within one piece."""
    at = edges.piece[one]
    width = edges.into_ms[one + 1] - edges.into_ms[one]
    rest = edges.length_ms[one] - width
    whole, blur = pieces.amount[at], pieces.blur_begin[at] + pieces.blur_end[at]
    low, high = _times(pieces.least[at], width), _times(pieces.most[at], width)
    exact = pieces.exact[at]
    low = np.where(exact, np.maximum(low, whole - blur - _times(pieces.most[at], rest)), low)
    high = np.where(exact, np.minimum(high, whole + blur - _times(pieces.least[at], rest)), high)
    known = (pieces.state[at] != MISSING) & (width > 0)
    return (
        np.where(known, np.maximum(amount[one] - low, 0.0), 0.0),
        np.where(known, np.maximum(high - amount[one], 0.0), 0.0),
    )


def _times(rate: Float64, length_ms: Int64) -> Float64:
    """``rate * length``, 0 for no length even where the rate is unbounded."""
    with np.errstate(invalid="ignore"):
        return np.where(length_ms == 0, 0.0, rate * length_ms)
