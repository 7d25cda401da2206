"""Do declared loads count for the time before metering, once, and are they never passed off as measured ones?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analytics.calendar import day_start
from analytics.columns import Readings
from engine.accounts import Accounts
from engine.columns import month_book
from engine.ledger import read_ledger
from engine.period import Period
from engine.settler import Settler
from engine.targets.indicators import Indicators, comparison
from registry import Programme, Registry, Statement, load_programmes
from storage import Store

from .make import COD, FIRST_DAY, HEAD, OUTLET, TODAY, ZONE, registry_of

FLOW = """
[[points]]
id = "flow"
name = { zh = "流量", en = "Flow" }
kind = "amount"
unit = "m3"
every = "1d"
"""
YEAR = Period.of(FIRST_DAY, FIRST_DAY + 365, ZONE)
PLANT = HEAD + FLOW + COD.replace('every = "1h"\nhold = "2h"', 'every = "1d"\nhold = "1d"') + OUTLET


def declared(period: str, kg: float, unit: str = "kg", item: str = "load:COD") -> Statement:
    return Statement(plant="p", period=period, item=item, value=kg, unit=unit, status="final")


def daily(registry: Registry, name: str, value: float, first: int, last: int) -> Readings:
    time_ms = day_start(np.arange(FIRST_DAY + first, FIRST_DAY + last), ZONE)
    n = len(time_ms)
    return Readings(
        np.full(n, registry.points[f"p/{name}"].key, np.int32),
        time_ms,
        np.full(n, value),
        np.zeros(n, np.uint8),
        time_ms,
    )


def accounts(folder: Path, statements: Sequence[Statement], first: int, last: int) -> Accounts:
    """Metered from day `first` to day `last`: 100 m3 a day of 50 mg/L, 5 kg."""
    registry = registry_of(folder, PLANT, statements)
    with Store.open(folder / "data") as store:
        for name, value in (("flow", 100.0), ("cod", 50.0)):
            store.append(daily(registry, name, value, first, last))
        Settler(store, registry, lambda: 0).step()
        ledger = read_ledger(store, registry, "p", FIRST_DAY, TODAY)
    return Accounts(registry, ledger, "equivalent", "GB/T 2589-2008", 2015)


def test_months_before_metering_are_declared_and_later_ones_are_not_counted_twice(tmp_path: Path) -> None:
    every = [declared(f"2015-{m:02d}", 310.0) for m in range(1, 13)]
    books = accounts(tmp_path, every, 181, 365)  # metered from 1 July on
    load = books.load("water", "COD", YEAR)
    assert load is not None
    assert load.value == pytest.approx(6 * 310.0 + 184 * 5.0)
    assert (load.coverage, load.note) == (pytest.approx(1.0), "declared")
    assert [part.name for part in load.inputs] == ["point:p/ww.COD", "declared_load:COD"]
    later = books.load("water", "COD", Period.of(FIRST_DAY + 181, FIRST_DAY + 365, ZONE))
    assert later is not None
    assert (later.value, later.note) == (pytest.approx(184 * 5.0), "")


def test_a_year_goes_before_its_months_and_tonnes_are_kilograms(tmp_path: Path) -> None:
    books = accounts(tmp_path, [declared("2015", 3.65, "t"), declared("2015-03", 9999.0)], 800, 801)
    load = books.load("water", "COD", YEAR)
    assert load is not None
    assert load.value == pytest.approx(3650.0)
    march = books.load("water", "COD", Period.of(FIRST_DAY + 59, FIRST_DAY + 90, ZONE))
    assert march is not None
    assert march.value == pytest.approx(310.0)


def test_a_pollutant_without_any_point_can_be_declared_and_a_plan_cannot(tmp_path: Path) -> None:
    planned = Statement(plant="p", period="2016", item="load:TP", value=1.0, unit="kg", status="plan")
    books = accounts(tmp_path, [declared("2015", 73.0, item="load:TP"), planned], 0, 1)
    load = books.load("water", "TP", YEAR)
    assert load is not None
    assert (load.value, load.note) == (pytest.approx(73.0), "declared")
    assert books.load("water", "TN", YEAR) is None
    after = books.load("water", "TP", Period.of(FIRST_DAY + 365, FIRST_DAY + 731, ZONE))
    assert after is not None
    assert after.value is None


def test_the_month_book_says_the_same(tmp_path: Path) -> None:
    books = accounts(tmp_path, [declared("2015-02", 280.0), declared("2015-03", 620.0)], 90, 200)
    book = month_book(books, FIRST_DAY, FIRST_DAY + 365)
    for row, month in enumerate(book.month.tolist()):
        first = int(np.datetime64(month, "M").astype("datetime64[D]").astype(int))
        last = int(np.datetime64(month + 1, "M").astype("datetime64[D]").astype(int))
        load = books.load("water", "COD", Period.of(first, last, ZONE))
        assert load is not None
        assert book.loads["water", "COD"].amount[row] == pytest.approx(load.value or 0.0, abs=1e-9)


def indicator(programme: Programme, books: Accounts):
    when = comparison("ytd", TODAY, 2015, ZONE)
    return next(i for i in Indicators(programme, "plant:p", [books], when).all() if i.id == "water_pollutants")


def test_declared_against_measured_is_no_verdict_unless_the_programme_allows_it(tmp_path: Path) -> None:
    programme = load_programmes()[0]
    cod_only = [
        i.model_copy(update={"pollutants": ("COD",)}) if i.id == "water_pollutants" else i for i in programme.indicators
    ]
    strict = programme.model_copy(update={"indicators": tuple(cod_only)})
    lenient = strict.model_copy(update={"allow_declared_base": True})
    year = int(np.datetime64("2018-01-01", "D").astype(int)) - FIRST_DAY
    books = accounts(tmp_path, [declared("2015", 3650.0)], year, TODAY - FIRST_DAY)
    refused = indicator(strict, books)
    assert (refused.status, refused.reason, refused.change) == ("not_assessable", "methods_differ", None)
    allowed = indicator(lenient, books)
    assert allowed.change == pytest.approx(-0.5)
    assert allowed.status == "met"


def test_one_method_on_both_sides_is_compared(tmp_path: Path) -> None:
    programme = load_programmes()[0]
    both = [declared("2015", 3650.0), *(declared(f"2018-{m:02d}", 150.0) for m in range(1, 9))]
    found = indicator(programme, accounts(tmp_path, both, 800, 801))
    cod = next(part for part in found.parts if part.id == "water_pollutants:COD")
    assert cod.reason != "methods_differ"
    assert cod.change is not None
