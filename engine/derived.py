"""Which points are made from the intervals of others, and of which?

::

    velocity, temperature, pressure, moisture  ->  dry flow  \\
                                                              ->  load, one a pollutant
                                        concentration (dry)  /
"""

from __future__ import annotations

from dataclasses import dataclass

from registry import Outlet, Registry
from registry.outletmodel import GasFlow


@dataclass(frozen=True)
class DryFlow:
    """Keys of a derived dry flow and of what is measured of the gas; None where a constant stands for it."""

    key: int
    velocity: int
    temperature: int
    pressure: int | None
    moisture: int | None
    air_pressure: int | None
    gas: GasFlow

    @property
    def sources(self) -> tuple[int, ...]:
        """Keys of the received points."""
        every = (self.velocity, self.temperature, self.pressure, self.moisture, self.air_pressure)
        return tuple(key for key in every if key is not None)


@dataclass(frozen=True)
class Load:
    """Keys of a derived load point and of what it is the product of.

    Attributes
    ----------
    key, flow, concentration : int
        `flow` may be derived itself.
    moisture : int or None
        Of wet concentrations, which are made dry first.
    moisture_share : float or None
        The constant in place of it; both None: the concentration is dry.
    sources : tuple of int
        Keys of all received points it rests on; the first one is of the flow.
    """

    key: int
    flow: int
    concentration: int
    moisture: int | None = None
    moisture_share: float | None = None
    sources: tuple[int, ...] = ()

    @property
    def is_wet(self) -> bool:
        return self.moisture is not None or self.moisture_share is not None


def derived_of(registry: Registry) -> tuple[list[DryFlow], list[Load]]:
    """What is derived of the outlets' points."""
    dry_flows: list[DryFlow] = []
    loads: list[Load] = []
    keys = {full_id: point.key for full_id, point in registry.points.items()}
    for outlet in (o for plant in registry.plants for o in registry.outlets(plant)):

        def key(local: str | None, plant: str = outlet.plant) -> int | None:
            return None if local is None else keys[f"{plant}/{local}"]

        gas, flow = outlet.gas, keys[f"{outlet.plant}/{outlet.flow}"]
        made_of: tuple[int, ...] = (flow,)
        if gas is not None:
            measured = (key(gas.pressure), key(gas.moisture), key(gas.air_pressure))
            velocity, temperature = (keys[f"{outlet.plant}/{local}"] for local in (gas.velocity, gas.temperature))
            dry_flows.append(DryFlow(flow, velocity, temperature, *measured, gas))
            made_of = dry_flows[-1].sources
        moisture, share = _moisture(outlet)
        for pollutant, local in outlet.pollutants.items():
            level = keys[f"{outlet.plant}/{local}"]
            load = keys[f"{outlet.plant}/{outlet.load_id(pollutant)}"]
            wet = () if moisture is None else (keys[f"{outlet.plant}/{moisture}"],)
            sources = tuple(dict.fromkeys((*made_of, level, *wet)))
            loads.append(Load(load, flow, level, wet[0] if wet else None, share, sources))
    return dry_flows, loads


def _moisture(outlet: Outlet) -> tuple[str | None, float | None]:
    """Local id of the moisture of wet concentrations, or the constant in place of it."""
    if outlet.basis == "dry":
        return None, None
    point = outlet.moisture or (None if outlet.gas is None else outlet.gas.moisture)
    return point, outlet.gas.moisture_share if point is None and outlet.gas is not None else None
