"""Where do all plants, and each sector of all groups, stand against "no growth of CO2"?

The answers of `engine.targets.zerogrowth.growth` for all scopes and periods at once: each sector by itself, and a group
where its worst sector stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Bool
from analytics.fleet import Known, total
from analytics.fleetcarbon import Tonnes, growth_of, judged, pooled
from analytics.pooling import Groups
from analytics.standings import Compared
from analytics.verdict import Bounds
from engine.fleet.times import FleetTimes
from registry import Indicator as Target
from registry import Programme

_LAST = np.int8(127)
"""Behind every `Growth`: of a sector that a scope does not have."""
_LEAST = np.finfo(np.float64).min
"""Below every change: of a sector whose change is not known."""


def carbon_standings(
    programme: Programme,
    target: Target,
    plants: Tonnes,
    sectors: Sequence[str],
    groups: Groups,
    when: FleetTimes,
) -> Iterator[tuple[str, Compared, Bool]]:
    """Name, standing and who has it, for the target and behind it each sector that some plant belongs to.

    Parameters
    ----------
    programme : Programme
    target : Target
        Of the kind ``carbon``.
    plants : Tonnes
    sectors : sequence of str
        Of each plant.
    groups : Groups
    when : FleetTimes
    """
    n = len(sectors)
    concerned = np.array([any(one.startswith(sector) for sector in target.sectors) for one in sectors], np.bool_)
    members = {
        sector: np.array([one.startswith(sector) for one in sectors], np.bool_)
        for sector in target.sectors
        if any(one.startswith(sector) for one in sectors)
    }
    of_plants = _judged(programme, target, plants, when)
    if not members or len(groups.start) == 0:
        yield target.id, _under(of_plants, len(groups.start)), _beside(concerned, np.zeros(len(groups.start), np.bool_))
        return
    sums = {sector: pooled(plants, inside, groups) for sector, inside in members.items()}
    parts = {sector: _judged(programme, target, tonnes, when) for sector, tonnes in sums.items()}
    counted = np.stack([tonnes.counted for tonnes in sums.values()], axis=-1)
    whole = _judged(programme, target, _together(list(sums.values()), counted), when)
    whole = _worst(whole, list(parts.values()), counted)
    yield target.id, _joined(of_plants, whole), _beside(concerned, np.asarray(counted.any(-1), np.bool_))
    nobody = np.zeros(n, np.bool_)
    for (sector, part), tonnes in zip(parts.items(), sums.values(), strict=True):
        yield f"{target.id}:{sector}", _joined(_nothing(of_plants), part), _beside(nobody, tonnes.counted)


def _judged(programme: Programme, target: Target, tonnes: Tonnes, when: FleetTimes) -> Compared:
    return judged(tonnes, when.base, when.current, target.uncertainty, target.reduction, programme.min_coverage)


def _together(sums: list[Tonnes], counted: Bool) -> Tonnes:
    """The tonnes of all sectors of each group."""
    parts = Known(*(np.stack([getattr(of.figure, f.name) for of in sums], axis=-1) for f in fields(Known)))
    low, high = (
        np.sum([np.where(of.counted[:, None], getattr(of.within, end), 0.0) for of in sums], axis=0)
        for end in ("low", "high")
    )
    first = sums[0]
    return replace(first, figure=total(parts, counted[:, None, :]), within=Bounds(low, high))


def _worst(whole: Compared, parts: list[Compared], counted: Bool) -> Compared:
    """Change, status and reason of the worst sector: of several that stand alike the one that grew most."""
    growth = np.where(counted[:, None, :], np.stack([growth_of(part) for part in parts], axis=-1), _LAST)
    change = np.stack([part.change for part in parts], axis=-1)
    as_bad = growth == growth.min(axis=-1, keepdims=True)
    at = np.where(as_bad, np.where(np.isnan(change), _LEAST, change), -np.inf).argmax(-1)[..., None]
    changed, status, reason = (
        np.take_along_axis(np.stack([getattr(part, name) for part in parts], axis=-1), at, -1)[..., 0]
        for name in ("change", "status", "reason")
    )
    return replace(whole, change=changed, status=status, reason=reason)


def _joined(plants: Compared, groups: Compared) -> Compared:
    return Compared(*(np.concatenate([getattr(plants, f.name), getattr(groups, f.name)]) for f in fields(Compared)))


def _nothing(like: Compared) -> Compared:
    """Of scopes that do not have it."""
    nan, none = np.full(like.change.shape, np.nan), np.zeros(like.status.shape, np.int8)
    return Compared(nan, nan, nan, nan, none, none, nan, nan)


def _under(plants: Compared, n_groups: int) -> Compared:
    """The plants, and groups without any plant that is concerned."""
    rows = replace(plants, **{f.name: getattr(plants, f.name)[:1].repeat(n_groups, axis=0) for f in fields(Compared)})
    return _joined(plants, _nothing(rows))


def _beside(plants: Bool, groups: Bool) -> NDArray[np.bool_]:
    return np.concatenate([plants, groups])
