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
from dataclasses import dataclass

import numpy as np

from analytics.chunks import Room, Work, cells_of, chunks_of, track_of
from analytics.columns import (
    DAY_MS,
    HOUR_MS,
    INTERVAL_MS,
    LOCAL_DAY,
    Findings,
    Int64,
    Intervals,
    Kind,
    Points,
    Ranges,
    Readings,
)
from analytics.curve import quarters
from analytics.excursion import LOOK_AHEAD
from analytics.pieces import pieces_of
from analytics.register import register_pieces
from analytics.screen import screen
from analytics.track import Marks, Rows, no_findings, rows_of

CONTEXT_PERIODS = 2 * LOOK_AHEAD + 8
"""Readings that a point must see on both sides. The context may begin inside an excursion, which takes up to a
look-ahead to end; what it was is told wrongly for up to one more; some may be lost."""

LEAST_CONTEXT = 2 * LOOK_AHEAD
"""Usable readings that must be seen on both sides where there are so many, also where senders are slower than declared:
an excursion, and what tells whether it was one."""

SHORTEST_CONTEXT_MS = 60_000
LONGEST_CONTEXT_MS = 40 * DAY_MS


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


def context_ms(points: Points) -> Int64:
    """How much before and after a range each point must see. [ms]

    `CONTEXT_PERIODS` expected readings (a stuck point's whole run if that is longer), the time a sample may stand for
    what follows; at least a minute, at most 40 days. Besides, `LEAST_CONTEXT` usable readings on each side as far as
    there are any within 40 days, and at least the nearest one, however far.

    Returns
    -------
    ndarray of int64, shape (n_points,)
    """
    period = np.where(points.period_ms == LOCAL_DAY, 25 * HOUR_MS, points.period_ms)
    seen = np.maximum(CONTEXT_PERIODS, points.stuck_count + 1) * period
    is_held = np.isin(points.kind, [Kind.RATE, Kind.CONCENTRATION, Kind.STATE])
    seen = np.maximum(seen, np.where(is_held, points.hold_ms, 0))
    return np.asarray(np.clip(seen, SHORTEST_CONTEXT_MS, LONGEST_CONTEXT_MS), np.int64)


def settle(points: Points, zones: Sequence[str], readings: Readings, ranges: Ranges) -> Settled:
    """Settle readings into 15-minute intervals.

    Parameters
    ----------
    points : Points
        Table of at least the points named in `ranges`.
    zones : sequence of str
        IANA names that ``points.zone`` points into.
    readings : Readings
        Sorted by (point, time, arrival), with the context that `context_ms` asks for. Points without a range are
        passed over.
    ranges : Ranges
        At most one row a point, edges multiples of 15 minutes.

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
    work = Work(points.take(row[order]), ranges.take(order), first, last)
    work = work.take(last > first)
    cells = cells_of(work, readings)
    room = Room(int(cells.sum()))
    findings = [no_findings()]
    for chunk in chunks_of(work, cells):
        part = _settle_chunk(chunk, zones, readings)
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
    derived = points.kind[row] == Kind.LOAD
    if bool(derived.any()):
        keys = points.key[row[derived]].tolist()
        raise ValueError(f"points {keys[:5]} are loads: they are derived from intervals, not settled from readings")


def _check_sorted(readings: Readings) -> None:
    if len(readings) < 2:
        return
    point, time_ms = readings.point, readings.time_ms
    falls = (point[1:] < point[:-1]) | ((point[1:] == point[:-1]) & (time_ms[1:] < time_ms[:-1]))
    if bool(falls.any()):
        i = int(np.flatnonzero(falls)[0])
        raise ValueError(f"readings must be sorted by point, time and arrival; reading {i + 1} comes before {i}")


def _settle_chunk(work: Work, zones: Sequence[str], readings: Readings) -> Settled:
    """Settle some points kind by kind, and put them in order again."""
    kinds = np.unique(work.points.kind).tolist()
    parts = [_settle_kind(work.take(work.points.kind == kind), Kind(kind), zones, readings) for kind in kinds]
    if len(parts) == 1:
        return parts[0]
    intervals = Intervals.concat([part.intervals for part in parts])
    findings = Findings.concat([part.findings for part in parts])
    return Settled(
        intervals.take(np.argsort(intervals.point, kind="stable")),
        findings.take(np.argsort(findings.point, kind="stable")),
    )


def _settle_kind(work: Work, kind: Kind, zones: Sequence[str], readings: Readings) -> Settled:
    points, ranges = work.points, work.ranges
    track, marks, findings = screen(*track_of(work, readings))
    if kind is Kind.REGISTER:
        pieces, more_marks, more_findings = register_pieces(track)
        marks, findings = Marks.concat([marks, more_marks]), Findings.concat([findings, more_findings])
    else:
        pieces = pieces_of(track, kind, zones)
    intervals = quarters(pieces, marks, points.key, ranges.from_ms, ranges.to_ms)
    if len(findings):
        place = rows_of(points.key, findings.point)
        inside = (findings.time_ms >= ranges.from_ms[place]) & (findings.time_ms < ranges.to_ms[place])
        findings = findings.take(inside)
    return Settled(intervals, findings.take(np.lexsort((findings.time_ms, findings.point))))
