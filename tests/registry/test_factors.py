"""Does the factor book give the printed values, of the right edition and year?

Expected values: worked examples of the shared notes on GB/T 2589 (energy, section 7) and CO2 (section 7).
"""

from __future__ import annotations

import pytest

from registry import FactorBook, FactorMissing, FactorRow, load_factors
from registry.lists import CARRIERS, MATERIALS

OLD, NEW = "GB/T 2589-2008", "GB/T 2589-2020"


@pytest.fixture(scope="module")
def book() -> FactorBook:
    return load_factors()


def tce(book: FactorBook, carrier: str, amount: float, unit: str, basis: str = "equivalent", year: int = 2018) -> float:
    row = book.lookup(carrier, "coal", basis, year, unit=unit)  # type: ignore[arg-type]
    return amount * row.kg_per(unit) / 1000.0


def test_equivalent_value_without_water(book: FactorBook) -> None:
    # example 1: 9 200 MWh, 1.2 million m3 of gas, 60 t of diesel, 20 000 GJ of heat -> 3 357.666 tce
    parts = [
        tce(book, "electricity", 8000 + 1500 - 300, "MWh"),
        tce(book, "natural_gas", 1_200_000, "m3"),
        tce(book, "diesel", 60, "t"),
        tce(book, "heat", 20_000, "GJ"),
    ]
    assert parts == pytest.approx([1130.68, 1457.16, 87.426, 682.40], abs=0.005)
    assert sum(parts) == pytest.approx(3357.666, abs=0.005)


def test_water_tells_the_editions_apart(book: FactorBook) -> None:
    # example 2: +12.855 tce by the 2008 edition, +38.565 tce by that of 2020
    assert tce(book.edition(OLD), "water", 150_000, "m3") == pytest.approx(12.855)
    assert tce(book.edition(NEW), "water", 150_000, "m3") == pytest.approx(38.565)
    assert tce(book.edition(OLD), "water", 150_000, "t") == pytest.approx(12.855)


def test_media_bought_in(book: FactorBook) -> None:
    # example 4
    assert tce(book, "compressed_air", 3_000_000, "m3") == pytest.approx(120.0)
    assert tce(book, "nitrogen", 500_000, "Nm3") == pytest.approx(335.7)
    assert tce(book, "oxygen", 500_000, "m3") == pytest.approx(200.0)


def test_the_year_chooses_the_edition_in_force_on_its_last_day(book: FactorBook) -> None:
    assert [book.lookup("water", "coal", "equivalent", year).edition for year in (2015, 2020, 2021, 2024)] == [
        OLD,
        OLD,
        NEW,
        NEW,
    ]


def test_a_chosen_edition_counts_for_every_year(book: FactorBook) -> None:
    old = book.edition(OLD)
    assert old.lookup("water", "coal", "equivalent", 2024).value == 0.0857
    assert book.edition(NEW).lookup("water", "coal", "equivalent", 2015).value == 0.2571
    assert book.lookup("water", "coal", "equivalent", 2015, edition=NEW).value == 0.2571
    # the edition is one of standard coal: CO2 rows stay
    assert old.lookup("electricity", "co2", "equivalent", 2018).value == 0.7035


def test_the_equal_value_of_electricity_follows_the_year(book: FactorBook) -> None:
    rows = [book.edition(OLD).lookup("electricity", "coal", "equal", year) for year in range(2015, 2020)]
    assert [row.value for row in rows] == [0.315, 0.312, 0.309, 0.308, 0.306]
    assert {row.confidence for row in rows} == {"unsure"}
    assert book.lookup("electricity", "coal", "equivalent", 2016).value == 0.1229
    with pytest.raises(FactorMissing, match=r"no coal factor \(equal\) of electricity in 2025"):
        book.lookup("electricity", "coal", "equal", 2025)


def test_co2_of_the_worked_examples(book: FactorBook) -> None:
    # CO2 notes, section 7: gas 21.6219 t per 10 000 Nm3; diesel 3.1451 (NDRC) and 3.0959 (GB/T 32151); 8 157 MWh
    def kg(carrier: str, unit: str, year: int) -> float:
        return book.lookup(carrier, "co2", "equivalent", year, unit=unit).kg_per(unit)

    assert kg("natural_gas", "10k_Nm3", 2018) / 1000 == pytest.approx(21.6219, abs=5e-5)
    assert kg("diesel", "t", 2018) / 1000 == pytest.approx(3.1451, abs=5e-5)
    assert kg("diesel", "t", 2023) / 1000 == pytest.approx(3.0959, abs=5e-5)
    assert kg("electricity", "MWh", 2019) * 8157 / 1000 == pytest.approx(5738.4495)
    assert kg("heat", "GJ", 2018) * 20_000 / 1000 == pytest.approx(2200.0)
    assert [kg("electricity", "MWh", year) for year in (2021, 2022, 2023)] == pytest.approx([645.1, 597.8, 582.7])


def test_steam_by_mass_needs_a_statement_in_the_new_edition(book: FactorBook) -> None:
    row = book.edition(OLD).lookup("steam", "coal", "equivalent", 2018, unit="t")
    assert (row.value, row.unit, row.confidence) == (128.6, "kgce/t", "unsure")
    with pytest.raises(FactorMissing, match=r"per t of steam in 2022 in GB/T 2589-2020"):
        book.edition(NEW).lookup("steam", "coal", "equivalent", 2022, unit="t")
    assert book.edition(NEW).lookup("steam", "coal", "equivalent", 2022, unit="GJ").value == 0.03412


def test_a_plants_own_row_goes_first_and_only_for_that_plant(book: FactorBook) -> None:
    own = FactorRow(
        carrier="natural_gas",
        quantity="coal",
        basis="both",
        value=1.33,
        unit="kgce/m3",
        edition="plant",
        source="measured",
        confidence="sure",
        plant="p1",
    )
    more = book.with_rows([own]).edition(OLD)
    assert more.lookup("natural_gas", "coal", "equivalent", 2018, plant="p1").value == 1.33
    assert more.lookup("natural_gas", "coal", "equivalent", 2018, plant="p2").value == 1.2143
    assert more.lookup("natural_gas", "coal", "equivalent", 2018).value == 1.2143
    assert more.lookup("natural_gas", "coal", "equivalent", 2018, plant="p1", unit="Nm3").value == 1.2143


def test_what_is_missing_is_told(book: FactorBook) -> None:
    with pytest.raises(FactorMissing, match=r"no coal factor \(equivalent\) of argon in 2018 for plant p1"):
        book.lookup("argon", "coal", "equivalent", 2018, plant="p1")
    with pytest.raises(FactorMissing, match="'GB 2589' is unknown: wanted one of GB/T 2589-2008"):
        book.edition("GB 2589")
    with pytest.raises(ValueError, match="dimensions differ"):
        book.lookup("diesel", "coal", "equivalent", 2018).kg_per("m3")


def test_every_row_is_of_a_known_carrier_and_says_where_it_comes_from(book: FactorBook) -> None:
    for row in book.rows:
        assert row.source and row.value > 0
        if row.carrier in MATERIALS:
            assert (row.quantity, row.unit) == ("co2", "tCO2/t")
        else:
            assert row.dimension in CARRIERS[row.carrier].dimensions


def test_every_material_has_a_factor_in_both_editions(book: FactorBook) -> None:
    # CO2 notes, section 5: the steel set, a carbonate, clinker, and what is chemistry
    assert not set(MATERIALS) & set(CARRIERS)
    for year in (2015, 2023):
        found = {name: book.lookup(name, "co2", "equivalent", year, unit="t").kg_per("t") / 1000 for name in MATERIALS}
        wanted = {"limestone": 0.440, "dolomite": 0.471, "graphite_electrode": 3.663, "pig_iron": 0.172, "dri": 0.073,
                  "crude_steel": 0.0154, "soda_ash": 0.415, "clinker": 0.5305, "fgd_limestone": 0.396,
                  "feedstock_carbon": 44 / 12, "co2_recovered": 1.0}  # fmt: skip
        assert {name: found[name] for name in wanted} == pytest.approx(wanted, rel=1e-7)
    kept = {name for name, material in MATERIALS.items() if material.kept}
    assert kept == {"crude_steel", "product_carbon", "waste_carbon", "co2_recovered"}


def test_steam_by_mass_is_its_heat_and_unsure(book: FactorBook) -> None:
    row = book.lookup("steam", "co2", "equivalent", 2018, unit="t")
    assert row.kg_per("t") / 1000 == pytest.approx((2778 - 83.74) / 1000 * 0.11, abs=5e-6)
    assert row.confidence == "unsure"


def test_no_two_rows_answer_the_same_question(book: FactorBook) -> None:
    seen = [(r.carrier, r.quantity, r.basis, r.unit, r.edition, r.valid_from) for r in book.rows]
    assert len(seen) == len(set(seen))
