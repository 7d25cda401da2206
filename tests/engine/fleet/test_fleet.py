"""Is the overview what the figures say, made anew when it must be and only for the plants that changed?"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.calendar import day_start
from engine.figures import Figures
from engine.fleet.fleet import REST_S, Fleet
from engine.fleet.rows import PlantRow, plant_row
from engine.fleet.times import FleetTimes
from registry import Plant, Programme, Registry
from tests.engine.make import ZONE
from tests.engine.random_plants import KeptDays, now_ms, random_plants


@dataclass
class Site:
    """A fleet over random plants whose clock and changes are in the test's hand."""

    registry: Registry
    kept: KeptDays
    today: int
    asked: list[str] = field(default_factory=list)
    seconds: float = 0.0
    version: tuple[object, object] = (0, 0)
    fails: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.figures = Figures(self.kept, lambda: self.registry, lambda: now_ms(self.today))
        self.fleet = Fleet(
            lambda: self.registry, lambda: now_ms(self.today), self.row, lambda: self.version, lambda: self.seconds
        )

    def row(self, plant: Plant, programme: Programme, when: FleetTimes) -> PlantRow:
        self.fails()
        self.asked.append(plant.id)
        return plant_row(self.figures.accounts(plant.id), when)

    def told(self, period: Any = "ytd") -> dict[str, Any]:
        """The newest overview, also when the first answer is the one before."""
        self.fleet.overview(period)
        for thread in threading.enumerate():
            if thread.name == "fleet":
                thread.join()
        answer: dict[str, Any] = json.loads(self.fleet.overview(period).plain)
        return answer


@pytest.fixture(name="site")
def _site(tmp_path: Path) -> Site:
    return Site(*random_plants(tmp_path, np.random.default_rng(31), n_plants=4))


@pytest.mark.parametrize("period", ["ytd", "rolling12", "full_year"])
def test_the_overview_says_what_the_figures_say(site: Site, period: Any) -> None:
    told = site.told(period)
    for row, plant in enumerate(told["plants"]):
        here = _flat(site.figures.indicators(f"plant:{plant['id']}", period))
        for column, name in enumerate(told["indicators"]):
            of = {key: told[key][row][column] for key in ("change", "progress", "status", "reason")}
            if name not in here:
                assert set(of.values()) == {None}
                continue
            assert (of["status"], of["reason"]) == (here[name].status, here[name].reason)
            assert of["change"] == _rounded(here[name].change)
            assert of["progress"] == _rounded(here[name].progress)
    assert {scope.split(":")[0] for scope in told["groups"]} == {"programme", "city", "sector"}
    whole = _flat(site.figures.indicators("programme:sunan-2019", period))
    statuses = dict(zip(told["indicators"], told["groups"]["programme:sunan-2019"]["status"], strict=True))
    assert {name: one.status for name, one in whole.items()} == {n: s for n, s in statuses.items() if s is not None}


def _flat(indicators: list[Any]) -> dict[str, Any]:
    return {one.id: one for whole in indicators for one in (whole, *whole.parts)}


def _rounded(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, abs=1e-6)


def test_the_same_bytes_until_something_changes(site: Site) -> None:
    site.told()
    first = site.fleet.overview()
    assert sorted(site.asked) == ["p0", "p1", "p2", "p3"]
    site.seconds = 10 * REST_S
    assert site.fleet.overview() is first
    assert gzip.decompress(first.zipped) == first.plain
    assert len(site.asked) == 4


def test_only_the_plants_that_changed_are_read_again(site: Site) -> None:
    before = site.told()
    site.asked.clear()
    site.fleet.touched(["p2"])
    assert site.fleet.at_hand() is site.fleet.overview()
    # What was settled a moment ago waits until the last answer has rested.
    assert json.loads(site.fleet.overview().plain) == before
    site.seconds = REST_S
    site.told()
    assert site.asked == ["p2"]


def test_what_is_settled_of_today_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[set[str]] = []
    monkeypatch.setattr(site.figures.fleet, "touched", touched.append)
    point = next(p for p in site.registry.points.values() if p.plant == "p1")
    midnight_ms = int(day_start(site.today, ZONE))
    site.figures.settled(np.array([point.key], np.int32), midnight_ms)
    site.figures.settled(np.array([point.key, 999_999], np.int32), midnight_ms - 1)
    assert touched == [set(), {"p1"}]


def test_unannounced_settling_other_points_and_another_day_count(site: Site) -> None:
    site.told()
    for change in ("settled", "described", "day"):
        site.asked.clear()
        site.seconds += REST_S
        if change == "day":
            site.today += 1
        else:
            site.version = (change, site.version[1]) if change == "described" else (site.version[0], change)
        told = site.told()
        assert len(site.asked) == 4, change
    assert told["time_ms"] == now_ms(site.today)


def test_another_registry_counts_at_once_and_may_lose_a_plant(site: Site) -> None:
    before = site.told()
    plants = [p for p in site.registry.plants.values() if p.id != "p1"]
    whole = site.registry
    site.registry = Registry.build(plants=plants, programmes=whole.programmes.values(), factors=whole.factors)
    after = site.told()
    assert [p["id"] for p in before["plants"]] == ["p0", "p1", "p2", "p3"]
    assert [p["id"] for p in after["plants"]] == ["p0", "p2", "p3"]
    assert {s for row in after["status"] for s in row} <= {"not_assessable", None}


def test_a_failure_is_told_to_who_asks_and_then_tried_again(site: Site) -> None:
    def fail() -> None:
        raise OSError("the disk is gone")

    site.fails = fail
    with pytest.raises(OSError, match="the disk is gone"):
        site.fleet.overview()
    site.fails = lambda: None
    assert len(site.told()["plants"]) == 4


def test_many_who_ask_at_once_get_one_answer(site: Site) -> None:
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(site.fleet.overview())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(ready) for ready in found}) == 1
    assert len(site.asked) == 4


def test_what_is_not_there_is_refused(site: Site) -> None:
    with pytest.raises(ValueError, match="wanted one of"):
        site.fleet.overview("decade")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        site.fleet.overview("ytd", "no-such-programme")
    site.registry = Registry.build(programmes=site.registry.programmes.values())
    with pytest.raises(KeyError, match="no plant"):
        site.fleet.overview()
