"""Who is told what happens: webhooks of notices, and other servers of figures?

Notices are always watched and kept, so the page shows them without any webhook; lines of figures are made only where a
server takes them.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from typing import Any

from analytics.columns import Int32
from engine.events.decisions import Decisions
from engine.figures import Figures
from engine.settler import Round
from registry import Registry
from registry.problems import one_of
from sinks.notices import Notices
from sinks.producer import Producer
from sinks.state import SinkState
from sinks.webhook import Webhook
from storage import Store
from taihu.settings import Settings, SettingsError
from taihu.webhooksettings import webhooks_of

MOST_DOUBTS = 1000
"""Doubts are counted up to here."""


class Telling:
    """Notices and lines of one product.

    Parameters
    ----------
    settings : Settings
    store : Store
    figures : Figures
    decisions : Decisions
    registry : callable
        Gives the current snapshot.
    now_ms : callable
        The product's clock.
    health : callable
        State of the product.
    sinks : callable
        How the copy to each server stands.
    url : callable
        Address of the page; "" while there is none.

    Raises
    ------
    SettingsError
        If a webhook names a plant that is not there.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        figures: Figures,
        decisions: Decisions,
        registry: Callable[[], Registry],
        now_ms: Callable[[], int],
        health: Callable[[], dict[str, Any]],
        sinks: Callable[[], Sequence[SinkState]],
        url: Callable[[], str],
    ) -> None:
        self._decisions, self._registry, self._now_ms = decisions, registry, now_ms
        webhooks = webhooks_of(settings.webhooks)
        _check(webhooks, registry())
        public_url = settings.http.public_url
        self.notices = Notices(
            store, figures.outlet_hours, registry, now_ms, health, sinks, webhooks, lambda: public_url or url()
        )
        self._producer: Producer | None = None
        if settings.influx:
            self._producer = Producer(
                store, figures, registry, now_ms, health, sinks, self._doubts, socket.gethostname()
            )

    def settled(self, done: Round) -> None:
        """After a round of settling."""
        self._told(done.points, done.from_ms)

    def start(self) -> None:
        """Watch, send and make lines."""
        self.notices.start()
        if self._producer is not None:
            self._producer.start()

    def stop(self) -> None:
        """End after what is under way."""
        if self._producer is not None:
            self._producer.stop()
        self.notices.stop()

    def health(self) -> dict[str, Any]:
        """Errors of both; "" while all is well."""
        made = "" if self._producer is None else self._producer.last_error
        return {"error": self.notices.last_error, "lines_error": made, "webhooks": self.notices.errors()}

    def _told(self, points: Int32, from_ms: int) -> None:
        self.notices.settled(points, from_ms)
        if self._producer is not None:
            self._producer.settled(points, from_ms)

    def _doubts(self, plant: str) -> int:
        """Doubts of a plant that wait for a decision."""
        points = self._registry().plant_points(plant)
        found = self._decisions.entries(points, from_ms=0, to_ms=self._now_ms(), limit=MOST_DOUBTS)
        return sum(entry.state == "open" for entry in found)


def _check(webhooks: Sequence[Webhook], registry: Registry) -> None:
    for webhook in webhooks:
        for plant in webhook.plants:
            if plant not in registry.plants:
                raise SettingsError(f"webhooks.{webhook.name}.plants: there is no plant {plant!r}: "
                                    f"wanted {one_of(plant, list(registry.plants))}")  # fmt: skip
