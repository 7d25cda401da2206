"""What do the outlets and limits of a plant file come to, and which derived points do they make?

An outlet makes a load point for each pollutant, ``OUTLET.POLLUTANT``, and one of the standard dry flow,
``OUTLET.dry_flow``, where raw gas is measured. A limit takes from its preset what the file does not say.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.columns import INTERVAL_MS, Kind
from analytics.stack import STANDARD_PA
from registry.limitpresets import limit_presets
from registry.lists import POLLUTANTS
from registry.model import PointSpec
from registry.outletkeys import GasFlowTable, LimitTable, OutletTable
from registry.outletmodel import GasFlow, Limit, Outlet, Stopped
from registry.text import Text


def build_outlet(table: OutletTable, plant: str) -> Outlet:
    """The outlet a table describes."""
    gas = _gas(table.flow) if isinstance(table.flow, GasFlowTable) else None
    stopped = None if table.stopped is None else Stopped(point=table.stopped.point, below=table.stopped.below)
    rest = table.model_dump(exclude={"flow", "stopped"})
    flow = table.flow if isinstance(table.flow, str) else f"{table.id}.dry_flow"
    return Outlet(plant=plant, flow=flow, gas=gas, stopped=stopped, **rest)


def _gas(table: GasFlowTable) -> GasFlow:
    air_pa, assumed = STANDARD_PA, False
    if table.air_pressure_kpa is not None:
        air_pa = table.air_pressure_kpa * 1000.0
    elif table.altitude_m is not None:
        air_pa = pressure_at_pa(table.altitude_m)
    else:
        assumed = table.air_pressure is None
    return GasFlow(
        area_m2=table.area_m2,
        velocity=table.velocity,
        temperature=table.temperature,
        pressure=table.pressure,
        moisture=table.moisture,
        moisture_share=(table.moisture_percent or 0.0) / 100.0,
        air_pressure=table.air_pressure,
        air_pa=air_pa,
        air_assumed=assumed,
        velocity_factor=table.velocity_factor,
    )


def pressure_at_pa(altitude_m: float) -> float:
    """Atmospheric pressure of the standard atmosphere at a height (ISO 2533). [Pa]

    Examples
    --------
    >>> round(pressure_at_pa(0.0)), round(pressure_at_pa(1000.0))
    (101325, 89875)
    """
    return float(STANDARD_PA * (1.0 - 2.25577e-5 * altitude_m) ** 5.25588)


def derived_points(outlet: Outlet) -> list[PointSpec]:
    """The points that no sender sends: the loads, and the dry flow of raw gas."""
    loads = [_load(outlet, pollutant) for pollutant in outlet.pollutants]
    return loads if outlet.gas is None else [_dry_flow(outlet), *loads]


def _load(outlet: Outlet, pollutant: str) -> PointSpec:
    name = POLLUTANTS[pollutant].name
    return _derived(
        outlet,
        outlet.load_id(pollutant),
        Text(zh=f"{outlet.name.zh} {name.zh}排放量", en=f"{outlet.name.en}, {name.en} load"),
        Kind.LOAD,
        "kg",
        pollutant,
    )


def _dry_flow(outlet: Outlet) -> PointSpec:
    name = Text(zh=f"{outlet.name.zh} 标干烟气量", en=f"{outlet.name.en}, standard dry flow")
    return _derived(outlet, outlet.dry_flow_id, name, Kind.DRY_FLOW, "Nm3", None)


def _derived(outlet: Outlet, local_id: str, name: Text, kind: Kind, unit: str, pollutant: str | None) -> PointSpec:
    return PointSpec(
        plant=outlet.plant,
        id=local_id,
        name=name,
        kind=kind,
        unit=unit,
        direction="discharge",
        every_ms=INTERVAL_MS,
        hold_ms=INTERVAL_MS,
        outlet=outlet.id,
        pollutant=pollutant,
    )


def build_limit(table: LimitTable, plant: str, outlets: Sequence[Outlet]) -> Limit:
    """The limit a table describes, with what its preset says.

    Parameters
    ----------
    table : LimitTable
        Free of problems.
    plant : str
    outlets : sequence of Outlet
        Those of the plant: what pollutant the point measures.
    """
    own = {k: v for k, v in table.model_dump(exclude={"point", "preset", "averaging"}).items() if v is not None}
    if table.averaging is not None:
        own["averaging_ms"] = table.averaging
    return Limit(plant=plant, point=table.point, preset=table.preset, **(_of_preset(table, outlets) | own))


def _of_preset(table: LimitTable, outlets: Sequence[Outlet]) -> dict[str, object]:
    if table.preset is None:
        return {"confidence": "unsure"}
    preset = limit_presets()[table.preset]
    pollutant = pollutant_of(table.point, outlets)
    value = {} if pollutant is None or pollutant not in preset.values else {"value": preset.value(pollutant)}
    return value | {
        "averaging_ms": preset.averaging_ms,
        "standard": preset.standard,
        "limit_class": preset.limit_class,
        "confidence": preset.confidence,
        "reference_o2": preset.reference_o2,
        "monthly_share": preset.monthly_share,
        "valid_from": preset.valid_from,
        "valid_to": preset.valid_to,
        "source": preset.source,
    }


def pollutant_of(point: str, outlets: Sequence[Outlet]) -> str | None:
    """Which pollutant a concentration point of an outlet measures; None for any other point."""
    found = (name for outlet in outlets for name, local in outlet.pollutants.items() if local == point)
    return next(found, None)
