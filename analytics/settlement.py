"""What did each point amount to in each quarter of an hour, and what had to be decided about its meter?

`settle` is the one function between the journal and every figure: readings in, intervals and findings out, the same
for one dirty quarter and for ten years. It works on groups of points of one kind, some hundred thousand readings at a
time, so that the arrays stay in the processor's cache and memory stays small::

    readings ─▶ screen ─▶ excursion, register ─▶ pieces ─▶ curve ─▶ intervals
                       └▶ amounts, rates, levels ─▲

Each step is a file of its own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.chunks import Room, Work, cells_of, chunks_of, rows_in, track_of
from analytics.clean import clean_quarters, course_of
from analytics.columns import DERIVED, INTERVAL_MS, Events, Findings, Intervals, Kind, Points, Ranges, Readings
from analytics.curve import quarters
from analytics.pieces import pieces_of
from analytics.register import register_pieces
from analytics.said import after_screening, before_screening, declared_marks, settled_instants, with_right_clock
from analytics.screen import screen, without_stuck
from analytics.silence import silences
from analytics.track import Marks, Rows, no_findings, rows_of

RULES_EDITION = 2
"""Grows with every change of what settlement makes of the same readings: what an older one settled is settled anew."""


@dataclass(frozen=True)
class Settled:
    """The outcome of one settlement.

    Attributes
    ----------
    intervals : Intervals
        Sorted by (point, start), only inside the ranges.
    findings : Findings
        Sorted by (point, time), those whose `time_ms` lies inside the ranges.
    """

    intervals: Intervals
    findings: Findings


def settle(
    points: Points, zones: Sequence[str], readings: Readings, ranges: Ranges, events: Events | None = None
) -> Settled:
    """Settle readings into 15-minute intervals.

    Parameters
    ----------
    points : Points
        Table of at least the points named in `ranges`.
    zones : sequence of str
        IANA names that ``points.zone`` points into.
    readings : Readings
        Sorted by (point, time, arrival), with as much around each range as `analytics.context.decided_by` asks for.
        Points without a range are passed over.
    ranges : Ranges
        At most one row a point, edges multiples of 15 minutes.
    events : Events, optional
        All that was said about these points, wherever it acts.

    Returns
    -------
    Settled

    Raises
    ------
    ValueError
        If a range names an unknown point or names one twice, is not aligned, or belongs to a derived point; if
        readings are not sorted.

    Examples
    --------
    A register read at 0:00 and 0:30 knows the half hour, and shares it out:

    >>> from analytics.columns import Points, Ranges, Readings
    >>> one = lambda value, dtype: np.array([value], dtype)
    >>> meter = Points(
    ...     one(7, np.int32), one(Kind.REGISTER, np.int8), one(1, float), one(0, float), one(np.nan, float),
    ...     one(np.nan, float), one(0, float), one(1_800_000, np.int64), one(False, bool), one(0, np.int64),
    ...     one(-np.inf, float), one(np.inf, float), one(False, bool), one(0, np.int32), one(False, bool),
    ...     one(0, np.int32))
    >>> two = Readings(np.full(2, 7, np.int32), np.array([0, 1_800_000]), np.array([100.0, 112.0]),
    ...     np.zeros(2, np.uint8), np.zeros(2, np.int64))
    >>> settled = settle(meter, ["UTC"], two, Ranges(one(7, np.int32), one(0, np.int64), one(1_800_000, np.int64)))
    >>> settled.intervals.amount, settled.intervals.estimated_s
    (array([6., 6.]), array([900., 900.], dtype=float32))
    """
    row = rows_of(points.key, ranges.point)
    _check(points, row, ranges)
    order = np.argsort(ranges.point, kind="stable")
    first = np.searchsorted(readings.point, ranges.point[order], "left")
    last = np.searchsorted(readings.point, ranges.point[order], "right")
    _check_sorted(readings)
    said = Events.empty() if events is None else events.take(np.isin(events.point, ranges.point))
    readings = with_right_clock(readings, said)
    work = Work(points.take(row[order]), ranges.take(order), first, last)
    work = work.take(last > first)
    cells = cells_of(work, readings)
    room = Room(int(cells.sum()))
    findings = [no_findings()]
    for chunk in chunks_of(work, cells):
        part = _settle_chunk(chunk, zones, readings, said)
        room.put(part.intervals)
        findings.append(part.findings)
    return Settled(room.filled(), Findings.concat(findings))


def _check(points: Points, row: Rows, ranges: Ranges) -> None:
    if len(np.unique(ranges.point)) != len(ranges):
        raise ValueError(f"{len(ranges)} ranges name {len(np.unique(ranges.point))} points; wanted one range a point")
    crooked = (ranges.from_ms % INTERVAL_MS != 0) | (ranges.to_ms % INTERVAL_MS != 0)
    if bool(crooked.any()):
        i = int(np.flatnonzero(crooked)[0])
        raise ValueError(
            f"range [{ranges.from_ms[i]}, {ranges.to_ms[i]}) of point {ranges.point[i]} must have edges that are "
            f"multiples of {INTERVAL_MS} ms"
        )
    derived = np.isin(points.kind[row], DERIVED)
    if bool(derived.any()):
        keys = points.key[row[derived]].tolist()
        raise ValueError(f"points {keys[:5]} are loads: they are derived from intervals, not settled from readings")


def _check_sorted(readings: Readings) -> None:
    if len(readings) < 2:
        return
    point, time_ms = readings.point, readings.time_ms
    back = np.flatnonzero(time_ms[1:] < time_ms[:-1])
    wrong = np.union1d(back[point[back + 1] == point[back]], np.flatnonzero(point[1:] < point[:-1]))
    if len(wrong):
        i = int(wrong[0])
        raise ValueError(f"readings must be sorted by point, time and arrival; reading {i + 1} comes before {i}")


def _settle_chunk(work: Work, zones: Sequence[str], readings: Readings, events: Events) -> Settled:
    """Settle some points kind by kind, and put them in order again."""
    kinds = np.unique(work.points.kind).tolist()
    parts = [_settle_kind(work.take(work.points.kind == kind), Kind(kind), zones, readings, events) for kind in kinds]
    if len(parts) == 1:
        return parts[0]
    intervals = Intervals.concat([part.intervals for part in parts])
    findings = Findings.concat([part.findings for part in parts])
    return Settled(
        intervals.take(np.argsort(intervals.point, kind="stable")),
        findings.take(np.argsort(findings.point, kind="stable")),
    )


def _settle_kind(work: Work, kind: Kind, zones: Sequence[str], readings: Readings, events: Events) -> Settled:
    """Settle points of one kind: registers that are beyond doubt in one go, everything else step by step."""
    if kind is not Kind.REGISTER:
        return _settle_judged(work, kind, zones, readings, events)
    rows, said = rows_in(work), np.isin(work.points.key, events.point)
    columns = readings.time_ms[rows], readings.value[rows], readings.flag[rows]
    course = course_of(work.points, *columns, work.last - work.first, said)
    if bool(course.clean.all()):
        return Settled(clean_quarters(course, work.points.key, work.ranges), no_findings())
    if not bool(course.clean.any()):
        return _settle_judged(work, kind, zones, readings, events)
    parts = (
        _settle_kind(work.take(course.clean), kind, zones, readings, events),
        _settle_judged(work.take(~course.clean), kind, zones, readings, events),
    )
    intervals = Intervals.concat([part.intervals for part in parts])
    return Settled(intervals.take(np.argsort(intervals.point, kind="stable")), parts[1].findings)


def _settle_judged(work: Work, kind: Kind, zones: Sequence[str], readings: Readings, events: Events) -> Settled:
    points, ranges = work.points, work.ranges
    said = _by_row(points, events)
    track, quality = track_of(work, readings)
    track, quality, out = before_screening(track, quality, said)
    track, marks, findings = screen(track, quality, said)
    heard = track
    track, stuck_marks, stuck = without_stuck(track)
    findings = Findings.concat([findings, stuck])
    said = settled_instants(track, said)
    track = after_screening(track, said)
    marks = Marks.concat([out, marks, stuck_marks, declared_marks(heard, said)])
    if kind is Kind.REGISTER:
        pieces, more_marks, more_findings = register_pieces(track, said)
        marks, findings = Marks.concat([marks, more_marks]), Findings.concat([findings, more_findings])
        findings = Findings.concat([findings, silences(track, pieces)])
    else:
        pieces = pieces_of(track, kind, zones)
        findings = Findings.concat([findings, silences(heard, pieces)])
    intervals = quarters(pieces, marks, points.key, points.factor, ranges.from_ms, ranges.to_ms)
    if len(findings):
        place = rows_of(points.key, findings.point)
        inside = (findings.time_ms >= ranges.from_ms[place]) & (findings.time_ms < ranges.to_ms[place])
        findings = findings.take(inside)
    return Settled(intervals, findings.take(np.lexsort((findings.what, findings.time_ms, findings.point))))


def _by_row(points: Points, events: Events) -> Events:
    """The events of these points, with their rows in place of their keys."""
    mine = events.take(np.isin(events.point, points.key))
    if len(mine) == 0:
        return mine
    return replace(mine, point=rows_of(points.key, mine.point).astype(np.int32))
