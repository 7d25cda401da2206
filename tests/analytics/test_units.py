"""Units: exact constants, round trips, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics import units


@pytest.mark.parametrize(
    ("value", "source", "target", "wanted"),
    [
        (1.0, "GJ", "kWh", 277.7777777777778),
        (1.0, "kWh", "kJ", 3600.0),
        (7000.0, "kcal", "kJ", 29307.6),  # one kgce, GB/T 2589-2020
        (60.0, "Wmin", "Wh", 1.0),
        (1.0, "L/s", "m3/h", 3.6),
        (24.0, "m3/d", "m3/h", 1.0),
        (2.0, "m3/s", "m3/h", 7200.0),
        (12.0, "10k_Nm3", "Nm3", 120000.0),
        (28.0, "mg/L", "mg/m3", 28000.0),
        (250.0, "ug/m3", "mg/m3", 0.25),
        (212.0, "degF", "degC", 100.0),
        (0.0, "K", "degC", -273.15),
        (25.0, "degC", "K", 298.15),
        (9.0, "delta_degF", "delta_K", 5.0),
        (1.01325, "bar", "Pa", 101325.0),
        (8.0, "%", "1", 0.08),
        (2.5, "tce", "kgce", 2500.0),
        (15.0, "mu", "m2", 10000.0),
    ],
)
def test_known_conversions(value: float, source: str, target: str, wanted: float) -> None:
    assert units.convert(value, source, target) == pytest.approx(wanted, rel=1e-12)
    assert units.convert(wanted, target, source) == pytest.approx(value, rel=1e-12, abs=1e-9)


def test_every_unit_returns_from_its_canonical_unit() -> None:
    values = np.array([-3.0, 0.0, 7.25, math.nan])
    for symbol, unit in units.UNITS.items():
        there = units.convert(values, symbol, units.DIMENSIONS[unit.dimension])
        back = units.convert(there, units.DIMENSIONS[unit.dimension], symbol)
        np.testing.assert_allclose(back, values, rtol=1e-12, atol=1e-9)


def test_canonical_units_have_factor_one() -> None:
    for dimension, symbol in units.DIMENSIONS.items():
        assert (units.unit(symbol).factor, units.unit(symbol).offset) == (1.0, 0.0)
        assert units.unit(symbol).dimension == dimension


def test_dimensions_do_not_mix() -> None:
    with pytest.raises(ValueError, match=r"kWh \(energy\) to m3 \(volume\)"):
        units.convert(1.0, "kWh", "m3")
    with pytest.raises(ValueError, match="normal_volume"):
        units.convert(1.0, "m3", "Nm3")
    with pytest.raises(ValueError, match="temperature_difference"):
        units.convert(1.0, "delta_K", "K")


@pytest.mark.parametrize(("wrong", "hint"), [("kwh", "kWh"), ("m³/h", "m3/h"), ("°C", "degC"), ("Nm³", "Nm3")])
def test_unknown_unit_names_the_near_one(wrong: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        units.unit(wrong)


def test_unit_without_neighbour_lists_all() -> None:
    with pytest.raises(ValueError, match="known units: kWh"):
        units.unit("parsec-fortnight")


def test_integration_of_rates() -> None:
    pairs = {"power": "kWh", "volume_flow": "m3", "normal_flow": "Nm3", "mass_flow": "t"}
    assert {d: units.canonical_unit(units.integrated(d)) for d in pairs} == pairs
    with pytest.raises(ValueError, match="not a rate"):
        units.integrated("energy")
    with pytest.raises(ValueError, match="unknown"):
        units.amount_unit("colour")


def test_amount_and_rate_units() -> None:
    assert [units.amount_unit(d) for d in ("mass", "mass_flow", "temperature")] == ["t", "t", "degC·h"]
    assert [units.rate_unit(d) for d in ("mass", "mass_flow", "temperature")] == ["t/h", "t/h", "degC"]
