"""What do registers amount to that nobody has to doubt?

Nearly every register is clean nearly always: it rises, no faster than it may, in steps of one kind. Its intervals need
no classification, only what it showed at both edges of each. This is the same answer as `analytics.register` and
`analytics.curve` give, to the bit (tests hold both side by side), at a fraction of the work: a few passes over the
readings and the rest per interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.bounds import Parts, edge_blur, exact_reach, limited, within_one
from analytics.columns import (
    HOUR_MS,
    INTERVAL_MS,
    Bool,
    Flag,
    Float64,
    Int32,
    Int64,
    Intervals,
    Points,
    Ranges,
    UInt8,
)
from analytics.curve import no_intervals, register_at
from analytics.jump import JUMP
from analytics.noise import NOISE_STEPS, cap_per_ms
from analytics.screen import LARGEST
from analytics.silence import silence_ms
from analytics.track import Rows, single_step

SURELY = 1.0 - 1e-12
"""A rate is within the rating for sure if it is by more than rounding; in doubt the long way decides."""


@dataclass(frozen=True, eq=False)
class Course:
    """The readings of some registers, one point after the other, and the steps between them.

    Attributes
    ----------
    points : Points
    time_ms, value : ndarray, shape (n,)
        Of all readings, in own units.
    first, end : ndarray of int64, shape (n_points,)
        Where the readings of each point begin and end.
    rate : ndarray of float64, shape (n - 1,)
        Rise of each step per millisecond, own unit; -inf from one point to the next.
    clean : ndarray of bool, shape (n_points,)
        Whether all readings of a point are beyond doubt.
    is_long : ndarray of bool, shape (n_points,)
        Whether its steps are longer than an interval, all of them.
    """

    points: Points
    time_ms: Int64
    value: Float64
    first: Rows
    end: Rows
    rate: Float64
    clean: Bool
    is_long: Bool


def course_of(points: Points, time_ms: Int64, value: Float64, quality: UInt8, counts: Rows, said: Bool) -> Course:
    """Look at all steps of all points at once.

    Parameters
    ----------
    points : Points
    time_ms, value : ndarray, shape (n,)
        All readings of registers, sorted by (point, time, arrival), `counts` of each point in turn.
    quality : ndarray of uint8, shape (n,)
        `Quality` bits.
    counts : ndarray of int64, shape (n_points,)
        At least one each.
    said : ndarray of bool, shape (n_points,)
        Where persons said anything about a point.
    """
    end = np.cumsum(counts)
    first = end - counts
    enough = counts >= 2
    if not bool(enough.any()):
        none = np.zeros(len(counts), np.bool_)
        return Course(points, time_ms, value, first, end, np.empty(0), none, none)
    elapsed = time_ms[1:] - time_ms[:-1]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rise = value[1:] - value[:-1]
        rate = rise / elapsed
    borders = end[:-1] - 1
    # From one point to the next there is no step: what stands there must not be the smallest or the largest.
    rise[borders], rate[borders] = np.inf, -np.inf
    begin = np.minimum(first, len(rise) - 1)
    shortest, longest = _elapsed(elapsed, begin, borders)
    with np.errstate(invalid="ignore"):
        clean = enough & (np.minimum.reduceat(rise, begin) >= 0.0) & (shortest > 0)
        clean &= np.maximum.reduceat(rate, begin) <= cap_per_ms(points) * SURELY
    low, high = value[first], value[end - 1]
    is_long = shortest > INTERVAL_MS
    clean &= (longest <= INTERVAL_MS) | (is_long & (longest <= silence_ms(points)))
    clean &= _ends_are_plausible(points, low, high)
    clean &= _cannot_jump(points, rate, begin, low, high) & _cannot_turn(points, longest)
    clean &= _never_stuck(points, rise, begin) & ~points.is_net & ~said
    if bool(quality.any()):
        clean &= np.maximum.reduceat(quality, first) == 0
    return Course(points, time_ms, value, first, end, rate, clean, is_long)


def _elapsed(elapsed: Int64, begin: Rows, borders: Rows) -> tuple[Int64, Int64]:
    """Shortest and longest step of each point, borders left aside."""
    highest = np.iinfo(np.int64).max
    elapsed[borders] = highest
    shortest = np.minimum.reduceat(elapsed, begin)
    elapsed[borders] = 0
    return shortest, np.maximum.reduceat(elapsed, begin)


def _ends_are_plausible(points: Points, low: Float64, high: Float64) -> Bool:
    """A register that rises lies in its range if its first and its last reading do."""
    with np.errstate(invalid="ignore"):
        inside = (low >= -LARGEST) & (high <= LARGEST) & (low >= points.valid_lo)
        inside &= high <= np.fmin(points.valid_hi, points.modulus)
    return inside & ~(points.zero_is_missing & (low <= 0.0))


def _cannot_jump(points: Points, rate: Float64, begin: Rows, low: Float64, high: Float64) -> Bool:
    """Without a rating no step is a jump if none stands out, and if the whole rise does not double the register."""
    rated = np.isfinite(cap_per_ms(points))
    if bool(rated.all()):
        return rated
    beside = np.maximum(np.append(rate[1:], 0.0), np.append(0.0, rate[:-1]))
    stands_out = np.logical_or.reduceat(rate > JUMP * SURELY * np.maximum(beside, 0.0), begin)
    return rated | ((low > 0.0) & (0.5 * high < low) & ~stands_out)


def _cannot_turn(points: Points, longest_ms: Int64) -> Bool:
    """No step is so long that the register can have gone round unseen."""
    with np.errstate(divide="ignore"):
        turn_ms = points.modulus / cap_per_ms(points)
    return ~(np.isfinite(cap_per_ms(points)) & (longest_ms >= turn_ms * SURELY))


def _never_stuck(points: Points, rise: Float64, begin: Rows) -> Bool:
    watched = points.stuck_count > 0
    if not bool(watched.any()):
        return np.ones(len(points), np.bool_)
    return ~watched | (np.minimum.reduceat(rise, begin) > 0.0)


@dataclass(frozen=True, eq=False)
class _Edges:
    """The edges of all intervals, one more of each point than it has intervals.

    Attributes
    ----------
    row : ndarray of int64, shape (n_edges,)
    time_ms : ndarray of int64, shape (n_edges,)
    inside : ndarray of int64, shape (n_intervals,)
        Edges at which an interval begins; it ends at the next one.
    step : ndarray of int64, shape (n_edges,)
        The step that begins at or before each edge; the first or last one of a point beyond its readings.
    into_ms, length_ms : ndarray of int64, shape (n_edges,)
        How far into that step the edge lies, and how long the step is.
    """

    row: Rows
    time_ms: Int64
    inside: Rows
    step: Rows
    into_ms: Int64
    length_ms: Int64


def clean_quarters(course: Course, keys: Int32, ranges: Ranges) -> Intervals:
    """Intervals of registers that are all clean.

    Parameters
    ----------
    course : Course
    keys : ndarray of int32, shape (n_points,)
    ranges : Ranges
        One row a point.
    """
    edges = _edges(course, ranges)
    if len(edges.inside) == 0:
        return no_intervals()
    start, time_ms = edges.inside, course.time_ms
    stop, row, start_ms = start + 1, edges.row[start], edges.time_ms[start]
    end_ms = start_ms + INTERVAL_MS
    # An edge at a reading ends the step before it.
    begins, ends = edges.step[start], edges.step[stop] - (edges.into_ms[stop] == 0)
    amount, below, above = np.empty((3, len(row)))
    one = begins == ends
    for rows, told in ((np.flatnonzero(~one), _across), (np.flatnonzero(one), _within)):
        if len(rows):
            amount[rows], below[rows], above[rows] = told(course, edges, rows, ends[rows])
    until, since = np.minimum(end_ms, time_ms[course.end - 1][row]), np.maximum(start_ms, time_ms[course.first][row])
    known_s = ((until - since) * 1e-3).astype(np.float32)
    peak = _peak(course, edges, ends) * (course.points.factor * HOUR_MS)[row]
    below_s, above_s = limited(below, above, amount, np.ones(len(row), np.bool_))
    n = len(row)
    measured, estimated, flags = known_s, np.zeros(n, np.float32), np.zeros(n, np.uint16)
    span_from, span_to = start_ms, end_ms
    if bool(course.is_long.any()):
        is_long = course.is_long[row]
        measured, estimated = np.where(is_long, estimated, known_s), np.where(is_long, known_s, estimated)
        flags[is_long] = Flag.GAP
        span_from = np.where(is_long, np.minimum(time_ms[begins], start_ms), start_ms)
        span_to = np.where(is_long, np.maximum(time_ms[ends + 1], end_ms), end_ms)
    return Intervals(
        keys[row], start_ms, amount, measured, estimated, peak, flags, span_from, span_to, below_s, above_s
    )


def _edges(course: Course, ranges: Ranges) -> _Edges:
    time_ms = course.time_ms
    low = np.maximum(ranges.from_ms, time_ms[course.first] // INTERVAL_MS * INTERVAL_MS)
    high = np.maximum(np.minimum(ranges.to_ms, -(-time_ms[course.end - 1] // INTERVAL_MS) * INTERVAL_MS), low)
    count = (high - low) // INTERVAL_MS + 1
    end = np.cumsum(count)
    row = np.repeat(np.arange(len(count)), count)
    edge_ms = np.repeat(low - (end - count) * INTERVAL_MS, count) + np.arange(len(row)) * INTERVAL_MS
    is_last = np.zeros(len(row), np.bool_)
    is_last[end - 1] = True
    step = np.minimum(_reading_before(course, row, edge_ms), course.end[row] - 2)
    since_ms, length_ms = edge_ms - time_ms[step], time_ms[step + 1] - time_ms[step]
    into_ms = np.minimum(np.maximum(since_ms, 0), length_ms)
    return _Edges(row, edge_ms, np.flatnonzero(~is_last), step, into_ms, length_ms)


def _reading_before(course: Course, row: Rows, edge_ms: Int64) -> Rows:
    """The last reading at or before each edge; the first one where there is none before."""
    time_ms, first, last = course.time_ms, course.first, course.end - 1
    # Most meters are read evenly, so a rule of three finds the place; what it does not find is searched.
    even = (time_ms[last] - time_ms[first]) / (last - first)
    first_of, last_of = first[row], last[row]
    guess = first_of + ((edge_ms - time_ms[first][row]) / even[row]).astype(np.int64)
    guess = np.clip(guess, first_of, last_of)
    found = (time_ms[guess] <= edge_ms) | (guess == first_of)
    found &= (edge_ms < time_ms[np.minimum(guess + 1, last_of)]) | (guess == last_of)
    for wrong in np.unique(row[~found]).tolist():
        mine = np.flatnonzero(row == wrong)
        place = np.searchsorted(time_ms[first[wrong] : last[wrong] + 1], edge_ms[mine], "right") - 1
        guess[mine] = first[wrong] + np.maximum(place, 0)
    return guess


def _parts(course: Course, row: Rows, step: Rows, into_ms: Int64) -> Parts:
    """What is known of some steps so far into them."""
    value, time_ms, points = course.value, course.time_ms, course.points
    begin, end = value[step], value[step + 1]
    length = time_ms[step + 1] - time_ms[step]
    factor = points.factor[row]
    amount = (end - begin) * factor
    display, size = (NOISE_STEPS * points.resolution)[row], np.abs(factor)
    none, sure = np.broadcast_to(np.float64(0.0), len(row)), np.broadcast_to(np.True_, len(row))
    most = (cap_per_ms(points) * np.abs(points.factor))[row]
    return Parts(
        amount,
        none,
        most,
        sure,
        sure,
        length,
        np.maximum(display, single_step(begin)) * size,
        np.maximum(display, single_step(end)) * size,
        amount * (into_ms / length),
        into_ms,
    )


def _across(course: Course, edges: _Edges, more: Rows, _: Rows) -> tuple[Float64, Float64, Float64]:
    """Amount and bounds of intervals from one step into another: what holds at both edges, each looked at once."""
    first = edges.inside[more]
    needed = np.zeros(len(edges.row), np.bool_)
    needed[first], needed[first + 1] = True, True
    at: Rows | slice = slice(None)
    if not bool(needed.all()):
        at, first = np.flatnonzero(needed), np.cumsum(needed)[first] - 1
    row, step, into_ms, value = edges.row[at], edges.step[at], edges.into_ms[at], course.value
    part = _parts(course, row, step, into_ms)
    shown = register_at(value[step], value[step + 1], into_ms, part.length_ms)
    amount = (shown[first + 1] - shown[first]) * course.points.factor[row[first]]
    down, up = exact_reach(part)
    blur = edge_blur(part)
    blur = blur[first] + blur[first + 1]
    return amount, up[first] + down[first + 1] + blur, down[first] + up[first + 1] + blur


def _within(course: Course, edges: _Edges, one: Rows, step: Rows) -> tuple[Float64, Float64, Float64]:
    """Amount and bounds of intervals within one step; equal ones that follow each other are computed once."""
    start = edges.inside[one]
    end_ms = edges.into_ms[start + 1]
    width_ms = np.where(end_ms == 0, edges.length_ms[start], end_ms) - edges.into_ms[start]
    fresh = (np.diff(step, prepend=-1) != 0) | (np.diff(width_ms, prepend=-1) != 0)
    which = np.cumsum(fresh) - 1
    width_ms = width_ms[fresh]
    part = _parts(course, edges.row[start[fresh]], step[fresh], width_ms)
    below, above = within_one(part, width_ms, part.told)
    return part.told[which], below[which], above[which]


def _peak(course: Course, edges: _Edges, ends: Rows) -> Float64:
    """Fastest step that touches each interval, own unit per millisecond."""
    highest = np.maximum.reduceat(course.rate, edges.step)[edges.inside]
    return np.maximum(highest, course.rate[ends])
