"""Flue gas: the computed values of the worked examples (pollutants.md 1)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics import stack


def test_standard_dry_flow_and_load() -> None:
    wet = stack.wet_flow_m3_h(4.0, 10.0)
    dry = stack.standard_dry_flow_nm3_h(wet, 120.0, 101_325.0, -200.0, 0.08)
    assert float(wet) == 144_000.0
    assert float(dry) == pytest.approx(91_846.44, abs=5e-3)
    assert float(stack.hourly_load_kg_h(28.0, dry)) == pytest.approx(2.571700, abs=5e-7)


@pytest.mark.parametrize(
    ("level", "o2", "reference", "wanted"),
    [(28, 8, 6, 32.3077), (100, 8, 6, 115.3846), (35, 12, 9, 46.6667), (20, 5, 3.5, 21.875), (10, 20.5, 9, 240.0)],
)
def test_reference_oxygen(level: float, o2: float, reference: float, wanted: float) -> None:
    assert float(stack.at_reference_oxygen(level, o2, reference)) == pytest.approx(wanted, abs=5e-5)


def test_air_cannot_be_converted() -> None:
    assert np.isnan(stack.at_reference_oxygen([28.0] * 3, [21.0, 21.3, math.nan], 6.0)).all()
    with pytest.raises(ValueError, match="o2_ref_pct"):
        stack.at_reference_oxygen(28.0, 8.0, 21.0)


@pytest.mark.parametrize(("mass", "wanted"), [(64.0, 2.857), (46.0, 2.054), (30.0, 1.339), (28.0, 1.25)])
def test_volume_share_to_mass(mass: float, wanted: float) -> None:
    assert float(stack.ppm_to_mg_m3(1.0, mass)) == pytest.approx(wanted, abs=5e-4)


def test_moisture_is_a_fraction() -> None:
    assert float(stack.wet_to_dry(92.0, 0.08)) == pytest.approx(100.0)
    assert math.isnan(float(stack.wet_to_dry(92.0, 8.0)))
    assert math.isnan(float(stack.standard_dry_flow_nm3_h(1.0, 20.0, 101_325.0, 0.0, 8.0)))
    assert math.isnan(float(stack.standard_dry_flow_nm3_h(1.0, -273.0, 101_325.0, 0.0, 0.0)))


def test_nitrogen_oxides_count_as_no2() -> None:
    assert float(stack.nox_as_no2_mg_m3(10.0, 5.0)) == pytest.approx(15.0 * 46.0 / 22.4)
    assert pytest.approx(1.533, abs=5e-4) == stack.NO_AS_NO2


def test_standard_state_is_the_flow_turned_round() -> None:
    #   what a cubic metre shrinks to at the standard state is what its concentration grows by
    level = stack.to_standard_state(28.0, 120.0, 101_325.0, -200.0)
    flow = stack.standard_dry_flow_nm3_h(1.0, 120.0, 101_325.0, -200.0, 0.0)
    assert float(level * flow) == pytest.approx(28.0)


def test_excess_air_form_gives_the_same_as_reference_oxygen() -> None:
    o2 = np.array([3.0, 8.0, 12.0])
    wanted = stack.at_reference_oxygen(35.0, o2, 9.0)
    assert stack.by_excess_air(35.0, o2, 21.0 / (21.0 - 9.0)) == pytest.approx(wanted)


def test_conversion_is_marked_and_never_clipped() -> None:
    found = stack.converted([10.0] * 5, [9.0, 19.5, 20.5, 21.0, math.nan], 9.0)
    marks = stack.OxygenMark
    assert found.mark.tolist() == [marks.FINE, marks.DOUBTFUL, marks.DOUBTFUL, marks.AIR, marks.UNKNOWN]
    assert found.value[:3] == pytest.approx([10.0, 80.0, 240.0])
    assert np.isnan(found.value[3:]).all()
    assert found.as_measured.tolist() == [10.0] * 5
    stricter = stack.converted([10.0], [19.5], 9.0, doubtful_pct=20.0)
    assert stricter.mark.tolist() == [marks.FINE]


def test_oxygen_below_the_reference_makes_the_value_smaller() -> None:
    assert float(stack.converted(100.0, 2.0, 6.0).value) == pytest.approx(100.0 * 15.0 / 19.0)
