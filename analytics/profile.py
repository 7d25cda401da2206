"""How was what a register counted in a long silence most likely spread over it?

Like the same quarters of an hour one to four weeks before: same weekday, same time of day. The total is what the
register says and stays so; only its shape is borrowed. Where a quarter has no fully measured week before it, or the
shape leaves what is possible, the silence stays spread evenly::

    4 3 2 1 weeks before   _|~|__|~~|_     mean of the fully measured ones
    the silence             ???????????    register: 240 kWh together
    shared out             _|~|__|~~|_     together 240 kWh
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.bounds import rounded_up
from analytics.columns import DAY_MS, INTERVAL_MS, Bool, Columns, Findings, Flag, Float64, Int64, Intervals
from analytics.track import Rows

WEEK_MS = 7 * DAY_MS
WEEKS = 4
"""How many weeks back a silence looks."""

FULL_S = 900.0
EVEN_SHARE = 1e-6
"""Relative difference up to which a quarter inside a silence counts as evenly filled."""

TIME_SPAN_MS = 2**44
"""More than all times of a point: point and time as one sortable number."""


@dataclass(frozen=True, eq=False)
class _Cells(Columns):
    """One row a silence and quarter that overlap.

    Attributes
    ----------
    gap : ndarray of int64
        Row of the silence.
    at : ndarray of int64
        Row of the quarter's interval; -1 where there is none.
    overlap_ms : ndarray of int64
        How much of the quarter lies in the silence.
    even : ndarray of float64
        Its even share of the amount.
    weight : ndarray of float64
        Its share by profile, not yet divided by the sum; NaN where no week before is known.
    """

    gap: Rows
    at: Rows
    overlap_ms: Int64
    even: Float64
    weight: Float64


def spread_by_profile(intervals: Intervals, gaps: Findings) -> Intervals:
    """Share out silences of registers by the weeks before them.

    Parameters
    ----------
    intervals : Intervals
        Sorted by (point, start), the silences spread evenly; with the four weeks before each as far as they are known.
    gaps : Findings
        `Flag.GAP` findings of registers, sorted by (point, time); those of unknown amount are passed over. Of silences
        that share a quarter all must be there.

    Returns
    -------
    Intervals
        The same rows; in the silences that could be shared out with another amount, peak and distance to the same
        bounds, and with `Flag.PROFILE`.
    """
    gaps = gaps.take(np.isfinite(gaps.effect) & (gaps.until_ms > gaps.time_ms))
    if not len(gaps) or not len(intervals):
        return intervals
    cells = _cells(intervals, gaps)
    share, good = _shares(intervals, gaps, cells)
    delta = share - cells.even
    good &= _all_of(cells, _possible(intervals, cells.at, delta), len(gaps))
    # Two silences may share a quarter: together, too, they must stay within what is possible.
    total = np.zeros(len(intervals))
    chosen = good[cells.gap]
    np.add.at(total, cells.at[chosen], delta[chosen])
    good &= _all_of(cells, ~chosen | _possible(intervals, cells.at, total[cells.at]), len(gaps))
    chosen = good[cells.gap]
    return _moved(intervals, cells.take(chosen), share[chosen])


def _cells(intervals: Intervals, gaps: Findings) -> _Cells:
    first = gaps.time_ms // INTERVAL_MS
    count = -(-gaps.until_ms // INTERVAL_MS) - first
    gap = np.repeat(np.arange(len(gaps)), count)
    start = (first[gap] + np.arange(len(gap)) - np.repeat(np.cumsum(count) - count, count)) * INTERVAL_MS
    begin, end = np.maximum(start, gaps.time_ms[gap]), np.minimum(start + INTERVAL_MS, gaps.until_ms[gap])
    overlap = end - begin
    length = gaps.until_ms - gaps.time_ms
    point = gaps.point[gap].astype(np.int64)
    place = intervals.point.astype(np.int64) * TIME_SPAN_MS + intervals.start_ms
    mean = _mean_of_weeks(intervals, place, point * TIME_SPAN_MS + start)
    return _Cells(
        gap,
        _find(place, point * TIME_SPAN_MS + start),
        overlap,
        gaps.effect[gap] * (overlap / length[gap]),
        np.maximum(mean, 0.0) * (overlap / INTERVAL_MS),
    )


def _mean_of_weeks(intervals: Intervals, place: Int64, wanted: Int64) -> Float64:
    """Mean of the fully measured quarters 1 to 4 weeks before; NaN where there is none."""
    total, known = np.zeros(len(wanted)), np.zeros(len(wanted))
    for week in range(1, WEEKS + 1):
        at = _find(place, wanted - week * WEEK_MS)
        full = (at >= 0) & (intervals.measured_s[at] == FULL_S)
        total += np.where(full, intervals.amount[at], 0.0)
        known += full
    mean: Float64 = np.divide(total, known, out=np.full(len(wanted), np.nan), where=known > 0)
    return mean


def _find(place: Int64, wanted: Int64) -> Rows:
    """Row of each wanted place; -1 where it is not there."""
    at = np.minimum(np.searchsorted(place, wanted), len(place) - 1)
    return np.where(place[at] == wanted, at, -1)


def _shares(intervals: Intervals, gaps: Findings, cells: _Cells) -> tuple[Float64, Bool]:
    """What each quarter gets of its silence, and which silences can be shared out at all."""
    n = len(gaps)
    evenly = np.abs(intervals.amount[cells.at] - cells.even) <= EVEN_SHARE * np.abs(cells.even)
    inside = cells.overlap_ms == INTERVAL_MS
    known = (cells.at >= 0) & ~np.isnan(cells.weight) & (evenly | ~inside)
    total = np.bincount(cells.gap, np.nan_to_num(cells.weight), minlength=n)
    good = _all_of(cells, known, n) & (total > 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return gaps.effect[cells.gap] * (cells.weight / total[cells.gap]), good


def _all_of(cells: _Cells, each: Bool, n_gaps: int) -> Bool:
    """Of each silence, whether it holds for all of its quarters."""
    return np.asarray(np.bincount(cells.gap[~each], minlength=n_gaps) == 0, np.bool_)


def _possible(intervals: Intervals, at: Rows, delta: Float64) -> Bool:
    with np.errstate(invalid="ignore"):
        return np.asarray((delta >= -intervals.below[at]) & (delta <= intervals.above[at]), np.bool_)


def _moved(intervals: Intervals, cells: _Cells, share: Float64) -> Intervals:
    """The intervals with their new shares; what they are at least and at most stays the same."""
    if not len(cells):
        return intervals
    delta = np.zeros(len(intervals))
    np.add.at(delta, cells.at, share - cells.even)
    at = np.unique(cells.at)
    amount, below, above = intervals.amount.copy(), intervals.below.copy(), intervals.above.copy()
    peak, flags = intervals.peak.copy(), intervals.flags.copy()
    amount[at] += delta[at]
    below[at] = rounded_up(np.maximum(intervals.below[at] + delta[at], 0.0))
    above[at] = rounded_up(np.maximum(intervals.above[at] - delta[at], 0.0))
    flags[at] |= np.uint16(Flag.PROFILE)
    rate = share * (3_600_000.0 / cells.overlap_ms)
    inside = cells.overlap_ms == INTERVAL_MS
    peak[cells.at[inside]] = rate[inside]
    np.fmax.at(peak, cells.at[~inside], rate[~inside])
    return replace(intervals, amount=amount, below=below, above=above, peak=peak, flags=flags)
