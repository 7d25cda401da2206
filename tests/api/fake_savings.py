"""Savings made up from the sizes of the plants: each needs some percent less energy every year, and one came later."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.calendar import day_of
from analytics.obstacles import OPENED, STATES
from engine.figure import Figure
from engine.period import Period
from engine.savings.plant import PlantYears, pairs_of
from engine.savings.saving import Side
from engine.savings.savings import Reckoned, YearSaving, first_counted, year_savings
from engine.savings.years import SavingYear, saving_years
from registry import Programme, Registry
from tests.api.fake_plants import FACTORS, SIZE

LATE = "wx-plating"
"""The plant that was opened after the base year."""


def made_up_savings(registry: Registry, scope: str, now_ms: int) -> list[YearSaving]:
    """Every year up to yesterday; the running one rests on provisional statements."""
    programme: Programme = next(iter(registry.programmes.values()))
    kind, _, name = scope.partition(":")
    plants = [
        plant
        for plant in registry.plants.values()
        if kind == "programme" or (plant.id == name if kind == "plant" else getattr(plant, kind).startswith(name))
    ]
    today = int(day_of(now_ms, plants[0].zone))
    years = saving_years(programme.base_year + 1, today, programme.base_year, plants[0].zone)
    each = [Reckoned.of(programme, _plant(plant.id, years), years) for plant in plants]
    return year_savings(programme, scope, each, years, first_counted(programme))


def _plant(plant: str, years: Sequence[SavingYear]) -> PlantYears:
    pairs = [pair for year in years for pair in pairs_of(year).values()]
    states = np.zeros(STATES)
    states[OPENED] = plant == LATE
    sides = {period: _side(plant, period) for pair in pairs for period in pair}
    return PlantYears(f"plant:{plant}", sides, dict.fromkeys(pairs, states))


def _side(plant: str, period: Period) -> Side:
    _, energy, _, value = SIZE[plant]
    since = period.years()[0][0] - 2015
    share, rate = period.days / 365.25, 0.03 + 0.005 * (len(plant) % 4)
    provisional = 0.25 if since >= 3 else 0.0
    span = (period.from_ms, period.to_ms)
    grown = value * share * 1.04**since
    used = energy * share * 1.04**since * (1.0 - rate) ** since
    return Side(
        Figure("energy_tce", used, "tce", *span, 0.994, 0.02, factors=FACTORS, formula="Σ Eᵢ · kᵢ"),
        Figure("value_added_base_prices", grown, "10k_yuan", *span, 1.0, provisional=provisional, formula="Σ VAₘ"),
    )
