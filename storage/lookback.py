"""Which readings does a settlement need?

Questions to the journal, each within a read transaction: what is new since a batch, the readings of some ranges, and
the nearest readings outside them. Row groups that cannot hold an answer are skipped by the smallest and largest time
and point they hold, hence the explicit bounds beside each join.
"""

from __future__ import annotations

import numpy as np

from analytics.columns import HOUR_MS, Int64, Ranges, Readings
from storage import in_force
from storage.arrays import arrays, names, select, table_of
from storage.database import Cursor
from storage.events import EVER_MS
from storage.journal import Head
from storage.latest import Latest
from storage.spans import bounds, hulls, merged, window_rows, windows

WITHIN = """r.point = g.point and r.time_ms >= g.from_ms and r.time_ms < g.to_ms
    where r.point between ? and ? and r.time_ms >= ? and r.time_ms < ? and r.received_ms <= ?"""

FIRST_LOOK_MS = HOUR_MS // 12
"""How far beyond a range its neighbour is looked for at first; twelve times farther each time it is not there."""

FARTHER = 12


def dirty(cursor: Cursor, after_batch: int, most_readings: int, head: Head) -> tuple[Ranges, int, bool]:
    """Per point the time touched by batches after `after_batch`, the newest of these batches, and whether more follow.

    Whole batches up to `head`, the oldest first, as long as they hold at most `most_readings`; at least one.
    """
    said = head.said_batch > after_batch
    said_batches = "union all select distinct batch, 0 from meter_events where batch > ?1 and batch <= ?3"
    rows = cursor.execute(
        f"""with sized as (
            select batch, count(*) as n from readings where batch > ?1 and batch <= ?3 group by batch
            {said_batches if said else ""}),
        summed as (select batch, n, sum(n) over (order by batch) as total from sized)
        select max(batch) filter (total <= ?2 or total = n), max(batch) from summed""",
        [after_batch, most_readings, head.batch],
    ).fetchall()
    newest, newest_of_all = (0, 0) if rows[0][0] is None else rows[0]
    found = arrays(
        cursor,
        """select point, min(time_ms) as from_ms, max(time_ms) + 1 as to_ms
        from readings where batch > ? and batch <= ? group by point order by point""",
        [after_batch, newest],
    )
    touched = Ranges(found["point"], found["from_ms"], found["to_ms"])
    if said:
        touched = hulls(Ranges.concat([touched, in_force.touched(cursor, after_batch, newest, head.latest)]))
    return touched, newest, newest < newest_of_all


def readings(cursor: Cursor, ranges: Ranges, as_of_ms: int | None) -> Readings:
    """All readings in the ranges received up to `as_of_ms`, each once, sorted by point, time and arrival."""
    parts = []
    for window in windows(merged(ranges)):
        with table_of(cursor, "g", window.as_dict()):
            sql = f"""select {names(Readings, "r.")} from readings r join g on {WITHIN}
                order by r.point, r.time_ms, r.arrival"""
            parts.append(select(cursor, Readings, sql, [*bounds(window), _up_to(as_of_ms)]))
    if not parts:
        return Readings.empty()
    if len(parts) == 1:
        return parts[0]
    # Windows follow each other in time, so within a point the parts are in order already.
    together = Readings.concat(parts)
    return together.take(np.argsort(together.point, kind="stable"))


def sizes(cursor: Cursor, ranges: Ranges) -> Int64:
    """Number of readings in each range, shape (n_ranges,)."""
    return _per_range(cursor, ranges, "count(*)", 0)


def neighbours(cursor: Cursor, ranges: Ranges, latest: Latest, as_of_ms: int | None) -> tuple[Int64, Int64]:
    """Time of the last reading before each range and of the first at or after its end; -1 where there is none."""
    first_ms, last_ms = latest.edges(ranges.point)
    before_ms, after_ms = np.full(len(ranges), -1, np.int64), np.full(len(ranges), -1, np.int64)
    if as_of_ms is None:
        known = first_ms <= last_ms
        before_ms[known & (last_ms < ranges.from_ms)] = last_ms[known & (last_ms < ranges.from_ms)]
        after_ms[known & (first_ms >= ranges.to_ms)] = first_ms[known & (first_ms >= ranges.to_ms)]
    end_ms = np.minimum(ranges.from_ms, last_ms + 1)
    rows = np.flatnonzero((first_ms < end_ms) & (before_ms == -1))
    before_ms[rows] = _nearest(cursor, Ranges(ranges.point[rows], first_ms[rows], end_ms[rows]), as_of_ms, back=True)
    start_ms = np.maximum(ranges.to_ms, first_ms)
    rows = np.flatnonzero((start_ms <= last_ms) & (after_ms == -1))
    later = Ranges(ranges.point[rows], start_ms[rows], last_ms[rows] + 1)
    after_ms[rows] = _nearest(cursor, later, as_of_ms, back=False)
    return before_ms, after_ms


def _nearest(cursor: Cursor, searched: Ranges, as_of_ms: int | None, *, back: bool) -> Int64:
    """Per range its last reading (back) or its first, looked for in steps that grow from that end."""
    nearest_ms = np.full(len(searched), -1, np.int64)
    open_rows, near_ms, far_ms = np.arange(len(searched)), 0, FIRST_LOOK_MS
    while len(open_rows):
        left = searched.take(open_rows)
        if back:
            look = Ranges(left.point, np.maximum(left.to_ms - far_ms, left.from_ms), left.to_ms - near_ms)
            over = look.from_ms == left.from_ms
        else:
            look = Ranges(left.point, left.from_ms + near_ms, np.minimum(left.from_ms + far_ms, left.to_ms))
            over = look.to_ms == left.to_ms
        nearest_ms[open_rows] = _per_range(cursor, look, "max(r.time_ms)" if back else "min(r.time_ms)", -1, as_of_ms)
        open_rows = open_rows[(nearest_ms[open_rows] == -1) & ~over]
        near_ms, far_ms = far_ms, far_ms * FARTHER
    return nearest_ms


def _per_range(cursor: Cursor, ranges: Ranges, expression: str, nothing: int, as_of_ms: int | None = None) -> Int64:
    """What `expression` makes of the readings of each range; `nothing` where there are none."""
    answer = np.full(len(ranges), nothing, np.int64)
    for rows in window_rows(ranges):
        window = ranges.take(rows)
        with table_of(cursor, "g", {"row": rows, **window.as_dict()}):
            sql = f"select g.row, {expression} as answer from readings r join g on {WITHIN} group by g.row"
            found = arrays(cursor, sql, [*bounds(window), _up_to(as_of_ms)])
        answer[found["row"]] = found["answer"]
    return answer


def _up_to(as_of_ms: int | None) -> int:
    return EVER_MS if as_of_ms is None else as_of_ms
