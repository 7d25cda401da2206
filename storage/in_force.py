"""What of all that was said counts, and what must be settled again for it?

What was taken back counts as never said, so an earlier decision about the same finding stands again.

::

    id  said                        in force after it
    1   swap at t                   1
    2   finding f: leave out        1, 2
    3   finding f: so many kWh      1, 3        3 replaces 2
    4   withdraws 1                 3
    5   withdraws 3                 2
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from analytics.columns import Columns, EventKind, Events, Float64, Int32, Int64, Ranges, UInt8, UInt16
from storage.arrays import names, select, table_of
from storage.database import Cursor
from storage.events import EVER_MS
from storage.latest import Latest


@dataclass(frozen=True, eq=False)
class _Touch(Columns):
    """Where an event acts, with what decides how far it reaches."""

    point: Int32
    from_ms: Int64
    to_ms: Int64
    what: UInt8
    value: Float64


@dataclass(frozen=True, eq=False)
class _Said(Events):
    """Events with what decides whether they count; 0 where they withdraw none and are about no finding."""

    id: Int64
    withdraws: Int64
    about_what: UInt16
    about_from_ms: Int64
    about_until_ms: Int64


SAME_FINDING = """a.point = b.point and b.about_what <> 0 and a.about_what = b.about_what
    and a.about_from_ms = b.about_from_ms and a.about_until_ms = b.about_until_ms"""


def in_force(cursor: Cursor, points: Int32, as_of_ms: int | None) -> Events:
    """What of all that was said up to `as_of_ms` acts on the settlement of the points, sorted by (point, from, id)."""
    with table_of(cursor, "g", {"point": np.unique(points)}):
        # Which of it counts is found here: the database would take longer to plan it than to do it.
        sql = f"""select {names(_Said, "e.")} from meter_events e semi join g on e.point = g.point
            where e.received_ms <= ? order by e.point, e.about_what, e.about_from_ms, e.about_until_ms, e.id"""
        said = select(cursor, _Said, sql, [EVER_MS if as_of_ms is None else as_of_ms])
    standing = said.take((said.withdraws == 0) & ~np.isin(said.id, said.withdraws))
    follows = standing.about_what[1:] != 0
    for column in (standing.point, standing.about_what, standing.about_from_ms, standing.about_until_ms):
        follows &= column[1:] == column[:-1]
    acting = standing.take((standing.what != 0) & ~np.append(follows, False)[: len(standing)])
    acting = acting.take(np.lexsort((acting.id, acting.from_ms, acting.point)))
    return Events(**{field.name: getattr(acting, field.name) for field in fields(Events)})


def touched(cursor: Cursor, after_batch: int, up_to_batch: int, latest: Latest) -> Ranges:
    """Where the events of some batches change what is settled, one row an event, within the time of the readings.

    An event about a finding also touches what earlier decisions about it touched: it ends their effect.
    """
    acting = select(
        cursor,
        _Touch,
        f"""with new as (select * from meter_events where batch > ? and batch <= ?),
        meant as (select id, point, about_what, about_from_ms, about_until_ms from meter_events
            where id in (select withdraws from new union all select id from new))
        select {names(_Touch, "a.")} from meter_events a
        where a.what <> 0 and exists (select 1 from meant b where a.id = b.id or ({SAME_FINDING}))""",
        [after_batch, up_to_batch],
    )
    first_ms, last_ms = latest.edges(acting.point)
    from_ms = np.maximum(acting.from_ms, first_ms)
    to_ms = np.minimum(acting.to_ms + 1, last_ms + 1)
    # A reading whose label is shifted leaves one time and comes to another, perhaps beyond the last label.
    shift_ms = np.where(acting.what == EventKind.CLOCK, np.nan_to_num(acting.value), 0.0).round().astype(np.int64)
    reach = Ranges(acting.point, from_ms + np.minimum(shift_ms, 0), to_ms + np.maximum(shift_ms, 0))
    return reach.take(from_ms < to_ms)
