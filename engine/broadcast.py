"""What do the listeners of the live stream hear after a round of settling?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.figures import Figures
from engine.live import LiveHub, latest_event, now_event, settled_event
from engine.settler import Round
from registry import Registry
from storage import Store


class Broadcast:
    """Turns a round into events: newest readings, which intervals changed, and the plants' figures.

    Computes nothing while nobody listens.

    Parameters
    ----------
    hub : LiveHub
    store : Store
    figures : Figures
    registry : callable
        Gives the current snapshot.
    now_ms : callable
        The product's clock.
    """

    def __init__(
        self,
        hub: LiveHub,
        store: Store,
        figures: Figures,
        registry: Callable[[], Registry],
        now_ms: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._store = store
        self._figures = figures
        self._registry = registry
        self._now_ms = now_ms

    def __call__(self, done: Round) -> None:
        if not self._hub.listeners:
            return
        by_key = self._registry().by_key
        keys = [int(k) for k in np.unique(done.points) if int(k) in by_key]
        now = self._now_ms()
        latest = self._store.latest(np.array(keys, np.int32))
        self._hub.publish(
            latest_event(
                (
                    (by_key[int(k)].full_id, int(t), None if np.isnan(v) else float(v))
                    for k, t, v in zip(latest.point, latest.time_ms, latest.value, strict=True)
                ),
                now,
            )
        )
        self._hub.publish(settled_event([by_key[k].full_id for k in keys], done.from_ms, done.to_ms, now))
        for plant in sorted({by_key[k].plant for k in keys}):
            self._hub.publish(now_event(plant, self._figures.now(plant), now))
