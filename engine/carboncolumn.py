"""How much CO2 did a plant cause, month by month?

The numbers of `engine.carbon` for each month alone, all months at once: what was bought of each carrier and what was
stated of each material, with the factors of the months' years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from analytics.carbon import direct_t
from analytics.columns import Float64, Int32
from engine.accounts import Accounts
from engine.carbon import BOUGHT_ENERGY, KG_PER_T, carbon_carriers
from engine.column import Column, share, total
from engine.life import idle_months, life_of
from engine.materials import materials_of
from engine.value_added import share_of_month, stated_months
from registry import MATERIALS, FactorMissing


def carbon_column(
    accounts: Accounts,
    month: Int32,
    carriers: Mapping[str, Column],
    units: Mapping[str, str],
    made: Mapping[str, Float64],
) -> Column:
    """CO2 of each month. [tCO2]

    Parameters
    ----------
    accounts : Accounts
    month : ndarray of int32, shape (n_months,)
        Months since 1970-01.
    carriers, units : mapping of str
        Amounts, and in what.
    made : mapping of str to ndarray, shape (n_months,)
        What was made and used here of a carrier, whose carbon is in what it was made from.
    """
    nothing = np.zeros(len(month))
    fuels: list[Column] = []
    bought: list[Column] = []
    for name in sorted(carbon_carriers(accounts)):
        outside = replace(carriers[name], amount=carriers[name].amount - made.get(name, nothing))
        part = _converted(accounts, name, units[name], outside, month)
        (bought if name in BOUGHT_ENERGY else fuels).append(part)
    process = []
    for name in materials_of(accounts.registry, accounts.ledger.plant):
        tonnes = _stated(accounts, name, month)
        kept = replace(tonnes, amount=-tonnes.amount) if MATERIALS[name].kept else tonnes
        process.append(_converted(accounts, name, "t", kept, month))
    scope1 = [*fuels, _sum(process, month)] if process else fuels
    return _sum([_sum(parts, month) for parts in (scope1, bought) if parts], month)


def _sum(parts: Sequence[Column], month: Int32) -> Column:
    return total(parts) if parts else Column(*np.zeros((4, len(month))))


def _converted(accounts: Accounts, name: str, unit: str, column: Column, month: Int32) -> Column:
    """Amounts times the factor of each year; unknown in a year without one."""
    kg = np.full(len(month), np.nan)
    year = month // 12 + 1970
    for one in sorted(set(year[column.known > 0.0].tolist())):
        try:
            kg[year == one] = accounts.co2_factor(name, one, unit).kg_per(unit)
        except FactorMissing:
            continue
    priced = np.isfinite(kg)
    tonnes = direct_t(column.amount, np.where(priced, kg, 0.0) / KG_PER_T)
    return replace(column, amount=tonnes, known=np.where(priced, column.known, 0.0))


def _stated(accounts: Accounts, name: str, month: Int32) -> Column:
    """A material as it was stated; none where the plant did not exist. [t]"""
    plant = accounts.ledger.plant
    rows = stated_months(accounts.registry.statements(plant, f"material:{name}"))
    idle = set(idle_months(life_of(accounts.registry.plants[plant]), accounts.base_year).tolist())
    said = [rows.get(one) for one in month.tolist()]
    amount = np.array([0.0 if s is None else s.value * share_of_month(s, m) for s, m in zip(said, month, strict=True)])
    known = np.array([float(s is not None or m in idle) for s, m in zip(said, month.tolist(), strict=True)])
    open_size = np.array([0.0 if s is None or s.status == "final" else 1.0 for s in said]) * np.abs(amount)
    return Column(amount, known, np.zeros(len(month)), share(open_size, np.abs(amount)))
