"""How is a closed range opened again, and what can it no longer tell?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.closed import REOPEN, waiting
from engine.events.entries import Entry, entry_of_late
from engine.events.judging import DecisionError, named
from registry import Point
from storage import MeterEvent, Store

LOST = ("peaks", "bounds", "excursions")
"""Keys of what thinned readings cannot tell any more: peaks inside quarters, how far each quarter's amount can lie off
as closely as before, and spikes and zeros within thinned quarters that a late reading might have explained."""


@dataclass(frozen=True)
class Reopened:
    """What opening a closed range again gave.

    Attributes
    ----------
    entry : Entry
        With the months that changed.
    lost : tuple of str
        What is no longer possible: keys of `LOST`, which the page translates.
    """

    entry: Entry
    lost: tuple[str, ...]


def reopening(store: Store, point: Point, from_ms: int, to_ms: int, who: str, why: str) -> MeterEvent:
    """The event that opens a range again; it changes no reading.

    Raises
    ------
    DecisionError
        If the range is empty, or none of it was closed.
    """
    if from_ms >= to_ms:
        raise DecisionError(f"range [{from_ms}, {to_ms}) is empty; wanted from_ms < to_ms", "to_ms")
    closed_ms = int(store.closed_before(np.array([point.key], np.int32))[0])
    if from_ms >= closed_ms:
        raise DecisionError(
            f"{point.full_id} is open from {closed_ms} on: what comes is settled by itself; wanted an earlier range",
            "from_ms",
        )
    return MeterEvent(
        point=point.key,
        from_ms=from_ms,
        to_ms=to_ms,
        what=0,
        who=named(who, "who"),
        why=named(why, "why"),
        note=REOPEN,
    )


def waiting_of(store: Store, by_key: Mapping[int, Point]) -> list[Entry]:
    """Late readings of some points that nobody opened their closed range for yet."""
    late = waiting(store)
    rows = zip(*(column.tolist() for column in late.as_dict().values()), strict=True)
    return [entry_of_late(by_key[point], from_ms, to_ms) for point, from_ms, to_ms in rows if point in by_key]
