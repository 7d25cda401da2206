"""Over which stretches of time is a point's amount known?

Every kind of reading becomes `Pieces`: stretches that do not overlap, each with the amount that flowed in it. Between
two pieces nothing is known. The cumulative curve of a point climbs by the amount of each piece, linear in between
(for rates: as the integral of a straight line), and everything else is a difference of that curve
(`analytics.curve`).

::

    register    r0 ------ r1 ------ r2        piece = step between two accepted readings
    amount      [ period )[ period )          piece = the period the label names
    rate        x ------- x                   piece = trapezoid, if the step is short enough
    level       x======== x=====              piece = the sample, held
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.calendar import day_of, day_start
from analytics.columns import HOUR_MS, INTERVAL_MS, LOCAL_DAY, Bool, Columns, Flag, Float64, Int64, Kind, UInt8, UInt16
from analytics.track import Rows, Track

MISSING, MEASURED, ESTIMATED = 0, 1, 2
"""What is known of a piece."""

JITTER_SHARE = 0.1
"""Labels that come early by less than this share of their period are clock jitter: the amount before keeps its whole
value in a slightly shorter period. Earlier ones overlap, and only the share before the next label counts."""


@dataclass(frozen=True, eq=False)
class Pieces(Columns):
    """Stretches ``[from_ms, to_ms)`` in order of (row, time), never overlapping; some may have no length.

    Attributes
    ----------
    row : ndarray of int64
        Row of the point.
    from_ms, to_ms : ndarray of int64
    amount : ndarray of float64
        Canonical unit (levels: times hours); 0 where missing.
    bend : ndarray of float64
        Amount by which the curve lies above the straight line in the middle, times four; 0 for all but rates.
    state : ndarray of uint8
        `MISSING`, `MEASURED` or `ESTIMATED`.
    peak : ndarray of float64
        Largest rate or level in the piece; -inf where missing.
    flags : ndarray of uint16
    span_from_ms, span_to_ms : ndarray of int64
        Between which readings an estimated amount is exactly known.
    """

    row: Rows
    from_ms: Int64
    to_ms: Int64
    amount: Float64
    bend: Float64
    state: UInt8
    peak: Float64
    flags: UInt16
    span_from_ms: Int64
    span_to_ms: Int64


def plain(row: Rows, from_ms: Int64, to_ms: Int64, amount: Float64, state: UInt8, peak: Float64) -> Pieces:
    """Straight pieces whose estimated ones are known at their own ends."""
    return Pieces(row, from_ms, to_ms, amount, straight(len(row)), state, peak, gap_flags(state), from_ms, to_ms)


def straight(n: int) -> Float64:
    """The bend of pieces that have none: zeros that take no room."""
    return np.broadcast_to(np.float64(0.0), (n,))


def gap_flags(state: UInt8) -> UInt16:
    """`Flag.GAP` where a piece is estimated."""
    return np.where(state == ESTIMATED, np.uint16(Flag.GAP), np.uint16(0))


def known_by(length_ms: Int64) -> UInt8:
    """Measured up to one interval, estimated when spread over more."""
    return np.where(length_ms <= INTERVAL_MS, np.uint8(MEASURED), np.uint8(ESTIMATED))


def pieces_of(track: Track, kind: Kind, zones: Sequence[str]) -> Pieces:
    """Pieces of every kind but registers, whose steps need judgement first (`analytics.register`).

    Raises
    ------
    ValueError
        If `kind` is a register or a load.
    """
    if kind in (Kind.AMOUNT, Kind.MEAN):
        return _labelled(track, zones, is_mean=kind is Kind.MEAN)
    if kind is Kind.RATE:
        return _trapezoids(track)
    if kind in (Kind.CONCENTRATION, Kind.STATE):
        return _held(track)
    raise ValueError(f"pieces_of takes amounts, means, rates and levels; got {kind.name}")


def _canonical(track: Track) -> Float64:
    points = track.points
    return np.asarray(track.value * track.of(points.factor) + track.of(points.offset), np.float64)


def periods(track: Track, zones: Sequence[str]) -> tuple[Int64, Int64]:
    """The periods ``[from_ms, to_ms)`` that the labels of amounts and means name.

    A local day is the day of the label; an end label at local midnight closes the day before.
    """
    period, is_end = track.of(track.points.period_ms), track.of(track.points.label_end)
    from_ms = np.where(is_end, track.time_ms - period, track.time_ms)
    to_ms = from_ms + period
    daily = period == LOCAL_DAY
    if not bool(daily.any()):
        return from_ms, to_ms
    zone_of = track.of(track.points.zone)
    for zone in np.unique(zone_of[daily]).tolist():
        here = daily & (zone_of == zone)
        day = day_of(track.time_ms[here] - is_end[here], zones[zone]).astype(np.int64)
        from_ms[here], to_ms[here] = day_start(day, zones[zone]), day_start(day + 1, zones[zone])
    return from_ms, to_ms


def _labelled(track: Track, zones: Sequence[str], *, is_mean: bool) -> Pieces:
    from_ms, full_to_ms = periods(track, zones)
    full = full_to_ms - from_ms
    to_ms = full_to_ms.copy()
    same = track.same_point
    to_ms[:-1] = np.where(same, np.minimum(to_ms[:-1], from_ms[1:]), to_ms[:-1])
    length = to_ms - from_ms
    value = _canonical(track)
    if is_mean:
        amount, peak = value * (length / HOUR_MS), value
    else:
        share = length / full
        amount = np.where(share >= 1.0 - JITTER_SHARE, value, value * share)
        peak = value * (HOUR_MS / full)
    # Known exactly at the length of the whole period, even where the next label cut it short.
    whole = plain(track.row, from_ms, to_ms, amount, known_by(full), peak)
    return whole if bool((length > 0).all()) else whole.take(length > 0)


def _trapezoids(track: Track) -> Pieces:
    level = _canonical(track)
    same = track.same_point
    from_ms = track.time_ms[:-1]
    to_ms = np.where(same, track.time_ms[1:], from_ms)
    near = same & (to_ms - from_ms <= track.of(track.points.hold_ms)[:-1])
    hours = np.where(near, (to_ms - from_ms) / HOUR_MS, 0.0)
    state = np.where(near, np.uint8(MEASURED), np.uint8(MISSING))
    peak = np.where(near, np.maximum(level[:-1], level[1:]), -np.inf)
    steps = plain(track.row[:-1], from_ms, to_ms, 0.5 * (level[:-1] + level[1:]) * hours, state, peak)
    # integral of r0 + (r1 - r0) x over [0, x] minus the straight line: -(r1 - r0)/2 x (1 - x), x the share of the step
    return replace(steps, bend=-0.5 * (level[1:] - level[:-1]) * hours)


def _held(track: Track) -> Pieces:
    level = _canonical(track)
    to_ms = track.time_ms + track.of(track.points.hold_ms)
    same: Bool = track.same_point
    to_ms[:-1] = np.where(same, np.minimum(to_ms[:-1], track.time_ms[1:]), to_ms[:-1])
    length = to_ms - track.time_ms
    state = np.full(len(level), MEASURED, np.uint8)
    held = plain(track.row, track.time_ms, to_ms, level * (length / HOUR_MS), state, level)
    return held if bool((length > 0).all()) else held.take(length > 0)
