"""A plant whose stack and outlet are told hour by hour, and what is told of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from analytics.columns import HOUR_MS, Readings
from engine.outlets.hours import read_hours
from engine.settler import Round, Settler
from registry import Registry
from sinks.notices import Notices
from sinks.webhook import Webhook
from storage import Store
from tests.engine.make import START_MS
from tests.engine.outlets.test_limits import hourly

MIN_MS = 60_000
HEALTH: dict[str, Any] = {
    "settling": {"error": ""},
    "collector": {
        "broker": "mqtt.example:1883", "connected": True, "error": None, "last_error": None, "readings": 5,
    },
}  # fmt: skip


@dataclass
class Target:
    name: str = "main"
    state: str = "ok"
    unsent_s: float = 0.0
    last_error: str = ""


@dataclass
class World:
    """A plant whose stack and outlet are told hour by hour, from an hour on."""

    registry: Registry
    store: Store
    webhooks: list[Webhook] = field(default_factory=list)
    now_ms: int = START_MS
    health: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(HEALTH)))
    targets: list[Target] = field(default_factory=list)
    hears: bool = True

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.notices = Notices(
            self.store,
            partial(read_hours, self.store, self.registry),
            lambda: self.registry,
            lambda: self.now_ms,
            lambda: self.health,
            lambda: self.targets,
            self.webhooks,
            lambda: "http://taihu.example",
        )
        self.settler = Settler(self.store, self.registry, lambda: self.now_ms, on_round=self.told)

    def told(self, done: Round) -> None:
        self.notices.settled(done.points, done.from_ms)

    def comes(self, hour: float, **values: float) -> None:
        """One value an hour from then on, read at its beginning; NaN: none came."""
        for name, value in values.items():
            self.store.append(hourly(self.registry, name, [value], START_MS + int(hour * HOUR_MS)))
        self.settler.step()

    def usual(self, first: int, last: int, nox: float = 100.0, cod: float | None = None) -> None:
        n = last - first
        columns = [("q", 1e5), ("nox", nox), ("o2", 4.0)] if cod is None else [("f", 100.0), ("cod", cod)]
        parts = [hourly(self.registry, name, np.full(n, value), START_MS + first * HOUR_MS) for name, value in columns]
        self.store.append(Readings.concat(parts))
        self.settler.step()

    def at(self, hour: float, minute: float = 6) -> list[dict[str, Any]]:
        """Look at that hour; what is new, the oldest first."""
        self.now_ms = START_MS + int(hour * HOUR_MS + minute * MIN_MS)
        self.health["collector"]["readings"] += self.hears
        count = self.notices.step()
        return [json.loads(row.notice.body) for row in self.store.notices(count)][::-1] if count else []


def states(notices: list[dict[str, Any]]) -> list[str]:
    return [notice["state"] for notice in notices]
