"""What must be known of one plant's CO2, so that it can be one row among thousands?

The factors of its carriers and materials by year, what it stated of materials, and with which factors each end of a
comparison was counted (`engine.targets.zerogrowth`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.calendar import month_first_day, month_of
from analytics.columns import Bool, Float64
from analytics.fleet import OPEN, SIZE, TOLD, VALUE, VALUE_DAYS
from analytics.fleetcarbon import CarbonTable
from engine.accounts import Accounts
from engine.carbon import BOUGHT_ENERGY, carbon_carriers
from engine.cuts import Cuts
from engine.fleet.times import FleetTimes
from engine.life import idle_months, life_of
from engine.materials import materials_of
from engine.value_added import share_of_month, stated_months
from registry import MATERIALS, FactorMissing, FactorRow
from registry.factorrow import ANY_EDITION, PLANT_EDITION

OWN = "own:"
"""Before the name of a carrier: what of it was made here."""

N_LAYERS = 6
MOST_EDITIONS = 62
"""As many bits as a whole number has to spare."""

Key = tuple[str, str]


@dataclass(frozen=True, eq=False)
class CarbonRow:
    """One plant's factors and materials.

    Attributes
    ----------
    kg : dict of Key to ndarray of float64, shape (n_parts,)
        CO2 per unit of each carrier that counts, NaN without a factor. [kg per unit]
    materials : dict of str to ndarray of float64, shape (n_pieces, 6)
        As in `analytics.fleetcarbon.CarbonTable`.
    material_kg : dict of str to ndarray of float64, shape (n_parts,)
    editions : tuple of frozenset of str, n_sides of them
        Editions of the factors used, without the plant's own and dateless ones.
    same : tuple of bool, n_periods of them
        Whether each carrier and material has the same factors at both ends.
    """

    kg: dict[Key, Float64]
    materials: dict[str, Float64]
    material_kg: dict[str, Float64]
    editions: tuple[frozenset[str], ...]
    same: tuple[bool, ...]


def carbon_row(accounts: Accounts, keys: Mapping[str, Key], when: FleetTimes, cuts: Cuts) -> CarbonRow:
    """The factors and materials of a plant whose carriers have these keys."""
    carriers = sorted(carbon_carriers(accounts))
    materials = materials_of(accounts.registry, accounts.ledger.plant)
    years = sorted(set(when.year.tolist()))
    units = {name: keys[name][1] for name in carriers} | dict.fromkeys(materials, "t")
    rows = {(name, year): _row(accounts, name, year, unit) for name, unit in units.items() for year in years}

    def kg(name: str, sign: float = 1.0) -> Float64:
        found = [rows[name, year] for year in when.year.tolist()]
        return np.array([np.nan if row is None else sign * row.kg_per(units[name]) for row in found])

    used = [_used(rows, list(units), when, side) for side in range(len(when.times.sides))]
    return CarbonRow(
        kg={keys[name]: kg(name) for name in carriers},
        materials={name: _stated(accounts, name, when, cuts) for name in materials},
        material_kg={name: kg(name, -1.0 if MATERIALS[name].kept else 1.0) for name in materials},
        editions=tuple(frozenset(edition for rows in side.values() for edition, _ in rows) for side in used),
        same=tuple(
            all(_same(name, used[base].get(name, set()), used[now].get(name, set())) for name in units)
            for base, now in zip(when.base.tolist(), when.current.tolist(), strict=True)
        ),
    )


def _row(accounts: Accounts, name: str, year: int, unit: str) -> FactorRow | None:
    try:
        return accounts.co2_factor(name, year, unit)
    except FactorMissing:
        return None


_Used = dict[str, set[tuple[str, float]]]


def _used(rows: Mapping[tuple[str, int], FactorRow | None], names: Sequence[str], when: FleetTimes, side: int) -> _Used:
    """Editions and values of the factors that count in one period, by carrier or material."""
    years = when.year[when.times.sides[side] > 0.0].tolist()
    found = {name: [row for year in years if (row := rows[name, year]) is not None] for name in names}
    return {name: {(row.edition, row.value) for row in of} for name, of in found.items() if of}


def _same(name: str, before: set[tuple[str, float]], now: set[tuple[str, float]]) -> bool:
    """As in `engine.targets.zerogrowth`: power and heat at one value, all else from the same table."""
    if not before or not now:
        return True
    if name in BOUGHT_ENERGY:
        return {value for _, value in before} == {value for _, value in now} and len(before | now) == 1
    return {edition for edition, _ in before} == {edition for edition, _ in now}


def _stated(accounts: Accounts, name: str, when: FleetTimes, cuts: Cuts) -> Float64:
    """A material in the pieces: each month's by the calendar days that lie in them."""
    months = stated_months(accounts.registry.statements(accounts.ledger.plant, f"material:{name}"))
    idle = set(idle_months(life_of(accounts.registry.plants[accounts.ledger.plant]), accounts.base_year).tolist())
    layers = np.zeros((len(cuts), N_LAYERS))
    days = cuts.days.astype(np.float64)
    for piece, month in enumerate(month_of(when.edge[:-1]).tolist()):
        said = months.get(month)
        if said is None:
            layers[piece, VALUE_DAYS] = days[piece] if month in idle else 0.0
        else:
            length = float(np.diff(month_first_day([month, month + 1]))[0])
            layers[piece, VALUE] = said.value * share_of_month(said, month) * days[piece] / length
            layers[piece, SIZE] = abs(layers[piece, VALUE])
            layers[piece, OPEN] = layers[piece, SIZE] * (said.status != "final")
            layers[piece, [VALUE_DAYS, TOLD]] = days[piece]
    return layers


def carbon_table(rows: Sequence[CarbonRow], keys: Sequence[Key], n_pieces: int, n_parts: int) -> CarbonTable:
    """The arrays of all plants.

    Parameters
    ----------
    rows : sequence of CarbonRow
    keys : sequence of Key
        The layers of the carriers.
    n_pieces, n_parts : int
        Of time.

    Raises
    ------
    ValueError
        If more editions are used than can be told apart.
    """
    n_sides, n_periods = len(rows[0].editions), len(rows[0].same)
    materials = [name for name in MATERIALS if any(name in row.materials for row in rows)]
    bits = _bits(rows)
    kg = np.full((len(rows), n_parts, len(keys)), np.nan)
    material_kg = np.full((len(rows), n_parts, len(materials)), np.nan)
    tonnes = np.zeros((len(rows), n_pieces, len(materials), N_LAYERS))
    editions, same = np.zeros((len(rows), n_sides), np.int64), np.ones((len(rows), n_periods), np.bool_)
    for at, row in enumerate(rows):
        for layer, key in enumerate(keys):
            if key in row.kg:
                kg[at, :, layer] = row.kg[key]
            elif key[0].startswith(OWN) and (key[0].removeprefix(OWN), key[1]) in row.kg:
                kg[at, :, layer] = 0.0  # taken off its carrier, and nothing by itself
        for layer, name in enumerate(materials):
            if name in row.materials:
                material_kg[at, :, layer], tonnes[at, :, layer] = row.material_kg[name], row.materials[name]
        editions[at] = [sum(bits[edition] for edition in side if edition in bits) for side in row.editions]
        same[at] = row.same
    return CarbonTable(
        kg=kg,
        counted=_has(rows, keys),
        bought=np.array([name in BOUGHT_ENERGY for name, _ in keys], np.bool_),
        inside=np.array([keys.index((f"{OWN}{n}", u)) if (f"{OWN}{n}", u) in keys else -1 for n, u in keys], np.int64),
        materials=tonnes,
        material_kg=material_kg,
        has_material=np.array([[name in row.materials for name in materials] for row in rows], np.bool_).reshape(
            len(rows), len(materials)
        ),
        editions=editions,
        same=same,
    )


def _has(rows: Sequence[CarbonRow], keys: Sequence[Key]) -> Bool:
    return np.array([[key in row.kg for key in keys] for row in rows], np.bool_).reshape(len(rows), len(keys))


def _bits(rows: Sequence[CarbonRow]) -> dict[str, int]:
    """One bit an edition; those that stand beside every edition have none."""
    names = sorted({e for row in rows for side in row.editions for e in side} - {ANY_EDITION, PLANT_EDITION})
    if len(names) > MOST_EDITIONS:
        raise ValueError(f"the plants use {len(names)} editions of CO2 factors; wanted at most {MOST_EDITIONS}")
    return {name: 1 << place for place, name in enumerate(names)}
