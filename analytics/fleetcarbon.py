"""How much CO2 did thousands of plants cause in the periods that are compared, and did it not grow?

The rules of `engine.carbon` and `engine.targets.zerogrowth` for all plants at once: fuels and materials, power and heat
that were bought, each with the factor of its year; tonnes, and for each sector by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics import intensity
from analytics.bills import Times
from analytics.columns import Bool, Float64, Int64
from analytics.fleet import TOLD, VALUE, VALUE_DAYS, Carried, Known, Table, stated, total
from analytics.pooling import Groups, pool
from analytics.standings import Compared
from analytics.verdict import Bounds, Codes, Reason, bounds, hindrance
from analytics.zerogrowth import Growth, zero_growth_within

KG_PER_T = 1000.0

_STANDS = {
    Growth.PASSED: (3, Reason.NONE),
    Growth.FAILED: (1, Reason.NONE),
    Growth.NOT_COMPARABLE: (0, Reason.EDITIONS_MIXED),
    Growth.UNKNOWN: (0, Reason.NOT_COMPARABLE),
    Growth.NOT_DISTINGUISHABLE: (0, Reason.NOT_DISTINGUISHABLE),
}


@dataclass(frozen=True, eq=False)
class CarbonTable:
    """What is needed beside the carriers.

    Attributes
    ----------
    kg : ndarray of float64, shape (n_plants or 1, n_parts, n_carriers)
        CO2 per unit, NaN where the book has no factor. [kg per unit]
    counted : ndarray of bool, shape (n_plants, n_carriers)
        Carriers whose CO2 counts.
    bought : ndarray of bool, shape (n_carriers,)
        What was burned elsewhere: power and heat.
    inside : ndarray of int64, shape (n_carriers,)
        The layer with what was made here of a carrier, whose carbon is in what it was made from; -1 for none.
    materials : ndarray of float64, shape (n_plants, n_pieces, n_materials, 6)
        Stated tonnes, with the layers of `Table.money`.
    material_kg : ndarray of float64, shape (n_plants or 1, n_parts, n_materials)
        CO2 per tonne, below 0 where carbon stays in the product. [kg/t]
    has_material : ndarray of bool, shape (n_plants, n_materials)
    editions : ndarray of int64, shape (n_plants, n_sides)
        Editions of the factors used, one bit each; the plant's own and dateless ones have none.
    same : ndarray of bool, shape (n_plants, n_periods)
        Whether each carrier and material has the same factors at both ends.
    """

    kg: Float64
    counted: Bool
    bought: Bool
    inside: Int64
    materials: Float64
    material_kg: Float64
    has_material: Bool
    editions: Int64
    same: Bool


@dataclass(frozen=True, eq=False)
class Tonnes:
    """CO2 of many scopes. [tCO2]

    Attributes
    ----------
    figure : Known, shape (n_scopes, n_sides)
    within : Bounds, same shape
    counted : ndarray of bool, shape (n_scopes,)
        Whether the scope has any plant that counts.
    editions : ndarray of int64, shape (n_scopes, n_sides)
    same : ndarray of bool, shape (n_scopes, n_periods)
    """

    figure: Known
    within: Bounds
    counted: Bool
    editions: Int64
    same: Bool


def carbon(carriers_of: Carried, table: Table, more: CarbonTable, times: Times) -> Tonnes:
    """CO2 of each plant in each period."""
    carriers, counted = _carriers(carriers_of, table, more, times), more.counted[:, None, :]
    materials, has = _materials(more, times), more.has_material[:, None, :]
    process = total(materials, has)
    fuels = counted & ~more.bought
    some_process = np.broadcast_to(np.asarray(has.any(-1))[..., None], (*process.value.shape, 1))
    scope1 = total(
        _beside(carriers, _map_last(process)),
        np.concatenate([np.broadcast_to(fuels, carriers.value.shape), some_process], axis=-1),
    )
    scope2 = total(carriers, counted & more.bought)
    some = [fuels.any(-1) | has.any(-1), (counted & more.bought).any(-1)]
    scopes = np.stack([np.broadcast_to(of, scope1.value.shape) for of in some], axis=-1)
    low, high = np.zeros((2, *scope1.value.shape))
    for leaves, leaf_counted in ((carriers, counted), (materials, has)):
        within = bounds(leaves.value, leaves.coverage)
        low += np.where(leaf_counted, within.low, 0.0).sum(-1)
        high += np.where(leaf_counted, within.high, 0.0).sum(-1)
    figure = total(_beside(_map_last(scope1), _map_last(scope2)), scopes)
    everybody = np.ones(len(low), np.bool_)
    return Tonnes(figure, Bounds(low, high), everybody, more.editions, more.same)


def _carriers(found: Carried, table: Table, more: CarbonTable, times: Times) -> Known:
    """CO2 of each carrier, shape (n_plants, n_sides, n_carriers)."""
    outside = found.part.copy()
    for layer, inside in enumerate(more.inside.tolist()):
        if inside >= 0:
            outside[..., layer] -= found.part[..., inside]
    if table.grid >= 0:
        outside[..., table.grid] -= found.own_kwh
    return found.converted(outside * more.kg / KG_PER_T, np.isnan(more.kg), more.counted, times)


def _materials(more: CarbonTable, times: Times) -> Known:
    """CO2 of each material, shape (n_plants, n_sides, n_materials)."""
    n_plants, n_pieces, n_materials, n_layers = more.materials.shape
    flat = more.materials.reshape(n_plants, n_pieces, n_materials * n_layers)
    parts = np.matmul(times.weight, flat).reshape(n_plants, len(times.weight), n_materials, n_layers)
    sums = np.einsum("sp,npml->nsml", times.sides, parts)
    days = times.days.reshape(-1, 1)
    unknown = (sums[..., TOLD] == 0.0) & (sums[..., VALUE_DAYS] < days)
    told = stated(sums, unknown, np.full(unknown.shape, Reason.NO_MATERIAL_STATEMENT, np.int8), times)
    no_factor = np.matmul(times.sides, np.isnan(more.material_kg).astype(np.float64)) > 0.0
    missing = ~unknown & no_factor
    tonnes = parts[..., VALUE] * more.material_kg / KG_PER_T
    value = np.matmul(times.sides, np.where(np.isnan(tonnes), 0.0, tonnes))
    return Known(
        np.where(unknown | missing, np.nan, value),
        np.where(missing, 0.0, told.coverage),
        told.provisional,
        np.where(missing, np.int8(Reason.FACTOR_MISSING), told.note),
    )


def pooled(plants: Tonnes, counted: Bool, groups: Groups) -> Tonnes:
    """The tonnes of groups, of those of their plants that count."""
    figure, members = pool(plants.figure, counted[:, None], groups, alone_as_is=False)
    if len(groups.start) == 0:
        empty = figure.value
        return Tonnes(figure, Bounds(empty, empty), members[:, 0], plants.editions[:0], plants.same[:0])
    rows, taken = groups.member, counted[groups.member, None]
    low, high = (
        np.asarray(np.add.reduceat(np.where(taken, ends[rows], 0.0), groups.start, axis=0), np.float64)
        for ends in (plants.within.low, plants.within.high)
    )
    editions = np.bitwise_or.reduceat(np.where(taken, plants.editions[rows], 0), groups.start, axis=0)
    same = np.logical_and.reduceat(np.where(taken, plants.same[rows], True), groups.start, axis=0)
    return Tonnes(figure, Bounds(low, high), members[:, 0], editions, np.asarray(same, np.bool_))


def judged(
    found: Tonnes, base: Int64, current: Int64, uncertainty: float, reduction: float, min_coverage: float
) -> Compared:
    """Whether the tonnes did not grow, shape (n_scopes, n_periods); `base` and `current` are sides."""
    before, now = _at(found.figure, base), _at(found.figure, current)
    hindered = hindrance(before.value, now.value, before.coverage, now.coverage, min_coverage)
    for figure, why in ((before, Reason.NO_BASE_YEAR), (now, Reason.NO_VALUE)):
        hindered = np.where((hindered == why) & (figure.note != 0), figure.note, hindered)
    used = found.editions[:, base] | found.editions[:, current]
    mixed = ((used & (used - 1)) != 0) | ~found.same
    both = np.isfinite(before.value) & np.isfinite(now.value)
    hindered = np.where(both & mixed, np.int8(Reason.EDITIONS_MIXED), hindered)
    low, high = found.within.low, found.within.high
    growth = zero_growth_within(low[:, base], high[:, base], low[:, current], high[:, current], uncertainty, reduction)
    status, reason = np.zeros((2, *growth.shape), np.int8)
    for stands, (code, why) in _STANDS.items():
        status = np.where(growth == stands, np.int8(code), status)
        reason = np.where(growth == stands, np.int8(why), reason)
    return Compared(
        before.value,
        now.value,
        intensity.change(now.value, before.value),
        np.full(growth.shape, np.nan),
        np.where(hindered != 0, np.int8(0), status),
        np.where(hindered != 0, hindered, reason),
        now.coverage,
        now.provisional,
    )


def growth_of(judgement: Compared) -> Codes:
    """`Growth` of a judgement; what hindered it counts as not known."""
    growth = np.full(judgement.status.shape, Growth.UNKNOWN, np.int8)
    for stands, (code, why) in _STANDS.items():
        growth = np.where((judgement.status == code) & (judgement.reason == why), np.int8(stands), growth)
    return growth


def _at(figure: Known, sides: Int64) -> Known:
    return Known(figure.value[:, sides], figure.coverage[:, sides], figure.provisional[:, sides], figure.note[:, sides])


def _map_last(figure: Known) -> Known:
    """One more axis, of length one, at the end."""
    return Known(
        figure.value[..., None], figure.coverage[..., None], figure.provisional[..., None], figure.note[..., None]
    )


def _beside(one: Known, other: Known) -> Known:
    """Two sets of parts as one, along the last axis."""
    return Known(
        np.concatenate([one.value, other.value], axis=-1),
        np.concatenate([one.coverage, other.coverage], axis=-1),
        np.concatenate([one.provisional, other.provisional], axis=-1),
        np.concatenate([one.note, other.note], axis=-1),
    )
