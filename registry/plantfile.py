"""What does one plant file say, once every default is filled in?

`build_plant` turns the validated tables of `registry.plantkeys` into the nouns of `registry.model`; what outlets and
limits come to is `registry.outletbuild`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.columns import DAY_MS, LOCAL_DAY, Kind
from analytics.units import UNITS, convert
from registry.factorrow import KGCE_KJ, PLANT_EDITION, FactorRow
from registry.model import Meter, Plant, PointSpec, Source
from registry.outletbuild import build_limit, build_outlet, derived_points
from registry.outletkeys import LimitTable, OutletTable
from registry.outletmodel import Limit, Outlet
from registry.plantkeys import (
    FactorTable,
    MeterTable,
    PlantTable,
    PointTable,
    SourceTable,
)

LABELLED = (Kind.AMOUNT, Kind.MEAN)
"""Kinds whose readings are named by an edge of a period."""

_RATE_HOLD_MS = 15 * 60_000
"""Least time over which two rates are joined where a file names no `hold`. [ms]"""


@dataclass(frozen=True)
class PlantFile:
    """Everything one file says about one plant.

    Attributes
    ----------
    path : str
        Where it was read.
    plant : Plant
    sources, meters, points, outlets, limits, factors : tuple
        `points` ends with the derived ones.
    """

    path: str
    plant: Plant
    sources: tuple[Source, ...] = ()
    meters: tuple[Meter, ...] = ()
    points: tuple[PointSpec, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    limits: tuple[Limit, ...] = ()
    factors: tuple[FactorRow, ...] = ()


@dataclass(frozen=True)
class Tables:
    """The tables of one file, each held against its keys; what did not hold is left out."""

    plant: PlantTable
    sources: tuple[SourceTable, ...] = ()
    meters: tuple[MeterTable, ...] = ()
    points: tuple[PointTable, ...] = ()
    outlets: tuple[OutletTable, ...] = ()
    limits: tuple[LimitTable, ...] = ()
    factors: tuple[FactorTable, ...] = ()


def build_plant(path: str, tables: Tables) -> PlantFile:
    """The nouns of one file.

    Parameters
    ----------
    path : str
    tables : Tables
        Free of problems.
    """
    plant = Plant(**tables.plant.model_dump() | {"programmes": tuple(tables.plant.programmes)})
    sources = tuple(_source(table, plant) for table in tables.sources)
    outlets = tuple(build_outlet(table, plant.id) for table in tables.outlets)
    labels = {source.id: source.label for source in sources}
    points = tuple(_point(table, plant.id, labels.get(table.source or "", "start")) for table in tables.points)
    derived = tuple(point for outlet in outlets for point in derived_points(outlet))
    return PlantFile(
        path=path,
        plant=plant,
        sources=sources,
        meters=tuple(Meter(plant=plant.id, **table.model_dump()) for table in tables.meters),
        points=points + derived,
        outlets=outlets,
        limits=tuple(build_limit(table, plant.id, outlets) for table in tables.limits),
        factors=tuple(_factor(table, plant.id) for table in tables.factors),
    )


def _source(table: SourceTable, plant: Plant) -> Source:
    return Source(plant=plant.id, **table.model_dump() | {"zone": table.zone or plant.zone})


def _point(table: PointTable, plant: str, source_label: str) -> PointSpec:
    own = table.model_dump(exclude={"every", "hold", "valid", "zero", "stuck", "label", "detection_limit"})
    lo, hi = table.valid if table.valid is not None else (-math.inf, math.inf)
    return PointSpec(
        plant=plant,
        **own,
        label=(table.label or source_label) if table.kind in LABELLED else "start",
        every_ms=table.every,
        hold_ms=table.hold if table.hold is not None else default_hold_ms(table.kind, table.every),
        valid=(lo, hi),
        zero_is_missing=table.zero == "missing",
        stuck_count=table.stuck if table.stuck is not None else 0,
        detection_limits=table.detection_limit,
    )


def default_hold_ms(kind: Kind, every_ms: int) -> int:
    """Twice the distance of readings, for rates at least 15 minutes. [ms]

    Examples
    --------
    >>> default_hold_ms(Kind.RATE, 60_000), default_hold_ms(Kind.CONCENTRATION, 60_000)
    (900000, 120000)
    """
    twice_ms = 2 * (DAY_MS if every_ms == LOCAL_DAY else every_ms)
    return max(_RATE_HOLD_MS, twice_ms) if kind is Kind.RATE else twice_ms


def _factor(table: FactorTable, plant: str) -> FactorRow:
    if table.heat is not None:
        value, unit = coal_of_heat(table.heat)
        source = f"{table.heat}: {table.source}"
    else:
        assert table.value is not None and table.unit is not None  # registry.plantcheck lets no other table through
        value, unit, source = table.value, table.unit, table.source
    rest = table.model_dump(exclude={"heat", "value", "unit", "source"})
    return FactorRow(**rest, value=value, unit=unit, source=source, plant=plant, edition=PLANT_EDITION)


def coal_of_heat(heat: str) -> tuple[float, str]:
    """Standard coal of a measured heating value or enthalpy: value and unit.

    Raises
    ------
    ValueError
        If the text is not a number and an energy per amount.

    Examples
    --------
    >>> value, unit = coal_of_heat("35588 kJ/m3")
    >>> round(value, 4), unit
    (1.2143, 'kgce/m3')
    """
    number, _, unit = heat.partition(" ")
    energy, _, amount = unit.strip().partition("/")
    if amount not in UNITS or UNITS[amount].dimension not in ("mass", "volume", "normal_volume"):
        raise ValueError(f"{heat!r} is not heat per mass or volume")
    value = float(number)
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"{heat!r} is not a number above 0")
    return convert(value, energy, "kJ") / KGCE_KJ, f"kgce/{amount}"
