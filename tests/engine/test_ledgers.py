"""Is a ledger read again exactly when something in it changed?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analytics.calendar import day_start
from analytics.columns import Readings
from engine.figures import Figures
from engine.ledgers import Ledgers
from engine.settler import Settler
from registry import Registry, load_plant_files
from storage import Store

from .make import DAILY, NOW_MS, TODAY, ZONE, files_of, register, statements_of

BASE_YEAR = 2015
DAY_MS = 86_400_000


class World:
    """Two plants, their readings settled, and a clock."""

    def __init__(self, folder: Path, store: Store) -> None:
        files = load_plant_files(files_of(folder))
        self.registry = Registry.of_files(files, statements=[s for name in DAILY for s in statements_of(name)])
        self.store, self.now_ms = store, NOW_MS
        self.ledgers = Ledgers(store, lambda: self.registry, lambda: self.now_ms)
        self.figures = Figures(store, lambda: self.registry, lambda: self.now_ms)
        for name in ("a", "b"):
            store.append(register(self.registry, f"{name}/el", *DAILY[name]["el"]))
        self.settler = Settler(store, self.registry, lambda: self.now_ms)
        self.settler.step()
        self.a, self.b = self.registry.plants["a"], self.registry.plants["b"]

    def hear(self, plant: str, kwh: float) -> None:
        """The register of a plant is read an hour after the last midnight, and settled."""
        last = register(self.registry, f"{plant}/el", *DAILY[plant]["el"]).value[-1]
        time_ms = np.array([self.midnight + 3_600_000])
        key = np.array([self.registry.points[f"{plant}/el"].key], np.int32)
        self.store.append(Readings(key, time_ms, np.array([last + kwh]), np.zeros(1, np.uint8), time_ms))
        self.settler.step()

    @property
    def midnight(self) -> int:
        return int(day_start(TODAY, ZONE))


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> Iterator[World]:
    with Store.open(tmp_path / "data") as store:
        yield World(tmp_path, store)


def test_without_being_told_every_round_counts(world: World) -> None:
    before = world.ledgers.past(world.a, BASE_YEAR)
    assert world.ledgers.past(world.a, BASE_YEAR) is before
    world.hear("b", 7.0)
    assert world.ledgers.past(world.a, BASE_YEAR) is not before


def test_the_past_of_a_plant_stands_until_it_is_told_otherwise(world: World) -> None:
    world.ledgers.told([])
    past, whole = (read(world.a, BASE_YEAR) for read in (world.ledgers.past, world.ledgers.whole))
    other = world.ledgers.past(world.b, BASE_YEAR)
    world.hear("a", 7.0)
    assert world.ledgers.past(world.a, BASE_YEAR) is past
    today = world.ledgers.whole(world.a, BASE_YEAR)
    assert today is not whole
    assert len(today.carriers["electricity"].amount) == len(past.carriers["electricity"].amount) + 1
    assert today.carriers["electricity"].amount[-1] == pytest.approx(7.0)
    world.ledgers.told(["a"])
    assert world.ledgers.past(world.a, BASE_YEAR) is not past
    assert world.ledgers.past(world.b, BASE_YEAR) is other


def test_the_first_word_is_news_to_all_plants(world: World) -> None:
    """Numbers of rounds and numbers of words are never taken for each other."""
    before = world.ledgers.past(world.b, BASE_YEAR)
    world.ledgers.told(["b"] * world.store.settled_batch)
    assert world.ledgers.past(world.b, BASE_YEAR) is not before


def test_tomorrow_today_is_past(world: World) -> None:
    world.ledgers.told([])
    before = world.ledgers.past(world.a, BASE_YEAR)
    world.now_ms += DAY_MS
    after = world.ledgers.past(world.a, BASE_YEAR)
    assert len(after.carriers["electricity"].amount) == len(before.carriers["electricity"].amount) + 1


def test_another_registry_is_read_anew(world: World) -> None:
    world.ledgers.told([])
    before = world.ledgers.past(world.a, BASE_YEAR)
    world.registry = world.registry.with_statements([])
    assert world.ledgers.past(world.a, BASE_YEAR) is not before


def test_targets_are_computed_again_when_a_day_that_counts_changed(world: World) -> None:
    point = np.array([world.registry.points["a/el"].key], np.int32)
    world.figures.settled(point, world.midnight)
    lines = world.figures.targets("programme:sunan-2019")
    world.figures.settled(point, world.midnight)  # only today
    assert world.figures.targets("programme:sunan-2019") is lines
    other = world.figures.targets("plant:b")
    world.figures.settled(point, world.midnight - 1)
    assert world.figures.targets("programme:sunan-2019") is not lines
    assert world.figures.targets("plant:b") is other


def test_a_registry_that_is_tried_reads_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = world.ledgers.past(world.a, BASE_YEAR)
    tried = world.ledgers.trying(world.registry.with_statements([]))
    monkeypatch.setattr(world.store, "days", lambda *_: pytest.fail("read"))
    assert tried.past(world.a, BASE_YEAR) is kept


def test_rounds_count_only_while_nobody_tells(world: World) -> None:
    assert world.ledgers.rounds == world.store.settled_batch
    world.hear("a", 1.0)
    assert world.ledgers.rounds == world.store.settled_batch
    world.ledgers.told([])
    assert world.ledgers.rounds is None
