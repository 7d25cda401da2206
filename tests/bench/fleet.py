"""How long do all indicators of thousands of plants take, on one core?

6 000 plants, 60 months, 12 carriers, 7 pollutants, water, value added, CO2: every indicator of the programme for every
plant, city, sector and the programme, over the three periods; the arrays lie in memory, as in a running product. What a
copy of the same arrays takes stands beside it: nothing that reads them all can be faster by much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from engine.fleet.fleet import groups_of
from engine.fleet.scoreboard import Board, board
from engine.fleet.table import Arrays, FleetTable
from engine.fleet.times import FleetTimes, fleet_times
from tests.bench import manyplants
from tests.bench.manyplants import TODAY
from tests.bench.report import Result, at_most, note
from tests.bench.settlement import timed
from tests.engine.make import ZONE

N_PLANTS = 6_000
BOUND_S = 1.0
ROUNDS = 5


def filled(n_plants: int) -> tuple[FleetTable, FleetTimes]:
    """A table with so many plants."""
    when = fleet_times(manyplants.programme(), TODAY, ZONE)
    rng = np.random.default_rng(11)
    table = FleetTable()
    table.put(manyplants.row(plant.id, when, rng) for plant in manyplants.plants(n_plants))
    return table, when


def measure() -> Iterator[Result]:
    table, when = filled(N_PLANTS)
    programme, plants = manyplants.programme(), manyplants.plants(N_PLANTS)
    sectors, groups = {plant.id: plant.sector for plant in plants}, groups_of(programme, plants)
    stack_s, arrays = timed(table.arrays)
    note(f"{N_PLANTS} plants x {manyplants.n_months(when)} months x {len(manyplants.CARRIERS)} carriers")
    best_s = np.inf
    for _ in range(ROUNDS):
        took_s, found = timed(partial(board, programme, table, sectors, groups, when))
        best_s = min(best_s, took_s)
    copies = [timed(partial(_copied, arrays))[0] for _ in range(ROUNDS)]
    numbers = sum(one.size for one in _columns(arrays))
    rows = (manyplants.row(plant.id, when, np.random.default_rng(12)) for plant in plants[:10])
    changed_s, _ = timed(partial(_changed, table, list(rows), partial(board, programme, table, sectors, groups, when)))
    yield at_most(f"fleet: all indicators of {N_PLANTS} plants", best_s, "s", BOUND_S)
    yield at_most("fleet: the same after ten plants changed", changed_s, "s", BOUND_S)
    yield Result("fleet: monthly values read", numbers / best_s / 1e6, "M/s")
    yield Result("fleet: share of the bandwidth of a copy of the arrays", min(copies) / best_s, "")
    yield Result("fleet: rows of all plants to arrays, once", stack_s, "s")
    yield Result("fleet: standings reckoned", _standings(found), "")


def _columns(arrays: Arrays) -> list[np.ndarray]:
    """The arrays that every recomputation reads whole."""
    table = arrays.table
    layers = [table.carriers.amount, table.carriers.known, table.direct.amount, table.direct.known]
    return [*layers, table.power, table.money, arrays.carbon.materials]


def _copied(arrays: Arrays) -> list[np.ndarray]:
    return [one.copy() for one in _columns(arrays)]


def _changed(table: FleetTable, rows: list, again: partial) -> Board:
    table.put(replace(row) for row in rows)
    return again()


def _standings(found: Board) -> int:
    return sum(compared.status.size for compared in found.standings.values())
