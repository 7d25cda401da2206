"""What does a declared event mean for settlement, and can it be true?

=========== ===================================== ==============================================
declared    event                                 held against
=========== ===================================== ==============================================
swap        SWAP at its instant                   the readings before and after, and the rating
reset       SWAP that starts from 0               the same
ratio       RATIO from its instant on
unit        UNIT from then, until `to_ms`
clock       CLOCK from then, until `to_ms`
leave_out   LEAVE_OUT from then, until `to_ms`
calibration none: it is kept and changes nothing
=========== ===================================== ==============================================
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import get_args

import numpy as np

from analytics.columns import DAY_MS, DERIVED, FOREVER_MS, EventKind, Flag, Kind, Quality, Ranges
from engine.events.declaration import NEEDED, TAKEN, Declaration, DeclareKind
from engine.events.doubts import Doubt, Numbers
from engine.events.judging import DecisionError, check_exchange, named
from registry import Point
from storage import MeterEvent, Store

WHAT: Mapping[str, EventKind | None] = {
    "swap": EventKind.SWAP,
    "reset": EventKind.SWAP,
    "ratio": EventKind.RATIO,
    "unit": EventKind.UNIT,
    "clock": EventKind.CLOCK,
    "leave_out": EventKind.LEAVE_OUT,
    "calibration": None,
}

INSTANTS = ("swap", "reset", "calibration")

UNUSABLE = int(Quality.BAD_AT_SOURCE | Quality.NULL)

LARGEST_SHIFT_MS = 20 * 365 * DAY_MS
"""A clock that fell back to 2000-01-01 when its battery died."""


def declaration_of(
    point: Point,
    kind: str,
    at_ms: int,
    to_ms: int | None,
    end_value: float | None,
    start_value: float | None,
    ratio: float | None,
    shift_ms: int | None,
    why: str,
) -> Declaration:
    """What somebody declares, who may not have said a kind that there is.

    Raises
    ------
    DecisionError
        If there is no such kind.
    """
    wanted = get_args(DeclareKind)
    if kind not in wanted:
        raise DecisionError(f"kind = {kind!r}: wanted one of {', '.join(wanted)}", "kind")
    known: DeclareKind = wanted[wanted.index(kind)]
    return Declaration(0, point, known, at_ms, to_ms, end_value, start_value, ratio, shift_ms, why)


def declared_event(store: Store, declaration: Declaration, now_ms: int, who: str) -> MeterEvent:
    """The event that is declared.

    Raises
    ------
    DecisionError
        If something is missing, without use or impossible; `field` says which value.
    """
    point, kind = declaration.point, declaration.kind
    who, why = named(who, "who"), named(declaration.why, "why")
    _check_kind(declaration)
    if not 0 <= declaration.at_ms <= now_ms:
        raise DecisionError(f"at_ms = {declaration.at_ms}: wanted a time that is over (now is {now_ms})", "at_ms")
    if declaration.to_ms is not None and declaration.to_ms <= declaration.at_ms:
        raise DecisionError(f"to_ms = {declaration.to_ms}: wanted a time after {declaration.at_ms}", "to_ms")
    none = math.nan
    what, start = WHAT[kind], declaration.start_value
    if kind == "reset" and start is None:
        start = 0.0  # what is cleared begins at zero
    if what is EventKind.SWAP:
        check_exchange(point, _step_at(store, point, declaration.at_ms), declaration.end_value, start)
    value = declaration.shift_ms if kind == "clock" else declaration.ratio
    until_ms = declaration.to_ms
    if until_ms is None:
        until_ms = declaration.at_ms if kind in INSTANTS else FOREVER_MS
    return MeterEvent(
        point=point.key,
        from_ms=declaration.at_ms,
        to_ms=until_ms,
        what=0 if what is None else int(what),
        value=none if value is None else float(value),
        end_value=none if declaration.end_value is None else declaration.end_value,
        start_value=none if start is None else start,
        decision="declared",
        who=who,
        why=why,
        note=kind,
    )


def _check_kind(declaration: Declaration) -> None:
    kind = declaration.kind
    if kind not in WHAT:
        raise DecisionError(f"kind = {kind!r}: wanted one of {', '.join(WHAT)}", "kind")
    if WHAT[kind] in (EventKind.SWAP, EventKind.RATIO) and declaration.point.kind is not Kind.REGISTER:
        raise DecisionError(f"{declaration.point.full_id} is no register, so it knows no {kind}", "kind")
    if declaration.point.kind in DERIVED:
        raise DecisionError(f"{declaration.point.full_id} is derived; wanted a point that is read", "point")
    given = {
        "to": declaration.to_ms,
        "end_value": declaration.end_value,
        "start_value": declaration.start_value,
        "ratio": declaration.ratio,
        "shift": declaration.shift_ms,
    }
    for name, value in given.items():
        field = {"to": "to_ms", "shift": "shift_ms"}.get(name, name)
        if value is None and name in NEEDED[kind]:
            raise DecisionError(f"{field} is missing; {kind} needs it", field)
        if value is not None and name not in TAKEN[kind]:
            raise DecisionError(f"{field} = {value}: {kind} has no use for it", field)
    _check_numbers(declaration)


def _check_numbers(declaration: Declaration) -> None:
    ratio, shift_ms = declaration.ratio, declaration.shift_ms
    if ratio is not None and not (math.isfinite(ratio) and ratio > 0.0):
        raise DecisionError(f"ratio = {ratio}: wanted a number above 0", "ratio")
    if shift_ms is not None and not 0 < abs(shift_ms) <= LARGEST_SHIFT_MS:
        raise DecisionError(f"shift_ms = {shift_ms}: wanted up to 20 years in ms, and not 0", "shift_ms")


def _step_at(store: Store, point: Point, at_ms: int) -> Doubt:
    """The last reading before an instant and the first one at it or after, as the two sides of a step."""
    at = np.array([at_ms], np.int64)
    key = np.array([point.key], np.int32)
    before_ms, after_ms = store.neighbours(Ranges(key, at, at))
    sides = [_value(store, point.key, int(time_ms[0])) for time_ms in (before_ms, after_ms)]
    from_ms = int(before_ms[0]) if before_ms[0] >= 0 else at_ms
    until_ms = int(after_ms[0]) if after_ms[0] >= 0 else at_ms
    return Doubt(point.key, Flag.SWAP, from_ms, until_ms, Numbers(sides[0], sides[1], None))


def _value(store: Store, point: int, time_ms: int) -> float | None:
    """The reading at a time that could be one; None where there is none."""
    if time_ms < 0:
        return None
    at = Ranges(np.array([point], np.int32), np.array([time_ms], np.int64), np.array([time_ms + 1], np.int64))
    good = store.readings(at)
    usable = good.value[np.isfinite(good.value) & ((good.flag & UNUSABLE) == 0)]
    return float(usable[-1]) if len(usable) else None
