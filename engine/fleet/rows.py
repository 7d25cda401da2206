"""What must be known of one plant, so that it can be one row among thousands?

Its lanes between the cuts of the compared periods, the bills in place of meters that knew nothing, and what one unit of
each carrier counts for: all that `analytics.fleet` needs to give the numbers of `engine.accounts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.bills import MADE, SENT
from analytics.calendar import month_first_day, month_of
from analytics.columns import Float64
from analytics.energy import GRID
from analytics.fleet import OPEN, SIZE, TOLD, UNPRICED, VALUE, VALUE_DAYS
from analytics.units import DIMENSIONS, UNITS, convert
from engine.accounts import NOT_ENERGY, Accounts
from engine.cuts import Cuts
from engine.fleet.carbon import OWN, CarbonRow, Key, carbon_row
from engine.fleet.times import FleetTimes
from engine.ledger import Lane
from engine.targets.states import plant_states
from engine.value_added import real_months, stated_months
from registry import FactorMissing, Statement

WATER: Key = ("water", "")
"""The key of fresh water; that of a carrier is its name and unit, that of a load its medium and pollutant."""

N_MONEY = 6


@dataclass(frozen=True, eq=False)
class BillRow:
    """One bill of one plant; the fields as in `analytics.bills.Bills`."""

    key: Key
    first_day: int
    last_day: int
    amount: float
    instead: float
    made: float
    sent: float
    provisional: bool
    year: tuple[int, int]


@dataclass(frozen=True, eq=False)
class PlantRow:
    """One plant between the cuts.

    Attributes
    ----------
    plant : str
    n_parts : int
        Parts of time, `FleetTimes.year`.
    carriers, direct : dict of Key to ndarray of float64, shape (2, n_pieces)
        Amounts, and the days that are known.
    power : ndarray of float64, shape (n_pieces, 2)
    money : ndarray of float64, shape (n_pieces, 6)
        As in `analytics.fleet.Table`.
    bills : tuple of BillRow
    carbon : CarbonRow
    kgce, own_kgce : dict of Key to ndarray of float64, shape (n_parts,)
        Standard coal per unit of each carrier, NaN where there is no factor; and of it where made and used here.
    """

    plant: str
    n_parts: int
    carriers: dict[Key, Float64]
    direct: dict[Key, Float64]
    power: Float64
    money: Float64
    bills: tuple[BillRow, ...]
    kgce: dict[Key, Float64]
    own_kgce: dict[Key, Float64]
    carbon: CarbonRow
    states: Float64


def plant_row(accounts: Accounts, when: FleetTimes) -> PlantRow:
    """A plant's row from its books."""
    ledger, cuts = accounts.ledger, Cuts(accounts.ledger.first_day, when.edge)
    grid = ledger.carriers.get(GRID)
    names = {name: _key(accounts, name) for name in sorted(accounts.energy_carriers())}
    carriers = {key: _lane(ledger.carriers.get(name), cuts) for name, key in names.items()}
    direct = {WATER: _lane(ledger.carriers.get("water"), cuts)}
    direct |= {key: _lane(lane, cuts) for key, lane in ledger.loads.items()}
    carriers |= {
        (f"{OWN}{name}", key[1]): _own(made, cuts)
        for name, key in names.items()
        if name != GRID and (made := _made(ledger.carriers.get(name)))
    }
    bills = [bill for name, key in names.items() for bill in _bills(accounts, name, key, cuts)]
    rates = {key: _rates(accounts, name, key[1], when) for name, key in names.items()}
    return PlantRow(
        plant=ledger.plant,
        n_parts=len(when.year),
        carriers=carriers,
        direct=direct,
        power=_power(grid.parts if grid is not None else (), cuts),
        money=_money(accounts, when, cuts),
        bills=(*bills, *_bills(accounts, "water", WATER, cuts)),
        kgce={key: kgce for key, (kgce, _) in rates.items()},
        own_kgce={key: own for key, (_, own) in rates.items()},
        carbon=carbon_row(accounts, names, when, cuts),
        states=plant_states(accounts, when.pairs),
    )


def _key(accounts: Accounts, name: str) -> Key:
    """A carrier with the unit it is counted in: that of its meters, or of its first bill."""
    lane = accounts.ledger.carriers.get(name)
    if lane is not None:
        return name, lane.unit
    stated = accounts.registry.statements(accounts.ledger.plant, f"energy:{name}")
    return name, DIMENSIONS[UNITS[stated[0].unit].dimension]


def _lane(lane: Lane | None, cuts: Cuts) -> Float64:
    return np.zeros((2, len(cuts))) if lane is None else cuts.sums(lane.amount, lane.known)


def _made(lane: Lane | None) -> list[Lane]:
    return [part for part in lane.parts if part.direction == "production"] if lane is not None else []


def _own(made: Sequence[Lane], cuts: Cuts) -> Float64:
    """What was made here of a carrier, and where any of its meters knew."""
    return np.array([cuts.sums(*(getattr(part, name) for part in made)).sum(axis=0) for name in ("amount", "known")])


def _power(meters: Sequence[Lane], cuts: Cuts) -> Float64:
    flows = np.zeros((len(cuts), 2))
    for layer, direction in ((MADE, "production"), (SENT, "export")):
        lanes = [part.amount for part in meters if part.direction == direction]
        if lanes:
            flows[:, layer] = cuts.sums(*lanes).sum(axis=0)
    return flows


def _bills(accounts: Accounts, name: str, key: Key, cuts: Cuts) -> list[BillRow]:
    """The statements in whose days the meters knew nothing."""
    lane = accounts.ledger.carriers.get(name)
    item = name if name in NOT_ENERGY else f"energy:{name}"
    stated = accounts.registry.statements(accounts.ledger.plant, item)
    count = [s for s in stated if lane is None or cuts.over(lane.known, *s.days()) == 0.0]
    years = {s.year: s.days() for s in count if s.month is None}
    unit = key[1] or "m3"
    found = [_bill(s, key, unit, lane, cuts, years) for s in count]
    made = _made(lane) if name != GRID else []
    if not made:
        return found
    return found + [
        replace(bill, key=(f"{OWN}{name}", key[1]), amount=0.0, instead=_between(made, cuts, bill)) for bill in found
    ]


def _between(lanes: Sequence[Lane], cuts: Cuts, bill: BillRow) -> float:
    return sum(cuts.over(lane.amount, bill.first_day, bill.last_day) for lane in lanes)


def _bill(
    said: Statement, key: Key, unit: str, lane: Lane | None, cuts: Cuts, years: dict[int, tuple[int, int]]
) -> BillRow:
    first, last = said.days()
    power = {"production": 0.0, "export": 0.0}
    for part in lane.parts if lane is not None else ():
        if part.direction in power and key[0] == GRID:
            power[part.direction] += cuts.over(part.amount, first, last)
    return BillRow(
        key=key,
        first_day=first,
        last_day=last,
        amount=convert(said.value, said.unit, unit),
        instead=0.0 if lane is None else cuts.over(lane.amount, first, last),
        made=power["production"],
        sent=power["export"],
        provisional=said.status != "final",
        year=years.get(said.year, (-1, -1)) if said.month is not None else (-1, -1),
    )


def _rates(accounts: Accounts, name: str, unit: str, when: FleetTimes) -> tuple[Float64, Float64]:
    """What one unit counts for in each part of time, and where it is made and used here."""
    kgce, own_kgce = np.full((2, len(when.year)), np.nan)
    for year in sorted(set(when.year.tolist())):
        try:
            row, own = accounts.coal_factors(name, year, unit)
        except FactorMissing:
            continue
        kgce[when.year == year], own_kgce[when.year == year] = row.kg_per(unit), own.kg_per(unit)
    return kgce, own_kgce


def _money(accounts: Accounts, when: FleetTimes, cuts: Cuts) -> Float64:
    """Value added of the pieces: each month's by the calendar days that lie in them."""
    plant = accounts.ledger.plant
    real = real_months(accounts.registry, plant, accounts.base_year)
    said = np.array(list(stated_months(accounts.registry.statements(plant, "value_added"))), np.int32)
    money = np.zeros((len(cuts), N_MONEY))
    if len(real.month) == 0:
        return money
    month = month_of(when.edge[:-1])
    at = np.minimum(np.searchsorted(real.month, month), len(real.month) - 1)
    found, days = real.month[at] == month, cuts.days.astype(np.float64)
    value = real.value[at] * days / (month_first_day(month + 1) - month_first_day(month))
    known, told = found & np.isfinite(value), np.isin(month, said)
    money[known, VALUE] = value[known]
    money[:, SIZE] = np.abs(money[:, VALUE])
    money[:, VALUE_DAYS] = np.where(known, days, 0.0)
    money[:, OPEN] = np.where(known & ~real.firm[at], money[:, SIZE], 0.0)
    money[:, TOLD] = np.where(told, days, 0.0)
    money[:, UNPRICED] = np.where(told & ~known, days, 0.0)
    return money
