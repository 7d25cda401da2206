"""What did each point amount to in each quarter of an hour, and what had to be decided about its meter?

`settle` is the one function between the journal and every figure: readings in, intervals and findings out, the same
for one dirty quarter and for ten years. It works on groups of points of one kind, some hundred thousand readings at a
time, so that the arrays stay in the processor's cache and memory stays small::

    readings ─▶ screen ─▶ excursion, register ─▶ pieces ─▶ curve ─▶ intervals
                       └▶ amounts, rates, levels ─▲

Each step is a file of its own name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

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
from analytics.curve import no_intervals, quarters
from analytics.pieces import pieces_of
from analytics.register import register_pieces
from analytics.screen import screen
from analytics.track import Rows, Track, no_findings, rows_of

CONTEXT_PERIODS = 16
"""Readings that a point must see on both sides: the look-ahead of an excursion and some lost ones."""

LONGEST_CONTEXT_MS = 40 * DAY_MS

CHUNK_ROWS = 200_000
"""Readings plus intervals that are worked on at once."""


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

    Sixteen expected readings (a stuck point's whole run if that is longer), the time a sample may stand for what
    follows, and one interval; at most 40 days. Besides, the nearest reading on each side, however far.

    Returns
    -------
    ndarray of int64, shape (n_points,)
    """
    period = np.where(points.period_ms == LOCAL_DAY, 25 * HOUR_MS, points.period_ms)
    seen = np.maximum(CONTEXT_PERIODS, points.stuck_count + 1) * period
    is_held = np.isin(points.kind, [Kind.RATE, Kind.CONCENTRATION, Kind.STATE])
    seen = np.maximum(seen, np.where(is_held, points.hold_ms, 0)) + INTERVAL_MS
    return np.asarray(np.minimum(seen, LONGEST_CONTEXT_MS), np.int64)


def settle(points: Points, zones: Sequence[str], readings: Readings, ranges: Ranges) -> Settled:
    """Settle readings into 15-minute intervals.

    Parameters
    ----------
    points : Points
        Table of at least the points named in `ranges`.
    zones : sequence of str
        IANA names that ``points.zone`` points into.
    readings : Readings
        Sorted by (point, time, arrival), with the context of `context_ms` and at least the nearest reading on each
        side where there is one. Points without a range are passed over.
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
    ...     one(-np.inf, float), one(np.inf, float), one(False, bool), one(0, np.int32), one(0, np.int32))
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
    parts = [
        _settle_some(points.take(row[some]), zones, readings, ranges.take(some), begin, end)
        for some, begin, end in _chunks(points.kind[row[order]], order, ranges, readings, (first, last))
    ]
    intervals = Intervals.concat([no_intervals(), *(part.intervals for part in parts)])
    findings = Findings.concat([no_findings(), *(part.findings for part in parts)])
    if len(parts) > 1 and bool((np.diff(intervals.point) < 0).any()):
        intervals = intervals.take(np.argsort(intervals.point, kind="stable"))
    return Settled(intervals, findings.take(np.lexsort((findings.time_ms, findings.point))))


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


def _chunks(
    kind: np.ndarray, order: Rows, ranges: Ranges, readings: Readings, bounds: tuple[Rows, Rows]
) -> Iterator[tuple[Rows, Rows, Rows]]:
    """Groups of ranges of one kind, small enough for the cache: their rows, and where their readings begin and end."""
    first, last = bounds
    filled = last > first
    if len(readings) == 0 or not bool(filled.any()):
        return
    newest = readings.time_ms[np.maximum(last - 1, 0)]
    oldest = readings.time_ms[np.minimum(first, len(readings) - 1)]
    seen = np.minimum(ranges.to_ms[order], newest) - np.maximum(ranges.from_ms[order], oldest)
    work = np.where(filled, last - first + np.maximum(seen, 0) // INTERVAL_MS, 0)
    for one in np.unique(kind[filled]).tolist():
        mine = np.flatnonzero((kind == one) & filled)
        share = np.cumsum(work[mine]) // CHUNK_ROWS
        for group in np.split(mine, np.flatnonzero(np.diff(share)) + 1):
            yield order[group], first[group], last[group]


def _settle_some(
    points: Points, zones: Sequence[str], readings: Readings, ranges: Ranges, first: Rows, last: Rows
) -> Settled:
    """Settle points of one kind."""
    track, quality = _track(points, readings, first, last)
    track, marks, findings = screen(track, quality)
    kind = Kind(int(points.kind[0]))
    if kind is Kind.REGISTER:
        pieces, more_marks, more_findings = register_pieces(track)
        marks, findings = type(marks).concat([marks, more_marks]), Findings.concat([findings, more_findings])
    else:
        pieces = pieces_of(track, kind, zones)
    intervals = quarters(pieces, marks, points.key, ranges.from_ms, ranges.to_ms)
    if len(findings):
        place = rows_of(points.key, findings.point)
        inside = (findings.time_ms >= ranges.from_ms[place]) & (findings.time_ms < ranges.to_ms[place])
        findings = findings.take(inside)
    return Settled(intervals, findings)


def _track(points: Points, readings: Readings, first: Rows, last: Rows) -> tuple[Track, np.ndarray]:
    counts = last - first
    row = np.repeat(np.arange(len(points)), counts)
    rows: slice | Rows = slice(int(first[0]), int(last[-1]))
    if int(counts.sum()) != int(last[-1] - first[0]):
        rows = np.repeat(first - np.append(0, np.cumsum(counts)[:-1]), counts) + np.arange(len(row))
    return Track(points, row, readings.time_ms[rows], readings.value[rows]), readings.flag[rows]
