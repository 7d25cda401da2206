"""Everything is made once, what changed is made again, and what is no more is withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.columns import DAY_MS, HOUR_MS
from engine.figures import Figures
from engine.settler import Round, Settler
from registry import Registry, Statement, load_plant_files
from sinks import lasting
from sinks.producer import Producer
from sinks.schema import MEASUREMENTS
from sinks.state import SinkState
from storage import Store
from tests.engine.make import HEAD, START_MS, statements_of
from tests.engine.outlets.test_limits import STACK, hourly
from tests.sinks.produce.parse import Fields, told

MIN_MS = 60_000
WATER = """
[[points]]
id = "w"
name = { zh = "水", en = "Water" }
kind = "amount"
unit = "m3"
carrier = "water"
direction = "import"
every = "1h"
"""
HEALTH: dict[str, Any] = {
    "journal": {"readings": 7, "dead_letters": 1},
    "settling": {"error": "", "lag_p99_s": 0.5},
    "collector": {"connected": True},
}
SINK = SinkState("main", "http://x", "ok", 0.0, 0, 9, 0, 0, "", 0)


def value_added(plant: str) -> list[Statement]:
    return [s.model_copy(update={"plant": plant}) for s in statements_of("a")]


class World:
    def __init__(self, folder: Path, store: Store, now_ms: int) -> None:
        self.folder, self.store, self.now_ms = folder, store, now_ms
        self.clock_s = 0.0
        self.registry = self.nouns(STACK, WATER)
        for name, value in (("q", 1e5), ("nox", 100.0), ("o2", 4.0), ("f", 9.0), ("cod", 50.0), ("w", 7.0)):
            store.append(hourly(self.registry, name, np.full((now_ms - START_MS) // HOUR_MS, value)))
        self.settler = Settler(store, self.registry, lambda: self.now_ms, on_round=self.told)
        self.figures = Figures(store, lambda: self.registry, lambda: self.now_ms)
        self.start()
        self.settler.step()

    def nouns(self, *parts: str) -> Registry:
        path = self.folder / "plant.toml"
        text = parts[0].replace('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\nprogrammes = ["sunan-2019"]')
        path.write_text(text + "".join(parts[1:]), encoding="utf-8")
        return Registry.of_files(load_plant_files([path]), statements=value_added("p"))

    def start(self) -> None:
        self.producer = Producer(
            self.store, self.figures, lambda: self.registry, lambda: self.now_ms, lambda: HEALTH, lambda: [SINK],
            lambda plant: 2, "test",
        )  # fmt: skip
        self.producer._agenda._clock_s = lambda: self.clock_s

    def told(self, done: Round) -> None:
        self.figures.settled(done.points, done.from_ms)
        if hasattr(self, "producer"):
            self.producer.settled(done.points, done.from_ms)

    def calm(self) -> None:
        """Nothing waits any more."""
        self.clock_s += 301.0
        self.news()

    def news(self) -> dict[tuple[str, int], Fields]:
        """What one round finds new."""
        before = self.store.heads.line
        self.producer.step(budget_s=60.0)
        return told(self.store.lines_after(before, 100_000)[0])


@pytest.fixture(name="world", scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("producer")
    with pytest.MonkeyPatch.context() as patch, Store.open(folder / "data") as store:
        patch.setattr(lasting, "REACH_MS", 20 * DAY_MS)
        yield World(folder, store, START_MS + 3 * DAY_MS + 20 * MIN_MS)


def kinds(news: dict[tuple[str, int], Fields]) -> set[str]:
    return {series.split(",")[0] for series, _ in news}


# One plant for all tests, whose clock only goes forward: everything made at once takes a while.


def test_everything_once_and_then_what_is_news(world: World) -> None:
    first = world.news()
    assert kinds(first) == {m.name for m in MEASUREMENTS} - {"reading", "interval", "exceedance", "excess"}
    scopes = {s.split("scope=")[1].split(",")[0] for s, _ in first if "scope=" in s}
    assert scopes == {"plant:p", "city:wuxi", "sector:C17", "programme:sunan-2019"}
    assert world.news() == {}
    assert world.producer.waiting == 0
    world.now_ms += MIN_MS
    assert kinds(world.news()) == {"now", "quality", "limit", "heartbeat", "sink"}


def test_a_restart_repeats_nothing_and_works_in_portions(world: World) -> None:
    before, rounds = world.store.heads.line, 0
    world.start()
    while rounds == 0 or world.producer.waiting:
        world.producer.step(budget_s=1e-9)
        rounds += 1
    assert rounds > 5
    assert kinds(told(world.store.lines_after(before, 100_000)[0])) <= {"now"}


def test_a_period_that_ends_is_told_at_once(world: World) -> None:
    world.calm()
    world.now_ms += HOUR_MS
    means = {key: line for key, line in world.news().items() if key[0].startswith("mean,")}
    assert [at for _, at in means] == [START_MS + 3 * DAY_MS]  # of the stack; the outlet's day runs
    assert list(means.values()) == [{"known": 0.0}]  # nothing came


def test_late_readings_are_told_and_then_rest(world: World) -> None:
    world.calm()
    world.store.append(hourly(world.registry, "nox", [900.0], START_MS + 30 * HOUR_MS))
    world.settler.step()
    news = world.news()
    assert {"mean", "exceedance", "load"} <= kinds(news)
    ((key, at),) = [key for key in news if key[0].startswith("exceedance,")]
    assert (at, news[key, at]["periods"]) == (START_MS + 30 * HOUR_MS, 1.0)
    world.store.append(hourly(world.registry, "nox", [100.0], START_MS + 30 * HOUR_MS))
    world.settler.step()
    assert kinds(world.news()) <= {"now", "limit", "quality"}
    world.clock_s += 301.0
    assert world.news()[key, at] == {"known": 0.0}


def test_a_new_day_makes_a_new_judgement_and_what_fails_is_done_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.calm()
    world.clock_s += 301.0
    world.now_ms += DAY_MS
    before = world.store.heads.line
    with monkeypatch.context() as patch:
        patch.setattr(world.figures, "targets", lambda scope: 1 / 0)
        patch.setattr(world.figures, "now", lambda plant: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.news()
    others = told(world.store.lines_after(before, 100_000)[0])
    assert {"heartbeat", "sink", "trend"} <= kinds(others) and not {"target", "now"} & kinds(others)
    world.clock_s += 301.0
    late = world.news()
    assert {"target", "forecast", "place"} <= kinds(late)
    news = others | late
    days = {at for series, at in news if series.startswith(("target,", "forecast,", "trend,", "place,"))}
    assert days == {START_MS + 4 * DAY_MS}


def test_what_is_no_more_is_withdrawn(world: World) -> None:
    world.calm()
    stood = {key for prefix in ("month,", "year,", "saving,") for key in world.store.kept_series(prefix)}
    today_ms = START_MS + 4 * DAY_MS
    values = told(world.store.lines_after(0, 1_000_000)[0])
    world.registry = world.nouns(HEAD.replace('city = "wuxi"', 'city = "suzhou"'), WATER)
    world.clock_s += 301.0
    news = world.news()
    loads = [key for key in stood if key[0].startswith("month,scope=plant:p,series=load:COD")]
    assert loads and all(news.get(key, values[key]) == {"known": 0.0} for key in loads)
    gone = [key for key in stood if "scope=city:wuxi" in key[0]]
    assert gone and all(news.get(key, values[key]) == {"known": 0.0} for key in gone)
    assert any(values[key] != {"known": 0.0} for key in gone)
    targets = [key for key in values if key[0].startswith("target,") and "city:wuxi" in key[0] and key[1] == today_ms]
    assert targets and all(news.get(key, values[key]) == {"known": 0.0, "status": 3.0} for key in targets)
    assert news["place,city=wuxi,scope=city:wuxi", today_ms] == {"known": 0.0}
