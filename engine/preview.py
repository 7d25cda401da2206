"""What would other factors or statements make of the figures, before anybody keeps them?

The same books with the proposed rows in place of those they supersede, set beside the books as they are: every target
of every plant, sector, city and programme that is touched, and the sums they rest on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analytics.calendar import day_of
from engine.accounts import Accounts
from engine.explain.idperiod import period_text
from engine.figure import Figure, Indicator
from engine.figures import Figures
from engine.period import Period
from engine.sums import add_figures
from engine.targets.indicators import Indicators, comparison
from registry import FactorRow, Plant, Programme, Registry, Statement

PERIODS = ("ytd", "full_year")
"""Comparisons that are set beside each other: where the year stands, and the last whole one."""

SUMS: Mapping[str, Callable[[Accounts, Period], Figure]] = {
    # Not the functions of the class: books may remember their answers.
    "energy_tce": lambda books, period: books.energy(period),
    "water_m3": lambda books, period: books.water(period),
    "value_added_base_prices": lambda books, period: books.value_added(period),
    "co2_t": lambda books, period: books.carbon(period),
}


@dataclass(frozen=True)
class Proposal:
    """Rows that would take the place of those about the same.

    Attributes
    ----------
    factors : tuple of FactorRow
    statements : tuple of Statement
    """

    factors: tuple[FactorRow, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class ChangedSum:
    """A sum that would be another one.

    Attributes
    ----------
    id : str
        Of the figure.
    scope, name, unit : str
    before, after : float or None
    """

    id: str
    scope: str
    name: str
    unit: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        """after - before; None where one of them is not known."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class ChangedTarget:
    """An indicator, or a part of one, that would be another one.

    Attributes
    ----------
    period : str
        One of `PERIODS`.
    before, after : Indicator
    """

    period: str
    before: Indicator
    after: Indicator


@dataclass(frozen=True)
class Preview:
    """What would change; what would not is absent."""

    figures: tuple[ChangedSum, ...]
    indicators: tuple[ChangedTarget, ...]


def proposed(registry: Registry, proposal: Proposal) -> Registry:
    """The nouns as they would be."""
    changed = {(s.plant, s.item, s.period): s for s in proposal.statements}
    kept = [
        statement
        for plant in registry.plants
        for item in registry.statement_items(plant)
        for statement in registry.statements(plant, item)
        if (plant, item, statement.period) not in changed
    ]
    book = registry.factors.revised(proposal.factors)
    return registry.with_statements([*kept, *changed.values()]).with_factors(book)


def preview(figures: Figures, registry: Registry, proposal: Proposal) -> Preview:
    """Every figure that the proposal touches, before and after.

    Parameters
    ----------
    figures : Figures
        Of the present.
    registry : Registry
        The snapshot they rest on.
    proposal : Proposal
        At most one row of each key; see `FactorRow.key`.
    """
    tried = figures.trying(proposed(registry, proposal))
    sides = tuple(_Side(one) for one in (figures, tried))
    sums: dict[str, ChangedSum] = {}
    targets: list[ChangedTarget] = []
    for scope in _scopes(registry, proposal):
        (programme, before), (_, after) = (side.group(scope) for side in sides)
        if not before:
            continue
        zone = registry.plants[before[0].ledger.plant].zone
        today = int(day_of(figures.now_ms, zone))
        for name in PERIODS:
            when = comparison(name, today, before[0].base_year, zone)
            for period in (when.base, when.current):
                for changed in _sums(scope, before, after, period):
                    sums.setdefault(changed.id, changed)
            if programme is not None:
                pair = (Indicators(programme, scope, books, when).all() for books in (before, after))
                targets += [ChangedTarget(name, *two) for two in _differing(*pair)]
    return Preview(tuple(sums.values()), tuple(targets))


def _scopes(registry: Registry, proposal: Proposal) -> Iterator[str]:
    """The groups that hold a plant the proposal is about, the largest first."""
    named = {s.plant for s in proposal.statements} | {f.plant for f in proposal.factors if f.plant is not None}
    everybody = any(factor.plant is None for factor in proposal.factors)
    plants: list[Plant] = [p for p in registry.plants.values() if everybody or p.id in named]
    yield from dict.fromkeys(f"programme:{i}" for p in plants for i in p.programmes if i in registry.programmes)
    yield from dict.fromkeys(f"city:{p.city}" for p in plants)
    yield from dict.fromkeys(f"sector:{p.sector}" for p in plants)
    yield from (f"plant:{p.id}" for p in plants)


class _Side:
    """The books of one side; a plant's are the same in every group it belongs to, and remember what they answered."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._kept: dict[tuple[str, str], Accounts] = {}

    def group(self, scope: str) -> tuple[Programme | None, list[Accounts]]:
        programme, found = self._figures.group(scope)
        of = "" if programme is None else programme.id
        return programme, [self._kept.setdefault((of, b.ledger.plant), _Remembering(b)) for b in found]


class _Remembering(Accounts):
    """The same books; what was asked once is not worked out again for the next group."""

    def __init__(self, books: Accounts) -> None:
        self.__dict__.update(books.__dict__)
        self._answers: dict[tuple[object, ...], Figure | None] = {}

    def energy(self, period: Period) -> Figure:
        return self._one("energy", period, super().energy)

    def water(self, period: Period) -> Figure:
        return self._one("water", period, super().water)

    def value_added(self, period: Period) -> Figure:
        return self._one("value_added", period, super().value_added)

    def carbon(self, period: Period) -> Figure:
        return self._one("carbon", period, super().carbon)

    def load(self, medium: str, pollutant: str, period: Period) -> Figure | None:
        key = (medium, pollutant, period)
        if key not in self._answers:
            self._answers[key] = super().load(medium, pollutant, period)
        return self._answers[key]

    def _one(self, name: str, period: Period, work: Callable[[Period], Figure]) -> Figure:
        found = self._answers.get((name, period))
        if found is None:
            found = self._answers[name, period] = work(period)
        return found


def _sums(scope: str, before: Sequence[Accounts], after: Sequence[Accounts], period: Period) -> Iterator[ChangedSum]:
    for name, of in SUMS.items():
        one, other = (_total([of(books, period) for books in side]) for side in (before, after))
        if one.value != other.value:
            id_ = f"{scope}/{period_text(period)}/{name}"
            yield ChangedSum(id_, scope, name, other.unit or one.unit, one.value, other.value)


def _total(parts: list[Figure]) -> Figure:
    first = parts[0]
    return first if len(parts) == 1 else add_figures(first.name, first.unit, first.from_ms, first.to_ms, parts, "Σ")


def _differing(before: Sequence[Indicator], after: Sequence[Indicator]) -> Iterator[tuple[Indicator, Indicator]]:
    """Indicators and parts of which a side, or the verdict, is another one."""
    for one, other in zip(before, after, strict=True):
        if _bare(one) != _bare(other):
            yield one, other
        yield from _differing(one.parts, other.parts)


def _bare(indicator: Indicator) -> tuple[object, ...]:
    sides = (indicator.base, indicator.current)
    return (*((s.value, s.provisional) for s in sides), indicator.status, indicator.reason)
