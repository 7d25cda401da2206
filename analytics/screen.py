"""Which readings may be used at all?

Before any arithmetic, each reading is looked at alone and beside its twin in time:

1. null, NaN or marked bad by the sender: left out (`Flag.BAD`);
2. outside the plausible range of its point, or above the modulus, which no display can show: left out (`Flag.RANGE`);
3. exactly zero where zero cannot be true: left out (`Flag.ZERO`);
4. equal value at an equal time (redelivery, QoS 1): ignored without a word;
5. another value at an equal time: the one received last counts (`Flag.CONFLICT`);
6. the same value many times in a row: kept, and called stuck (`Flag.STUCK`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analytics.columns import Bool, Findings, Flag, Float64, Points, Quality, UInt8
from analytics.track import Marks, Rows, Track, found, no_findings, no_marks


def screen(track: Track, quality: UInt8) -> tuple[Track, Marks, Findings]:
    """Leave out what cannot be used.

    Parameters
    ----------
    track : Track
        All readings, sorted by (point, time, arrival).
    quality : ndarray of uint8, shape (n,)
        `Quality` bits of each reading.

    Returns
    -------
    usable : Track
        Finite values at strictly rising times.
    marks : Marks
        What was left out or doubted, where.
    findings : Findings
        The conflicts.
    """
    faults = list(_faults(track.points, track.row, track.value, quality))
    marks = [Marks.at(track, wrong, flag) for flag, wrong in faults]
    track = track.keep(_without(faults, len(track)))
    track, findings = _one_per_time(track, marks)
    _mark_stuck(track, marks)
    return track, Marks.concat(marks) if marks else no_marks(), findings


def usable(points: Points, row: Rows, value: Float64, quality: UInt8) -> Bool:
    """Whether each reading may be used, looked at alone (rules 1 to 3).

    Parameters
    ----------
    points : Points
    row : ndarray of int64, shape (n,)
        Row in `points` of each reading.
    value : ndarray of float64, shape (n,)
        In the reading's own unit.
    quality : ndarray of uint8, shape (n,)
        `Quality` bits.
    """
    return _without(list(_faults(points, row, value, quality)), len(value))


def _without(faults: list[tuple[Flag, Bool]], n: int) -> Bool:
    good = np.ones(n, np.bool_)
    for _, wrong in faults:
        good &= ~wrong
    return good


def _faults(points: Points, row: Rows, value: Float64, quality: UInt8) -> Iterator[tuple[Flag, Bool]]:
    """What is wrong with which readings; a reading stands under the first rule that it breaks."""
    bad = ~np.isfinite(value)
    if bool(quality.any()):
        bad |= (quality & np.uint8(Quality.BAD_AT_SOURCE | Quality.NULL)) != 0
    if bool(bad.any()):
        yield Flag.BAD, bad
    outside = np.zeros(len(value), np.bool_)
    highest = np.fmin(points.valid_hi, points.modulus)
    if bool(np.isfinite(points.valid_lo).any()) or bool(np.isfinite(highest).any()):
        outside = ~bad & ((value < points.valid_lo[row]) | (value > highest[row]))
        if bool(outside.any()):
            yield Flag.RANGE, outside
    if bool(points.zero_is_missing.any()):
        zero = ~bad & ~outside & (value == 0.0) & points.zero_is_missing[row]
        if bool(zero.any()):
            yield Flag.ZERO, zero


def _one_per_time(track: Track, marks: list[Marks]) -> tuple[Track, Findings]:
    # Storage keeps every delivery (metering.md, 7: QoS 1 may duplicate), so this is where duplicates end.
    twin = (track.time_ms[1:] == track.time_ms[:-1]) & track.same_point
    if not bool(twin.any()):
        return track, no_findings()
    differs = np.flatnonzero(twin & (track.value[1:] != track.value[:-1]))
    findings = found(track, differs, differs + 1, Flag.CONFLICT, np.full(len(differs), np.nan))
    if len(differs):
        marks.append(Marks.at(track, differs, Flag.CONFLICT))
    return track.keep(np.append(~twin, True)), findings


def _mark_stuck(track: Track, marks: list[Marks]) -> None:
    if len(track) == 0 or not bool((track.points.stuck_count > 0).any()):
        return
    changes = np.flatnonzero((track.value[1:] != track.value[:-1]) | ~track.same_point) + 1
    starts = np.concatenate([[0], changes])
    lengths = np.diff(np.append(starts, len(track)))
    wanted = track.points.stuck_count[track.row[starts]]
    stuck = np.repeat((wanted > 0) & (lengths >= wanted), lengths)
    if bool(stuck.any()):
        marks.append(Marks.at(track, stuck, Flag.STUCK))
