"""Which keys may the outlets and limits of a plant file have, and what may stand behind each?

Kept apart from `registry.plantkeys`, whose words they use: what concerns pollutants grows on its own.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from registry.lists import Confidence, Medium
from registry.plantkeys import NAME, Above0, Amounts, LocalId, Number, Table, period_ms
from registry.text import Text

Percent = Annotated[Number, Field(ge=0, lt=100)]


class GasFlowTable(Table):
    """``flow = { ... }``: raw flue gas, of which the standard dry flow is derived (HJ 212-2017 annex D.2, 29 to 31)."""

    area_m2: Above0 = Field(description="cross-section of the duct in m2, e.g. 4.0")
    velocity: str = Field(description="id of the point of the gas velocity")
    temperature: str = Field(description="id of the point of the gas temperature")
    pressure: str | None = Field(None, description="id of the point of the duct's static pressure")
    moisture: str | None = Field(None, description="id of the point of the gas moisture, a ratio (% or 1)")
    moisture_percent: Percent | None = Field(None, description="moisture in percent where none is measured")
    air_pressure: str | None = Field(None, description="id of the point of the atmospheric pressure")
    air_pressure_kpa: Above0 | None = Field(None, description="atmospheric pressure in kPa where none is measured")
    altitude_m: Number | None = Field(None, description="height above the sea in m, from which the pressure follows")
    velocity_factor: Above0 = Field(1.0, description="velocity field factor Kv")


class StoppedTable(Table):
    """``stopped = { ... }``: when the source stands."""

    below: Amounts = Field(description='a flow, e.g. "500 Nm3/h", or a value of the named point')
    point: str | None = Field(None, description="id of the point that tells; without it the outlet's flow")


class OutletTable(Table):
    """``[[outlets]]``."""

    id: LocalId = Field(description='an id, e.g. "ww"')
    name: Text = Field(description=NAME)
    medium: Medium = Field(description="water or air")
    flow: str | GasFlowTable = Field(description="id of the flow's point, or a table for raw flue gas")
    pollutants: dict[str, str] = Field(description='concentration points, e.g. { COD = "ww.cod" }')
    oxygen: str | None = Field(None, description="id of the point of the flue gas's dry oxygen, a ratio (%)")
    basis: Literal["dry", "wet"] = Field("dry", description="dry or wet: how the concentrations are measured")
    moisture: str | None = Field(None, description="id of the point of the gas moisture, for basis = wet")
    stopped: StoppedTable | None = Field(None, description='a table, { below = "500 Nm3/h" }')
    dust: Literal["smoke", "dust"] = Field("smoke", description="smoke or dust: what PM counts as in the tax")


class LimitTable(Table):
    """``[[limits]]``: all of it here, or a preset of which some is said otherwise."""

    point: str = Field(description="id of a point")
    preset: str | None = Field(None, description='a preset, e.g. "GB 13271-2014/special/gas"')
    value: Amounts | None = Field(None, description='a value with its unit, e.g. "80 mg/L"')
    averaging: Annotated[int, BeforeValidator(period_ms)] | None = Field(
        None, description='length of the mean, e.g. "1d"'
    )
    standard: str | None = Field(None, min_length=1, description='where it comes from, e.g. "GB 4287-2012"')
    limit_class: str | None = Field(None, alias="class", description='class of the standard, e.g. "table 2"')
    reference_o2: Annotated[Number, Field(ge=0, lt=21)] | None = Field(None, description="reference oxygen in %")
    monthly_share: Annotated[Number, Field(gt=0, le=1)] | None = Field(None, description="a share, e.g. 0.95")
    valid_from: dt.date | None = Field(None, description="a date, 2018-01-01")
    valid_to: dt.date | None = Field(None, description="a date, 2019-01-01")
    confidence: Confidence | None = Field(None, description="sure or unsure")
