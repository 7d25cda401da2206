"""What was said about a doubt, in order, and what did the last of it change?"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage import EventRow

VALUE_NAMES = {"correct": "amount", "ratio": "ratio", "unit": "ratio", "clock": "shift_ms"}


@dataclass(frozen=True)
class Decision:
    """What a person said.

    Attributes
    ----------
    id : int
        Number of the event in the journal; a withdrawal names it.
    decision : str
        declared, accept, correct, reject or withdraw.
    who, why : str
    at_ms : int
        When it was said. [ms UTC]
    values : Mapping of str to float or None
        The numbers of it: amount, end_value, start_value, ratio, shift_ms, to_ms.
    withdrawn : bool
    """

    id: int
    decision: str
    who: str
    why: str
    at_ms: int
    values: Mapping[str, float | None]
    withdrawn: bool = False


@dataclass(frozen=True)
class MonthChange:
    """What a local month amounted to before a decision and after it, canonical unit; None where nothing is known."""

    month: str
    before: float | None
    after: float | None


def decisions_of(rows: Sequence[EventRow], withdrawals: Sequence[EventRow]) -> tuple[Decision, ...]:
    """What was said, in order, the withdrawals too."""
    gone = {row.event.withdraws for row in withdrawals}
    every = sorted([*rows, *withdrawals], key=lambda row: row.id)
    return tuple(
        Decision(
            id=row.id,
            decision=row.event.decision,
            who=row.event.who,
            why=row.event.why,
            at_ms=row.received_ms,
            values=_values(row),
            withdrawn=row.id in gone or row.event.withdraws is not None,
        )
        for row in every
    )


def effect_text(months: Iterable[MonthChange], unit: str) -> str:
    """The months that changed, as the journal keeps them."""
    told = [{"month": one.month, "before": one.before, "after": one.after} for one in months]
    return json.dumps({"months": told, "unit": unit})


def last_months(rows: Sequence[EventRow]) -> tuple[MonthChange, ...] | None:
    """What the last of some sayings changed; None where that is not known yet, or nothing was said."""
    if not rows:
        return None
    effect = max(rows, key=lambda row: row.id).effect
    return None if effect is None else tuple(MonthChange(**month) for month in json.loads(effect)["months"])


def _values(row: EventRow) -> dict[str, float | None]:
    event = row.event
    named = VALUE_NAMES.get(event.note if event.decision == "declared" else event.decision, "shift_ms")
    values = {named: event.value, "end_value": event.end_value, "start_value": event.start_value}
    return {name: value for name, value in values.items() if not math.isnan(value)}
