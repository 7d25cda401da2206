"""What does an instrument show of the truth?

A channel is one number of one device: a register that counts behind a transformer and starts again at its modulus, a
rate, an amount of a period, a concentration. `read` turns truth into what a gateway sends, digit by digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulators.curve import Flow, Level
from simulators.noise import Float64, Int64
from simulators.workdays import HOUR_MS, MINUTE_MS

Kind = Literal["register", "rate", "amount", "level"]

QUARTER_MS = 15 * MINUTE_MS


@dataclass(frozen=True)
class Channel:
    """One number of one device and the point it stands for.

    Attributes
    ----------
    point : str
        Local id of the point, ``"el.in"``.
    device, key : str
        Names on the wire, ``"E01"`` and ``"ep"``.
    kind : str
    of : tuple of str
        Flows whose sum is measured (a leading ``-`` subtracts), or the one level.
    unit : str
        Unit of the truth: kWh, m3, t, Nm3 for flows, mg/m3 or mg/L for levels.
    every_ms : int
        Cadence of the live messages.
    decimals : int
        Digits after the point.
    multiplier : float
        Truth = register difference x multiplier.
    modulus : float or None
        Register value at which the display starts again from zero.
    start : float
        Register at the beginning of 2015, in its own unit.
    label_end : bool
        Amounts only: the label is the end of the period (else its start).
    pollutant : str or None
        Levels only, ``"COD"``; None where a level carries no load (oxygen). The load is that of the rate channel of the
        same outlet, the id before the dot.
    """

    point: str
    device: str
    key: str
    kind: Kind
    of: tuple[str, ...]
    unit: str
    every_ms: int = MINUTE_MS
    decimals: int = 2
    multiplier: float = 1.0
    modulus: float | None = None
    start: float = 0.0
    label_end: bool = False
    pollutant: str | None = None

    @property
    def outlet(self) -> str:
        """Id before the dot: the outlet of a flow or of a concentration."""
        return self.point.split(".")[0]

    def signed(self) -> tuple[tuple[str, float], ...]:
        """Flow names with their signs."""
        return tuple((name.removeprefix("-"), -1.0 if name.startswith("-") else 1.0) for name in self.of)

    def total(self, flows: Mapping[str, Flow], time_ms: Int64) -> Float64:
        """True running total since the beginning of 2015 at each time. [unit]"""
        return np.asarray(sum(sign * flows[name].total_at(time_ms) for name, sign in self.signed()))

    def label(self, due_ms: Int64) -> Int64:
        """Source time of the readings that are sent at `due_ms`: amounts may carry the start of their period."""
        return due_ms - QUARTER_MS if self.kind == "amount" and not self.label_end else due_ms

    def read(self, flows: Mapping[str, Flow], levels: Mapping[str, Level], due_ms: Int64) -> Float64:
        """Readings as sent at `due_ms`, in the register's or sensor's own unit, shape of `due_ms`."""
        step = 10.0**-self.decimals
        if self.kind == "register":
            shown = self.start + self.total(flows, due_ms) / self.multiplier
            counts = np.floor(shown / step + 1e-6)  # a counter shows full steps only
            if self.modulus is not None:
                counts = counts % round(self.modulus / step)
            return np.round(counts * step, self.decimals)
        if self.kind == "amount":
            # The counter behind an amount counts full steps too: what it keeps back comes with the next period.
            ends = np.floor(self.total(flows, due_ms) / step + 1e-6)
            begins = np.floor(self.total(flows, due_ms - QUARTER_MS) / step + 1e-6)
            return np.round((ends - begins) * step, self.decimals)
        if self.kind == "rate":
            rate = sum(sign * flows[name].rate_at(due_ms) for name, sign in self.signed())
            return np.round(np.asarray(rate), self.decimals)
        return np.round(levels[self.of[0]].at(due_ms), self.decimals)


def electricity(point: str, device: str, of: tuple[str, ...], **register: float) -> Channel:
    """A register of active energy; keywords multiplier, modulus, start, decimals as in `Channel`."""
    return _register(point, device, "ep", of, "kWh", register)


def counter(point: str, device: str, of: tuple[str, ...], unit: str, **register: float) -> Channel:
    """A register of water, gas (m3) or steam (t)."""
    return _register(point, device, "total", of, unit, register)


def _register(point: str, device: str, key: str, of: tuple[str, ...], unit: str, more: Mapping[str, float]) -> Channel:
    return Channel(
        point,
        device,
        key,
        "register",
        of,
        unit,
        decimals=int(more.get("decimals", 2)),
        multiplier=more.get("multiplier", 1.0),
        modulus=more.get("modulus"),
        start=more.get("start", 0.0),
    )


def outlet(
    outlet_id: str, device: str, flow_unit: str, unit: str, pollutants: Mapping[str, str], every_ms: int = HOUR_MS
) -> tuple[Channel, ...]:
    """Flow rate and concentrations of one stack or wastewater outlet.

    Parameters
    ----------
    outlet_id : str
        ``"st"`` or ``"ww"``; flows and levels are named ``st.flow``, ``st.so2`` ...
    flow_unit : str
        Nm3 or m3; the rate is sent per hour.
    unit : str
        Of the concentrations.
    pollutants : mapping
        Key on the wire to pollutant, ``{"cod": "COD"}``.
    every_ms : int
        Cadence of the analysers.
    """
    flow = Channel(f"{outlet_id}.flow", device, "q", "rate", (f"{outlet_id}.flow",), flow_unit, decimals=1)
    levels = tuple(
        Channel(
            f"{outlet_id}.{key}",
            device,
            key,
            "level",
            (f"{outlet_id}.{key}",),
            unit,
            every_ms=every_ms,
            decimals=3 if pollutant in ("TP", "NH3-N") else 2,
            pollutant=pollutant,
        )
        for key, pollutant in pollutants.items()
    )
    return (flow, *levels)
