"""Which keys may a plant file have, and what may stand behind each?

One class a kind of table; the description of a key is what a message about it says was wanted. Keys that concern other
tables (ids, parents, topics) are checked in `registry.plantcheck`.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from analytics.columns import Kind
from analytics.units import UNITS
from registry.detection import WANTED as DETECTION_WANTED
from registry.detection import DetectionLimit, parse_detection_limits
from registry.factorrow import FactorQuantity
from registry.lists import CARRIERS, KIND_WORDS, MATERIALS, City, Confidence, Direction, Edge, Size
from registry.problems import did_you_mean, one_of, wanted
from registry.quantity import Quantity, parse_duration_ms, parse_period_ms, parse_quantity
from registry.text import Text
from registry.topics import topic_fault

_TIME_UNITS = ("s", "ms", "us", "ns", "iso")


def unit_options(came: str) -> str:
    """Units to offer for one that is unknown: those of the nearest one's dimension first."""
    plain = came.replace("³", "3").replace("²", "2").replace("µ", "u").replace("℃", "degC")
    hint = did_you_mean(plain, UNITS)
    near = hint.removeprefix(" (did you mean ").removesuffix("?)")
    same = [symbol for symbol in UNITS if near in UNITS and UNITS[symbol].dimension == UNITS[near].dimension]
    return f"one of {', '.join([*same, '...'] if same else UNITS)}{hint}"


def _unit(came: str) -> str:
    if came not in UNITS:
        raise wanted(unit_options(came))
    return came


def _zone(came: str) -> str:
    try:
        ZoneInfo(came)
    except (KeyError, ValueError, OSError):  # unknown, malformed, or a folder of the zone database
        near = did_you_mean(came, available_timezones())
        raise wanted(f"an IANA time zone, e.g. Asia/Shanghai{near}") from None
    return came


def _carrier(came: str) -> str:
    if came not in CARRIERS:
        raise wanted(one_of(came, list(CARRIERS)))
    return came


def _counted(came: str) -> str:
    if came not in CARRIERS and came not in MATERIALS:
        raise wanted(one_of(came, [*CARRIERS, *MATERIALS], most=len(CARRIERS) + len(MATERIALS)))
    return came


def _topic(came: str) -> str:
    fault = topic_fault(came)
    if fault is not None:
        raise wanted(fault)
    return came


def _time_unit(came: str) -> str:
    if came not in _TIME_UNITS and "%" not in came:
        raise wanted(f"{one_of(came, _TIME_UNITS)}, or a strptime format such as %Y%m%d%H%M%S")
    return came


def _kind(came: Any) -> Kind:
    if not isinstance(came, str) or came not in KIND_WORDS:
        raise wanted(one_of(came, list(KIND_WORDS)))
    return KIND_WORDS[came]


def _quantity(came: Any) -> Quantity:
    if not isinstance(came, str):
        raise wanted('a number, a blank and a unit in quotes, e.g. "12000 kW"')
    try:
        return parse_quantity(came)
    except ValueError as error:
        unit = came.split()[-1] if came.split() else ""
        options = unit_options(unit) if "unknown" in str(error) else 'e.g. "12000 kW"'
        raise wanted(f"a number, a blank and a unit, {options}") from None


def _rated(quantity: Quantity) -> Quantity:
    if quantity.value <= 0:
        raise wanted("a number above 0 and its unit")
    return quantity


def period_ms(came: Any) -> int:
    return _length(came, '"15min"; "1d" is one local day', parse_period_ms)


def _hold(came: Any) -> int:
    return _length(came, '"30min"', parse_duration_ms)


def _length(came: Any, example: str, parse: Any) -> int:
    try:
        return int(parse(came))
    except (ValueError, AttributeError):
        raise wanted(f"a whole number above 0 and ms, s, min, h or d, e.g. {example}") from None


def _range(came: list[float]) -> list[float]:
    if len(came) != 2 or any(math.isnan(edge) for edge in came) or not came[0] < came[1]:
        raise wanted("two numbers, [lowest, highest]; -inf and inf leave a side open")
    return came


def _id(pattern: str, words: str) -> AfterValidator:
    allowed = frozenset(pattern)

    def check(came: str) -> str:
        if not came or not set(came) <= allowed or not came[0].isalnum():
            raise wanted(f"{words}, beginning with a letter or digit")
        return came

    return AfterValidator(check)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PlantId = Annotated[str, _id(_LETTERS + "-_", "letters, digits, - and _")]
LocalId = Annotated[str, _id(_LETTERS + "-_.", "letters, digits, -, _ and .")]
UnitSymbol = Annotated[str, AfterValidator(_unit)]
CarrierId = Annotated[str, AfterValidator(_carrier)]
Zone = Annotated[str, AfterValidator(_zone)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Above0 = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Amounts = Annotated[Quantity, BeforeValidator(_quantity)]
NAME = 'a name in both languages, { zh = "...", en = "..." }'


class Table(BaseModel):
    """Base of all tables of a plant file: exact types, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PlantTable(Table):
    """``[plant]``."""

    id: PlantId = Field(description='an id, e.g. "wx-dyeing"')
    name: Text = Field(description=NAME)
    city: City = Field(description="nanjing, wuxi, changzhou, suzhou, zhenjiang or other")
    sector: Annotated[str, Field(pattern=r"^[A-T][0-9]{2,4}$")] = Field(description='a GB/T 4754 division, e.g. "C17"')
    size: Size = Field(description="large, medium, small or micro")
    land_mu: Above0 | None = Field(None, description="site area in mu")
    zone: Zone = Field("Asia/Shanghai", description="an IANA time zone")
    programmes: list[str] = Field([], description="ids of programmes")
    opened: dt.date | None = Field(None, description="first day of work, 2017-03-01")
    closed: dt.date | None = Field(None, description="first day without work, 2019-07-01")


class SourceTable(Table):
    """``[[sources]]``."""

    id: LocalId = Field(description='an id, e.g. "gateway"')
    topic: Annotated[str, AfterValidator(_topic)] = Field(description="an MQTT topic, e.g. site/{device}/up")
    codec: Literal["json"] = Field("json", description="json")
    items: str = Field("", description='a path, "" for the whole payload, or "bare" for a bare number')
    name: str | None = Field(None, min_length=1, description="path inside an item to the name of its value")
    value: str | None = Field(None, min_length=1, description="path inside an item to its value")
    time: str | None = Field(None, min_length=1, description="path to the time")
    time_unit: Annotated[str, AfterValidator(_time_unit)] = Field("ms", description="a unit of time")
    zone: Zone | None = Field(None, description="an IANA time zone")
    channel: str = Field("{key}", min_length=1, description="a template of topic names and {key}, e.g. {device}/{key}")
    multiplier: Above0 = Field(1.0, description="a number above 0")
    label: Edge = Field("start", description="start or end")


class MeterTable(Table):
    """``[[meters]]``."""

    id: LocalId = Field(description='an id, e.g. "E01"')
    name: Text = Field(description=NAME)
    serial: str | None = Field(None, description="serial number in quotes")
    accuracy: str | None = Field(None, description='accuracy class in quotes, e.g. "0.5S"')


class PointTable(Table):
    """``[[points]]``."""

    id: LocalId = Field(description='an id, e.g. "el.in"')
    name: Text = Field(description=NAME)
    kind: Annotated[Kind, BeforeValidator(_kind)] = Field(description=f"one of {', '.join(KIND_WORDS)}")
    unit: UnitSymbol = Field(description="the unit of the readings, e.g. kWh")
    every: Annotated[int, BeforeValidator(period_ms)] = Field(description='the distance of readings, e.g. "15min"')
    meter: str | None = Field(None, description="id of a meter")
    carrier: CarrierId | None = Field(None, description="a carrier")
    direction: Direction = Field("internal", description="import, export, production, internal or discharge")
    multiplier: Above0 = Field(1.0, description="a number above 0")
    modulus: Above0 | None = Field(None, description="a number above 0")
    resolution: Annotated[Number, Field(ge=0)] = Field(0.0, description="a number of at least 0")
    rating: Annotated[Amounts, AfterValidator(_rated)] | None = Field(None, description='a flow, e.g. "12000 kW"')
    label: Edge | None = Field(None, description="start or end")
    hold: Annotated[int, BeforeValidator(_hold)] | None = Field(None, description='a duration, e.g. "30min"')
    valid: Annotated[list[float], AfterValidator(_range)] | None = Field(None, description="[lowest, highest]")
    zero: Literal["reading", "missing"] = Field("reading", description="reading or missing")
    net: bool = Field(False, description="true or false")
    stuck: Annotated[int, Field(ge=2)] | None = Field(None, description="a count of equal readings, at least 2")
    detection_limit: Annotated[tuple[DetectionLimit, ...], BeforeValidator(parse_detection_limits)] = Field(
        (), description=DETECTION_WANTED
    )
    error_percent: Above0 | None = Field(None, description="a number above 0")
    parent: str | None = Field(None, description="id of a point")
    source: str | None = Field(None, description="id of a source")
    channel: str | None = Field(None, min_length=1, description="a channel of the source")
    since: dt.date | None = Field(None, description="first day on which it flows, 2016-06-01")
    until: dt.date | None = Field(None, description="first day on which it no longer flows, 2018-11-01")


class FactorTable(Table):
    """``[[factors]]``: a coefficient the plant measured or was told by its supplier."""

    carrier: Annotated[str, AfterValidator(_counted)] = Field(description="a carrier or a material")
    quantity: FactorQuantity = Field("coal", description="coal or co2")
    basis: Literal["equivalent", "equal", "both"] = Field("both", description="equivalent, equal or both")
    heat: str | None = Field(None, description='lower heating value or enthalpy, e.g. "35588 kJ/m3"')
    value: Above0 | None = Field(None, description="a number above 0")
    unit: str | None = Field(None, description='the unit of value, e.g. "kgce/m3"')
    valid_from: dt.date | None = Field(None, description="a date, 2018-01-01")
    valid_to: dt.date | None = Field(None, description="a date, 2019-01-01")
    source: str = Field(min_length=1, description="where the value comes from")
    confidence: Confidence = Field("sure", description="sure or unsure")
