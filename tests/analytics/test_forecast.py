"""Forecasts of a year's indicator: by hand, against a dense calculation, and on plants whose future is known to us."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats

from analytics.forecast import FREEDOM, MIN_MONTHS, forecast
from analytics.walk import NOISE, NOISE_MONTHS, SHARES, SLOPE, SLOPE_MEAN, WALK, WALK_SPREAD, predict

JANUARY_2015 = 45 * 12
SEASON = 1.0 + 0.3 * np.cos(2.0 * np.pi * np.arange(12) / 12.0)


def _months(n: int, seed: int = 0, series: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Energy and value added of some plants with a season and 2 % of noise."""
    rng = np.random.default_rng(seed)
    value = 100.0 + 20.0 * rng.random((series, n))
    season = np.resize(SEASON, n)
    return value * 0.4 * season * np.exp(0.02 * rng.normal(size=(series, n))), value


def test_a_year_that_is_over_is_what_it_was() -> None:
    energy, value = _months(60)
    ratio = energy[:, 48:].sum(axis=1) / value[:, 48:].sum(axis=1)
    found = forecast(energy, value, JANUARY_2015, 2019, threshold=ratio * [1.01, 1.0, 0.99])
    for bound in (found.low, found.centre, found.high):
        assert bound == pytest.approx(ratio, rel=1e-12)
    assert found.probability.tolist() == [1.0, 1.0, 0.0]
    assert found.months_ahead.tolist() == [0, 0, 0]


def test_what_repeats_itself_is_expected_to_repeat() -> None:
    """A season without noise or change: the year's ratio is that of every year before, less the usual slope."""
    value = np.full((1, 44), 100.0)
    energy = value * np.resize(SEASON, 44)
    found = forecast(energy, value, JANUARY_2015, 2019)
    assert found.centre[0] == pytest.approx(1.0, rel=0.02)
    assert found.low[0] < 1.0 < found.high[0]
    assert found.high[0] / found.low[0] < 1.25
    assert (found.months_known[0], found.months_ahead[0]) == (44, 12)


def test_known_months_of_the_target_year_count_as_they_are() -> None:
    energy, value = _months(56, series=1)
    found = forecast(energy, value, JANUARY_2015, 2019)
    assert found.numerator_known[0] == pytest.approx(energy[0, 48:].sum())
    assert found.denominator_known[0] == pytest.approx(value[0, 48:].sum())
    # Four months ahead: those of the year before with the growth of the last twelve months.
    growth = value[0, 44:56].sum() / value[0, 32:44].sum()
    assert found.denominator_ahead[0] == pytest.approx(value[0, 44:48].sum() * growth)
    more = forecast(np.append(energy, [[999.0]], axis=1), np.append(value, [[100.0]], axis=1), JANUARY_2015, 2019)
    assert more.numerator_known[0] == pytest.approx(energy[0, 48:].sum() + 999.0)
    assert more.centre[0] > found.centre[0]


def test_missing_months_are_ignored_and_are_not_zero() -> None:
    energy, value = _months(44)
    holes = energy.copy()
    holes[1, [5, 20, 43]] = np.nan
    whole, missing = forecast(energy, value, JANUARY_2015, 2019), forecast(holes, value, JANUARY_2015, 2019)
    assert missing.months_known.tolist() == [44, 41, 44]
    assert missing.centre[[0, 2]] == pytest.approx(whole.centre[[0, 2]], rel=1e-12)
    assert missing.centre[1] == pytest.approx(whole.centre[1], rel=0.03)
    assert missing.centre[1] != whole.centre[1]


def test_a_month_of_the_target_year_that_is_missing_is_told_from_its_neighbours() -> None:
    energy, value = _months(60, series=1)
    energy[0, 52] = np.nan
    found = forecast(energy, value, JANUARY_2015, 2019)
    assert found.months_ahead[0] == 1
    assert found.denominator_ahead[0] == pytest.approx(value[0, 52])
    assert found.low[0] < 0.4 * SEASON.mean() * 1.02
    assert found.high[0] / found.low[0] < 1.02


def test_too_little_is_known() -> None:
    energy, value = _months(44)
    energy[0, : 44 - MIN_MONTHS + 1] = np.nan  # one month fewer than needed
    energy[1] = 0.0
    found = forecast(energy, value, JANUARY_2015, 2019, threshold=1.0)
    for column in (found.centre, found.low, found.high, found.probability):
        assert np.isnan(column).tolist() == [True, True, False]
    assert found.months_known.tolist() == [MIN_MONTHS - 1, 0, 44]


def test_loads_have_no_denominator() -> None:
    load, _ = _months(44)
    none, ones = (forecast(load, d, JANUARY_2015, 2019).centre for d in (None, np.ones(load.shape)))
    assert none == pytest.approx(ones, rel=1e-12)
    assert none == pytest.approx(load[:, :36].mean(axis=1), rel=0.1)


def test_january_and_february_count_together() -> None:
    """Spring Festival moved from the one to the other; the sum of both did not."""
    load = np.full((2, 44), 100.0)
    load[1, [0, 12, 24, 36]] = [50.0, 150.0, 50.0, 150.0]
    load[1, [1, 13, 25, 37]] = [150.0, 50.0, 150.0, 50.0]
    found = forecast(load, None, JANUARY_2015, 2019)
    assert found.centre[1] == pytest.approx(found.centre[0], rel=1e-12)
    assert found.high[1] == pytest.approx(found.high[0], rel=1e-12)


def test_the_interval_and_the_probability_are_of_one_distribution() -> None:
    energy, value = _months(44, series=1)
    found = forecast(energy, value, JANUARY_2015, 2019)
    at_low = forecast(energy, value, JANUARY_2015, 2019, threshold=found.low)
    at_centre = forecast(energy, value, JANUARY_2015, 2019, threshold=found.centre)
    assert (at_low.probability[0], at_centre.probability[0]) == pytest.approx((0.1, 0.5))
    wide = forecast(energy, value, JANUARY_2015, 2019, level=0.95)
    scale = np.log(found.high[0] / found.low[0]) / (2.0 * stats.t.ppf(0.9, FREEDOM))
    assert np.log(wide.high[0] / wide.centre[0]) == pytest.approx(stats.t.ppf(0.975, FREEDOM) * scale)
    assert forecast(energy, value, JANUARY_2015, 2019, threshold=0.0).probability[0] == 0.0


def test_a_series_is_forecast_alike_alone_and_among_others() -> None:
    energy, value = _months(44, series=40)
    value[3, 40:] = np.nan
    energy[7, 2] = np.nan
    together = forecast(energy, value, JANUARY_2015, 2019, threshold=0.4)
    for row in (0, 3, 7):
        alone = forecast(energy[row], value[row], JANUARY_2015, 2019, threshold=0.4)
        for name in ("centre", "low", "probability", "denominator_ahead"):
            assert getattr(alone, name)[0] == pytest.approx(getattr(together, name)[row], rel=1e-12), name


def test_what_cannot_be_asked_is_refused() -> None:
    energy, value = _months(44)
    with pytest.raises(ValueError, match="wanted that of numerator"):
        forecast(energy, value[:, 1:], JANUARY_2015, 2019)
    with pytest.raises(ValueError, match=r"level \(1.0\)"):
        forecast(energy, value, JANUARY_2015, 2019, level=1.0)
    with pytest.raises(ValueError, match=r"target_year \(2014\)"):
        forecast(energy, value, JANUARY_2015, 2014)


def test_the_answers_are_those_of_the_whole_covariance() -> None:
    """A multivariate normal law of all months, conditioned in the plain way, and its density as the weight."""
    rng = np.random.default_rng(5)
    at, wanted = np.array([0, 1, 2, 5, 6, 12, 13, 14, 17, 18, 24, 25, 26, 30], np.int64), np.array([31, 36], np.int64)
    y = 0.2 + 0.03 * rng.normal(size=len(at))
    found = predict(y[:, np.newaxis], at, wanted)
    months = np.concatenate([at, wanted]).astype(float)
    own = y - SLOPE_MEAN * at
    logs = []
    for i, (walk, season) in enumerate(SHARES):
        same = (months[:, None] - months[None, :]) % 12 == 0
        cov = season * same + walk * (np.minimum(*np.meshgrid(months, months)) + 1.0)
        cov = cov + SLOPE * np.outer(months, months) + 1e4 + np.eye(len(months))
        k, c = cov[: len(at), : len(at)], cov[len(at) :, : len(at)]
        centred = own - own.mean()
        expected = own.mean() + c @ np.linalg.solve(k, centred) + SLOPE_MEAN * wanted
        assert found.mean[i, :, 0] == pytest.approx(expected, abs=1e-7)
        error = cov[len(at) :, len(at) :] - c @ np.linalg.solve(k, c.T)
        assert found.covariance[i] == pytest.approx(error, rel=1e-5, abs=1e-5)
        squares = NOISE_MONTHS * NOISE**2 + centred @ np.linalg.solve(k, centred)
        freedom = NOISE_MONTHS + len(at) - 1
        assert found.variance[i, 0] == pytest.approx(squares / freedom, rel=1e-7)
        usual = stats.norm.logpdf(np.log(walk * squares / freedom), np.log(WALK**2), WALK_SPREAD)
        logs.append(usual - 0.5 * freedom * np.log(squares) - 0.5 * np.linalg.slogdet(k)[1])
    weight = np.exp(np.array(logs) - max(logs))
    assert found.weight[:, 0] == pytest.approx(weight / weight.sum(), rel=1e-6)


def test_seventy_two_thousand_series_take_half_a_second() -> None:
    """6 000 plants with twelve indicators each; the process's own time, for others may work beside it."""
    energy, value = _months(60, series=6000)
    energy, value = np.tile(energy, (12, 1)), np.tile(value, (12, 1))
    forecast(energy[:100, :44], value[:100, :44], JANUARY_2015, 2019)
    began = time.process_time()
    forecast(energy, value, JANUARY_2015, 2019, threshold=0.3)
    assert time.process_time() - began < 2.0  # measured 0.3 s on one core; a slow machine may take longer
