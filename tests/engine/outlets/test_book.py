"""Are kept hours those of the store to the bit, whatever is settled again, and are they really kept?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.columns import DAY_MS, HOUR_MS, Intervals, Ranges, Readings
from engine.outlets import book as books
from engine.outlets.book import HourBook
from engine.outlets.hours import OutletHours, PointHours, read_hours
from engine.settler import Round, Settler
from storage import Store
from tests.engine.make import START_MS, registry_of
from tests.engine.outlets.test_limits import STACK, hourly

DAYS = 30
END_MS = START_MS + DAYS * DAY_MS


class Asked:
    """The store, and for which hours it was asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.ranges: list[tuple[int, int]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def intervals(self, ranges: Ranges, /) -> Intervals:
        found = self._store.intervals(ranges)
        self.ranges.append((int(ranges.from_ms[0]), int(ranges.to_ms[0])))
        self.meanwhile()
        return found

    def hours(self) -> list[tuple[int, int]]:
        """What was asked since last time, in hours since the first."""
        found = [((a - START_MS) // HOUR_MS, (b - START_MS) // HOUR_MS) for a, b in self.ranges]
        self.ranges.clear()
        return found


class World:
    """A plant with a stack and an outlet, a month of it settled; the book is told of every round."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.registry, self.store, self.asked = registry_of(folder, STACK), store, Asked(store)
        self.book = HourBook(self.asked, lambda: self.registry)  # type: ignore[arg-type]
        self.settler = Settler(store, self.registry, lambda: END_MS + DAY_MS, on_round=self.told)
        self.rng = np.random.default_rng(4)
        n = 24 * DAYS
        for name, level in (("q", 1e5), ("nox", 100.0), ("o2", 5.0), ("f", 100.0), ("cod", 50.0)):
            self.append(hourly(self.registry, name, level * self.rng.uniform(0.5, 1.5, n)))
        self.settler.step()

    def told(self, done: Round) -> None:
        self.book.settled(done.points, done.from_ms)

    def append(self, readings: Readings) -> None:
        self.store.append(readings)

    def comes(self, name: str, hour: int, value: float) -> None:
        self.append(hourly(self.registry, name, [value], START_MS + hour * HOUR_MS))
        self.settler.step()

    def check(self, outlet: str, first: int, last: int) -> None:
        """The book says what the store says. [h]"""
        one = next(o for o in self.registry.outlets("p") if o.id == outlet)
        span = (START_MS + first * HOUR_MS, START_MS + last * HOUR_MS)
        assert_equal(self.book.read(one, *span), read_hours(self.store, self.registry, one, *span))


def assert_equal(found: OutletHours, wanted: OutletHours) -> None:
    def bits(hours: OutletHours) -> list[bytes]:
        points = [hours.flow, *hours.levels.values(), *hours.loads.values()]
        arrays: list[Any] = [a for p in points for a in (p.amount, p.known_s, p.flags, p.mean)]
        classes = [hours.classes(pollutant) for pollutant in hours.levels]
        oxygen = [] if hours.oxygen_pct is None else [hours.oxygen_pct]
        return [a.tobytes() for a in (hours.start_ms, hours.stopped, *arrays, *classes, *oxygen)]

    assert (found.outlet, list(found.levels), list(found.loads)) == (
        wanted.outlet, list(wanted.levels), list(wanted.loads),
    )  # fmt: skip
    assert bits(found) == bits(wanted)


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> Iterator[World]:
    with Store.open(tmp_path / "data") as store:
        yield World(tmp_path, store)


def test_only_what_is_not_known_is_read(world: World) -> None:
    world.check("st", 100, 400)
    world.check("st", 150, 300)
    assert world.asked.hours() == [(100, 400)]
    world.check("st", 50, 450)
    assert world.asked.hours() == [(50, 100), (400, 450)]
    world.check("ww", 50, 450)
    assert world.asked.hours() == [(50, 450)]


def test_what_a_round_reached_is_read_again(world: World) -> None:
    world.check("ww", 0, 24 * DAYS + 24)
    world.asked.hours()
    world.comes("f", 700, 77.0)  # a second value for an hour that had one
    world.check("ww", 0, 24 * DAYS + 24)
    ((first, last),) = world.asked.hours()
    assert 24 * 28 <= first <= 700  # what may be a spike is known by its surroundings
    assert last == 24 * DAYS + 24
    world.comes("q", 700, 77.0)  # the other outlet's
    world.check("ww", 0, 24 * DAYS + 24)
    assert world.asked.hours() == []


def test_random_questions_and_late_readings(world: World) -> None:
    for _ in range(60):
        if world.rng.random() < 0.4:
            hour = int(world.rng.integers(-48, 24 * DAYS + 24))
            world.comes(str(world.rng.choice(["q", "nox", "o2", "f", "cod"])), hour, float(world.rng.uniform(1, 200)))
        first = int(world.rng.integers(-72, 24 * DAYS))
        world.check(str(world.rng.choice(["st", "ww"])), first, first + int(world.rng.integers(1, 300)))


def test_what_is_settled_while_it_is_read_is_not_kept(world: World) -> None:
    def late() -> None:
        world.asked.meanwhile = lambda: None
        world.comes("f", 300, 77.0)

    world.asked.meanwhile = late
    world.book.read(world.registry.outlets("p")[1], START_MS, END_MS)
    world.check("ww", 0, 24 * DAYS)


def test_nothing_is_kept_while_nobody_tells(world: World) -> None:
    book = HourBook(world.asked, lambda: world.registry)  # type: ignore[arg-type]
    for _ in range(2):
        book.read(world.registry.outlets("p")[1], START_MS, START_MS + HOUR_MS)
    assert world.asked.hours() == [(0, 1), (0, 1)]


def test_memory_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "MOST_HOURS", 3 * 250)  # flow, concentration and load of the outlet
    monkeypatch.setattr(books, "MOST_OF_ONE", 3 * 200)
    world.check("ww", 0, 201)
    world.check("ww", 0, 201)
    assert world.asked.hours() == [(0, 201), (0, 201)]  # too long to be kept
    world.check("ww", 0, 100)
    world.check("ww", 200, 300)
    world.check("ww", 400, 500)
    assert world.asked.hours() == [(0, 100), (200, 300), (400, 500)]
    world.check("ww", 400, 500)
    world.check("ww", 200, 300)
    assert world.asked.hours() == []
    world.check("ww", 0, 100)
    assert world.asked.hours() == [(0, 100)]  # asked longest ago, gone first


def test_many_threads_and_rounds(world: World) -> None:
    outlet = world.registry.outlets("p")[1]
    stop = threading.Event()
    failed: list[BaseException] = []

    def ask(seed: int) -> None:
        rng = np.random.default_rng(seed)
        try:
            while not stop.is_set():
                first = START_MS + int(rng.integers(0, 600)) * HOUR_MS
                found = world.book.read(outlet, first, first + 100 * HOUR_MS)
                assert len(found.flow.amount) == len(found.start_ms) == 100
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for hour in (500, 400, 650, 10):
        world.comes("cod", hour, 99.0)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    world.check("ww", 0, 24 * DAYS)


def test_hours_of_points_are_cut_and_joined() -> None:
    hours = PointHours(np.arange(4.0), np.full(4, 3600.0), np.arange(4, dtype=np.uint16))
    joined = PointHours.concat([hours.take(slice(0, 1)), hours.take(slice(1, 4))])
    assert joined.amount.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert joined.flags.dtype == np.uint16
