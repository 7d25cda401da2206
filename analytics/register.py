"""What did each step of a running total mean?

After excursions are left out (`analytics.excursion`), every step between two neighbouring readings is one of:

========== ================================================= ======================================================
step       when                                              amount
========== ================================================= ======================================================
normal     ``0 <= d <= rating * dt`` (no rating: ``d >= 0``)  ``d``
noise      falls by no more than a few display steps         0; the higher value stays the reference
rollover   falls, modulus ``M`` known, and ``M - r1 + r2``    ``M - r1 + r2``, exact; one turn is assumed
           is within the rating (no rating: ``r1`` in the
           top and ``r2`` in the bottom tenth of ``M``)
reset      falls otherwise                                   not known: estimated from the steps beside it if the step
                                                             is at most `RESET_ESTIMATE_MS`, missing if longer
impossible rises faster than the rating and never comes back missing; the register goes on from the new level
           (no rating: at least doubles, from 0 too, at more
           than `JUMP` times the rate that follows)
========== ================================================= ======================================================

A falling register never restarts from zero silently: each reset, rollover and impossible step is a finding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import HOUR_MS, Bool, Columns, Findings, Flag, Float64, Int64, UInt8, UInt16
from analytics.excursion import LOOK_AHEAD, Excursions, excursions
from analytics.noise import cap_per_ms, doubtful_steps, without_noise
from analytics.pieces import ESTIMATED, MISSING, Pieces, gap_flags, known_by, straight
from analytics.track import Marks, Rows, Track, found, no_findings, no_marks

RESET_ESTIMATE_MS = HOUR_MS
"""Longest step with a reset whose amount is estimated; what a longer one held is missing. [ms]"""

EDGE_OF_MODULUS = 0.1
"""Without a rating, a rollover starts in the top and ends in the bottom tenth of the modulus."""

JUMP = 1000.0
"""Without a rating, a rise that at least doubles a register and is so many times faster than what follows is the
register coming back after a long run of zeros, or another meter that had counted before, not consumption."""

SPAN_NEVER_FROM_MS, SPAN_NEVER_TO_MS = 0, 253_402_300_799_000
"""Span of an estimate that no period knows exactly: 1970-01-01 to 9999-12-31. [ms UTC]"""


@dataclass(frozen=True, eq=False)
class Doubts(Columns):
    """Steps that are not normal, and what they are taken for.

    Attributes
    ----------
    step : ndarray of int64
        Index of the reading before the step.
    what : ndarray of uint16
        `Flag`: ROLLOVER, RESET or IMPOSSIBLE.
    amount : ndarray of float64
        In the reading's own unit; NaN where missing.
    """

    step: Rows
    what: UInt16
    amount: Float64


def register_pieces(track: Track) -> tuple[Pieces, Marks, Findings]:
    """The steps of registers as pieces of the curve.

    Parameters
    ----------
    track : Track
        Screened readings of registers: finite, at strictly rising times.

    Returns
    -------
    pieces : Pieces
        One a step between two accepted readings of a point.
    marks : Marks
        SPIKE and ZERO where readings were left out, NOISE where a small fall was taken as zero.
    findings : Findings
        Excursions, rollovers, resets and impossible steps.
    """
    marks, findings = no_marks(), no_findings()
    if _is_clean(track):
        return _steps(track, _no_doubts()), marks, findings
    away = excursions(track)
    if len(away):
        track, marks, findings = _without(track, away)
    track, noise = without_noise(track)
    if len(noise):
        marks = Marks.concat([marks, Marks.at(track, noise, Flag.NOISE)])
    doubts = _judge(track)
    if len(doubts):
        effect = doubts.amount * track.points.factor[track.row[doubts.step]]
        findings = Findings.concat([findings, found(track, doubts.step, doubts.step + 1, doubts.what, effect)])
    return _steps(track, doubts), marks, findings


def _is_clean(track: Track) -> bool:
    """Whether every step is normal and none doubles the register, as nearly always."""
    wrong = (track.value[1:] < track.value[:-1]) | _at_least_doubles(track.value)
    cap = cap_per_ms(track)
    if not bool(np.isinf(cap).all()):
        wrong |= track.value[1:] - track.value[:-1] > cap[track.row[1:]] * (track.time_ms[1:] - track.time_ms[:-1])
    return not bool((wrong & track.same_point).any())


def _no_doubts() -> Doubts:
    return Doubts(np.empty(0, np.int64), np.empty(0, np.uint16), np.empty(0))


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


def _judge(track: Track) -> Doubts:
    """Rollover, reset or impossible: for each step that is left in doubt."""
    falls, rises = _not_normal(track)
    before, after = track.value[falls], track.value[falls + 1]
    row = track.row[falls]
    modulus = track.points.modulus[row]
    cap = cap_per_ms(track)[row]
    turned = modulus - before + after
    with np.errstate(invalid="ignore"):
        within_rating = turned <= cap * (track.time_ms[falls + 1] - track.time_ms[falls])
        at_the_edges = (before >= (1.0 - EDGE_OF_MODULUS) * modulus) & (after <= EDGE_OF_MODULUS * modulus)
        rollover = (before <= modulus) & (after >= 0.0) & np.where(np.isinf(cap), at_the_edges, within_rating)
    known = np.where(rollover, np.uint16(Flag.ROLLOVER), np.uint16(Flag.RESET))
    doubts = Doubts(
        step=np.concatenate([falls, rises]),
        what=np.concatenate([known, np.full(len(rises), int(Flag.IMPOSSIBLE), np.uint16)]),
        amount=np.concatenate([np.where(rollover, turned, np.nan), np.full(len(rises), np.nan)]),
    )
    doubts = doubts.take(np.argsort(doubts.step, kind="stable"))
    return _estimate_resets(track, doubts)


def _not_normal(track: Track) -> tuple[Rows, Rows]:
    """After noise is lifted, every fall is a real one."""
    _, too_fast = doubtful_steps(track)
    falls = np.flatnonzero((np.diff(track.value) < 0.0) & track.same_point)
    return falls, np.union1d(too_fast, _jumps(track))


def _jumps(track: Track) -> Rows:
    """Without a rating: steps up that nothing after them explains. Where nothing rises, none is."""
    value = track.value
    step = np.flatnonzero(_at_least_doubles(value) & track.same_point)
    step = step[np.isinf(cap_per_ms(track)[track.row[step]])]
    last = np.searchsorted(track.row, track.row[step], "right") - 1
    end = np.minimum(step + 1 + LOOK_AHEAD, last)
    follows = (value[end] - value[step + 1]) * (track.time_ms[step + 1] - track.time_ms[step])
    jump = (value[step + 1] - value[step]) * (track.time_ms[end] - track.time_ms[step + 1])
    return step[(follows > 0.0) & (jump > JUMP * follows)]


def _at_least_doubles(value: Float64) -> Bool:
    """Whether each step makes at least twice of what was there before; from zero, any rise does."""
    return np.asarray((value[:-1] >= 0.0) & (value[1:] > value[:-1]) & (value[1:] >= 2.0 * value[:-1]), np.bool_)


def _estimate_resets(track: Track, doubts: Doubts) -> Doubts:
    """Give short resets the mean rate of the accepted steps beside them.

    The new register started from zero at best, so it shows the least that flowed after the reset: a lower bound, where
    the rating allows it at all.
    """
    elapsed = track.time_ms[doubts.step + 1] - track.time_ms[doubts.step]
    short = (doubts.what == int(Flag.RESET)) & (elapsed <= RESET_ESTIMATE_MS)
    if not bool(short.any()):
        return doubts
    at = doubts.step[short]
    rise, time = np.zeros(len(at)), np.zeros(len(at))
    for beside in (at - 1, at + 1):
        inside = (beside >= 0) & (beside + 1 < len(track))
        i = np.where(inside, beside, 0)
        j = np.minimum(i + 1, len(track) - 1)
        usable = inside & (track.row[i] == track.row[at]) & (track.row[j] == track.row[at]) & ~np.isin(i, doubts.step)
        rise += np.where(usable, track.value[j] - track.value[i], 0.0)
        time += np.where(usable, track.time_ms[j] - track.time_ms[i], 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = rise / time * elapsed[short]  # 0 / 0: no step beside it, nothing to estimate from
    cap = cap_per_ms(track)[track.row[at]]
    least = track.value[at + 1]
    possible = np.isfinite(cap) & (least <= np.where(np.isfinite(cap), cap, 0.0) * elapsed[short])
    amount = doubts.amount.copy()
    amount[short] = np.where(possible, np.maximum(estimate, least), estimate)
    return Doubts(doubts.step, doubts.what, amount)


def _steps(track: Track, doubts: Doubts) -> Pieces:
    row, from_ms, to_ms = track.row[:-1], track.time_ms[:-1], track.time_ms[1:].copy()
    amount = np.diff(track.value) * track.of(track.points.factor)[:-1]
    borders = np.flatnonzero(~track.same_point)
    to_ms[borders], amount[borders] = from_ms[borders], 0.0  # from one point to the next: a piece of no length
    length = to_ms - from_ms
    state = known_by(length)
    state[borders] = MISSING
    flags = gap_flags(state)
    span_from, span_to = from_ms, to_ms
    if len(doubts):
        span_from, span_to = from_ms.copy(), to_ms.copy()
        _apply(doubts, track, amount, state, flags, (span_from, span_to))
    with np.errstate(invalid="ignore"):  # 0 / 0 at the borders
        peak = amount * HOUR_MS / length
    peak[state == MISSING] = -np.inf
    return Pieces(row, from_ms, to_ms, amount, straight(len(row)), state, peak, flags, span_from, span_to)


def _apply(
    doubts: Doubts, track: Track, amount: Float64, state: UInt8, flags: UInt16, span: tuple[Int64, Int64]
) -> None:
    """Write the doubts into the columns of the steps, in place."""
    at = doubts.step
    known: Bool = np.isfinite(doubts.amount)
    amount[at] = np.where(known, doubts.amount, 0.0) * track.points.factor[track.row[at]]
    state[at[~known]] = MISSING
    flags[at[~known]] = 0
    flags[at] |= doubts.what
    # What a reset swallowed stays an estimate at any length: no longer period knows it.
    guessed = at[known & (doubts.what == int(Flag.RESET))]
    state[guessed] = ESTIMATED
    flags[guessed] &= ~np.uint16(Flag.GAP)
    span[0][guessed], span[1][guessed] = SPAN_NEVER_FROM_MS, SPAN_NEVER_TO_MS
