"""What really happened in a simulated plant?

Exact amounts of each point and loads of each outlet per hour, local day or local month: before any display rounded them
and whatever became of them on the way.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from simulators import workdays
from simulators.channels import Channel
from simulators.noise import Float64, Int64
from simulators.plant import Plant
from simulators.workdays import HOUR_MS, LOCAL_MS, SPAN_FROM_MS, SPAN_TO_MS

Period = Literal["hour", "day", "month"]

LOAD_KG = {"st": 1e-6, "ww": 1e-3}
"""mg/m3 x Nm3 and mg/L x m3 to kg (HJ 212-2017 annex D)."""


@dataclass(frozen=True, eq=False)
class Truth:
    """Amounts of one point per period.

    Attributes
    ----------
    id : str
        ``plant/point``; loads are ``plant/OUTLET.POLLUTANT``.
    unit : str
        kWh, m3, Nm3, t or kg.
    start_ms, end_ms : ndarray of int64, shape (n,)
        Periods ``[start, end)``; the first and the last are cut to the asked range. [ms UTC]
    amount : ndarray of float64, shape (n,)
    """

    id: str
    unit: str
    start_ms: Int64
    end_ms: Int64
    amount: Float64


def truth(plant: Plant, from_ms: int, to_ms: int, period: Period = "day") -> list[Truth]:
    """True amounts and loads of a plant.

    Parameters
    ----------
    plant : Plant
    from_ms, to_ms : int
        Full hours inside the simulated span. [ms UTC]
    period : str
        hour, day or month (local).

    Raises
    ------
    ValueError
        If the range is empty, outside the span or not of full hours.
    """
    if not SPAN_FROM_MS <= from_ms < to_ms <= SPAN_TO_MS or (from_ms % HOUR_MS, to_ms % HOUR_MS) != (0, 0):
        raise ValueError(
            f"truth from {from_ms} to {to_ms} ms: wanted full hours between {SPAN_FROM_MS} and {SPAN_TO_MS} ms"
        )
    edges = _edges(from_ms, to_ms, period)
    found = [_amounts(plant, channel, edges) for channel in plant.channels if channel.kind != "level"]
    return found + [_loads(plant, channel, edges) for channel in plant.channels if channel.pollutant is not None]


def write_truth(truths: Iterable[Truth], path: Path) -> None:
    """Write truths as CSV: point, start and end in local time with offset, amount, unit."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("point", "start", "end", "amount", "unit"))
        for one in truths:
            rows = zip(_local(one.start_ms), _local(one.end_ms), one.amount, strict=True)
            writer.writerows((one.id, start, end, f"{amount:.6f}", one.unit) for start, end, amount in rows)


def _edges(from_ms: int, to_ms: int, period: Period) -> Int64:
    if period == "hour":
        inside = np.arange(from_ms, to_ms, HOUR_MS, dtype=np.int64)
    elif period == "day":
        inside = SPAN_FROM_MS + np.arange(0, workdays.EDGES, 24, dtype=np.int64) * HOUR_MS
    else:
        inside = SPAN_FROM_MS + workdays.month_edges()[1] * HOUR_MS
    inside = inside[(inside > from_ms) & (inside < to_ms)]
    return np.concatenate(([from_ms], inside, [to_ms]))


def _amounts(plant: Plant, channel: Channel, edges: Int64) -> Truth:
    amount = np.diff(channel.total(plant.flows, edges))
    return Truth(f"{plant.id}/{channel.point}", channel.unit, edges[:-1], edges[1:], amount)


def _loads(plant: Plant, channel: Channel, edges: Int64) -> Truth:
    load = load_kg(plant, channel)
    hours = (edges - SPAN_FROM_MS) // HOUR_MS
    total = np.concatenate(([0.0], np.cumsum(load)))
    return Truth(f"{plant.id}/{channel.outlet}.{channel.pollutant}", "kg", edges[:-1], edges[1:], np.diff(total[hours]))


def load_kg(plant: Plant, channel: Channel) -> Float64:
    """True load of each hour behind a concentration channel, shape (HOURS,). [kg]"""
    flow = plant.flows[f"{channel.outlet}.flow"].amount
    return np.asarray(plant.levels[channel.of[0]].value[:-1] * flow * LOAD_KG[channel.outlet])


def _local(time_ms: Int64) -> Sequence[str]:
    local = (time_ms + LOCAL_MS).astype("datetime64[ms]").astype("datetime64[s]")
    return [f"{text}+08:00" for text in np.datetime_as_string(local)]
