"""Where do all plants stand, for a thousand people who ask at the same time?

One set of arrays a programme, brought up to date plant by plant, and answers that lie ready. Who asks gets what is
ready; when something changed since, one thread makes the next answer meanwhile. Readings of today change nothing that
is compared (today is not over), so a plant that only sends on costs nothing here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import get_args

import numpy as np

from analytics.calendar import day_of
from engine.figure import Period as PeriodName
from engine.fleet.overview import Ready, overview
from engine.fleet.rows import PlantRow
from engine.fleet.scoreboard import Board, board
from engine.fleet.table import FleetTable
from engine.fleet.times import FleetTimes, fleet_times
from registry import Plant, Programme, Registry

log = logging.getLogger(__name__)

REST_S = 2.0
"""At most so often is an answer made anew because something was settled. [s]"""

PATIENCE_S = 0.05
"""Where an answer is made within this time, who asks waits for the newest; otherwise the last one is good. [s]"""

NEWS_S = 1.0
"""Another factor or statement is worth waiting for so long: somebody wants to see what it did. [s]"""

RowOf = Callable[[Plant, Programme, FleetTimes], PlantRow]


@dataclass(eq=False)
class _State:
    """What is known of one programme."""

    table: FleetTable = field(default_factory=FleetTable)
    registry: Registry | None = None
    version: object = None
    today: int = -1
    made_s: float = -np.inf
    took_s: float = 0.0
    ready: dict[PeriodName, Ready] = field(default_factory=dict)
    found: Board | None = None
    asked: set[PeriodName] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    making: threading.Event | None = None
    error: Exception | None = None


class Fleet:
    """Overviews of programmes; answers any thread.

    Parameters
    ----------
    registry : callable
        Gives the current snapshot.
    now_ms : callable
        The product's clock.
    row_of : callable
        Gives a plant's row for a programme and its periods.
    version : callable
        Something that is another when any row may be another; `touched` says it of single plants.
    monotonic_s : callable
        Counts seconds.
    """

    def __init__(
        self,
        registry: Callable[[], Registry],
        now_ms: Callable[[], int],
        row_of: RowOf,
        version: Callable[[], object] = lambda: None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._now_ms = now_ms
        self._row_of = row_of
        self._version = version
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._states: dict[str, _State] = {}

    def touched(self, plants: Iterable[str]) -> None:
        """These plants' rows may be others now."""
        changed = set(plants)
        with self._lock:
            for state in self._states.values():
                state.stale |= changed

    def overview(self, period: PeriodName = "ytd", programme_id: str | None = None) -> Ready:
        """The overview of a programme (default: the first) in one kind of period.

        Raises
        ------
        KeyError
            If there is no such programme, or no plant takes part in it.
        ValueError
            If `period` is unknown.
        """
        if period not in get_args(PeriodName):
            raise ValueError(f"period = {period!r}: wanted one of {', '.join(get_args(PeriodName))}")
        programme = self._programme(programme_id)
        while True:
            state, making = self._made_anew(programme, period)
            if making is not None:
                making.wait(None if period not in state.ready else self._patience_s(state))
            with self._lock:
                error, state.error = state.error, None
                if error is not None:
                    raise error
                if period in state.ready:  # not, where it was first asked for while another was being made
                    return state.ready[period]

    def at_hand(self, period: PeriodName = "ytd", programme_id: str | None = None) -> Ready | None:
        """The overview if it lies ready and nothing newer is worth waiting for; never blocks, raises as `overview`."""
        state, making = self._made_anew(self._programme(programme_id), period)
        with self._lock:
            is_worth_it = making is not None and self._patience_s(state) > 0.0
            return None if is_worth_it or state.error is not None else state.ready.get(period)

    def _patience_s(self, state: _State) -> float:
        """How long the answer that is being made is worth waiting for. [s]"""
        if state.registry is not self._registry():
            return NEWS_S
        return PATIENCE_S if state.took_s < PATIENCE_S else 0.0

    def _programme(self, programme_id: str | None) -> Programme:
        programmes = self._registry().programmes
        if not programmes:
            raise KeyError("there is no programme; wanted one whose plants are shown")
        return programmes[next(iter(programmes)) if programme_id is None else programme_id]

    def _made_anew(self, programme: Programme, period: PeriodName) -> tuple[_State, threading.Event | None]:
        """What to wait for where a newer answer is on its way; None where the ready one is good."""
        with self._lock:
            state = self._states.setdefault(programme.id, _State())
            state.asked.add(period)
            if state.making is not None:
                return state, state.making
            if not self._is_due(state, period):
                return state, None
            making = state.making = threading.Event()
        threading.Thread(target=self._make, args=(programme, state), name="fleet", daemon=True).start()
        return state, making

    def _is_due(self, state: _State, period: PeriodName) -> bool:
        if state.registry is not self._registry() or period not in state.ready:
            return True
        if self._monotonic_s() - state.made_s < REST_S:
            return False
        if state.stale or state.version != self._version():
            return True
        return any(self._today(p) != state.today for p in self._registry().plants.values())

    def _make(self, programme: Programme, state: _State) -> None:
        error: Exception | None = None
        try:
            self._refresh(programme, state)
        except Exception as caught:  # told to the next who asks, in whose thread it belongs
            error = caught
        with self._lock:
            making, state.making, state.error = state.making, None, error
        assert making is not None
        making.set()

    def _refresh(self, programme: Programme, state: _State) -> None:
        began_s = self._monotonic_s()
        registry, version, now_ms = self._registry(), self._version(), self._now_ms()
        members = [plant for plant in registry.plants.values() if programme.id in plant.programmes]
        if not members:
            raise KeyError(f"programme {programme.id!r} has no plant")
        today = self._today(members[0])
        when = fleet_times(programme, today, members[0].zone)
        with self._lock:
            stale, state.stale = state.stale, set()
            asked = tuple(state.asked)
        everything = registry is not state.registry or today != state.today or version != state.version
        if today != state.today:
            state.table = FleetTable()
        changed = [plant for plant in members if everything or plant.id in stale]
        try:
            if changed or state.found is None:
                state.table.keep(plant.id for plant in members)
                state.table.put(self._row_of(plant, programme, when) for plant in changed)
                sectors = {plant.id: plant.sector for plant in members}
                state.found = board(programme, state.table, sectors, groups_of(programme, members), when)
            ready = {period: overview(state.found, programme, registry, period, now_ms) for period in asked}
        except BaseException:
            with self._lock:
                state.stale |= stale
            raise
        with self._lock:
            state.registry, state.version, state.today, state.ready = registry, version, today, ready
            state.made_s = self._monotonic_s()
            state.took_s = state.made_s - began_s

    def _today(self, plant: Plant) -> int:
        return int(day_of(self._now_ms(), plant.zone))


def groups_of(programme: Programme, members: Iterable[Plant]) -> dict[str, list[str]]:
    """The programme, its cities and its sectors, each with the ids of its plants."""
    groups: dict[str, list[str]] = {f"programme:{programme.id}": []}
    for plant in members:
        groups[f"programme:{programme.id}"].append(plant.id)
    for kind in ("city", "sector"):
        for plant in members:
            groups.setdefault(f"{kind}:{getattr(plant, kind)}", []).append(plant.id)
    return groups
