"""What is a plant made of?

Frozen nouns: plant, source, meter, point (outlets and limits: `registry.outletmodel`). They hold what the plant file
says with every default filled in and every text parsed; how a file writes them is `registry.plantkeys`, how they are
kept is `registry.store`.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Literal

from analytics.columns import Kind
from analytics.units import UNITS, amount_unit
from registry.detection import DetectionLimit
from registry.lists import City, Direction, Edge, Size
from registry.quantity import Quantity
from registry.text import Frozen, Text


class Plant(Frozen):
    """A site.

    Attributes
    ----------
    id : str
        Unique; first part of every full id.
    name : Text
    city : str
        City of the programme's region, or ``other``.
    sector : str
        GB/T 4754-2017 division, e.g. ``C17``.
    size : str
        large, medium, small or micro.
    land_mu : float or None
        Site area. [mu = 666.67 m2]
    zone : str
        IANA time zone in which local days are cut.
    programmes : tuple of str
        Programmes whose targets the plant answers for.
    opened, closed : date or None
        First day of work, and first day without; None: before the data, and not yet.
    """

    id: str
    name: Text
    city: City
    sector: str
    size: Size
    land_mu: float | None = None
    zone: str = "Asia/Shanghai"
    programmes: tuple[str, ...] = ()
    opened: dt.date | None = None
    closed: dt.date | None = None


class Source(Frozen):
    """One shape of message on a family of topics.

    Attributes
    ----------
    id, plant : str
    topic : str
        MQTT topic; a level ``{name}`` matches any one level.
    codec : str
        ``json``.
    items : str
        Path to an object of values, a value's object or an array; "" is the whole payload, ``bare`` a bare number.
    name, value : str or None
        Paths inside an item to its name and its value; None where the keys of the item are the names.
    time : str or None
        Path to the time, inside an item where items is an array; None: time of arrival.
    time_unit : str
        s, ms, us, ns, iso, or a strptime format.
    zone : str
        Zone of times that name none.
    channel : str
        Template of topic parts, ``{key}`` and other members of the payload, e.g. ``{device}/{key}``.
    multiplier : float
        Applied to every value of the source on arrival.
    label : str
        Edge that names a period, start or end; points may differ.
    """

    id: str
    plant: str
    topic: str
    codec: Literal["json"] = "json"
    items: str = ""
    name: str | None = None
    value: str | None = None
    time: str | None = None
    time_unit: str = "ms"
    zone: str = "Asia/Shanghai"
    channel: str = "{key}"
    multiplier: float = 1.0
    label: Edge = "start"

    @property
    def full_id(self) -> str:
        """``plant/source``."""
        return f"{self.plant}/{self.id}"


class Meter(Frozen):
    """A physical instrument.

    Attributes
    ----------
    id, plant : str
    name : Text
    serial, accuracy : str or None
        As on the plate, e.g. ``0.5S``.
    """

    id: str
    plant: str
    name: Text
    serial: str | None = None
    accuracy: str | None = None


class PointSpec(Frozen):
    """A point as its plant file describes it, before the store gave it a key.

    Attributes
    ----------
    plant, id : str
    name : Text
    kind : Kind
    unit : str
        Unit of the readings (`analytics.units`).
    carrier : str or None
        What is counted (`registry.lists.CARRIERS`); None for what is no carrier.
    direction : str
        import, export, production, internal, discharge. A plant's total is import + production - export.
    multiplier : float
        Reading times this is the amount, in `unit` (CT x PT).
    modulus : float or None
        Register value at which the display starts again from zero, before multiplier; None: unknown.
    resolution : float
        Smallest step of the display, before multiplier; 0 where unknown, as in `analytics.columns.Points`.
    rating : Quantity or None
        Largest possible flow, after multiplier; for sampled levels None.
    every_ms : int
        Expected distance of readings; length of the labelled period for amounts and means;
        `analytics.columns.LOCAL_DAY` for one local day. [ms]
    label : str
        Edge that names a period, start or end.
    hold_ms : int
        How long a sample stands for what follows; for rates the longest step that is integrated. [ms]
    valid : tuple of float
        Plausible range of the reading (inclusive), -inf and inf where open.
    zero_is_missing : bool
        A reading of exactly zero cannot be true.
    stuck_count : int
        Equal readings in a row from which the point is called stuck; 0 never.
    net : bool
        True for a register that runs back when energy flows the other way.
    detection_limits : tuple of DetectionLimit
        Of a concentration: readings below the limit in force are non-detects, kept as they came.
    error_percent : float or None
        Largest error of the analyser in percent of its reading; None where it is not said.
    parent, meter, source, channel : str or None
        Local ids; None where there is none.
    since, until : date or None
        First day on which what is counted exists, and first day on which it does not; outside the amount is known to be
        zero. None: always.
    outlet, pollutant : str or None
        Only for derived load points.
    """

    plant: str
    id: str
    name: Text
    kind: Kind
    unit: str
    carrier: str | None = None
    direction: Direction = "internal"
    multiplier: float = 1.0
    modulus: float | None = None
    resolution: float = 0.0
    rating: Quantity | None = None
    every_ms: int
    label: Edge = "start"
    hold_ms: int
    valid: tuple[float, float] = (-math.inf, math.inf)
    zero_is_missing: bool = False
    stuck_count: int = 0
    net: bool = False
    detection_limits: tuple[DetectionLimit, ...] = ()
    error_percent: float | None = None
    parent: str | None = None
    meter: str | None = None
    source: str | None = None
    channel: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    outlet: str | None = None
    pollutant: str | None = None

    @property
    def full_id(self) -> str:
        """``plant/point``."""
        return f"{self.plant}/{self.id}"

    @property
    def dimension(self) -> str:
        """Dimension of the readings' unit."""
        return UNITS[self.unit].dimension

    @property
    def amount_unit(self) -> str:
        """Unit of an interval's amount: kg for loads, else the canonical unit of what the readings add up to."""
        return self.unit if self.kind is Kind.LOAD else amount_unit(self.dimension)

    @property
    def rating_per_h(self) -> float | None:
        """Rating in canonical units per hour, without tolerance; None where unknown."""
        return None if self.rating is None else self.rating.canonical


class Point(PointSpec):
    """One quantity of one meter, with the key under which readings and intervals are kept.

    Attributes
    ----------
    key : int
        Given once by the store, never given to another point; fits 32 bits.
    """

    key: int
