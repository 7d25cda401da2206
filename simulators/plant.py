"""What is a simulated plant: its flows and levels, the instruments on them, and what they send when?

Everything is a pure function of the seed and of time: two plants of one seed agree in every digit, whenever and in
whatever order they are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from simulators.channels import QUARTER_MS, Channel
from simulators.curve import Flow, Level
from simulators.noise import Float64, Int64
from simulators.site import Measure, Site
from simulators.workdays import SPAN_FROM_MS, SPAN_TO_MS

Dialect = Literal["values", "items"]
Model = Callable[[Site], Mapping[str, Float64]]


@dataclass(frozen=True)
class Economy:
    """What the plant's accountant and its bureau of statistics know.

    Attributes
    ----------
    product : str
        Key of the product, ``"fabric"``; its amount is the flow ``output``.
    output_unit : str
    value_added_per_output : float
        At 2015 prices. [10k yuan per unit of output]
    mix : tuple of float
        Value of the product mix 2015 ... 2019, 2015 is 1.
    price_index : tuple of float
        Producer prices 2016 ... 2019, previous year = 100.
    """

    product: str
    output_unit: str
    value_added_per_output: float
    mix: tuple[float, ...]
    price_index: tuple[float, ...]


@dataclass(frozen=True)
class Works:
    """The description of a plant: everything but the seed.

    Attributes
    ----------
    id, zh, en, city, sector : str
    dialect : str
        ``values``: one message a device, ``{"ts": ms, "values": {...}}``; ``items``: one message a gateway, an array of
        ``{"id", "v"}`` with local time as text.
    economy : Economy
    channels : tuple of Channel
    measures : tuple of Measure
    model : callable
        Site to arrays of shape (EDGES,): flows per hour, levels (names of level channels), and ``output``.
    gateways : mapping
        Dialect ``items`` only: device to gateway.
    ripple : mapping
        Flows that ripple more or less than 0.08 within the hour.
    materials : mapping
        Material (`registry.lists.MATERIALS`) to tonnes per unit of output, 2015 ... 2019.
    flutter : float
        How much analysers that answer each minute flutter within the hour, as a share.
    """

    id: str
    zh: str
    en: str
    city: str
    sector: str
    dialect: Dialect
    economy: Economy
    channels: tuple[Channel, ...]
    measures: tuple[Measure, ...]
    model: Model
    gateways: Mapping[str, str] = field(default_factory=dict)
    ripple: Mapping[str, float] = field(default_factory=dict)
    materials: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    flutter: float = 0.06


@dataclass(frozen=True, eq=False)
class Series:
    """Readings of one channel, in the order in which they are sent.

    Attributes
    ----------
    plant : str
    channel : Channel
    due_ms : ndarray of int64, shape (n,)
        When they are sent. [ms UTC]
    label_ms : ndarray of int64, shape (n,)
        Their source time. [ms UTC]
    value : ndarray of float64, shape (n,)
        As shown by the instrument, in its own unit.
    """

    plant: str
    channel: Channel
    due_ms: Int64
    label_ms: Int64
    value: Float64

    @property
    def full_id(self) -> str:
        """``plant/point``."""
        return f"{self.plant}/{self.channel.point}"


Fault = Callable[[Sequence[Series]], Sequence[Series]]
"""Something that happens to readings on their way: takes what should be sent, gives what is sent."""


def faultless(series: Sequence[Series]) -> Sequence[Series]:
    """The fault that is none."""
    return series


class Plant:
    """A works with a seed."""

    def __init__(self, works: Works, seed: int = 2015) -> None:
        if seed < 0:
            raise ValueError(f"seed ({seed}) must be 0 or more")
        self.works = works
        self.seed = seed

    @property
    def id(self) -> str:
        """Id of the plant, ``"wx-dyeing"``."""
        return self.works.id

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All channels in declared order."""
        return self.works.channels

    @cached_property
    def _arrays(self) -> Mapping[str, Float64]:
        works = self.works
        arrays = works.model(Site(self.seed, works.id, works.measures))
        wanted = {name for c in works.channels for name, _ in c.signed()} | {"output"}
        if missing := sorted(wanted - set(arrays)):
            raise ValueError(f"the model of {works.id} gave no {', '.join(missing)}; it gave {', '.join(arrays)}")
        return arrays

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        """Flows by name, ``output`` among them."""
        levels = {c.of[0] for c in self.channels if c.kind == "level"}
        return {
            name: Flow(self.seed, f"{self.id}:{name}", rate, self.works.ripple.get(name, 0.08))
            for name, rate in self._arrays.items()
            if name not in levels
        }

    @cached_property
    def levels(self) -> Mapping[str, Level]:
        """Concentrations by name."""
        names = [c.of[0] for c in self.channels if c.kind == "level"]
        return {name: Level(self.seed, f"{self.id}:{name}", self._arrays[name], self.works.flutter) for name in names}

    def series(self, channel: Channel, from_ms: int, to_ms: int, every_ms: int | None = None) -> Series:
        """Readings of a channel that are sent in ``[from_ms, to_ms)``.

        Parameters
        ----------
        channel : Channel
        from_ms, to_ms : int
            [ms UTC]; cut to the simulated span.
        every_ms : int or None
            Distance of the readings, the channel's own cadence without. Amounts keep theirs: it is their period.

        Returns
        -------
        Series
            At whole multiples of the distance since 1970.
        """
        every = channel.every_ms if every_ms is None or channel.kind == "amount" else every_ms
        first = max(from_ms, SPAN_FROM_MS + (QUARTER_MS if channel.kind == "amount" else 0))
        due = np.arange(-(-first // every) * every, min(to_ms, SPAN_TO_MS + 1), every, dtype=np.int64)
        return Series(self.id, channel, due, channel.label(due), channel.read(self.flows, self.levels, due))

    def readings(self, from_ms: int, to_ms: int) -> list[Series]:
        """Readings of all channels at their own cadence that are sent in ``[from_ms, to_ms)``; none that are empty."""
        series = (self.series(channel, from_ms, to_ms) for channel in self.channels)
        return [s for s in series if s.due_ms.size]
