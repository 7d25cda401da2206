"""Which of several values for one time counts?

Equal values are one reading that came twice. Of different ones:

* three and more: the sender's clock stood still while its meter went on. The first one belongs to that time
  (`Flag.CLOCK`);
* two, of a register: the one that the readings before and after make possible, if they do for one only;
* otherwise the one received last: whoever sends again means to correct. A person may say that the first one counts.

By how much they differed goes into the bounds of the intervals beside.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.columns import Bool, EventKind, Events, Findings, Flag, Float64, Kind
from analytics.noise import cap_per_ms, noise_of
from analytics.track import Marks, Rows, Track, found, no_findings, no_marks

FROZEN = 3
"""So many different values for one time are a clock that stands still."""


def one_per_time(track: Track, events: Events) -> tuple[Track, Marks, Findings]:
    """Keep one reading for each time.

    Parameters
    ----------
    track : Track
        Sorted by (point, time, arrival).
    events : Events
        ``point`` holds rows of the track's table.

    Returns
    -------
    track : Track
        With strictly rising times.
    marks : Marks
    findings : Findings
        One a conflict: ``before`` is the first value received, ``after`` the last.
    """
    # Storage keeps every delivery (metering.md, 7: QoS 1 may duplicate), so this is where duplicates end.
    twin = (track.time_ms[1:] == track.time_ms[:-1]) & track.same_point
    if not bool(twin.any()):
        return track, no_marks(), no_findings()
    first = np.flatnonzero(np.append(True, ~twin))
    last = np.append(first[1:], len(track)) - 1
    low, high = np.minimum.reduceat(track.value, first), np.maximum.reduceat(track.value, first)
    differ = np.flatnonzero(low != high)
    chosen = last.copy()
    spread = high - low
    marks, findings = [no_marks()], [no_findings()]
    if len(differ):
        frozen = _values(track, first[differ], last[differ]) >= FROZEN
        chosen[differ] = np.where(frozen, first[differ], _possible(track, first, last, differ))
        said = _first_counts(track, first[differ], events)
        chosen[differ] = np.where(said, first[differ], chosen[differ])
        what = np.where(frozen, np.uint16(Flag.CLOCK), np.uint16(Flag.CONFLICT))
        row, time_ms = track.row[first[differ]], track.time_ms[first[differ]]
        declared = np.where(said, np.uint16(Flag.DECLARED), np.uint16(0))
        marks.append(Marks(row, time_ms, np.asarray(what | declared, np.uint16)))
        unsaid = ~said
        findings.append(
            found(track, first[differ][unsaid], last[differ][unsaid], what[unsaid], np.full(unsaid.sum(), np.nan))
        )
    keep = np.zeros(len(track), np.bool_)
    keep[chosen] = True
    track = track.keep(keep)
    if len(differ):
        track = replace(track, spread=spread)
    return track, Marks.concat(marks), Findings.concat(findings)


def _values(track: Track, first: Rows, last: Rows) -> Rows:
    """How many different values there are from each first reading to its last one."""
    size = last - first + 1
    group = np.repeat(np.arange(len(size)), size)
    value = track.value[np.repeat(first - np.append(0, np.cumsum(size)[:-1]), size) + np.arange(size.sum())]
    order = np.lexsort((value, group))
    fresh = (np.diff(group[order], prepend=-1) != 0) | (np.diff(value[order], prepend=np.nan) != 0.0)
    return np.bincount(group[order][fresh], minlength=len(size))


def _possible(track: Track, first: Rows, last: Rows, differ: Rows) -> Rows:
    """Of the first and the last value of each conflict the one that its neighbours make possible; the last in doubt."""
    n = len(first)
    one, other = first[differ], last[differ]
    is_register = (track.points.kind[track.row[one]] == Kind.REGISTER) & ~track.points.is_net[track.row[one]]
    # Only a time without a conflict of its own bears witness, however many conflicts lie between.
    at = np.arange(n)
    sure = np.ones(n, np.bool_)
    sure[differ] = False
    before = np.maximum.accumulate(np.where(sure, at, -1))[differ]
    after = np.minimum.accumulate(np.where(sure, at, n)[::-1])[::-1][differ]
    has_before, has_after = before >= 0, after < n
    before, after = np.maximum(before, 0), np.minimum(after, n - 1)
    has_before &= track.row[first[before]] == track.row[one]
    has_after &= track.row[first[after]] == track.row[one]

    def fits(candidate: Rows) -> Bool:
        down = _step_fits(track, last[before], candidate) | ~has_before
        up = _step_fits(track, candidate, first[after]) | ~has_after
        return np.asarray(down & up, np.bool_)

    only_first = fits(one) & ~fits(other) & is_register
    return np.where(only_first, one, other)


def _step_fits(track: Track, earlier: Rows, later: Rows) -> Bool:
    rise = track.value[later] - track.value[earlier]
    cap = cap_per_ms(track.points)[track.row[later]]
    most: Float64 = np.where(np.isinf(cap), np.inf, np.where(np.isinf(cap), 0.0, cap))
    with np.errstate(invalid="ignore"):
        most = np.where(np.isinf(most), np.inf, most * (track.time_ms[later] - track.time_ms[earlier]))
    noise = noise_of(track, earlier)
    return np.asarray((rise >= -noise) & (rise <= most + noise), np.bool_)


def _first_counts(track: Track, readings: Rows, events: Events) -> Bool:
    said = np.zeros(len(readings), np.bool_)
    firsts = events.take(events.what == EventKind.FIRST)
    for row, from_ms, to_ms in zip(firsts.point.tolist(), firsts.from_ms.tolist(), firsts.to_ms.tolist(), strict=True):
        time_ms = track.time_ms[readings]
        said |= (track.row[readings] == row) & (time_ms >= from_ms) & (time_ms <= to_ms)
    return said
