"""Is the truth of the corpus what it says it is?"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.columns import DAY_MS, HOUR_MS
from simulators.faults import Line
from simulators.faults.truth import MINUTE_MS, Truth, truth_of


def test_a_truth_is_read_between_its_knots() -> None:
    """Two knots an hour apart: 60 kWh evenly; with rates 40 and 80 the same total, but 25 in the first half.

    40 t + 40 t^2 / 2 at t = 1/2 is 20 + 5.
    """
    knots = np.array([0, HOUR_MS])
    even = Truth(knots, np.zeros(1, np.int64), np.array([[0.0, 60.0]]))
    rates = Truth(knots, np.zeros(1, np.int64), np.array([[0.0, 60.0]]), np.array([[40.0, 80.0]]))
    case, half = np.zeros(3, np.int64), np.array([0, HOUR_MS // 2, HOUR_MS])
    assert even.at(case, half).tolist() == [0.0, 30.0, 60.0]
    assert rates.at(case, half).tolist() == [0.0, 25.0, 60.0]
    assert rates.rate_at(case, half).tolist() == [40.0, 60.0, 80.0]


def test_nothing_flows_outside_the_knots_and_a_phase_moves_them() -> None:
    truth = Truth(np.array([0, 1000]), np.array([0, 500]), np.array([[0.0, 8.0], [0.0, 8.0]]))
    assert truth.at(np.array([0, 0, 1, 1]), np.array([-5, 5000, 500, 1000])).tolist() == [0.0, 8.0, 0.0, 4.0]


def test_a_truth_without_rates_says_so() -> None:
    truth = Truth(np.array([0, 1]), np.zeros(1, np.int64), np.zeros((1, 2)))
    with pytest.raises(ValueError, match="wanted one made of rates"):
        truth.rate_at(np.zeros(1, np.int64), np.zeros(1, np.int64))


@pytest.mark.parametrize("of_rates", [False, True])
def test_loads_are_near_the_mean_and_below_the_rating(of_rates: bool) -> None:
    line = Line(MINUTE_MS)
    truth = truth_of(line, 24, of_rates=of_rates)
    rate = np.diff(truth.height, axis=1) / np.diff(truth.knot_ms) * HOUR_MS
    assert rate.min() >= 0.0
    assert rate.max() < line.rating_per_h
    assert rate.mean() == pytest.approx(line.mean_per_h, rel=0.1)
    idle = [bool((rate[case] == 0.0).any()) for case in range(24)]
    assert idle == [case % 2 == 1 for case in range(24)]


def test_a_hole_lies_between_two_readings_and_over_the_months_end() -> None:
    line = Line(MINUTE_MS, hole_ms=10 * DAY_MS)
    read = line.reading_ms()
    assert read[line.hole_at] - read[line.hole_at - 1] == 10 * DAY_MS + MINUTE_MS
    october_ms = 1_538_352_000_000  # date -u -d 2018-10-01 +%s000
    assert read[line.hole_at - 1] < october_ms < read[line.hole_at]
    assert bool(np.isin(read[: line.hole_at], line.knot_ms(MINUTE_MS)).all())
