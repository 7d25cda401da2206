"""What goes wrong with the demo's meters in its first minutes?

A water meter sends zeros for three minutes, a gas meter two readings far too high, and an electricity meter is
exchanged for a new one without a word. The plants' truth does not change, so everybody can see what is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analytics.columns import Bool
from simulators.noise import Float64
from simulators.plant import Fault, Plant, Series
from simulators.workdays import MINUTE_MS


@dataclass(frozen=True)
class Mishap:
    """One thing that goes wrong.

    Attributes
    ----------
    point : str
        ``plant/point`` of a register.
    what : str
        ``zero``: shows 0; ``spike``: shows `value` too much; ``swap``: another meter that starts at `value`.
    after_min : int
        Plant time after the demo's beginning. [min]
    minutes : int
        How long zeros and spikes last. [min]
    value : float
        In the register's own unit.
    """

    point: str
    what: Literal["zero", "spike", "swap"]
    after_min: int
    minutes: int = 0
    value: float = 0.0


DEMO_MISHAPS = (
    Mishap("wx-dyeing/water.in", "zero", after_min=10, minutes=3),
    Mishap("wx-dyeing/gas.in", "spike", after_min=16, minutes=2, value=2_500_000.0),
    Mishap("cz-steel/el.mill", "swap", after_min=22, value=12.5),
)


def mishaps(plants: Sequence[Plant], from_ms: int, happening: Sequence[Mishap] = DEMO_MISHAPS) -> Fault:
    """A fault that lets things happen to registers of some plants.

    What is sent stays a function of time alone, so a demo that is started again goes on with the exchanged meter.

    Parameters
    ----------
    plants : sequence of Plant
        Those whose meters may be exchanged.
    from_ms : int
        The demo's first beginning. [ms UTC]
    happening : sequence of Mishap
    """
    by_id = {plant.id: plant for plant in plants}
    by_point = {mishap.point: mishap for mishap in happening}

    def fault(series: Sequence[Series]) -> Sequence[Series]:
        return [_broken(one, by_point.get(one.full_id), by_id, from_ms) for one in series]

    return fault


def _broken(series: Series, mishap: Mishap | None, plants: dict[str, Plant], from_ms: int) -> Series:
    if mishap is None:
        return series
    begin_ms = from_ms + mishap.after_min * MINUTE_MS
    if mishap.what == "swap":
        after = series.due_ms >= begin_ms
        if not bool(after.any()):
            return series
        return _with(series, after, _exchanged(series, mishap, plants[series.plant], begin_ms))
    during = (series.due_ms >= begin_ms) & (series.due_ms < begin_ms + mishap.minutes * MINUTE_MS)
    shown = np.zeros_like(series.value) if mishap.what == "zero" else series.value + mishap.value
    return _with(series, during, shown)


def _exchanged(series: Series, mishap: Mishap, plant: Plant, begin_ms: int) -> Float64:
    """What the new meter shows: what has flowed since the exchange, from its own start."""
    channel = series.channel
    flowed = channel.total(plant.flows, series.due_ms) - channel.total(plant.flows, np.array([begin_ms]))
    step = 10.0**-channel.decimals
    shown = mishap.value + flowed / channel.multiplier
    return np.round(np.floor(shown / step + 1e-6) * step, channel.decimals)


def _with(series: Series, at: Bool, value: Float64) -> Series:
    return replace(series, value=np.where(at, value, series.value))
