"""How is a noun of the registry shown?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.columns import HOUR_MS, LOCAL_DAY, Int32, Quality, Readings
from api.errors import not_found
from api.figures_out import ProgrammeOut, TargetOut, finite
from api.models import LatestOut, LimitOut, OutletOut, PlantDetail, PlantOut, PointOut
from api.times import iso
from registry import Limit, Outlet, Plant, Point, Programme, Registry


def find_plant(registry: Registry, plant: str, where: str) -> Plant:
    """The plant of that id.

    Raises
    ------
    ApiError
        404 if there is none.
    """
    if plant not in registry.plants:
        raise not_found("plant", plant, list(registry.plants), where)
    return registry.plants[plant]


def find_point(registry: Registry, full_id: str, where: str) -> Point:
    """The point of that full id.

    Raises
    ------
    ApiError
        404 if there is none.
    """
    if full_id in registry.points:
        return registry.points[full_id]
    plant = full_id.split("/", 1)[0]
    known = [p.full_id for p in registry.plant_points(plant)] if plant in registry.plants else list(registry.plants)
    raise not_found("point", full_id, known, where)


def point_keys(points: Sequence[Point]) -> Int32:
    """Keys for the store, shape (n_points,)."""
    return np.array([p.key for p in points], np.int32)


def plant_out(registry: Registry, plant: Plant) -> PlantOut:
    """A plant in a list."""
    return PlantOut(**_plant_fields(registry, plant))


def plant_detail(registry: Registry, plant: Plant) -> PlantDetail:
    """A plant with its outlets and limits."""
    return PlantDetail(
        **_plant_fields(registry, plant),
        land_mu=plant.land_mu,
        outlets=[_outlet_out(outlet) for outlet in registry.outlets(plant.id)],
        limits=[_limit_out(limit) for limit in registry.limits(plant.id)],
    )


def _plant_fields(registry: Registry, plant: Plant) -> dict[str, object]:
    points = registry.plant_points(plant.id)
    incomers = (p.full_id for p in points if p.carrier == "electricity" and p.direction == "import")
    return {
        "id": plant.id,
        "name": plant.name,
        "city": plant.city,
        "sector": plant.sector,
        "size": plant.size,
        "zone": plant.zone,
        "programmes": list(plant.programmes),
        "point_count": len(points),
        "incomer": next(incomers, None),
    }


def _outlet_out(outlet: Outlet) -> OutletOut:
    def full(local: str) -> str:
        return f"{outlet.plant}/{local}"

    return OutletOut(
        id=outlet.id,
        name=outlet.name,
        medium=outlet.medium,
        flow=full(outlet.flow),
        pollutants={pollutant: full(local) for pollutant, local in outlet.pollutants.items()},
        loads={pollutant: full(outlet.load_id(pollutant)) for pollutant in outlet.pollutants},
    )


def _limit_out(limit: Limit) -> LimitOut:
    return LimitOut(
        point=limit.full_point,
        value=limit.value.value,
        unit=limit.value.unit,
        averaging=duration(limit.averaging_ms),
        standard=limit.standard,
        confidence=limit.confidence,
        o2_ref=limit.reference_o2,
    )


def duration(length_ms: int) -> str:
    """Length of a mean as a plant file writes it, e.g. ``1d``."""
    if length_ms == LOCAL_DAY:
        return "1d"
    return f"{length_ms // 60_000}min" if length_ms % HOUR_MS else f"{length_ms // HOUR_MS}h"


def point_out(point: Point) -> PointOut:
    """A point."""
    return PointOut(
        id=point.full_id,
        plant=point.plant,
        name=point.name,
        kind=point.kind.name.lower(),
        unit=point.unit,
        multiplier=point.multiplier,
        carrier=point.carrier,
        direction=point.direction,
        parent=None if point.parent is None else f"{point.plant}/{point.parent}",
        outlet=point.outlet,
        pollutant=point.pollutant,
        every_s=None if point.every_ms == LOCAL_DAY else point.every_ms / 1000.0,
        meter=point.meter,
    )


def latest_out(registry: Registry, readings: Readings) -> list[LatestOut]:
    """Readings as their senders gave them."""
    rows = []
    for row in range(len(readings)):
        point = registry.by_key[int(readings.point[row])]
        time_ms = int(readings.time_ms[row])
        rows.append(
            LatestOut(
                point=point.full_id,
                time=iso(time_ms),
                time_ms=time_ms,
                received=iso(int(readings.received_ms[row])),
                value=finite(float(readings.value[row])),
                unit=point.unit,
                multiplier=point.multiplier,
                quality=[q.name.lower() for q in Quality if q.name and q & int(readings.flag[row])],
            )
        )
    return rows


def programme_out(programme: Programme) -> ProgrammeOut:
    """A programme with its targets."""
    return ProgrammeOut(
        id=programme.id,
        name=programme.name,
        base_year=programme.base_year,
        target_year=programme.target_year,
        indicators=[TargetOut(id=t.id, name=t.name, reduction=t.reduction) for t in programme.indicators],
    )
