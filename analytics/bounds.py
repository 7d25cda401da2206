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

from dataclasses import dataclass

import numpy as np

from analytics.columns import Bool, Columns, Float32, Float64, Int64
from analytics.grid import Ends, inside_sum
from analytics.pieces import MISSING, Pieces, RegisterPieces
from analytics.track import Rows


def rounded_up(distance: Float64) -> Float32:
    """Distances, none negative, in single precision, never smaller than they are.

    Examples
    --------
    >>> bool(rounded_up(np.array([0.1])) >= 0.1), rounded_up(np.array([0.0, 0.5]))
    (True, array([0. , 0.5], dtype=float32))
    """
    with np.errstate(over="ignore"):
        single = distance.astype(np.float32)
    # The next larger number is the next larger integer of the same bits.
    return (single.view(np.int32) + (single < distance)).view(np.float32)


@dataclass(frozen=True, eq=False)
class Parts(Columns):
    """What bounds must know of the piece in which each interval begins, or ends; see `Pieces`.

    Attributes
    ----------
    amount, least, most : ndarray of float64
    exact, known : ndarray of bool
    length_ms : ndarray of int64
    blur_begin, blur_end : ndarray of float64
    told : ndarray of float64
        Amount that is told of the part from the piece's beginning to the edge.
    into_ms : ndarray of int64
        How far into the piece the edge lies.
    """

    amount: Float64
    least: Float64
    most: Float64
    exact: Bool
    known: Bool
    length_ms: Int64
    blur_begin: Float64
    blur_end: Float64
    told: Float64
    into_ms: Int64


def bounds_of(pieces: Pieces, ends: Ends, amount: Float64) -> tuple[Float32, Float32]:
    """How far below and above `amount` the truth of the known seconds can lie; see `Intervals.below`.

    Parameters
    ----------
    pieces : Pieces
    ends : Ends
        Of the intervals, shape (n,).
    amount : ndarray of float64, shape (n,)
        Of each interval.
    """
    below, above = np.zeros(len(amount)), np.zeros(len(amount))
    more = np.flatnonzero(ends.end > ends.start)
    starts, stops = ends.start[more], ends.end[more]
    below[more], above[more] = across(
        _parts(pieces, starts, ends.start_ms[more]), _parts(pieces, stops, ends.end_ms[more])
    )
    one = np.flatnonzero(ends.start == ends.end)
    # Intervals of one piece mostly follow each other, equally wide and of equal amount: each such run is computed once.
    at, width_ms, told = ends.end[one], ends.end_ms[one] - ends.start_ms[one], amount[one]
    fresh = (np.diff(at, prepend=-1) != 0) | (np.diff(width_ms, prepend=-1) != 0) | (np.diff(told, prepend=np.nan) != 0)
    which = np.cumsum(fresh) - 1
    lows, highs = within_one(_parts(pieces, at[fresh], width_ms[fresh]), width_ms[fresh], told[fresh])
    below[one], above[one] = lows[which], highs[which]
    if not isinstance(pieces, RegisterPieces) or not bool(pieces.exact.all()):
        more_below, more_above = _inside(pieces, ends)
        below, above = below + more_below, above + more_above
    forward = (pieces.least[ends.start] >= 0.0) & isinstance(pieces, RegisterPieces)
    return limited(below, above, amount, forward)


def across(starts: Parts, stops: Parts) -> tuple[Float64, Float64]:
    """Bounds of intervals that begin in one piece and end in another, from what holds at both ends.

    Within an exact step what the truth has more by the edge, it has less from there. Within a loose one the interval
    counts on from the reading at its other side.
    """
    down, up = exact_reach(starts)
    told, rest_ms = starts.amount - starts.told, starts.length_ms - starts.into_ms
    below = np.where(starts.exact, up, told - _times(starts.least, rest_ms))
    above = np.where(starts.exact, down, _times(starts.most, rest_ms) - told)
    below, above = np.where(starts.known, below, 0.0), np.where(starts.known, above, 0.0)
    down, up = exact_reach(stops)
    down = np.where(stops.exact, down, stops.told - _times(stops.least, stops.into_ms))
    up = np.where(stops.exact, up, _times(stops.most, stops.into_ms) - stops.told)
    below = below + np.where(stops.known, np.maximum(down, 0.0), 0.0)
    above = above + np.where(stops.known, np.maximum(up, 0.0), 0.0)
    blur = np.where(starts.exact, edge_blur(starts), starts.blur_end)
    blur = blur + np.where(stops.exact, edge_blur(stops), stops.blur_begin)
    return below + blur, above + blur


def exact_reach(part: Parts) -> tuple[Float64, Float64]:
    """How far below and above what is told the amount up to an edge can lie within an exact step."""
    rest_ms = part.length_ms - part.into_ms
    low = np.maximum(_times(part.least, part.into_ms), part.amount - _times(part.most, rest_ms))
    high = np.minimum(_times(part.most, part.into_ms), part.amount - _times(part.least, rest_ms))
    return np.maximum(part.told - low, 0.0), np.maximum(high - part.told, 0.0)


def edge_blur(part: Parts) -> Float64:
    """An edge at a reading is as sure as the reading, within a step as sure as the less sure of both."""
    within = np.where(part.into_ms == part.length_ms, part.blur_end, np.maximum(part.blur_begin, part.blur_end))
    return np.where(part.into_ms == 0, part.blur_begin, within)


def limited(below: Float64, above: Float64, amount: Float64, forward: Bool) -> tuple[Float32, Float32]:
    """Distances, none negative; a register that only counts forward cannot have counted less than nothing."""
    below = np.where(forward, np.minimum(below, np.maximum(amount, 0.0)), below)
    return rounded_up(np.maximum(below, 0.0)), rounded_up(np.maximum(above, 0.0))


def _parts(pieces: Pieces, at: Rows, into_ms: Int64) -> Parts:
    length = pieces.to_ms[at] - pieces.from_ms[at]
    share = into_ms / np.maximum(length, 1)
    told = pieces.amount[at] * share
    if bool(pieces.bend.any()):
        told = told + pieces.bend[at] * share * (1.0 - share)
    return Parts(
        pieces.amount[at],
        pieces.least[at],
        pieces.most[at],
        pieces.exact[at],
        pieces.state[at] != MISSING,
        length,
        pieces.blur_begin[at],
        pieces.blur_end[at],
        told,
        into_ms,
    )


def within_one(part: Parts, width_ms: Int64, amount: Float64) -> tuple[Float64, Float64]:
    """Bounds of intervals of which `width_ms` lie within one piece, and nothing in another."""
    rest = part.length_ms - width_ms
    blur = part.blur_begin + part.blur_end
    low, high = _times(part.least, width_ms), _times(part.most, width_ms)
    low = np.where(part.exact, np.maximum(low, part.amount - blur - _times(part.most, rest)), low)
    high = np.where(part.exact, np.minimum(high, part.amount + blur - _times(part.least, rest)), high)
    known = part.known & (width_ms > 0)
    return (
        np.where(known, np.maximum(amount - low, 0.0), 0.0),
        np.where(known, np.maximum(high - amount, 0.0), 0.0),
    )


def _inside(pieces: Pieces, ends: Ends) -> tuple[Float64, Float64]:
    """What pieces that lie wholly in an interval add to its bounds.

    The readings of a register in between cancel, exact steps add nothing; everything else adds up.
    """
    loose = ~pieces.exact
    length = pieces.to_ms - pieces.from_ms
    known = loose & (pieces.state != MISSING)
    low = np.where(known, pieces.amount - _times(pieces.least, length), 0.0)
    high = np.where(known, _times(pieces.most, length) - pieces.amount, 0.0)
    own = pieces.blur_begin + pieces.blur_end
    if isinstance(pieces, RegisterPieces):
        own = np.where(loose, own, 0.0)
    return inside_sum(np.maximum(low, 0.0) + own, ends), inside_sum(np.maximum(high, 0.0) + own, ends)


def _times(rate: Float64, length_ms: Int64) -> Float64:
    """``rate * length``, 0 for no length even where the rate is unbounded."""
    if bool(np.isfinite(rate).all()):
        return np.asarray(rate * length_ms, np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(length_ms == 0, 0.0, rate * length_ms)
