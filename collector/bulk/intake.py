"""How do readings of the past come into the journal, neither lost nor doubled?

Through the same check as messages; what stands there already is counted and left out; and how far the import has come
becomes true in the same transaction as the readings. So an import that is killed goes on where its last batch ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from analytics.columns import Bool, Int32, Readings
from collector.check import Rejected, check
from storage.deadletters import DeadLetter


class Journal(Protocol):
    """What an import needs of `storage.Store`."""

    def held(self, readings: Readings) -> Bool: ...
    def append(
        self, readings: Readings, dead: Sequence[DeadLetter] = (), *, note: tuple[str, str] | None = None
    ) -> int: ...
    def meta_get(self, key: str) -> str | None: ...
    def meta_set(self, key: str, text: str) -> None: ...


@dataclass
class Tally:
    """What became of everything that was read.

    Attributes
    ----------
    rows : int
        Rows of a file, values of a series.
    kept : int
        Readings that are new in the journal.
    already : int
        Readings that stood there before: same point, time and value.
    empty : int
        Cells without a value.
    skipped : int
        Rows of names that the map leaves out.
    refused : int
        Rows and values that cannot be readings.
    """

    rows: int = 0
    kept: int = 0
    already: int = 0
    empty: int = 0
    skipped: int = 0
    refused: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)

    def __str__(self) -> str:
        parts = [f"{self.kept} kept"]
        parts += [
            f"{count} {words}"
            for count, words in (
                (self.already, "already there"),
                (self.empty, "without a value"),
                (self.skipped, "left out by the map"),
            )
            if count
        ]
        return ", ".join([*parts, f"{self.refused} refused"])


class Intake:
    """The door of the journal for readings of the past.

    Parameters
    ----------
    journal : storage.Store
    points : ndarray of int32
        Keys of all points that readings can come for.
    now_ms : callable
        The product's clock. [ms UTC]
    """

    def __init__(self, journal: Journal, points: Int32, now_ms: Callable[[], int]) -> None:
        self.journal = journal
        self._points = points
        self.now_ms = now_ms

    def check(self, readings: Readings) -> tuple[Readings, Rejected]:
        """As `collector.check` of a message: future, too early, unknown point, infinite."""
        return check(readings, self.now_ms(), points=self._points)

    def keep(self, good: Readings, tally: Tally, note: Callable[[], tuple[str, str]]) -> None:
        """Append what is new, together with what is to be remembered.

        Parameters
        ----------
        good : Readings
            In the order in which they count: of two values for one time the later one.
        tally : Tally
            Grows by what was kept and what was there.
        note : callable
            Key and text that become true with the readings; asked when `tally` has grown.
        """
        new = good.take(~(self.journal.held(good) | _repeats(good)))
        tally.kept += len(new)
        tally.already += len(good) - len(new)
        if len(new):
            self.journal.append(new, note=note())
        else:
            self.journal.meta_set(*note())


def _repeats(readings: Readings) -> Bool:
    """True for each reading that is equal to an earlier one of the same columns."""
    answer = np.zeros(len(readings), np.bool_)
    if len(readings) < 2:
        return answer
    bits = readings.value.view(np.int64)
    order = np.lexsort((bits, readings.time_ms, readings.point))
    same = np.ones(len(order) - 1, np.bool_)
    for column in (bits, readings.time_ms, readings.point):
        ordered = column[order]
        same &= ordered[1:] == ordered[:-1]
    answer[order[1:][same]] = True
    return answer
