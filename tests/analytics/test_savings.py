"""Worked examples 1 to 10 of the notes on energy savings (savings.md, 6)."""

from __future__ import annotations

import math

import pytest

from analytics import savings as sv
from analytics.baseline import fit, fsu, independent_points, sun_baltazar, t_value

OUTPUT_T = [820, 790, 905, 930, 960, 940, 980, 970, 925, 950, 915, 880]
ENERGY_TCE = [412.0, 398.5, 441.2, 449.8, 462.9, 457.0, 478.1, 471.0, 452.8, 459.5, 443.0, 430.6]
REPORT_T = [860, 840, 930, 955, 985, 960, 1000, 990, 950, 970, 940, 900]
REPORT_TCE = [398.0, 389.0, 421.5, 430.2, 441.0, 433.8, 448.9, 444.0, 428.0, 437.2, 424.8, 410.6]


def table(values: list[int]) -> list[list[float]]:
    return [[float(v)] for v in values]


def test_1_product_based() -> None:
    assert sv.product_difference([0.520], [0.498], [42_000]) == pytest.approx(-924.0)
    assert sv.product_difference([1.150], [1.180], [9_000]) == pytest.approx(270.0)
    both = ([0.520, 1.150], [0.498, 1.180], [42_000, 9_000])
    assert sv.product_difference(*both) == pytest.approx(-654.0)
    assert sv.rate(*both) == pytest.approx(-0.02032, abs=5e-6)


def test_2_value_based() -> None:
    assert sv.value_difference(0.412, 0.385, 96_000) == pytest.approx(-2592.0)
    assert sv.rate(0.412, 0.385) == pytest.approx(-0.06553, abs=5e-6)


def test_3_technical_measures() -> None:
    kiln = sv.product_difference([0.310], [0.268], [12_000])
    compressors = sv.product_difference([0.120], [0.101], [2_000_000]) * 0.1229 / 1000  # one carrier: kWh first
    assert (kiln, compressors) == pytest.approx((-504.0, -4.670), abs=5e-4)
    assert kiln + compressors == pytest.approx(-508.670, abs=5e-4)


def test_4_yearly_and_fixed_base_are_three_quantities() -> None:
    energy, output = [0.520, 0.510, 0.503, 0.498], [40_000, 41_000, 42_000]
    fixed = sv.fixed_base_differences(energy, output)
    assert -float(sv.yearly_differences(energy, output).sum()) == pytest.approx(897.0)
    assert -float(fixed[-1]) == pytest.approx(924.0)
    assert -float(fixed.sum()) == pytest.approx(2021.0)


def test_5_regression_baseline() -> None:
    model = fit(ENERGY_TCE, table(OUTPUT_T))
    assert model.coefficients.tolist() == pytest.approx([83.50486, 0.3971128], rel=1e-6)
    assert (model.rmse, model.cv_rmse, model.r2) == pytest.approx((2.930441, 0.00656510, 0.985651), rel=2e-6)
    assert model.nmbe == pytest.approx(0.0, abs=1e-12)
    assert model.weak() == ()
    saving = sv.against_baseline(model, table(REPORT_T), REPORT_TCE)
    assert (saving.adjusted, saving.actual) == pytest.approx((5481.4905, 5107.0), abs=5e-5)
    assert (saving.saved, saving.difference) == pytest.approx((374.4905, -374.4905), abs=5e-5)
    assert saving.fraction == pytest.approx(0.0683191, abs=5e-8)
    assert sum(ENERGY_TCE) - sum(REPORT_TCE) == pytest.approx(249.4)  # unadjusted, it understates


@pytest.mark.parametrize(
    ("confidence", "t", "share", "half_width"),
    [(0.68, 1.046423, 0.03951, 14.79), (0.90, 1.812461, 0.06843, 25.62), (0.95, None, 0.08412, 31.50)],
)
def test_6_uncertainty_of_the_saving(confidence: float, t: float | None, share: float, half_width: float) -> None:
    if t is not None:
        assert t_value(confidence, 10) == pytest.approx(t, abs=5e-7)
    saving = sv.against_baseline(fit(ENERGY_TCE, table(OUTPUT_T)), table(REPORT_T), REPORT_TCE, confidence=confidence)
    assert saving.uncertainty / saving.saved == pytest.approx(share, abs=6e-6)
    assert saving.uncertainty == pytest.approx(half_width, abs=6e-3)
    assert saving.weak == ()


def test_7_uncertainty_in_round_numbers() -> None:
    assert fsu(0.05, 0.10, 12, 12, 1.8125) == pytest.approx(0.3560, abs=5e-5)
    assert independent_points(365, 0.4) == pytest.approx(156.4286, abs=5e-5)
    assert fsu(0.12, 0.08, 365, 365, 1.649, rho=0.4) == pytest.approx(0.2508, abs=5e-5)
    assert sun_baltazar(12, "monthly") == pytest.approx(1.30558, abs=5e-6)
    assert sun_baltazar(12, "daily") == pytest.approx(1.39250, abs=5e-6)
    # The multiplier takes the place of 1.26, and an increase has the width of a saving of its size.
    other = fsu(0.05, -0.10, 12, 12, 1.8125, factor=1.30558)
    assert other == pytest.approx(0.3560 * 1.30558 / 1.26, abs=1e-4)


def test_8_portfolio() -> None:
    total, half_width = sv.portfolio([120, 85, 40], [30, 28, 22])
    assert (total, half_width) == pytest.approx((245.0, 46.562), abs=5e-4)
    assert half_width / total == pytest.approx(0.1900, abs=6e-5)
    assert sv.portfolio([120, 85, 40], [30, 28, 22], independent=False) == pytest.approx((245.0, 80.0))


def test_9_no_double_count() -> None:
    views = sv.two_views(394.0, [156.0, 88.0])
    assert (views.plant, views.projects, views.residual) == (394.0, 244.0, 150.0)


def test_10_retrofit_with_expansion() -> None:
    # The meters see nothing: 10 000 x 0.60 = 12 000 x 0.50.
    assert sv.expansion_saved(0.60, 0.50, 10_000, 12_000) == pytest.approx(1000.0)
    assert -sv.product_difference([0.60], [0.50], [12_000]) == pytest.approx(1200.0)


def test_product_mix_by_hand() -> None:
    # A tenth of 1 000 moves from 0.6 to 0.2 per value: 100 x -0.4.
    assert sv.mix_difference([0.5, 0.5], [0.4, 0.6], [0.6, 0.2], 1000.0) == pytest.approx(-40.0)


def test_an_uncertain_saving_says_so() -> None:
    noisy = [v + (12.0 if i % 2 else -12.0) for i, v in enumerate(ENERGY_TCE)]
    model = fit(noisy, table(OUTPUT_T))
    little = [float(v) - 1.0 for v in model.predict(table(REPORT_T))]
    saving = sv.against_baseline(model, table(REPORT_T), little)
    assert saving.saved == pytest.approx(12.0)
    assert "uncertainty" in saving.weak
    # A dated adjustment moves the baseline, not the model.
    grown = sv.against_baseline(model, table(REPORT_T), little, adjustment=100.0)
    assert grown.saved == pytest.approx(112.0)


def test_nothing_saved_has_no_fractional_uncertainty() -> None:
    model = fit(ENERGY_TCE, table(OUTPUT_T))
    exact = [float(v) for v in model.predict(table(REPORT_T))]
    assert math.isnan(sv.against_baseline(model, table(REPORT_T), exact).uncertainty)
    with pytest.raises(ValueError, match="12 rows of drivers"):
        sv.against_baseline(model, table(REPORT_T), [1.0])
