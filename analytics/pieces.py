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
from analytics.columns import (
    FOREVER_MS,
    HOUR_MS,
    INTERVAL_MS,
    LOCAL_DAY,
    Bool,
    Columns,
    Flag,
    Float64,
    Int64,
    Kind,
    UInt8,
    UInt16,
)
from analytics.track import Rows, Track

MISSING, MEASURED, ESTIMATED = 0, 1, 2
"""What is known of a piece."""

JITTER_SHARE = 0.1
"""Labels that come early by less than this share of their period are clock jitter: the amount before keeps its whole
value in a slightly shorter period. Earlier ones overlap, and only the share before the next label counts."""


LATE = 1.5
"""Rates farther apart than so many expected distances have lost a sample between them: the bridge is an estimate."""


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
    least, most : ndarray of float64
        Between which rates the truth lay, canonical unit per millisecond.
    exact : ndarray of bool
        Whether the amount of the whole piece is known, however it was distributed; else it is anything between
        `least` and `most` all along.
    blur_begin, blur_end : ndarray of float64
        How far the curve may have been from its ends, canonical unit.
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
    least: Float64
    most: Float64
    exact: Bool
    blur_begin: Float64
    blur_end: Float64


@dataclass(frozen=True, eq=False)
class RegisterPieces(Pieces):
    """Pieces of registers, which are differences of what the register showed.

    Attributes
    ----------
    begin, end : ndarray of float64
        Register at both ends, own unit. Where a piece does not begin at the end of the one before it, the register
        jumped without counting.
    """

    begin: Float64
    end: Float64


def plain(
    row: Rows,
    from_ms: Int64,
    to_ms: Int64,
    amount: Float64,
    state: UInt8,
    peak: Float64,
    least: Float64,
    most: Float64,
    exact: Bool,
) -> Pieces:
    """Straight pieces whose estimated ones are known at their own ends."""
    none = straight(len(row))
    flags = gap_flags(state)
    return Pieces(row, from_ms, to_ms, amount, none, state, peak, flags, from_ms, to_ms, least, most, exact, none, none)


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
    cap = _cap_per_ms(track)
    exact = np.ones(len(track), np.bool_)
    if is_mean:
        amount, peak = value * (length / HOUR_MS), value
        exact = length == full
    else:
        share = length / full
        amount = np.where(share >= 1.0 - JITTER_SHARE, value, value * share)
        peak = value * (HOUR_MS / full)
        exact = share >= 1.0 - JITTER_SHARE
    least = np.where(value < 0.0, -cap, 0.0)
    blur = _blur(track) * (length / HOUR_MS if is_mean else 1.0)
    # Known exactly at the length of the whole period, even where the next label cut it short.
    whole = plain(track.row, from_ms, to_ms, amount, known_by(full), peak, least, cap, exact)
    whole = replace(whole, blur_begin=blur)
    return whole if bool((length > 0).all()) else whole.take(length > 0)


def _trapezoids(track: Track) -> Pieces:
    level = _canonical(track)
    same = track.same_point
    from_ms = track.time_ms[:-1]
    to_ms = np.where(same, track.time_ms[1:], from_ms)
    length = to_ms - from_ms
    near = same & (length <= track.of(track.points.hold_ms)[:-1])
    near &= track.comparable  # a person may have said that nobody knows
    if track.stood is not None:
        near &= ~track.stood[:-1]
    bridged = near & (length > LATE * track.of(track.points.period_ms)[:-1])
    hours = length / HOUR_MS
    state = np.where(bridged, np.uint8(ESTIMATED), np.uint8(MEASURED))
    low, high = np.minimum(level[:-1], level[1:]), np.maximum(level[:-1], level[1:])
    peak = high
    blur = np.maximum(_blur(track)[:-1], _blur(track)[1:])
    low, high = low - blur, high + blur
    # Between two neighbouring samples a rate is taken to stay between them; across lost ones only the rating holds it.
    cap = _cap_per_ms(track)[:-1]
    least = np.where(bridged, np.where(low < 0.0, -cap, 0.0), low / HOUR_MS)
    most = np.where(bridged, cap, high / HOUR_MS)
    exact = np.zeros(len(from_ms), np.bool_)
    steps = plain(
        track.row[:-1], from_ms, to_ms, 0.5 * (level[:-1] + level[1:]) * hours, state, peak, least, most, exact
    )
    # integral of r0 + (r1 - r0) x over [0, x] minus the straight line: -(r1 - r0)/2 x (1 - x), x the share of the step
    steps = replace(steps, bend=-0.5 * (level[1:] - level[:-1]) * hours)
    if bool(bridged.any()):
        # No longer period knows what flowed between samples that are lost.
        span_from, span_to = np.where(bridged, 0, from_ms), np.where(bridged, FOREVER_MS, to_ms)
        steps = replace(steps, span_from_ms=span_from, span_to_ms=span_to)
    # A piece of which nothing is known would part a sum elsewhere, and round it otherwise.
    return steps if bool(near.all()) else steps.take(near)


def _held(track: Track) -> Pieces:
    level = _canonical(track)
    to_ms = track.time_ms + track.of(track.points.hold_ms)
    same: Bool = track.same_point
    to_ms[:-1] = np.where(same, np.minimum(to_ms[:-1], track.time_ms[1:]), to_ms[:-1])
    # After a step of which a person said that nobody knows it, nothing is held.
    to_ms[:-1] = np.where(same & ~track.comparable, track.time_ms[:-1], to_ms[:-1])
    length = to_ms - track.time_ms
    state = np.full(len(level), MEASURED, np.uint8)
    # Until the next sample the level is taken to stay between both; after the last one nothing bounds it.
    following = np.full((2, len(level)), [[-np.inf], [np.inf]])
    following[:, :-1] = np.where(same, level[1:], following[:, :-1])
    blur = _blur(track)
    least = (np.minimum(level, following[0]) - blur) / HOUR_MS
    most = (np.maximum(level, following[1]) + blur) / HOUR_MS
    exact = np.zeros(len(level), np.bool_)
    held = plain(track.row, track.time_ms, to_ms, level * (length / HOUR_MS), state, level, least, most, exact)
    return held if bool((length > 0).all()) else held.take(length > 0)


def _blur(track: Track) -> Float64:
    """How far a level or an amount may be from its reading: a step of the display, or of single precision."""
    every = slice(None)
    step = np.maximum(track.display_step(every), track.single_step(every))
    return np.asarray(step * np.abs(track.of(track.points.factor)), np.float64)


def _cap_per_ms(track: Track) -> Float64:
    """Largest possible rate, canonical unit per millisecond; inf where no rating is known."""
    cap = track.of(track.points.rating_per_h) / HOUR_MS
    return np.where(np.isnan(cap), np.inf, cap)
