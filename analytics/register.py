"""What did each step of a running total mean?

After excursions are left out (`analytics.excursion`), every step between two neighbouring readings is one of:

========== ================================================= ======================================================
step       when                                              amount
========== ================================================= ======================================================
declared   a person said what it was (`analytics.nodes`)      what the person said
normal     ``0 <= d <= rating * dt`` (no rating: ``d >= 0``)  ``d``
noise      falls by no more than a few display steps         0; the higher value stays the reference for a while
rollover   falls, modulus ``M`` known, and ``M - r1 + r2``    ``M - r1 + r2``, exact; missing where the rating
           is within the rating (no rating: ``r1`` in the     allows for one more turn
           top and ``r2`` in the bottom tenth of ``M``)
reset,     falls otherwise; a swap where the register goes    not known: estimated from the steps beside it if the
swap       on higher than it can have counted since           step is at most `RESET_ESTIMATE_MS`, missing if longer
impossible rises faster than the rating and never comes back missing; the register goes on from the new level
           (no rating: `analytics.jump`)
catching   rises faster than the rating, but not than it      ``d``, shared out over the time the display stood still
up         allows since the display stood still
========== ================================================= ======================================================

A falling register never restarts from zero silently: each reset, rollover and impossible step is a finding. A step so
long that a rated register can have gone round once more is a rollover of unknown turns, and missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import FOREVER_MS, HOUR_MS, Bool, Columns, Events, Findings, Flag, Float64, UInt16
from analytics.excursion import Excursions, excursions
from analytics.jump import jumps, stood_still
from analytics.nodes import Nodes, nodes_of
from analytics.noise import allowed, cap_per_ms, doubtful_steps, noise_of, without_noise
from analytics.pieces import ESTIMATED, MISSING, Pieces, RegisterPieces, gap_flags, known_by, straight
from analytics.track import Marks, Rows, Track, found, no_findings, no_marks

RESET_ESTIMATE_MS = HOUR_MS
"""Longest step with a reset whose amount is estimated; what a longer one held is missing. [ms]"""

EDGE_OF_MODULUS = 0.1
"""Without a rating, a rollover starts in the top and ends in the bottom tenth of the modulus."""

NEAR_ZERO = 0.01
"""Without a rating, a register that goes on at more than this share of what it was is another one."""

SPAN_NEVER_FROM_MS, SPAN_NEVER_TO_MS = 0, FOREVER_MS
"""Span of an estimate that no period knows exactly. [ms UTC]"""

FELL = int(Flag.RESET | Flag.SWAP)


@dataclass(frozen=True, eq=False)
class Doubts(Columns):
    """Steps that are not normal, and what they are taken for.

    Attributes
    ----------
    step : ndarray of int64
        Index of the reading before the step.
    what : ndarray of uint16
        `Flag`: ROLLOVER, RESET, SWAP or IMPOSSIBLE.
    amount : ndarray of float64
        In the reading's own unit; NaN where missing.
    """

    step: Rows
    what: UInt16
    amount: Float64


def register_pieces(track: Track, events: Events) -> tuple[Pieces, Marks, Findings]:
    """The steps of registers as pieces of the curve.

    Parameters
    ----------
    track : Track
        Screened readings of registers: finite, at strictly rising times.
    events : Events
        ``point`` holds rows of the track's table.

    Returns
    -------
    pieces : Pieces
        One a step between two nodes of a point.
    marks : Marks
        SPIKE and ZERO where readings were left out, NOISE where a small fall was taken as zero.
    findings : Findings
        Excursions, rollovers, resets, swaps and impossible steps.
    """
    marks, findings = no_marks(), no_findings()
    away = excursions(track)
    if len(away):
        track, marks, findings = _without(track, away)
    falls, too_fast = doubtful_steps(track)
    stood = stood_still(track, too_fast)
    if bool(stood.any()):
        marks = Marks.concat([marks, Marks.at(track, stood, Flag.STUCK)])
        track = track.keep(~stood)
        falls, too_fast = doubtful_steps(track)
    blur = noise_of(track, slice(None))
    if track.spread is not None:
        blur = blur + track.spread
    track, lifted, by = without_noise(track, falls)
    if len(lifted):
        blur = blur + by
        marks = Marks.concat([marks, Marks.at(track, lifted, Flag.NOISE)])
    doubts = _judge(track, falls, too_fast)
    if len(doubts):
        effect = doubts.amount * track.points.factor[track.row[doubts.step]]
        findings = Findings.concat([findings, found(track, doubts.step, doubts.step + 1, doubts.what, effect)])
    nodes, place = nodes_of(track, blur, events)
    return _pieces(track, nodes, replace(doubts, step=place[doubts.step])), marks, findings


def _without(track: Track, away: Excursions) -> tuple[Track, Marks, Findings]:
    counts = away.back - away.first
    left_out = np.repeat(away.first - np.append(0, np.cumsum(counts)[:-1]), counts) + np.arange(counts.sum())
    zero = track.value[left_out] == 0.0
    marks = Marks.concat(
        [Marks.at(track, left_out[zero], Flag.ZERO), Marks.at(track, left_out[~zero], Flag.SPIKE)],
    )
    all_zero = np.logical_and.reduceat(zero, np.append(0, np.cumsum(counts)[:-1]))
    what = np.where(all_zero, np.uint16(Flag.ZERO), np.uint16(Flag.SPIKE))
    factor = track.points.factor[track.row[away.back]]
    effect = np.maximum(track.value[away.back] - track.value[away.first - 1], 0.0) * factor
    findings = found(track, away.first - 1, away.back, what, effect)
    keep = np.ones(len(track), np.bool_)
    keep[left_out] = False
    return track.keep(keep), marks, findings


def _judge(track: Track, falls: Rows, too_fast: Rows) -> Doubts:
    """Rollover, reset, swap or impossible: for each step that is left in doubt."""
    rises = np.union1d(too_fast, jumps(track))
    step = np.concatenate([falls, rises])
    fell = np.arange(len(step)) < len(falls)
    order = np.argsort(step, kind="stable")
    step, fell = step[order], fell[order]
    what, amount = _rollovers(track, step, fell)
    more_turns = _more_turns(track, step)
    doubts = Doubts(
        np.concatenate([step, more_turns]),
        np.concatenate([what, np.full(len(more_turns), int(Flag.ROLLOVER), np.uint16)]),
        np.concatenate([amount, np.full(len(more_turns), np.nan)]),
    )
    return _estimate_resets(track, doubts.take(np.argsort(doubts.step, kind="stable")))


def _rollovers(track: Track, step: Rows, fell: Bool) -> tuple[UInt16, Float64]:
    """What each doubtful step is taken for, and its amount where that is exact."""
    before, after = track.value[step], track.value[step + 1]
    modulus = _modulus(track, step)
    most = allowed(track, step)
    turned = modulus - before + after
    with np.errstate(invalid="ignore"):
        at_the_edges = (before >= (1.0 - EDGE_OF_MODULUS) * modulus) & (after <= EDGE_OF_MODULUS * modulus)
        fits = np.where(np.isinf(most), at_the_edges, turned <= most)
        rollover = fell & (before <= modulus) & (after >= 0.0) & fits
        one_more = rollover & np.isfinite(most) & (turned + modulus <= most)
    another = np.where(np.isinf(most), after > NEAR_ZERO * before, after > most)
    what = np.where(fell, np.where(another, np.uint16(Flag.SWAP), np.uint16(Flag.RESET)), np.uint16(Flag.IMPOSSIBLE))
    what = np.where(rollover, np.uint16(Flag.ROLLOVER), what)
    return what, np.where(rollover & ~one_more, turned, np.nan)


def _more_turns(track: Track, doubtful: Rows) -> Rows:
    """Normal steps so long that the register can have gone round unseen."""
    least_ms = np.nan_to_num(track.points.modulus / cap_per_ms(track.points), nan=np.inf)
    least_ms[least_ms == 0.0] = np.inf  # no rating: nothing is known of turns
    if bool(np.isinf(least_ms).all()):
        return np.empty(0, np.int64)
    long = np.flatnonzero(track.comparable & (np.diff(track.time_ms) >= least_ms[track.row[:-1]]))
    long = np.setdiff1d(long, doubtful)
    rise = track.value[long + 1] - track.value[long]
    return long[rise + _modulus(track, long) <= allowed(track, long)]


def _modulus(track: Track, step: Rows) -> Float64:
    modulus = track.points.modulus[track.row[step]]
    return modulus if track.said is None else np.asarray(modulus * track.said.scale[step], np.float64)


def _estimate_resets(track: Track, doubts: Doubts) -> Doubts:
    """Give short resets the mean rate of the accepted steps beside them.

    The new register started from zero at best, so it shows the least that flowed after the reset: a lower bound, where
    the rating allows it at all.
    """
    elapsed = track.time_ms[doubts.step + 1] - track.time_ms[doubts.step]
    short = ((doubts.what & FELL) != 0) & (elapsed <= RESET_ESTIMATE_MS)
    if not bool(short.any()):
        return doubts
    at = doubts.step[short]
    rise, time = np.zeros(len(at)), np.zeros(len(at))
    for beside in (at - 1, at + 1):
        inside = (beside >= 0) & (beside + 1 < len(track))
        i = np.where(inside, beside, 0)
        j = np.minimum(i + 1, len(track) - 1)
        usable = inside & (track.row[i] == track.row[at]) & (track.row[j] == track.row[at])
        usable &= track.comparable[np.minimum(i, len(track) - 2)] & ~np.isin(i, doubts.step)
        rise += np.where(usable, track.value[j] - track.value[i], 0.0)
        time += np.where(usable, track.time_ms[j] - track.time_ms[i], 0)
    rise = np.where(track.points.is_net[track.row[at]], rise, np.maximum(rise, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = rise / time * elapsed[short]  # 0 / 0: no step beside it, nothing to estimate from
    least = track.value[at + 1]
    most = allowed(track, at)
    possible = np.isfinite(most) & (least >= 0.0) & (least <= most)
    amount = doubts.amount.copy()
    amount[short] = np.where(possible, np.maximum(estimate, least), estimate)
    return replace(doubts, amount=amount)


def _pieces(track: Track, nodes: Nodes, doubts: Doubts) -> Pieces:
    """Pieces between neighbouring nodes of one point."""
    row, from_ms, to_ms = nodes.row[:-1], nodes.time_ms[:-1], nodes.time_ms[1:].copy()
    begin, end = nodes.since[:-1].copy(), nodes.until[1:].copy()
    borders = np.flatnonzero(row != nodes.row[1:])
    to_ms[borders], end[borders] = from_ms[borders], begin[borders]
    end[doubts.step] = begin[doubts.step] + doubts.amount
    length = to_ms - from_ms
    state = known_by(length)
    flags = gap_flags(state)
    declared = nodes.declared[:-1]
    flags[declared] |= np.uint16(Flag.DECLARED)
    flags[doubts.step] |= doubts.what
    unknown = np.isnan(begin) | np.isnan(end)
    state[unknown] = MISSING
    state[borders] = MISSING
    flags[unknown] &= ~np.uint16(Flag.GAP)
    begin, end = _filled(begin, end, unknown)
    factor = track.points.factor[row]
    per_ms = np.zeros(len(row))
    np.divide(end - begin, length, out=per_ms, where=length > 0)
    peak = per_ms * (factor * HOUR_MS)
    peak[state == MISSING] = -np.inf
    guessed = doubts.step[((doubts.what & FELL) != 0) & np.isfinite(doubts.amount)]
    span_from, span_to = _spans(from_ms, to_ms, guessed)
    state[guessed] = ESTIMATED
    flags[guessed] &= ~np.uint16(Flag.GAP)
    exact = state != MISSING
    exact[guessed] = False
    most = (cap_per_ms(track.points) * np.abs(track.points.factor))[row]
    exact[nodes.loose[:-1]] = False
    least = np.where(track.points.is_net[row], -most, 0.0)
    blur = nodes.blur * np.abs(track.points.factor)[nodes.row]
    pieces = RegisterPieces(
        row,
        from_ms,
        to_ms,
        (end - begin) * factor,
        straight(len(row)),
        state,
        peak,
        flags,
        span_from,
        span_to,
        least,
        most,
        exact,
        blur[:-1],
        blur[1:],
        begin,
        end,
    )
    return pieces if len(borders) == 0 else pieces.take(row == nodes.row[1:])


def _filled(begin: Float64, end: Float64, unknown: Bool) -> tuple[Float64, Float64]:
    """Unknown pieces rise by nothing, from wherever one of their ends is known."""
    height = np.where(np.isnan(begin), end, begin)
    height = np.where(np.isnan(height), 0.0, height)
    return np.where(unknown, height, begin), np.where(unknown, height, end)


def _spans(from_ms: Rows, to_ms: Rows, guessed: Rows) -> tuple[Rows, Rows]:
    """What a reset swallowed stays an estimate at any length: no longer period knows it."""
    if len(guessed) == 0:
        return from_ms, to_ms
    span_from, span_to = from_ms.copy(), to_ms.copy()
    span_from[guessed], span_to[guessed] = SPAN_NEVER_FROM_MS, SPAN_NEVER_TO_MS
    return span_from, span_to
