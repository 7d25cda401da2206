"""How much of a material did a plant process over a stretch of local days, by what it stated?

Monthly statements count by the calendar days of theirs that lie in the period, a year's where its months are not
stated. What is not stated is not known and never 0: who processed none states 0. Whole months before a plant was opened
or after it was closed are zeros.
"""

from __future__ import annotations

import numpy as np

from analytics.value_added import provisional_days, provisional_share, spread_months
from engine.figure import Figure
from engine.life import idle_months, life_of
from engine.period import Period
from engine.value_added import meets, share_of_month, stated_months, statement_figure
from registry import MATERIALS, Registry

UNIT = "t"
_ITEM = "material:"


def materials_of(registry: Registry, plant: str) -> list[str]:
    """Materials of which a plant ever stated anything, in the order of the list."""
    stated = {i.removeprefix(_ITEM) for i in registry.statement_items(plant) if i.startswith(_ITEM)}
    return [name for name in MATERIALS if name in stated]


def material(registry: Registry, plant: str, name: str, period: Period, base_year: int) -> Figure:
    """What was stated of one material. [t]

    Not known (None) without a statement that meets the period, unless the plant did not exist in any of it; covered as
    far as its days are stated.
    """
    years = {year for year, *_ in period.years()}
    months = stated_months(tuple(s for s in registry.statements(plant, f"{_ITEM}{name}") if s.year in years))
    touched = [s for s in dict.fromkeys(months.values()) if meets(s, period)]
    found = Figure(
        name=f"{_ITEM}{name}",
        value=None,
        unit=UNIT,
        from_ms=period.from_ms,
        to_ms=period.to_ms,
        coverage=0.0,
        formula="Σ",
        inputs=tuple(statement_figure(s, registry.plants[plant].zone) for s in touched),
        note="no_material_statement",
    )
    month = np.array(list(months), np.int32)
    idle = idle_months(life_of(registry.plants[plant]), base_year)
    idle = idle[~np.isin(idle, month)]
    tonnes = np.array([s.value * share_of_month(s, m) for m, s in months.items()])
    unsettled = np.array([s.status != "final" for s in months.values()], np.bool_)
    order = np.argsort(np.concatenate([month, idle]))
    month = np.concatenate([month, idle])[order]
    tonnes = np.concatenate([tonnes, np.zeros(len(idle))])[order]
    unsettled = np.concatenate([unsettled, np.zeros(len(idle), np.bool_)])[order]
    days = np.arange(period.first_day, period.last_day, dtype=np.int32)
    daily = spread_months(month, tonnes, days)
    if not touched and not np.isfinite(daily).all():
        return found
    share = provisional_share(daily, provisional_days(month, unsettled, days))
    return Figure(
        name=found.name,
        value=float(np.nansum(daily)),
        unit=UNIT,
        from_ms=period.from_ms,
        to_ms=period.to_ms,
        coverage=float(np.isfinite(daily).mean()),
        provisional=0.0 if np.isnan(share) else share,
        formula=found.formula,
        inputs=found.inputs,
    )
