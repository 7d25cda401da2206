"""Comprehensive energy: the worked examples of the notes on GB/T 2589 (energy.md, 7)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics.energy import GRID, SELF_USE, SelfUseRule, coal_equivalent_tce, electricity

FUELS = {"natural_gas": 1_200_000.0, "diesel": 60_000.0, "heat": 20_000.0}  # m3, kg, GJ
FUEL_FACTORS = {"natural_gas": 1.2143, "diesel": 1.4571, "heat": 34.12}
POWER = electricity(8_000_000.0, 1_500_000.0, 300_000.0)  # kWh
EQUIVALENT = {**FUEL_FACTORS, GRID: 0.1229, SELF_USE: 0.1229}
EQUAL = {**EQUIVALENT, GRID: 0.310}
WATER_T = {"fresh_water": 150_000.0}


def test_equivalent_value_without_water() -> None:
    result = coal_equivalent_tce(FUELS, EQUIVALENT, power=POWER)
    assert float(result.total_tce) == pytest.approx(3357.666, abs=0.01)
    power = float(result.parts_tce[GRID] + result.parts_tce[SELF_USE])
    parts = [power, *(float(result.parts_tce[c]) for c in FUELS)]
    assert parts == pytest.approx([1130.68, 1457.16, 87.426, 682.40], abs=0.01)


@pytest.mark.parametrize(("water_factor", "wanted"), [(0.0857, 3370.521), (0.2571, 3396.231)])
def test_editions_differ_by_the_water_factor(water_factor: float, wanted: float) -> None:
    factors = {**EQUIVALENT, "fresh_water": water_factor}
    result = coal_equivalent_tce({**FUELS, **WATER_T}, factors, power=POWER)
    assert float(result.total_tce) == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [("equivalent", 4854.466), ("as_grid", 5078.986), ("excluded", 4854.466 - 147.48)],
)
def test_own_power_under_each_rule(rule: SelfUseRule, wanted: float) -> None:
    result = coal_equivalent_tce(FUELS, EQUAL, power=POWER, self_use=rule)
    assert float(result.total_tce) == pytest.approx(wanted, abs=0.01)
    assert (SELF_USE in result.parts_tce) == (rule != "excluded")


def test_bought_media_count_and_self_made_ones_do_not() -> None:
    media = {"compressed_air": 3_000_000.0, "nitrogen": 500_000.0, "oxygen": 500_000.0}
    factors = {"compressed_air": 0.0400, "nitrogen": 0.6714, "oxygen": 0.4000}
    bought = coal_equivalent_tce(media, factors)
    assert [float(t) for t in bought.parts_tce.values()] == pytest.approx([120.0, 335.7, 200.0])
    made = coal_equivalent_tce(media, factors, self_made={"compressed_air"})
    assert float(made.parts_tce["compressed_air"]) == 0.0
    assert float(made.total_tce) == pytest.approx(535.7)


def test_derived_coefficients_must_not_mix_editions() -> None:
    assert round(20_934 / 29_307.6, 4) == 0.7143
    assert round(20_908 / 29_307, 4) == 0.7134


def test_balance_of_electricity() -> None:
    assert float(POWER.consumed_kwh) == 9_200_000.0
    chp = electricity(100.0, 0.0, 30.0)  # exports beyond own generation come off the import
    assert (float(chp.grid_kwh), float(chp.self_use_kwh)) == (70.0, 0.0)
    sunny = electricity(np.array([10.0, 0.0]), np.array([5.0, 20.0]), np.array([0.0, 12.0]))
    assert sunny.consumed_kwh.tolist() == [15.0, 8.0]
    assert sunny.self_use_kwh.tolist() == [5.0, 8.0]


def test_periods_are_computed_together_and_unknown_ones_stay_unknown() -> None:
    result = coal_equivalent_tce({"diesel": np.array([1000.0, math.nan])}, {"diesel": np.array([1.4571, 1.4571])})
    assert result.total_tce.tolist() == pytest.approx([1.4571, math.nan], nan_ok=True)


def test_missing_factor_and_double_electricity_are_refused() -> None:
    with pytest.raises(ValueError, match="no standard coal factor for coal; there are diesel"):
        coal_equivalent_tce({"coal": 1.0}, {"diesel": 1.4571})
    with pytest.raises(ValueError, match="electricity_self_use"):
        coal_equivalent_tce({}, {GRID: 0.31}, power=POWER)
    with pytest.raises(ValueError, match="both as an amount and as a balance"):
        coal_equivalent_tce({GRID: 1.0}, EQUIVALENT, power=POWER)


def test_nothing_consumed_is_zero() -> None:
    assert float(coal_equivalent_tce({}, {}).total_tce) == 0.0
