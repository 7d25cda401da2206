"""How much of a plant's energy or water did the weather make, and can one tell?

A baseline of the known months since the base year (`analytics.baseline`): what was used, against the output (or the
value added), heating and cooling degree days and the course of time. Time is among the drivers because measures work
while the seasons turn; without it their savings would be laid on the winters. The weather is only taken out where the
model is usable (CV(RMSE) by ASHRAE Guideline 14, two years of months) and a degree day adds something significantly;
otherwise the answer says why not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.baseline import Baseline, fit
from analytics.columns import Float64
from engine.accounts import Accounts
from engine.columns import MonthBook
from engine.period import Period
from engine.stated import stated, stated_months
from engine.why.months import LEAST_KNOWN, LEAST_MONTHS, driver, level
from registry.statement import WEATHER


@dataclass(frozen=True)
class Weather:
    """What weather made of a level (tce of heat, m3 of water) at both ends of a comparison.

    Attributes
    ----------
    base, current : float
        Above (or below) the mean of both ends' degree days; 0 where it is not taken out.
    why_not : str
        Key that says why it is not: ``no_weather``, ``few_months``, ``weak_model``, ``no_weather_effect``; "" where it
        is.
    model : Baseline or None
    """

    base: float = 0.0
    current: float = 0.0
    why_not: str = ""
    model: Baseline | None = None


def weather(accounts: Accounts, book: MonthBook, quantity: str, base: Period, current: Period) -> Weather:
    """The part of the weather in one plant's energy (``energy``) or water (``water``)."""
    registry, plant = accounts.registry, accounts.ledger.plant
    days = {item: registry.statements(plant, f"weather:{item}") for item in WEATHER}
    if not any(days.values()):
        return Weather(why_not="no_weather")
    degree_days = {item: stated_months(rows, book.month) for item, rows in days.items() if rows}
    found = _model(level(accounts, book, quantity, base), driver(accounts, book), degree_days)
    if isinstance(found, str):
        return Weather(why_not=found)
    model, items = found
    made = [0.0, 0.0]
    for item, slope in zip(items, model.coefficients[-len(items) :].tolist(), strict=True):
        ends = [stated(days[item], period) for period in (base, current)]
        if min(known for _, known in ends) < LEAST_KNOWN:
            return Weather(why_not="no_weather", model=model)
        whole = [value / known for value, known in ends]
        per_day = sum(whole) / (base.days + current.days)
        for i, period in enumerate((base, current)):
            made[i] += slope * (whole[i] - per_day * period.days)
    return Weather(made[0], made[1], "", model)


def _model(used: Float64, made: Float64, degree_days: dict[str, Float64]) -> tuple[Baseline, tuple[str, ...]] | str:
    """The model with those degree days that add something, or why there is none."""
    items = tuple(item for item, values in degree_days.items() if np.nanmax(values, initial=0.0) > 0.0)
    time = np.arange(len(used), dtype=np.float64)
    while items:
        table = np.column_stack([time, made, *(degree_days[item] for item in items)])
        if (np.isfinite(table).all(axis=1) & np.isfinite(used)).sum() < LEAST_MONTHS:
            return "few_months"
        try:
            model = fit(used, table)
        except ValueError:  # output that never moves, or moves with the seasons
            return "weak_model"
        if "cv_rmse" in model.weak(model.n):
            return "weak_model"
        # More heating for warmer days is chance, or something else that comes with the season.
        sure = model.significant() & (model.coefficients > 0.0)
        kept = tuple(item for item, holds in zip(items, sure[-len(items) :].tolist(), strict=True) if holds)
        if kept == items:
            return model, items
        items = kept
    return "no_weather_effect"
