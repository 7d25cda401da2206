"""What is to be decided about the meters, what was decided, and what did it change?

An `Entry` is one doubt of settlement with the decisions about it, or one declared event. A finding may disappear by its
decision (a rejected spike is a spike no more): the decision keeps what the finding said, so the entry stays. ::

    finding     decisions about it         entry
    spike  ───▶ (none)                     open
    spike  ───▶ reject                     rejected      what the finding said stands in the decision
    spike  ───▶ reject, withdrawn          open          both stay in its history
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analytics.columns import DAY_MS, Findings, Flag
from registry import Point
from storage import EventRow

State = Literal["open", "accepted", "corrected", "rejected", "declared", "withdrawn"]

NAMES: Mapping[Flag, str] = {
    Flag.SWAP: "swap",
    Flag.RESET: "reset",
    Flag.ROLLOVER: "rollover",
    Flag.SPIKE: "spike",
    Flag.ZERO: "zero",
    Flag.IMPOSSIBLE: "impossible",
    Flag.CONFLICT: "conflict",
    Flag.CLOCK: "clock",
    Flag.GAP: "silent",
    Flag.STUCK: "stuck",
}
"""How the findings are called outside."""

STATES: Mapping[str, State] = {
    "declared": "declared",
    "accept": "accepted",
    "correct": "corrected",
    "reject": "rejected",
}


@dataclass(frozen=True)
class Said:
    """The numbers of one finding: readings on both sides and the amount of the step; None where there is none."""

    before: float | None
    after: float | None
    effect: float | None


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


@dataclass(frozen=True)
class Doubt:
    """One finding, as its key and its numbers."""

    point: int
    what: Flag
    from_ms: int
    until_ms: int
    said: Said


def doubts_of(findings: Findings) -> list[Doubt]:
    """The findings that have a name outside.

    A clock that stays wrong is one doubt, however long, and so are impossible steps one after the other: a register
    that begins to count in another unit is to be decided once.
    """
    rows = zip(*(column.tolist() for column in findings.as_dict().values()), strict=True)
    found = [
        Doubt(point, Flag(what), from_ms, until_ms, Said(_number(before), _number(after), _number(effect)))
        for point, from_ms, until_ms, what, before, after, effect in rows
        if Flag(what) in NAMES
    ]
    shifts = [d for d in found if is_shift(d)]
    steps = [d for d in found if d.what is Flag.IMPOSSIBLE]
    single = [d for d in found if not is_shift(d) and d.what is not Flag.IMPOSSIBLE]
    return [*single, *_runs(shifts, _goes_on_wrong), *_runs(steps, _follows)]


def _runs(doubts: Iterable[Doubt], joins: Callable[[Doubt, Doubt], bool]) -> list[Doubt]:
    """Neighbouring doubts of one point as one, where they belong together."""
    runs: list[Doubt] = []
    for doubt in sorted(doubts, key=lambda d: (d.point, d.from_ms)):
        last = runs[-1] if runs else None
        if last is not None and last.point == doubt.point and joins(last, doubt):
            said = replace(last.said, after=doubt.said.after)
            runs[-1] = replace(last, until_ms=doubt.until_ms, said=said)
        else:
            runs.append(doubt)
    return runs


def _goes_on_wrong(last: Doubt, doubt: Doubt) -> bool:
    return last.said == doubt.said and doubt.from_ms - last.until_ms <= DAY_MS


def _follows(last: Doubt, doubt: Doubt) -> bool:
    return doubt.from_ms == last.until_ms


def is_shift(doubt: Doubt) -> bool:
    """Whether the doubt is a clock that runs wrong by a fixed time, which is only proposed."""
    return doubt.what is Flag.CLOCK and doubt.said.after is None


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
        state=STATES[standing[-1].decision] if standing else ("open" if found else "withdrawn"),
        from_ms=doubt.from_ms,
        until_ms=doubt.until_ms,
        before=said.before,
        after=said.after,
        unit=point.unit,
        proposal=_proposal(doubt),
        effect=said.effect,
        amount_unit=point.amount_unit,
        decision=standing[-1] if standing else None if found else history[0],
        months=_last_months([*rows, *withdrawals]),
        history=history,
    )


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
        before=_number(event.end_value),
        after=_number(event.start_value),
        unit=point.unit,
        proposal={"kind": event.note, **history[0].values},
        effect=None,
        amount_unit=point.amount_unit,
        decision=history[0],
        months=_last_months([row, *withdrawals]),
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


def note_of(doubt: Doubt) -> str:
    """What the finding says, to be kept in the decision about it."""
    return json.dumps([doubt.said.before, doubt.said.after, doubt.said.effect])


def doubt_of_event(row: EventRow) -> Doubt:
    """The finding that a decision is about, as it was then."""
    event = row.event
    before, after, effect = json.loads(event.note)
    return Doubt(
        event.point, Flag(event.about_what), event.about_from_ms, event.about_until_ms, Said(before, after, effect)
    )


def effect_text(months: Iterable[MonthChange], unit: str) -> str:
    """The months that changed, as the journal keeps them."""
    told = [{"month": one.month, "before": one.before, "after": one.after} for one in months]
    return json.dumps({"months": told, "unit": unit})


def with_months(entry: Entry, months: tuple[MonthChange, ...] | None) -> Entry:
    """The entry with what its last decision changed."""
    return replace(entry, months=months)


def _last_months(rows: Sequence[EventRow]) -> tuple[MonthChange, ...] | None:
    if not rows:
        return None
    effect = max(rows, key=lambda row: row.id).effect
    return None if effect is None else tuple(MonthChange(**month) for month in json.loads(effect)["months"])


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


VALUE_NAMES = {"correct": "amount", "ratio": "ratio", "unit": "ratio", "clock": "shift_ms"}


def _values(row: EventRow) -> dict[str, float | None]:
    event = row.event
    named = VALUE_NAMES.get(event.note if event.decision == "declared" else event.decision, "shift_ms")
    values = {named: event.value, "end_value": event.end_value, "start_value": event.start_value}
    return {name: value for name, value in values.items() if not math.isnan(value)}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
