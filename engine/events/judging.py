"""What does a decision about a doubt mean for settlement, and which decisions are none?

============ ================================== ==================================================
decision     doubt                              event
============ ================================== ==================================================
accept       any                                none: it stays as it is read
             a clock that runs wrong            CLOCK: it is only proposed until somebody accepts it
reject       spike, zero, impossible,           BELIEVE the readings
             frozen clock
             rollover, reset, swap, silent      MISSING: what flowed is not known
             conflict                           FIRST of the values counts
             stuck                              LEAVE_OUT all readings of the run but the first
correct      register: an amount                AMOUNT between the two readings
             register: end and start reading    SWAP in the middle of the step
============ ================================== ==================================================
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from analytics.columns import HOUR_MS, EventKind, Flag, Kind
from analytics.units import unit
from engine.events.doubts import Doubt, is_shift, note_of
from engine.points import RATING_TOLERANCE
from registry import Point
from storage import MeterEvent

DECISIONS = ("accept", "correct", "reject")

REJECTED = {
    Flag.SPIKE: EventKind.BELIEVE,
    Flag.ZERO: EventKind.BELIEVE,
    Flag.IMPOSSIBLE: EventKind.BELIEVE,
    Flag.CLOCK: EventKind.BELIEVE,
    Flag.ROLLOVER: EventKind.MISSING,
    Flag.RESET: EventKind.MISSING,
    Flag.SWAP: EventKind.MISSING,
    Flag.GAP: EventKind.MISSING,
    Flag.CONFLICT: EventKind.FIRST,
    Flag.STUCK: EventKind.LEAVE_OUT,
}


class DecisionError(ValueError):
    """What cannot be decided or declared; its text says what came and what was wanted.

    Attributes
    ----------
    field : str
        Which of the values it is about; "" for none of them alone.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Correction:
    """What a person knows better: the amount, or the readings at which one meter ended and the next began."""

    amount: float | None = None
    end_value: float | None = None
    start_value: float | None = None

    @property
    def said(self) -> bool:
        """Whether there is anything in it."""
        return (self.amount, self.end_value, self.start_value) != (None, None, None)


def event_of(point: Point, doubt: Doubt, decision: str, who: str, why: str, correction: Correction) -> MeterEvent:
    """The event that a decision about a doubt is.

    Raises
    ------
    DecisionError
        If there is no such decision, or the correction is none or cannot be true.
    """
    said = MeterEvent(
        point=point.key,
        from_ms=doubt.from_ms,
        to_ms=doubt.until_ms,
        what=0,
        decision=decision,
        about_what=int(doubt.what),
        about_from_ms=doubt.from_ms,
        about_until_ms=doubt.until_ms,
        who=named(who, "who"),
        why=named(why, "why"),
        note=note_of(doubt),
    )
    if decision not in DECISIONS:
        raise DecisionError(f"decision = {decision!r}: wanted one of {', '.join(DECISIONS)}", "decision")
    if decision != "correct" and correction.said:
        raise DecisionError(f"{decision} takes no correction; wanted decision = 'correct'", "correction")
    if decision == "correct":
        return _corrected(point, doubt, said, correction)
    if is_shift(doubt):
        return _shifted(doubt, said) if decision == "accept" else said
    if decision == "accept":
        return said
    rejected = replace(said, what=int(REJECTED[doubt.what]))
    if doubt.what is Flag.STUCK:
        return replace(rejected, from_ms=doubt.from_ms + 1, to_ms=doubt.until_ms + 1)
    return rejected


def named(text: str, field: str) -> str:
    """A text that must say something.

    Raises
    ------
    DecisionError
        If it is empty.
    """
    if not text.strip():
        raise DecisionError(f"{field} is empty; wanted " + ("a name" if field == "who" else "the reason"), field)
    return text.strip()


def allowed_rise(point: Point, elapsed_ms: int) -> float:
    """How far a register may rise in a time, in its own unit; inf where no rating is known."""
    if point.rating_per_h is None:
        return math.inf
    return point.rating_per_h * RATING_TOLERANCE / own_factor(point) * elapsed_ms / HOUR_MS


def own_factor(point: Point) -> float:
    """Canonical amount of one unit of the register, without sign."""
    return abs(point.multiplier * unit(point.unit).factor)


def _shifted(doubt: Doubt, said: MeterEvent) -> MeterEvent:
    shift_ms = doubt.said.before
    if shift_ms is None:
        raise DecisionError("the proposal names no shift of the clock; wanted one", "decision")
    return replace(said, what=int(EventKind.CLOCK), value=shift_ms, to_ms=doubt.until_ms + 1)


def _corrected(point: Point, doubt: Doubt, said: MeterEvent, correction: Correction) -> MeterEvent:
    if is_shift(doubt):
        raise DecisionError("a clock is corrected by declaring its shift; wanted accept or reject here", "decision")
    if point.kind is not Kind.REGISTER:
        raise DecisionError(f"{point.full_id} is no register, so no step of it is known; wanted accept or reject")
    if doubt.until_ms <= doubt.from_ms:
        raise DecisionError(f"{doubt.what.name} names no step between two readings; wanted accept or reject")
    amount, end, start = correction.amount, correction.end_value, correction.start_value
    if amount is not None and (end, start) == (None, None):
        if not math.isfinite(amount):
            raise DecisionError(f"amount = {amount}: wanted a number of {point.amount_unit}", "amount")
        return replace(said, what=int(EventKind.AMOUNT), value=amount)
    if amount is None and end is not None and start is not None:
        check_exchange(point, doubt, end, start)
        middle_ms = (doubt.from_ms + doubt.until_ms) // 2
        return replace(
            said, what=int(EventKind.SWAP), from_ms=middle_ms, to_ms=middle_ms, end_value=end, start_value=start
        )
    raise DecisionError("wanted either an amount, or an end reading and a start reading", "correction")


def check_exchange(point: Point, doubt: Doubt, end: float | None, start: float | None) -> None:
    """Hold the readings of an exchange against the readings on both sides of it.

    Raises
    ------
    DecisionError
        If the register would have run backwards, or faster than the rating allows.
    """
    before, after = doubt.said.before, doubt.said.after
    own = point.unit
    for name, value in (("end_value", end), ("start_value", start)):
        if value is not None and not (math.isfinite(value) and value >= 0.0):
            raise DecisionError(f"{name} = {value}: wanted a reading of the register in {own}, 0 or more", name)
    if point.net:
        return
    if end is not None and before is not None and end < before:
        raise DecisionError(
            f"end_value = {end:g} {own}: the register showed {before:g} before; wanted more", "end_value"
        )
    if start is not None and after is not None and start > after:
        raise DecisionError(
            f"start_value = {start:g} {own}: the register showed {after:g} after; wanted less", "start_value"
        )
    old = end - before if end is not None and before is not None else 0.0
    new = after - start if start is not None and after is not None else 0.0
    most = allowed_rise(point, doubt.until_ms - doubt.from_ms)
    if old + new > most:
        raise DecisionError(
            f"from {before} to end_value {end} and from start_value {start} to {after} are {old + new:g} {own}; "
            f"wanted at most {most:g} {own}, what the rating allows in this time",
            "end_value",
        )
