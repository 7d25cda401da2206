"""Are the figures those of a calculation by hand, and do they say what they rest on?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analytics.calendar import day_start
from engine.figures import Figures
from engine.settler import Settler
from registry import Registry, Statement, load_plant_files
from storage import Store

from .make import DAILY, FIRST_DAY, NOW_MS, ZONE, files_of, register, statements_of


@pytest.fixture(name="figures", scope="module")
def _figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    folder = tmp_path_factory.mktemp("figures")
    files = load_plant_files(files_of(folder))
    registry = Registry.of_files(files, statements=[s for name in DAILY for s in statements_of(name)])
    with Store.open(folder / "data") as store:
        for name, points in DAILY.items():
            for point, amounts in points.items():
                store.append(register(registry, f"{name}/{point}", *amounts))
        Settler(store, registry, lambda: NOW_MS).step()
        yield Figures(store, lambda: registry, lambda: NOW_MS)


def test_energy_per_value_added_by_hand(figures: Figures) -> None:
    found = {i.id: i for i in figures.indicators("plant:a")}["energy_per_value_added"]
    assert found.base.value == pytest.approx(2400 * 0.1229 / 1000 / 10, rel=1e-9)
    assert found.current.value == pytest.approx(1920 * 0.1229 / 1000 / 12, rel=1e-9)
    assert found.current.unit == "tce/10k_yuan"
    assert found.change == pytest.approx(-1 / 3, rel=1e-9)
    assert found.progress == pytest.approx(math.log(2 / 3) / math.log(0.82), rel=1e-9)
    assert (found.pace, found.status, found.reason) == (0.75, "met", "")
    assert found.current.coverage == pytest.approx(1.0)
    # July is provisional and August a plan: 62 of the 243 days.
    assert found.current.provisional == pytest.approx(62 / 243)
    assert found.base.provisional == 0.0
    assert found.current.factors == "GB/T 2589-2008"


def test_a_figure_opens_down_to_points_factors_and_statements(figures: Figures) -> None:
    current = figures.indicators("plant:a")[0].current
    energy, value_added = current.inputs
    coal = energy.inputs[0]
    amount, factor = coal.inputs
    assert [energy.name, coal.name, amount.name, factor.name] == [
        "energy_tce",
        "coal:electricity",
        "carrier:electricity",
        "factor:electricity",
    ]
    assert amount.value == pytest.approx(1920 * 243)
    assert amount.inputs[0].name == "point:a/el"
    assert factor.value == 0.1229
    assert value_added.value == pytest.approx(12 * 243)
    assert [s.note for s in value_added.inputs] == ["final"] * 6 + ["provisional", "plan"]


def test_water_behind_and_pollutants_without_points(figures: Figures) -> None:
    found = {i.id: i for i in figures.indicators("plant:a")}
    water = found["water_per_value_added"]
    assert water.change == pytest.approx(-0.05)
    assert water.progress == pytest.approx(math.log(0.95) / math.log(0.8))
    assert water.status == "behind"
    for group in ("water_pollutants", "air_pollutants"):
        assert (found[group].status, found[group].reason, found[group].change) == ("not_assessable", "no_points", None)


def test_a_city_is_sums_first_and_not_the_mean_of_its_plants(figures: Figures) -> None:
    city = figures.indicators("city:wuxi")[0]
    base = (2400 + 1000) / (10 + 10)
    current = (1920 + 3000) / (12 + 30)
    assert city.change == pytest.approx(current / base - 1)
    plants = [figures.indicators(f"plant:{name}")[0].change for name in DAILY]
    assert city.change != pytest.approx(np.mean([p for p in plants if p is not None]), rel=0.01)
    assert figures.indicators("programme:sunan-2019")[0].change == pytest.approx(city.change)


@pytest.mark.parametrize(("period", "days"), [("ytd", 243), ("rolling12", 365), ("full_year", 365)])
def test_periods_compare_equal_dates(figures: Figures, period: str, days: int) -> None:
    found = figures.indicators("plant:a", period)[0]
    for figure in (found.base, found.current):
        assert (figure.to_ms - figure.from_ms) / 86_400_000 == days
    assert found.pace == (0.5 if period == "full_year" else 0.75)
    assert found.current.value == pytest.approx(1920 * 0.1229 / 1000 / (10 if period == "full_year" else 12), rel=0.2)


def test_now_counts_today_month_and_year(figures: Figures) -> None:
    now = figures.now("a")
    assert now["year_kwh"].value == pytest.approx(1920 * 243)
    assert now["year_tce"].value == pytest.approx(1920 * 243 * 0.1229 / 1000)
    assert now["year_water_m3"].value == pytest.approx(114 * 243)
    # The newest quarter that is known is yesterday's last, spread from one reading to the next.
    assert now["power_kw"].value == pytest.approx(1920 / 24)
    assert now["power_kw"].estimated == 1.0
    # Nothing was read since midnight: that is not known, and not zero.
    assert now["today_kwh"].value is None
    assert now["today_kwh"].coverage == 0.0


def test_unknown_names_are_refused(figures: Figures) -> None:
    with pytest.raises(KeyError):
        figures.now("nobody")
    with pytest.raises(KeyError):
        figures.indicators("city:nowhere")
    with pytest.raises(ValueError, match="wanted plant:ID, city:ID, sector:C31 or programme:ID"):
        figures.indicators("a")
    with pytest.raises(ValueError, match="wanted one of ytd, rolling12, full_year"):
        figures.indicators("plant:a", "decade")


def test_series_of_days_and_months(figures: Figures) -> None:
    series = figures.series("a/el", int(day_start(FIRST_DAY, ZONE)), int(day_start(FIRST_DAY + 59, ZONE)), "month")
    assert series.amount == pytest.approx([2400 * 31, 2400 * 28])
    assert series.coverage == [1.0, 1.0]
    assert series.estimated == [0.0, 0.0]
    hours = figures.series("a/el", int(day_start(FIRST_DAY, ZONE)), int(day_start(FIRST_DAY + 1, ZONE)), "hour")
    assert hours.amount == pytest.approx([100.0] * 24)
    assert hours.estimated == [1.0] * 24
    assert hours.flags[0] == ["gap"]


def test_a_missing_base_year_and_low_coverage_are_not_assessed(tmp_path: Path) -> None:
    files = load_plant_files(files_of(tmp_path)[:1])
    statements = statements_of("a", first_year=2016)
    registry = Registry.of_files(files, statements=statements)
    with Store.open(tmp_path / "data") as store:
        store.append(register(registry, "a/el", *DAILY["a"]["el"]))
        settler = Settler(store, registry, lambda: NOW_MS)
        settler.step()
        figures = Figures(store, lambda: registry, lambda: NOW_MS)
        energy = figures.indicators("plant:a")[0]
        assert (energy.status, energy.change, energy.base.value) == ("not_assessable", None, None)
        assert energy.reason == "no_statement"
        assert figures.indicators("plant:a")[1].reason != ""


def test_bills_stand_for_months_before_metering(tmp_path: Path) -> None:
    files = load_plant_files(files_of(tmp_path)[:1])
    bills = [
        Statement(plant="a", period=f"2015-{m:02d}", item="energy:electricity", value=72.0, unit="MWh", status="final")
        for m in range(1, 13)
    ]
    registry = Registry.of_files(files, statements=[*statements_of("a"), *bills])
    with Store.open(tmp_path / "data") as store:
        metered = register(registry, "a/el", *DAILY["a"]["el"])
        store.append(metered.take(metered.time_ms >= day_start(FIRST_DAY + 365, ZONE)))
        Settler(store, registry, lambda: NOW_MS).step()
        energy = Figures(store, lambda: registry, lambda: NOW_MS).indicators("plant:a")[0]
    # January to August 2015: eight bills of 72 MWh.
    amount = energy.base.inputs[0].inputs[0].inputs[0]
    assert (amount.value, amount.unit, amount.note) == (8 * 72_000.0, "kWh", "bills")
    assert energy.base.coverage == pytest.approx(1.0)
    assert energy.status == "met"


def test_a_city_of_which_one_plant_has_no_base_year_is_not_judged(tmp_path: Path) -> None:
    files = load_plant_files(files_of(tmp_path))
    registry = Registry.of_files(files, statements=[*statements_of("a"), *statements_of("b")])
    with Store.open(tmp_path / "data") as store:
        store.append(register(registry, "a/el", *DAILY["a"]["el"]))
        late = register(registry, "b/el", *DAILY["b"]["el"])
        store.append(late.take(late.time_ms >= day_start(FIRST_DAY + 365, ZONE)))
        Settler(store, registry, lambda: NOW_MS).step()
        figures = Figures(store, lambda: registry, lambda: NOW_MS)
        city = figures.indicators("city:wuxi")[0]
        assert figures.indicators("plant:a")[0].status == "met"
    assert (city.status, city.reason, city.change, city.base.value) == ("not_assessable", "part_missing", None, None)
    # The current year knows both plants and says so; nothing compares two with one.
    assert [len(part.inputs) for part in city.current.inputs] == [2, 2]


def test_before_the_base_year_nothing_is_known_and_nothing_fails(tmp_path: Path) -> None:
    registry = Registry.of_files(load_plant_files(files_of(tmp_path)))
    now_ms = int(day_start(FIRST_DAY - 200, ZONE)) + 1
    with Store.open(tmp_path / "data") as store:
        figures = Figures(store, lambda: registry, lambda: now_ms)
        assert figures.now("a")["year_kwh"].value is None
        for period in ("ytd", "rolling12", "full_year"):
            assert {i.status for i in figures.indicators("plant:a", period)} == {"not_assessable"}


def test_figures_follow_a_corrected_description_without_a_new_reading(tmp_path: Path) -> None:
    paths = files_of(tmp_path)[:1]
    registry = Registry.of_files(load_plant_files(paths))
    with Store.open(tmp_path / "data") as store:
        store.append(register(registry, "a/el", *DAILY["a"]["el"]))
        Settler(store, registry, lambda: NOW_MS).step()
        figures = Figures(store, lambda: registry, lambda: NOW_MS)
        before = figures.now("a")["year_kwh"].value
        assert before == pytest.approx(1920 * 243)
        text = paths[0].read_text(encoding="utf-8").replace('unit = "kWh"', 'unit = "kWh"\nmultiplier = 80')
        paths[0].write_text(text, encoding="utf-8")
        registry = Registry.of_files(load_plant_files(paths))
        assert figures.now("a")["year_kwh"].value == before
        Settler(store, registry, lambda: NOW_MS).step()
        assert figures.now("a")["year_kwh"].value == pytest.approx(80 * 1920 * 243)
        # Another direction needs no settlement: the same readings are not the carrier's any more.
        paths[0].write_text(text.replace('direction = "import"', 'direction = "internal"', 1), encoding="utf-8")
        registry = Registry.of_files(load_plant_files(paths))
        assert figures.now("a")["year_kwh"].value is None


@pytest.mark.parametrize("step", ["15min", "hour", "day", "month", "year"])
def test_series_of_an_empty_range_is_refused(figures: Figures, step: str) -> None:
    with pytest.raises(ValueError, match=r"range \[5, 5\) is empty"):
        figures.series("a/el", 5, 5, step)
