"""What did some meters count in some periods, and how far off can that be because of when they were read?

The sum of a register over a period is sure but for its two ends: where a step reaches over an edge of the period, what
of it fell inside is only known within bounds. So the intervals at the edges are looked at, and no others::

    period          [                          )
    readings     o     o    o    o    o     o      o
    looked at       |--|                    |--|        the parts of the steps that reach over
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.calendar import day_of, day_start
from analytics.columns import FOREVER_MS, INTERVAL_MS, Flag, Float64, Int32, Int64, Intervals, Kind, Ranges
from analytics.rollup import sum_periods, totals
from analytics.units import unit
from engine.kept import Kept
from engine.points import RATING_TOLERANCE
from registry import Point

UNSURE = int(Flag.RESET | Flag.SWAP | Flag.IMPOSSIBLE)
"""Where a register may hold an amount that is known at no length."""


@dataclass(frozen=True, eq=False)
class Amounts:
    """Arrays of shape (n_points, n_periods).

    Attributes
    ----------
    amount : ndarray of float64
        Canonical unit; NaN where nothing is known.
    coverage : ndarray of float64
        Known share of the time, 0 to 1.
    estimated : ndarray of float64
        Share of the known time whose amount was spread over a step that leaves the period, 0 to 1.
    below, above : ndarray of float64
        How far the whole amount can lie below and above `amount`; inf where nothing bounds it.
    """

    amount: Float64
    coverage: Float64
    estimated: Float64
    below: Float64
    above: Float64


def amounts_of(store: Kept, points: Sequence[Point], zone: str, edges: Int64) -> Amounts:
    """Amounts of points between rising edges, which are multiples of 15 minutes. [ms UTC]"""
    keys = np.array([p.key for p in points], np.int32)
    shape = (len(points), len(edges) - 1)
    amount, measured_s, estimated_s = _sums(store, keys, zone, edges, shape)
    length_s = np.diff(edges) / 1000.0
    known_s = np.minimum(measured_s + estimated_s, length_s)
    below, above = _missing(points, (length_s - known_s) / 3600.0)
    spread_s = np.zeros(shape)
    registers = [i for i, p in enumerate(points) if p.kind is Kind.REGISTER]
    if registers:
        ends = _Ends(store, [points[i] for i in registers], zone, edges)
        below[registers] += ends.below
        above[registers] += ends.above
        spread_s[registers] = ends.spread_s
    share = np.divide(spread_s, known_s, out=np.zeros(shape), where=known_s > 0.0)
    known = np.where(known_s > 0.0, amount, np.nan)
    return Amounts(known, known_s / length_s, np.minimum(share, 1.0), below, above)


def _sums(
    store: Kept, keys: Int32, zone: str, edges: Int64, shape: tuple[int, int]
) -> tuple[Float64, Float64, Float64]:
    """Amount, measured and estimated seconds: from the days where all edges are local midnights."""
    order = np.argsort(keys)
    days = day_of(edges, zone)
    if np.array_equal(day_start(days, zone), edges):
        table = store.days(keys, int(days[0]), int(days[-1]) - 1)
        sums = sum_periods(table, days, zone)
    else:
        sums = totals(store.intervals(_ranges(keys, int(edges[0]), int(edges[-1]))), edges)
    row = order[np.searchsorted(keys, sums.point, sorter=order)]
    period = np.searchsorted(edges, sums.from_ms)
    found = np.zeros((3, *shape))
    for table_of_sums, values in zip(found, (sums.amount, sums.measured_s, sums.estimated_s), strict=True):
        table_of_sums[row, period] = values
    return found[0], found[1], found[2]


def _missing(points: Sequence[Point], missing_h: Float64) -> tuple[Float64, Float64]:
    """What the missing time can hide at the most: as much as the rating allows."""
    ratings = [np.inf if p.rating_per_h is None else p.rating_per_h * RATING_TOLERANCE for p in points]
    most = np.array(ratings)[:, np.newaxis]
    hidden = np.multiply(missing_h, most, out=np.zeros_like(missing_h), where=missing_h > 0.0)
    backward = np.array([p.net for p in points], np.bool_)[:, np.newaxis]
    return np.where(backward, hidden, 0.0), hidden


class _Ends:
    """Bounds of registers from the intervals at the edges of the periods; arrays of shape (n_points, n_periods)."""

    def __init__(self, store: Kept, points: Sequence[Point], zone: str, edges: Int64) -> None:
        # An edge that falls on a reading is as sure as the display: one of its steps, at both ends.
        step = np.array([[p.resolution * p.multiplier * unit(p.unit).factor] for p in points])
        self.below = np.repeat(2.0 * step, len(edges) - 1, axis=1)
        self.above = self.below.copy()
        self.spread_s = np.zeros(self.below.shape)
        keys = np.array([p.key for p in points], np.int32)
        around = [_ranges(keys, int(edge) - INTERVAL_MS, int(edge) + INTERVAL_MS) for edge in edges]
        rows = store.intervals(Ranges.concat(around))
        rows = rows.take(rows.span_to_ms < FOREVER_MS)
        stretches = {key: _stretches(rows.take(rows.point == key), edges) for key in keys.tolist()}
        wide = [
            _ranges(np.array([key], np.int32), first, last)
            for key, mine in stretches.items()
            for _, first, last in mine
        ]
        rows = store.intervals(Ranges.concat([_ranges(keys[:0], 0, 0), *wide]))
        for i, point in enumerate(points):
            own = rows.take(rows.point == point.key)
            for period, first, last in stretches[point.key]:
                self._add(i, period, own.take((own.start_ms >= first) & (own.start_ms < last)), point.net)
        self._add_unsure(store, keys, zone, edges)

    def _add(self, row: int, period: int, part: Intervals, net: bool) -> None:
        below, above = (float(side.sum(dtype=np.float64)) for side in (part.below, part.above))
        if not net:
            # All of a step that only counts forward is inside at the most.
            whole = float((part.amount + part.above).max())
            above = min(above, max(whole - float(part.amount.sum()), 0.0))
        self.below[row, period] += below
        self.above[row, period] += above
        self.spread_s[row, period] += float(part.estimated_s.sum(dtype=np.float64))

    def _add_unsure(self, store: Kept, keys: Int32, zone: str, edges: Int64) -> None:
        """What a reset swallowed lies anywhere in its bounds, also in the middle of a period."""
        first, last = day_of(np.array([edges[0], edges[-1] - 1]), zone).tolist()
        days = store.days(keys, first, last)
        days = days.take(((days.flags & UNSURE) != 0) & (days.estimated_s > 0.0))
        if not len(days):
            return
        begin, end = day_start(days.day, zone), day_start(days.day + 1, zone)
        rows = store.intervals(Ranges(days.point, begin, end))
        rows = rows.take((rows.estimated_s > 0.0) & (rows.span_to_ms >= FOREVER_MS))
        rows = rows.take((rows.start_ms >= edges[0]) & (rows.start_ms < edges[-1]))
        order = np.argsort(keys)
        row = order[np.searchsorted(keys, rows.point, sorter=order)]
        at = (row, np.searchsorted(edges, rows.start_ms, "right") - 1)
        for total, side in ((self.below, rows.below), (self.above, rows.above), (self.spread_s, rows.estimated_s)):
            np.add.at(total, at, side)


def _stretches(own: Intervals, edges: Int64) -> list[tuple[int, int, int]]:
    """Of one point the parts of each period that lie in steps over its edges: (period, from, to) [ms UTC]."""
    found: list[tuple[int, int, int]] = []
    for period, (begin, end) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        head, tail = _row_at(own, begin), _row_at(own, end - INTERVAL_MS)
        parts = []
        if head is not None and own.span_from_ms[head] < begin:
            parts.append((begin, min(end, _up(int(own.span_to_ms[head])))))
        elif head is not None and not own.estimated_s[head]:
            parts.append((begin, begin + INTERVAL_MS))
        if tail is not None and own.span_to_ms[tail] > end:
            parts.append((max(begin, _down(int(own.span_from_ms[tail]))), end))
        elif tail is not None and not own.estimated_s[tail]:
            parts.append((end - INTERVAL_MS, end))
        if len(parts) == 2 and parts[0][1] > parts[1][0]:
            parts = [(parts[0][0], parts[1][1])]
        found.extend((period, first, last) for first, last in parts)
    return found


def _row_at(own: Intervals, start_ms: int) -> int | None:
    row = int(np.searchsorted(own.start_ms, start_ms))
    return row if row < len(own) and own.start_ms[row] == start_ms else None


def _up(time_ms: int) -> int:
    return -(-time_ms // INTERVAL_MS) * INTERVAL_MS


def _down(time_ms: int) -> int:
    return time_ms // INTERVAL_MS * INTERVAL_MS


def _ranges(keys: Int32, from_ms: int, to_ms: int) -> Ranges:
    return Ranges(keys, np.full(len(keys), from_ms, np.int64), np.full(len(keys), to_ms, np.int64))
