"""Which standings of a scoreboard have no verdict, because of plants, plans or factors?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analytics.columns import Float64
from analytics.fleet import Known
from analytics.obstacles import PLANNED, hinder, obstacle
from analytics.pooling import Groups
from analytics.standings import Compared
from registry import Programme


def hindered(
    programme: Programme, plants: Float64, groups: Groups, standings: Mapping[str, Compared], value_added: Known
) -> dict[str, Compared]:
    """The standings of all plants and groups as `engine.states` leaves them.

    Parameters
    ----------
    programme : Programme
    plants : ndarray, shape (n_plants, n_periods, STATES)
        `engine.states.plant_states` of each.
    groups : Groups
    standings : mapping of str to Compared, shape (n_plants + n_groups, n_periods)
        By indicator.
    value_added : Known, shape (n_plants + n_groups, n_periods)
        Of the current periods.
    """
    states = _with_groups(plants, groups)
    targets = {target.id: target for target in programme.indicators}
    found = {}
    for name, compared in standings.items():
        target = targets[name.partition(":")[0]]
        intense = target.kind == "intensity"
        energy = intense and target.quantity == "energy"
        codes = obstacle(states, programme.min_coverage, per_value_added=intense, energy=energy)
        found[name] = hinder(compared, codes, None if intense else value_added)
    return found


def _with_groups(plants: Float64, groups: Groups) -> Float64:
    """Plants, and behind them their groups by the rules of `analytics.obstacles.together`."""
    if not len(groups.start):
        return plants
    members = plants[groups.member]
    of_all = np.minimum.reduceat(members[..., :PLANNED], groups.start, axis=0)
    of_any = np.maximum.reduceat(members[..., PLANNED:], groups.start, axis=0)
    return np.concatenate([plants, np.concatenate([of_all, of_any], axis=-1)])
