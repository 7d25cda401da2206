"""Which intervals were replaced since somebody looked?

Whoever copies intervals to another server must know where they changed, for as long as that server may be down. So
each replacement is logged with its ranges, in its own transaction, under a number that grows. What one follower has
not got is a stretch of numbers; between two followers' places the log is merged from time to time, so a week of
replacements twice a second is a few ranges a point and not millions of rows.

::

    numbers      1 2 3 4 5 6 7 8 9          A has 3, B has 7
    merged       [1-3 ][4-7    ][8-9]       as if each stretch were one replacement, its last
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from analytics.columns import Ranges
from storage.arrays import insert, number, select
from storage.database import Cursor
from storage.spans import merged

MOST_ROWS = 200_000
"""The log is merged when it has so many rows more than after the last time."""


def log(cursor: Cursor, change: int, whole: Ranges) -> None:
    """Note that the intervals of the ranges, in whole quarters, were replaced by the change of this number."""
    if len(whole):
        insert(cursor, "changes", {**whole.as_dict(), "number": np.full(len(whole), change, np.int64)})


def after(cursor: Cursor, last: int, most: int) -> tuple[Ranges, int]:
    """What was replaced after a change: the oldest changes of together `most` ranges or a little more.

    Returns
    -------
    ranges : Ranges
        Merged, sorted by point and time.
    change : int
        The last change that is in them; `last` where there was none.
    """
    # The change in which row number `most` lies is taken whole.
    upto = number(
        cursor,
        "select number from changes where number > ? order by number limit 1 offset ?",
        [last, most - 1],
    )
    where, bounds = ("number > ?", [last]) if upto is None else ("number > ? and number <= ?", [last, upto])
    found = select(cursor, Ranges, f"select point, from_ms, to_ms from changes where {where}", bounds)
    newest = number(cursor, f"select max(number) from changes where {where}", bounds)
    return merged(found), last if newest is None else newest


def highest(cursor: Cursor) -> int:
    """The highest number in the log; 0 of an empty one."""
    return number(cursor, "select max(number) from changes") or 0


def rows(cursor: Cursor) -> int:
    """How long the log is."""
    return number(cursor, "select count(*) from changes") or 0


def prune(cursor: Cursor, had_by_all: int) -> None:
    """Forget the changes that every follower has."""
    cursor.execute("delete from changes where number <= ?", [had_by_all])


def merge(cursor: Cursor, places: Iterable[int], head: int) -> int:
    """Make one change of each stretch between two followers' places, and say how many rows are left.

    A follower that is just reading may get some ranges again, which does no harm.
    """
    for after_place, upto in pairwise(sorted({0, *places, head})):
        bounds = [after_place, upto]
        where = "number > ? and number <= ?"
        found = select(cursor, Ranges, f"select point, from_ms, to_ms from changes where {where}", bounds)
        together = merged(found)
        if len(together) < len(found):
            cursor.execute(f"delete from changes where {where}", bounds)
            log(cursor, upto, together)
    return rows(cursor)
