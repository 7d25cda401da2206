"""What came in and could not be understood?

A dead letter keeps the payload as it came and the reason, so that somebody can mend the profile and see what would
have been. The table is bounded; the count of all that ever came is not lost when the oldest go.
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

PAYLOAD_BYTES = 64 * 1024
"""A longer payload is cut to this when it is written. [byte]"""

MOST_REASONS = 500
"""Reasons quote what came, so they may be many; what comes after so many different ones is counted as `OTHER`."""

OTHER = "other"

TRIM_EVERY = 1_000
"""The oldest are deleted when so many have come since the last time; until then they are merely not shown."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that gave no reading.

    Attributes
    ----------
    received_ms : int
        When it came. [ms UTC]
    source : str
        Which source of the registry received it.
    topic : str
        MQTT topic, or file and line of an import.
    payload : bytes
        As it came; cut at 64 KiB when it is written.
    reason : str
        What failed, what came, what was wanted.
    """

    received_ms: int
    source: str
    topic: str
    payload: bytes
    reason: str


@dataclass(frozen=True)
class DeadLetterRow:
    """A kept dead letter.

    Attributes
    ----------
    id : int
        Number in order of arrival, from 1.
    size : int
        Length of the payload as it came; `letter.payload` may be shorter. [byte]
    letter : DeadLetter
    """

    id: int
    size: int
    letter: DeadLetter


def write(cursor: Cursor, batch: int, dead: Sequence[DeadLetter]) -> None:
    """Add the letters, count them, and let the oldest go."""
    total = counted(cursor)
    columns = {
        "id": np.arange(total + 1, total + len(dead) + 1, dtype=np.int64),
        "batch": np.full(len(dead), batch, np.int64),
        "received_ms": np.array([letter.received_ms for letter in dead], np.int64),
        "source": texts([letter.source for letter in dead]),
        "topic": texts([letter.topic for letter in dead]),
        "payload": np.array([letter.payload[:PAYLOAD_BYTES] for letter in dead], object),
        "size": np.array([len(letter.payload) for letter in dead], np.int64),
        "reason": texts([letter.reason for letter in dead]),
    }
    insert(cursor, "dead_letters", columns)
    _count(cursor, columns["reason"].tolist())
    if (total + len(dead)) // TRIM_EVERY > total // TRIM_EVERY:
        cursor.execute("delete from dead_letters where id <= ?", [total + len(dead) - MOST_KEPT])


def newest(cursor: Cursor, limit: int, before_id: int | None) -> list[DeadLetterRow]:
    """At most `limit` letters, the newest first; only older ones than `before_id` when it is given."""
    oldest = counted(cursor) - MOST_KEPT
    rows = cursor.execute(
        """select id, size, received_ms, source, topic, payload, reason from dead_letters
        where id > ? and id < ? order by id desc limit ?""",
        [oldest, np.iinfo(np.int64).max if before_id is None else before_id, limit],
    ).fetchall()
    return [DeadLetterRow(number, size, DeadLetter(*letter)) for number, size, *letter in rows]


def counts(cursor: Cursor) -> dict[str, int]:
    """How many ever came, by reason, the most frequent first."""
    rows = cursor.execute("select reason, count from dead_counts order by count desc, reason").fetchall()
    return {reason: int(count) for reason, count in rows}


def counted(cursor: Cursor) -> int:
    """How many ever came."""
    return number(cursor, "select sum(count) from dead_counts") or 0


def _count(cursor: Cursor, reasons: Sequence[str]) -> None:
    known = counts(cursor)
    for reason, count in Counter(reasons).items():
        key = reason if reason in known or len(known) < MOST_REASONS else OTHER
        known[key] = known.get(key, 0) + count
    cursor.execute("delete from dead_counts")
    columns = {"reason": np.array(list(known), object), "count": np.array(list(known.values()), np.int64)}
    insert(cursor, "dead_counts", columns)
