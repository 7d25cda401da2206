"""What is there to tell about the limits of one plant, and what needs not be looked at again?

Exceedances can only be new where a period ended since the last look, or where something of the past was settled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.columns import DAY_MS, HOUR_MS
from engine.outlets.exceedances import Exceedance, plant_periods
from engine.outlets.hours import ReadHours
from engine.outlets.limits import outlet_of
from engine.outlets.limitstates import LimitState, limit_states
from registry import Limit, Registry
from sinks.limitwatch import GRACE_MS, Step, about, exceedance_steps, running_ends, running_steps
from sinks.produce.labels import limit_labels
from sinks.produce.limits import whole_runs
from storage import Matter

LOOK_BACK_MS = 35 * DAY_MS
"""How far back a look goes; what was exceeded earlier and becomes known now stands in the list of exceedances, and
nobody is called for it. [ms]"""

HEADS = ("exceeded", "running", "warning")


@dataclass(frozen=True)
class Times:
    """When a look is taken. [ms UTC]

    Attributes
    ----------
    now_ms : int
    last_ms : int or None
        The look before.
    dirty_ms : int or None
        From when on something was settled since then.
    since_ms : int
        The first look ever: what ended before it is history.
    """

    now_ms: int
    last_ms: int | None
    dirty_ms: int | None
    since_ms: int

    @property
    def judged_ms(self) -> int:
        """Periods that ended by then are judged."""
        return self.now_ms - GRACE_MS

    @property
    def from_ms(self) -> int | None:
        """From when on there may be other exceedances than told; None: nowhere."""
        hour_ms = self.judged_ms // HOUR_MS * HOUR_MS
        is_fresh = self.last_ms is not None and self.last_ms - GRACE_MS >= hour_ms
        if is_fresh and (self.dirty_ms is None or self.dirty_ms >= hour_ms):
            return None
        dirty_ms = self.now_ms if self.dirty_ms is None else self.dirty_ms
        return max(min(self.last_ms or 0, dirty_ms), self.now_ms - LOOK_BACK_MS)


@dataclass(frozen=True)
class Wanted:
    """Whether anybody wants to hear of periods that run."""

    early: bool
    warnings: bool


class PlantWatch:
    """One look at the limits of a plant.

    Parameters
    ----------
    read : ReadHours
    registry : Registry
    plant : str
    told : sequence of Matter
        What was told, of whatever plant.
    times : Times
    wanted : Wanted
    """

    def __init__(
        self,
        read: ReadHours,
        registry: Registry,
        plant: str,
        told: Sequence[Matter],
        times: Times,
        wanted: Wanted,
    ) -> None:
        self._registry, self._plant, self._times, self._wanted = registry, plant, times, wanted
        self._told = told
        self._begin_ms: int | None = None
        self._found: list[Exceedance] = []
        if times.from_ms is not None:
            self._begin_ms, self._found = whole_runs(read, registry, plant, times.from_ms, times.judged_ms)
        self._states: dict[int, LimitState] = {}
        if wanted.early or wanted.warnings:
            states = limit_states(read, registry, plant, times.now_ms)
            self._states = {id(state.limit): state for state in states}
        self._labels = limit_labels(registry, plant)

    def subjects(self) -> Iterator[tuple[Limit, dict[str, str]]]:
        """Every limit that is judged, with what its matters are about, by head."""
        for limit in self._registry.limits(self._plant):
            place = outlet_of(limit, self._registry.outlets(self._plant))
            if place is not None:
                yield limit, {head: about(head, limit, *place, self._labels[id(limit)]) for head in HEADS}

    def steps(self) -> Iterator[Step]:
        """What is to be done of every limit."""
        for limit, of in self.subjects():
            yield from self._of_limit(limit, of)

    def _of_limit(self, limit: Limit, of: dict[str, str]) -> Iterator[Step]:
        times, here = self._times, [matter for matter in self._told if matter.about in of.values()]
        exceeded = [matter for matter in here if matter.about == of["exceeded"]]
        own = [one for one in self._found if one.limit is limit]
        if self._begin_ms is not None:
            yield from exceedance_steps(of["exceeded"], own, exceeded, self._begin_ms, times.since_ms, times.now_ms)
            yield from running_ends([m for m in here if m.about == of["running"]], own, times.now_ms)
        if id(limit) in self._states:
            is_open = any(not matter.is_over for matter in exceeded) or any(one.open for one in own)
            early, warnings = self._wanted.early, self._wanted.warnings
            state = self._states[id(limit)]
            yield from running_steps(of, state, here, is_open, times.now_ms, early=early, warnings=warnings)


def next_is_judged(read: ReadHours, registry: Registry, found: Exceedance) -> bool:
    """Whether the period after an exceedance was held against the limit: else it ended in what is not known."""
    for _, periods in plant_periods(read, registry, found.limit.plant, found.end_ms, found.end_ms + 1):
        if periods.limit is found.limit:
            return bool(periods.judged[periods.start_ms == found.end_ms].any())
    return False
