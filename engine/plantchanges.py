"""Which of a plant's figures are others now than they were then, and which points, statements and factors did it?

The figures of the same local days, from the books of then and of now. A point that changed is explained by
`engine.changes`; a statement or a factor by its two editions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.calendar import day_of
from engine.accounts import Accounts
from engine.asof import Moment
from engine.figure import Figure
from engine.figures import Figures
from engine.period import Period
from registry import FactorRow, Registry, Statement


@dataclass(frozen=True)
class ChangedFigure:
    """A figure that is another one now, or rests on other inputs.

    Attributes
    ----------
    name : str
        As `Figure.name`.
    then, now : Figure
    difference : float or None
        now - then; None where one of them is not known.
    """

    name: str
    then: Figure
    now: Figure
    difference: float | None


@dataclass(frozen=True)
class Restated:
    """A statement of which another edition holds now.

    Attributes
    ----------
    item, period : str
        As `registry.Statement`.
    then, now : Statement or None
        None where nothing was stated. When the edition of now came stands in its `imported_ms`.
    """

    item: str
    period: str
    then: Statement | None
    now: Statement | None


@dataclass(frozen=True)
class Refactored:
    """A factor row of which another edition holds now.

    Attributes
    ----------
    then, now : FactorRow or None
        None where there was no such row.
    """

    then: FactorRow | None
    now: FactorRow | None


@dataclass(frozen=True)
class PlantChanges:
    """What became of a plant's figures since a moment.

    Attributes
    ----------
    plant : str
    since_ms, from_ms, to_ms : int
        The moment, and the whole local days asked for. [ms UTC]
    figures : tuple of ChangedFigure
        Energy, carriers, water, loads and value added, and their points; only those that changed.
    statements : tuple of Restated
    factors : tuple of Refactored
        Rows that count for the plant.
    """

    plant: str
    since_ms: int
    from_ms: int
    to_ms: int
    figures: tuple[ChangedFigure, ...]
    statements: tuple[Restated, ...]
    factors: tuple[Refactored, ...] = ()


def plant_changes(
    figures: Figures, registry: Registry, past: Moment, plant_id: str, from_ms: int, to_ms: int
) -> PlantChanges:
    """The changed figures of a plant over whole local days.

    Parameters
    ----------
    figures : Figures
        Of the present.
    registry : Registry
        The present snapshot.
    past : Moment
        `engine.asof.AsOf.at` the moment.
    plant_id : str
    from_ms, to_ms : int
        Widened to whole local days. [ms UTC]

    Raises
    ------
    KeyError
        If there is no such plant.
    ValueError
        If the range is empty.
    """
    zone = registry.plants[plant_id].zone
    if from_ms >= to_ms:
        raise ValueError(f"range [{from_ms}, {to_ms}) is empty; wanted from_ms < to_ms")
    period = Period.of(int(day_of(from_ms, zone)), int(day_of(to_ms - 1, zone)) + 1, zone)
    then, now = (_flat(_books(f.accounts(plant_id), registry, plant_id, period)) for f in (past.figures, figures))
    changed = [
        ChangedFigure(name, then[name], now[name], _difference(then[name], now[name]))
        for name in now
        if name in then and _bare(then[name]) != _bare(now[name])
    ]
    restated = tuple(_restated(past.registry, registry, plant_id, period))
    factors = tuple(_refactored(past.registry, registry, plant_id))
    return PlantChanges(plant_id, past.as_of_ms, period.from_ms, period.to_ms, tuple(changed), restated, factors)


def _books(accounts: Accounts, registry: Registry, plant_id: str, period: Period) -> Iterator[Figure]:
    yield accounts.energy(period)
    yield accounts.water(period)
    for outlet in registry.outlets(plant_id):
        for pollutant in outlet.pollutants:
            load = accounts.load(outlet.medium, pollutant, period)
            if load is not None:
                yield load
    yield accounts.value_added(period)


def _flat(figures: Iterator[Figure]) -> dict[str, Figure]:
    """Figures and what they were added up from, by name; factors and statements are no figures of the plant."""
    found: dict[str, Figure] = {}
    waiting = list(figures)
    while waiting:
        figure = waiting.pop(0)
        if not figure.name.startswith(("factor:", "factor_co2:", "statement:")):
            found.setdefault(figure.name, figure)
            waiting.extend(figure.inputs)
    return found


def _bare(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.coverage, figure.estimated, figure.provisional, figure.note


def _difference(then: Figure, now: Figure) -> float | None:
    return None if then.value is None or now.value is None else now.value - then.value


def _restated(then: Registry, now: Registry, plant_id: str, period: Period) -> Iterator[Restated]:
    items = sorted({*then.statement_items(plant_id), *now.statement_items(plant_id)})
    for item in items:
        old, new = ({s.period: s for s in registry.statements(plant_id, item)} for registry in (then, now))
        for name in sorted({*old, *new}):
            one, other = old.get(name), new.get(name)
            stated = one or other
            # A price index of any year up to the period may turn its value added.
            meets = stated is not None and stated.days()[0] < period.last_day
            if meets and item != "price_index":
                meets = stated is not None and stated.days()[1] > period.first_day
            if meets and one != other:
                yield Restated(item, name, one, other)


def _refactored(then: Registry, now: Registry, plant_id: str) -> Iterator[Refactored]:
    old, new = ({r.key: r for r in book.factors.rows if r.plant in (None, plant_id)} for book in (then, now))
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield Refactored(old.get(key), new.get(key))
