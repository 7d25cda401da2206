"""Which readings may be used at all?

Before any arithmetic, each reading is looked at alone and beside its twin in time:

1. null, NaN, beyond single precision or marked bad by the sender: left out (`Flag.BAD`);
2. outside the plausible range of its point, or above the modulus, which no display can show: left out (`Flag.RANGE`);
3. exactly zero where zero cannot be true: left out (`Flag.ZERO`);
4. a rate, or the rate of an amount, above the rating: left out (`Flag.SPIKE`);
5. equal value at an equal time (redelivery, QoS 1): ignored without a word;
6. another value at an equal time (`Flag.CONFLICT`, see `analytics.conflict`);
7. the same value many times in a row (`Flag.STUCK`): of what flows, only the first is kept. A register has then
   counted in one long step; of a rate nothing is known until it moves again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from analytics.columns import HOUR_MS, LOCAL_DAY, Bool, Events, Findings, Flag, Float64, Kind, Points, Quality, UInt8
from analytics.conflict import one_per_time
from analytics.said import ratio_of
from analytics.track import Marks, Rows, Track, found, no_findings, no_marks

LARGEST = float(np.finfo(np.float32).max)
"""No meter shows more; what does is a garbled frame."""


def screen(track: Track, quality: UInt8, events: Events) -> tuple[Track, Marks, Findings]:
    """Leave out what cannot be used.

    Parameters
    ----------
    track : Track
        All readings, sorted by (point, time, arrival).
    quality : ndarray of uint8, shape (n,)
        `Quality` bits of each reading.
    events : Events
        ``point`` holds rows of the track's table.

    Returns
    -------
    usable : Track
        Finite values at strictly rising times.
    marks : Marks
        What was left out or doubted, where.
    findings : Findings
        Conflicts, spikes of rates.
    """
    faults = list(_faults(track.points, track.row, track.value, quality, ratio_of(track, events)))
    marks = [Marks.at(track, wrong, flag) for flag, wrong in faults]
    good = _without(faults, len(track))
    findings = [_left_out(track, wrong, good, flag) for flag, wrong in faults if flag is Flag.SPIKE]
    track = track.keep(good)
    track, more_marks, conflicts = one_per_time(track, events)
    return (
        track,
        Marks.concat([no_marks(), *marks, more_marks]),
        Findings.concat([no_findings(), *findings, conflicts]),
    )


def usable(points: Points, row: Rows, value: Float64, quality: UInt8, ratio: Float64 | None = None) -> Bool:
    """Whether each reading may be used, looked at alone (rules 1 to 4).

    Parameters
    ----------
    points : Points
    row : ndarray of int64, shape (n,)
        Row in `points` of each reading.
    value : ndarray of float64, shape (n,)
        In the reading's own unit.
    quality : ndarray of uint8, shape (n,)
        `Quality` bits.
    ratio : ndarray of float64, shape (n,), optional
        What one unit of each reading counts by what persons said; 1 if not given.
    """
    return _without(list(_faults(points, row, value, quality, ratio)), len(value))


def _without(faults: list[tuple[Flag, Bool]], n: int) -> Bool:
    good = np.ones(n, np.bool_)
    for _, wrong in faults:
        good &= ~wrong
    return good


def _faults(
    points: Points, row: Rows, value: Float64, quality: UInt8, ratio: Float64 | None
) -> Iterator[tuple[Flag, Bool]]:
    """What is wrong with which readings; a reading stands under the first rule that it breaks."""
    bad = ~(np.abs(value) <= LARGEST)
    if bool(quality.any()):
        bad |= (quality & np.uint8(Quality.BAD_AT_SOURCE | Quality.NULL)) != 0
    if bool(bad.any()):
        yield Flag.BAD, bad
    good = ~bad
    highest = np.fmin(points.valid_hi, points.modulus)
    if bool(np.isfinite(points.valid_lo).any()) or bool(np.isfinite(highest).any()):
        outside = good & ((value < points.valid_lo[row]) | (value > highest[row]))
        if bool(outside.any()):
            yield Flag.RANGE, outside
            good &= ~outside
    if bool(points.zero_is_missing.any()):
        zero = good & (value == 0.0) & points.zero_is_missing[row]
        if bool(zero.any()):
            yield Flag.ZERO, zero
            good &= ~zero
    highest_rate = _highest_flow(points)
    if bool(np.isfinite(highest_rate).any()):
        flow = np.abs(value if ratio is None else value * ratio)
        spike = good & (flow > highest_rate[row])
        if bool(spike.any()):
            yield Flag.SPIKE, spike


def _highest_flow(points: Points) -> Float64:
    """Largest reading of a rate, mean or amount that the rating allows, own unit; inf for the others."""
    period_ms = np.where(points.period_ms == LOCAL_DAY, 25 * HOUR_MS, points.period_ms)
    hours = np.where(points.kind == Kind.AMOUNT, period_ms / HOUR_MS, 1.0)
    flows = np.isin(points.kind, [Kind.RATE, Kind.MEAN, Kind.AMOUNT]) & np.isfinite(points.rating_per_h)
    return np.where(flows, points.rating_per_h * hours / np.abs(points.factor), np.inf)


def _left_out(track: Track, wrong: Bool, good: Bool, flag: Flag) -> Findings:
    """One finding between each pair of good readings of a point with wrong ones between them."""
    accepted, left_out = np.flatnonzero(good), np.flatnonzero(wrong)
    after = np.unique(np.searchsorted(accepted, left_out))
    after = after[(after > 0) & (after < len(accepted))]
    before, after = accepted[after - 1], accepted[after]
    same = track.row[before] == track.row[after]
    before, after = before[same], after[same]
    return found(track, before, after, flag, np.full(len(before), np.nan))


STUCK_KINDS = (Kind.REGISTER, Kind.RATE, Kind.MEAN, Kind.AMOUNT)
"""What flows cannot stand still so long; a level may (a concentration below what can be detected)."""


def without_stuck(track: Track) -> tuple[Track, Marks, Findings]:
    """Of a run of equal values that is too long to be true, only the first says anything (rule 7).

    The finding names the first reading and the one that made the run long enough.
    """
    if len(track) == 0 or not bool((track.points.stuck_count > 0).any()):
        return track, no_marks(), no_findings()
    changes = np.flatnonzero((track.value[1:] != track.value[:-1]) | ~track.same_point) + 1
    starts = np.concatenate([[0], changes])
    lengths = np.diff(np.append(starts, len(track)))
    wanted = track.points.stuck_count[track.row[starts]]
    long = (wanted > 0) & (lengths >= wanted)
    if not bool(long.any()):
        return track, no_marks(), no_findings()
    first, last = starts[long], starts[long] + wanted[long] - 1
    stuck = np.repeat(long, lengths)
    marks = Marks.at(track, stuck, Flag.STUCK)
    findings = found(track, first, last, Flag.STUCK, np.full(len(first), np.nan))
    stuck[first] = False
    stuck &= np.isin(track.points.kind, STUCK_KINDS)[track.row]
    stood = np.zeros(len(track), np.bool_)
    stood[first] = True
    return replace(track, stood=stood).keep(~stuck), marks, findings
