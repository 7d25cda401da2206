"""How does what a person says become part of the journal, and which months does it change?

::

    settle all ─▶ months before ─▶ append, durable ─▶ settle what it touches ─▶ months after ─▶ kept with the event
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from analytics.columns import DAY_MS, FOREVER_MS, INTERVAL_MS, EventKind
from engine.events.history import MonthChange, effect_text
from engine.events.monthsums import changed, month_amounts
from engine.settler import Settler
from registry import Registry
from storage import MeterEvent, Store

SETTLE_TIMEOUT_S = 60.0
"""How long an answer waits for the past to be settled; what was said stands whether it is or not. [s]"""

MONTH_MS = 31 * DAY_MS


class Saying:
    """Appends events and tells what they changed.

    Parameters
    ----------
    store : Store
    registry : callable
        Gives the current snapshot.
    settler : Settler
    now_ms : callable
        The product's clock.
    """

    def __init__(
        self, store: Store, registry: Callable[[], Registry], settler: Settler, now_ms: Callable[[], int]
    ) -> None:
        self._store = store
        self._registry = registry
        self._settler = settler
        self._now_ms = now_ms

    def say(
        self, events: Sequence[MeterEvent], acting: Sequence[MeterEvent]
    ) -> tuple[list[int], dict[int, tuple[MonthChange, ...] | None]]:
        """Append events, settle what they touch, and keep the months that changed.

        Parameters
        ----------
        events : sequence of MeterEvent
        acting : sequence of MeterEvent
            Those whose effect begins or ends with it: the events themselves, or the withdrawn ones.

        Returns
        -------
        ids : list of int
            Numbers of the events.
        months : dict of int to tuple of MonthChange
            By point; None where the past was not settled in time.
        """
        registry = self._registry()  # one for all: a point may go meanwhile
        is_settled = self._settler.settle_now(self._store.newest_batch, SETTLE_TIMEOUT_S)
        spans = {event.point: _span(self._store, [e for e in acting if e.point == event.point]) for event in acting}
        before = {point: self._amounts(registry, point, span) for point, span in spans.items()}
        ids = self._store.append_events(events, self._now_ms())
        newest = self._store.newest_batch
        # Where much else was still to be settled, what changed is not the work of these events alone.
        if not self._settler.settle_now(newest, SETTLE_TIMEOUT_S) or not is_settled:
            return ids, dict.fromkeys(spans)
        months: dict[int, tuple[MonthChange, ...] | None] = {}
        for point, span in spans.items():
            months[point] = changed(before[point], self._amounts(registry, point, span))
        for number, event in zip(ids, events, strict=True):
            unit = registry.by_key[event.point].amount_unit
            self._store.note_effect(number, effect_text(months[event.point] or (), unit))
        return ids, months

    def _amounts(self, registry: Registry, point: int, span: tuple[int, int]) -> dict[str, float]:
        return month_amounts(self._store, point, registry.plants[registry.by_key[point].plant].zone, *span)


def _span(store: Store, acting: Sequence[MeterEvent]) -> tuple[int, int]:
    """Between which quarters months are compared: from before the events to the last whole quarter that was read.

    The quarter in which a live meter is being read belongs to it only where an event acts in it.
    """
    latest = store.latest(np.array([acting[0].point], np.int32))
    if not len(latest):
        return 0, 0
    last_ms = int(latest.time_ms[0])
    shift_ms = max(int(e.value) if e.what == EventKind.CLOCK else 0 for e in acting)
    acts_now = any(last_ms // INTERVAL_MS * INTERVAL_MS <= e.to_ms < FOREVER_MS for e in acting)
    end_ms = last_ms + max(shift_ms, 0) + (INTERVAL_MS if acts_now or shift_ms > 0 else 0)
    begin_ms = min(e.from_ms + min(int(e.value) if e.what == EventKind.CLOCK else 0, 0) for e in acting)
    return (begin_ms - MONTH_MS) // INTERVAL_MS * INTERVAL_MS, end_ms // INTERVAL_MS * INTERVAL_MS
