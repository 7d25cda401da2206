"""Which readings may be used at all?

Before any arithmetic, each reading is looked at alone and beside its twin in time:

1. null, NaN or marked bad by the sender: left out (`Flag.BAD`);
2. outside the plausible range of its point: left out (`Flag.RANGE`);
3. exactly zero where zero cannot be true: left out (`Flag.ZERO`);
4. equal value at an equal time (redelivery, QoS 1): ignored without a word;
5. another value at an equal time: the one received last counts (`Flag.CONFLICT`);
6. the same value many times in a row: kept, and called stuck (`Flag.STUCK`).
"""

from __future__ import annotations

import numpy as np

from analytics.columns import Bool, Findings, Flag, Quality, UInt8
from analytics.track import Marks, Track, found, no_findings, no_marks


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
    marks: list[Marks] = []
    track = _without_bad(track, quality, marks)
    track = _without_implausible(track, marks)
    track, findings = _one_per_time(track, marks)
    _mark_stuck(track, marks)
    return track, Marks.concat(marks) if marks else no_marks(), findings


def _leave_out(track: Track, wrong: Bool, flag: Flag, marks: list[Marks]) -> Track:
    if not bool(wrong.any()):
        return track
    marks.append(Marks.at(track, wrong, flag))
    return track.keep(~wrong)


def _without_bad(track: Track, quality: UInt8, marks: list[Marks]) -> Track:
    bad = ~np.isfinite(track.value)
    said = np.uint8(Quality.BAD_AT_SOURCE | Quality.NULL)
    if bool(quality.any()):
        bad |= (quality & said) != 0
    return _leave_out(track, bad, Flag.BAD, marks)


def _without_implausible(track: Track, marks: list[Marks]) -> Track:
    points = track.points
    if bool(np.isfinite(points.valid_lo).any()) or bool(np.isfinite(points.valid_hi).any()):
        outside = (track.value < track.of(points.valid_lo)) | (track.value > track.of(points.valid_hi))
        track = _leave_out(track, outside, Flag.RANGE, marks)
    if bool(points.zero_is_missing.any()):
        track = _leave_out(track, (track.value == 0.0) & track.of(points.zero_is_missing), Flag.ZERO, marks)
    return track


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
