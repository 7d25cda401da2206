"""What must be known of a plant, so that the savings of any group it belongs to are sums?

Energy and value added of each year since the base year and of the dates it is held against, and what forbids a
comparison. Without the trees below them the figures of hundreds of plants stay small; one that is opened has its tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import Float64
from analytics.obstacles import obstacle, together
from analytics.verdict import Reason
from engine.accounts import Accounts
from engine.figure import Figure
from engine.period import Period
from engine.savings.saving import FIXED_BASE, KINDS, NO_BASE, Side, refused, saving
from engine.savings.years import SavingYear
from engine.sums import add_figures
from engine.targets.states import plant_states
from registry import Programme

Pair = tuple[Period, Period]


@dataclass(frozen=True, eq=False)
class PlantYears:
    """A plant, or plants together, over some years.

    Attributes
    ----------
    scope : str
    sides : mapping of Period to Side
    states : mapping of (Period, Period) to ndarray of float64, shape (STATES,)
        `analytics.obstacles`, of each pair of a period and the one it is held against.
    """

    scope: str
    sides: Mapping[Period, Side]
    states: Mapping[Pair, Float64]


def pairs_of(year: SavingYear) -> dict[str, Pair]:
    """What is compared, by kind."""
    return dict(zip(KINDS, ((year.base, year.current), (year.before, year.current)), strict=True))


def plant_years(accounts: Accounts, years: Sequence[SavingYear], *, trees: bool = True) -> PlantYears:
    """A plant from its books.

    Parameters
    ----------
    accounts : Accounts
    years : sequence of SavingYear
    trees : bool
        Whether the figures keep what they were made from.
    """
    scope = f"plant:{accounts.ledger.plant}"
    pairs = list(dict.fromkeys(pair for year in years for pair in pairs_of(year).values()))
    periods = dict.fromkeys(period for pair in pairs for period in pair)

    def owned(figure: Figure) -> Figure:
        return replace(figure, scope=scope, inputs=figure.inputs if trees else ())

    sides = {p: Side(owned(accounts.energy(p)), owned(accounts.value_added(p))) for p in periods}
    return PlantYears(scope, sides, dict(zip(pairs, plant_states(accounts, pairs), strict=True)))


def summed(scope: str, plants: Sequence[PlantYears]) -> PlantYears:
    """Plants together: sums first, as their targets are judged."""
    if len(plants) == 1:
        return replace(plants[0], scope=scope)

    def side(period: Period) -> Side:
        members = [plant.sides[period] for plant in plants]
        return Side(_sum([m.energy for m in members]), _sum([m.value_added for m in members]))

    first = plants[0]
    states = {pair: together(np.stack([plant.states[pair] for plant in plants])) for pair in first.states}
    return PlantYears(scope, {period: side(period) for period in first.sides}, states)


def _sum(figures: list[Figure]) -> Figure:
    first = figures[0]
    return add_figures(first.name, first.unit, first.from_ms, first.to_ms, figures, "Σ")


def savings_of(programme: Programme, found: PlantYears, year: SavingYear, suffix: str = "") -> dict[str, Figure]:
    """Both savings of one year, by kind; who has no base year has neither.

    Parameters
    ----------
    programme : Programme
    found : PlantYears
    year : SavingYear
    suffix : str
        Behind the names.
    """
    pairs, intensity = pairs_of(year), intensity_name(programme)

    def of(kind: str) -> Figure:
        base, current = (found.sides[period] for period in pairs[kind])
        codes = obstacle(found.states[pairs[kind]], programme.min_coverage, per_value_added=True, energy=True)
        why = refused(Reason(int(codes)).key)
        return replace(saving(f"{kind}{suffix}", intensity, base, current, why), scope=found.scope)

    saved = {kind: of(kind) for kind in KINDS}
    why = _no_base(saved[FIXED_BASE])
    return {kind: replace(f, value=None, note=why) if why and kind != FIXED_BASE else f for kind, f in saved.items()}


def _no_base(fixed: Figure) -> str:
    """Key of why there is no base year; "" where there is one."""
    if fixed.value is not None or fixed.note == "closed":
        return ""
    return fixed.note if fixed.note in NO_BASE or fixed.inputs[0].value is None else ""


def intensity_name(programme: Programme) -> str:
    """Id of the programme's target of energy per value added, so that the figure below a saving opens as that one."""
    targets = (t.id for t in programme.indicators if t.kind == "intensity" and t.quantity == "energy")
    return next(targets, "energy_per_value_added")
