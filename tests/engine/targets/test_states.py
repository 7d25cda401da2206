"""Value added and plants in every state: what is shown, what is refused, and with which reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics.calendar import day_start
from engine.explain.resolve import asked, resolve
from engine.figure import Indicator
from engine.figures import Figures
from engine.period import new_year
from engine.settler import Settler
from registry import Database, Registry, Statement, load_plant_files
from registry.editions import Import
from storage import Store
from tests.engine.fleet.test_scoreboard import assert_all, board_of
from tests.engine.make import COD, NOW_MS, OUTLET, PLANT, ZONE, register, statements_of
from tests.engine.random_plants import now_ms, random_plants

FACTOR = """
[[factors]]
carrier = "electricity"
value = 0.1229
unit = "kgce/kWh"
valid_from = 2018-01-01
source = "measured here"
"""
FLOW = """
[[points]]
id = "flow"
name = { zh = "流量", en = "Flow" }
kind = "amount"
unit = "m3"
direction = "discharge"
every = "1d"
"""


def _sick(change: Callable[[Statement], Statement | None]) -> list[Statement]:
    changed = [change(s) for s in statements_of("a")]
    return [s for s in changed if s is not None]


@contextmanager
def _figures(
    folder: Path, statements: Sequence[Statement], life: str = "", more: str = "", now_ms: int = NOW_MS
) -> Iterator[Figures]:
    path = folder / "a.toml"
    path.write_text(PLANT.format(id="a").replace("programmes", f"{life}\nprogrammes") + more, encoding="utf-8")
    registry = Registry.of_files(load_plant_files([path]), statements=statements)
    first = new_year(2017) - new_year(2015) if "opened" in life else 0
    with Store.open(folder / "data") as store:
        for point, amounts in {"el": (2400.0, 1920.0), "water": (100.0, 114.0)}.items():
            store.append(register(registry, f"a/{point}", *amounts).take(slice(first, None)))
        Settler(store, registry, lambda: now_ms).step()
        yield Figures(store, lambda: registry, lambda: now_ms)


def _energy(figures: Figures, period: str = "ytd") -> Indicator:
    return figures.indicators("plant:a", period)[0]


def test_missing_value_added_is_a_gap_and_not_zero(tmp_path: Path) -> None:
    rows = _sick(lambda s: None if s.item == "value_added" and s.period in ("2018-02", "2018-05", "2018-06") else s)
    with _figures(tmp_path, rows) as figures:
        found = _energy(figures)
    value_added = found.current.inputs[1]
    assert value_added.value == pytest.approx(12.0 * (243 - 28 - 31 - 30))
    assert value_added.coverage == pytest.approx(1.0 - 89 / 243)
    assert (found.status, found.reason) == ("not_assessable", "coverage")


def test_provisional_value_added_counts_and_says_so(tmp_path: Path) -> None:
    rows = _sick(lambda s: s.model_copy(update={"status": "provisional"}) if s.period >= "2018-01" else s)
    with _figures(tmp_path, rows) as figures:
        found = _energy(figures)
    assert (found.current.provisional, found.status) == (pytest.approx(1.0), "met")


def test_a_revised_statement_gives_another_figure(tmp_path: Path) -> None:
    rows = _sick(lambda s: s.model_copy(update={"value": s.value * 1.1}) if s.period >= "2018-01" else s)
    with _figures(tmp_path, [r for r in rows if r.item == "value_added" or r.period < "2018"]) as figures:
        assert _energy(figures).current.note == "price_index_missing"
    only = [r if r.item == "value_added" else s for r, s in zip(rows, statements_of("a"), strict=True)]
    with _figures(tmp_path, only) as figures:
        assert _energy(figures).current.inputs[1].value == pytest.approx(12.0 * 243 * 1.1)


def test_the_base_year_stated_anew_is_told(tmp_path: Path) -> None:
    """Final before with another value; a provisional one that became final is no restatement."""
    rows = _sick(lambda s: s.model_copy(update={"restated": True}) if s.period == "2015-03" else s)
    with _figures(tmp_path, rows) as figures:
        found = _energy(figures)
        assert (found.base.note, found.base.inputs[1].note) == ("base_year_restated", "base_year_restated")
        assert (found.current.note, found.status) == ("", "met")
        whole = figures.indicators("programme:sunan-2019")[0]
        assert whole.base.note == "base_year_restated"


def test_the_store_tells_what_was_restated(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(PLANT.format(id="a"), encoding="utf-8")
    database = Database(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    database.upgrade()
    database.save(load_plant_files([path]))

    def state(period: str, value: float, status: str, now_ms: int) -> None:
        row = Statement(plant="a", period=period, item="value_added", value=value, unit="10k_yuan", status=status)
        database.add_statements([row], Import(now_ms, "f", str(now_ms)))

    state("2015-01", 300.0, "provisional", 1)
    state("2015-01", 310.0, "final", 2)
    state("2015-02", 280.0, "final", 3)
    state("2015-02", 290.0, "final", 4)
    told = {s.period: s.restated for s in database.snapshot().statements("a", "value_added")}
    assert told == {"2015-01": False, "2015-02": True}
    then = {s.period: (s.value, s.restated) for s in database.statements_as_of(3)}
    assert then == {"2015-01": (310.0, False), "2015-02": (280.0, False)}
    state("2015-02", 290.0, "final", 5)  # the same again changes nothing
    assert len(database.statement_editions("a", "value_added", "2015-02")) == 2


def test_a_missing_price_index_is_the_reason(tmp_path: Path) -> None:
    rows = [s for s in statements_of("a") if not (s.item == "price_index" and s.period == "2018")]
    with _figures(tmp_path, rows) as figures:
        found = _energy(figures)
    assert (found.current.value, found.status, found.reason) == (None, "not_assessable", "price_index_missing")


@pytest.mark.parametrize(("planned_from", "status", "reason"), [(8, "met", ""), (6, "not_assessable", "rests_on_plan")])
def test_a_period_that_rests_on_a_plan_has_no_verdict(
    tmp_path: Path, planned_from: int, status: str, reason: str
) -> None:
    """August alone is 31 of 243 days; June to August are 92, more than a quarter."""
    late = {f"2018-{m:02d}" for m in range(planned_from, 13)}
    rows = _sick(lambda s: s.model_copy(update={"status": "plan"}) if s.period in late else s)
    with _figures(tmp_path, rows) as figures:
        found = _energy(figures)
        assert (found.status, found.reason) == (status, reason)
        assert found.change == pytest.approx(-1 / 3)  # shown, not judged
        # The forecast does not take a plan for a month that is known.
        assert figures.targets("plant:a")[0].forecast.months_known == 36 + planned_from - 1


def test_factors_of_two_editions_are_refused(tmp_path: Path) -> None:
    """From 2018 on the plant has a factor of its own, of the same value even; the base year used the general one."""
    with _figures(tmp_path, statements_of("a"), more=FACTOR) as figures:
        found = _energy(figures)
        assert (found.status, found.reason, found.change) == ("not_assessable", "editions_mixed", None)
        assert found.base.value is not None and found.current.value is not None
        assert _energy(figures, "full_year").status == "met"  # 2017 and 2015 used the same
        said = figures.targets("plant:a")[0].forecast
        assert (said.change, said.probability, said.reason) == (None, None, "editions_mixed")
        water = figures.indicators("plant:a")[1]
        assert water.status == "behind"


def test_a_plant_opened_after_the_base_year_has_no_ratio(tmp_path: Path) -> None:
    outlet = FLOW + COD.replace('every = "1h"', 'every = "1d"') + OUTLET
    with _figures(tmp_path, statements_of("a", 2017), "opened = 2017-01-01", outlet) as figures:
        lines = {line.id: line for line in figures.targets("plant:a")}
        for line in lines.values():
            if line.id == "co2":
                continue
            assert (line.ytd.status, line.ytd.reason) == ("not_assessable", "opened_after_base_year"), line.id
            assert (line.ytd.base.value, line.ytd.change, line.forecast.probability) == (None, None, None)
        energy = lines["energy_per_value_added"]
        assert energy.ytd.current.value == pytest.approx(1920 * 0.1229e-3 / 12)
        assert energy.forecast.reason == "history_too_short"  # 19 months, and August is a plan
        cod = lines["water_pollutants"].parts[0].ytd
        assert (cod.current.unit, cod.base.note) == ("kg/10k_yuan", "opened_after_base_year")
        assert [part.name for part in cod.current.inputs] == ["load:COD", "value_added_base_prices"]
        assert cod.current.name == "per_value_added:load:COD"
        # What is shown opens by its id.
        opened = resolve(figures, figures._store, asked(figures, "plant:a", "ytd", cod.current.name))
        assert (opened.value, opened.unit) == (cod.current.value, cod.current.unit)


def test_a_new_plant_counts_in_its_city_from_its_opening(tmp_path: Path) -> None:
    """With an older plant beside it the city has a base year: the new one's part of it is a known zero."""
    old, new = tmp_path / "a.toml", tmp_path / "b.toml"
    old.write_text(PLANT.format(id="a"), encoding="utf-8")
    new.write_text(PLANT.format(id="b").replace("programmes", "opened = 2017-01-01\nprogrammes"), encoding="utf-8")
    statements = [*statements_of("a"), *statements_of("b", 2017)]
    registry = Registry.of_files(load_plant_files([old, new]), statements=statements)
    with Store.open(tmp_path / "data") as store:
        for name in "ab":
            for point in ("el", "water"):
                rows = register(registry, f"{name}/{point}", 2400.0, 1920.0)
                store.append(rows.take(rows.time_ms >= day_start(new_year(2017), ZONE)) if name == "b" else rows)
        Settler(store, registry, lambda: NOW_MS).step()
        city = Figures(store, lambda: registry, lambda: NOW_MS).indicators("city:wuxi")[0]
    assert city.base.value == pytest.approx(2400 * 0.1229e-3 / 10)
    assert city.base.coverage == pytest.approx(1.0)
    assert city.current.value == pytest.approx(2 * 1920 * 0.1229e-3 / (12 + 30))
    assert city.status == "met"


def test_a_closed_plant_has_no_present(tmp_path: Path) -> None:
    with _figures(tmp_path, statements_of("a"), "closed = 2017-07-01") as figures:
        lines = figures.targets("plant:a")
        for line in lines[:2]:
            assert (line.ytd.status, line.ytd.reason, line.ytd.current.value) == ("not_assessable", "closed", None)
            assert (line.forecast.value, line.forecast.reason) == (None, "closed")
        # In 2017 it worked for half a year.
        assert _energy(figures, "full_year").reason != "closed"


@pytest.mark.parametrize("seed", range(4))
def test_all_plants_at_once_are_in_the_states_of_each(tmp_path: Path, seed: int) -> None:
    """Random plants, of which some were opened, some closed, in years before, in and after the base year."""
    rng = np.random.default_rng(700 + seed)
    registry, kept, today = random_plants(tmp_path, rng, n_plants=5)
    dates: list[dt.date | None] = [None, *(dt.date(year, 7, 1) for year in (2014, 2015, 2016, 2017))]
    lives = [{"opened": dates[rng.integers(5)]}, {"closed": dates[rng.integers(5)]}]
    plants = {
        name: plant.model_copy(update=lives[int(rng.integers(2))]) if rng.random() < 0.7 else plant
        for name, plant in registry.plants.items()
    }
    changed = replace(registry, plants=plants)
    figures = Figures(kept, lambda: changed, lambda: now_ms(today))
    assert_all(board_of(changed, figures, today), figures)
