"""How far around a range must settlement look, and how far around themselves do new readings reach?

`analytics.context.decided_by` says it from readings at hand; here readings are fetched until it is satisfied. Senders
are slower than declared, pause, or send nulls for hours, so it is looked farther in growing steps::

    declared    |- first -|          |- first -|
    readings  x     n n n  [ range )  n    n       x       n null: no reading to settle from
    looked at |-----------[ range )----------------|
"""

from __future__ import annotations

import numpy as np

from analytics.columns import (
    DAY_MS,
    HOUR_MS,
    LOCAL_DAY,
    Bool,
    EventKind,
    Events,
    Int64,
    Points,
    Ranges,
    Readings,
)
from analytics.context import decided_by, held_ms, quiet_steps
from analytics.screen import usable
from engine.journal import Journal

FARTHER = 4
"""How many times farther is looked at least each time there is too little."""

LONGEST_FIRST_LOOK_MS = 40 * DAY_MS

MOST_READINGS = 2000
"""So many readings without a quiet zone are no meter's: a level, say, described as a register. Looking farther would
settle its whole past again with every reading."""

NEVER_MS = 2**62


def surroundings(journal: Journal, table: Points, ranges: Ranges, events: Events) -> tuple[Int64, Int64]:
    """Between which instants lies what decides about each range.

    Parameters
    ----------
    journal : Journal
    table : Points
        One row a range.
    ranges : Ranges
        One row a point.
    events : Events
        What persons said about the points.

    Returns
    -------
    low_ms, high_ms : ndarray of int64, shape (n_ranges,)
        In time as it was, not as a wrong clock labelled it. [ms UTC]
    """
    low, high = ranges.from_ms.copy(), ranges.to_ms.copy()
    first_ms = _first_look_ms(table)
    looked_low, looked_high = ranges.from_ms - first_ms, ranges.to_ms + first_ms
    open_rows = np.arange(len(ranges))
    while len(open_rows):
        mine, points = ranges.take(open_rows), table.take(open_rows)
        looked = Ranges(mine.point, looked_low[open_rows], looked_high[open_rows])
        at_hand = journal.readings(widened(_beside(mine, looked), events))
        reach = decided_by(points, at_hand, mine, events)
        low[open_rows], high[open_rows] = reach.low_ms, reach.high_ms
        n_before, n_after = _counts(points, at_hand, mine)
        most = np.maximum(MOST_READINGS, FARTHER * quiet_steps(points))
        done = (reach.enough_low | (n_before >= most), reach.enough_high | (n_after >= most))
        before, after = _more(journal, looked, done, events)
        idle = (n_before == 0) & (n_after == 0) & (after < 0) & (before >= 0)
        before[idle] = np.where(_any_usable(journal, points.take(idle), mine.take(idle)), before[idle], -1)
        steps = quiet_steps(points)
        farther_low = mine.from_ms - _farther(mine.from_ms - looked.from_ms, mine.from_ms - before, steps)
        farther_high = mine.to_ms + _farther(looked.to_ms - mine.to_ms, after + 1 - mine.to_ms, steps)
        looked_low[open_rows] = np.where(before >= 0, farther_low, looked.from_ms)
        looked_high[open_rows] = np.where(after >= 0, farther_high, looked.to_ms)
        open_rows = open_rows[(before >= 0) | (after >= 0)]
    return low, high


def readings_around(journal: Journal, table: Points, ranges: Ranges, events: Events, at_least: Ranges) -> Readings:
    """The readings of some ranges with all that decides about them; perhaps more than that.

    Mostly what lies around them is as declared, and one look is enough.

    Parameters
    ----------
    journal : Journal
    table : Points
        One row a range.
    ranges : Ranges
        One row a point.
    events : Events
        What persons said about the points.
    at_least : Ranges
        What shall be read anyway, row by row.
    """
    first_ms = _first_look_ms(table)
    looked = Ranges(
        ranges.point,
        np.minimum(ranges.from_ms - first_ms, at_least.from_ms),
        np.maximum(ranges.to_ms + first_ms, at_least.to_ms),
    )
    every = journal.readings(widened(looked, events))
    is_moved = bool((events.what == int(EventKind.CLOCK)).any())
    beside = every if is_moved else every.take(~_inside(table, every, ranges))  # the range may be ten years long
    reach = decided_by(table, beside, ranges, events)
    before, after = _more(journal, looked, (reach.enough_low, reach.enough_high), events)
    if bool((before < 0).all()) and bool((after < 0).all()):
        return every
    low_ms, high_ms = surroundings(journal, table, ranges, events)
    farther = Ranges(ranges.point, np.minimum(low_ms, looked.from_ms), np.maximum(high_ms, looked.to_ms))
    return journal.readings(widened(farther, events))


def widened(ranges: Ranges, events: Events) -> Ranges:
    """The ranges, and as much beside them as a wrong clock moves readings of the point."""
    moved = events.take((events.what == int(EventKind.CLOCK)) & np.isin(events.point, ranges.point))
    if not len(moved):
        return ranges
    points, row = np.unique(ranges.point, return_inverse=True)
    farthest_ms = np.zeros(len(points), np.int64)
    np.maximum.at(farthest_ms, np.searchsorted(points, moved.point), np.ceil(np.abs(moved.value)).astype(np.int64))
    return Ranges(ranges.point, ranges.from_ms - farthest_ms[row], ranges.to_ms + farthest_ms[row])


def _first_look_ms(table: Points) -> Int64:
    """As far as a quiet zone reaches if the point sends as it is declared to."""
    period = np.where(table.period_ms == LOCAL_DAY, 25 * HOUR_MS, table.period_ms)
    wanted = np.minimum((quiet_steps(table) + 2) * period, LONGEST_FIRST_LOOK_MS)
    return np.asarray(np.maximum(wanted, held_ms(table)), np.int64)


def _beside(ranges: Ranges, looked: Ranges) -> Ranges:
    """What lies before and after each range, without the range itself: it may be ten years long."""
    return Ranges(
        np.concatenate([ranges.point, ranges.point]),
        np.concatenate([looked.from_ms, ranges.to_ms]),
        np.concatenate([ranges.from_ms, looked.to_ms]),
    )


def _inside(table: Points, readings: Readings, ranges: Ranges) -> Bool:
    """Which readings lie within their point's range, by their label."""
    order = np.argsort(table.key)
    row = order[np.searchsorted(table.key[order], readings.point)]
    return np.asarray((readings.time_ms >= ranges.from_ms[row]) & (readings.time_ms < ranges.to_ms[row]), np.bool_)


def _more(journal: Journal, looked: Ranges, done: tuple[Bool, Bool], events: Events) -> tuple[Int64, Int64]:
    """The next reading beyond what was looked at on each side; -1 where there is none, or none is wanted."""
    edges = widened(looked, events)
    return journal.neighbours(
        Ranges(edges.point, np.where(done[0], -NEVER_MS, edges.from_ms), np.where(done[1], NEVER_MS, edges.to_ms))
    )


def _farther(looked_ms: Int64, next_ms: Int64, steps: Int64) -> Int64:
    """How far to look next: so far that readings as far apart as the next one lies beyond are enough, within reason."""
    guess_ms = np.minimum(looked_ms + steps * (next_ms - looked_ms), LONGEST_FIRST_LOOK_MS)
    return np.asarray(np.maximum(np.maximum(FARTHER * looked_ms, guess_ms), next_ms))


def _counts(table: Points, readings: Readings, ranges: Ranges) -> tuple[Int64, Int64]:
    """Usable readings at hand before and after each range."""
    row, time_ms = _usable(table, readings)
    n = len(ranges)
    before = np.bincount(row[time_ms < ranges.from_ms[row]], minlength=n)
    return before.astype(np.int64), np.bincount(row[time_ms >= ranges.to_ms[row]], minlength=n).astype(np.int64)


def _any_usable(journal: Journal, table: Points, ranges: Ranges) -> Bool:
    """Whether a range holds anything to settle from: nulls alone that came last give no step to anything before."""
    found = np.zeros(len(ranges), np.bool_)
    if len(ranges):
        found[_usable(table, journal.readings(ranges))[0]] = True
    return found


def _usable(table: Points, readings: Readings) -> tuple[Int64, Int64]:
    """Row of the table and time of the readings that may be used."""
    order = np.argsort(table.key)
    row = order[np.searchsorted(table.key[order], readings.point)]
    good = usable(table, row, readings.value, readings.flag)
    return row[good], readings.time_ms[good]
