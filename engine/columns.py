"""What did a plant take in, discharge and earn, month by month?

The same numbers as `engine.accounts.Accounts` gives for each month alone, all months at once: for forecasts,
decompositions and trends, which want columns and not trees. A year's bill is no month's; it is not in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.calendar import month_first_day, month_of
from analytics.columns import Bool, Float64, Int32
from analytics.energy import GRID, SELF_USE, coal_equivalent_tce, electricity
from analytics.units import DIMENSIONS, UNITS, convert
from engine.accounts import NOT_ENERGY, Accounts
from engine.carboncolumn import carbon_column
from engine.column import Column, share, total
from engine.cuts import Cuts
from engine.ledger import Lane
from engine.value_added import real_months
from registry import FactorMissing, Statement

__all__ = ["Column", "MonthBook", "month_book"]


@dataclass(frozen=True, eq=False)
class MonthBook:
    """One plant's whole months.

    Attributes
    ----------
    plant : str
    first_month : int
        Months since 1970-01.
    month : ndarray of int32, shape (n_months,)
        The months themselves.
    units : dict of str to str
        Unit of each carrier.
    carriers : dict of str to Column
        Imports + production - exports, or the bill. [units]
    coal_kg : dict of str to ndarray of float64, shape (n_months,)
        Standard coal per unit of each energy carrier in the month's year, NaN where there is no factor. [kgce per unit]
    grid_kwh, self_use_kwh : Column
        Electricity by origin: from the grid, and made and used here.
    energy_tce, water_m3 : Column
    value_added : Column
        At base-year prices. [10k_yuan]
    loads : dict of (str, str) to Column
        By medium and pollutant. [kg]
    co2_t : Column or None
        Of fuels, processes, power and heat; None where nobody asked for it.
    """

    plant: str
    first_month: int
    month: Int32
    units: dict[str, str]
    carriers: dict[str, Column]
    coal_kg: dict[str, Float64]
    grid_kwh: Column
    self_use_kwh: Column
    energy_tce: Column
    water_m3: Column
    value_added: Column
    loads: dict[tuple[str, str], Column]
    co2_t: Column | None = None


def month_book(accounts: Accounts, first_day: int, last_day: int) -> MonthBook:
    """The plant's whole local months inside ``[first_day, last_day)``.

    Raises
    ------
    ValueError
        If no whole month lies inside.
    """
    first = int(month_of(first_day - 1)) + 1
    last = int(month_of(last_day))
    if last <= first:
        raise ValueError(f"days [{first_day}, {last_day}) hold no whole month")
    ledger, month = accounts.ledger, np.arange(first, last, dtype=np.int32)
    cuts = Cuts(ledger.first_day, month_first_day(np.arange(first, last + 1)))
    names = sorted(set(ledger.carriers) | accounts.energy_carriers() | {"water"})
    found = {name: _carrier(accounts, name, month, cuts) for name in names}
    carriers = {name: column for name, (column, _, _) in found.items()}
    units = {name: unit for name, (_, unit, _) in found.items()}
    own = {name: _own(name, lane, found[name], cuts) for name, lane in ledger.carriers.items()}
    bought = carriers.get(GRID, _nothing(cuts))
    made = replace(bought, amount=own.get(GRID, np.zeros(len(cuts))))
    coal_kg, coal = {}, []
    for name in sorted(accounts.energy_carriers()):
        column, kgce = _coal(accounts, name, units[name], carriers[name], month, made)
        coal_kg[name] = kgce
        coal.append(column)
    return MonthBook(
        plant=ledger.plant,
        first_month=first,
        month=month,
        units={name: unit for name, unit in units.items() if unit},
        carriers=carriers,
        coal_kg=coal_kg,
        grid_kwh=replace(bought, amount=bought.amount - made.amount),
        self_use_kwh=made,
        energy_tce=total(coal) if coal else _nothing(cuts),
        water_m3=carriers["water"],
        value_added=_value_added(accounts, month, cuts),
        co2_t=carbon_column(accounts, month, carriers, units, own),
        loads={key: _metered(lane, cuts) for key, lane in ledger.loads.items()},
    )


def _nothing(cuts: Cuts) -> Column:
    return Column(*np.zeros((4, len(cuts))))


def _metered(lane: Lane, cuts: Cuts) -> Column:
    amount, known, estimated = cuts.sums(lane.amount, lane.known, lane.estimated)
    amount[known == 0.0] = 0.0
    return Column(amount, known / cuts.days, share(estimated, known), np.zeros(len(cuts)))


def _carrier(accounts: Accounts, name: str, month: Int32, cuts: Cuts) -> tuple[Column, str, Bool]:
    """Amounts with their unit, and in which months they come from a bill."""
    ledger = accounts.ledger
    lane = ledger.carriers.get(name)
    item = name if name in NOT_ENERGY else f"energy:{name}"
    column = _nothing(cuts) if lane is None else _metered(lane, cuts)
    unit = lane.unit if lane is not None else ""
    billed = np.zeros(len(cuts), np.bool_)
    for at, bill in _of_months(accounts.registry.statements(ledger.plant, item), month):
        unit = unit or DIMENSIONS[UNITS[bill.unit].dimension]
        if column.known[at] == 0.0:
            billed[at] = True
            column.amount[at] = convert(bill.value, bill.unit, unit)
            column.known[at] = 1.0
            column.provisional[at] = float(bill.status != "final" and bill.value != 0.0)
    return column, unit, billed


def _of_months(statements: Sequence[Statement], month: Int32) -> list[tuple[int, Statement]]:
    """The statements of single months, each with its row."""
    rows = [((s.year - 1970) * 12 + s.month - 1 - int(month[0]), s) for s in statements if s.month is not None]
    return [(at, statement) for at, statement in rows if 0 <= at < len(month)]


def _own(name: str, lane: Lane, found: tuple[Column, str, Bool], cuts: Cuts) -> Float64:
    """What was made here of a carrier, of power what of it was used here; a bill knows of none."""
    column, _, billed = found
    flows = {"production": np.zeros(len(cuts)), "export": np.zeros(len(cuts))}
    for part in lane.parts:
        if part.direction in flows:
            flows[part.direction] += _metered(part, cuts).amount
    made, sent = (np.where(billed | (column.known == 0.0), 0.0, flow) for flow in flows.values())
    return made if name != GRID else electricity(column.amount - made + sent, made, sent).self_use_kwh


def _coal(
    accounts: Accounts, name: str, unit: str, column: Column, month: Int32, made: Column
) -> tuple[Column, Float64]:
    """A carrier's part of the comprehensive energy [tce], and what one unit counts for [kgce per unit]."""
    kgce, own_kgce = np.full((2, len(month)), np.nan)
    year = month // 12 + 1970
    for one in sorted(set(year[column.known > 0.0].tolist())):
        try:
            row, own = accounts.coal_factors(name, one, unit)
        except FactorMissing:
            continue
        kgce[year == one], own_kgce[year == one] = row.kg_per(unit), own.kg_per(unit)
    priced = np.isfinite(kgce)
    rates = {name: np.where(priced, kgce, 0.0), SELF_USE: np.where(priced, own_kgce, 0.0)}
    if name == GRID:
        power = electricity(column.amount - made.amount, made.amount)
        tce = coal_equivalent_tce({}, rates, power=power).total_tce
    else:
        tce = coal_equivalent_tce({name: column.amount}, rates).total_tce
    return replace(column, amount=tce, known=np.where(priced, column.known, 0.0)), kgce


def _value_added(accounts: Accounts, month: Int32, cuts: Cuts) -> Column:
    real = real_months(accounts.registry, accounts.ledger.plant, accounts.base_year)
    column = _nothing(cuts)
    at = real.month - month[0]
    told = (at >= 0) & (at < len(month)) & np.isfinite(real.value)
    column.amount[at[told]] = real.value[told]
    column.known[at[told]] = 1.0
    column.provisional[at[told]] = ~real.firm[told] & (real.value[told] != 0.0)
    return column
