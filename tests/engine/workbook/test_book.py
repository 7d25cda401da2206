"""Does another spreadsheet program find every figure again from the cells of its workbook?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from engine.workbook.book import workbook
from engine.workbook.sheets import Statements
from registry import Statement, load_programmes
from tests.engine.explained import Opened, opened
from tests.engine.make import NOW_MS
from tests.engine.recalculated import recalculated


@pytest.fixture(name="product", scope="module")
def _product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("workbooks")) as product:
        yield product


@pytest.fixture(name="equal_value", scope="module")
def _equal_value(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Grid power at the equal value of its year, own power at the equivalent value."""
    programmes = [p.model_copy(update={"energy_basis": "equal"}) for p in load_programmes()]
    with opened(tmp_path_factory.mktemp("equal"), programmes) as product:
        yield product


def rows(content: bytes) -> list[tuple[object, ...]]:
    """Name, formula, value and how, of each figure."""
    sheet = load_workbook(io.BytesIO(content))["figure"]
    return [(r[0].value, r[1].value, r[3].value, r[11].value) for r in sheet.iter_rows(min_row=2)]


@pytest.mark.filterwarnings("ignore")  # of the other program's own making
@pytest.mark.parametrize(
    "id_",
    [
        ("plant:v", "ytd", "energy_per_value_added"),
        ("programme:sunan-2019", "rolling12", "energy_per_value_added"),
        ("plant:v", "2015-01-01..2018-09-01", "energy_tce"),
        ("plant:v", "2015-01-01..2017-01-01", "water_m3"),
        ("programme:sunan-2019", "ytd", "water_per_value_added"),
        ("plant:v", "ytd", "water_pollutants_equivalents"),
        ("plant:v", "2018-01-15..2018-03-20", "load:COD"),
        ("plant:v", "2015-01-01..2018-09-01", "co2_t"),
        ("plant:b", "2018-01-15..2018-03-20", "value_added_base_prices"),
    ],
    ids=lambda id_: f"{id_[0]}-{id_[2]}",
)
def test_recalculated_it_is_the_figure(product: Opened, tmp_path: Path, id_: tuple[str, str, str]) -> None:
    found = product.explainer.explain(*id_)
    content = workbook(found, NOW_MS)
    shown = rows(content)
    assert {how for _, _, value, how in shown if value is not None} == {"formula"}
    cells = [("figure", f"B{n}") for n in range(2, len(shown) + 2)]
    known = [(cell, value) for cell, (_, _, value, _) in zip(cells, shown, strict=True) if value is not None]
    again = recalculated(content, tmp_path, [cell for cell, _ in known])
    assert again == pytest.approx([value for _, value in known], rel=1e-9)
    assert again[0] == pytest.approx(found.figure.value, rel=1e-9)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "id_",
    [
        ("plant:v", "ytd", "saving_fixed_base"),
        ("plant:a", "2016-01-01..2018-01-01", "saving_yearly_total"),
        ("programme:sunan-2019", "2017-01-01..2018-01-01", "saving_fixed_base_of_sums"),
    ],
    ids=lambda id_: f"{id_[0]}-{id_[2]}",
)
def test_a_saving_is_a_formula_over_quotients_and_what_lies_in_other_years_a_value(
    product: Opened, tmp_path: Path, id_: tuple[str, str, str]
) -> None:
    found = product.explainer.explain(*id_)
    shown = rows(content := workbook(found, NOW_MS))
    for name, _, value, how in shown:
        assert how == "formula" or value is None or not name.startswith(("saving", "energy_per")), name
    assert recalculated(content, tmp_path, [("figure", "B2")]) == pytest.approx([found.figure.value], rel=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_own_power_keeps_its_own_factor(equal_value: Opened, tmp_path: Path) -> None:
    found = equal_value.explainer.explain("plant:v", "ytd", "coal:electricity")
    # Energy notes, 4 and 6: the grid's 1000 at 0.308 in 2018, the 200 used of the own 300 at 0.1229.
    by_hand = 243 * (1000 * 0.308 + 200 * 0.1229) / 1000
    assert found.figure.value == pytest.approx(by_hand, rel=1e-9)
    again = recalculated(workbook(found, NOW_MS), tmp_path, [("figure", "B2")])
    assert again == pytest.approx([by_hand], rel=1e-9)


def test_what_cannot_be_computed_is_called_a_value(product: Opened) -> None:
    content = workbook(product.explainer.explain("plant:v", "ytd", "point:v/cod"), NOW_MS)
    ((name, written, value, how),) = rows(content)
    assert (name, written, how) == ("point:v/cod", value, "value")


def test_what_is_not_known_is_empty(product: Opened) -> None:
    content = workbook(product.explainer.explain("plant:a", "2019-01-01..2019-02-01", "energy_tce"), NOW_MS)
    assert {(written, value, how) for _, written, value, how in rows(content)} >= {(None, None, None)}


def test_the_sheets_say_where_and_when(product: Opened) -> None:
    book = load_workbook(io.BytesIO(workbook(product.explainer.explain("plant:a", "ytd", "energy_tce"), NOW_MS)))
    assert book.sheetnames == ["figure", "inputs", "years", "factors", "statements", "events", "about"]
    about = {row[0].value: row[1].value for row in book["about"].iter_rows(min_row=2)}
    assert about["id"] == "plant:a/ytd/energy_tce"
    assert about["as of 截至"] == about["made 生成"] == "2018-08-31 16:00:00Z"
    assert about["factor editions 系数版本"] == "GB/T 2589-2008"


def test_somebodys_words_are_no_formula(product: Opened) -> None:
    book = Workbook()
    days = product.explainer.explain("plant:a", "ytd", "energy_tce").asked.days
    said = Statement(plant="a", period="2018", item="water", value=1.0, unit="m3", status="final", source="=1+1")
    sheet = Statements(book, days)
    sheet.value(said)
    assert sheet.sheet["G2"].value == "'=1+1"
