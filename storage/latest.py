"""What is the last reading of each point, without asking the journal?

The page shows it every second, so it is kept in memory and carried on by each append. "Last" is by source time; of
two readings of one time the later received counts, as in settlement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import Int32, Int64, Readings
from storage.arrays import insert, names, select
from storage.database import Cursor


@dataclass(frozen=True, eq=False)
class Latest:
    """First time and last reading of each point that ever had one.

    Attributes
    ----------
    first_ms : ndarray of int64, shape (n_points,)
        Earliest source time. [ms UTC]
    last : Readings, n_points rows
        Sorted by point, one row a point.
    """

    first_ms: Int64
    last: Readings

    @classmethod
    def empty(cls) -> Latest:
        return cls(np.empty(0, np.int64), Readings.empty())

    def after(self, batch: Readings) -> Latest:
        """What it becomes when `batch`, in order of arrival, has been appended."""
        if len(batch) == 0:
            return self
        rows = Readings.concat([self.last, batch])
        first_ms = np.concatenate((self.first_ms, batch.time_ms))
        points, slot = np.unique(rows.point, return_inverse=True)
        newest_ms = np.full(len(points), np.iinfo(np.int64).min)
        np.maximum.at(newest_ms, slot, rows.time_ms)
        oldest_ms = np.full(len(points), np.iinfo(np.int64).max)
        np.minimum.at(oldest_ms, slot, first_ms)
        candidates = np.flatnonzero(rows.time_ms == newest_ms[slot])
        row = np.zeros(len(points), np.int64)
        np.maximum.at(row, slot[candidates], candidates)
        return Latest(oldest_ms, rows.take(row))

    def of(self, points: Int32 | None) -> Readings:
        """The last readings of the chosen points (all when None), sorted by point; a point without one has no row."""
        if points is None:
            return self.last
        return self.last.take(np.isin(self.last.point, points))

    def edges(self, points: Int32) -> tuple[Int64, Int64]:
        """First and last time of each of `points`; ``(1, 0)`` for a point without readings."""
        first_ms, last_ms = np.ones(len(points), np.int64), np.zeros(len(points), np.int64)
        if len(self.last):
            slot = np.searchsorted(self.last.point, points).clip(max=len(self.last) - 1)
            known = self.last.point[slot] == points
            first_ms[known] = self.first_ms[slot[known]]
            last_ms[known] = self.last.time_ms[slot[known]]
        return first_ms, last_ms


def load(cursor: Cursor, after_batch: int) -> Latest:
    """The kept table, which stands for everything up to `after_batch`, carried on by the readings that came later."""
    kept = select(cursor, Readings, f"select {names(Readings)} from latest order by point")
    first_ms = cursor.execute("select first_ms from latest order by point").fetchnumpy()["first_ms"]
    # arg_max of the reading itself would skip NULL values, so the row is found by its number first.
    newest = select(
        cursor,
        Readings,
        f"""with chosen as (
            select arg_max(arrival, (time_ms, arrival)) as arrival from readings where batch > ? group by point)
        select {names(Readings, "r.")} from readings r join chosen using (arrival) where r.batch > ?""",
        [after_batch, after_batch],
    )
    oldest = select(
        cursor,
        Readings,
        """select point, min(time_ms) as time_ms, 0.0 as value, 0::utinyint as flag, 0::bigint as received_ms
        from readings where batch > ? group by point""",
        [after_batch],
    )
    ends = Latest(first_ms, kept).after(newest)
    starts = Latest(first_ms, kept).after(oldest)
    return Latest(starts.first_ms, ends.last)


def save(cursor: Cursor, latest: Latest) -> None:
    """Keep `latest` in its table, in place of what stood there."""
    cursor.execute("delete from latest")
    if len(latest.last):
        insert(cursor, "latest", {"first_ms": latest.first_ms, **latest.last.as_dict()})
