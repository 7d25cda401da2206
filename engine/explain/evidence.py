"""On which factor rows, statements and points does a tree of figures rest?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics.columns import DAY_MS
from engine.factorfigure import HEADS
from engine.figure import Figure
from registry import FactorRow, Point, Registry, Statement

Editions = Mapping[tuple[str, str, str], int]
"""How many editions there are of a statement, by plant, item and period."""


@dataclass(frozen=True)
class StatementUse:
    """A statement that went in.

    Attributes
    ----------
    statement : Statement
    editions : int
        How many there are of it by now, this one included.
    """

    statement: Statement
    editions: int


@dataclass(frozen=True)
class Owned:
    """A figure of the tree and the plant it belongs to ("" for a group)."""

    figure: Figure
    plant: str


def owned(figure: Figure) -> Iterator[Owned]:
    """The figure and everything below it, the upper ones first, each with its plant."""
    waiting = [(figure, "")]
    while waiting:
        one, plant = waiting.pop(0)
        if one.scope:
            plant = one.scope.removeprefix("plant:") if one.scope.startswith("plant:") else ""
        yield Owned(one, plant)
        waiting.extend((part, plant) for part in one.inputs)


def factors_of(registry: Registry, figure: Figure) -> tuple[FactorRow, ...]:
    """The rows of the factor book that turned amounts in the tree, each once."""
    found: dict[FactorRow, None] = {}
    for one in owned(figure):
        head, _, carrier = one.figure.name.partition(":")
        if head in HEADS.values():
            row = next((r for r in registry.factors.rows if _is(r, one, carrier)), None)
            if row is not None:
                found[row] = None
    return tuple(found)


def _is(row: FactorRow, one: Owned, carrier: str) -> bool:
    same = (row.carrier, row.value, row.unit, row.edition)
    return same == (carrier, one.figure.value, one.figure.unit, one.figure.factors) and row.plant in (None, one.plant)


def statements_of(registry: Registry, figure: Figure, base_year: int) -> tuple[Statement, ...]:
    """The statements in the tree, and the price indices that turned value added into that of the base year."""
    found: dict[tuple[str, str, str], Statement] = {}
    last_year: dict[str, int] = {}
    stated: dict[tuple[str, str], dict[tuple[int, int], Statement]] = {}
    for one in owned(figure):
        head, _, item = one.figure.name.partition(":")
        if head == "value_added_base_prices" and one.plant:
            last_year[one.plant] = base_year
        if head != "statement" or not one.plant:
            continue
        if (one.plant, item) not in stated:
            stated[one.plant, item] = {s.days(): s for s in registry.statements(one.plant, item)}
        statement = stated[one.plant, item].get(_days(one.figure))
        if statement is not None:
            found[one.plant, item, statement.period] = statement
            if item == "value_added" and one.plant in last_year:
                last_year[one.plant] = max(statement.year, last_year[one.plant])
    for plant, year in last_year.items():
        for statement in registry.statements(plant, "price_index"):
            if statement.month is None and base_year < statement.year <= year:
                found[plant, "price_index", statement.period] = statement
    return tuple(found.values())


def _days(figure: Figure) -> tuple[int, int]:
    """Its local days: the midnight of a zone lies less than half a day from that of UTC."""
    return round(figure.from_ms / DAY_MS), round(figure.to_ms / DAY_MS)


def points_of(registry: Registry, figure: Figure) -> dict[Point, Figure]:
    """The points in the tree with what they amounted to."""
    found: dict[Point, Figure] = {}
    for one in owned(figure):
        head, _, full_id = one.figure.name.partition(":")
        point = registry.points.get(full_id) if head == "point" else None
        if point is not None:
            found.setdefault(point, one.figure)
    return found
