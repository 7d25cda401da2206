"""Which rises of a register cannot be consumption?

With a rating, those that are faster (`analytics.noise`), unless the display stood still before them: gateways freeze,
and the register then catches up in one step what it counted meanwhile::

    o                o  o      the readings of the plateau but the first are left out if the rating allows the step
     ..............            from there; it is then shared out over the whole time
    o o o o o o o o o

Without a rating, those that nothing around them explains.
"""

from __future__ import annotations

import numpy as np

from analytics.columns import Bool, Float64
from analytics.excursion import LOOK_AHEAD
from analytics.noise import cap_per_ms, noise_of
from analytics.track import Rows, Track

JUMP = 1000.0
"""So many times faster than anything beside it is not consumption: another meter, or the register coming back after a
long run of zeros."""

LEAST_SHARE = 1e-3
"""A step that stands out and moves the register by less than this share of what it shows may be a batch."""

PLATEAU = 64
"""So many equal readings back a plateau is looked for at most."""


def stood_still(track: Track, too_fast: Rows) -> Bool:
    """Readings to be left out because the register caught up with them in one step; shape (n,)."""
    out = np.zeros(len(track), np.bool_)
    if len(too_fast) == 0:
        return out
    cap = cap_per_ms(track.points)[track.row[too_fast]]
    rise = track.value[too_fast + 1] - track.value[too_fast] - noise_of(track, too_fast)
    begin = too_fast.copy()
    flat = np.ones(len(too_fast), np.bool_)
    for _ in range(PLATEAU):
        before = np.maximum(begin - 1, 0)
        flat &= (begin > 0) & (track.value[before] == track.value[too_fast])
        flat &= track.comparable[before] if len(track) > 1 else False
        begin = np.where(flat, before, begin)
        if not bool(flat.any()):
            break
    possible = (begin < too_fast) & (rise <= cap * (track.time_ms[too_fast + 1] - track.time_ms[begin]))
    for first, last in zip(begin[possible].tolist(), too_fast[possible].tolist(), strict=True):
        out[first + 1 : last + 1] = True
    return out


def jumps(track: Track) -> Rows:
    """Without a rating: steps up that nothing beside them explains.

    A step is a jump if it is more than `JUMP` times faster than the fastest of the `LOOK_AHEAD` steps on either side,
    and moves the register by more than `LEAST_SHARE`; or if it at least doubles the register (from zero, any rise does)
    and is that much faster than the mean of what follows: what came before it was zeros. Where nothing rises beside it,
    it is one if it doubles what was not zero by more than `JUMP` display steps in the midst of a rest.
    """
    unrated = np.isinf(cap_per_ms(track.points)) & ~track.points.is_net
    if len(track) < 2 or not bool(unrated.any()):
        return np.empty(0, np.int64)
    rate = np.where(track.comparable, np.diff(track.value) / np.maximum(np.diff(track.time_ms), 1), 0.0)
    beside = np.maximum(np.append(rate[1:], 0.0), np.append(0.0, rate[:-1]))
    judged = track.comparable & unrated[track.row[:-1]] & (rate > 0.0)
    if track.believed is not None:
        judged &= ~track.believed
    doubles = _at_least_doubles(track.value)
    step = np.flatnonzero(judged & (doubles | (rate > JUMP * beside)))
    before, n_before = _fastest(track, rate, step, -1)
    after, n_after = _fastest(track, rate, step, 1)
    highest = np.maximum(before, after)
    rise, display = track.value[step + 1] - track.value[step], _display(track, step)
    alone = (highest > 0.0) & (rate[step] > JUMP * highest) & (rise > LEAST_SHARE * np.abs(track.value[step]))
    at_rest = (highest == 0.0) & (np.minimum(n_before, n_after) >= LOOK_AHEAD // 2)
    at_rest &= doubles[step] & (track.value[step] > 0.0) & (rise > JUMP * display)
    return np.asarray(step[alone | at_rest | (doubles[step] & _outruns(track, step))], np.int64)


def _fastest(track: Track, rate: Float64, step: Rows, towards: int) -> tuple[Float64, Rows]:
    """The largest of the rates of the next steps on one side of each step, and how many there are."""
    highest, count = np.zeros(len(step)), np.zeros(len(step), np.int64)
    for away in range(1, LOOK_AHEAD + 1):
        near = step + towards * away
        inside = (near >= 0) & (near < len(rate))
        near = np.where(inside, near, 0)
        inside &= (track.row[near] == track.row[step]) & track.comparable[near]
        highest = np.where(inside, np.maximum(highest, rate[near]), highest)
        count += inside
    return highest, count


def _display(track: Track, readings: Rows) -> Float64:
    return np.maximum(track.display_step(readings), track.single_step(readings))


def _outruns(track: Track, step: Rows) -> Bool:
    """Whether steps are so much faster than what follows them, if anything does."""
    value = track.value
    last = np.searchsorted(track.row, track.row[step], "right") - 1
    end = np.minimum(step + 1 + LOOK_AHEAD, last)
    follows = (value[end] - value[step + 1]) * (track.time_ms[step + 1] - track.time_ms[step])
    jump = (value[step + 1] - value[step]) * (track.time_ms[end] - track.time_ms[step + 1])
    return np.asarray((follows > 0.0) & (jump > JUMP * follows), np.bool_)


def _at_least_doubles(value: Float64) -> Bool:
    """Whether each step makes at least twice of what was there before; from zero, any rise does."""
    return np.asarray((value[:-1] >= 0.0) & (value[1:] > value[:-1]) & (value[1:] >= 2.0 * value[:-1]), np.bool_)
