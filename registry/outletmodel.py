"""Where do pollutants leave a plant, how is the gas measured there, and which limits hold?

Frozen nouns like those of `registry.model`; how a file writes them is `registry.outletkeys`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from registry.lists import Confidence, Medium
from registry.quantity import Quantity
from registry.text import Frozen, Text


class GasFlow(Frozen):
    """Raw flue gas, of which the standard dry flow is derived (HJ 212-2017 annex D.2, 29 to 31).

    Attributes
    ----------
    area_m2 : float
        Cross-section of the duct. [m2]
    velocity, temperature : str
        Local ids of the points.
    pressure : str or None
        Local id of the point of the static (gauge) pressure; None: 0 Pa.
    moisture : str or None
        Local id of the point of the moisture; None: `moisture_share`.
    moisture_share : float
        Water vapour as a fraction of the volume, where no point measures it.
    air_pressure : str or None
        Local id of the point of the atmospheric pressure; None: `air_pa`.
    air_pa : float
        Atmospheric pressure, where no point measures it. [Pa]
    air_assumed : bool
        True where nobody said anything about the atmospheric pressure: 101 325 Pa is taken, and a figure says so.
    velocity_factor : float
        Velocity field factor Kv.
    """

    area_m2: float
    velocity: str
    temperature: str
    pressure: str | None = None
    moisture: str | None = None
    moisture_share: float = 0.0
    air_pressure: str | None = None
    air_pa: float
    air_assumed: bool = False
    velocity_factor: float = 1.0

    @property
    def points(self) -> tuple[str, ...]:
        """Local ids of all points that are measured."""
        every = (self.velocity, self.temperature, self.pressure, self.moisture, self.air_pressure)
        return tuple(name for name in every if name is not None)


class Stopped(Frozen):
    """When the source stands: the mean of a point lies below a value.

    Attributes
    ----------
    point : str or None
        Local id; None: the outlet's flow.
    below : Quantity
    """

    point: str | None = None
    below: Quantity


class Outlet(Frozen):
    """Where pollutants leave: load = concentration x flow.

    Attributes
    ----------
    id, plant : str
    name : Text
    medium : str
        water or air.
    flow : str
        Local id of the flow's point; of the derived one (`dry_flow_id`) where raw gas is measured.
    pollutants : Mapping of str to str
        Pollutant to local id of its concentration's point.
    gas : GasFlow or None
        Of what the flow is derived.
    oxygen : str or None
        Local id of the point of the dry oxygen.
    basis : str
        dry or wet: how the concentrations are measured.
    moisture : str or None
        Local id of the point of the moisture, for wet concentrations.
    stopped : Stopped or None
        None: a flow of exactly 0.
    dust : str
        smoke or dust: what particulate matter counts as in the tax.
    """

    id: str
    plant: str
    name: Text
    medium: Medium
    flow: str
    pollutants: Mapping[str, str]
    gas: GasFlow | None = None
    oxygen: str | None = None
    basis: Literal["dry", "wet"] = "dry"
    moisture: str | None = None
    stopped: Stopped | None = None
    dust: Literal["smoke", "dust"] = "smoke"

    @property
    def dry_flow_id(self) -> str:
        """Local id of the derived standard dry flow, ``OUTLET.dry_flow``."""
        return f"{self.id}.dry_flow"

    def load_id(self, pollutant: str) -> str:
        """Local id of the derived load point, ``OUTLET.POLLUTANT``."""
        return f"{self.id}.{pollutant}"


class Limit(Frozen):
    """A value that a point's mean must not exceed.

    Attributes
    ----------
    plant, point : str
        Plant and local id of the point.
    value : Quantity
    averaging_ms : int
        Length of the mean; `analytics.columns.LOCAL_DAY` for one local day. [ms]
    standard : str
        Where the limit comes from; the plant's permit decides.
    limit_class : str
        Class of the standard ("" where not said).
    confidence : str
        sure or unsure.
    reference_o2 : float or None
        Reference oxygen to which the mean is converted; None: compared as measured. [%]
    monthly_share : float or None
        Share of a month's means that must keep the value; None: all of them.
    valid_from, valid_to : date or None
        First local day, and first day no longer.
    preset : str or None
        Preset it was taken from.
    source : str
        Where the preset's numbers come from ("" for a limit of the file).
    """

    plant: str
    point: str
    value: Quantity
    averaging_ms: int
    standard: str
    limit_class: str = ""
    confidence: Confidence
    reference_o2: float | None = None
    monthly_share: float | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    preset: str | None = None
    source: str = ""

    @property
    def full_point(self) -> str:
        """Full id of the point, ``plant/point``."""
        return f"{self.plant}/{self.point}"

    @property
    def confidence_note(self) -> str:
        """Key of the remark an unsure limit carries; "" for a sure one."""
        return "" if self.confidence == "sure" else "limit_unsure"
