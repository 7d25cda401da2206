"""Does a verdict need the test, the analyser's error and enough months, and never a total?"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from engine.figure import Figure, Indicator
from engine.trends.series import plant_series
from engine.trends.trends import PlantTrends, Trend, plant_trends, totals_of
from registry import Indicator as Target
from registry.text import Text
from tests.engine.trends.trendplant import TrendStore, book_of, trend_registry

YEARS = 5
SEASON = 8.0 * np.sin(2.0 * np.pi * np.arange(12) / 12.0)


def trends_of(
    folder: Path, level: np.ndarray, keys: str = "", known: np.ndarray | float = 1.0, flow: float = 200.0
) -> PlantTrends:
    registry = trend_registry(folder, keys=keys)
    store = TrendStore(registry, len(level))
    share = known if isinstance(known, float) else np.asarray(known)[store.month]
    store.put("ww", lambda m: flow, lambda m: level[m], share)
    return plant_trends(store, registry, book_of(len(level)), 2015, {})


def concentration(found: PlantTrends) -> Trend:
    return next(t for t in found.trends if t.series.quantity == "concentration")


def monthly(slope: float, noise: float = 0.5, months: int = 12 * YEARS, seed: int = 4) -> np.ndarray:
    at = np.arange(months)
    return 50.0 + SEASON[at % 12] + slope * at / 12.0 + np.random.default_rng(seed).normal(0, noise, months)


def test_a_falling_concentration_with_its_slope(tmp_path: Path) -> None:
    trend = concentration(trends_of(tmp_path, monthly(-4.0)))
    assert (trend.verdict, trend.corrected) == ("falling", False)
    assert trend.p < 1e-6
    assert trend.test.low < -4.0 < trend.test.high
    assert trend.base_level == pytest.approx(monthly(-4.0)[:12].mean(), rel=1e-3)
    assert trend.per_base(trend.test.slope) == pytest.approx(trend.test.slope / trend.base_level)
    assert trend.years == YEARS
    assert (trend.series.error_percent, trend.series.error_sure) == (10.0, False)


def test_noise_is_no_trend(tmp_path: Path) -> None:
    trend = concentration(trends_of(tmp_path, monthly(0.0, 3.0, seed=1)))
    assert trend.verdict == "no_trend"
    assert trend.p > 0.05


def test_a_change_below_the_error_of_the_analyser_is_not_distinguishable(tmp_path: Path) -> None:
    """-0.5 mg/L a year over five years is -5 % of 50: certain to the test, and below an error of 10 %."""
    level = monthly(-0.5, 0.05)
    trend = concentration(trends_of(tmp_path, level))
    assert trend.p < 0.001
    assert trend.verdict == "not_distinguishable"
    better = concentration(trends_of(tmp_path, level, keys="error_percent = 2"))
    assert (better.verdict, better.series.error_percent, better.series.error_sure) == ("falling", 2.0, True)


def test_two_years_are_too_short_and_give_no_number(tmp_path: Path) -> None:
    trend = concentration(trends_of(tmp_path, monthly(-9.0, months=24)))
    assert (trend.verdict, trend.notes) == ("unknown", ("too_short",))
    assert math.isnan(trend.p)
    assert math.isnan(trend.test.slope)


def test_months_that_are_not_known_are_left_out_and_their_base_year_too(tmp_path: Path) -> None:
    known = np.ones(12 * YEARS)
    known[:6] = 0.2  # half of the base year
    known[30] = 0.0
    trend = concentration(trends_of(tmp_path, monthly(-4.0), known=known))
    assert np.flatnonzero(~trend.series.counted).tolist() == [0, 1, 2, 3, 4, 5, 30]
    assert "no_base_year" in trend.notes
    assert math.isnan(trend.per_base(trend.test.slope))
    assert trend.verdict == "falling"  # against the median level


def test_ten_years_take_the_p_of_dependent_months(tmp_path: Path) -> None:
    level = monthly(-1.0, months=120)
    trend = concentration(trends_of(tmp_path, level))
    assert trend.corrected
    assert trend.p == trend.test.p_correlated != trend.test.p
    nine = concentration(trends_of(tmp_path, level[:119]))
    assert not nine.corrected
    assert nine.p == nine.test.p


def test_a_limit_that_fell_is_said_and_makes_no_trend(tmp_path: Path) -> None:
    """The true level stays near 1; the limit falls from 4 to 0.5 with the new analyser of 2018."""
    level = 1.0 + np.random.default_rng(2).normal(0, 0.1, 12 * YEARS)
    keys = "detection_limit = [{ value = 4.0 }, { value = 0.5, since = 2018-01-01 }]"
    trend = concentration(trends_of(tmp_path, level, keys=keys))
    assert trend.verdict == "no_trend"
    assert trend.limits == "fell"
    assert {"limit_fell", "many_below"} <= set(trend.notes)
    assert trend.censored == pytest.approx(36 / 60)
    low, high = trend.slope_range
    assert low < high


def test_memory_is_said(tmp_path: Path) -> None:
    rng, level = np.random.default_rng(8), np.zeros(12 * YEARS)
    for i in range(1, len(level)):
        level[i] = 0.85 * level[i - 1] + rng.normal(0, 2.0)
    trend = concentration(trends_of(tmp_path, 50.0 + level))
    assert trend.lag1 > trend.lag1_bound
    assert "autocorrelated" in trend.notes


def test_plant_then_outlets_then_energy_per_value_added(tmp_path: Path) -> None:
    registry = trend_registry(tmp_path, ("a", "b"))
    store = TrendStore(registry, 48)
    for outlet in ("a", "b"):
        store.put(outlet, lambda m: 100.0, lambda m: 50.0 - m / 12.0)
    energy = 100.0 - np.arange(48.0) / 12.0 * 5.0
    series = list(plant_series(store, registry, book_of(48, energy, np.full(48, 50.0))))
    names = [(s.outlet, s.quantity) for s in series]
    assert names == [
        (None, "load"), (None, "concentration"), ("a", "load"), ("a", "concentration"), ("b", "load"),
        ("b", "concentration"), (None, "energy_per_value_added"),
    ]  # fmt: skip
    assert series[-1].value[:2].tolist() == pytest.approx([2.0, (100.0 - 5.0 / 12.0) / 50.0])
    assert series[-1].unit == "tce/10k_yuan"
    found = plant_trends(store, registry, book_of(48, energy, np.full(48, 50.0)), 2015, {})
    assert found.trends[-1].verdict == "falling"
    assert found.trends[-1].test.slope == pytest.approx(-0.1)


def test_months_without_value_added_have_no_intensity(tmp_path: Path) -> None:
    registry = trend_registry(tmp_path)
    store = TrendStore(registry, 36)
    store.put("ww", lambda m: 100.0, lambda m: 50.0)
    last = list(plant_series(store, registry, book_of(36, np.ones(36))))[-1]
    assert not last.counted.any()


def figure(name: str) -> Figure:
    return Figure(name, 1.0, "kg", 0, 1)


def test_only_totals_say_that_a_target_is_met() -> None:
    part = Indicator("w:COD", "plant:p", figure("b"), figure("c"), -0.2, -0.16, 1.2, 0.75, "met")
    whole = Indicator("w", "plant:p", figure("b"), figure("c"), -0.2, -0.16, 1.2, 0.75, "met", parts=(part,))
    energy = Indicator("e", "plant:p", figure("b"), figure("c"), -0.2, -0.18, 1, 1, "met")
    named = {"name": Text(zh="甲", en="a"), "reduction": 0.1, "source": "s", "confidence": "sure"}
    targets = [
        Target(id="w", kind="load", medium="water", pollutants=("COD",), group="every", **named),
        Target(id="e", kind="intensity", quantity="energy", **named),
    ]
    assert totals_of([whole, energy], targets) == {"water:COD": part, "energy_per_value_added": energy}
