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
from analytics.ratio import ratio
from analytics.units import DIMENSIONS, UNITS, convert
from engine.accounts import NOT_ENERGY, Accounts
from engine.ledger import Lane, Ledger
from engine.value_added import real_months
from registry import FactorMissing, Statement


@dataclass(frozen=True, eq=False)
class Column:
    """One quantity, month by month; arrays of shape (n_months,).

    Attributes
    ----------
    amount : ndarray of float64
        0 where nothing is known.
    known : ndarray of float64
        Share of the month that is known, 0 to 1.
    estimated, provisional : ndarray of float64
        As in `engine.figure.Figure`.
    """

    amount: Float64
    known: Float64
    estimated: Float64
    provisional: Float64

    @property
    def value(self) -> Float64:
        """The amounts, NaN where nothing is known."""
        return np.where(self.known > 0.0, self.amount, np.nan)


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


@dataclass(frozen=True, eq=False)
class _Grid:
    """The months of a book on the days of a ledger."""

    ledger: Ledger
    month: Int32
    first_day: Int32

    @property
    def days(self) -> Int32:
        return np.diff(self.first_day)

    def sums(self, *daily: Float64) -> Float64:
        """Sums over each month; what lies outside the ledger is 0. Shape (n_arrays, n_months)."""
        first, last = int(self.first_day[0]), int(self.first_day[-1])
        at, end = first - self.ledger.first_day, last - self.ledger.first_day
        table = np.zeros((len(daily), last - first))
        for row, lane in zip(table, daily, strict=True):
            inside = lane[max(at, 0) : max(end, 0)]
            row[max(-at, 0) : max(-at, 0) + len(inside)] = inside
        return np.asarray(np.add.reduceat(table, self.first_day[:-1] - first, axis=1), np.float64)


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
    month = np.arange(first, last, dtype=np.int32)
    grid = _Grid(accounts.ledger, month, month_first_day(np.arange(first, last + 1)))
    names = sorted(set(grid.ledger.carriers) | accounts.energy_carriers() | {"water"})
    found = {name: _carrier(accounts, name, grid) for name in names}
    carriers = {name: column for name, (column, _, _) in found.items()}
    units = {name: unit for name, (_, unit, _) in found.items()}
    made = _own_power(grid, carriers[GRID], found[GRID][2]) if GRID in found else _nothing(grid)
    bought = carriers.get(GRID, _nothing(grid))
    coal_kg, coal = {}, []
    for name in sorted(accounts.energy_carriers()):
        column, kgce = _coal(accounts, name, units[name], carriers[name], grid, made)
        coal_kg[name] = kgce
        coal.append(column)
    return MonthBook(
        plant=grid.ledger.plant,
        first_month=first,
        month=month,
        units={name: unit for name, unit in units.items() if unit},
        carriers=carriers,
        coal_kg=coal_kg,
        grid_kwh=replace(bought, amount=bought.amount - made.amount),
        self_use_kwh=made,
        energy_tce=total(coal) if coal else _nothing(grid),
        water_m3=carriers["water"],
        value_added=_value_added(accounts, grid),
        loads={key: _metered(lane, grid) for key, lane in grid.ledger.loads.items()},
    )


def total(parts: Sequence[Column]) -> Column:
    """The sum of columns, by the rules of `engine.sums.add_figures`: unknown where one part is."""
    known = np.min([part.known for part in parts], axis=0)
    values = np.array([part.amount for part in parts])
    size = np.abs(values).sum(axis=0)
    shares = [
        np.nan_to_num(ratio((np.abs(values) * [getattr(p, name) for p in parts]).sum(axis=0), size))
        for name in ("estimated", "provisional")
    ]
    return Column(np.where(known > 0.0, values.sum(axis=0), 0.0), known, shares[0], shares[1])


def _nothing(grid: _Grid) -> Column:
    return Column(*np.zeros((4, len(grid.month))))


def _metered(lane: Lane, grid: _Grid) -> Column:
    amount, known, estimated = grid.sums(lane.amount, lane.known, lane.estimated)
    share = np.nan_to_num(ratio(estimated, known))
    return Column(np.where(known > 0.0, amount, 0.0), known / grid.days, share, np.zeros(len(amount)))


def _carrier(accounts: Accounts, name: str, grid: _Grid) -> tuple[Column, str, Bool]:
    """Amounts with their unit, and in which months they come from a bill."""
    lane = grid.ledger.carriers.get(name)
    item = name if name in NOT_ENERGY else f"energy:{name}"
    bills = _of_months(accounts.registry.statements(grid.ledger.plant, item), grid)
    column = _nothing(grid) if lane is None else _metered(lane, grid)
    unit = lane.unit if lane is not None else ""
    billed = np.zeros(len(grid.month), np.bool_)
    for at, bill in bills:
        unit = unit or DIMENSIONS[UNITS[bill.unit].dimension]
        if column.known[at] == 0.0:
            billed[at] = True
            column.amount[at] = convert(bill.value, bill.unit, unit)
            column.known[at] = 1.0
            column.provisional[at] = float(bill.status != "final" and bill.value != 0.0)
    return column, unit, billed


def _of_months(statements: Sequence[Statement], grid: _Grid) -> list[tuple[int, Statement]]:
    """The statements of single months, each with its row."""
    rows = [((s.year - 1970) * 12 + s.month - 1 - int(grid.month[0]), s) for s in statements if s.month is not None]
    return [(at, statement) for at, statement in rows if 0 <= at < len(grid.month)]


def _own_power(grid: _Grid, power: Column, billed: Bool) -> Column:
    """Power that was made and used here; a bill knows of none."""
    lane = grid.ledger.carriers.get(GRID)
    flows = {"production": np.zeros(len(grid.month)), "export": np.zeros(len(grid.month))}
    for part in lane.parts if lane is not None else ():
        if part.direction in flows:
            flows[part.direction] += _metered(part, grid).amount
    made, sent = (np.where(billed | (power.known == 0.0), 0.0, flow) for flow in flows.values())
    return replace(power, amount=electricity(power.amount - made + sent, made, sent).self_use_kwh)


def _coal(
    accounts: Accounts, name: str, unit: str, column: Column, grid: _Grid, made: Column
) -> tuple[Column, Float64]:
    """A carrier's part of the comprehensive energy [tce], and what one unit counts for [kgce per unit]."""
    kgce, own_kgce = np.full((2, len(grid.month)), np.nan)
    year = grid.month // 12 + 1970
    for one in np.unique(year[column.known > 0.0]).tolist():
        try:
            row, own = accounts.coal_factors(name, one, unit)
        except FactorMissing:
            continue
        kgce[year == one], own_kgce[year == one] = row.kg_per(unit), own.kg_per(unit)
    rates = {name: np.nan_to_num(kgce), SELF_USE: np.nan_to_num(own_kgce)}
    if name == GRID:
        power = electricity(column.amount - made.amount, made.amount)
        tce = coal_equivalent_tce({}, rates, power=power).total_tce
    else:
        tce = coal_equivalent_tce({name: column.amount}, rates).total_tce
    known = np.where(np.isnan(kgce), 0.0, column.known)
    return replace(column, amount=np.where(known > 0.0, tce, 0.0), known=known), kgce


def _value_added(accounts: Accounts, grid: _Grid) -> Column:
    real = real_months(accounts.registry, grid.ledger.plant, accounts.base_year)
    column = _nothing(grid)
    at = real.month - grid.month[0]
    told = (at >= 0) & (at < len(grid.month)) & np.isfinite(real.value)
    column.amount[at[told]] = real.value[told]
    column.known[at[told]] = 1.0
    column.provisional[at[told]] = ~real.firm[told] & (real.value[told] != 0.0)
    return column
