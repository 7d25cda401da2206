"""Where does every plant and every group of plants stand against every target of a programme?

The answers of `engine.indicators.Indicators` for all scopes, periods and indicators at once, as arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Bool
from analytics.fleet import Known, direct, energy, value_added
from analytics.pooling import Groups, pool
from analytics.standings import Compared, Measure, compare, equivalents, grouped, per, plain
from engine.fleetrows import WATER, Key
from engine.fleettable import FleetTable
from engine.fleettimes import FleetTimes
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


def board(programme: Programme, plants: FleetTable, groups: Mapping[str, list[str]], when: FleetTimes) -> Board:
    """The standings of all plants and groups.

    Parameters
    ----------
    programme : Programme
    plants : FleetTable
        With rows that were cut as `when` says.
    groups : mapping of str to list of str
        Scope and the ids of its plants.
    when : FleetTimes
    """
    table, rates, keys = plants.arrays()
    place = {plant: at for at, plant in enumerate(plants.plants)}
    members = Groups.of([[place[plant] for plant in ids] for ids in groups.values()])
    has = np.broadcast_to(table.direct.has[:, None, :], (len(place), len(when.times.days), len(keys)))
    everybody = np.ones((len(place), len(when.times.days)), np.bool_)
    of_energy, _ = _pooled(energy(table, when.times, rates), everybody, members)
    of_value, _ = _pooled(value_added(table, when.times), everybody, members)
    of_direct, measured = _pooled(direct(table, when.times), has, members)
    sums = _Sums(of_energy, of_value, of_direct, measured[:, 0, :], keys, when)
    standings: dict[str, Compared] = {}
    counted: dict[str, Bool] = {}
    for target in programme.indicators:
        if target.kind == "intensity":
            standings[target.id] = _intensity(programme, target, sums)
            counted[target.id] = np.ones(len(sums.has), np.bool_)
        elif target.kind == "load":
            _loads(programme, target, sums, standings, counted)
    scopes = (*(f"plant:{plant}" for plant in place), *groups)
    return Board(when, scopes, len(place), standings, counted)


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


def _loads(
    programme: Programme, target: Target, sums: _Sums, standings: dict[str, Compared], counted: dict[str, Bool]
) -> None:
    """Each pollutant by its mass, and the group by its rule."""
    assert target.medium is not None
    layers = {p: sums.keys.index((target.medium, p)) for p in target.pollutants if (target.medium, p) in sums.keys}
    parts: dict[str, Compared] = {}
    for pollutant, layer in layers.items():
        sides = [plain(sums.side(sums.direct, base=base, layer=layer)) for base in (True, False)]
        parts[pollutant] = _compare(programme, target, sums, sides)
    has = sums.has[:, list(layers.values())]
    whole = _compare(programme, target, sums, [_together(target, sums, layers, has, base=b) for b in (True, False)])
    standings[target.id] = grouped(whole, parts, has[:, None, :], each=target.group == "every")
    counted[target.id] = np.ones(len(has), np.bool_)
    for place, (pollutant, compared) in enumerate(parts.items()):
        standings[f"{target.id}:{pollutant}"] = compared
        counted[f"{target.id}:{pollutant}"] = has[:, place].copy()


def _together(target: Target, sums: _Sums, layers: Mapping[str, int], has: Bool, *, base: bool) -> Measure:
    assert target.medium is not None
    at = sums.when.base if base else sums.when.current
    chosen = list(layers.values())
    loads = _map(sums.direct, lambda array: array[:, at][:, :, chosen])
    return plain(equivalents(loads, has[:, None, :], list(layers), target.medium))


def _map(figure: Known, pick: Callable[[NDArray[Any]], NDArray[Any]]) -> Known:
    return Known(pick(figure.value), pick(figure.coverage), pick(figure.provisional), pick(figure.note))
