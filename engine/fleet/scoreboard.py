"""Where does every plant and every group of plants stand against every target of a programme?

The answers of `engine.targets.indicators.Indicators` for all scopes, periods and indicators at once, as arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Bool, Float64
from analytics.fleet import Known, carried, direct, energy, value_added
from analytics.fleetcarbon import carbon
from analytics.obstacles import PLANNED, hinder, obstacle
from analytics.pooling import Groups, pool
from analytics.standings import Compared, Measure, compare, equivalents, grouped, per, plain
from engine.fleet.carbon import Key
from engine.fleet.rows import WATER
from engine.fleet.scorecarbon import carbon_standings
from engine.fleet.table import FleetTable
from engine.fleet.times import FleetTimes
from engine.targets.states import method_of
from registry import Indicator as Target
from registry import Programme


@dataclass(frozen=True, eq=False)
class Board:
    """All standings of a programme.

    Attributes
    ----------
    when : FleetTimes
    scopes : tuple of str
        ``plant:ID`` in the order of the plants, then the groups.
    n_plants : int
    standings : dict of str to Compared, shape (n_scopes, n_periods)
        By indicator; a pollutant stands behind its group, ``water_pollutants:COD``.
    counted : dict of str to ndarray of bool, shape (n_scopes,)
        Whether the scope has this indicator: nobody must measure every pollutant.
    """

    when: FleetTimes
    scopes: tuple[str, ...]
    n_plants: int
    standings: dict[str, Compared]
    counted: dict[str, Bool]


@dataclass(frozen=True, eq=False)
class _Sums:
    """Figures of all scopes, shape (n_scopes, n_sides); of what counts directly with one more axis."""

    energy: Known
    value_added: Known
    direct: Known
    has: Bool
    keys: tuple[Key, ...]
    when: FleetTimes

    def side(self, figure: Known, *, base: bool, layer: int | None = None) -> Known:
        """Figures of the base or the current periods, shape (n_scopes, n_periods)."""
        at = self.when.base if base else self.when.current
        return _map(figure, lambda array: array[:, at] if layer is None else array[:, at, layer])


def board(
    programme: Programme,
    plants: FleetTable,
    sector_of: Mapping[str, str],
    groups: Mapping[str, list[str]],
    when: FleetTimes,
) -> Board:
    """The standings of all plants and groups.

    Parameters
    ----------
    programme : Programme
    plants : FleetTable
        With rows that were cut as `when` says.
    sector_of : mapping of str to str
        Sector of each plant.
    groups : mapping of str to list of str
        Scope and the ids of its plants.
    when : FleetTimes
    """
    arrays = plants.arrays()
    table, times = arrays.table, when.times
    place = {plant: at for at, plant in enumerate(plants.plants)}
    members = Groups.of([[place[plant] for plant in ids] for ids in groups.values()])
    carriers = carried(table, times)
    everybody = np.ones((len(place), len(times.days)), np.bool_)
    has = np.broadcast_to(table.direct.has[:, None, :], (*everybody.shape, len(arrays.direct)))
    of_energy, _ = _pooled(energy(carriers, table, times, arrays.rates), everybody, members)
    of_value, _ = _pooled(value_added(table, times), everybody, members)
    of_direct, measured = _pooled(direct(table, times), has, members)
    sums = _Sums(of_energy, of_value, of_direct, measured[:, 0, :], arrays.direct, when)
    standings: dict[str, Compared] = {}
    counted: dict[str, Bool] = {}
    for target in programme.indicators:
        if target.kind == "intensity":
            standings[target.id] = _intensity(programme, target, sums)
            counted[target.id] = np.ones(len(sums.has), np.bool_)
            continue
        if target.kind == "load":
            masses = _loads(programme, target, sums)
        else:
            tonnes = carbon(carriers, table, arrays.carbon, times)
            sectors = [sector_of[plant] for plant in place]
            masses = carbon_standings(programme, target, tonnes, sectors, members, when)
        for name, one, has_it in masses:
            standings[name], counted[name] = one, has_it
    states = _with_groups(arrays.states, members)
    standings = {name: _unforbidden(programme, name, one, states, sums) for name, one in standings.items()}
    scopes = (*(f"plant:{plant}" for plant in place), *groups)
    return Board(when, scopes, len(place), standings, counted)


def _unforbidden(programme: Programme, name: str, found: Compared, states: Float64, sums: _Sums) -> Compared:
    """A standing as far as plants, plans and factors allow a verdict."""
    target = next(target for target in programme.indicators if target.id == name.partition(":")[0])
    if target.kind == "carbon":
        return found
    intense = target.kind == "intensity"
    energy = intense and target.quantity == "energy"
    codes = obstacle(
        states,
        programme.min_coverage,
        per_value_added=intense,
        energy=energy,
        method_of=method_of(programme, target),
    )
    return hinder(found, codes, None if intense else sums.side(sums.value_added, base=False))


def _with_groups(states: Float64, groups: Groups) -> Float64:
    """States of plants, and behind them of their groups by the rules of `analytics.obstacles.together`."""
    if len(groups.start) == 0:
        return states
    members = states[groups.member]
    of_all = np.minimum.reduceat(members[..., :PLANNED], groups.start, axis=0)
    of_any = np.maximum.reduceat(members[..., PLANNED:], groups.start, axis=0)
    return np.concatenate([states, np.concatenate([of_all, of_any], axis=-1)])


def _pooled(figures: Known, counted: Bool, groups: Groups) -> tuple[Known, Bool]:
    """Plants, and their groups behind them."""
    more, more_counted = pool(figures, counted, groups)
    joined = Known(*(np.concatenate([getattr(figures, f.name), getattr(more, f.name)]) for f in fields(Known)))
    return joined, np.concatenate([counted, more_counted])


def _intensity(programme: Programme, target: Target, sums: _Sums) -> Compared:
    water = sums.keys.index(WATER)
    sides: list[Measure] = []
    for base in (True, False):
        bottom = sums.side(sums.value_added, base=base)
        if target.quantity == "water":
            sides.append(per(sums.side(sums.direct, base=base, layer=water), bottom))
        else:
            sides.append(per(sums.side(sums.energy, base=base), bottom))
    return _compare(programme, target, sums, sides)


def _compare(programme: Programme, target: Target, sums: _Sums, sides: list[Measure]) -> Compared:
    return compare(sides[0], sides[1], -target.reduction, sums.when.pace, programme.min_coverage)


def _loads(programme: Programme, target: Target, sums: _Sums) -> Iterator[tuple[str, Compared, Bool]]:
    """The group by its rule, and behind it each pollutant by its mass."""
    assert target.medium is not None
    layers = {p: sums.keys.index((target.medium, p)) for p in target.pollutants if (target.medium, p) in sums.keys}
    parts: dict[str, Compared] = {}
    for pollutant, layer in layers.items():
        sides = [plain(sums.side(sums.direct, base=base, layer=layer)) for base in (True, False)]
        parts[pollutant] = _compare(programme, target, sums, sides)
    has = sums.has[:, list(layers.values())]
    whole = _compare(programme, target, sums, [_together(target, sums, layers, has, base=b) for b in (True, False)])
    each = target.group == "every"
    yield target.id, grouped(whole, parts, has[:, None, :], each=each), np.ones(len(has), np.bool_)
    for place, (pollutant, compared) in enumerate(parts.items()):
        yield f"{target.id}:{pollutant}", compared, has[:, place].copy()


def _together(target: Target, sums: _Sums, layers: Mapping[str, int], has: Bool, *, base: bool) -> Measure:
    assert target.medium is not None
    at = sums.when.base if base else sums.when.current
    chosen = list(layers.values())
    loads = _map(sums.direct, lambda array: array[:, at][:, :, chosen])
    return plain(equivalents(loads, has[:, None, :], list(layers), target.medium))


def _map(figure: Known, pick: Callable[[NDArray[Any]], NDArray[Any]]) -> Known:
    return Known(pick(figure.value), pick(figure.coverage), pick(figure.provisional), pick(figure.note))
