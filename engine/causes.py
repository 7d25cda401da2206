"""What came in after a moment that may have changed a point's amounts of some time?

Deliveries of readings, and what persons said. A step that reaches over an edge of the time asked for belongs to it, so
the nearest readings outside are looked at too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import EventKind, Ranges
from engine.closed import REOPEN
from registry import Point, Registry
from storage import EventRow, Store


@dataclass(frozen=True)
class Delivery:
    """Readings of one point that came one after the other.

    Attributes
    ----------
    point : str
        Full id.
    received_ms, received_until_ms : int
        When the first and the last of them came. [ms UTC]
    first_ms, last_ms : int
        Over which time they were taken. [ms UTC]
    count : int
    first_value, last_value : float or None
        What they said at both ends, in the point's own unit; None where the sender said it has none.
    """

    point: str
    received_ms: int
    received_until_ms: int
    first_ms: int
    last_ms: int
    count: int
    first_value: float | None
    last_value: float | None


@dataclass(frozen=True)
class Saying:
    """Something a person said about a meter.

    Attributes
    ----------
    point : str
        Full id.
    said : EventRow
        With who, when and why.
    withdrawn : EventRow or None
        What it takes back.
    """

    point: str
    said: EventRow
    withdrawn: EventRow | None = None


def causes(
    store: Store, registry: Registry, point: Point, since_ms: int, from_ms: int, to_ms: int
) -> tuple[tuple[Delivery, ...], tuple[Saying, ...]]:
    """Deliveries, point by point, and sayings after a moment, each in order of receipt.

    Parameters
    ----------
    store : Store
    registry : Registry
    point : Point
        Causes of a load are those of its flow and its concentration.
    since_ms : int
        The moment. [ms UTC]
    from_ms, to_ms : int
        Which amounts are asked about. [ms UTC]
    """
    sources = _sources(registry, point)
    keys = np.array([p.key for p in sources], np.int32)
    ends = [np.full(len(keys), at, np.int64) for at in (from_ms, to_ms)]
    before, after = store.neighbours(Ranges(keys, *ends))
    around = Ranges(keys, np.where(before < 0, from_ms, before), np.where(after < 0, to_ms, after + 1))
    deliveries: list[Delivery] = []
    sayings: list[Saying] = []
    for i, source in enumerate(sources):
        first_ms, last_ms = int(around.from_ms[i]), int(around.to_ms[i])
        deliveries.extend(_deliveries(store, source, since_ms, first_ms, last_ms))
        sayings.extend(_sayings(store, source, since_ms, first_ms, last_ms))
    return tuple(deliveries), tuple(sorted(sayings, key=lambda s: s.said.id))


def _sources(registry: Registry, point: Point) -> Sequence[Point]:
    """The points whose readings make it: itself, or those a load or a dry flow is made of."""
    return [registry.by_key[key] for key in registry.sources_of(point)] or [point]


def _deliveries(store: Store, point: Point, since_ms: int, from_ms: int, to_ms: int) -> Iterator[Delivery]:
    found = store.arrivals(point.key, since_ms, None, from_ms, to_ms)
    for row in range(len(found)):
        yield Delivery(
            point=point.full_id,
            received_ms=int(found.received_ms[row]),
            received_until_ms=int(found.received_until_ms[row]),
            first_ms=int(found.first_ms[row]),
            last_ms=int(found.last_ms[row]),
            count=int(found.count[row]),
            first_value=_known(float(found.first_value[row])),
            last_value=_known(float(found.last_value[row])),
        )


def _sayings(store: Store, point: Point, since_ms: int, from_ms: int, to_ms: int) -> Iterator[Saying]:
    rows = store.events(np.array([point.key], np.int32))
    by_id = {row.id: row for row in rows}
    for row in rows:
        withdrawn = by_id.get(row.event.withdraws or 0)
        acting = row if withdrawn is None else withdrawn
        if row.received_ms > since_ms and _acts(acting) and _meets(acting, from_ms, to_ms):
            yield Saying(point.full_id, row, withdrawn)


def _acts(row: EventRow) -> bool:
    """Whether it can change an amount; one about a finding ends what was decided before."""
    return row.event.what != 0 or row.event.about_what != 0 or row.event.note == REOPEN


def _meets(row: EventRow, from_ms: int, to_ms: int) -> bool:
    event = row.event
    # A reading of a wrong clock leaves one time and comes to another.
    shift_ms = event.value if event.what == EventKind.CLOCK else 0.0
    return event.from_ms + min(shift_ms, 0.0) < to_ms and event.to_ms + max(shift_ms, 0.0) >= from_ms


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
