"""Does a target stand as met, on pace or behind, or why can that not be said?

The rules are those of `analytics.verdict`, for one target; here they meet figures and their notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics import intensity
from analytics.verdict import STATUSES, Bounds, Reason, bounds, hindrance, quotient_bounds, standing
from engine.figure import Figure, Indicator, Status
from registry import Programme


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
    reason = why_not(base, current, programme.min_coverage)
    status: Status = "not_assessable"
    if not reason:
        found = standing(_bounds(base), _bounds(current), -reduction, pace)
        status, reason = STATUSES[int(found.status)], Reason(int(found.reason)).key
    return Indicator(
        id=name,
        scope=scope,
        base=replace(base, scope=scope),
        current=replace(current, scope=scope),
        change=None if np.isnan(change) else change,
        target=-reduction,
        progress=None if np.isnan(progress) else progress,
        pace=pace,
        status=status,
        reason=reason,
    )


def worst(whole: Indicator, parts: list[Indicator]) -> Indicator:
    """The group stands where its worst member stands; its own figures are the equivalents."""
    last = min(parts, key=lambda p: (STATUSES.index(p.status), p.progress if p.progress is not None else -np.inf))
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


def why_not(base: Figure, current: Figure, least: float) -> str:
    """Key of what stands in the way of a verdict; "" for nothing."""
    sides = {Reason.NO_BASE_YEAR: base, Reason.NO_VALUE: current}
    value, coverage = number(current.value), number(current.coverage)
    reason = Reason(int(hindrance(number(base.value), value, number(base.coverage), coverage, least)))
    figure = sides.get(reason)
    if figure is None:
        return reason.key
    # Both sides of a quotient known, and no quotient: the value added is not positive.
    no_quotient = figure.inputs and all(part.value is not None for part in figure.inputs)
    return figure.note or (Reason.NOT_COMPARABLE if no_quotient else reason).key


def _bounds(figure: Figure) -> Bounds:
    if "/" in figure.unit and len(figure.inputs) == 2:
        top, bottom = (_bounds(part) for part in figure.inputs)
        return quotient_bounds(top, bottom)
    coverage = figure.coverage
    return bounds(number(figure.value), np.nan if coverage is None else coverage)
