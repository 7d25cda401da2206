"""Why did an indicator move, from readings to the sentence: exact, and the same as a calculation by hand?"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.figures import Figures
from engine.period import Period
from engine.settler import Settler
from engine.targets.indicators import Comparison
from engine.why.answer import Why
from registry import Registry, Statement, load_plant_files
from storage import Store
from tests.engine.make import DAILY, FIRST_DAY, NOW_MS, TODAY, ZONE, files_of, register, statements_of

SUB_METER = """
[[points]]
id = "hall"
name = { zh = "车间", en = "Hall" }
kind = "register"
unit = "kWh"
carrier = "electricity"
direction = "internal"
parent = "el"
every = "1d"
"""


def _output(plant: str) -> list[Statement]:
    """Ten tonnes a day in 2015 and the years after, twelve in 2018."""
    return [
        Statement(
            plant=plant,
            period=f"{year}-{month:02d}",
            item="output:cloth",
            value=(12.0 if year == 2018 else 10.0) * monthrange(year, month)[1],
            unit="t",
            status="final",
        )
        for year in range(2015, 2019)
        for month in range(1, 13)
    ]


@pytest.fixture(name="figures", scope="module")
def _figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    folder = tmp_path_factory.mktemp("why")
    paths = files_of(folder)
    paths[0].write_text(paths[0].read_text(encoding="utf-8") + SUB_METER, encoding="utf-8")
    statements = [*(s for name in DAILY for s in statements_of(name)), *_output("a")]
    registry = Registry.of_files(load_plant_files(paths), statements=statements)
    with Store.open(folder / "data") as store:
        for name, points in DAILY.items():
            for point, amounts in points.items():
                store.append(register(registry, f"{name}/{point}", *amounts))
        store.append(register(registry, "a/hall", 1500.0, 900.0))
        Settler(store, registry, lambda: NOW_MS).step()
        yield Figures(store, lambda: registry, lambda: NOW_MS)


def log_mean(a: float, b: float) -> float:
    return (a - b) / math.log(a / b)


def by_key(found: Why) -> dict[str, float]:
    return {effect.key: effect.amount for effect in found.effects}


def test_one_plant_by_hand(figures: Figures) -> None:
    found = figures.why("plant:a", "energy_per_value_added")
    # E/V 0.029496 -> 0.019664; E/Q falls to 160/240, V/Q stays at 1.
    before, now = 2400 * 0.1229e-3 / 10, 1920 * 0.1229e-3 / 12
    assert (found.base.value, found.current.value, found.change) == pytest.approx((before, now, now - before), rel=1e-9)
    assert by_key(found) == pytest.approx({"efficiency": now - before}, rel=1e-9)
    assert found.effects[0].share == pytest.approx(-1 / 3)
    assert abs(found.residual) <= 1e-9 * before
    keys = {note.key for note in found.notes}
    assert keys == {"provisional", "weather:no_weather"}


def test_a_city_moves_by_structure_too(figures: Figures) -> None:
    found = figures.why("city:wuxi", "energy_per_value_added")
    # Shares of value added 10:10 -> 12:30; 240 -> 160 and 100 -> 100 kWh per value.
    unit = 0.1229e-3
    a, b = (120 * unit, 160 * unit * 12 / 42), (50 * unit, 100 * unit * 30 / 42)
    weight = {"a": (a[1] - a[0]) / math.log(a[1] / a[0]), "b": (b[1] - b[0]) / math.log(b[1] / b[0])}
    structure = weight["a"] * math.log(12 / 42 / 0.5) + weight["b"] * math.log(30 / 42 / 0.5)
    assert by_key(found) == pytest.approx(
        {"structure": structure, "efficiency": weight["a"] * math.log(160 / 240)}, rel=1e-8
    )
    assert [part.name for part in found.effects[0].parts] == ["between_plants"]
    assert "no_output" in {note.key for note in found.notes}


@pytest.mark.parametrize("period", ["ytd", "rolling12", "full_year"])
@pytest.mark.parametrize("scope", ["plant:a", "plant:b", "city:wuxi", "programme:sunan-2019"])
def test_the_effects_sum_to_the_change_of_the_indicator(figures: Figures, scope: str, period: str) -> None:
    for indicator in ("energy_per_value_added", "water_per_value_added"):
        found = figures.why(scope, indicator, period)
        whole = next(i for i in figures.indicators(scope, period) if i.id == indicator)
        assert (found.base.value, found.current.value) == (whole.base.value, whole.current.value)
        assert found.change is not None and found.base.value is not None
        assert abs(found.residual) <= 1e-9 * found.base.value
        assert sum(e.share or 0.0 for e in found.effects) == pytest.approx(whole.change, abs=1e-9)


def test_the_meters_at_the_boundary_carry_the_whole_change(figures: Figures) -> None:
    found = figures.why("city:wuxi", "energy_per_value_added")
    meters = {meter.point: meter for meter in found.meters}
    boundary = [meter for meter in found.meters if meter.role == "import"]
    assert sum(meter.amount for meter in boundary) == pytest.approx(found.change)
    # The hall's 1500 -> 900 kWh a day, per value added of the city.
    assert meters["a/hall"].role == "internal"
    assert meters["a/hall"].amount == pytest.approx((900 / 42 - 1500 / 20) * 0.1229e-3)
    assert [abs(m.amount) for m in found.meters] == sorted((abs(m.amount) for m in found.meters), reverse=True)


def test_it_is_told_in_both_languages(figures: Figures) -> None:
    found = figures.why("plant:a", "energy_per_value_added")
    assert found.sentence.zh == "单位工业增加值能耗比2015年同期下降33.3 %：能效 −33.3 个百分点；变化主要在电。"
    assert found.sentence.en == (
        "Energy per value added is 33.3 % below the same dates of 2015: efficiency −33.3 points; "
        "most of the change is at Electricity."
    )
    water = figures.why("programme:sunan-2019", "water_per_value_added", "full_year").sentence
    # (114 + 150) / 20 against (100 + 50) / 20 m3.
    assert water.en.startswith("In 2017 water per value added was 76.0 % above 2015: water efficiency +76.0 points")
    assert water.zh.startswith("单位工业增加值用水量2017年比2015年上升76.0 %：用水效率 +76.0 个百分点")


def test_any_two_stretches_of_days(figures: Figures) -> None:
    days = Comparison(Period.of(FIRST_DAY + 365, FIRST_DAY + 365 + 60, ZONE), Period.of(TODAY - 30, TODAY, ZONE), 2018)
    found = figures.why("plant:a", "energy_per_value_added", days=days)
    assert found.base.value == pytest.approx(1920 * 0.1229e-3 / 10)
    assert by_key(found) == pytest.approx({"efficiency": found.change})
    assert "of 2018-08-02 to 2018-08-31 is 16.7 % below 2016-01-01 to 2016-02-29" in found.sentence.en
    assert "（2018-08-02至2018-08-31）比2016-01-01至2016-02-29下降16.7 %" in found.sentence.zh


def test_what_is_not_known_is_not_split(figures: Figures) -> None:
    before = Comparison(Period.of(FIRST_DAY - 60, FIRST_DAY - 30, ZONE), Period.of(TODAY - 30, TODAY, ZONE), 2018)
    found = figures.why("plant:a", "energy_per_value_added", days=before)
    assert (found.change, found.effects, found.meters, found.residual) == (None, (), (), 0.0)
    assert "cannot be told: 2014-11-02 to 2014-12-01 has no value" in found.sentence.en
    assert "not_known" in {note.key for note in found.notes}


def test_what_there_is_not_is_refused(figures: Figures) -> None:
    with pytest.raises(KeyError, match="there are energy_per_value_added"):
        figures.why("plant:a", "happiness")
    with pytest.raises(KeyError):
        figures.why("plant:nobody", "energy_per_value_added")
    with pytest.raises(ValueError, match="period = 'week'"):
        figures.why("plant:a", "energy_per_value_added", "week")


def test_what_is_not_known_is_told_as_data_and_not_as_saving(tmp_path: Path) -> None:
    """The plant does not change, but nothing is read in the last 50 of the 243 days."""
    registry = Registry.of_files(load_plant_files(files_of(tmp_path)[:1]), statements=statements_of("a"))
    silent = range(TODAY - 50 - FIRST_DAY + 1, TODAY - FIRST_DAY + 1)
    with Store.open(tmp_path / "data") as store:
        store.append(register(registry, "a/el", 2400.0, 2880.0, silent))
        Settler(store, registry, lambda: NOW_MS).step()
        found = Figures(store, lambda: registry, lambda: NOW_MS).why("plant:a", "energy_per_value_added")
    assert found.change is not None and found.base.value is not None
    assert found.change / found.base.value == pytest.approx(193 / 243 - 1.0)
    assert by_key(found) == pytest.approx({"data": found.change})
    assert [part.name for part in found.effects[0].parts] == ["meters"]
    assert "data coverage −20.6 points" in found.sentence.en


def test_a_plant_that_opened_after_the_base_year_is_structure(tmp_path: Path) -> None:
    paths = files_of(tmp_path)
    text = paths[1].read_text(encoding="utf-8")
    paths[1].write_text(text.replace('size = "large"', 'size = "large"\nopened = 2016-01-01', 1), encoding="utf-8")
    statements = [*statements_of("a"), *statements_of("b", first_year=2016)]
    registry = Registry.of_files(load_plant_files(paths), statements=statements)
    with Store.open(tmp_path / "data") as store:
        store.append(register(registry, "a/el", *DAILY["a"]["el"]))
        began = register(registry, "b/el", 0.0, DAILY["b"]["el"][1])
        store.append(began.take(began.time_ms >= began.time_ms[365]))
        Settler(store, registry, lambda: NOW_MS).step()
        figures = Figures(store, lambda: registry, lambda: NOW_MS)
        found = figures.why("city:wuxi", "energy_per_value_added")
    unit = 0.1229e-3
    # a: 240 kWh per value at the whole of the value added, then 160 at 12 of 42; b comes with 3000 kWh.
    weight = log_mean(240.0, 1920 / 42)
    structure = weight * math.log(12 / 42) + 3000 / 42
    assert by_key(found) == pytest.approx(
        {"structure": structure * unit, "efficiency": weight * math.log(160 / 240) * unit}, rel=1e-8
    )
    assert abs(found.residual) <= 1e-9 * unit
    assert "came_or_went" in {note.key for note in found.notes}
    assert {meter.point: meter.base for meter in found.meters}["b/el"] == 0.0
    assert sum(meter.amount for meter in found.meters) == pytest.approx(found.change)
