"""What does the store know about itself, and what small texts do others leave in it?"""

from __future__ import annotations

from dataclasses import dataclass

from storage import deadletters, intervals
from storage.arrays import number
from storage.database import Cursor


@dataclass(frozen=True)
class Counts:
    """How much the store holds.

    Attributes
    ----------
    readings, intervals : int
        Those that are there; thinned readings are not.
    batches : int
        All that ever came.
    dead_letters : int
        All that ever came, those no longer kept included.
    settled_batch : int
        Everything up to this batch is settled.
    """

    readings: int
    batches: int
    dead_letters: int
    intervals: int
    settled_batch: int


def counts(cursor: Cursor, batches: int) -> Counts:
    """How much the store holds, beside the number of batches, which the journal knows."""
    return Counts(
        readings=number(cursor, "select count(*) from readings") or 0,
        batches=batches,
        dead_letters=deadletters.counted(cursor),
        intervals=number(cursor, "select sum(quarters) from intervals") or 0,
        settled_batch=intervals.settled_batch(cursor),
    )


def get(cursor: Cursor, key: str) -> str | None:
    """The text kept under `key`; None where none is."""
    rows = cursor.execute("select text from meta where key = ?", [key]).fetchall()
    return str(rows[0][0]) if rows else None


def put(cursor: Cursor, key: str, text: str) -> None:
    """Keep `text` under `key`, in place of what stood there."""
    cursor.execute("delete from meta where key = ?", [key])
    cursor.execute("insert into meta values (?, ?)", [key, text])
