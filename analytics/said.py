"""What do persons' words change about the readings of a meter?

Some change the readings before anything is judged (a wrong clock, another unit, readings to be left out), some tell
what a step was, so that nobody has to guess. A declared instant becomes a *node* of the register with two values, where
the old course ends and where the new one begins; a piece between two nodes is the difference as ever::

    readings   o-----o          o-----o
                      \\ until  / since          swap at t: until = end reading of the old meter,
                       x | x               since = start reading of the new one
                         t
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import Bool, Columns, EventKind, Events, Flag, Float64, Int64, Readings, UInt8
from analytics.track import Marks, Rows, Said, Track, no_marks

INSTANTS = (EventKind.SWAP, EventKind.RATIO)
SPANS = (EventKind.AMOUNT, EventKind.MISSING)


def with_right_clock(readings: Readings, events: Events) -> Readings:
    """Readings at the time they were taken, in order again.

    Parameters
    ----------
    readings : Readings
        Sorted by (point, time, arrival).
    events : Events
    """
    clocks = events.take(events.what == EventKind.CLOCK)
    if len(clocks) == 0 or len(readings) == 0:
        return readings
    time_ms = readings.time_ms.copy()
    for event in _each(clocks):
        first, last = _of_point(readings, event.point)
        label = readings.time_ms[first:last]
        inside = (label >= event.from_ms) & (label < event.to_ms)
        time_ms[first:last][inside] += round(event.value)
    order = np.lexsort((np.arange(len(time_ms)), time_ms, readings.point))
    return replace(readings, time_ms=time_ms).take(order)


def before_screening(track: Track, quality: UInt8, events: Events) -> tuple[Track, UInt8, Marks]:
    """Leave out what persons left out, and bring other units to the point's own."""
    if len(events) == 0:
        return track, quality, no_marks()
    value, out, marks = track.value.copy(), np.zeros(len(track), np.bool_), [no_marks()]
    for event in _each(events):
        first, last = _of_row(track, event.point)
        time_ms = track.time_ms[first:last]
        inside = (time_ms >= event.from_ms) & (time_ms < event.to_ms)
        if event.what == EventKind.UNIT:
            value[first:last][inside] *= event.value
        elif event.what == EventKind.LEAVE_OUT:
            out[first:last] |= inside
        elif event.what in SPANS:
            out[first:last] |= inside & (time_ms > event.from_ms)
    marks.append(Marks.at(track, out, Flag.DECLARED))
    return replace(track, value=value).keep(~out), quality[~out], Marks.concat(marks)


def declared_marks(track: Track, events: Events) -> Marks:
    """The instants at which a person said something, for the intervals they lie in.

    What was said of a time before the first reading or after the last one says nothing of any interval yet.
    """
    shown = events.take(np.isin(events.what, [*INSTANTS, EventKind.UNIT, EventKind.BELIEVE, EventKind.FIRST]))
    if len(shown) == 0 or len(track) == 0:
        return no_marks()
    row = shown.point.astype(np.int64)
    first, last = np.searchsorted(track.row, row, "left"), np.searchsorted(track.row, row, "right") - 1
    read = last >= first
    first, last = np.minimum(first, len(track) - 1), np.maximum(last, 0)
    within = read & (shown.from_ms >= track.time_ms[first]) & (shown.from_ms <= track.time_ms[last])
    marks = Marks(row, shown.from_ms, np.full(len(shown), int(Flag.DECLARED), np.uint16))
    return marks.take(within)


def settled_instants(track: Track, events: Events) -> Events:
    """Swaps at whose very instant the old meter was read once more act a millisecond later."""
    at_ms = events.from_ms.copy()
    for i, event in enumerate(_each(events)):
        if event.what != EventKind.SWAP or np.isnan(event.end_value):
            continue
        first, last = _of_row(track, event.point)
        place = first + int(np.searchsorted(track.time_ms[first:last], event.from_ms))
        if place < last and track.time_ms[place] == event.from_ms:
            value = float(track.value[place])
            is_old = np.isnan(event.start_value) or abs(value - event.end_value) < abs(value - event.start_value)
            at_ms[i] += int(is_old)
    return replace(events, from_ms=at_ms)


def after_screening(track: Track, events: Events) -> Track:
    """Note at each reading its ratio, whether it is to be believed, and where declared changes cut the register."""
    if len(events) == 0:
        return track
    n = len(track)
    scale, believed, cuts = np.ones(n), np.zeros(n, np.bool_), np.zeros(n + 1, np.int64)
    for event in _each(events):
        first, last = _of_row(track, event.point)
        time_ms = track.time_ms[first:last]
        if event.what == EventKind.RATIO:
            scale[first:last][time_ms >= event.from_ms] = event.value
        if event.what == EventKind.BELIEVE:
            believed[first:last] |= (time_ms >= event.from_ms) & (time_ms <= event.to_ms)
        if event.what in INSTANTS:
            cuts[first + np.searchsorted(time_ms, event.from_ms)] += 1
        if event.what in SPANS:
            cuts[first + np.searchsorted(time_ms, event.to_ms)] += 1
    segment = np.cumsum(cuts[:n])
    return replace(track, value=track.value * scale, said=Said(segment, scale, believed))


@dataclass(frozen=True, eq=False)
class Nodes(Columns):
    """Where the course of a register is known: readings, and declared instants between them.

    Attributes
    ----------
    row : ndarray of int64
    time_ms : ndarray of int64
    until, since : ndarray of float64
        Register where what came before ends and what follows begins, own unit; NaN where a person could not say.
    declared : ndarray of bool
        True where the step that begins here is what a person said.
    blur : ndarray of float64
        How far the register may have been from the node, own unit.
    loose : ndarray of bool
        True where not even the amount of the step that begins here is known for sure.
    """

    row: Rows
    time_ms: Int64
    until: Float64
    since: Float64
    declared: Bool
    blur: Float64
    loose: Bool


def nodes_of(track: Track, blur: Float64, events: Events) -> tuple[Nodes, Rows]:
    """The nodes of a register's course.

    Parameters
    ----------
    track : Track
        Accepted readings.
    blur : ndarray of float64, shape (n,)
    events : Events
        ``point`` holds rows of the track's table.

    Returns
    -------
    nodes : Nodes
    place : ndarray of int64, shape (n,)
        Which node each reading is.
    """
    n = len(track)
    none = np.zeros(n, np.bool_)
    nodes = Nodes(track.row, track.time_ms, track.value, track.value, none, blur, none)
    place = np.arange(n)
    for event in _each(events):
        if event.what in INSTANTS:
            nodes, place = _with_instant(nodes, place, event, track)
        elif event.what in SPANS:
            nodes = _with_span(nodes, event, track.points.factor)
    return nodes, place


@dataclass(frozen=True)
class _Event:
    point: int
    from_ms: int
    to_ms: int
    what: int
    value: float
    end_value: float
    start_value: float


def _each(events: Events) -> list[_Event]:
    columns = [column.tolist() for column in events.as_dict().values()]
    return [_Event(*row) for row in zip(*columns, strict=True)]


def _of_point(readings: Readings, point: int) -> tuple[int, int]:
    return int(np.searchsorted(readings.point, point, "left")), int(np.searchsorted(readings.point, point, "right"))


def _of_row(track: Track, row: int) -> tuple[int, int]:
    return int(np.searchsorted(track.row, row, "left")), int(np.searchsorted(track.row, row, "right"))


def _neighbours(nodes: Nodes, row: int, time_ms: int) -> tuple[int, int] | None:
    """The nodes before an instant and at or after it; None where it does not lie between two of its row."""
    first, last = int(np.searchsorted(nodes.row, row, "left")), int(np.searchsorted(nodes.row, row, "right"))
    after = first + int(np.searchsorted(nodes.time_ms[first:last], time_ms))
    return (after - 1, after) if first < after < last else None


def _with_instant(nodes: Nodes, place: Rows, event: _Event, track: Track) -> tuple[Nodes, Rows]:
    beside = _neighbours(nodes, event.point, event.from_ms)
    if beside is None:
        return nodes, place
    before, after = beside
    end, start, loose = event.end_value, event.start_value, nodes.loose.copy()
    if event.what == EventKind.RATIO:
        end, start = _ratio_values(nodes, before, after, event, track)
        # Where in the step the ratio changed, the register was not read: how much of it counts anew is a guess.
        loose[before] = np.isnan(event.end_value) and nodes.time_ms[after] != event.from_ms
    declared = nodes.declared.copy()
    declared[before] = True
    nodes = replace(nodes, declared=declared, loose=loose)
    if nodes.time_ms[after] == event.from_ms:
        # Read at the very instant: what the new course has counted since then is nothing, or what it shows beyond
        # its start.
        until = nodes.until.copy()
        until[after] = end if np.isnan(start) else end + (until[after] - start)
        return replace(nodes, until=until), place
    new = Nodes(
        nodes.row[before : before + 1],
        np.array([event.from_ms]),
        np.array([end]),
        np.array([start]),
        np.array([True]),
        nodes.blur[before : before + 1],
        loose[before : before + 1],
    )
    parts = (nodes.take(slice(None, after)), new, nodes.take(slice(after, None)))
    return Nodes.concat(parts), place + (place >= after)


def _ratio_values(nodes: Nodes, before: int, after: int, event: _Event, track: Track) -> tuple[float, float]:
    """Register at a change of ratio, by the ratio before it and by that after it."""
    assert track.said is not None
    first, last = _of_row(track, event.point)
    reading = first + int(np.searchsorted(track.time_ms[first:last], nodes.time_ms[before], "right")) - 1
    old, new = float(track.said.scale[reading]), event.value
    if not np.isnan(event.end_value):
        return event.end_value * old, event.end_value * new
    low, high = float(nodes.since[before]), float(nodes.until[after])
    share = (event.from_ms - nodes.time_ms[before]) / (nodes.time_ms[after] - nodes.time_ms[before])
    then = low / old + (high / new - low / old) * float(share)
    return then * old, then * new


def _with_span(nodes: Nodes, event: _Event, factor: Float64) -> Nodes:
    """The step between the readings at both ends amounts to what a person said."""
    beside = _neighbours(nodes, event.point, event.to_ms)
    if beside is None:
        return nodes
    before, after = beside
    since, until, declared = nodes.since.copy(), nodes.until.copy(), nodes.declared.copy()
    until[after] = since[before] + event.value / factor[event.point]
    if event.what == EventKind.MISSING:
        until[after] = np.nan
    declared[before] = True
    return replace(nodes, since=since, until=until, declared=declared)
