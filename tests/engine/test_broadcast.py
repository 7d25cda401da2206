"""Do listeners hear of everything that a round changed?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from analytics.columns import HOUR_MS, Readings
from engine.broadcast import Broadcast
from engine.figures import Figures
from engine.live import LiveHub
from engine.settler import Settler
from storage import Store
from tests.engine.make import COD, HEAD, OUTLET, START_MS, registry_of

PLANT = (
    HEAD
    + """
[[points]]
id = "flow"
name = { zh = "流量", en = "Flow" }
kind = "register"
unit = "m3"
direction = "discharge"
every = "15min"
"""
    + COD
    + OUTLET
)


class Heard(LiveHub):
    """A hub with somebody who listens and keeps all."""

    listeners = 1

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def publish(self, event: dict[str, Any]) -> None:
        self.events.append(event)


def _one(key: int, time_ms: int, value: float) -> Readings:
    at = np.array([time_ms], np.int64)
    return Readings(np.array([key], np.int32), at, np.array([value]), np.zeros(1, np.uint8), at)


def test_a_reading_after_a_gap_tells_of_the_whole_gap_and_of_the_loads(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, PLANT)
    key = {name: registry.points[f"p/{name}"].key for name in ("flow", "cod")}
    now_ms = START_MS + 30 * HOUR_MS
    with Store.open(tmp_path / "data") as store:
        hub = Heard()
        figures = Figures(store, lambda: registry, lambda: now_ms)
        told = Broadcast(hub, store, figures, lambda: registry, lambda: now_ms)
        settler = Settler(store, registry, lambda: now_ms, on_round=told)
        store.append(Readings.concat([_one(key["flow"], START_MS, 100.0), _one(key["cod"], START_MS, 40.0)]))
        settler.step()
        hub.events.clear()
        store.append(_one(key["flow"], START_MS + 20 * HOUR_MS, 300.0))
        settler.step()
    latest, settled, now = hub.events
    # The register's gap was spread over twenty hours, and two of them have a concentration.
    assert settled["from_ms"] <= START_MS
    assert settled["to_ms"] > START_MS + 20 * HOUR_MS - 1
    assert settled["points"] == ["p/flow", "p/cod", "p/ww.COD"]
    assert [(v["point"], v["value"]) for v in latest["values"]] == [("p/flow", 300.0), ("p/cod", 40.0)]
    # 10 m3 an hour at 40 mg/L for two hours.
    assert (now["type"], now["plant"]) == ("now", "p")
    assert round(now["figures"]["month_load_kg:COD"].value, 9) == 0.8
