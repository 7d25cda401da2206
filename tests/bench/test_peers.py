"""Do the tools that settlement is compared with do the same job, before anybody looks at their time?"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import ModuleType

import numpy as np
import pytest

from analytics.columns import DAY_MS, INTERVAL_MS, Intervals, Quality, Ranges, Readings
from analytics.settlement import settle
from tests.bench.compare import PEERS, assert_equal
from tests.bench.peers import Answer
from tests.bench.settlement import MINUTE_MS, START_MS, ZONES, registers, table

N_POINTS, N_READINGS = 3, 400


@pytest.fixture(params=PEERS)
def peer(request: pytest.FixtureRequest) -> ModuleType:
    _, module = request.param
    pytest.importorskip(request.param[0], reason=f"{request.param[0]} is not installed (extra `bench`)")
    return import_module(module)


def clean() -> Readings:
    return registers(N_POINTS, N_READINGS, MINUTE_MS)[1]


def answer(peer: ModuleType, readings: Readings) -> Answer:
    found: Answer = peer.answer(peer.settle(peer.load(table(N_POINTS, MINUTE_MS), readings), with_bounds=False))
    return found


def ours(readings: Readings) -> Intervals:
    key = np.arange(N_POINTS, dtype=np.int32)
    begin, end = np.full(N_POINTS, START_MS - DAY_MS), np.full(N_POINTS, START_MS + 30 * DAY_MS)
    return settle(table(N_POINTS, MINUTE_MS), ZONES, readings, Ranges(key, begin, end)).intervals


def uneven(seed: int) -> Readings:
    """Three registers read 30 s to 15 min apart, often on the edge of a quarter."""
    rng = np.random.default_rng(seed)
    step_ms = rng.choice([30_000, 60_000, 420_000, INTERVAL_MS], (N_POINTS, N_READINGS))
    time_ms = START_MS + rng.choice([0, 1, 600_000], (N_POINTS, 1)) + np.cumsum(step_ms, axis=1) - step_ms[:, :1]
    return replace(clean(), time_ms=time_ms.ravel())


@pytest.mark.parametrize("seed", range(5))
def test_same_quarters_as_settlement(peer: ModuleType, seed: int) -> None:
    readings = uneven(seed)
    assert_equal(peer.NAME, answer(peer, readings), ours(readings))


def test_same_bounds_as_settlement(peer: ModuleType) -> None:
    # Above 2^19 single precision (0.06) is coarser than three steps of the display (0.03).
    readings = replace(clean(), value=clean().value + np.repeat([0.0, 300_000.0, 600_000.0], N_READINGS))
    found = peer.answer(peer.settle(peer.load(table(N_POINTS, MINUTE_MS), readings), with_bounds=True))
    assert found.below is not None and found.above is not None
    assert_equal(peer.NAME, found, ours(readings))


def test_a_quarter_by_hand(peer: ModuleType) -> None:
    # Read at 0:10 (100), 0:20 (110) and 0:25 (120): at 0:15 it stood at 105; rates 60/h and 120/h.
    three = replace(
        clean().take(slice(0, 3)),
        time_ms=START_MS + np.array([10, 20, 25]) * MINUTE_MS,
        value=np.array([100.0, 110.0, 120.0]),
    )
    found = answer(peer, three)
    assert found.start_ms.tolist() == [START_MS, START_MS + INTERVAL_MS]
    np.testing.assert_allclose(found.amount, [5.0, 15.0], rtol=1e-12)
    np.testing.assert_allclose(found.measured_s, [300.0, 600.0], rtol=1e-12)
    np.testing.assert_allclose(found.peak, [60.0, 120.0], rtol=1e-12)


@pytest.mark.parametrize("what", ["falls", "too fast", "too long", "twice", "bad", "null"])
def test_what_is_not_clean_is_seen(peer: ModuleType, what: str) -> None:
    readings = clean()
    value, flag, time_ms = readings.value.copy(), readings.flag.copy(), readings.time_ms.copy()
    if what == "falls":
        value[500] -= 30.0
    elif what == "too fast":
        value[500:800] += 1000.0
    elif what == "too long":
        time_ms[500:800] += 2 * INTERVAL_MS
    elif what == "twice":
        time_ms[500] = time_ms[499]
    elif what == "bad":
        flag[500] = Quality.BAD_AT_SOURCE
    else:
        value[500] = np.nan
    found = answer(peer, replace(readings, value=value, flag=flag, time_ms=time_ms))
    assert np.unique(found.point[found.doubtful]).tolist() == [1]
    assert not answer(peer, readings).doubtful.any()
