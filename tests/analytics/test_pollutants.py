"""Equivalents and groups: the computed values of the worked examples (pollutants.md 4 and 5)."""

from __future__ import annotations

import math

import pytest

from analytics import pollutants as po
from analytics.intensity import change, pace


def test_group_by_equivalents_just_misses() -> None:
    base = po.pollution_equivalents({"COD": 100e3, "NH3-N": 8e3, "TP": 1e3}, "water")
    now = po.pollution_equivalents({"COD": 85e3, "NH3-N": 6e3, "TP": 0.9e3}, "water")
    assert (float(base.total), float(now.total)) == pytest.approx((114_000.0, 96_100.0))
    assert 1 - float(now.total) / float(base.total) == pytest.approx(0.1570, abs=5e-5)


@pytest.mark.parametrize(
    ("medium", "pollutant", "wanted"), [("air", "SO2", 1052.63), ("water", "NH3-N", 1250.0), ("water", "TP", 4000.0)]
)
def test_one_tonne(medium: str, pollutant: str, wanted: float) -> None:
    result = po.pollution_equivalents({pollutant: 1000.0}, medium)  # type: ignore[arg-type]
    assert float(result.total) == pytest.approx(wanted, abs=5e-3)


def test_nitrogen_has_no_equivalent_and_is_named() -> None:
    result = po.pollution_equivalents({"TP": 1.0, "TN": 50.0}, "water")
    assert (float(result.total), result.left_out, list(result.parts)) == (4.0, ("TN",), ["TP"])
    only = po.pollution_equivalents({"NMHC": 50.0}, "air")
    assert math.isnan(float(only.total))
    assert only.left_out == ("NMHC",)


def test_unknown_mass_makes_the_sum_unknown() -> None:
    result = po.pollution_equivalents({"COD": [1.0, math.nan], "TP": [1.0, 1.0]}, "water")
    assert result.total.tolist() == pytest.approx([5.0, math.nan], nan_ok=True)


def test_only_one_organic_sum_counts() -> None:
    with pytest.raises(ValueError, match="BOD5, COD"):
        po.pollution_equivalents({"COD": 1.0, "BOD5": 1.0}, "water")


def test_every_pollutant_must_reach_the_target() -> None:
    assert float(po.every([-0.15, -0.25, -0.10])) == -0.10
    assert math.isnan(float(po.every([-0.15, math.nan])))
    assert math.isnan(float(po.every([])))
    assert po.every([[-0.1, -0.3], [-0.2, -0.2]]).tolist() == [-0.1, -0.2]


@pytest.mark.parametrize(
    ("cap", "rate", "base"),
    [(91.2, 0.135, 105.43), (11.9, 0.134, 13.74), (66.8, 0.20, 83.5), (85.4, 0.20, 106.75), (149.6, 0.20, 187.0)],
)
def test_provincial_caps_and_rates_give_the_2015_totals(cap: float, rate: float, base: float) -> None:
    #   COD, NH3-N, SO2, NOx, VOC in 10^4 t: cap / (1 - rate) is the total of 2015, and the change to the cap the rate
    assert cap / (1.0 - rate) == pytest.approx(base, abs=0.005)
    assert float(change(cap, base)) == pytest.approx(-rate, abs=5e-4)


def test_even_pace_of_the_plan_is_a_quarter_a_year() -> None:
    assert [pace(year, 2015, 2019) for year in range(2015, 2020)] == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])


WATER = {
    "COD": 1, "BOD5": 0.5, "TOC": 0.49, "SS": 4, "NH3-N": 0.8, "TP": 0.25, "oil": 0.1, "vegetable_oil": 0.16,
    "phenol": 0.08, "cyanide": 0.05, "sulfide": 0.125, "fluoride": 0.5, "formaldehyde": 0.125, "LAS": 0.2, "Cu": 0.1,
    "Zn": 0.2, "Mn": 0.2, "Hg": 0.0005, "Cd": 0.005, "Cr": 0.04, "Cr6": 0.02, "As": 0.02, "Pb": 0.025, "Ni": 0.025,
}  # fmt: skip
AIR = {
    "SO2": 0.95, "NOx": 0.95, "CO": 16.7, "dust": 4, "smoke": 2.18, "Cl2": 0.34, "HCl": 10.75, "fluoride": 0.87,
    "HCN": 0.005, "acid_mist": 0.6, "H2S": 0.29, "NH3": 9.09, "benzene": 0.05, "toluene": 0.18, "xylene": 0.27,
    "formaldehyde": 0.09, "Hg": 0.0001, "Pb": 0.02, "Cd": 0.03, "Ni": 0.13, "carbon_black": 0.59,
}  # fmt: skip


@pytest.mark.parametrize(("medium", "annex"), [("water", WATER), ("air", AIR)])
def test_annex_2_of_the_tax_law(medium: str, annex: dict[str, float]) -> None:
    for pollutant, kg in annex.items():
        assert float(po.pollution_equivalents({pollutant: kg}, medium).total) == pytest.approx(1.0)  # type: ignore[arg-type]
