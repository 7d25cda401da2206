"""CO2 against the worked examples of the notes (carbon.md, section 7) and calculation by hand; tolerance 0.01 t."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import carbon as co2

EAST_CHINA = 0.7035
"""Fixed grid factor of both ends, East China 2012. [kgCO2/kWh]"""
GAS = co2.fuel_factor(389.31, 0.0153, 0.99)
"""[tCO2/10^4 Nm3]"""


def test_example_1_fuels() -> None:
    assert float(GAS) == pytest.approx(21.6219, abs=5e-5)
    assert float(co2.fuel_factor(42.652, 0.0202, 0.98)) == pytest.approx(3.0959, abs=5e-5)
    assert float(co2.fuel_factor(43.330, 0.0202, 0.98)) == pytest.approx(3.1451, abs=5e-5)
    # section 3: the other carbon content of gas that is in circulation
    assert float(co2.fuel_factor(389.31, 0.01532, 0.99)) == pytest.approx(21.6502, abs=5e-5)


def test_example_2_a_plant_with_its_own_roof() -> None:
    fuels = co2.fuels_t({"gas": 120.0, "diesel": 60.0}, {"gas": GAS, "diesel": co2.fuel_factor(42.652, 0.0202, 0.98)})
    power = co2.power_t(8_000_000.0, EAST_CHINA, generated_kwh=1_500_000.0, exported_kwh=300_000.0)
    heat = co2.heat_t(20_000.0, 0.11)
    assert [float(GAS) * 120.0, float(power), float(heat)] == pytest.approx([2594.627, 5628.0, 2200.0], abs=0.01)
    assert float(fuels) == pytest.approx(2594.627 + 185.755, abs=0.01)
    assert float(co2.total_t(fuels, 0.0, power, heat)) == pytest.approx(10_608.381, abs=0.01)


def test_example_3_the_grid_factor_and_a_wrong_one() -> None:
    assert float(co2.power_t(8_157_000.0, EAST_CHINA)) == pytest.approx(5738.4495, abs=0.01)
    # an operating margin is for projects, not for plants
    assert float(co2.power_t(8_157_000.0, 0.7921)) == pytest.approx(6461.16, abs=0.01)


def test_example_4_carbonates_and_clinker() -> None:
    assert float(co2.carbonate_t(1000.0, 0.440, purity=0.9)) == pytest.approx(396.0, abs=0.01)
    assert float(co2.clinker_factor(0.65, 0.018)) == pytest.approx(0.5305, abs=5e-5)
    # 3 % of the clinker is lime from slag: 0.62 x 44/56 + 0.018 x 44/40
    assert float(co2.clinker_factor(0.65, 0.018, cao_elsewhere=0.03)) == pytest.approx(0.506943, abs=1e-6)
    assert math.isnan(float(co2.clinker_factor(0.65, 0.018, mgo_elsewhere=0.02)))


def test_example_5_tonnes_of_both_plants_and_years() -> None:
    gas, grid_kwh, clinker = np.array([120.0, 140.0]), np.array([60e6, 66e6]), np.array([1_000_000.0, 985_000.0])
    a = co2.total_t(gas * GAS, 0.0, co2.power_t(grid_kwh, EAST_CHINA), 0.0)
    b = co2.total_t(0.0, clinker * 0.5305, co2.power_t([180e6, 171e6], EAST_CHINA), 0.0)
    assert a.tolist() == pytest.approx([44_804.627, 49_458.064], abs=0.01)
    assert b.tolist() == pytest.approx([657_130.0, 642_841.0], abs=0.01)
    assert (a + b).tolist() == pytest.approx([701_934.627, 692_299.064], abs=0.01)


def test_the_steel_trap() -> None:
    """Blast-furnace gas is made of coke that is counted; its factor, which holds CO2 already, is not put on top."""
    factors = {"coke": co2.fuel_factor(28.435, 0.02942, 0.93), "blast_furnace_gas": co2.fuel_factor(33.0, 0.0708, 0.99)}
    assert float(factors["coke"]) == pytest.approx(2.853, abs=5e-4)
    assert float(factors["blast_furnace_gas"]) == pytest.approx(8.481, abs=5e-4)
    # the provincial set says 12.2 tC/TJ (and 37.63 GJ/10^4 Nm3): 0.167 in place of 0.848 kg a cubic metre
    assert float(co2.fuel_factor(37.63, 0.0122, 0.99)) / 10 == pytest.approx(0.167, abs=5e-4)
    amounts = {"coke": 450_000.0, "blast_furnace_gas": 150_000.0}
    counted = co2.fuels_t(amounts, factors, self_made=["blast_furnace_gas"])
    assert float(counted) == pytest.approx(450_000.0 * float(factors["coke"]))
    twice = co2.fuels_t(amounts, factors)
    assert float(twice) == pytest.approx(float(counted) + 150_000.0 * float(factors["blast_furnace_gas"]))


def test_the_steel_set() -> None:
    # 40 000 x 0.440 + 12 000 x 0.471 + 1 500 x 3.663 + 30 000 x 0.172 + 10 000 x 0.073 - 1 000 000 x 0.0154
    amounts = {"limestone": 40_000.0, "dolomite": 12_000.0, "electrodes": 1_500.0, "pig_iron": 30_000.0,
               "dri": 10_000.0, "crude_steel": 1_000_000.0}  # fmt: skip
    factors = {"limestone": 0.440, "dolomite": 0.471, "electrodes": 3.663, "pig_iron": 0.172, "dri": 0.073,
               "crude_steel": 0.0154}  # fmt: skip
    assert float(co2.process_t(amounts, factors, kept=["crude_steel"])) == pytest.approx(19_236.5)


def test_carbon_of_a_methanol_works_by_hand() -> None:
    # (50 000 x 0.75 - 62 000 x 0.375 - 300 x 0.4) x 44/12 = (37 500 - 23 250 - 120) x 44/12
    found = co2.carbon_balance_t(
        {"natural_gas": (50_000.0, 0.75)}, {"methanol": (62_000.0, 0.375)}, {"slag": (300.0, 0.4)}
    )
    assert float(found) == pytest.approx(51_810.0)


def test_heat_of_steam_and_hot_water() -> None:
    # saturated steam of 1.0 MPa, 2778 kJ/kg: (2778 - 83.74) / 1000 = 2.69426 GJ/t, x 0.11
    assert float(co2.heat_t(co2.steam_heat_gj(1.0, 2778.0), 0.11)) == pytest.approx(0.2963686)
    assert float(co2.hot_water_heat_gj(1000.0, 90.0)) == pytest.approx(293.076)


def test_power_beyond_the_own_roof_is_passed_on_and_not_the_plants() -> None:
    # 600 + 2400 - 2900: nothing of the roof stayed, 500 of the grid's went on
    assert float(co2.power_t(600_000.0, 1.0, 2_400_000.0, 2_900_000.0)) == pytest.approx(100.0)


def test_stoichiometry_of_the_carbonates() -> None:
    """Table of section 5: the printed factors are molar masses, to three digits."""
    molar = {"Ca": 40.078, "Mg": 24.305, "Na2": 45.980, "Fe": 55.845, "Mn": 54.938, "Ba": 137.327, "Li2": 13.88,
             "K2": 78.196, "Sr": 87.62}  # fmt: skip
    printed = {"Ca": 0.440, "Mg": 0.522, "Na2": 0.415, "Fe": 0.380, "Mn": 0.383, "Ba": 0.223, "Li2": 0.595,
               "K2": 0.318, "Sr": 0.298}  # fmt: skip
    for metal, factor in printed.items():
        assert 44.009 / (molar[metal] + 60.008) == pytest.approx(factor, abs=8e-4), metal


def test_unknown_stays_unknown_and_zero_is_a_value() -> None:
    assert np.isnan(co2.fuels_t({"gas": [1.0, np.nan]}, {"gas": 2.0})).tolist() == [False, True]
    assert np.isnan(co2.total_t([1.0, np.nan], 0.0, 0.0, 0.0)).tolist() == [False, True]
    assert float(co2.fuels_t({}, {})) == 0.0
    with pytest.raises(ValueError, match="no CO2 factor for coke; there are gas"):
        co2.fuels_t({"coke": 1.0}, {"gas": 2.0})


@given(st.lists(st.floats(0.0, 1e9), min_size=1, max_size=5), st.floats(0.0, 5.0))
def test_a_fuel_in_parts_is_the_fuel(parts: list[float], factor: float) -> None:
    split = co2.fuels_t({str(i): part for i, part in enumerate(parts)}, {str(i): factor for i in range(len(parts))})
    assert float(split) == pytest.approx(sum(parts) * factor, rel=1e-12)
