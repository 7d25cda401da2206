"""What did a plant discharge in the time before its outlets were metered, as it declared?

A statement ``load:POLLUTANT`` of a month or a year counts where the meters knew nothing of the pollutant in all of its
days, as a bill does; it is handed out evenly over them, so that any stretch of days has its share. A year's statement
goes before those of its months. A declared and a measured load are got by different methods: `engine.targets.states`
does not compare them unless the programme allows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analytics.units import convert
from engine.lane import Lane
from registry import POLLUTANTS, Registry, Statement

NAME = "declared_load:"
"""Begin of the name of what was declared."""

Key = tuple[str, str]
"""Medium and pollutant."""


def with_declared(
    registry: Registry, plant: str, loads: Mapping[Key, Lane], first_day: int, last_day: int
) -> dict[Key, Lane]:
    """The lanes of a plant's loads with what it declared for days before metering; a lane of its own where no point
    measures the pollutant."""
    found = dict(loads)
    for item in registry.statement_items(plant):
        if not item.startswith("load:"):
            continue
        pollutant = item.removeprefix("load:")
        media = [medium for medium, name in loads if name == pollutant] or list(POLLUTANTS[pollutant].media)
        key = (media[0], pollutant)
        stated = [s for s in registry.statements(plant, item) if s.status != "plan"]
        lane = _joined(found.get(key), pollutant, stated, first_day, last_day)
        if lane is not None:
            found[key] = lane
    return found


def _joined(lane: Lane | None, pollutant: str, stated: list[Statement], first_day: int, last_day: int) -> Lane | None:
    """The measured lane and the declared one together; None where nothing of either counts."""
    n = last_day - first_day
    amount, known = np.zeros(n), np.zeros(n)
    measured = np.zeros(n) if lane is None else lane.known
    # Years first: what they say is not said again by their months.
    for statement in sorted(stated, key=lambda s: s.month is not None):
        begin, end = statement.days()
        days = slice(max(begin - first_day, 0), max(end - first_day, 0))
        if not measured[days].any() and not known[days].any():
            amount[days] = convert(statement.value, statement.unit, "kg") / (end - begin)
            known[days] = 1.0
    if not known.any():
        return lane
    declared = Lane(f"{NAME}{pollutant}", "kg", amount, known, np.zeros(n))
    if lane is None:
        return replace(declared, name=f"load:{pollutant}", parts=(declared,))
    return replace(lane, amount=lane.amount + amount, known=lane.known + known, parts=(*lane.parts, declared))


def is_declared(lane: Lane, first: int, last: int) -> bool:
    """Whether any day of ``[first, last)``, counted from the ledger's first, rests on a declaration."""
    days = slice(max(first, 0), max(last, 0))
    return any(part.name.startswith(NAME) and bool(part.known[days].any()) for part in lane.parts)


def is_measured(lane: Lane, first: int, last: int) -> bool:
    """Whether any day of the stretch was measured."""
    days = slice(max(first, 0), max(last, 0))
    return any(not part.name.startswith(NAME) and bool(part.known[days].any()) for part in lane.parts)
