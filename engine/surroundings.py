"""How far around a range must settlement look, and how far around themselves do new readings reach?

As many usable readings as an excursion may take to begin, end and be told from a reset, on either side; the declared
distance of readings says how long that is, but senders are slower than declared, pause, or send nulls for hours::

    declared    |- reach -|          |- reach -|
    readings  x     n n n  [ range )  n    n       x       n null: no reading to settle from
    looked at |-----------[ range )----------------|
"""

from __future__ import annotations

import numpy as np

from analytics.columns import Bool, Events, Int64, Points, Ranges
from analytics.screen import usable
from analytics.settlement import LEAST_CONTEXT, LONGEST_CONTEXT_MS, context_ms
from engine.journal import Journal

FARTHER = 4
"""How many times farther is looked at least each time there is too little."""

NEVER_MS = 2**62


def surroundings(store: Journal, table: Points, ranges: Ranges, events: Events) -> tuple[Int64, Int64]:
    """Between which instants lies what decides about each range.

    At least `context_ms` on either side and at least `LEAST_CONTEXT` usable readings as far as there are any within
    `LONGEST_CONTEXT_MS`, else the nearest one, however far.

    Parameters
    ----------
    store : Journal
    table : Points
        One row a range.
    ranges : Ranges
        One row a point.
    events : Events
        What persons said about the points.

    Returns
    -------
    low_ms, high_ms : ndarray of int64, shape (n_ranges,)
        [ms UTC]
    """
    reach = context_ms(table)
    low, high = ranges.from_ms - reach, ranges.to_ms + reach
    looked_low, looked_high = low.copy(), high.copy()
    open_rows = np.arange(len(ranges))
    while len(open_rows):
        mine, points = ranges.take(open_rows), table.take(open_rows)
        from_ms, to_ms = looked_low[open_rows], looked_high[open_rows]
        n_before, first, n_after, last = _seen(store, points, mine, from_ms, to_ms)
        low[open_rows] = np.where(n_before > 0, np.minimum(low[open_rows], first), low[open_rows])
        high[open_rows] = np.where(n_after > 0, np.maximum(high[open_rows], last + 1), high[open_rows])
        before, after = store.neighbours(
            Ranges(
                mine.point,
                np.where(_enough(n_before, mine.from_ms - from_ms), -NEVER_MS, from_ms),
                np.where(_enough(n_after, to_ms - mine.to_ms), NEVER_MS, to_ms),
            )
        )
        idle = (n_before == 0) & (n_after == 0) & (after < 0) & (before >= 0)
        before[idle] = np.where(_any_usable(store, points.take(idle), mine.take(idle)), before[idle], -1)
        farther_low = mine.from_ms - _farther(mine.from_ms - from_ms, mine.from_ms - before)
        farther_high = mine.to_ms + _farther(to_ms - mine.to_ms, after + 1 - mine.to_ms)
        looked_low[open_rows] = np.where(before >= 0, farther_low, from_ms)
        looked_high[open_rows] = np.where(after >= 0, farther_high, to_ms)
        open_rows = open_rows[(before >= 0) | (after >= 0)]
    return low, high


def _enough(count: Int64, looked_ms: Int64) -> Bool:
    return (count >= LEAST_CONTEXT) | ((count > 0) & (looked_ms >= LONGEST_CONTEXT_MS))


def _farther(looked_ms: Int64, next_ms: Int64) -> Int64:
    """How far to look next: so far that readings as far apart as the next one is are enough, within reason."""
    guess_ms = np.minimum(LEAST_CONTEXT * next_ms, LONGEST_CONTEXT_MS)
    return np.asarray(np.maximum(np.maximum(FARTHER * looked_ms, guess_ms), next_ms))


def _seen(
    store: Journal, table: Points, ranges: Ranges, from_ms: Int64, to_ms: Int64
) -> tuple[Int64, Int64, Int64, Int64]:
    """Usable readings before and after each range: how many, and when the farthest of the wanted ones was."""
    row, time_ms = _usable(
        store,
        table,
        Ranges(
            np.concatenate([ranges.point, ranges.point]),
            np.concatenate([from_ms, ranges.to_ms]),
            np.concatenate([ranges.from_ms, to_ms]),
        ),
    )
    before = time_ms < ranges.from_ms[row]
    after = time_ms >= ranges.to_ms[row]
    n = len(ranges)
    return *_farthest(row[before][::-1], time_ms[before][::-1], n), *_farthest(row[after], time_ms[after], n)


def _farthest(row: Int64, time_ms: Int64, n_rows: int) -> tuple[Int64, Int64]:
    """Of readings by row and growing distance: the number of each row, and the time of the last wanted one."""
    first = np.flatnonzero(np.diff(row, prepend=-1))
    size = np.diff(np.append(first, len(row)))
    count, farthest = np.zeros(n_rows, np.int64), np.zeros(n_rows, np.int64)
    count[row[first]] = size
    farthest[row[first]] = time_ms[first + np.minimum(size, LEAST_CONTEXT) - 1]
    return count, farthest


def _any_usable(store: Journal, table: Points, ranges: Ranges) -> Bool:
    """Whether a range holds anything to settle from: nulls alone that came last give no step to anything before."""
    found = np.zeros(len(ranges), np.bool_)
    if len(ranges):
        found[_usable(store, table, ranges)[0]] = True
    return found


def _usable(store: Journal, table: Points, ranges: Ranges) -> tuple[Int64, Int64]:
    """Row of the table and time of the usable readings in some ranges, each time once; sorted by point and time."""
    readings = store.readings(ranges)
    order = np.argsort(table.key)
    row = order[np.searchsorted(table.key[order], readings.point)]
    good = usable(table, row, readings.value, readings.flag)
    row, time_ms = row[good], readings.time_ms[good]
    again = (np.diff(row, prepend=-1) == 0) & (np.diff(time_ms, prepend=-NEVER_MS) == 0)
    return row[~again], time_ms[~again]
