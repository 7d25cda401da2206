"""Is the running total exact, rising and independent of how it is asked?"""

from __future__ import annotations

import numpy as np
import pytest

from simulators.curve import Flow, Level
from simulators.noise import uniform
from simulators.workdays import EDGES, HOUR_MS, HOURS, MINUTE_MS, SPAN_FROM_MS, SPAN_TO_MS

RATE = 100.0 * uniform(1, "rate", EDGES) * (uniform(1, "off", EDGES) > 0.2)


@pytest.fixture(scope="module")
def flow() -> Flow:
    return Flow(5, "test", RATE, ripple=0.9)


def _times(hour: int, count: int, step_ms: int) -> np.ndarray:
    return SPAN_FROM_MS + hour * HOUR_MS + np.arange(count, dtype=np.int64) * step_ms


def test_an_hour_amounts_to_the_mean_of_its_edges(flow: Flow) -> None:
    hours = flow.total_at(_times(0, EDGES, HOUR_MS))
    assert np.diff(hours) == pytest.approx((RATE[:-1] + RATE[1:]) / 2.0, rel=1e-9, abs=1e-6)


def test_minutes_sum_to_their_hour(flow: Flow) -> None:
    minutes = flow.total_at(_times(1000, 60 * 500 + 1, MINUTE_MS))
    assert np.diff(minutes[::60]) == pytest.approx(flow.amount[1000:1500], rel=1e-9, abs=1e-6)


def test_the_total_never_falls(flow: Flow) -> None:
    seconds = flow.total_at(_times(2000, 300 * 360, 10_000))
    assert np.diff(seconds).min() >= -1e-9


@pytest.mark.parametrize("step_ms", [HOUR_MS, 15 * MINUTE_MS, MINUTE_MS])
def test_the_trapezoid_over_sampled_rates_is_the_amount(flow: Flow, step_ms: int) -> None:
    per_hour = HOUR_MS // step_ms
    rate = flow.rate_at(_times(500, 200 * per_hour + 1, step_ms))
    amount = ((rate[:-1] + rate[1:]) / 2.0 / per_hour).reshape(-1, per_hour).sum(axis=1)
    assert amount == pytest.approx(flow.amount[500:700], rel=1e-9, abs=1e-9)


def test_the_total_is_the_integral_of_the_rate(flow: Flow) -> None:
    times = _times(3000, 3600 * 5 + 1, 1000)
    rate = flow.rate_at(times)
    total = flow.total_at(times)
    integral = np.concatenate(([0.0], np.cumsum((rate[:-1] + rate[1:]) / 2.0 / 3600.0)))
    assert total - total[0] == pytest.approx(integral, abs=1e-3)


def test_a_flow_at_rest_stays_at_rest() -> None:
    rate = np.zeros(EDGES)
    flow = Flow(1, "rest", rate)
    assert not flow.total_at(_times(0, 3000, MINUTE_MS)).any()


def test_a_level_has_the_mean_of_its_hour() -> None:
    value = 10.0 + uniform(2, "level", EDGES)
    level = Level(2, "level", value, flutter=0.3)
    minutes = level.at(_times(100, 60 * 50, MINUTE_MS)).reshape(-1, 60)
    assert minutes[:, 0] == pytest.approx(value[100:150])
    assert minutes.mean(axis=1) == pytest.approx(value[100:150])
    assert minutes.std(axis=1).max() > 0.5


def test_the_last_instant_belongs_to_the_span_and_the_next_does_not(flow: Flow) -> None:
    assert flow.total_at(np.array([SPAN_TO_MS]))[0] == pytest.approx(flow.total[HOURS])
    with pytest.raises(ValueError, match="leave the simulated span"):
        flow.total_at(np.array([SPAN_TO_MS + 1]))
    with pytest.raises(ValueError, match="leave the simulated span"):
        flow.rate_at(np.array([SPAN_FROM_MS - 1]))


def test_wrong_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        Flow(1, "x", np.full(EDGES, -1.0))
    with pytest.raises(ValueError, match="0 or more"):
        Flow(1, "x", np.full(EDGES, np.nan))
    with pytest.raises(ValueError, match="shape"):
        Flow(1, "x", np.ones(5))
