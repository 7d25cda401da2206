"""What do persons' words change about the readings of a meter?

Some change the readings before anything is judged (a wrong clock, another unit, readings to be left out), some say what
one unit of them counts, some cut the course where nobody shall judge the step, because a person told what it was
(`analytics.nodes`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import EventKind, Events, Flag, Float64, Kind, Readings, UInt8
from analytics.track import Marks, Said, Track, no_marks

INSTANTS = (EventKind.SWAP, EventKind.RATIO)
SPANS = (EventKind.AMOUNT, EventKind.MISSING)
LABELLED = (Kind.AMOUNT, Kind.MEAN)


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
    for event in each(clocks):
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
    for event in each(events):
        first, last = of_row(track, event.point)
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
    for i, event in enumerate(each(events)):
        if event.what != EventKind.SWAP or np.isnan(event.end_value):
            continue
        first, last = of_row(track, event.point)
        place = first + int(np.searchsorted(track.time_ms[first:last], event.from_ms))
        if place < last and track.time_ms[place] == event.from_ms:
            value = float(track.value[place])
            is_old = np.isnan(event.start_value) or abs(value - event.end_value) < abs(value - event.start_value)
            at_ms[i] += int(is_old)
    return replace(events, from_ms=at_ms)


def after_screening(track: Track, events: Events) -> Track:
    """Note at each reading its ratio, whether it is to be believed, and where declared changes cut the course."""
    if len(events) == 0:
        return track
    n = len(track)
    believed, cuts = np.zeros(n, np.bool_), np.zeros(n + 1, np.int64)
    for event in each(events):
        first, last = of_row(track, event.point)
        time_ms = track.time_ms[first:last]
        if event.what == EventKind.BELIEVE:
            believed[first:last] |= (time_ms >= event.from_ms) & (time_ms <= event.to_ms)
        if event.what in INSTANTS and track.points.kind[event.point] == Kind.REGISTER:
            cuts[first + np.searchsorted(time_ms, event.from_ms)] += 1
        if event.what in SPANS:
            cuts[first + np.searchsorted(time_ms, event.to_ms)] += 1
    scale = ratio_of(track, events)
    said = Said(np.cumsum(cuts[:n]), scale, believed, track.value)
    return replace(track, value=track.value * scale, said=said)


def ratio_of(track: Track, events: Events) -> Float64:
    """By what each reading is multiplied since ratios were changed; a label that ends a period names what is before."""
    scale = np.ones(len(track))
    for event in each(events.take(events.what == EventKind.RATIO)):
        first, last = of_row(track, event.point)
        ends = track.points.label_end[event.point] and track.points.kind[event.point] in LABELLED
        scale[first:last][track.time_ms[first:last] >= event.from_ms + int(ends)] = event.value
    return scale


@dataclass(frozen=True)
class Saying:
    """One row of `Events`."""

    point: int
    from_ms: int
    to_ms: int
    what: int
    value: float
    end_value: float
    start_value: float


def each(events: Events) -> list[Saying]:
    """The rows of a table of events."""
    columns = [column.tolist() for column in events.as_dict().values()]
    return [Saying(*row) for row in zip(*columns, strict=True)]


def _of_point(readings: Readings, point: int) -> tuple[int, int]:
    return int(np.searchsorted(readings.point, point, "left")), int(np.searchsorted(readings.point, point, "right"))


def of_row(track: Track, row: int) -> tuple[int, int]:
    """Where the readings of one point begin and end."""
    return int(np.searchsorted(track.row, row, "left")), int(np.searchsorted(track.row, row, "right"))
