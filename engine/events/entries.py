"""What is to be decided about the meters, what was decided, and what did it change?

An `Entry` is one doubt of settlement with the decisions about it, or one declared event. A finding may disappear by its
decision (a rejected spike is a spike no more): the decision keeps what the finding said, so the entry stays. ::

    finding     decisions about it         entry
    spike  ───▶ (none)                     open
    spike  ───▶ reject                     rejected      what the finding said stands in the decision
    spike  ───▶ reject, withdrawn          open          both stay in its history
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analytics.columns import Flag
from engine.events.doubts import NAMES, Doubt, is_shift, number
from engine.events.history import Decision, MonthChange, decisions_of, last_months
from registry import Point
from storage import EventRow

__all__ = ["NAMES", "Decision", "Entry", "MonthChange", "State", "entry_of_declared", "entry_of_doubt", "entry_of_late"]

State = Literal["open", "accepted", "corrected", "rejected", "declared", "withdrawn", "clear"]

STATES: Mapping[str, State] = {
    "declared": "declared",
    "accept": "accepted",
    "correct": "corrected",
    "reject": "rejected",
}


@dataclass(frozen=True)
class Entry:
    """One doubt or declared event.

    Attributes
    ----------
    id : str
        Stable: the same doubt has it at every look.
    point : Point
    what : str
        One of `NAMES`, ``declared:KIND``, or ``late_for_closed``.
    state : str
    from_ms, until_ms : int
        The readings on both sides, or from when to when a declared event acts. [ms UTC]
    before, after : float or None
        Readings on both sides, in the point's own unit.
    unit : str
        Unit of the readings.
    proposal : Mapping
        How the doubt is read without a decision: ``kind`` and its numbers.
    effect : float or None
        Amount that this reading gives the step, in `amount_unit`; None: missing.
    amount_unit : str
        Canonical.
    decision : Decision or None
        The one in force; of a withdrawn event the one that was withdrawn.
    months : tuple of MonthChange or None
        What the last thing said about it changed; None where nothing was said or it was not settled yet.
    history : tuple of Decision
        Everything that was ever said about it, oldest first.
    """

    id: str
    point: Point
    what: str
    state: State
    from_ms: int
    until_ms: int
    before: float | None
    after: float | None
    unit: str
    proposal: Mapping[str, str | float | None]
    effect: float | None
    amount_unit: str
    decision: Decision | None
    months: tuple[MonthChange, ...] | None
    history: tuple[Decision, ...] = ()


def entry_of_doubt(
    point: Point, doubt: Doubt, rows: Sequence[EventRow], withdrawals: Sequence[EventRow], *, found: bool
) -> Entry:
    """A finding with all that was said about it, oldest first.

    Parameters
    ----------
    point : Point
    doubt : Doubt
    rows, withdrawals : sequence of EventRow
    found : bool
        Whether settlement still has the doubt, or only a decision tells of it.
    """
    history = decisions_of(rows, withdrawals)
    standing = [decision for decision in history if not decision.withdrawn]
    said = doubt.said
    return Entry(
        id=f"{doubt.point}-{int(doubt.what)}-{doubt.from_ms}-{doubt.until_ms}",
        point=point,
        what=NAMES[doubt.what],
        state=STATES[standing[-1].decision] if standing else _undecided(doubt, found=found),
        from_ms=doubt.from_ms,
        until_ms=doubt.until_ms,
        before=said.before,
        after=said.after,
        unit=point.unit,
        proposal=_proposal(doubt),
        effect=said.effect,
        amount_unit=point.amount_unit,
        decision=standing[-1] if standing else None if found else history[0],
        months=last_months([*rows, *withdrawals]),
        history=history,
    )


def _undecided(doubt: Doubt, *, found: bool) -> State:
    """A rollover of a known modulus is exact: nobody has to decide it, though anybody may."""
    if not found:
        return "withdrawn"
    return "clear" if doubt.what is Flag.ROLLOVER and doubt.said.effect is not None else "open"


def entry_of_declared(point: Point, row: EventRow, withdrawals: Sequence[EventRow]) -> Entry:
    """A declared event, with its withdrawal if there is one."""
    history = decisions_of([row], withdrawals)
    event = row.event
    return Entry(
        id=f"e{row.id}",
        point=point,
        what=f"declared:{event.note}",
        state="withdrawn" if history[0].withdrawn else "declared",
        from_ms=event.from_ms,
        until_ms=event.to_ms,
        before=number(event.end_value),
        after=number(event.start_value),
        unit=point.unit,
        proposal={"kind": event.note, **history[0].values},
        effect=None,
        amount_unit=point.amount_unit,
        decision=history[0],
        months=last_months([row, *withdrawals]),
        history=history,
    )


def entry_of_late(point: Point, from_ms: int, to_ms: int) -> Entry:
    """Readings that came for a closed range and wait for somebody to open it."""
    return Entry(
        id=f"late-{point.key}-{from_ms}",
        point=point,
        what="late_for_closed",
        state="open",
        from_ms=from_ms,
        until_ms=to_ms,
        before=None,
        after=None,
        unit=point.unit,
        proposal={"kind": "late_for_closed"},
        effect=None,
        amount_unit=point.amount_unit,
        decision=None,
        months=None,
    )


def with_months(entry: Entry, months: tuple[MonthChange, ...] | None) -> Entry:
    """The entry with what its last decision changed."""
    return replace(entry, months=months)


def _proposal(doubt: Doubt) -> dict[str, str | float | None]:
    """How settlement reads it. A clock that runs wrong is only proposed: its finding has no reading after it."""
    said = doubt.said
    if is_shift(doubt):
        return {"kind": "clock_shift", "shift_ms": said.before}
    kind = "clock_frozen" if doubt.what is Flag.CLOCK else NAMES[doubt.what]
    elapsed_s = (doubt.until_ms - doubt.from_ms) / 1000.0
    return {
        "kind": kind,
        "before": said.before,
        "after": said.after,
        "amount": said.effect,
        "elapsed_s": elapsed_s,
    }
