"""What does a user see of one event of a meter?

A doubt that settlement had, or something declared; how it is read, what was decided, and what that changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from registry import Point

State = Literal["open", "accepted", "corrected", "rejected", "declared", "withdrawn"]


class DecisionError(ValueError):
    """What was asked cannot be decided or declared; the message says what came and what was wanted."""


@dataclass(frozen=True)
class Decision:
    """What a person said.

    Attributes
    ----------
    id : int
        Number of the event in the journal; a withdrawal names it.
    who, why : str
    at_ms : int
        When it was said. [ms UTC]
    decision : str
        ``accept``, ``correct``, ``reject`` or ``declared``.
    values : Mapping of str to float or None
        The numbers that were said: amount, end_value, start_value, ratio, shift_ms.
    """

    id: int
    who: str
    why: str
    at_ms: int
    decision: str
    values: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class MonthChange:
    """What a local month amounted to before a decision and after it, canonical unit; None where nothing was known."""

    month: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Entry:
    """One event of a meter.

    Attributes
    ----------
    id : str
        Stable: the same event has the same id as long as it is there.
    point : Point
    what : str
        ``swap``, ``reset``, ``rollover``, ``spike``, ``zero``, ``impossible``, ``conflict``, ``clock``, ``silent``,
        ``stuck``, or ``declared:KIND``.
    state : str
        `State`.
    from_ms, until_ms : int
        The accepted readings on both sides of the doubt, or where the declared event acts. [ms UTC]
    before, after : float or None
        The readings on both sides, sender's unit.
    unit : str
        Of the readings.
    proposal : Mapping
        How the readings are taken without a decision: ``kind`` and its numbers.
    effect : float or None
        Amount that the step is given, canonical unit; None: missing.
    amount_unit : str
        Of `effect` and `months`.
    decision : Decision or None
        The one in force, or the one that was taken back.
    months : tuple of MonthChange or None
        What the decision changed; None where there is none.
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
    decision: Decision | None = None
    months: tuple[MonthChange, ...] | None = None
