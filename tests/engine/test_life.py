"""Plants opened or closed, carriers that came or went: zeros that are known, and no ratio without a base."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.accounts import Accounts
from engine.ledger import read_ledger
from engine.period import Period, new_year
from engine.settler import Settler
from registry import Registry, Statement
from storage import Store

from .make import PLANT, TODAY, ZONE, register, registry_of, statements_of

GAS = """
[[points]]
id = "gas"
name = {{ zh = "天然气", en = "Natural gas" }}
kind = "register"
unit = "m3"
carrier = "natural_gas"
direction = "import"
every = "1d"
{life}
"""
FIRST = new_year(2015)


def _year(year: int) -> Period:
    return Period.of(new_year(year), new_year(year + 1), ZONE)


def _plant(life: str = "", gas: str | None = None) -> str:
    text = PLANT.format(id="a").replace("programmes", f"{life}\nprogrammes")
    return text if gas is None else text + GAS.format(life=gas)


def _books(folder: Path, text: str, statements: Sequence[Statement], points: Sequence[str], day: int) -> Accounts:
    """Electricity and water from the first day on; what else is read, from a later day on."""
    registry: Registry = registry_of(folder, text, statements)
    with Store.open(folder / "data") as store:
        for point in points:
            rows = register(registry, f"a/{point}", 2400.0, 2400.0)
            late = point not in ("el", "water")
            store.append(rows.take(slice(day - FIRST, None)) if late else rows)
        Settler(store, registry, lambda: 0).step()
        ledger = read_ledger(store, registry, "a", FIRST, TODAY + 1)
    return Accounts(registry, ledger, "equivalent", "GB/T 2589-2008", 2015)


def test_a_carrier_that_came_later_leaves_no_part_missing(tmp_path: Path) -> None:
    came = new_year(2017)
    text = _plant(gas="since = 2017-01-01")
    books = _books(tmp_path, text, [], ["el", "water", "gas"], came)
    gas = books.carrier("natural_gas", _year(2015))
    assert (gas.value, gas.coverage, gas.estimated) == (0.0, 1.0, 0.0)
    assert books.energy(_year(2015)).value == pytest.approx(2400 * 365 * 0.1229e-3)
    of_2017 = books.carrier("natural_gas", _year(2017))
    assert of_2017.value == pytest.approx(2400 * 365)


def test_without_the_date_the_part_is_missing(tmp_path: Path) -> None:
    books = _books(tmp_path, _plant(gas=""), [], ["el", "water", "gas"], new_year(2017))
    energy = books.energy(_year(2015))
    assert (energy.value, energy.note) == (None, "part_missing")


def test_a_carrier_that_ended_is_nothing_afterwards(tmp_path: Path) -> None:
    text = _plant().replace('carrier = "water"\n', 'carrier = "water"\nuntil = 2016-07-01\n')
    books = _books(tmp_path, text, [], ["el"], FIRST)
    before, after = books.water(_year(2015)), books.water(_year(2017))
    assert (before.value, before.coverage) == (None, 0.0)
    assert (after.value, after.coverage) == (0.0, 1.0)


def test_a_plant_is_nothing_before_it_was_opened(tmp_path: Path) -> None:
    """Opened on 1 March 2017; energy, water and value added of 2015 are known zeros, and so is January 2017."""
    books = _books(tmp_path, _plant("opened = 2017-03-01"), statements_of("a", 2018), [], FIRST)
    for figure in (books.energy(_year(2015)), books.water(_year(2015)), books.value_added(_year(2015))):
        assert (figure.value, figure.coverage) == (0.0, 1.0), figure.name
    # Of 2017 two months are known to be nothing and ten are not known.
    of_2017 = books.value_added(_year(2017))
    assert (of_2017.value, of_2017.note) == (None, "no_statement")
    assert books.water(_year(2017)).coverage == pytest.approx(59 / 365)
    of_2018 = books.value_added(Period.of(new_year(2018), new_year(2018) + 90, ZONE))
    assert (of_2018.value, of_2018.coverage) == (pytest.approx(12.0 * 90), 1.0)


def test_a_closed_plant_is_nothing_afterwards(tmp_path: Path) -> None:
    rows = [s for s in statements_of("a") if s.item != "value_added" or s.period < "2018"]
    books = _books(tmp_path, _plant("closed = 2018-01-01"), rows, [], FIRST)
    this_year = Period.of(new_year(2018), TODAY, ZONE)
    for figure in (books.energy(this_year), books.water(this_year), books.value_added(this_year)):
        assert (figure.value, figure.coverage) == (0.0, 1.0), figure.name
    assert books.energy(_year(2017)).value is None


def test_what_was_measured_outside_the_life_counts(tmp_path: Path) -> None:
    """The building site had power before the works was opened."""
    books = _books(tmp_path, _plant("opened = 2017-03-01"), [], ["el"], FIRST)
    assert books.carrier("electricity", _year(2015)).value == pytest.approx(2400 * 365)


def test_bills_of_a_plant_with_dates(tmp_path: Path) -> None:
    """Coal is billed only: months before the opening are nothing, the others as billed."""
    coal = [
        Statement(plant="a", period=f"2017-{m:02d}", item="energy:raw_coal", value=10.0, unit="t", status="final")
        for m in range(3, 13)
    ]
    books = _books(tmp_path, _plant("opened = 2017-03-01"), coal, ["el"], FIRST)
    whole = books.carrier("raw_coal", _year(2017))
    assert (whole.value, whole.coverage) == (pytest.approx(100.0), pytest.approx(1.0))
    assert books.carrier("raw_coal", _year(2016)).value == 0.0
