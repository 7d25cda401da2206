"""Equivalents and groups: the computed values of the worked examples (pollutants.md 4 and 5)."""

from __future__ import annotations

import math

import pytest

from analytics import pollutants as po


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
