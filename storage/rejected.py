"""Which lines did a server refuse, and in which words?

A refused line keeps nobody waiting: it is written down with what the server said, for somebody to read. The table is
bounded; the count of all that were ever refused is not lost when the oldest go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from storage.arrays import insert, number, texts
from storage.database import Cursor

MOST_KEPT = 100_000
"""So many of the newest are kept."""


@dataclass(frozen=True)
class RejectedLine:
    """A line that a server refused.

    Attributes
    ----------
    target : str
        Name of the server in the settings.
    at_ms : int
        When it refused it, by the product's clock. [ms UTC]
    line : str
        As it was sent.
    reason : str
        The server's words.
    count : int
        How many lines it stands for: 1, or those of one request that were refused for the same reason.
    id : int
        Number in order of refusal, from 1; 0 while it is not kept.
    """

    target: str
    at_ms: int
    line: str
    reason: str
    count: int = 1
    id: int = 0


def write(cursor: Cursor, rejected: Sequence[RejectedLine]) -> None:
    """Add the lines, count them, and let the oldest go."""
    if not rejected:
        return
    known = counts(cursor)
    last = highest(cursor)
    insert(
        cursor,
        "rejected_lines",
        {
            "id": np.arange(last + 1, last + len(rejected) + 1, dtype=np.int64),
            "target": texts([row.target for row in rejected]),
            "at_ms": np.array([row.at_ms for row in rejected], np.int64),
            "line": texts([row.line for row in rejected]),
            "reason": texts([row.reason for row in rejected]),
            "count": np.array([row.count for row in rejected], np.int64),
        },
    )
    cursor.execute("delete from rejected_lines where id <= ?", [last + len(rejected) - MOST_KEPT])
    new: Counter[str] = Counter()
    for row in rejected:
        new[row.target] += row.count
    for target, count in new.items():
        cursor.execute("delete from rejected_counts where target = ?", [target])
        cursor.execute("insert into rejected_counts values (?, ?)", [target, known.get(target, 0) + count])


def highest(cursor: Cursor) -> int:
    """The id of the newest line; 0 without any."""
    return number(cursor, "select max(id) from rejected_lines") or 0


def newest(cursor: Cursor, limit: int, before_id: int | None) -> list[RejectedLine]:
    """At most `limit` lines, the newest first; only older ones than `before_id` when it is given."""
    rows = cursor.execute(
        """select target, at_ms, line, reason, count, id from rejected_lines where id < ? order by id desc limit ?""",
        [np.iinfo(np.int64).max if before_id is None else before_id, limit],
    ).fetchall()
    return [RejectedLine(*row) for row in rows]


def counts(cursor: Cursor) -> dict[str, int]:
    """How many were ever refused, by target."""
    rows = cursor.execute("select target, count from rejected_counts order by target").fetchall()
    return {str(target): int(count) for target, count in rows}


def counted(cursor: Cursor) -> int:
    """How many were ever refused."""
    return number(cursor, "select sum(count) from rejected_counts") or 0
