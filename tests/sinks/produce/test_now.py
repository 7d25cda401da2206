"""What stands now is what the API says now; silence and quality by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, HOUR_MS
from api.figures_out import now_out
from engine.figures import Figures
from engine.settler import Settler
from registry import Registry
from sinks.produce.now import heartbeat_lines, now_lines, quality_lines, silent_points, sink_lines
from sinks.produce.rows import Rows
from sinks.state import SinkState
from storage import Store
from tests.engine.make import START_MS, registry_of
from tests.engine.outlets.test_limits import STACK, hourly
from tests.sinks.produce.parse import told

NOW_MS = START_MS + 2 * DAY_MS + 15 * 60_000


class World:
    def __init__(self, folder: Path, store: Store) -> None:
        self.registry: Registry = registry_of(folder, STACK)
        self.store = store
        n = 48
        for name, value in (("q", 1e5), ("nox", 100.0), ("f", 9.0), ("cod", 50.0)):
            store.append(hourly(self.registry, name, np.full(n, value)))
        # the oxygen is not read on half of yesterday: 24 + 12 hours
        store.append(hourly(self.registry, "o2", np.where(np.arange(n) < 36, 4.0, np.nan)))
        Settler(store, self.registry, lambda: NOW_MS).step()
        self.figures = Figures(store, lambda: self.registry, lambda: NOW_MS)


@pytest.fixture(name="world", scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("now")
    with Store.open(folder / "data") as store:
        yield World(folder, store)


def test_figures_are_those_of_the_api(world: World) -> None:
    rows = Rows()
    figures = world.figures.now("p")
    now_lines(rows, "p", figures, START_MS)
    found = told(rows.lines())
    said = now_out("p", figures, NOW_MS).figures
    assert len(found) == len(said)
    for name, figure in said.items():
        unit = f",unit={figure.unit}" if figure.unit else ""
        line = found[f"now,scope=plant:p,series={name}{unit}", START_MS]
        if figure.value is None:
            assert line == {"known": 0.0}
        else:
            assert line == {
                "value": figure.value, "known": 1.0, "coverage": figure.coverage, "estimated": figure.estimated,
                "provisional": figure.provisional,
            }  # fmt: skip
    load = found["now,scope=plant:p,series=month_load_kg:NOx,unit=kg", START_MS]
    assert load["value"] == pytest.approx(2 * 24 * 1e5 * 100.0 * 1e-6)  # two days of 1e5 Nm3/h at 100 mg/m3


def test_quality_by_hand(world: World) -> None:
    rows = Rows()
    quality_lines(rows, world.store, world.registry, "p", 3, NOW_MS, START_MS)
    (line,) = told(rows.lines()).values()
    assert line["points"] == 5.0
    assert line["coverage"] == pytest.approx((4 + 0.5) / 5)
    assert line["doubts"] == 3.0
    #   a point that comes every hour is silent after ten
    assert line["silent"] == 1.0
    points = world.registry.plant_points("p")
    later = [p for p in points if p.id in ("q", "o2")]
    assert silent_points(world.store, later, "Asia/Shanghai", NOW_MS) == [world.registry.points["p/o2"].key]
    assert len(silent_points(world.store, later, "Asia/Shanghai", NOW_MS + 11 * HOUR_MS)) == 2
    assert silent_points(world.store, [], "Asia/Shanghai", NOW_MS) == []


def test_heartbeat_and_sinks() -> None:
    health = {
        "journal": {"readings": 7, "dead_letters": 1},
        "settling": {"error": "", "lag_p99_s": float("nan")},
        "collector": {"state": "off"},
    }
    sink = SinkState("main", "http://x", "stopped", 12.5, 5, 900, 4, 0, "401", 0)
    rows = Rows()
    heartbeat_lines(rows, "works 1", health, 4, START_MS)
    sink_lines(rows, [sink], START_MS)
    assert told(rows.lines()) == {
        (r"heartbeat,instance=works\ 1", START_MS): {
            "known": 1.0, "readings": 7.0, "dead_letters": 1.0, "rejected_lines": 4.0,
            "collecting": 0.0, "settling": 1.0,
        },
        ("sink,target=main", START_MS): {
            "known": 1.0, "unsent_s": 12.5, "stopped": 1.0, "rejected": 4.0, "sent": 900.0,
        },
    }  # fmt: skip
