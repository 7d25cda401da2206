"""In what shape does the API answer about plants, points and readings?

Times stand twice where charts need them: as ISO 8601 text and as UTC milliseconds (``_ms``). Missing is null, never 0.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from registry.text import Text


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(frozen=True)


class LimitOut(Answer):
    """A value that a point's mean must not exceed."""

    point: str = Field(description="Full id.", examples=["wx-dyeing/ww.cod"])
    value: float = Field(examples=[80.0])
    unit: str = Field(examples=["mg/L"])
    averaging: str = Field(description="Length of the mean: 1d is one local day.", examples=["1d"])
    standard: str = Field(examples=["GB 4287-2012"])
    confidence: Literal["sure", "unsure"]
    o2_ref: float | None = Field(None, description="Oxygen at which it holds; null: as measured. [%]", examples=[None])


class OutletOut(Answer):
    """Where pollutants leave."""

    id: str = Field(examples=["ww"])
    name: Text
    medium: Literal["water", "air"]
    flow: str = Field(description="Full id of the flow's point.", examples=["wx-dyeing/ww.flow"])
    pollutants: dict[str, str] = Field(
        description="Pollutant to full id of its concentration's point.", examples=[{"COD": "wx-dyeing/ww.cod"}]
    )
    loads: dict[str, str] = Field(
        description="Pollutant to full id of the derived load's point.", examples=[{"COD": "wx-dyeing/ww.COD"}]
    )


class PlantOut(Answer):
    """A site."""

    id: str = Field(examples=["wx-dyeing"])
    name: Text = Field(examples=[{"zh": "无锡太湖印染厂", "en": "Wuxi Taihu Dyeing Works"}])
    city: str = Field(examples=["wuxi"])
    sector: str = Field(description="GB/T 4754-2017 division.", examples=["C17"])
    size: str = Field(examples=["large"])
    zone: str = Field(description="Local days are cut in this time zone.", examples=["Asia/Shanghai"])
    programmes: list[str] = Field(examples=[["sunan-2019"]])
    point_count: int = Field(examples=[12])
    incomer: str | None = Field(
        description="Full id of the first point by which electricity is taken in.", examples=["wx-dyeing/el.in"]
    )


class PlantDetail(PlantOut):
    """A site with what belongs to it."""

    land_mu: float | None = Field(description="Site area. [mu]", examples=[180.0])
    outlets: list[OutletOut]
    limits: list[LimitOut]


class PointOut(Answer):
    """One quantity of one meter."""

    id: str = Field(description="Full id, plant/point.", examples=["wx-dyeing/el.in"])
    plant: str = Field(examples=["wx-dyeing"])
    name: Text
    kind: str = Field(examples=["register"])
    unit: str = Field(description="Unit of the readings.", examples=["kWh"])
    multiplier: float = Field(description="Reading times this is the amount.", examples=[8000.0])
    carrier: str | None = Field(examples=["electricity"])
    direction: str = Field(examples=["import"])
    parent: str | None = Field(description="Full id of the point it is a part of.", examples=[None])
    outlet: str | None = Field(description="For derived loads.", examples=[None])
    pollutant: str | None = Field(examples=[None])
    every_s: float | None = Field(description="Distance of readings; null: one local day. [s]", examples=[60.0])
    meter: str | None = Field(examples=["E01"])


class LatestOut(Answer):
    """The newest reading of a point, as its sender gave it."""

    point: str = Field(examples=["wx-dyeing/el.in"])
    time: str = Field(examples=["2018-08-31T16:00:00Z"])
    time_ms: int = Field(examples=[1535731200000])
    received: str = Field(examples=["2018-08-31T16:00:01Z"])
    value: float | None = Field(description="Before multiplier; null: the sender said it has none.", examples=[4711.25])
    unit: str = Field(examples=["kWh"])
    multiplier: float = Field(examples=[8000.0])
    quality: list[str] = Field(description="Empty is good.", examples=[["imported"]])


class SeriesOut(Answer):
    """Equal steps of one point, as parallel lists."""

    point: str = Field(examples=["wx-dyeing/el.in"])
    step: str = Field(examples=["hour"])
    from_: str = Field(alias="from", examples=["2018-08-31T16:00:00Z"])
    to: str = Field(examples=["2018-09-01T16:00:00Z"])
    unit: str = Field(description="Of amount.", examples=["kWh"])
    rate_unit: str = Field(description="Of level and peak.", examples=["kW"])
    start_ms: list[int] = Field(description="Start of each step. [ms UTC]", examples=[[1535731200000]])
    amount: list[float | None] = Field(examples=[[4200.5]])
    level: list[float | None] = Field(description="Mean rate or mean level.", examples=[[4200.5]])
    coverage: list[float] = Field(description="Known share of the step, 0 to 1.", examples=[[1.0]])
    estimated: list[float] = Field(description="Share that was spread, 0 to 1.", examples=[[0.0]])
    peak: list[float | None] = Field(examples=[[5100.0]])
    flags: list[list[str]] = Field(examples=[[["gap"]]])


class IntervalOut(Answer):
    """What a point amounted to in 15 minutes."""

    start: str = Field(examples=["2018-08-31T16:00:00Z"])
    start_ms: int = Field(examples=[1535731200000])
    amount: float | None = Field(description="Canonical unit; levels: unit times hours.", examples=[1050.25])
    measured_s: float = Field(description="Seconds known from short steps.", examples=[900.0])
    estimated_s: float = Field(description="Seconds spread over a longer step.", examples=[0.0])
    missing_s: float = Field(description="What is left of 900 s.", examples=[0.0])
    below: float | None = Field(description="So far the true amount can lie below; null: unbounded.", examples=[0.5])
    above: float | None = Field(description="So far the true amount can lie above; null: unbounded.", examples=[0.5])
    peak: float | None = Field(description="Largest rate or level, canonical unit per hour.", examples=[5100.0])
    flags: list[str] = Field(examples=[[]])


class IntervalsOut(Answer):
    """15-minute rows of one point; a quarter without any knowledge has no row."""

    point: str = Field(examples=["wx-dyeing/el.in"])
    unit: str = Field(description="Of amount.", examples=["kWh"])
    rows: list[IntervalOut]


class FindingOut(Answer):
    """A doubt about a meter and how it was read."""

    point: str = Field(examples=["wx-dyeing/el.in"])
    from_: str = Field(alias="from", description="Accepted reading before it.", examples=["2018-08-31T16:00:00Z"])
    to: str = Field(description="Accepted reading after it.", examples=["2018-08-31T16:01:00Z"])
    from_ms: int = Field(examples=[1535731200000])
    what: str = Field(examples=["rollover"])
    before: float | None = Field(description="Reading before, sender's unit.", examples=[999998.7])
    after: float | None = Field(examples=[0.4])
    unit: str = Field(description="Of the readings.", examples=["kWh"])
    effect: float | None = Field(description="Amount given to the step; null: missing.", examples=[13600.0])
    effect_unit: str = Field(examples=["kWh"])


class DeadLetterOut(Answer):
    """A message that gave no reading."""

    id: int = Field(examples=[7])
    received: str = Field(examples=["2018-08-31T16:00:01Z"])
    source: str = Field(examples=["wx-dyeing/gateway"])
    topic: str = Field(examples=["taihu/wx-dyeing/E01/up"])
    reason: str = Field(examples=["json: the payload ends inside a value"])
    payload: str = Field(description="Text where UTF-8, else hexadecimal; shortened.", examples=['{"ts": 15357312'])
    encoding: Literal["text", "hex"]
    size: int = Field(description="Length as it came. [byte]", examples=[15])
    cut: bool = Field(description="Whether `payload` is shorter than what came.", examples=[False])


class DeadLettersOut(Answer):
    """Newest first; ask with ``before_id`` = the last id for more."""

    counts: dict[str, int] = Field(description="How many ever came, by reason.", examples=[{"json": 3}])
    rows: list[DeadLetterOut]


class HealthOut(Answer):
    """State of every part; parts may be absent."""

    model_config = ConfigDict(extra="allow", frozen=True)

    now: str = Field(description="The product's clock.", examples=["2018-08-31T16:00:00Z"])
    now_ms: int = Field(examples=[1535731200000])


class WordsOut(Answer):
    """Names of the closed lists in both languages."""

    cities: dict[str, Text]
    carriers: dict[str, Text]
    pollutants: dict[str, Text]
    materials: dict[str, Text] = Field(description="What is stated by the tonne for process CO2.")
