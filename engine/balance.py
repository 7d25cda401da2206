"""Do the meters of a plant add up, level by level, and where does energy go that no meter sees?

::

    el.in                 incomer, class 0.5S: 1000 kWh      unmetered 50 kWh (5 %), allowed 14.5 kWh
    ├── el.dye            sub-meter, class 1:   600 kWh
    └── el.util           sub-meter, class 1:   350 kWh
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.balance import Balances, Verdict, balances, class_percent
from analytics.columns import DERIVED, INTERVAL_MS, Float64, Int64
from engine.kept import Kept
from engine.metered import Amounts, amounts_of
from engine.series import LEVELS, STEPS, edges_of
from registry import Point, Registry

DEFAULT_CLASS_PERCENT = 2.0
"""For a meter whose plate is not known: class 2, the widest that GB 17167-2006 allows for electricity. [%]"""


@dataclass(frozen=True)
class BalanceNode:
    """A meter, and how it compares with those right below it, in one period.

    Attributes
    ----------
    point : Point
    from_ms, to_ms : int
        ``[from, to)``. [ms UTC]
    unit : str
        Of all amounts, canonical.
    amount : float or None
        What the point counted; None where nothing is known.
    coverage, estimated : float
        Known share of the time, and the share of the known time whose amount was spread over a step that leaves the
        period; 0 to 1.
    class_percent : float
        Largest error of the meter in percent of the amount.
    class_assumed : bool
        The plate does not say; the default was taken.
    children : tuple of BalanceNode
        The rest is None for a point without any.
    children_amount, difference : float or None
        Their sum, in which what is made on site counts against the others, and the point less it; None where of one of
        them nothing is known.
    lo, hi : float or None
        Between which the difference lies when what is missing is added; None where nothing bounds it.
    share_percent : float or None
        Difference in percent of the point's amount.
    tolerance, tolerance_rss : float or None
        What the classes explain: added up (which decides), and as root of the sum of squares.
    verdict : str or None
        ``within``, ``unmetered``, ``impossible`` or ``unknown``; see `analytics.balance.Verdict`.
    """

    point: Point
    from_ms: int
    to_ms: int
    unit: str
    amount: float | None
    coverage: float
    estimated: float
    class_percent: float
    class_assumed: bool
    children: tuple[BalanceNode, ...] = ()
    children_amount: float | None = None
    difference: float | None = None
    lo: float | None = None
    hi: float | None = None
    share_percent: float | None = None
    tolerance: float | None = None
    tolerance_rss: float | None = None
    verdict: str | None = None


def balance(
    store: Kept,
    registry: Registry,
    plant_id: str,
    from_ms: int,
    to_ms: int,
    *,
    default_class_percent: float = DEFAULT_CLASS_PERCENT,
) -> list[BalanceNode]:
    """The trees of a plant's meters over one period, in the order of its file; points without
    any relation are left out.

    Parameters
    ----------
    store : Kept
    registry : Registry
    plant_id : str
    from_ms, to_ms : int
        Widened to whole quarters of an hour. [ms UTC]
    default_class_percent : float
        For meters whose plate does not say. [%]

    Raises
    ------
    KeyError
        If there is no such plant.
    ValueError
        If the range is empty or the default is not positive.
    """
    _check(from_ms, to_ms, default_class_percent)
    edges = np.array([from_ms // INTERVAL_MS * INTERVAL_MS, -(-to_ms // INTERVAL_MS) * INTERVAL_MS])
    return _forest(store, registry, plant_id, edges, default_class_percent)[0]


def balances_over(
    store: Kept,
    registry: Registry,
    plant_id: str,
    from_ms: int,
    to_ms: int,
    step: str,
    *,
    default_class_percent: float = DEFAULT_CLASS_PERCENT,
) -> list[list[BalanceNode]]:
    """The same for each local day, month or other step of `engine.series.STEPS` that meets the range, in order.

    Raises
    ------
    KeyError, ValueError
        As `balance`; also if the step is unknown.
    """
    _check(from_ms, to_ms, default_class_percent)
    if step not in STEPS:
        raise ValueError(f"step = {step!r}: wanted one of {', '.join(STEPS)}")
    edges = edges_of(from_ms, to_ms, registry.plants[plant_id].zone, step)
    return _forest(store, registry, plant_id, edges, default_class_percent)


def _check(from_ms: int, to_ms: int, default_class_percent: float) -> None:
    if from_ms >= to_ms:
        raise ValueError(f"range [{from_ms}, {to_ms}) is empty; wanted from_ms < to_ms")
    if not default_class_percent > 0.0:
        raise ValueError(f"default_class_percent ({default_class_percent}) must be positive")


def _forest(
    store: Kept, registry: Registry, plant_id: str, edges: Int64, default_percent: float
) -> list[list[BalanceNode]]:
    points = _related(registry.plant_points(plant_id))
    row = {point.id: i for i, point in enumerate(points)}
    parent = np.array([row.get(point.parent or "", -1) for point in points], np.intp)
    plates = [_class_of(registry, point) for point in points]
    percent = np.array([default_percent if plate is None else plate for plate in plates])
    amounts = amounts_of(store, points, registry.plants[plant_id].zone, edges)
    feeds = np.array([point.direction == "production" for point in points], np.bool_)
    found = balances(amounts.amount, amounts.below, amounts.above, parent, percent, feeds)
    tree = _Tree(points, [plate is None for plate in plates], percent, parent, amounts, found, edges)
    return [list(tree.roots(period)) for period in range(len(edges) - 1)]


def _related(points: Sequence[Point]) -> list[Point]:
    """Points that have a parent or are one; what is sampled does not add up."""
    counted = [p for p in points if p.kind not in (*LEVELS, *DERIVED)]
    known = {p.id for p in counted}
    parents = {p.parent for p in counted if p.parent in known}
    return [p for p in counted if p.id in parents or p.parent in known]


def _class_of(registry: Registry, point: Point) -> float | None:
    meter = None if point.meter is None else registry.meters.get(f"{point.plant}/{point.meter}")
    return None if meter is None else class_percent(meter.accuracy)


@dataclass(frozen=True)
class _Tree:
    """The arrays of a plant's points, to be read as nodes."""

    points: list[Point]
    assumed: list[bool]
    percent: Float64
    parent: np.ndarray[tuple[int], np.dtype[np.intp]]
    amounts: Amounts
    found: Balances
    edges: Int64

    def roots(self, period: int) -> Iterator[BalanceNode]:
        return (self._node(int(row), period) for row in np.flatnonzero(self.parent < 0))

    def _node(self, row: int, period: int) -> BalanceNode:
        at = (row, period)
        code = int(self.found.verdict[at])
        return BalanceNode(
            point=self.points[row],
            from_ms=int(self.edges[period]),
            to_ms=int(self.edges[period + 1]),
            unit=self.points[row].amount_unit,
            amount=_number(self.amounts.amount[at]),
            coverage=float(self.amounts.coverage[at]),
            estimated=float(self.amounts.estimated[at]),
            class_percent=float(self.percent[row]),
            class_assumed=self.assumed[row],
            children=tuple(self._node(int(child), period) for child in np.flatnonzero(self.parent == row)),
            children_amount=_number(self.found.children[at]),
            difference=_number(self.found.difference[at]),
            lo=_number(self.found.lo[at]),
            hi=_number(self.found.hi[at]),
            share_percent=_number(self.found.share_percent[at]),
            tolerance=_number(self.found.tolerance[at]),
            tolerance_rss=_number(self.found.tolerance_rss[at]),
            verdict=Verdict(code).name.lower() if code else None,
        )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
