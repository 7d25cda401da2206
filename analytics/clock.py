"""Does a sender's clock run in the wrong zone?

A label that is hours away from its receipt, by whole or half hours and always the same, is no slow network: the sender
writes local time where UTC is meant, or the zone of another country. The journal knows the time of receipt of every
reading, so the lag ``receipt - label`` tells::

    lag    8 h  |  x xx x xxx x x        8 h, again and again: labels are 8 h early, proposed shift + 8 h
                |
           1 h  |  x
                |     x                  a burst after an outage: falls from reading to reading
           0 h  |        x x x x
                +------------------ label

Proposals only: nobody's past is moved before a person accepts it. It is looked at in windows of fixed edges, each
alone, so the answer does not depend on what else is looked at.
"""

from __future__ import annotations

import numpy as np

from analytics.columns import (
    HOUR_MS,
    INTERVAL_MS,
    LOCAL_DAY,
    Bool,
    EventKind,
    Events,
    Findings,
    Flag,
    Int64,
    Points,
    Quality,
    Ranges,
    Readings,
)
from analytics.track import Rows, no_findings, rows_of

ZONE_STEP_MS = HOUR_MS // 2
"""Zones differ by whole half hours, but for a few islands and Nepal."""

FARTHEST_STEPS = 28
"""Zones reach from UTC-12 to UTC+14."""

TOLERANCE_MS = 300_000
"""How far lags may lie from each other and from a whole step: networks, and clocks that are only nearly right."""

LEAST_READINGS = 12

NOT_LIVE = int(Quality.IMPORTED | Quality.RETAINED)
"""Files and retained messages are received long after their time by nature."""


def window_ms(points: Points) -> Int64:
    """Length of the windows of each point: 15 minutes, doubled until they hold enough expected readings. [ms]"""
    period = np.where(points.period_ms == LOCAL_DAY, 25 * HOUR_MS, points.period_ms)
    wanted = np.maximum((LEAST_READINGS + 1) * period / INTERVAL_MS, 1.0)
    return np.asarray(INTERVAL_MS * 2 ** np.ceil(np.log2(wanted)).astype(np.int64), np.int64)


def whole_windows(points: Points, ranges: Ranges) -> Ranges:
    """The ranges, widened to whole windows; one row of `points` a range."""
    length = window_ms(points)
    return Ranges(ranges.point, ranges.from_ms // length * length, -(-ranges.to_ms // length) * length)


def wrong_clocks(points: Points, readings: Readings, ranges: Ranges, events: Events) -> Findings:
    """Proposals to shift a clock.

    Parameters
    ----------
    points : Points
        One row a range.
    readings : Readings
        Sorted by (point, time, arrival); all of the `whole_windows` of the ranges.
    ranges : Ranges
        One row a point.
    events : Events
        Readings whose clock was set right by a person need no proposal.

    Returns
    -------
    Findings
        `Flag.CLOCK` from the first to the last reading of a window; `before` is the shift in ms, `after` and `effect`
        are NaN. Those whose `time_ms` lies in the ranges.
    """
    lag_ms = readings.received_ms - readings.time_ms
    if not bool((np.abs(lag_ms) >= ZONE_STEP_MS - TOLERANCE_MS).any()):
        return no_findings()
    live = ((readings.flag & NOT_LIVE) == 0) & ~_set_right(readings, events)
    rows = np.flatnonzero(live)
    rows = rows[np.isin(readings.point[rows], points.key)]
    if not len(rows):
        return no_findings()
    place = rows_of(points.key, readings.point[rows])
    time_ms, lag_ms = readings.time_ms[rows], lag_ms[rows]
    # A redelivery comes later: of each label the earliest receipt counts.
    each = np.flatnonzero((np.diff(place, prepend=-1) != 0) | (np.diff(time_ms, prepend=-1) != 0))
    lag_ms = np.minimum.reduceat(lag_ms, each)
    return _proposals(points, ranges, place[each], time_ms[each], lag_ms)


def _proposals(points: Points, ranges: Ranges, place: Rows, time_ms: Int64, lag_ms: Int64) -> Findings:
    length = window_ms(points)
    window = time_ms // length[place]
    first = np.flatnonzero((np.diff(place, prepend=-1) != 0) | (np.diff(window, prepend=-1) != 0))
    last = np.append(first[1:], len(place)) - 1
    least, most = np.minimum.reduceat(lag_ms, first), np.maximum.reduceat(lag_ms, first)
    steps = (least + most + ZONE_STEP_MS) // (2 * ZONE_STEP_MS)
    shift_ms = steps * ZONE_STEP_MS
    wrong = (last - first + 1 >= LEAST_READINGS) & (steps != 0) & (np.abs(steps) <= FARTHEST_STEPS)
    wrong &= (most - least < TOLERANCE_MS) & (most - shift_ms < TOLERANCE_MS) & (shift_ms - least < TOLERANCE_MS)
    # What is received at once over a longer time than the tolerance was kept back, and its lags fall.
    wrong &= time_ms[last] - time_ms[first] >= length[place[first]] // 2
    here = place[first]
    wrong &= (time_ms[first] >= ranges.from_ms[here]) & (time_ms[first] < ranges.to_ms[here])
    first, last, shift_ms, here = first[wrong], last[wrong], shift_ms[wrong], here[wrong]
    none = np.full(len(first), np.nan)
    what = np.full(len(first), int(Flag.CLOCK), np.uint16)
    return Findings(points.key[here], time_ms[first], time_ms[last], what, shift_ms.astype(np.float64), none, none)


def _set_right(readings: Readings, events: Events) -> Bool:
    """Readings that a person's word about the clock already moves."""
    found = np.zeros(len(readings), np.bool_)
    for row in np.flatnonzero(events.what == int(EventKind.CLOCK)).tolist():
        inside = (readings.time_ms >= events.from_ms[row]) & (readings.time_ms < events.to_ms[row])
        found |= inside & (readings.point == events.point[row])
    return found
