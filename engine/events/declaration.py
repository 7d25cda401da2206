"""What can a person declare about a meter, and what must each kind of event say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from registry import Point

DeclareKind = Literal["swap", "reset", "ratio", "unit", "clock", "leave_out", "calibration"]

NEEDED: Mapping[str, frozenset[str]] = {
    "swap": frozenset(),
    "reset": frozenset(),
    "ratio": frozenset({"ratio"}),
    "unit": frozenset({"ratio"}),
    "clock": frozenset({"to", "shift"}),
    "leave_out": frozenset({"to"}),
    "calibration": frozenset(),
}
"""What each kind cannot do without, beside point, at and why."""

TAKEN: Mapping[str, frozenset[str]] = {
    "swap": frozenset({"end_value", "start_value"}),
    "reset": frozenset({"end_value", "start_value"}),
    "ratio": frozenset({"ratio", "end_value"}),
    "unit": frozenset({"ratio", "to"}),
    "clock": frozenset({"to", "shift"}),
    "leave_out": frozenset({"to"}),
    "calibration": frozenset(),
}
"""What each kind has a use for; anything else in its line is a mistake."""


@dataclass(frozen=True)
class Declaration:
    """One event to declare; `engine.events.decisions.Decisions.declare` takes these names.

    Attributes
    ----------
    line : int
        Line of the file, counted from 1.
    point : Point
    kind : str
        `DeclareKind`.
    at_ms, to_ms : int
        When, or from when to when; `to_ms` None where it has no end. [ms UTC]
    end_value, start_value : float or None
        Register of the old meter at its end, and of the new one at its start, in the reading's unit.
    ratio : float or None
    shift_ms : int or None
        How much later than labelled the readings were taken. [ms]
    why : str
    """

    line: int
    point: Point
    kind: DeclareKind
    at_ms: int
    to_ms: int | None
    end_value: float | None
    start_value: float | None
    ratio: float | None
    shift_ms: int | None
    why: str
