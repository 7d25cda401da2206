"""Where does a figure come from, down to the readings, and how sure is it?

::

    id ── resolve ──▶ Figure (tree)
                        ├─ clause        which rule, whose, how sure            engine.explain.clauses
                        ├─ factor rows   value, edition, validity               engine.explain.evidence
                        ├─ statements    status, source, when, how many editions
                        ├─ points        coverage, first and last reading       storage.Store.extents
                        ├─ events        what was said and is doubtful          engine.events.decisions
                        └─ text          one or two sentences in both languages
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.asof import Moment
from engine.events.entries import Entry
from engine.explain.clauselist import Clause
from engine.explain.clauses import clause_of
from engine.explain.evidence import Editions, StatementUse, factors_of, points_of, statements_of
from engine.explain.names import figure_text
from engine.explain.resolve import Asked, asked, plant_of, resolve
from engine.explain.text import text_of
from engine.figure import Figure
from engine.figures import Figures
from engine.kept import Kept
from registry import FactorRow, Point, Registry, Text
from storage import Store

MOST_EVENTS = 200


@dataclass(frozen=True)
class PointUse:
    """A point that went in.

    Attributes
    ----------
    point : Point
    coverage : float or None
        Known share of the period, 0 to 1; None for one that stands behind a load only.
    estimated : float
    readings : int
        How many lie in the period and are still there.
    first, last : tuple of (int, float), or None
        Time [ms UTC] and value, in the point's own unit, of the readings with a value next to the period's ends, inside
        it; None where there are none.
    """

    point: Point
    coverage: float | None
    estimated: float
    readings: int
    first: tuple[int, float] | None
    last: tuple[int, float] | None


@dataclass(frozen=True)
class Explanation:
    """A figure and everything it rests on.

    Attributes
    ----------
    asked : Asked
    figure : Figure
    name : Text
        What it is called.
    clause : Clause
    factors : tuple of FactorRow
    statements : tuple of StatementUse
    points : tuple of PointUse
    events : tuple of Entry
        Doubts and sayings that begin in the period, of the points above, as they stand now; newest first.
    text : Text
    as_of_ms : int
        What was known then. [ms UTC]
    registry : Registry
        With the statements and factors of then.
    """

    asked: Asked
    figure: Figure
    name: Text
    clause: Clause
    factors: tuple[FactorRow, ...]
    statements: tuple[StatementUse, ...]
    points: tuple[PointUse, ...]
    events: tuple[Entry, ...]
    text: Text
    as_of_ms: int
    registry: Registry


Listed = Callable[[Sequence[Point], int, int, int], Sequence[Entry]]
"""Entries of points in ``[from, to)``, at most so many: `engine.events.decisions.Decisions.entries`."""


class Explainer:
    """Explains figures of the present and of the past; answers of any thread.

    Parameters
    ----------
    store : Store
    registry : callable
        Gives the current snapshot.
    figures : Figures
        Of the present.
    at : callable
        The product as of a moment [ms UTC]: `engine.asof.AsOf.at`.
    entries : callable
        See `Listed`.
    editions : callable
        Of the statements of some plants, imported up to a moment [ms UTC].
    """

    def __init__(
        self,
        store: Store,
        registry: Callable[[], Registry],
        figures: Figures,
        at: Callable[[int], Moment],
        entries: Listed,
        editions: Callable[[Sequence[str], int], Editions],
    ) -> None:
        self._store = store
        self._registry = registry
        self._figures = figures
        self._at = at
        self._entries = entries
        self._editions = editions

    def explain(self, scope: str, period: str, name: str, as_of_ms: int | None = None) -> Explanation:
        """A figure by its id.

        Parameters
        ----------
        scope, period, name : str
            See `engine.explain.resolve`.
        as_of_ms : int, optional
            What was known then; default now. [ms UTC]

        Raises
        ------
        engine.explain.resolve.UnknownFigure
            If a part of the id names nothing.
        engine.explain.resolve.MalformedId
            If a part of it cannot be read.
        """
        figures: Figures = self._figures
        kept: Kept = self._store
        registry = self._registry()
        if as_of_ms is not None:
            moment = self._at(as_of_ms)
            figures, kept, registry = moment.figures, moment.store, moment.registry
        wanted = asked(figures, scope, period, name)
        figure = resolve(figures, kept, wanted)
        factors = factors_of(registry, figure)
        statements = self._statements(registry, figure, wanted, figures.now_ms)
        points = self._points(registry, figure, as_of_ms)
        clause = clause_of(figure.name, wanted.programme)
        return Explanation(
            asked=wanted,
            figure=figure,
            name=figure_text(registry, figure.name),
            clause=clause,
            factors=factors,
            statements=statements,
            points=points,
            events=self._events(points, figure),
            text=text_of(registry, figure, plant_of(wanted.accounts[0]).zone, clause, factors),
            as_of_ms=figures.now_ms,
            registry=registry,
        )

    def _statements(self, registry: Registry, figure: Figure, wanted: Asked, now_ms: int) -> tuple[StatementUse, ...]:
        found = statements_of(registry, figure, wanted.accounts[0].base_year)
        editions = self._editions(sorted({s.plant for s in found}), now_ms) if found else {}
        return tuple(StatementUse(s, editions.get((s.plant, s.item, s.period), 1)) for s in found)

    def _points(self, registry: Registry, figure: Figure, as_of_ms: int | None) -> tuple[PointUse, ...]:
        used: dict[Point, Figure | None] = dict(points_of(registry, figure))
        for point in tuple(used):
            # Behind a load stand its flow and its concentration.
            for key in registry.sources_of(point):
                used.setdefault(registry.by_key[key], None)
        keys = np.array([point.key for point in used], np.int32)
        if not len(keys):
            return ()
        to_ms = min(figure.to_ms, self._figures.now_ms)
        found = self._store.extents(keys, figure.from_ms, to_ms, as_of_ms)
        row = {int(key): i for i, key in enumerate(found.point)}
        uses = []
        for point, part in used.items():
            i = row.get(point.key)
            known = i is not None and found.first_ms[i] >= 0
            uses.append(
                PointUse(
                    point,
                    None if part is None else part.coverage,
                    0.0 if part is None else part.estimated,
                    0 if i is None else int(found.readings[i]),
                    (int(found.first_ms[i]), float(found.first_value[i])) if known else None,
                    (int(found.last_ms[i]), float(found.last_value[i])) if known else None,
                )
            )
        return tuple(uses)

    def _events(self, points: Sequence[PointUse], figure: Figure) -> tuple[Entry, ...]:
        chosen = [use.point for use in points]
        return tuple(self._entries(chosen, figure.from_ms, figure.to_ms, MOST_EVENTS)) if chosen else ()
