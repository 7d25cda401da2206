"""What do intervals add up to over hours, local days, months and years?

Amounts and seconds are summed, nothing else: fifteen minutes make hours, hours make days. A longer period knows more
than its parts do. An amount that was spread over a step (a register read every hour, a gap) is an estimate in each
quarter, but a period that holds the whole step knows it exactly, so there its seconds count as measured::

    readings   o-------------------o
    quarters   | est | est | est | est |     each knows only an even share
    day     [  measured, measured, ...    ]  holds both readings
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.calendar import day_of, day_start, month_first_day, month_of, year_first_day, year_of
from analytics.columns import HOUR_MS, Bool, Columns, Days, Float64, Int32, Int64, Intervals, UInt16
from analytics.ratio import ratio


@dataclass(frozen=True, eq=False)
class Sums(Columns):
    """What each point amounted to in ``[from_ms, to_ms)``; periods with no row know nothing.

    Attributes
    ----------
    point : ndarray of int32
    from_ms, to_ms : ndarray of int64
        [ms UTC]
    amount : ndarray of float64
        Sum over the known seconds, as in `Intervals`.
    measured_s, estimated_s : ndarray of float64
        [s]
    peak : ndarray of float64
    flags : ndarray of uint16
    """

    point: Int32
    from_ms: Int64
    to_ms: Int64
    amount: Float64
    measured_s: Float64
    estimated_s: Float64
    peak: Float64
    flags: UInt16

    @property
    def length_s(self) -> Float64:
        """Length of each period. [s]"""
        return np.asarray((self.to_ms - self.from_ms) / 1000.0, np.float64)

    @property
    def coverage(self) -> Float64:
        """Share of each period that is known, measured or estimated; 0 to 1."""
        return (self.measured_s + self.estimated_s) / self.length_s

    @property
    def estimated_share(self) -> Float64:
        """Share of the known time whose amount was spread; NaN where nothing is known."""
        return ratio(self.estimated_s, self.measured_s + self.estimated_s)


def hours(intervals: Intervals) -> Sums:
    """Sums over hours of UTC, which are local hours wherever the zone differs by whole hours.

    Parameters
    ----------
    intervals : Intervals
        Sorted by (point, start).
    """
    start = intervals.start_ms // HOUR_MS * HOUR_MS
    return _sums(intervals, start, start + HOUR_MS)


def totals(intervals: Intervals, edges_ms: Int64) -> Sums:
    """Sums over any periods between rising edges; what lies outside all of them is left out.

    Parameters
    ----------
    intervals : Intervals
        Sorted by (point, start).
    edges_ms : ndarray of int64, shape (n_periods + 1,)
        Rising, multiples of 15 minutes. [ms UTC]
    """
    inside = (intervals.start_ms >= edges_ms[0]) & (intervals.start_ms < edges_ms[-1])
    chosen = intervals.take(inside)
    period = np.searchsorted(edges_ms, chosen.start_ms, "right") - 1
    return _sums(chosen, edges_ms[period], edges_ms[period + 1])


def days(intervals: Intervals, zone: str) -> Days:
    """Sums over the local days of a zone.

    Parameters
    ----------
    intervals : Intervals
        Sorted by (point, start).
    zone : str
        IANA name.

    Returns
    -------
    Days
        Sorted by (point, day); one row for each day with at least one interval.
    """
    day = day_of(intervals.start_ms, zone)
    if len(day) == 0:
        starts = np.zeros(1, np.int64)
        first = 0
    else:
        first = int(day.min())
        starts = day_start(np.arange(first, int(day.max()) + 2), zone)
    here = day - first
    sums = _sums(intervals, starts[here], starts[np.minimum(here + 1, len(starts) - 1)])
    return Days(
        sums.point,
        day_of(sums.from_ms, zone),
        sums.amount,
        sums.measured_s.astype(np.float32),
        sums.estimated_s.astype(np.float32),
        sums.length_s.astype(np.float32),
        sums.peak,
        sums.flags,
    )


def sum_periods(table: Days, edges: Int32, zone: str) -> Sums:
    """Sums of days over periods of whole days.

    Days without a row are missing, and count in the length of the period. A step longer than a day stays estimated
    here; `totals` of the intervals knows when a period holds it whole.

    Parameters
    ----------
    table : Days
        Sorted by (point, day).
    edges : ndarray of int32, shape (n_periods + 1,)
        Rising day numbers.
    zone : str
        IANA name of the zone whose days these are.
    """
    chosen = table.take((table.day >= edges[0]) & (table.day < edges[-1]))
    edges_ms = day_start(edges, zone)
    period = np.searchsorted(edges, chosen.day, "right") - 1
    return _group(
        chosen.point,
        (edges_ms[period], edges_ms[period + 1]),
        chosen.amount,
        (chosen.measured_s, chosen.estimated_s),
        chosen.peak,
        chosen.flags,
    )


def months(table: Days, zone: str) -> Sums:
    """Sums over all calendar months that hold a day of the table."""
    if len(table) == 0:
        return sum_periods(table, np.array([0, 1], np.int32), zone)
    month = month_of([table.day.min(), table.day.max()])
    return sum_periods(table, month_first_day(np.arange(month[0], month[1] + 2)), zone)


def years(table: Days, zone: str) -> Sums:
    """Sums over all calendar years that hold a day of the table."""
    if len(table) == 0:
        return sum_periods(table, np.array([0, 1], np.int32), zone)
    year = year_of([table.day.min(), table.day.max()])
    return sum_periods(table, year_first_day(np.arange(year[0], year[1] + 2)), zone)


def _sums(intervals: Intervals, from_ms: Int64, to_ms: Int64) -> Sums:
    exact: Bool = (intervals.span_from_ms >= from_ms) & (intervals.span_to_ms <= to_ms)
    estimated = intervals.estimated_s.astype(np.float64)
    measured = intervals.measured_s + np.where(exact, estimated, 0.0)
    return _group(
        intervals.point,
        (from_ms, to_ms),
        intervals.amount,
        (measured, np.where(exact, 0.0, estimated)),
        intervals.peak,
        intervals.flags,
    )


def _group(
    point: Int32,
    period: tuple[Int64, Int64],
    amount: Float64,
    seconds: tuple[NDArray[np.floating], NDArray[np.floating]],
    peak: Float64,
    flags: UInt16,
) -> Sums:
    """Sum rows of the same point and period, which stand together."""
    from_ms, to_ms = period
    if len(point) == 0:
        return Sums(point, from_ms, to_ms, amount, np.empty(0), np.empty(0), peak, flags)
    first = np.append(0, np.flatnonzero((np.diff(point) != 0) | (np.diff(from_ms) != 0)) + 1)
    measured, estimated = (np.add.reduceat(s, first, dtype=np.float64) for s in seconds)
    return Sums(
        point[first],
        from_ms[first],
        to_ms[first],
        np.add.reduceat(amount, first),
        measured,
        estimated,
        np.fmax.reduceat(peak, first),
        np.bitwise_or.reduceat(flags, first),
    )
