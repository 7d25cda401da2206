"""Does what is said of futures come true, on plants that the method's constants were not chosen on?"""

from __future__ import annotations

import numpy as np
import pytest

from simulators.reliability import Outcomes, calibration_error, outcomes, reliability

HELD_OUT_SEED, PLANTS = 20, 80


@pytest.fixture(scope="module")
def held_out() -> Outcomes:
    return outcomes(PLANTS, HELD_OUT_SEED)


def test_eighty_of_a_hundred_intervals_hold_the_truth(held_out: Outcomes) -> None:
    assert held_out.plant_years == 240
    assert 0.76 <= held_out.covered <= 0.84
    # Near and far alike; an indicator or a horizon alone has fewer independent cases, so more noise.
    for months in np.unique(held_out.ahead):
        assert 0.70 <= held_out.where(held_out.ahead == months).covered <= 0.90
    for name in np.unique(held_out.name):
        assert 0.68 <= held_out.where(held_out.name == name).covered <= 0.92


def test_the_further_ahead_the_wider(held_out: Outcomes) -> None:
    widths = [np.median(held_out.width[held_out.ahead == m]) for m in (4, 12, 24, 36)]
    assert widths == sorted(widths)
    assert widths[0] < 0.06
    assert widths[-1] > 0.2


def test_the_probability_comes_true_as_often_as_it_says(held_out: Outcomes) -> None:
    bins = reliability(held_out)
    assert sum(b.count for b in bins) == len(held_out.met)
    assert calibration_error(bins) < 0.04
    for b in bins:
        # Forecasts of one plant share their future: a tenth of the count are independent, about.
        noise = 3.0 * np.sqrt(b.stated * (1.0 - b.stated) / max(b.count / 10.0, 1.0))
        assert abs(b.stated - b.observed) < max(noise, 0.03), b


def test_bins_by_hand() -> None:
    probability = np.array([0.02, 0.04, 0.55, 0.55, 0.55, 1.0])
    met = np.array([False, False, True, False, True, True])
    n = len(met)
    found = Outcomes(2, np.array(["a"] * n), np.full(n, 4), met, np.ones(n), probability, met)
    bins = reliability(found)
    assert [b.count for b in bins] == [2, 0, 0, 0, 0, 3, 0, 0, 0, 1]
    assert (bins[0].stated, bins[0].observed) == (pytest.approx(0.03), 0.0)
    assert (bins[5].stated, bins[5].observed) == (pytest.approx(0.55), pytest.approx(2 / 3))
    assert (bins[9].high, bins[9].observed) == (1.0, 1.0)
    error = (2 * 0.03 + 3 * (2 / 3 - 0.55) + 1 * 0.0) / 6
    assert calibration_error(bins) == pytest.approx(error)
