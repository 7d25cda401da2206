"""Decisions without a journal: a handful of doubts of one meter, and months that move by what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analytics.columns import HOUR_MS, Flag, Kind
from engine.events.declaration import Declaration
from engine.events.entries import Decision, Entry, MonthChange
from engine.events.judging import DecisionError
from engine.events.reopening import LOST, Reopened
from registry import Point, Registry
from tests.api.fake_plants import NOW_MS

MONTH_KWH = 4_123_456.5
STATE_OF = {"accept": "accepted", "correct": "corrected", "reject": "rejected"}
# what, hours ago, length [min], before, after, effect [kWh]
DOUBTS = (
    ("spike", 3.4, 4, 81_236.25, 81_236.5, 2000.0),
    ("swap", 9.0, 12, 81_234.5, 12.3, 33_600.0),
    ("conflict", 20.0, 1, 81_101.25, 81_101.5, 2000.0),
    ("zero", 31.0, 3, 80_990.0, 80_990.5, 4000.0),
    ("silent", 52.0, 190, 80_702.0, 80_721.5, 156_000.0),
    ("clock", 120.0, 60, -3_600_000.0, None, None),
    ("reset", 190.0, 8, 80_100.5, 0.4, None),
)
WORD_OF = {Flag.GAP: "silent"}


class FakeDecisions:
    """Keeps what is decided in memory; `calls` holds what was asked."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._entries: dict[str, Entry] = {}
        self._next = 1
        self.calls: list[tuple[Any, ...]] = []
        for plant in registry.plants:
            register = next((p for p in registry.plant_points(plant) if p.kind is Kind.REGISTER), None)
            if register is not None:
                for doubt in DOUBTS if plant == "wx-dyeing" else DOUBTS[4:5]:
                    self._doubt(register, *doubt)

    def _doubt(self, point: Point, what: str, hours: float, minutes: int, *numbers: float | None) -> None:
        from_ms = NOW_MS - int(hours * HOUR_MS)
        until_ms, (before, after, effect) = from_ms + minutes * 60_000, numbers
        id_ = f"{point.key}-{what}-{from_ms}"
        self._entries[id_] = Entry(
            id_, point, what, "open", from_ms, until_ms, before, after, point.unit, {"kind": what}, effect,
            point.amount_unit, None, None,
        )  # fmt: skip

    def entries(self, points: Sequence[Point], *, from_ms: int, to_ms: int, limit: int) -> list[Entry]:
        keys = {p.key for p in points}
        found = [e for e in self._entries.values() if e.point.key in keys and from_ms <= e.from_ms < to_ms]
        return sorted(found, key=lambda e: -e.from_ms)[:limit]

    def decide(
        self,
        point: Point,
        what: Flag,
        from_ms: int,
        until_ms: int,
        decision: str,
        who: str,
        why: str,
        amount: float | None = None,
        end_value: float | None = None,
        start_value: float | None = None,
    ) -> Entry:
        word = WORD_OF.get(what, (what.name or "").lower())
        self.calls.append(("decide", point.full_id, word, decision, amount, end_value, start_value))
        id_ = f"{point.key}-{word}-{from_ms}"
        entry = self._entries.get(id_)
        if entry is None or entry.until_ms != until_ms:
            raise DecisionError(f"{point.full_id} has no {word} at {from_ms}; wanted one of the list of events")
        if end_value is not None and entry.before is not None and end_value < entry.before:
            raise DecisionError(f"end_value {end_value:g} is below the reading before, {entry.before:g}")
        values = {"amount": amount, "end_value": end_value, "start_value": start_value}
        said = {name: value for name, value in values.items() if value is not None}
        moved = {"accept": 0.0, "correct": (amount or 0.0) - (entry.effect or 0.0), "reject": 50_000.0}[decision]
        return self._keep(replace(entry, state=STATE_OF[decision]), decision, who, why, said, moved)

    def check(self, declaration: Declaration, who: str) -> None:
        if (declaration.end_value or 0) > 1e6:
            raise DecisionError(f"end_value {declaration.end_value:g} is above the register's 1e+06", "end_value")

    def declare_all(self, declarations: Sequence[Declaration], who: str) -> list[Entry]:
        return [
            self.declare(d.point, d.kind, d.at_ms, to_ms=d.to_ms, end_value=d.end_value, start_value=d.start_value,
                         ratio=d.ratio, shift_ms=d.shift_ms, who=who, why=d.why)
            for d in declarations
        ]  # fmt: skip

    def declare(self, point: Point, kind: str, at_ms: int, **said: Any) -> Entry:
        self.calls.append(("declare", point.full_id, kind, at_ms))
        who, why, to_ms = said.pop("who"), said.pop("why"), said.pop("to_ms", None) or at_ms
        entry = Entry(
            f"declared-{self._next}", point, f"declared:{kind}", "declared", at_ms, to_ms, None, None, point.unit, {},
            None, point.amount_unit, None, None,
        )  # fmt: skip
        values = {name: value for name, value in said.items() if value is not None}
        return self._keep(entry, "declared", who, why, values, 0.0 if kind == "calibration" else -1234.5)

    def reopen(self, point: Point, from_ms: int, to_ms: int, who: str, why: str) -> Reopened:
        if from_ms >= to_ms:
            raise DecisionError(f"range [{from_ms}, {to_ms}) is empty", "to_ms")
        return Reopened(self.declare(point, "reopen", from_ms, to_ms=to_ms, who=who, why=why), LOST)

    def withdraw(self, event_id: int, who: str, why: str) -> Entry:
        self.calls.append(("withdraw", event_id))
        found = [e for e in self._entries.values() if e.decision is not None and e.decision.id == event_id]
        if not found or found[0].state == "withdrawn":
            raise DecisionError(f"there is no decision {event_id} in force; wanted the id of one")
        entry = found[0]
        back = tuple(MonthChange(m.month, m.after, m.before) for m in entry.months or ())
        gone = replace(entry.decision, withdrawn=True)
        taken = Decision(self._next, "withdraw", who, why, NOW_MS, {}, withdrawn=True)
        self._next += 1
        entry = replace(
            entry,
            state="withdrawn" if entry.state == "declared" else "open",
            decision=gone if entry.state == "declared" else None,
            months=back,
            history=(*(gone if d.id == gone.id else d for d in entry.history), taken),
        )
        self._entries[entry.id] = entry
        return entry

    def _keep(self, entry: Entry, decision: str, who: str, why: str, values: dict[str, Any], moved: float) -> Entry:
        months = (MonthChange("2018-08", MONTH_KWH, MONTH_KWH + moved),) if moved else ()
        said = Decision(self._next, decision, who, why, NOW_MS, values)
        self._next += 1
        kept = replace(entry, decision=said, months=months, history=(*entry.history, said))
        self._entries[entry.id] = kept
        return kept
