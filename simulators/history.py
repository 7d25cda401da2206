"""What have the plants sent until now, in bulk?

Hourly from the beginning, every fifteen minutes in the last sixty days: the same readings that `Publisher` would have
sent at these instants, as columns for an import.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from simulators.channels import QUARTER_MS, Channel
from simulators.noise import Float64, Int64
from simulators.plant import Fault, Plant, Series, faultless
from simulators.workdays import DAY_MS, HOUR_MS

RECENT_MS = 60 * DAY_MS
"""How long before its end the history is as fine as the settlement interval."""


class Chunk(TypedDict):
    """Readings of one plant as columns, sorted by point and time; all of shape (n,).

    ``index`` says which of the ids beside the chunk, ``time_ms`` is the source time [ms UTC], ``value`` what the
    instrument showed, in its own unit.
    """

    index: NDArray[np.int32]
    time_ms: Int64
    value: Float64


def history(
    plants: Sequence[Plant], from_ms: int, to_ms: int, fault: Fault = faultless
) -> Iterator[tuple[list[str], Chunk]]:
    """Readings that were sent in ``[from_ms, to_ms)``, one chunk a plant.

    Parameters
    ----------
    plants : sequence of Plant
    from_ms, to_ms : int
        [ms UTC]; cut to the simulated span.
    fault : callable
        What happens to the readings of a plant on their way.

    Yields
    ------
    ids : list of str
        Full ids of the plant's points.
    chunk : Chunk

    Raises
    ------
    ValueError
        If the period ends before it begins.
    """
    if to_ms < from_ms:
        raise ValueError(f"history from {from_ms} to {to_ms} ms: the end must not be before the beginning")
    for plant in plants:
        series = fault([s for channel in plant.channels for s in _series(plant, channel, from_ms, to_ms)])
        ids = [f"{plant.id}/{channel.point}" for channel in plant.channels]
        place = {full_id: i for i, full_id in enumerate(ids)}
        yield ids, _chunk(series, place)


def _series(plant: Plant, channel: Channel, from_ms: int, to_ms: int) -> tuple[Series, ...]:
    if channel.kind == "amount":
        return (plant.series(channel, from_ms, to_ms),)
    if channel.kind == "level":
        return (plant.series(channel, from_ms, to_ms, HOUR_MS),)
    recent_ms = max(from_ms, (to_ms - RECENT_MS) // HOUR_MS * HOUR_MS)
    return (
        plant.series(channel, from_ms, recent_ms, HOUR_MS),
        plant.series(channel, recent_ms, to_ms, QUARTER_MS),
    )


def _chunk(series: Sequence[Series], place: dict[str, int]) -> Chunk:
    if not series:
        return Chunk(index=np.empty(0, np.int32), time_ms=np.empty(0, np.int64), value=np.empty(0))
    index = [np.full(len(s.value), place[s.full_id], np.int32) for s in series]
    return Chunk(
        index=np.concatenate(index),
        time_ms=np.concatenate([s.label_ms for s in series]),
        value=np.concatenate([s.value for s in series]),
    )
