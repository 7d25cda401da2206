"""What was ever said about some meters, sorted out: decisions by their finding, declared events, withdrawals."""

from __future__ import annotations

from collections.abc import Sequence

from engine.events.doubts import Doubt
from engine.events.entries import Entry, entry_of_declared, entry_of_doubt
from registry import Point
from storage import EventRow

Key = tuple[int, int, int, int]
"""What names a finding: point, flag, time and until."""


class Said:
    """What was said about some points, sorted out."""

    def __init__(self, rows: Sequence[EventRow]) -> None:
        self._withdrawals: dict[int, list[EventRow]] = {}
        self.about: dict[Key, list[EventRow]] = {}
        self.declared: list[EventRow] = []
        for row in rows:
            event = row.event
            if event.withdraws is not None:
                self._withdrawals.setdefault(event.withdraws, []).append(row)
            elif event.about_what:
                key = (event.point, event.about_what, event.about_from_ms, event.about_until_ms)
                self.about.setdefault(key, []).append(row)
            else:
                self.declared.append(row)

    def withdrawals(self, rows: Sequence[EventRow]) -> list[EventRow]:
        """The withdrawals of some events."""
        return [one for row in rows for one in self._withdrawals.get(row.id, [])]

    def entry_of(self, point: Point, doubt: Doubt, *, found: bool) -> Entry:
        """A doubt with what was said about it; `found` where settlement still has it."""
        rows = self.about.get(key_of(doubt), [])
        return entry_of_doubt(point, doubt, rows, self.withdrawals(rows), found=found)

    def entry_of_event(self, point: Point, row: EventRow) -> Entry:
        """A declared event with its withdrawals."""
        return entry_of_declared(point, row, self.withdrawals([row]))


def key_of(doubt: Doubt) -> Key:
    """The name of a finding."""
    return doubt.point, int(doubt.what), doubt.from_ms, doubt.until_ms
