"""What did a plant take in, discharge and earn, day by day?

A ledger holds one plant's local days as arrays: a lane for each carrier (imports + production - exports), one for each
pollutant of each medium, and one for each point under them. Every figure is a sum over a stretch of these lanes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import Days, Float64
from analytics.units import DIMENSIONS, UNITS
from engine.declaredloads import with_declared
from engine.kept import Kept
from engine.lane import Lane, Stretch
from engine.life import Life, idle_days, life_of
from registry import Point, Registry

__all__ = ["SIGN", "Lane", "Ledger", "Stretch", "read_ledger"]

SIGN = {"import": 1.0, "production": 1.0, "export": -1.0}
"""How a point enters its carrier's total; other directions do not (GB/T 2589: imported + self-generated - exported)."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """One plant's lanes from `first_day` (days since 1970, local) on."""

    plant: str
    first_day: int
    carriers: dict[str, Lane]
    loads: dict[tuple[str, str], Lane]


def read_ledger(store: Kept, registry: Registry, plant: str, first_day: int, last_day: int) -> Ledger:
    """The plant's lanes over local days ``[first_day, last_day)``, from the day sums of the store."""
    points = registry.plant_points(plant)
    counted = [p for p in points if p.outlet or (p.carrier and p.direction in SIGN)]
    days = store.days(np.array([p.key for p in counted], np.int32), first_day, last_day - 1)
    lives = _lives(registry, plant, counted)
    lanes = {p.full_id: _lane(p, days, first_day, last_day, lives[p.full_id]) for p in counted}
    media = {outlet.id: outlet.medium for outlet in registry.outlets(plant)}
    by_carrier: dict[str, list[Lane]] = {}
    by_load: dict[tuple[str, str], list[Lane]] = {}
    for point in counted:
        lane = lanes[point.full_id]
        if point.outlet and point.pollutant:
            by_load.setdefault((media[point.outlet], point.pollutant), []).append(lane)
        elif point.carrier:
            by_carrier.setdefault(point.carrier, []).append(lane)
    carriers = {name: _sum(f"carrier:{name}", parts) for name, parts in by_carrier.items()}
    loads = {(medium, name): _sum(f"load:{name}", parts) for (medium, name), parts in by_load.items()}
    return Ledger(
        plant,
        first_day,
        {**_billed(registry, plant, set(carriers), first_day, last_day), **carriers},
        with_declared(registry, plant, loads, first_day, last_day),
    )


def _lives(registry: Registry, plant: str, points: Sequence[Point]) -> dict[str, Life]:
    """When what each point counts existed; a load as its outlet's flow."""
    flows = {outlet.id: registry.points[f"{plant}/{outlet.flow}"] for outlet in registry.outlets(plant)}
    return {p.full_id: life_of(registry.plants[plant], flows[p.outlet] if p.outlet else p) for p in points}


def _billed(registry: Registry, plant: str, metered: set[str], first_day: int, last_day: int) -> dict[str, Lane]:
    """Carriers that only bills count, of a plant with dates: outside its life they are known to be nothing."""
    idle = idle_days(life_of(registry.plants[plant]), first_day, last_day).astype(np.float64)
    found: dict[str, Lane] = {}
    for item in registry.statement_items(plant) if idle.any() else ():
        name = item.removeprefix("energy:")
        if name not in metered and (item.startswith("energy:") or item == "water"):
            unit = DIMENSIONS[UNITS[registry.statements(plant, item)[0].unit].dimension]
            found[name] = Lane(f"carrier:{name}", unit, np.zeros(len(idle)), idle, np.zeros(len(idle)))
    return found


def _lane(point: Point, days: Days, first_day: int, last_day: int, life: Life) -> Lane:
    rows = days.take(days.point == point.key)
    at = rows.day - first_day
    amount, known, estimated = (np.zeros(last_day - first_day) for _ in range(3))
    amount[at] = rows.amount
    known[at] = np.minimum((rows.measured_s + rows.estimated_s) / rows.length_s, 1.0)
    estimated[at] = rows.estimated_s / rows.length_s
    known[idle_days(life, first_day, last_day)] = 1.0  # and what was measured there nevertheless counts
    direction = point.direction if point.carrier else ""
    return Lane(f"point:{point.full_id}", point.amount_unit, amount, known, estimated, direction=direction)


def _sum(name: str, parts: Sequence[Lane]) -> Lane:
    """The signed sum; known only as far as its least known part, because a missing part is not zero."""
    same = [part for part in parts if part.unit == parts[0].unit]
    if len(same) != len(parts):
        units = ", ".join(sorted({part.unit for part in parts}))
        raise ValueError(f"{name} adds points of different units ({units}); wanted one unit a carrier")
    return Lane(
        name,
        parts[0].unit,
        _total(SIGN.get(part.direction, 1.0) * part.amount for part in parts),
        np.min([part.known for part in parts], axis=0),
        np.max([part.estimated for part in parts], axis=0),
        tuple(parts),
    )


def _total(arrays: Iterable[Float64]) -> Float64:
    return np.asarray(np.sum(list(arrays), axis=0), np.float64)
