"""How is much deleted in little memory?

Until the next checkpoint the database remembers a deletion by 16 kB for each 2048 rows of the table of which at least
one went. Three years of one point among three hundred, written as they came in, lie in fifteen thousand such groups:
too much for the memory of a small machine. So a long deletion is done in slices of time, each in a transaction of its
own with a checkpoint behind it.

::

    rows of point 7    | .  .| .  |.  .|  . |.  .| .  |.  .|     | group of 2048 rows of the table
    slices             [    1      )[    2       )[   3    )
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from analytics.columns import DAY_MS, Ranges
from storage.arrays import number, table_of
from storage.database import Cursor
from storage.spans import bounds, windows

GROUP_ROWS = 2048
"""The database keeps a table in vectors of so many rows (STANDARD_VECTOR_SIZE of DuckDB)."""

MOST_GROUPS = 1500
"""So many groups a slice: 24 MB at 16 kB each."""

LEAST_MS, MOST_MS = np.iinfo(np.int64).min, np.iinfo(np.int64).max


def slices(cursor: Cursor, table: str, time: str, ranges: Ranges) -> list[Ranges]:
    """The `merged` ranges in parts that follow each other in time, cut at midnight UTC; at least one part.

    Parameters
    ----------
    table, time : str
        The table whose rows of the ranges are to be deleted, and its column of time.
    """
    if (number(cursor, f"select count(*) from {table}") or 0) <= MOST_GROUPS * GROUP_ROWS:
        return [ranges]
    groups, first_ms, last_ms = 0, MOST_MS, LEAST_MS
    for window in windows(ranges):
        with table_of(cursor, "g", window.as_dict()):
            found = cursor.execute(
                f"""select count(distinct t.rowid // {GROUP_ROWS}), min(t.{time}), max(t.{time}) from {table} t
                semi join g on t.point = g.point and t.{time} >= g.from_ms and t.{time} < g.to_ms
                where t.point between ? and ? and t.{time} >= ? and t.{time} < ?""",
                bounds(window),
            ).fetchall()[0]
        if found[0]:
            groups, first_ms, last_ms = groups + found[0], min(first_ms, found[1]), max(last_ms, found[2])
    count = -(-groups // MOST_GROUPS)
    if count < 2:
        return [ranges]
    cuts = np.linspace(first_ms, last_ms, count + 1)[1:-1]
    edges = [LEAST_MS, *np.unique(np.ceil(cuts / DAY_MS).astype(np.int64) * DAY_MS).tolist(), MOST_MS]
    parts = [
        Ranges(ranges.point, np.maximum(ranges.from_ms, start_ms), np.minimum(ranges.to_ms, end_ms))
        for start_ms, end_ms in pairwise(edges)
    ]
    cut = [part.take(part.from_ms < part.to_ms) for part in parts]
    return [part for part in cut if len(part)]
