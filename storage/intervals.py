"""How is what settlement found kept, and replaced when it is found again?

Intervals, days and findings of a range are deleted and written anew in one transaction, together with the batch up to
which the journal is settled. So a crash leaves either the old answer or the new one, and settling twice gives the
same. A range with years of other points' rows between its own is replaced in parts (`storage.slices`), the batch with
the last of them: a crash in between leaves some parts new, and all of them to be settled again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from analytics.columns import DAY_MS, INTERVAL_MS, Days, Findings, Int32, Intervals, Ranges
from storage.arrays import insert, names, number, select, table_of
from storage.database import Cursor
from storage.runs import OWN_EDGES, Runs, expanded, packed, whole_quarters
from storage.slices import MOST_GROUPS, slices
from storage.spans import DayRanges, bounds, inside, merged, windows

END_MS = f"t.start_ms + t.quarters * {INTERVAL_MS}"

REACHES = f"t.point = g.point and t.start_ms < g.to_ms and {END_MS} > g.from_ms"
"""A row of `intervals` has a quarter in the range, which begins and ends with one."""

NEAR = f"t.point between ? and ? and t.start_ms > ? - {DAY_MS} and t.start_ms < ?"
"""The same for all ranges together, to be filled with `bounds`: a row is no longer than a day."""

PACKED_ROWS = 2_097_152
"""Intervals made into rows at once: what is made on the way stays small."""

CHECKED_ROWS = 65_536
"""Rows checked at once: the check of ten million in one go would take 300 MB for a moment."""


def checked(ranges: Ranges, intervals: Intervals) -> Ranges:
    """The ranges in whole quarters, without overlap.

    Raises
    ------
    ValueError
        If an interval starts outside of them.
    """
    whole = merged(whole_quarters(ranges))
    _check_inside(whole, intervals)
    return whole


def parts(cursor: Cursor, whole: Ranges) -> list[Ranges]:
    """The `checked` ranges cut so that each part can be replaced in little memory; at least one part."""
    # No more rows than quarters can go, and no more groups of rows than rows.
    if int(np.sum((whole.to_ms - whole.from_ms) // INTERVAL_MS)) <= MOST_GROUPS:
        return [whole]
    return slices(cursor, "intervals", "start_ms", whole)


def replace(cursor: Cursor, whole: Ranges, intervals: Intervals) -> None:
    """Put the intervals that start in the ranges, `checked` or a part of them, in place of those that are there."""
    rest = _delete_intervals(cursor, whole)
    _insert_intervals(cursor, intervals)
    _insert_intervals(cursor, rest)


def finish(
    cursor: Cursor,
    ranges: Ranges,
    days: Days | None,
    findings: Findings | None,
    settled_batch: int | None,
    day_ranges: DayRanges | None,
) -> None:
    """Replace what stands beside the intervals; see `Store.replace`."""
    for window in windows(merged(ranges)):
        with table_of(cursor, "g", window.as_dict()):
            cursor.execute(
                """delete from findings t using g
                where t.point = g.point and t.time_ms >= g.from_ms and t.time_ms < g.to_ms
                and t.point between ? and ? and t.time_ms >= ? and t.time_ms < ?""",
                bounds(window),
            )
    _delete_days(cursor, days, day_ranges)
    for table, rows in (("days", days), ("findings", findings)):
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
    parts = [_runs(cursor, window) for window in windows(merged(whole_quarters(ranges)))]
    if not parts:
        return _no_intervals()
    if len(parts) == 1:
        return expanded(parts[0])
    together = Runs.concat(parts)
    return expanded(together.take(np.argsort(together.point, kind="stable")))


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


def _runs(cursor: Cursor, window: Ranges) -> Runs:
    """The rows that reach into the ranges, cut to them, sorted by point and start."""
    cut = {
        "start_ms": "greatest(t.start_ms, g.from_ms)",
        "quarters": f"((least({END_MS}, g.to_ms) - greatest(t.start_ms, g.from_ms)) // {INTERVAL_MS})::utinyint",
    }
    sql = f"select {_columns(cut)} from intervals t join g on {REACHES} where {NEAR} order by 1, 2"
    with table_of(cursor, "g", window.as_dict()):
        return select(cursor, Runs, sql, bounds(window))


def _sticking_out(cursor: Cursor, window: Ranges) -> Intervals:
    """The rows that reach into the ranges from outside, whole."""
    sql = f"""select {_columns({})} from intervals t
        semi join g on {REACHES} and (t.start_ms < g.from_ms or {END_MS} > g.to_ms)
        where {NEAR} and t.quarters > 1"""
    return expanded(select(cursor, Runs, sql, bounds(window)))


def _columns(instead: Mapping[str, str]) -> str:
    """The columns of `Runs` for a SELECT, some of them replaced."""
    spans = {name: f"coalesce(t.{name}, {OWN_EDGES})" for name in ("span_from_ms", "span_to_ms")}
    taken = spans | dict(instead)
    return ", ".join(f"{taken.get(field.name, f't.{field.name}')} as {field.name}" for field in fields(Runs))


def _delete_intervals(cursor: Cursor, whole: Ranges) -> Intervals:
    """Delete the rows that reach into the ranges.

    Returns
    -------
    Intervals
        What these rows said outside the ranges; to be written again.
    """
    rest = [_no_intervals()]
    for window in windows(whole):
        with table_of(cursor, "g", window.as_dict()):
            rest.append(_sticking_out(cursor, window))
            cursor.execute(f"delete from intervals t using g where {REACHES} and {NEAR}", bounds(window))
    outside = Intervals.concat(rest)
    return outside.take(~inside(whole, outside.point, outside.start_ms))


def _insert_intervals(cursor: Cursor, intervals: Intervals) -> None:
    spans = {name: f"nullif({name}, {OWN_EDGES})" for name in ("span_from_ms", "span_to_ms")}
    values = ", ".join(spans.get(field.name, field.name) for field in fields(Runs))
    for start in range(0, len(intervals), PACKED_ROWS):
        part = intervals.take(slice(start, start + PACKED_ROWS))
        with table_of(cursor, "new_rows", packed(part).as_dict()):
            cursor.execute(f"insert into intervals ({names(Runs)}) select {values} from new_rows")


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
