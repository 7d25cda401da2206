"""Months and years are the very figures that open by their ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.calendar import date_of, day_of, day_start, month_first_day, month_of
from engine.explain.resolve import asked, resolve
from engine.figures import Figures
from engine.settler import Settler
from registry import Registry, load_plant_files
from sinks.produce.months import Years, month_lines
from sinks.produce.rows import Rows
from storage import Store
from tests.engine.make import DAILY, NOW_MS, ZONE, files_of, register, statements_of
from tests.sinks.produce.parse import Fields, told

API_NAME = {"value_added": "value_added_base_prices"}


class World:
    def __init__(self, folder: Path, store: Store) -> None:
        self.registry = Registry.of_files(
            load_plant_files(files_of(folder)), statements=[s for name in DAILY for s in statements_of(name)]
        )
        self.store = store
        for name, points in DAILY.items():
            for point, amounts in points.items():
                # the water of b is not read for a while: months of less coverage, and one of none
                missing = range(800, 850) if (name, point) == ("b", "water") else range(0)
                store.append(register(self.registry, f"{name}/{point}", *amounts, missing=missing))
        Settler(store, self.registry, lambda: NOW_MS).step()
        self.figures = Figures(store, lambda: self.registry, lambda: NOW_MS)

    def check(self, scope: str, days: str, name: str, line: Fields) -> None:
        """The line says what the API says under the id."""
        figure = resolve(self.figures, self.store, asked(self.figures, scope, days, API_NAME.get(name, name)))
        if figure.value is None:
            assert line == {"known": 0.0}, (scope, days, name)
            return
        wanted = {
            "value": figure.value,
            "known": 1.0,
            "coverage": figure.coverage,
            "estimated": figure.estimated,
            "provisional": figure.provisional,
        }
        assert line == pytest.approx(wanted, rel=1e-9, abs=1e-12), (scope, days, name)


@pytest.fixture(name="world", scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("months")
    with Store.open(folder / "data") as store:
        yield World(folder, store)


SCOPES = ("plant:a", "plant:b", "city:wuxi", "programme:sunan-2019")


@pytest.mark.parametrize("scope", SCOPES)
def test_months_are_those_of_the_api(world: World, scope: str) -> None:
    rows = Rows()
    _, accounts = world.figures.group(scope)
    month_lines(rows, scope, [world.figures.book(a.ledger.plant) for a in accounts], ZONE)
    found = told(rows.lines())
    names = {key.split("series=")[1].split(",")[0] for key, _ in found}
    assert names == {
        "energy_tce", "water_m3", "co2_t", "value_added", "energy_per_value_added", "water_per_value_added",
    }  # fmt: skip
    assert {key.split("scope=")[1].split(",")[0] for key, _ in found} == {scope}
    for (key, at), line in found.items():
        month = int(month_of(day_of(at, ZONE)))
        first, last = (date_of(int(day)).isoformat() for day in month_first_day([month, month + 1]))
        if month % 11 == 0 or line.get("coverage") != 1.0:
            world.check(scope, f"{first}..{last}", key.split("series=")[1].split(",")[0], line)
    assert len(found) == 44 * len(names)  # January 2015 to August 2018


def test_a_month_by_hand(world: World) -> None:
    rows = Rows()
    month_lines(rows, "city:wuxi", [world.figures.book("a"), world.figures.book("b")], ZONE)
    found = told(rows.lines())
    start_ms = int(day_start(int(month_first_day((2018 - 1970) * 12 + 7)), ZONE))
    line = found[r"month,scope=city:wuxi,series=energy_per_value_added,unit=tce/10k_yuan", start_ms]
    assert line["value"] == pytest.approx((1920 + 3000) * 0.1229 / 1000 / (12 + 30))
    assert line["provisional"] == 1.0  # August 2018 is a plan


@pytest.mark.parametrize("scope", SCOPES)
def test_years_are_those_of_the_api(world: World, scope: str) -> None:
    rows, years = Rows(), Years(lambda: NOW_MS)
    _, accounts = world.figures.group(scope)
    years.lines(rows, scope, accounts)
    found = told(rows.lines())
    assert len(found) == 4 * 7  # with coal:electricity
    for (key, at), line in found.items():
        first = date_of(int(day_of(at, ZONE)))
        last = "2018-09-01" if first.year == 2018 else f"{first.year + 1}-01-01"
        world.check(scope, f"{first}..{last}", key.split("series=")[1].split(",")[0], line)
    again = Rows()
    years.lines(again, scope, accounts)
    assert told(again.lines()) == found


def test_what_stands_no_more_is_withdrawn(world: World) -> None:
    from sinks.schema import MONTH

    rows = Rows()
    rows.add("month,scope=plant:a,series=x", 5, "value=1.0,known=1")
    rows.withdraw(MONTH, [("month,scope=plant:a,series=x", 5), ("month,scope=plant:a,series=gone", 6)])
    assert told(rows.lines()) == {
        ("month,scope=plant:a,series=x", 5): {"value": 1.0, "known": 1.0},
        ("month,scope=plant:a,series=gone", 6): {"known": 0.0},
    }
