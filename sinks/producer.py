"""Who makes lines of figures, states and heartbeats for other servers?

Every minute of product time what stands right now; beside that what is lasting (means, months, targets ...), as far as
something changed, two seconds of work at a time. At a start everything is made once: the store keeps what is news.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from analytics.calendar import day_of, day_start
from analytics.columns import HOUR_MS, Int32
from engine.figures import Figures
from engine.outlets.limitstates import limit_states
from registry import Plant, Registry
from sinks.agenda import Agenda
from sinks.lasting import KINDS, OF_SCOPES, Lasting, scopes_of
from sinks.pace import Pace
from sinks.produce.limits import limit_lines
from sinks.produce.now import SinkLike, heartbeat_lines, now_lines, quality_lines, sink_lines
from sinks.produce.rows import Rows
from storage import Lines, Store, StoreError

BUDGET_S = 2.0
"""Work of one round on what is lasting, and as much on what stands now. [s of this thread's CPU]"""

REST_S = 300.0
"""How long figures that were written rest before they are written again because the past changed. [s]"""

DOUBTS_MS = 10 * 60_000
"""How often doubts are counted. [ms of product time]"""

MINUTE_MS = 60_000


class Doubts(Protocol):
    """Counts what waits for a decision."""

    def __call__(self, plant: str, /) -> int:
        """Open doubts of a plant."""


class Producer:
    """Makes the lines of one product.

    Parameters
    ----------
    store : Store
    figures : Figures
    registry : callable
        Gives the current snapshot.
    now_ms : callable
        The product's clock.
    health : callable
        State of the product, as the page shows it.
    sinks : callable
        How each target stands.
    doubts : Doubts
    instance : str
        Name of this Taihu.
    """

    def __init__(
        self,
        store: Store,
        figures: Figures,
        registry: Callable[[], Registry],
        now_ms: Callable[[], int],
        health: Callable[[], Mapping[str, Any]],
        sinks: Callable[[], Sequence[SinkLike]],
        doubts: Doubts,
        instance: str,
    ) -> None:
        self._store, self._figures, self._registry, self._now_ms = store, figures, registry, now_ms
        self._health, self._sinks, self._doubts, self._instance = health, sinks, doubts, instance
        self._lasting = Lasting(store, figures, registry, now_ms)
        self._agenda = Agenda(KINDS, REST_S)
        self._seen: Registry | None = None
        self._today: dict[str, int] = {}
        self._hour: int | None = None
        self._counted: dict[str, tuple[int, int]] = {}
        self._turn = 0
        self._pace = Pace("lines for other servers", now_ms, self._round)

    def start(self) -> None:
        """Make lines from now on."""
        self._pace.start()

    def stop(self) -> None:
        """End after the item under way."""
        self._pace.stop()

    @property
    def last_error(self) -> str:
        """Why the last round failed; "" while all is well."""
        return self._pace.last_error

    def settled(self, points: Int32, from_ms: int) -> None:
        """Something of these points (keys) was settled from then on. [ms UTC]"""
        registry = self._registry()
        plants = {registry.by_key[key].plant for key in np.unique(points).tolist() if key in registry.by_key}
        for plant in plants:
            zone = registry.plants[plant].zone
            if registry.outlets(plant):
                self._agenda.add("means", plant, from_ms)
                self._agenda.add("loads", plant, from_ms)
            if from_ms < day_start(day_of(self._now_ms(), zone), zone):
                self._changed_past(registry, registry.plants[plant])

    def _changed_past(self, registry: Registry, plant: Plant) -> None:
        """Something that ended yesterday or before is another."""
        for scope in scopes_of(plant, registry):
            for kind in OF_SCOPES:
                self._agenda.add(kind, scope)
        self._agenda.add("trends", plant.id)

    # -- rounds --------------------------------------------------------------------------------------------------------

    def _round(self) -> None:
        self.step()

    def step(self, budget_s: float = BUDGET_S) -> int:
        """One round; returns how many lines are news. What fails is told when everything else is done."""
        errors: list[Exception] = []
        kept = self._store.keep_lines(self._passing(budget_s, errors), lasting=False)
        self._notice_turns()
        until_s = time.thread_time() + budget_s
        while (item := self._agenda.take()) is not None:
            try:
                for lines in self._lasting.lines(item):
                    kept += self._store.keep_lines(lines, lasting=True)
            except StoreError:
                self._agenda.give_back(item)
                raise
            except Exception as error:
                self._agenda.give_back(item)
                errors.append(error)
            if time.thread_time() > until_s or self._pace.is_stopping:
                break
        if errors:
            raise errors[0]
        return kept

    @property
    def waiting(self) -> int:
        """Items that are not done yet."""
        return len(self._agenda)

    def _passing(self, budget_s: float, errors: list[Exception]) -> Lines:
        """What stands now: of all plants, or of as many as the time allows, the next ones next time.

        A plant that fails, of which `errors` tells, silences neither the others nor the heartbeat.
        """
        registry = self._registry()
        now_ms = self._now_ms()
        rows, at_ms = Rows(), now_ms // MINUTE_MS * MINUTE_MS
        health, sinks = self._health(), self._sinks()
        heartbeat_lines(rows, self._instance, health, sum(sink.rejected for sink in sinks), at_ms)
        sink_lines(rows, sinks, at_ms)
        plants = list(registry.plants)
        until_s = time.thread_time() + budget_s
        for _ in range(len(plants)):
            plant = plants[self._turn % len(plants)]
            self._turn += 1
            try:
                self._of_plant(rows, registry, plant, now_ms, at_ms)
            except StoreError:
                raise
            except Exception as error:
                errors.append(error)
            if time.thread_time() > until_s:
                break
        return rows.lines()

    def _of_plant(self, rows: Rows, registry: Registry, plant: str, now_ms: int, at_ms: int) -> None:
        now_lines(rows, plant, self._figures.now(plant), at_ms)
        quality_lines(rows, self._store, registry, plant, self._doubts_of(plant, now_ms), now_ms, at_ms)
        if registry.limits(plant):
            states = limit_states(self._figures.outlet_hours, registry, plant, now_ms)
            limit_lines(rows, registry, plant, states, at_ms)

    def _doubts_of(self, plant: str, now_ms: int) -> int:
        known = self._counted.get(plant)
        if known is None or now_ms - known[0] >= DOUBTS_MS:
            known = self._counted[plant] = (now_ms, self._doubts(plant))
        return known[1]

    # -- what is lasting -----------------------------------------------------------------------------------------------

    def _notice_turns(self) -> None:
        """Another registry, day or hour: what depends on it is to be made again."""
        registry, now_ms = self._registry(), self._now_ms()
        if registry is not self._seen:
            self._seen = registry
            self._agenda.add("vanished", "", at_once=True)
            for plant in registry.plants.values():
                self._changed_past(registry, plant)
                for kind in ("means", "loads") if registry.outlets(plant.id) else ():
                    self._agenda.add(kind, plant.id)
        hour = now_ms // HOUR_MS
        for plant in registry.plants.values():
            today = int(day_of(now_ms, plant.zone))
            if self._today.setdefault(plant.id, today) != today:
                self._today[plant.id] = today
                self._changed_past(registry, plant)
            if self._hour is not None and hour != self._hour and registry.outlets(plant.id):
                # A period that ended is told at once, also where nothing came in it.
                self._agenda.add("means", plant.id, (self._hour - 1) * HOUR_MS, at_once=True)
                self._agenda.add("loads", plant.id, (self._hour - 1) * HOUR_MS)
        self._hour = hour
