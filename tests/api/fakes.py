"""Services with six plausible plants, for tests of the HTTP side and for a look at the page.

Nouns come from the example plant files; readings, series and figures are made up by plain formulas of time. Run
``python -m tests.api.fakes --port 8900`` to see the page with values that move.
"""

from __future__ import annotations

import argparse
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.changes import Changes
from engine.live import LiveHub, latest_event, now_event, settled_event
from engine.plantchanges import PlantChanges
from engine.preview import Preview, Proposal
from registry import Registry, load_plant_files, load_programmes
from sinks.state import SinkState
from tests.api.fake_backups import FakeBackups
from tests.api.fake_changes import made_up_changes, made_up_plant_changes
from tests.api.fake_decisions import FakeDecisions
from tests.api.fake_explain import FakeExplainer, made_up_preview
from tests.api.fake_figures import FakeFigures
from tests.api.fake_notices import FakeNotices
from tests.api.fake_plants import NOW_MS, SIZE
from tests.api.fake_store import FakeStore

__all__ = ["NOW_MS", "FakeServices"]

ROOT = Path(__file__).resolve().parents[2]


class FakePast:
    """What was known at a moment: the same formulas with another present."""

    def __init__(self, registry: Registry, time_ms: int) -> None:
        self.store, self.figures = FakeStore(registry), FakeFigures(registry)
        self.store.now_ms = self.figures.now_ms = time_ms


class FakeServices:
    """Everything the app needs, with a clock that stands until it is told otherwise."""

    def __init__(self) -> None:
        files = load_plant_files([ROOT / "examples" / "plants"])
        files = tuple(f for f in files if f.plant.id in SIZE)
        self._registry = Registry.of_files(files, programmes=load_programmes())
        self.store = FakeStore(self._registry)
        self.figures = FakeFigures(self._registry)
        self.decisions = FakeDecisions(self._registry)
        self.explainer = FakeExplainer(self._registry, self.figures)
        self.kept: list[tuple[Proposal, str, str]] = []
        self.asked_as_of: list[int] = []
        self.resynced: list[tuple[str, int | None]] = []
        self.targets = {
            "main": SinkState("main", "http://127.0.0.1:8086", "ok", 0.0, 0, 184_233, 9, 0, "", NOW_MS - 7_200_000),
            "second": SinkState(
                "second", "https://b:8086", "stopped", 5400.5, 812, 0, 0, 3, "401 unauthorized access", NOW_MS
            ),
        }
        self.live = LiveHub()
        self.notices = FakeNotices(NOW_MS)
        self.backups = FakeBackups()
        self.state: dict[str, Any] = {
            "speed": 60.0,
            "collector": {
                "connected": True,
                "error": None,
                "received": 184_233,
                "acknowledged": 184_233,
                "readings": 912_001,
                "dead": 3,
            },
            "journal": {"readings": 3_912_001, "batches": 18_211, "dead_letters": 3, "intervals": 10_233_111},
            "settling": {"intervals": 51_200, "error": "", "lag_p50_s": 0.42, "lag_p99_s": 1.31},
            "import": {"state": "done", "done": 6, "total": 6},
            "live": {"listeners": 1, "dropped": 0},
        }

    def now_ms(self) -> int:
        return self.store.now_ms

    def registry(self) -> Registry:
        return self._registry

    def as_of(self, time_ms: int) -> FakePast:
        self.asked_as_of.append(time_ms)
        return FakePast(self._registry, time_ms)

    def changes(self, full_id: str, since_ms: int, from_ms: int, to_ms: int) -> Changes:
        return made_up_changes(self._registry.points[full_id], since_ms, from_ms, to_ms)

    def plant_changes(self, plant_id: str, since_ms: int, from_ms: int, to_ms: int) -> PlantChanges:
        return made_up_plant_changes(plant_id, since_ms, from_ms, to_ms)

    def preview(self, proposal: Proposal) -> Preview:
        return made_up_preview(self.figures, proposal)

    def keep(self, proposal: Proposal, who: str, why: str) -> Preview:
        self.kept.append((proposal, who, why))
        return self.preview(proposal)

    def sinks(self) -> list[SinkState]:
        return list(self.targets.values())

    def resync(self, name: str, from_ms: int | None) -> SinkState:
        self.targets[name] = replace(self.targets[name], unsent_s=1.0)
        self.resynced.append((name, from_ms))
        return self.targets[name]

    def health(self) -> dict[str, Any]:
        return {"now_ms": self.now_ms(), **self.state}

    def advance(self, by_ms: int, nudge_kw: float = 0.0) -> None:
        """Move the clock, and tell the listeners what a round of settling would."""
        now = self.now_ms() + by_ms
        self.store.now_ms = self.figures.now_ms = now
        self.figures.nudge += nudge_kw
        latest = self.store.latest([p.key for p in self._registry.points.values()])
        rows = zip(latest.point, latest.time_ms, latest.value, strict=True)
        self.live.publish(
            latest_event([(self._registry.by_key[int(k)].full_id, int(t), float(v)) for k, t, v in rows], now)
        )
        self.live.publish(settled_event(self._registry.points, now - by_ms, now, now))
        for plant in self._registry.plants:
            self.live.publish(now_event(plant, self.figures.now(plant), now))


def main() -> None:
    """Serve the page with values that move."""
    import uvicorn

    from api import create_app

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--importing", action="store_true")
    options = parser.parse_args()
    services = FakeServices()
    if options.importing:
        services.state["import"] = {"state": "running", "done": 2, "total": 6}
        services.state["collector"].update(connected=False, error="127.0.0.1:1883: connection refused")
    stop = threading.Event()

    def tick() -> None:
        while not stop.wait(1.0):
            services.advance(60_000)

    threading.Thread(target=tick, daemon=True).start()
    uvicorn.run(create_app(services), port=options.port, log_level="warning", timeout_graceful_shutdown=1)
    stop.set()


if __name__ == "__main__":
    main()
