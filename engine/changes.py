"""Why is a figure another one now than it was then?

Two answers side by side, what was known at a moment and what is known now, and below them everything that came in
between and touches the time asked for: deliveries of readings, what persons said about the meter, statements of a
later edition. A figure is a pure function of these, so nothing else can have changed it (but for descriptions of
plants, which have no history: both sides use those of today).

::

    day        then       now      difference     because
    1 Sep      1200      1200          0
    2 Sep       700      1180       +480          delivery of 5 Sep: 60 readings, 2 Sep 14:00 to 24:00
    3 Sep         ?      1210      +1210          delivery of 5 Sep: ...
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.columns import DAY_MS, Int64
from engine.asof import Moment
from engine.causes import Delivery, Saying, causes
from engine.figure import Series
from engine.series import LEVELS, edges_of, point_series
from registry import Point
from storage import Store

MOST_DAYS = 93
"""A longer time is shown by months."""


@dataclass(frozen=True)
class ChangedStep:
    """One local day or month, or the whole.

    Attributes
    ----------
    from_ms, to_ms : int
        [ms UTC]
    then, now : float or None
        Amount, or level of a concentration or state, as it was known then and is known now; None where nothing was.
    difference : float or None
        What became known: now - then, where an amount that was not known at all counts for nothing. None where neither
        is known, and for levels where one is not.
    coverage_then, coverage_now : float
        Known share of the time, 0 to 1.
    """

    from_ms: int
    to_ms: int
    then: float | None
    now: float | None
    difference: float | None
    coverage_then: float
    coverage_now: float


@dataclass(frozen=True)
class Changes:
    """What became of one point's amounts since a moment.

    Attributes
    ----------
    point : Point
    unit : str
        Of all values.
    step : str
        ``day`` or ``month``.
    since_ms : int
        The moment. [ms UTC]
    steps : tuple of ChangedStep
        All steps that meet the time asked for, also those that did not change.
    total : ChangedStep
        The sum of the steps; without values for levels, which do not add up.
    deliveries : tuple of Delivery
        In order of receipt, point by point.
    sayings : tuple of Saying
        In order of receipt.
    """

    point: Point
    unit: str
    step: str
    since_ms: int
    steps: tuple[ChangedStep, ...]
    total: ChangedStep
    deliveries: tuple[Delivery, ...]
    sayings: tuple[Saying, ...]


def changes(store: Store, past: Moment, full_id: str, from_ms: int, to_ms: int) -> Changes:
    """What was known of a point at a moment and what is known now, day by day, and why.

    Parameters
    ----------
    store : Store
    past : Moment
        `engine.asof.AsOf.at` the moment.
    full_id : str
        Of the point.
    from_ms, to_ms : int
        Widened to whole local days, or months where there are more than `MOST_DAYS` days. [ms UTC]

    Raises
    ------
    KeyError
        If there is no such point.
    ValueError
        If the range is empty.
    """
    point = past.registry.points[full_id]
    zone = past.registry.plants[point.plant].zone
    step = "day" if to_ms - from_ms <= MOST_DAYS * DAY_MS else "month"
    then, now = (point_series(kept, point, zone, from_ms, to_ms, step) for kept in (past.store, store))
    steps = _steps(point, then, now, edges_of(from_ms, to_ms, zone, step))
    total = _total(point, steps)
    deliveries, sayings = causes(store, past.registry, point, past.as_of_ms, total.from_ms, total.to_ms)
    unit = now.rate_unit if point.kind in LEVELS else now.unit
    return Changes(point, unit, step, past.as_of_ms, steps, total, deliveries, sayings)


def _steps(point: Point, then: Series, now: Series, edges: Int64) -> tuple[ChangedStep, ...]:
    is_level = point.kind in LEVELS
    before, after = (series.level if is_level else series.amount for series in (then, now))
    rows = zip(edges[:-1].tolist(), edges[1:].tolist(), before, after, then.coverage, now.coverage, strict=True)
    return tuple(ChangedStep(a, b, x, y, _difference(x, y, is_level), u, v) for a, b, x, y, u, v in rows)


def _difference(then: float | None, now: float | None, is_level: bool) -> float | None:
    if then is None and now is None:
        return None
    if is_level and (then is None or now is None):
        return None
    return (now or 0.0) - (then or 0.0)


def _total(point: Point, steps: Sequence[ChangedStep]) -> ChangedStep:
    is_level = point.kind in LEVELS
    then, now = (None if is_level else _sum(values) for values in zip(*((s.then, s.now) for s in steps), strict=True))
    length_ms = steps[-1].to_ms - steps[0].from_ms
    covered_then_ms = sum(s.coverage_then * (s.to_ms - s.from_ms) for s in steps)
    covered_now_ms = sum(s.coverage_now * (s.to_ms - s.from_ms) for s in steps)
    return ChangedStep(
        from_ms=steps[0].from_ms,
        to_ms=steps[-1].to_ms,
        then=then,
        now=now,
        difference=None if is_level else _sum([s.difference for s in steps]),
        coverage_then=covered_then_ms / length_ms,
        coverage_now=covered_now_ms / length_ms,
    )


def _sum(values: Sequence[float | None]) -> float | None:
    """Of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else None
