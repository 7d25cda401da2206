"""Targets: the worked examples and regression figures of the notes (intensity.md, 5 and 6)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics import intensity as it

VALUE_2019 = 13_800 / (0.981 * 1.046 * 1.023 * 0.989)


def test_energy_intensity_at_constant_prices() -> None:
    base, now = it.intensity(4_100, 10_400), it.intensity(4_200, VALUE_2019)
    assert (float(base), float(now)) == pytest.approx((0.394231, 0.315968), abs=5e-7)
    assert float(it.change(now, base)) == pytest.approx(-0.19852, abs=5e-6)
    nominal = it.change(it.intensity(4_200, 13_800), base)
    assert float(nominal) == pytest.approx(-0.22800, abs=5e-6)


def test_growth_form() -> None:
    assert float(it.growth_form(0.018, 0.070)) == pytest.approx(-0.04860, abs=5e-6)


def test_chain_and_progress() -> None:
    so_far = it.chain([-0.040, -0.051, -0.046, -0.052])
    assert float(so_far) == pytest.approx(-0.17606, abs=5e-6)
    assert float(it.progress(so_far, -0.18)) == pytest.approx(0.9759, abs=5e-5)
    assert it.status(float(it.progress(so_far, -0.18)), it.pace(2019, 2015, 2019)) == "behind"


def test_still_needed_after_two_years() -> None:
    so_far = float(it.chain([-0.040, -0.051]))
    needed = it.still_needed(-0.18, so_far)
    assert (so_far, needed) == pytest.approx((-0.08896, -0.09993), abs=5e-6)
    assert it.even_pace(needed, 2) == pytest.approx(-0.05128, abs=5e-6)
    assert float(it.progress(so_far, -0.18)) == pytest.approx(0.4695, abs=5e-5)


def test_published_figures() -> None:
    qinghai = float(it.chain([0.0151, -0.0220, -0.0418]))
    assert qinghai == pytest.approx(-0.04873, abs=5e-6)
    assert float(it.progress(qinghai, -0.17)) == pytest.approx(0.268, abs=5e-4)
    assert it.even_pace(qinghai, 3) == pytest.approx(-0.0165, abs=5e-5)
    needed = it.still_needed(-0.17, qinghai)
    assert needed == pytest.approx(-0.1275, abs=5e-5)
    assert it.even_pace(needed, 2) == pytest.approx(-0.0659, abs=5e-5)
    assert float(it.progress(-0.207, -0.18)) == pytest.approx(1.1687, abs=5e-5)  # Jiangxi
    assert float(it.progress(-0.1386, -0.17)) == pytest.approx(0.8007, abs=5e-5)  # Shanghai
    fujian = it.chain([-0.1383, 0.0005, -0.0104, -0.0286])
    assert float(fujian) == pytest.approx(-0.17124, abs=5e-6)


def test_sums_first_then_divide() -> None:
    base = it.pooled([4_100, 9_000], [10_400, 6_000])
    now = it.pooled([4_200, 8_600], [VALUE_2019, 6_600])
    assert (float(base), float(now)) == pytest.approx((0.798780, 0.643459), abs=5e-7)
    assert float(it.change(now, base)) == pytest.approx(-0.19445, abs=5e-6)
    plant_b = it.change(it.intensity(8_600, 6_600), it.intensity(9_000, 6_000))
    assert float(plant_b) == pytest.approx(-0.13131, abs=5e-6)


def test_water_intensity() -> None:
    base, now = it.intensity(612_000, 10_400), it.intensity(585_000, VALUE_2019)
    assert (float(base), float(now)) == pytest.approx((58.846, 44.010), abs=5e-4)
    assert float(it.change(now, base)) == pytest.approx(-0.25212, abs=5e-6)


@pytest.mark.parametrize(("target", "pace"), [(-0.18, 0.0484), (-0.20, 0.0543), (-0.16, 0.0427)])
def test_even_pace_of_the_programme(target: float, pace: float) -> None:
    assert -it.even_pace(target, 4) == pytest.approx(pace, abs=5e-5)


def test_what_cannot_be_divided_is_unknown_not_infinite() -> None:
    assert np.isnan(it.intensity([1.0, 1.0, math.nan], [0.0, -5.0, 1.0])).all()
    assert math.isnan(float(it.change(1.0, 0.0)))
    assert math.isnan(float(it.growth_form(0.1, -1.0)))
    assert np.isnan(it.progress([-1.0, math.nan, -0.1], [-0.18, -0.18, 0.0])).all()
    assert math.isnan(it.even_pace(-0.18, 0))
    assert math.isnan(it.still_needed(-0.18, -1.0))
    assert math.isnan(float(it.pooled([1.0, math.nan], [1.0, 1.0])))


def test_targets_that_rise() -> None:
    assert float(it.progress(1.07**2 - 1, 1.07**4 - 1)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("progress", "pace", "coverage", "wanted"),
    [
        (1.0, 0.25, 1.0, "met"),
        (0.25, 0.25, 1.0, "on_pace"),
        (0.2499, 0.25, 1.0, "behind"),
        (-0.1, 0.0, 1.0, "behind"),
        (math.nan, 0.25, 1.0, "not_assessable"),
        (None, 0.25, 1.0, "not_assessable"),
        (1.0, 0.25, 0.74, "not_assessable"),
        (1.0, 0.25, 0.75, "met"),
        (1.0, 0.25, None, "not_assessable"),
    ],
)
def test_status(progress: float | None, pace: float, coverage: float | None, wanted: str) -> None:
    assert it.status(progress, pace, coverage) == wanted


def test_pace_is_linear_and_bounded() -> None:
    assert [it.pace(y, 2015, 2019) for y in (2014, 2015, 2016.5, 2019, 2021)] == [0.0, 0.0, 0.375, 1.0, 1.0]
    with pytest.raises(ValueError, match="must come after"):
        it.pace(2016, 2019, 2019)


def test_the_wrong_ways_give_other_numbers() -> None:
    """Example 4: the sum of the rates; example 6: linear progress; example 7: the mean of the plants' rates."""
    rates = [-0.040, -0.051, -0.046, -0.052]
    assert sum(rates) == pytest.approx(-0.189)
    assert float(it.chain(rates)) != pytest.approx(sum(rates), abs=0.01)
    for change, target, linear, logarithmic in (
        (-0.0487, -0.17, 0.286, 0.268),
        (-0.207, -0.18, 1.15, 1.1687),
        (-0.1386, -0.17, 0.815, 0.8007),
    ):
        assert change / target == pytest.approx(linear, abs=5e-4)
        assert float(it.progress(change, target)) == pytest.approx(logarithmic, abs=5e-4)
    plants = it.change(it.intensity([4_200, 8_600], [VALUE_2019, 6_600]), it.intensity([4_100, 9_000], [10_400, 6_000]))
    assert plants == pytest.approx([-0.19852, -0.13131], abs=5e-6)
    assert float(plants.mean()) == pytest.approx(-0.1649, abs=5e-5)


def test_growth_form_is_the_change_of_the_quotient() -> None:
    """Example 3 and the definition: the same from levels as from growth."""
    levels = it.change(it.intensity(101.8, 107.0), it.intensity(100.0, 100.0))
    assert float(levels) == pytest.approx(float(it.growth_form(0.018, 0.070)), rel=1e-12)


def test_needed_pace_reaches_the_target() -> None:
    """Example 5: what was done, and twice the yearly pace that is needed, are the target."""
    so_far = float(it.chain([-0.040, -0.051]))
    pace = it.even_pace(it.still_needed(-0.18, so_far), 2)
    assert pace == pytest.approx(-0.05128, abs=5e-6)
    assert float(it.chain([so_far, pace, pace])) == pytest.approx(-0.18, rel=1e-12)
    # The same by the month: 24 even steps.
    monthly = it.even_pace(it.still_needed(-0.18, so_far), 24)
    assert (1.0 + monthly) ** 24 * (1.0 + so_far) == pytest.approx(0.82, rel=1e-12)
    assert it.still_needed(-0.18, -0.20) == pytest.approx(0.025)  # passed already
