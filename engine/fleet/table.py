"""How do the rows of single plants become the arrays of all of them?

In place where only numbers changed, so that one plant's news do not cost a copy of all the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from analytics.bills import Bills
from analytics.columns import Float64
from analytics.energy import GRID
from analytics.fleet import Layers, Rates, Table
from analytics.fleetcarbon import CarbonTable
from engine.fleet.carbon import OWN, Key, carbon_table
from engine.fleet.rows import N_MONEY, WATER, BillRow, PlantRow


@dataclass(frozen=True, eq=False)
class Arrays:
    """Amounts, what they count for as coal and as CO2, states (`analytics.obstacles`), and keys of `Table.direct`."""

    table: Table
    rates: Rates
    carbon: CarbonTable
    states: Float64
    direct: tuple[Key, ...]


class FleetTable:
    """The plants of one programme as arrays; not safe across threads by itself."""

    def __init__(self) -> None:
        self._rows: dict[str, PlantRow] = {}
        self._place: dict[str, int] = {}
        self._carriers: tuple[Key, ...] = ()
        self._direct: tuple[Key, ...] = ()
        self._changed: set[str] = set()
        self._table: Table | None = None
        self._rates: Rates | None = None
        self._carbon: CarbonTable | None = None

    @property
    def plants(self) -> tuple[str, ...]:
        """Ids in the order of the rows."""
        return tuple(self._rows)

    def put(self, rows: Iterable[PlantRow]) -> None:
        """Add plants, or replace what was known of them."""
        for row in rows:
            self._rows[row.plant] = row
            self._changed.add(row.plant)

    def keep(self, plants: Iterable[str]) -> None:
        """Forget all other plants."""
        wanted = set(plants)
        if wanted != set(self._rows):
            self._rows = {plant: row for plant, row in self._rows.items() if plant in wanted}
            self._table = None

    def arrays(self) -> Arrays:
        """All of all plants.

        Raises
        ------
        ValueError
            If there is no plant.
        """
        if not self._rows:
            raise ValueError("a fleet without plants has no arrays; wanted at least one plant")
        carriers = tuple(sorted({key for row in self._rows.values() for key in row.carriers}))
        direct = tuple(sorted({key for row in self._rows.values() for key in row.direct} | {WATER}))
        same = (carriers, direct, tuple(self._place)) == (self._carriers, self._direct, tuple(self._rows))
        if self._table is None or self._rates is None or not same:
            self._carriers, self._direct = carriers, direct
            self._place = {plant: place for place, plant in enumerate(self._rows)}
            self._changed = set(self._rows)
            self._empty()
        assert self._table is not None and self._rates is not None
        for plant in self._changed & self._rows.keys():
            self._fill(self._table, self._rates, self._place[plant], self._rows[plant])
        if self._changed or self._carbon is None:
            self._table = self._with_bills(self._table)
            rows = [row.carbon for row in self._rows.values()]
            self._carbon = carbon_table(rows, self._carriers, self._table.power.shape[1], self._rates.kgce.shape[1])
        self._changed = set()
        states = np.stack([row.states for row in self._rows.values()])
        return Arrays(self._table, self._rates, self._carbon, states, self._direct)

    def _empty(self) -> None:
        """Arrays of the right shape for the plants and keys there are."""
        any_row = next(iter(self._rows.values()))
        n, n_pieces, n_parts = len(self._rows), len(any_row.power), any_row.n_parts
        carriers, direct = (_layers(n, n_pieces, len(keys)) for keys in (self._carriers, self._direct))
        names = [name for name, _ in self._carriers]
        self._table = Table(
            carriers=carriers,
            direct=direct,
            power=np.zeros((n, n_pieces, 2)),
            money=np.zeros((n, n_pieces, N_MONEY)),
            carrier_bills=_bills((), {}),
            direct_bills=_bills((), {}),
            grid=names.index(GRID) if GRID in names else -1,
        )
        self._rates = Rates(np.full((n, n_parts, len(self._carriers)), np.nan), np.zeros((n, n_parts)))

    def _fill(self, table: Table, rates: Rates, at: int, row: PlantRow) -> None:
        for layers, keys, found in (
            (table.carriers, self._carriers, row.carriers),
            (table.direct, self._direct, row.direct),
        ):
            layers.has[at] = [key in found and not key[0].startswith(OWN) for key in keys]
            layers.amount[at], layers.known[at] = 0.0, 0.0
            for place, key in enumerate(keys):
                if key in found:
                    layers.amount[at, :, place], layers.known[at, :, place] = found[key]
        table.power[at], table.money[at] = row.power, row.money
        rates.kgce[at], rates.own_kgce[at] = np.nan, 0.0
        for place, key in enumerate(self._carriers):
            if key in row.kgce:
                rates.kgce[at, :, place] = row.kgce[key]
            if key in row.own_kgce and key[0] == GRID:
                rates.own_kgce[at] = row.own_kgce[key]

    def _with_bills(self, table: Table) -> Table:
        bills = [(self._place[row.plant], bill) for row in self._rows.values() for bill in row.bills]
        places = [{key: place for place, key in enumerate(keys)} for keys in (self._carriers, self._direct)]
        of_carriers, of_direct = ([(at, bill) for at, bill in bills if bill.key in known] for known in places)
        return Table(
            table.carriers,
            table.direct,
            table.power,
            table.money,
            _bills(of_carriers, places[0]),
            _bills(of_direct, places[1]),
            table.grid,
        )


def _layers(n_plants: int, n_pieces: int, n_keys: int) -> Layers:
    amount, known = np.zeros((2, n_plants, n_pieces, n_keys))
    return Layers(amount, known, np.zeros((n_plants, n_keys), np.bool_))


def _bills(rows: Iterable[tuple[int, BillRow]], places: Mapping[Key, int]) -> Bills:
    found = list(rows)

    def floats(name: str) -> Float64:
        return np.array([getattr(bill, name) for _, bill in found], np.float64)

    def ints(values: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(list(values), np.int64)

    return Bills(
        plant=ints(at for at, _ in found),
        quantity=ints(places[bill.key] for _, bill in found),
        first_day=ints(bill.first_day for _, bill in found),
        last_day=ints(bill.last_day for _, bill in found),
        amount=floats("amount"),
        instead=floats("instead"),
        made=floats("made"),
        sent=floats("sent"),
        provisional=np.array([bill.provisional for _, bill in found], np.bool_),
        year_first=ints(bill.year[0] for _, bill in found),
        year_last=ints(bill.year[1] for _, bill in found),
    )
