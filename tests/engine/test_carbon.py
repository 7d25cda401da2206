"""Is all CO2 of a plant counted once, by the right row, and is what is not known called so?

Worked examples of the notes on CO2 (carbon.md, section 7) through the books of a plant, and calculation by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from engine.accounts import Accounts
from engine.figure import Figure
from engine.ledger import read_ledger
from engine.period import Period, new_year
from engine.settler import Settler
from registry import Registry, Statement
from storage import Store

from .make import FIRST_DAY, PLANT, TODAY, ZONE, register, registry_of

YEAR = Period.of(FIRST_DAY, FIRST_DAY + 365, ZONE)
EDITION = "NDRC 2013-2015"
POINT = """
[[points]]
id = "{id}"
name = {{ zh = "点", en = "Point" }}
kind = "register"
unit = "{unit}"
carrier = "{carrier}"
direction = "{direction}"
every = "1d"
"""
OWN = """
[[factors]]
carrier = "{carrier}"
quantity = "co2"
value = {value}
unit = "{unit}"
source = "measured"
"""


def stated(
    period: str, item: str, value: float, unit: str, status: Literal["final", "provisional"] = "final"
) -> Statement:
    return Statement(plant="a", period=period, item=item, value=value, unit=unit, status=status)


def books(
    folder: Path,
    statements: Sequence[Statement] = (),
    more: str = "",
    daily: dict[str, float] | None = None,
    edition: str | None = EDITION,
) -> Accounts:
    """Plant "a" with more tables in its file; registers read at midnight, with the same amount each day."""
    registry = registry_of(folder, PLANT.format(id="a") + more, statements)
    with Store.open(folder / "data") as store:
        for point, amount in (daily or {}).items():
            store.append(register(registry, f"a/{point}", amount, amount))
        Settler(store, registry, lambda: 0).step()
        ledger = read_ledger(store, registry, "a", FIRST_DAY, TODAY)
    return Accounts(registry, ledger, "equivalent", "GB/T 2589-2008", 2015, edition)


def tree(figure: Figure) -> dict[str, Figure]:
    """Every figure below one, by name."""
    found = {figure.name: figure}
    for part in figure.inputs:
        found.update(tree(part))
    return found


def test_example_2_with_bills_meters_and_an_own_factor(tmp_path: Path) -> None:
    bills = [
        stated("2015", "energy:natural_gas", 120.0, "10k_Nm3"),
        stated("2015", "energy:diesel", 60.0, "t"),
        stated("2015", "energy:heat", 20_000.0, "GJ"),
    ]
    roof = POINT.format(id="pv", unit="kWh", carrier="electricity", direction="production")
    sent = POINT.format(id="out", unit="kWh", carrier="electricity", direction="export")
    diesel = OWN.format(carrier="diesel", value=3.0959110, unit="kgCO2/kg")
    daily = {"el": 8_000_000 / 365, "pv": 1_500_000 / 365, "out": 300_000 / 365}
    found = tree(books(tmp_path, bills, roof + sent + diesel, daily).carbon(YEAR))
    wanted = {
        "co2:natural_gas": 2594.627,
        "co2:diesel": 185.755,
        "co2:electricity": 5628.000,
        "co2:heat": 2200.000,
        "co2_scope1": 2594.627 + 185.755,
        "co2_scope2": 7828.0,
        "co2_t": 10_608.381,
    }
    assert {name: found[name].value for name in wanted} == pytest.approx(wanted, abs=0.01)
    assert found["bought:electricity"].value == pytest.approx(8_000_000.0)
    assert found["own:electricity"].value == pytest.approx(1_200_000.0)
    assert (found["factor_co2:electricity"].value, found["factor_co2:electricity"].factors) == (0.7035, EDITION)
    assert (found["factor_co2:diesel"].factors, found["co2:diesel"].factors) == ("plant", "plant")
    assert found["co2_t"].coverage == pytest.approx(1.0)
    assert "co2_process" not in found


def test_by_product_gas_made_inside_is_not_counted_on_top(tmp_path: Path) -> None:
    coke = POINT.format(id="coke", unit="t", carrier="coke", direction="import")
    gas = POINT.format(id="bfg", unit="Nm3", carrier="blast_furnace_gas", direction="production")
    found = tree(books(tmp_path, [], coke + gas, {"coke": 100.0, "bfg": 140_000.0}).carbon(YEAR))
    assert found["co2:coke"].value == pytest.approx(365 * 100.0 * 2.85193)
    assert found["co2:blast_furnace_gas"].value == pytest.approx(0.0)
    assert found["co2_scope1"].value == found["co2:coke"].value
    # What is sold carries its carbon away.
    (tmp_path / "sold").mkdir()
    sold = POINT.format(id="sold", unit="Nm3", carrier="blast_furnace_gas", direction="export")
    found = tree(
        books(tmp_path / "sold", [], coke + gas + sold, {"coke": 100.0, "bfg": 140_000.0, "sold": 10_000.0}).carbon(
            YEAR
        )
    )
    assert found["co2:blast_furnace_gas"].value == pytest.approx(-365 * 10.0 * 0.84811)


def test_the_steel_set_from_statements_with_carbon_kept(tmp_path: Path) -> None:
    # 40 000 x 0.440 + 12 000 x 0.471 + 1 500 x 3.663 + 30 000 x 0.172 + 10 000 x 0.073 - 1 000 000 x 0.0154
    amounts = {"limestone": 40_000.0, "dolomite": 12_000.0, "graphite_electrode": 1_500.0, "pig_iron": 30_000.0,
               "dri": 10_000.0, "crude_steel": 1_000_000.0}  # fmt: skip
    found = tree(books(tmp_path, [stated("2015", f"material:{n}", v, "t") for n, v in amounts.items()]).carbon(YEAR))
    assert found["co2_process"].value == pytest.approx(19_236.5)
    assert (found["co2:crude_steel"].value, found["co2:crude_steel"].formula) == (pytest.approx(-15_400.0), "-M · k")
    assert found["material:crude_steel"].inputs[0].name == "statement:material:crude_steel"
    assert found["factor_co2:limestone"].note == "factor_unsure"


@pytest.mark.parametrize(
    ("sector", "said", "note"),
    [("C30", [], "no_materials_stated"), ("C30", [stated("2015", "material:clinker", 0.0, "t")], ""), ("C17", [], "")],
)
def test_a_cement_works_that_never_stated_clinker_says_so(
    tmp_path: Path, sector: str, said: list[Statement], note: str
) -> None:
    coal = POINT.format(id="coal", unit="t", carrier="coal", direction="import")
    registry = registry_of(tmp_path, PLANT.format(id="a").replace("C17", sector) + coal, said)
    with Store.open(tmp_path / "data") as store:
        for point, amount in (("coal", 400.0), ("el", 0.0)):
            store.append(register(registry, f"a/{point}", amount, amount))
        Settler(store, registry, lambda: 0).step()
        ledger = read_ledger(store, registry, "a", FIRST_DAY, TODAY)
    found = Accounts(registry, ledger, "equivalent", "GB/T 2589-2008", 2015, EDITION).carbon(YEAR)
    assert (found.value, found.note) == (pytest.approx(365 * 400.0 * 1.74709), note)


def test_months_count_by_their_days_and_what_is_open_is_provisional(tmp_path: Path) -> None:
    rows = [
        stated("2015-01", "material:clinker", 31_000.0, "t"),
        stated("2015-02", "material:clinker", 28_000.0, "t", "provisional"),
        stated("2015-03", "material:clinker", 0.0, "t"),
    ]
    accounts = books(tmp_path, rows, daily={"el": 0.0})
    until_14_february = Period.of(FIRST_DAY, FIRST_DAY + 45, ZONE)
    found = tree(accounts.carbon(until_14_february))["co2:clinker"]
    assert found.value == pytest.approx(45_000.0 * 0.5305)
    assert found.provisional == pytest.approx(14 / 45)
    assert (found.coverage, found.note) == (1.0, "")
    # A stated zero is a zero; April was not stated, and is not known.
    march, april = (Period.of(FIRST_DAY + a, FIRST_DAY + b, ZONE) for a, b in ((59, 90), (90, 120)))
    assert tree(accounts.carbon(march))["co2_t"].value == 0.0
    unknown = accounts.carbon(april)
    assert (unknown.value, unknown.note) == (None, "no_material_statement")
    half = tree(accounts.carbon(Period.of(FIRST_DAY + 59, FIRST_DAY + 120, ZONE)))["material:clinker"]
    assert half.coverage == pytest.approx(31 / 61)


def test_a_fuel_without_a_row_is_not_nothing_and_media_are_left_to_their_maker(tmp_path: Path) -> None:
    bills = [stated("2015", "energy:oxygen", 500_000.0, "Nm3"), stated("2015", "energy:electricity", 1000.0, "MWh")]
    assert books(tmp_path, bills).carbon(YEAR).value == pytest.approx(703.5)
    (tmp_path / "m").mkdir()
    found = books(tmp_path / "m", [*bills, stated("2015", "energy:methanol", 10.0, "t")]).carbon(YEAR)
    assert (found.value, found.note, found.coverage) == (None, "factor_missing", 0.0)


def test_each_year_takes_the_edition_in_force_where_none_is_chosen(tmp_path: Path) -> None:
    bills = [stated(str(year), "energy:electricity", 1000.0, "MWh") for year in (2015, 2022, 2023)]
    accounts = books(tmp_path, bills, edition=None)
    years = [Period.of(new_year(year), new_year(year + 1), ZONE) for year in (2015, 2022, 2023)]
    assert [accounts.carbon(year).value for year in years] == pytest.approx([703.5, 597.8, 582.7])
    over_both = tree(accounts.carbon(Period.of(new_year(2022), new_year(2024), ZONE)))
    assert over_both["co2:electricity"].value == pytest.approx(597.8 + 582.7)
    assert books(tmp_path, bills).carbon(years[1]).value == pytest.approx(703.5)


def test_a_plant_of_which_nothing_is_counted(tmp_path: Path) -> None:
    registry: Registry = registry_of(tmp_path, PLANT.format(id="a").split("[[points]]", 1)[0])
    with Store.open(tmp_path / "data") as store:
        ledger = read_ledger(store, registry, "a", FIRST_DAY, TODAY)
    found = Accounts(registry, ledger, "equivalent", "GB/T 2589-2008", 2015, EDITION).carbon(YEAR)
    assert (found.value, found.inputs) == (None, ())
