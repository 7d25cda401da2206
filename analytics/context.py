"""How far around a range do readings decide what it amounts to?

As far as the nearest *quiet zone* on each side: so many steps in a row without any doubt that nothing before them can
reach across (an excursion takes `LOOK_AHEAD` readings to end, and is told from a reset by as many more). What lies
beyond cannot change the range, and what is new in the range cannot change what lies beyond::

    beyond   | quiet zone |   doubt   [ range )  | quiet zone |   beyond
             ^ low                                            ^ high

So a settlement of any part, with its surroundings, equals the settlement of everything to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import (
    DAY_MS,
    HOUR_MS,
    LOCAL_DAY,
    Bool,
    EventKind,
    Events,
    Int64,
    Kind,
    Points,
    Ranges,
    Readings,
)
from analytics.excursion import LOOK_AHEAD
from analytics.jump import PLATEAU, jumps
from analytics.noise import doubtful_steps
from analytics.said import after_screening, before_screening, ratio_of, settled_instants, with_right_clock
from analytics.screen import usable
from analytics.track import Rows, Track, rows_of

QUIET_STEPS = 2 * LOOK_AHEAD + 8
"""Steps without doubt that part what is left of them from what is right. The last doubt before them takes up to a
look-ahead to end, the first one after them looks as far back; the rest is for the reference of noise."""

PLAIN_STEPS = 4
"""The same for what is judged reading by reading: rates, amounts, levels."""

SHORTEST_MS = 60_000
LONGEST_HOLD_MS = 40 * DAY_MS


@dataclass(frozen=True, eq=False)
class Reach:
    """What decides about each range, one row a range.

    Attributes
    ----------
    low_ms, high_ms : ndarray of int64
        First and last instant that matter, as far as can be told from the readings at hand. [ms UTC]
    enough_low, enough_high : ndarray of bool
        Whether the readings at hand reach as far as that; where not, and where there are more, more must be looked at.
    """

    low_ms: Int64
    high_ms: Int64
    enough_low: Bool
    enough_high: Bool


def held_ms(points: Points) -> Int64:
    """For how long one reading of each point may stand for what follows or came before it. [ms]"""
    period = np.where(points.period_ms == LOCAL_DAY, 25 * HOUR_MS, points.period_ms)
    is_held = np.isin(points.kind, [Kind.RATE, Kind.CONCENTRATION, Kind.STATE])
    held = np.maximum(2 * period, np.where(is_held, points.hold_ms, 0))
    return np.asarray(np.clip(held, SHORTEST_MS, LONGEST_HOLD_MS), np.int64)


def quiet_steps(points: Points) -> Int64:
    """How many steps make a quiet zone of each point; of one that may be stuck, more than make it stuck."""
    steps = np.where(points.kind == Kind.REGISTER, QUIET_STEPS, PLAIN_STEPS)
    return np.asarray(steps + np.where(points.stuck_count > 0, points.stuck_count + 1, 0), np.int64)


def decided_by(points: Points, readings: Readings, ranges: Ranges, events: Events | None = None) -> Reach:
    """What decides about some ranges, judged from the readings around them that are at hand.

    Parameters
    ----------
    points : Points
        One row a range.
    readings : Readings
        Sorted by (point, time, arrival); only of these points.
    ranges : Ranges
        At most one a point.
    events : Events, optional
        All that was said about these points.
    """
    said = Events.empty() if events is None else events
    readings = with_right_clock(readings, said)
    track = _track(points, readings, _rows(points, said))
    n, held = len(points), held_ms(points)
    low, high = ranges.from_ms - held, ranges.to_ms + held
    if len(track) == 0:
        return Reach(low, high, np.zeros(n, np.bool_), np.zeros(n, np.bool_))
    quiet = _quiet(track, _rows(points, said))
    need = quiet_steps(points)[track.row[:-1]]
    first, last = track.time_ms[:-1], track.time_ms[1:]
    row = track.row[:-1]
    is_register = (points.kind == Kind.REGISTER)[row]
    rises = ~is_register | (np.diff(track.value) > 0.0)  # only a register catches up
    # A reading beyond the range that still stands for it must be seen to be stuck, or not.
    beyond = np.where((points.stuck_count > 0) & (points.kind != Kind.REGISTER), held, 0)
    before = quiet & (last < (ranges.from_ms - beyond)[row])
    need_before = _up_to_a_rise(rises[::-1], need[::-1])[::-1]
    step = np.flatnonzero(_run(before) >= need_before)
    found_low = np.full(n, -1, np.int64)
    np.maximum.at(found_low, row[step], step)
    after = quiet & (first >= (ranges.to_ms + beyond)[row])
    need_after = _up_to_a_rise(rises, need)
    step = np.flatnonzero(_run(after[::-1])[::-1] >= need_after)
    found_high = np.full(n, len(row), np.int64)
    np.minimum.at(found_high, row[step], step)
    enough_low, enough_high = found_low >= 0, found_high < len(row)
    begin = found_low - need_before[np.maximum(found_low, 0)] + 1 if len(row) else found_low
    low[enough_low] = np.minimum(low, track.time_ms[np.maximum(begin, 0)])[enough_low]
    end = found_high + need_after[np.minimum(found_high, len(row) - 1)] if len(row) else found_high
    end = np.minimum(end, len(track) - 1)
    high[enough_high] = np.maximum(high, track.time_ms[end] + 1)[enough_high]
    _take_all(track, low, high, enough_low, enough_high)
    return Reach(low, high, enough_low, enough_high)


def _up_to_a_rise(rises: Bool, need: Rows) -> Rows:
    """Steps that a quiet zone needs if it begins with each step, seen from the range: up to one that rises.

    A plateau after the range may belong to a register that catches up later, of which nothing is to be seen here; one
    before it may be caught up with by what is new in the range, and is then shared out from its first reading on.
    """
    at = np.arange(len(need))
    rising = np.where(rises, at, 2 * len(at) + PLATEAU)
    following = np.minimum.accumulate(rising[::-1])[::-1]
    last = np.minimum(at + need - 1, max(len(at) - 1, 0))
    return np.asarray(np.minimum(np.maximum(following[last] - at + 1, need), need + PLATEAU), np.int64)


def _take_all(track: Track, low: Int64, high: Int64, enough_low: Bool, enough_high: Bool) -> None:
    """Where no quiet zone is at hand, all that is at hand matters."""
    first = np.flatnonzero(np.diff(track.row, prepend=-1))
    last = np.append(first[1:], len(track)) - 1
    here = track.row[first]
    low[here] = np.where(enough_low[here], low[here], np.minimum(low[here], track.time_ms[first]))
    high[here] = np.where(enough_high[here], high[here], np.maximum(high[here], track.time_ms[last] + 1))


def _rows(points: Points, events: Events) -> Events:
    mine = events.take(np.isin(events.point, points.key))
    row = rows_of(points.key, mine.point).astype(np.int32)
    return Events(row, *list(mine.as_dict().values())[1:])


def _track(points: Points, readings: Readings, events: Events) -> Track:
    """All usable readings, and of equal ones for one time the last."""
    row = rows_of(points.key, readings.point)
    order = np.argsort(row, kind="stable")
    track = Track(points, row[order], readings.time_ms[order], readings.value[order])
    track, quality, _ = before_screening(track, readings.flag[order], events)
    track = track.keep(usable(points, track.row, track.value, quality, ratio_of(track, events)))
    twin = (np.diff(track.time_ms) == 0) & (np.diff(track.value) == 0.0) & track.same_point
    track = track.keep(np.append(~twin, True)) if len(track) else track
    return after_screening(track, settled_instants(track, events))


def _quiet(track: Track, events: Events) -> Bool:
    """Which steps are beyond any doubt: of one point, no conflict, nothing that is judged or was said; (n - 1,)."""
    if len(track) < 2:
        return np.zeros(max(len(track) - 1, 0), np.bool_)
    quiet = track.same_point & (track.time_ms[1:] > track.time_ms[:-1])
    value = track.value
    is_register = (track.points.kind == Kind.REGISTER)[track.row[:-1]]
    falls, rises = doubtful_steps(track)
    doubted = _stuck(track)
    doubted[falls], doubted[jumps(track)] = True, True
    doubted |= (value[:-1] >= 0.0) & (value[1:] >= 2.0 * value[:-1]) & (value[1:] > value[:-1])
    for plateau in range(PLATEAU + 1):
        # The plateau before a step that is too fast belongs to the doubt.
        doubted[rises] = True
        rises = rises[rises > 0] - 1
        rises = rises[(value[rises] == value[rises + 1]) & track.same_point[rises]]
        if len(rises) == 0 or plateau == PLATEAU:
            break
    quiet &= ~(doubted & is_register)
    for row, from_ms, to_ms, what in zip(
        events.point.tolist(), events.from_ms.tolist(), events.to_ms.tolist(), events.what.tolist(), strict=True
    ):
        # Units and ratios act on every reading alike; only where they begin and end is there anything to decide.
        edges = [from_ms, to_ms] if what in (EventKind.RATIO, EventKind.UNIT) else [(from_ms + to_ms) // 2]
        reach = 0 if what in (EventKind.RATIO, EventKind.UNIT) else (to_ms - from_ms + 1) // 2
        for edge in edges:
            touched = (track.time_ms[1:] >= edge - reach) & (track.time_ms[:-1] <= edge + reach)
            quiet &= ~(touched & (track.row[:-1] == row))
    return quiet


def _stuck(track: Track) -> Bool:
    """The steps within runs of equal values that are long enough to be stuck, and the step that ends them."""
    same = (track.value[1:] == track.value[:-1]) & track.same_point
    wanted = track.points.stuck_count[track.row[1:]] - 1
    ends = np.append(~same[1:], True)
    long = same & ends & (wanted > 0) & (_run(same) >= wanted)
    stuck = np.zeros(len(same), np.bool_)
    if bool(long.any()):
        last = np.flatnonzero(long)
        change = np.zeros(len(same) + 1, np.int64)
        np.add.at(change, last - _run(same)[last] + 1, 1)
        np.add.at(change, np.minimum(last + 2, len(same)), -1)
        stuck = np.cumsum(change[:-1]) > 0
    return np.asarray(stuck, np.bool_)


def _run(good: Bool) -> Rows:
    """How many good steps in a row end with each step."""
    at = np.arange(len(good))
    bad = np.maximum.accumulate(np.where(good, -1, at)) if len(good) else at
    return np.asarray(at - bad, np.int64)
