"""What course did a register take by what persons said of it?

A declared instant becomes a *node* of the register with two values, where the old course ends and where the new one
begins; a piece between two nodes is the difference as ever::

    readings   o-----o          o-----o
                      \\ until  / since          swap at t: until = end reading of the old meter,
                       x | x               since = start reading of the new one
                         t

What a person said of a whole step, its amount or that nobody knows it, stands above instants within it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import Bool, Columns, EventKind, Events, Float64, Int64
from analytics.noise import cap_per_ms
from analytics.said import SPANS, Saying, each
from analytics.track import Rows, Track


@dataclass(frozen=True, eq=False)
class Nodes(Columns):
    """Where the course of a register is known: readings, and declared instants between them.

    Attributes
    ----------
    row : ndarray of int64
    time_ms : ndarray of int64
    until, since : ndarray of float64
        Register where what came before ends and what follows begins, own unit; NaN where a person could not say.
    ratio : ndarray of float64
        What one unit of the display counts from here on.
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
    ratio: Float64
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
    ratio = np.ones(n) if track.said is None else track.said.scale
    nodes = Nodes(track.row, track.time_ms, track.value, track.value, ratio, none, blur, none)
    place = np.arange(n)
    swaps, ratios, spans = _in_order(events)
    for event in swaps:
        nodes, place = _with_swap(nodes, place, event, _ratio_before(ratios, event))
    for event in ratios:
        is_swapped = any((swap.point, swap.from_ms) == (event.point, event.from_ms) for swap in swaps)
        nodes, place = _with_ratio(nodes, place, event, track, is_swapped)
    if swaps or ratios:
        nodes = _never_backwards(nodes, track)
    for event in spans:
        nodes = _with_span(nodes, event, track.points.factor)
    return nodes, place


def _in_order(events: Events) -> tuple[list[Saying], list[Saying], list[Saying]]:
    """Exchanges, changes of ratio, and spans, the longest last: it says what all within it amounts to.

    So instants within a span do nothing.
    """
    every = each(events)
    spans = [event for event in every if event.what in SPANS]
    spans.sort(key=lambda event: (event.to_ms - event.from_ms, -event.what))

    def of(what: EventKind) -> list[Saying]:
        mine = [event for event in every if event.what == what]
        return [e for e in mine if not any(s.point == e.point and s.from_ms < e.from_ms <= s.to_ms for s in spans)]

    return of(EventKind.SWAP), of(EventKind.RATIO), spans


def _ratio_before(ratios: list[Saying], event: Saying) -> float:
    """The ratio until an instant."""
    earlier = [ratio.value for ratio in ratios if ratio.point == event.point and ratio.from_ms < event.from_ms]
    return earlier[-1] if earlier else 1.0


def _never_backwards(nodes: Nodes, track: Track) -> Nodes:
    """Where a declared instant and the readings beside it say that a register ran back, nothing is known."""
    blur = nodes.blur[:-1] + nodes.blur[1:]
    with np.errstate(invalid="ignore"):
        back = nodes.declared[:-1] & (nodes.row[1:] == nodes.row[:-1]) & (nodes.until[1:] < nodes.since[:-1] - blur)
    until = nodes.until.copy()
    until[1:][back & ~track.points.is_net[nodes.row[1:]]] = np.nan
    return replace(nodes, until=until)


def _neighbours(nodes: Nodes, row: int, time_ms: int) -> tuple[int, int] | None:
    """The nodes before an instant and at or after it; None where it does not lie between two of its row."""
    first, last = int(np.searchsorted(nodes.row, row, "left")), int(np.searchsorted(nodes.row, row, "right"))
    after = first + int(np.searchsorted(nodes.time_ms[first:last], time_ms))
    return (after - 1, after) if first < after < last else None


def _with_swap(nodes: Nodes, place: Rows, event: Saying, ratio: float) -> tuple[Nodes, Rows]:
    beside = _neighbours(nodes, event.point, event.from_ms)
    if beside is None:
        return nodes, place
    before, after = beside
    declared = nodes.declared.copy()
    declared[before] = True
    nodes = replace(nodes, declared=declared)
    end, start = event.end_value * ratio, event.start_value * ratio
    if nodes.time_ms[after] != event.from_ms:
        return _with_node(nodes, place, before, event.from_ms, (end, start, ratio))
    until, since = nodes.until.copy(), nodes.since.copy()
    if not _is_read(place, after):
        until[after], since[after] = end, start  # said twice
    else:
        # What the new meter has counted since then is nothing, or what it shows beyond its start.
        counted = until[after] - event.start_value * nodes.ratio[after]
        until[after] = end + (0.0 if np.isnan(counted) else counted)
    return replace(nodes, until=until, since=since), place


def _with_ratio(nodes: Nodes, place: Rows, event: Saying, track: Track, is_swapped: bool) -> tuple[Nodes, Rows]:
    beside = _neighbours(nodes, event.point, event.from_ms)
    if beside is None:
        return nodes, place
    before, after = beside
    here = bool(nodes.time_ms[after] == event.from_ms)
    declared, loose = nodes.declared.copy(), nodes.loose.copy()
    declared[before] = True
    if not is_swapped:
        # Where in the step the ratio changed, the register was not read: how much of it counts anew is a guess.
        loose[before] = np.isnan(event.end_value) and not here
    nodes = replace(nodes, declared=declared, loose=loose)
    if here and is_swapped:
        if _is_read(place, after):
            return nodes, place
        since, ratio = nodes.since.copy(), nodes.ratio.copy()
        since[after], ratio[after] = since[after] / ratio[after] * event.value, event.value
        return replace(nodes, since=since, ratio=ratio), place
    end, start = _ratio_values(nodes, before, after, event, track)
    if not here:
        return _with_node(nodes, place, before, event.from_ms, (end, start, event.value))
    until = nodes.until.copy()
    until[after] = end + (until[after] - start)
    return replace(nodes, until=until), place


def _is_read(place: Rows, node: int) -> bool:
    """Whether a node is a reading."""
    return bool(place[min(int(np.searchsorted(place, node)), len(place) - 1)] == node)


def _with_node(
    nodes: Nodes, place: Rows, before: int, time_ms: int, values: tuple[float, float, float]
) -> tuple[Nodes, Rows]:
    """One node more, after `before`; `values` are until, since and ratio."""
    after = before + 1
    until, since, ratio = (np.array([value]) for value in values)
    beside = nodes.take(slice(before, after))
    new = replace(beside, time_ms=np.array([time_ms]), until=until, since=since, ratio=ratio)
    return Nodes.concat((nodes.take(slice(None, after)), new, nodes.take(slice(after, None)))), place + (place >= after)


def _ratio_values(nodes: Nodes, before: int, after: int, event: Saying, track: Track) -> tuple[float, float]:
    """Register at a change of ratio, by the ratio before it and by that after it.

    NaN where nobody noted it and the step is none that the register can have made: another meter, perhaps.
    """
    old, new = float(nodes.ratio[before]), event.value
    if not np.isnan(event.end_value):
        return event.end_value * old, event.end_value * new
    # What the display showed on both sides; a later change of ratio may lie between here and there.
    low, high = float(nodes.since[before]) / old, float(nodes.until[after]) / float(nodes.ratio[after])
    elapsed_ms = int(nodes.time_ms[after] - nodes.time_ms[before])
    cap = float(cap_per_ms(track.points)[event.point])
    blur = float(nodes.blur[before] + nodes.blur[after])
    least = -np.inf if track.points.is_net[event.point] else -blur
    if not (high - low) * max(old, new) >= least or (high - low) * min(old, new) > cap * elapsed_ms + blur:
        return np.nan, np.nan
    then = low + (high - low) * float((event.from_ms - nodes.time_ms[before]) / elapsed_ms)
    return then * old, then * new


def _with_span(nodes: Nodes, event: Saying, factor: Float64) -> Nodes:
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
