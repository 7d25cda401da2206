"""What do registers amount to that nobody has to doubt?

Nearly every register is clean nearly always: it rises, no faster than it may, in steps of one kind. Its intervals need
no classification, only what it showed at both edges of each. This is the same answer as `analytics.register` and
`analytics.curve` give, to the bit (tests hold both side by side), at a fraction of the work: a few passes over the
readings and the rest per interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.bounds import Parts, across, limited, within_one
from analytics.columns import (
    HOUR_MS,
    INTERVAL_MS,
    Bool,
    Events,
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
from analytics.noise import cap_per_ms, noise_of
from analytics.silence import silence_ms
from analytics.track import Rows, Track

SURELY = 1.0 - 1e-12
"""A rate is within the rating for sure if it is by more than rounding; in doubt the long way decides."""


@dataclass(frozen=True, eq=False)
class Course:
    """The readings of some registers, one point after the other, and the steps between them.

    Attributes
    ----------
    track : Track
    first, end : ndarray of int64, shape (n_points,)
        Where the readings of each point begin and end in the track.
    rate : ndarray of float64, shape (n - 1,)
        Rise of each step per millisecond, own unit; -inf from one point to the next.
    clean : ndarray of bool, shape (n_points,)
        Whether all readings of a point are beyond doubt.
    is_long : ndarray of bool, shape (n_points,)
        Whether its steps are longer than an interval, all of them.
    """

    track: Track
    first: Rows
    end: Rows
    rate: Float64
    clean: Bool
    is_long: Bool


def course_of(track: Track, quality: UInt8, counts: Rows, events: Events) -> Course:
    """Look at all steps of all points at once.

    Parameters
    ----------
    track : Track
        All readings of registers, sorted by (point, time, arrival), `counts` of each point in turn.
    quality : ndarray of uint8, shape (n,)
        `Quality` bits.
    counts : ndarray of int64, shape (n_points,)
        At least one each.
    events : Events
        ``point`` holds rows of the track's table.
    """
    end = np.cumsum(counts)
    first = end - counts
    enough = counts >= 2
    if not bool(enough.any()):
        none = np.zeros(len(counts), np.bool_)
        return Course(track, first, end, np.empty(0), none, none)
    rise, elapsed = np.diff(track.value), np.diff(track.time_ms)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = rise / elapsed
    borders = end[:-1] - 1
    # From one point to the next there is no step: what stands there must not be the smallest or the largest.
    rise[borders], rate[borders] = np.inf, -np.inf
    begin = np.minimum(first, len(rise) - 1)
    shortest, longest = _elapsed(elapsed, begin, borders)
    with np.errstate(invalid="ignore"):
        clean = enough & (np.minimum.reduceat(rise, begin) >= 0.0) & (shortest > 0)
        clean &= np.maximum.reduceat(rate, begin) <= cap_per_ms(track) * SURELY
    points, low, high = track.points, track.value[first], track.value[end - 1]
    is_long = shortest > INTERVAL_MS
    clean &= (longest <= INTERVAL_MS) | (is_long & (longest <= silence_ms(points)))
    clean &= _ends_are_plausible(points, low, high)
    clean &= _cannot_jump(track, rate, begin, low, high) & _cannot_turn(track, longest)
    clean &= _never_stuck(points, rise, begin) & ~points.is_net & ~np.isin(np.arange(len(counts)), events.point)
    if bool(quality.any()):
        clean &= np.maximum.reduceat(quality, first) == 0
    return Course(track, first, end, rate, clean, is_long)


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
        inside = np.isfinite(low) & np.isfinite(high) & (low >= points.valid_lo)
        inside &= high <= np.fmin(points.valid_hi, points.modulus)
    return inside & ~(points.zero_is_missing & (low <= 0.0))


def _cannot_jump(track: Track, rate: Float64, begin: Rows, low: Float64, high: Float64) -> Bool:
    """Without a rating no step is a jump if none stands out, and if the whole rise does not double the register."""
    rated = np.isfinite(cap_per_ms(track))
    if bool(rated.all()):
        return rated
    beside = np.maximum(np.append(rate[1:], 0.0), np.append(0.0, rate[:-1]))
    stands_out = np.logical_or.reduceat(rate > JUMP * SURELY * np.maximum(beside, 0.0), begin)
    return rated | ((low > 0.0) & (high < 2.0 * low) & ~stands_out)


def _cannot_turn(track: Track, longest_ms: Int64) -> Bool:
    """No step is so long that the register can have gone round unseen."""
    with np.errstate(divide="ignore"):
        turn_ms = track.points.modulus / cap_per_ms(track)
    return ~(np.isfinite(cap_per_ms(track)) & (longest_ms >= turn_ms * SURELY))


def _never_stuck(points: Points, rise: Float64, begin: Rows) -> Bool:
    watched = points.stuck_count > 0
    if not bool(watched.any()):
        return np.ones(len(points), np.bool_)
    return ~watched | (np.minimum.reduceat(rise, begin) > 0.0)


@dataclass(frozen=True, eq=False)
class _Edges:
    """The edges of all intervals: of each point one more than it has intervals."""

    row: Rows
    time_ms: Int64
    last: Bool


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
    inside = np.flatnonzero(~edges.last[:-1])
    if len(inside) == 0:
        return no_intervals()
    time_ms = course.track.time_ms
    reading = _reading_before(course, edges)
    row, start_ms = edges.row[inside], edges.time_ms[inside]
    end_ms = start_ms + INTERVAL_MS
    last_step = course.end[row] - 2
    begins = np.minimum(reading[inside], last_step)
    ends = reading[inside + 1]
    ends = np.minimum(ends - (time_ms[ends] == end_ms), last_step)
    begins_ms = np.maximum(start_ms - time_ms[begins], 0)
    ends_ms = np.minimum(end_ms, time_ms[ends + 1]) - time_ms[ends]
    amount, below, above = np.empty((3, len(row)))
    more = np.flatnonzero(begins != ends)
    amount[more], below[more], above[more] = _across(course, begins[more], begins_ms[more], ends[more], ends_ms[more])
    one = np.flatnonzero(begins == ends)
    amount[one], below[one], above[one] = _within(course, ends[one], ends_ms[one] - begins_ms[one])
    forward = np.ones(len(row), np.bool_)
    until, since = np.minimum(end_ms, time_ms[last_step + 1]), np.maximum(start_ms, time_ms[course.first[row]])
    known_s = np.asarray((until - since) * 1e-3, np.float32)
    peak = _peak(course, reading, inside, ends) * (course.track.points.factor * HOUR_MS)[row]
    is_long, none = course.is_long[row], np.zeros(len(row), np.float32)
    if not bool(is_long.any()):
        flags = np.zeros(len(row), np.uint16)
        return Intervals(
            keys[row],
            start_ms,
            amount,
            known_s,
            none,
            peak,
            flags,
            start_ms,
            end_ms,
            *limited(below, above, amount, forward),
        )
    return Intervals(
        keys[row],
        start_ms,
        amount,
        np.where(is_long, none, known_s),
        np.where(is_long, known_s, none),
        peak,
        np.where(is_long, np.uint16(Flag.GAP), np.uint16(0)),
        np.where(is_long, np.minimum(time_ms[begins], start_ms), start_ms),
        np.where(is_long, np.maximum(time_ms[ends + 1], end_ms), end_ms),
        *limited(below, above, amount, forward),
    )


def _across(
    course: Course, begins: Rows, begins_ms: Int64, ends: Rows, ends_ms: Int64
) -> tuple[Float64, Float64, Float64]:
    """Amount and bounds of intervals from one step into another."""
    value = course.track.value
    starts, stops = _parts(course, begins, begins_ms), _parts(course, ends, ends_ms)
    first = register_at(value[begins], value[begins + 1], begins_ms, starts.length_ms)
    last = register_at(value[ends], value[ends + 1], ends_ms, stops.length_ms)
    amount = (last - first) * course.track.points.factor[course.track.row[begins]]
    return amount, *across(starts, stops)


def _within(course: Course, step: Rows, width_ms: Int64) -> tuple[Float64, Float64, Float64]:
    """Amount and bounds of intervals within one step; equal ones that follow each other are computed once."""
    fresh = (np.diff(step, prepend=-1) != 0) | (np.diff(width_ms, prepend=-1) != 0)
    which = np.cumsum(fresh) - 1
    step, width_ms = step[fresh], width_ms[fresh]
    part = _parts(course, step, width_ms)
    below, above = within_one(part, width_ms, part.told)
    return part.told[which], below[which], above[which]


def _edges(course: Course, ranges: Ranges) -> _Edges:
    time_ms = course.track.time_ms
    low = np.maximum(ranges.from_ms, time_ms[course.first] // INTERVAL_MS * INTERVAL_MS)
    high = np.maximum(np.minimum(ranges.to_ms, -(-time_ms[course.end - 1] // INTERVAL_MS) * INTERVAL_MS), low)
    count = (high - low) // INTERVAL_MS + 1
    end = np.cumsum(count)
    row = np.repeat(np.arange(len(count)), count)
    edge = np.repeat(low - (end - count) * INTERVAL_MS, count) + np.arange(int(count.sum())) * INTERVAL_MS
    last = np.zeros(len(row), np.bool_)
    last[end - 1] = True
    return _Edges(row, edge, last)


def _reading_before(course: Course, edges: _Edges) -> Rows:
    """The last reading at or before each edge; the first one where there is none before."""
    time_ms, first, end = course.track.time_ms, course.first, course.end
    # Most meters are read evenly, so a rule of three finds the place; what it does not find is searched.
    even = (time_ms[end - 1] - time_ms[first]) / (end - first - 1)
    guess = first[edges.row] + ((edges.time_ms - time_ms[first][edges.row]) / even[edges.row]).astype(np.int64)
    guess = np.clip(guess, first[edges.row], end[edges.row] - 1)
    following = np.minimum(guess + 1, len(time_ms) - 1)
    is_last = guess == end[edges.row] - 1
    found = (time_ms[guess] <= edges.time_ms) & (is_last | (edges.time_ms < time_ms[following]))
    found |= (guess == first[edges.row]) & (edges.time_ms < time_ms[guess])
    for row in np.unique(edges.row[~found]).tolist():
        mine = np.flatnonzero(edges.row == row)
        place = np.searchsorted(time_ms[first[row] : end[row]], edges.time_ms[mine], "right") - 1
        guess[mine] = first[row] + np.maximum(place, 0)
    return guess


def _parts(course: Course, at: Rows, into_ms: Int64) -> Parts:
    track = course.track
    row = track.row[at]
    factor, n = track.points.factor[row], len(at)
    length = track.time_ms[at + 1] - track.time_ms[at]
    amount = (track.value[at + 1] - track.value[at]) * factor
    size = np.abs(factor)
    sure = np.ones(n, np.bool_)
    return Parts(
        amount,
        np.zeros(n),
        (cap_per_ms(track) * np.abs(track.points.factor))[row],
        sure,
        sure,
        length,
        noise_of(track, at) * size,
        noise_of(track, at + 1) * size,
        amount * (into_ms / length),
        into_ms,
    )


def _peak(course: Course, reading: Rows, inside: Rows, end_piece: Rows) -> Float64:
    """Fastest step that touches each interval, own unit per millisecond."""
    steps = np.minimum(reading, len(course.rate) - 1)
    highest = np.maximum.reduceat(course.rate, steps)[inside]
    return np.maximum(highest, course.rate[end_piece])
