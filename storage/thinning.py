"""How do old readings go, once what they say is settled?

A register read every second says the same about a quarter as its readings at the quarter's edges. Whoever knows which
readings a settlement needs (the engine) names them; the others of a range are deleted, and the range is *closed*: what
was settled there stands, and cannot be found again from the readings alone.

::

    readings   | .  .  . | .  .  . | .  .  . | .     | edge of a range, . reading
    kept         .     .   .     .   .     .   .
    closed before                            ^

Three things stay whatever is named: what is not settled yet, and the first and the last reading of each point, from
which the journal knows how far a point reaches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Int32, Int64, Ranges
from storage import intervals
from storage.arrays import arrays, check_shapes, insert, table_of
from storage.database import Cursor
from storage.latest import Latest
from storage.slices import slices
from storage.spans import bounds, hulls, inside, merged, windows


def parts(cursor: Cursor, ranges: Ranges) -> list[Ranges]:
    """The ranges cut so that each part can be thinned in little memory; at least one part."""
    return slices(cursor, "readings", "time_ms", merged(ranges))


def thin(cursor: Cursor, ranges: Ranges, keep_point: Int32, keep_ms: Int64, latest: Latest, up_to_batch: int) -> int:
    """Delete readings of ranges that do not overlap; see `Store.thin`.

    Parameters
    ----------
    latest : Latest
        First and last readings of all points as of `up_to_batch`.
    up_to_batch : int
        Readings of later batches stay.
    """
    check_shapes({"keep_point": keep_point, "keep_ms": keep_ms})
    named = inside(ranges, keep_point, keep_ms)
    settled = min(intervals.settled_batch(cursor), up_to_batch)
    kept: dict[str, NDArray[Any]] = {
        "point": np.concatenate((keep_point[named], latest.last.point, latest.last.point)),
        "time_ms": np.concatenate((keep_ms[named], latest.first_ms, latest.last.time_ms)),
    }
    deleted = 0
    for window in windows(ranges):
        with table_of(cursor, "g", window.as_dict()), table_of(cursor, "k", kept):
            found = cursor.execute(
                """delete from readings r using g
                where r.point = g.point and r.time_ms >= g.from_ms and r.time_ms < g.to_ms
                and r.point between ? and ? and r.time_ms >= ? and r.time_ms < ? and r.batch <= ?
                and not exists (select 1 from k where k.point = r.point and k.time_ms = r.time_ms)""",
                [*bounds(window), settled],
            ).fetchall()
            deleted += int(found[0][0])
    _close(cursor, ranges)
    return deleted


def closed_before(cursor: Cursor, points: Int32) -> Int64:
    """Up to when each point is closed, shape (n_points,); 0 where it never was. [ms UTC]"""
    found = arrays(cursor, "select point, before_ms from closed order by point")
    answer = np.zeros(len(points), np.int64)
    if len(found["point"]):
        row = np.searchsorted(found["point"], points).clip(max=len(found["point"]) - 1)
        known = found["point"][row] == points
        answer[known] = found["before_ms"][row[known]]
    return answer


def _close(cursor: Cursor, whole: Ranges) -> None:
    """Remember the end of what was thinned; it only grows."""
    if len(whole) == 0:
        return
    ends = hulls(whole)
    before_ms = np.maximum(closed_before(cursor, ends.point), ends.to_ms)
    with table_of(cursor, "g", {"point": ends.point}):
        cursor.execute("delete from closed t using g where t.point = g.point")
    insert(cursor, "closed", {"point": ends.point, "before_ms": before_ms})
