"""How is what settlement found kept, and replaced when it is found again?

Intervals, days and findings of a range are deleted and written anew in one transaction, together with the batch up to
which the journal is settled. So a crash leaves either the old answer or the new one, and settling twice gives the
same.
"""

from __future__ import annotations

import numpy as np

from analytics.columns import Days, Findings, Int32, Intervals, Ranges
from storage.arrays import insert, names, number, select, table_of
from storage.database import Cursor
from storage.spans import DayRanges, bounds, inside, merged, windows

CHECKED_ROWS = 65_536
"""Rows checked at once: the check of ten million in one go would take 300 MB for a moment."""


def replace(
    cursor: Cursor,
    ranges: Ranges,
    intervals: Intervals,
    days: Days | None,
    findings: Findings | None,
    settled_batch: int | None,
    day_ranges: DayRanges | None,
) -> None:
    """See `Store.replace`."""
    whole = merged(ranges)
    _check_inside(whole, intervals)
    for window in windows(whole):
        with table_of(cursor, "g", window.as_dict()):
            for table, time in (("intervals", "start_ms"), ("findings", "time_ms")):
                cursor.execute(
                    f"""delete from {table} t using g
                    where t.point = g.point and t.{time} >= g.from_ms and t.{time} < g.to_ms
                    and t.point between ? and ? and t.{time} >= ? and t.{time} < ?""",
                    bounds(window),
                )
    _delete_days(cursor, days, day_ranges)
    for table, rows in (("intervals", intervals), ("days", days), ("findings", findings)):
        if rows is not None and len(rows):
            insert(cursor, table, rows.as_dict())
    if settled_batch is not None:
        cursor.execute("delete from state where key = 'settled_batch'")
        cursor.execute("insert into state values ('settled_batch', ?)", [settled_batch])


def settled_batch(cursor: Cursor) -> int:
    """The batch up to which everything is settled; 0 before the first time."""
    return number(cursor, "select number from state where key = 'settled_batch'") or 0


def intervals(cursor: Cursor, ranges: Ranges) -> Intervals:
    """The intervals that start in the ranges, each once, sorted by point and start."""
    parts = []
    for window in windows(merged(ranges)):
        with table_of(cursor, "g", window.as_dict()):
            sql = f"""select {names(Intervals, "t.")} from intervals t
                join g on t.point = g.point and t.start_ms >= g.from_ms and t.start_ms < g.to_ms
                where t.point between ? and ? and t.start_ms >= ? and t.start_ms < ?
                order by t.point, t.start_ms"""
            parts.append(select(cursor, Intervals, sql, bounds(window)))
    if not parts:
        return _no_intervals()
    if len(parts) == 1:
        return parts[0]
    together = Intervals.concat(parts)
    return together.take(np.argsort(together.point, kind="stable"))


def days(cursor: Cursor, points: Int32, first_day: int, last_day: int) -> Days:
    """The days from `first_day` to `last_day`, both included, sorted by point and day."""
    with table_of(cursor, "g", {"point": np.unique(points)}):
        sql = f"""select {names(Days, "t.")} from days t semi join g on t.point = g.point
            where t.day between ? and ? order by t.point, t.day"""
        return select(cursor, Days, sql, [first_day, last_day])


def findings(cursor: Cursor, points: Int32 | None, from_ms: int, to_ms: int, limit: int) -> Findings:
    """At most `limit` findings with ``from_ms <= time_ms < to_ms``, the newest first."""
    where = "where t.time_ms >= ? and t.time_ms < ? order by t.time_ms desc, t.point, t.what limit ?"
    if points is None:
        return select(
            cursor, Findings, f"select {names(Findings, 't.')} from findings t {where}", [from_ms, to_ms, limit]
        )
    with table_of(cursor, "g", {"point": np.unique(points)}):
        sql = f"select {names(Findings, 't.')} from findings t semi join g on t.point = g.point {where}"
        return select(cursor, Findings, sql, [from_ms, to_ms, limit])


def _check_inside(ranges: Ranges, intervals: Intervals) -> None:
    """Written anyway, a row outside would stand beside the old one of its time, and every sum would count both."""
    for start in range(0, len(intervals), CHECKED_ROWS):
        part = intervals.take(slice(start, start + CHECKED_ROWS))
        outside = np.flatnonzero(~inside(ranges, part.point, part.start_ms))
        if len(outside):
            point, at_ms = part.point[outside[0]], part.start_ms[outside[0]]
            raise ValueError(f"intervals must start inside the ranges they replace; point {point} at {at_ms} does not")


def _delete_days(cursor: Cursor, days: Days | None, day_ranges: DayRanges | None) -> None:
    if day_ranges is not None:
        with table_of(cursor, "g", day_ranges.as_dict()):
            cursor.execute(
                "delete from days t using g where t.point = g.point and t.day >= g.from_day and t.day < g.to_day"
            )
    if days is not None and len(days):
        with table_of(cursor, "g", {"point": days.point, "day": days.day}):
            cursor.execute("delete from days t using g where t.point = g.point and t.day = g.day")


def _no_intervals() -> Intervals:
    whole, single = np.empty(0, np.int64), np.empty(0, np.float32)
    return Intervals(
        np.empty(0, np.int32),
        whole,
        np.empty(0),
        single,
        single,
        np.empty(0),
        np.empty(0, np.uint16),
        whole,
        whole,
        single,
        single,
    )
