"""Does a target stand as met, on pace or behind, or why can that not be said?

What is not known was anything from idle to like the rest: both ends of that must stand on the same side of the pace,
or missing readings would pass for savings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics import intensity
from engine.figure import Figure, Indicator, Status
from registry import Programme

_ORDER = {"not_assessable": 0, "behind": 1, "on_pace": 2, "met": 3}

Bounds = tuple[float, float]


def judge(
    programme: Programme, scope: str, name: str, reduction: float, year: int, pair: Sequence[Figure]
) -> Indicator:
    """One target held against its base year.

    Parameters
    ----------
    programme : Programme
    scope, name : str
        `Indicator.scope` and `Indicator.id`.
    reduction : float
        Required reduction, 0 to 1.
    year : int
        Whose even pace counts.
    pair : sequence of two Figure
        The base period's and the current one's; a quotient has its two inputs and ``/`` in its unit.
    """
    base, current = pair
    pace = intensity.pace(year, programme.base_year, programme.target_year)
    change = float(intensity.change(number(current.value), number(base.value)))
    progress = float(intensity.progress(change, -reduction))
    reason = _why_not(base, current, programme.min_coverage)
    status: Status = "not_assessable"
    if not reason:
        status, reason = _standing(_changes(base, current), -reduction, pace)
    return Indicator(
        id=name,
        scope=scope,
        base=base,
        current=current,
        change=None if np.isnan(change) else change,
        target=-reduction,
        progress=None if np.isnan(progress) else progress,
        pace=pace,
        status=status,
        reason=reason,
    )


def worst(whole: Indicator, parts: list[Indicator]) -> Indicator:
    """The group stands where its worst member stands; its own figures are the equivalents."""
    last = min(parts, key=lambda p: (_ORDER[p.status], p.progress if p.progress is not None else -np.inf))
    return replace(
        whole,
        change=last.change,
        progress=last.progress,
        status=last.status,
        reason=last.reason,
        parts=tuple(parts),
    )


def number(value: float | None) -> float:
    """NaN for what is not known."""
    return float("nan") if value is None else value


def _why_not(base: Figure, current: Figure, least: float) -> str:
    """Key of what stands in the way of a verdict; "" for nothing."""
    for figure, otherwise in ((base, "no_base_year"), (current, "no_value")):
        if figure.value is None:
            # Both sides of a quotient known, and no quotient: the value added is not positive.
            no_quotient = figure.inputs and all(part.value is not None for part in figure.inputs)
            return figure.note or ("not_comparable" if no_quotient else otherwise)
    if (base.coverage or 0.0) < least:
        return "base_year_coverage"
    return "coverage" if (current.coverage or 0.0) < least else ""


def _standing(changes: Bounds, target: float, pace: float) -> tuple[Status, str]:
    """The worse of two standings, unless one is behind and the other is not."""
    # Nothing at all any more (-100 %) has no logarithm, but it is beyond every target.
    either: set[Status] = {
        "met" if change <= -1.0 else intensity.status(float(intensity.progress(change, target)), pace)
        for change in changes
    }
    if "not_assessable" in either or ("behind" in either and len(either) > 1):
        return "not_assessable", "not_comparable"
    return min(either, key=lambda status: _ORDER[status]), ""


def _changes(base: Figure, current: Figure) -> Bounds:
    """Smallest and largest change that what is not known allows."""
    before, now = _bounds(base), _bounds(current)
    return float(intensity.change(now[0], before[1])), float(intensity.change(now[1], before[0]))


def _bounds(figure: Figure) -> Bounds:
    if "/" in figure.unit and len(figure.inputs) == 2:
        top, bottom = (_bounds(part) for part in figure.inputs)
        return float(intensity.intensity(top[0], bottom[1])), float(intensity.intensity(top[1], bottom[0]))
    value, coverage = number(figure.value), figure.coverage
    like_the_rest = value / coverage if coverage is not None and coverage > 0.0 else value
    return min(value, like_the_rest), max(value, like_the_rest)
