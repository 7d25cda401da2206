"""Do the statements say what an accountant would know on the day?"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from simulators import Plant, statements, write_statements
from simulators.statements import price_level, real_value_added
from tests.simulators.when import ms


def test_final_provisional_and_plan_as_of_a_day(plants: dict[str, Plant]) -> None:
    rows = statements([plants["wx-dyeing"]], ms("2018-09-01"))
    status = {r["period"]: r["status"] for r in rows if r["item"] == "value_added"}
    assert len(status) == 60
    assert (status["2015-01"], status["2018-07"]) == ("final", "final")
    assert status["2018-08"] == "provisional"
    assert (status["2018-09"], status["2019-12"]) == ("plan", "plan")
    made = {r["period"] for r in rows if r["item"] == "output:fabric"}
    assert (max(made), len(made)) == ("2018-08", 44)
    index = {r["period"]: r["status"] for r in rows if r["item"] == "price_index"}
    assert index == {"2016": "final", "2017": "final", "2018": "provisional"}


def test_the_day_of_the_month_does_not_matter(plants: dict[str, Plant]) -> None:
    plant = [plants["wx-dyeing"]]
    assert statements(plant, ms("2018-09-01")) == statements(plant, ms("2018-09-30 23:59"))
    assert statements(plant, ms("2018-08-31 23:59")) != statements(plant, ms("2018-09-01"))


def test_a_provisional_month_is_near_and_is_revised(plants: dict[str, Plant]) -> None:
    def value(as_of: str, period: str) -> float:
        rows = statements([plants["cz-steel"]], ms(as_of))
        return next(float(r["value"]) for r in rows if (r["item"], r["period"]) == ("value_added", period))

    flash, book, plan = value("2018-09-01", "2018-08"), value("2018-10-01", "2018-08"), value("2018-06-01", "2018-08")
    assert flash != book
    assert flash == pytest.approx(book, rel=0.05)
    assert plan == pytest.approx(value("2018-06-01", "2017-08") * 1.04, abs=0.01)
    assert value("2019-12-31", "2018-08") == book


def test_without_a_day_all_is_final_and_adds_up(plants: dict[str, Plant]) -> None:
    rows = statements(list(plants.values()))
    assert {r["status"] for r in rows} == {"final"}
    # value added, output, price index, degree days; five materials of steel, clinker, soda ash
    assert len(rows) == 6 * (60 + 60 + 4 + 2 * 60) + 7 * 60
    for plant in plants.values():
        prices = price_level(plant.works.economy)
        book = [r for r in rows if (r["plant"], r["item"]) == (plant.id, "value_added")]
        real = sum(float(r["value"]) / prices[int(r["period"][:4])] for r in book)
        assert real == pytest.approx(float(np.sum(real_value_added(plant))), rel=1e-5)


def test_degree_days_are_stated_when_the_month_is_over(plants: dict[str, Plant]) -> None:
    rows = [r for r in statements([plants["wx-dyeing"]], ms("2018-09-01")) if r["item"].startswith("weather:")]
    assert {r["unit"] for r in rows} == {"K.d"} and {r["status"] for r in rows} == {"final"}
    heating = {r["period"]: float(r["value"]) for r in rows if r["item"] == "weather:hdd"}
    cooling = {r["period"]: float(r["value"]) for r in rows if r["item"] == "weather:cdd"}
    assert (min(heating), max(heating), len(heating), len(cooling)) == ("2015-01", "2018-08", 44, 44)
    # Wuxi: about 11 K below 14 degC over January, 11 K above 18 degC over July, and neither the other way round.
    assert heating["2016-01"] == pytest.approx(31 * 10.5, rel=0.25)
    assert cooling["2017-07"] == pytest.approx(31 * 10.7, rel=0.25)
    assert (heating["2017-07"], cooling["2016-01"]) == (0.0, 0.0)


def test_prices_chain(plants: dict[str, Plant]) -> None:
    # 98.3 x 127.9 = 12 572.57; x 108.6 = 1 365 381.1
    assert price_level(plants["cz-steel"].works.economy)[2018] == pytest.approx(1.365381, abs=1e-6)


def test_units_and_columns_are_those_of_the_import(plants: dict[str, Plant], tmp_path: Path) -> None:
    rows = statements(list(plants.values()), ms("2018-09-01"))
    write_statements(rows, tmp_path / "s.csv")
    text = (tmp_path / "s.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfplant,period,item,value,unit,status,source\r\n")
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == rows
    units = {r["item"]: r["unit"] for r in rows}
    assert units["value_added"] == "10k_yuan"
    assert units["price_index"] == "previous_year=100"
    assert (units["output:steel"], units["output:plated_area"], units["output:wafer"]) == ("t", "m2", "piece")


def test_materials_are_stated_with_the_output_and_planned_as_a_year_ago(plants: dict[str, Plant]) -> None:
    every = [r for r in statements([plants["zj-cement"]], ms("2018-09-01")) if r["item"] == "material:clinker"]
    rows, planned = every[:44], every[44:]
    assert (len(rows), rows[-1]["period"], rows[-1]["status"], rows[-2]["status"]) == (
        44, "2018-08", "provisional", "final"
    )  # fmt: skip
    assert {r["status"] for r in planned} == {"plan"}
    assert [r["value"] for r in planned[:12]] == [r["value"] for r in rows[32:44]]
    assert {r["unit"] for r in rows} == {"t"}
    output = [r for r in statements([plants["zj-cement"]], ms("2018-09-01")) if r["item"] == "output:cement"]
    for clinker, cement in zip(rows, output, strict=True):
        assert float(clinker["value"]) == pytest.approx(0.76 * float(cement["value"]), rel=1e-4, abs=0.05)
    assert {r["plant"] for r in statements(list(plants.values())) if r["item"].startswith("material:")} == {
        "cz-steel",
        "zj-cement",
        "nj-chem",
    }
