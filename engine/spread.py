"""Which silences of registers are shared out by the weeks before them, and which must be once more?

`analytics.profile` does the sharing; here it gets what it needs: whole silences, and four weeks of intervals before
each. The weeks before count only where they are fully measured, so a silence never depends on another one::

    new readings here  ──▶  settled  ──▶  the silences up to 28 days later are settled again
          x x             [========)            |.............|
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from analytics.columns import DAY_MS, INTERVAL_MS, Bool, Findings, Flag, Int32, Int64, Intervals, Kind, Ranges
from analytics.profile import WEEK_MS, WEEKS, spread_by_profile
from analytics.settlement import Settled
from analytics.silence import silence_ms
from engine.plan import Plan

LOOK_BACK_MS = WEEKS * WEEK_MS

MOST_FINDINGS = 2**31


class KeptIntervals(Protocol):
    """What sharing out asks of the store."""

    def intervals(self, ranges: Ranges, /) -> Intervals:
        """The intervals that start in the ranges, sorted by point and start."""


class KeptFindings(Protocol):
    """What is asked to find the silences."""

    def findings(self, points: Int32 | None, from_ms: int, to_ms: int, /, limit: int = ...) -> Findings:
        """At most `limit` findings with ``from_ms <= time_ms < to_ms``."""


def spread(store: KeptIntervals, plan: Plan, ranges: Ranges, settled: Settled) -> Settled:
    """Share out the silences of some freshly settled ranges.

    Parameters
    ----------
    store : KeptIntervals
        Holds the intervals before the ranges as they are now.
    plan : Plan
    ranges : Ranges
        One row a point; they hold their silences whole (`whole_silences`).
    settled : Settled
        Silences spread evenly.
    """
    gaps = settled.findings
    gaps = gaps.take((gaps.what == int(Flag.GAP)) & np.isfinite(gaps.effect) & _of_registers(plan, gaps.point))
    if not len(gaps):
        return settled
    points, first = np.unique(gaps.point, return_index=True)
    from_ms = gaps.time_ms[first] // INTERVAL_MS * INTERVAL_MS - LOOK_BACK_MS
    before = Ranges(points, from_ms, ranges.from_ms[np.searchsorted(ranges.point, points)])
    kept = store.intervals(before.take(before.from_ms < before.to_ms))
    fresh = settled.intervals
    every = Intervals.concat([kept, fresh])
    order = np.lexsort((every.start_ms, every.point))
    shared = spread_by_profile(every.take(order), gaps)
    return Settled(shared.take(order >= len(kept)), settled.findings)


def whole_silences(plan: Plan, ranges: Ranges, settled: Settled) -> Ranges | None:
    """The ranges, as far as the silences reach that they begin or end in; None where they hold them whole.

    The first and the last interval of a range know the readings between which they were spread.
    """
    fresh = settled.intervals
    table = plan.rows(ranges.point)
    first = np.searchsorted(fresh.point, ranges.point, "left")
    last = np.searchsorted(fresh.point, ranges.point, "right")
    there = np.flatnonzero((last > first) & (table.kind == int(Kind.REGISTER)))
    if not len(there):
        return None
    silent = silence_ms(table)[there]
    head, tail = first[there], last[there] - 1
    from_ms, to_ms = ranges.from_ms.copy(), ranges.to_ms.copy()
    from_ms[there] = np.where(_is_long(fresh, head, silent), fresh.span_from_ms[head], from_ms[there])
    to_ms[there] = np.where(_is_long(fresh, tail, silent), fresh.span_to_ms[tail], to_ms[there])
    from_ms, to_ms = np.minimum(from_ms, ranges.from_ms), np.maximum(to_ms, ranges.to_ms)
    if bool(((from_ms == ranges.from_ms) & (to_ms == ranges.to_ms)).all()):
        return None
    return plan.touched(ranges.point, from_ms, to_ms)


def dependent_silences(store: KeptFindings, plan: Plan, touched: Ranges) -> Ranges:
    """Where the silences after some ranges lie whose weeks before lie in them, in whole intervals.

    Parameters
    ----------
    store : KeptFindings
    plan : Plan
    touched : Ranges
        One row a point, settled already.
    """
    mine = touched.take(_of_registers(plan, touched.point))
    if not len(mine):
        return mine
    found = store.findings(
        mine.point, int(mine.to_ms.min()), int(mine.to_ms.max()) + LOOK_BACK_MS + DAY_MS, limit=MOST_FINDINGS
    )
    row = np.searchsorted(mine.point, found.point)
    low_ms, high_ms = mine.from_ms[row], mine.to_ms[row]
    depends = np.zeros(len(found), np.bool_)
    for week in range(1, WEEKS + 1):
        back_ms = week * WEEK_MS
        depends |= (found.until_ms + INTERVAL_MS - back_ms > low_ms) & (found.time_ms - INTERVAL_MS - back_ms < high_ms)
    depends &= (found.what == int(Flag.GAP)) & np.isfinite(found.effect) & (found.time_ms >= high_ms)
    found = found.take(depends)
    found = found.take(np.lexsort((found.time_ms, found.point)))
    if not len(found):
        return mine.take(slice(0, 0))
    points, first = np.unique(found.point, return_index=True)
    last = np.append(first[1:], len(found)) - 1
    return plan.touched(points, found.time_ms[first], found.until_ms[last])


def _of_registers(plan: Plan, points: Int32) -> Bool:
    return np.asarray(plan.rows(points).kind == int(Kind.REGISTER), np.bool_)


def _is_long(intervals: Intervals, at: Int64, silent_ms: Int64) -> Bool:
    """Whether an interval was spread over a silence; what a reset swallowed is spread over no step."""
    span_ms = intervals.span_to_ms[at] - intervals.span_from_ms[at]
    return np.asarray((span_ms > silent_ms) & (intervals.span_from_ms[at] > 0), np.bool_)
