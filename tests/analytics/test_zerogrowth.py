"""Is growth told from noise, and one sector's growth not hidden by another's fall? (carbon.md, sections 6 and 7)"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.zerogrowth import Growth, together, weaker_readings, zero_growth, zero_growth_within

A, B = np.array([44_804.627, 49_458.064]), np.array([657_130.0, 642_841.0])
"""Example 5: two plants of building materials, 2015 and 2019. [tCO2]"""


def name(found: object) -> str:
    return Growth(int(found)).name  # type: ignore[call-overload]


def test_example_5_the_sector_passes_and_plant_a_alone_fails() -> None:
    base, now = A + B
    assert now - base == pytest.approx(-9635.562, abs=0.01)
    assert now / base - 1 == pytest.approx(-0.01373, abs=5e-6)
    assert name(zero_growth(base, now)) == "PASSED"
    assert A[1] / A[0] - 1 == pytest.approx(0.104, abs=5e-4)
    assert [name(v) for v in zero_growth([A[0], B[0]], [A[1], B[1]])] == ["FAILED", "PASSED"]


def test_example_5_mixed_vintages_are_refused() -> None:
    # power of 2019 at 0.6101: 237 000 MWh make 144 593.7 t in place of 168 840 t of 2015
    power = np.array([240_000.0, 237_000.0]) * [0.7035, 0.6101]
    assert power.tolist() == pytest.approx([168_840.0, 144_593.7], abs=0.01)
    assert name(zero_growth(power[0], power[1], comparable=False)) == "NOT_COMPARABLE"


@pytest.mark.parametrize(
    ("now", "uncertainty", "wanted"),
    [
        (100.0, 0.0, "PASSED"),
        (100.001, 0.0, "FAILED"),
        (98.7, 0.01, "PASSED"),
        (99.5, 0.01, "NOT_DISTINGUISHABLE"),
        (100.0, 0.01, "NOT_DISTINGUISHABLE"),
        (100.9, 0.01, "NOT_DISTINGUISHABLE"),
        (101.5, 0.01, "FAILED"),
        (np.nan, 0.01, "UNKNOWN"),
        # "below" the uncertainty: a change of just as much is told apart
        (99.0, 0.01, "PASSED"),
        (101.0, 0.01, "FAILED"),
    ],
)
def test_what_is_smaller_than_the_uncertainty(now: float, uncertainty: float, wanted: str) -> None:
    assert name(zero_growth(100.0, now, uncertainty)) == wanted


def test_entries_and_closures_count() -> None:
    """A plant that opened has no rate, and the sector has grown all the same; one that closed takes its tonnes away."""
    assert [name(v) for v in zero_growth([0.0, 50.0, 0.0], [10.0, 0.0, 0.0], 0.02)] == ["FAILED", "PASSED", "PASSED"]
    assert name(zero_growth(100.0 + 0.0, 60.0 + 50.0)) == "FAILED"
    assert name(zero_growth(100.0 + 50.0, 140.0 + 0.0)) == "PASSED"


def test_a_reduction_may_be_asked_for() -> None:
    assert [name(v) for v in zero_growth(100.0, [94.0, 96.0], reduction=0.05)] == ["PASSED", "FAILED"]


@pytest.mark.parametrize(
    ("base", "now", "uncertainty", "wanted"),
    [
        ((100.0, 100.0), (80.0, 95.0), 0.0, "PASSED"),
        # what is missing decides
        ((100.0, 100.0), (80.0, 105.0), 0.0, "UNKNOWN"),
        ((90.0, 110.0), (100.0, 100.0), 0.0, "UNKNOWN"),
        ((100.0, 100.0), (101.0, 140.0), 0.0, "FAILED"),
        ((100.0, 100.0), (95.0, 99.5), 0.02, "NOT_DISTINGUISHABLE"),
        ((100.0, np.nan), (80.0, 80.0), 0.0, "UNKNOWN"),
    ],
)
def test_what_is_missing_may_be_anything_up_to_like_the_rest(
    base: tuple[float, float], now: tuple[float, float], uncertainty: float, wanted: str
) -> None:
    assert name(zero_growth_within(*base, *now, uncertainty)) == wanted


def test_a_group_passes_only_if_each_sector_passes() -> None:
    # steel +3 t, chemicals -50 t: together less, and no pass
    of_sectors = zero_growth([100.0, 500.0], [103.0, 450.0])
    assert name(zero_growth(600.0, 553.0)) == "PASSED"
    assert name(together(of_sectors)) == "FAILED"
    assert name(together([Growth.PASSED, Growth.NOT_DISTINGUISHABLE])) == "NOT_DISTINGUISHABLE"
    assert name(together([Growth.FAILED, Growth.UNKNOWN])) == "FAILED"
    assert together([[Growth.PASSED, Growth.FAILED], [Growth.PASSED, Growth.PASSED]]).tolist() == [4, 0]
    with pytest.raises(ValueError, match="no sectors"):
        together([])


def test_weaker_readings_are_told_beside() -> None:
    last, whole = weaker_readings([100.0, 500.0], [110.0, 460.0], [103.0, 450.0])
    assert float(last) == pytest.approx(553 / 570 - 1)
    assert float(whole) == pytest.approx(553 / 600 - 1)
    assert np.isnan(weaker_readings([0.0], [1.0], [2.0])[1])


@given(st.floats(1.0, 1e9), st.floats(1.0, 1e9), st.floats(0.0, 0.5))
def test_exactly_one_of_three(base: float, now: float, uncertainty: float) -> None:
    found = Growth(int(zero_growth(base, now, uncertainty)))
    change = now / base - 1.0
    if abs(abs(change) - uncertainty) > 1e-6 and abs(change) > 1e-6:
        small = abs(change) < uncertainty
        wanted = Growth.NOT_DISTINGUISHABLE if small else Growth.PASSED if change < 0 else Growth.FAILED
        assert found is wanted
