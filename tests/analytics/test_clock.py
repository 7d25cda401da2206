"""Is a clock in the wrong zone told from a slow network, a burst and a file?"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.clock import whole_windows, window_ms, wrong_clocks
from analytics.columns import HOUR_MS, EventKind, Events, Findings, Points, Quality, Ranges, Readings
from tests.analytics.make import point

T0 = 1_535_731_200_000
MINUTE_MS = 60_000


def _found(lag_ms: np.ndarray, flag: int = 0, events: Events | None = None, step_ms: int = MINUTE_MS) -> Findings:
    n = len(lag_ms)
    table = point(period_ms=step_ms)
    time_ms = T0 + step_ms * np.arange(n)
    key = np.full(n, table.key[0], np.int32)
    readings = Readings(key, time_ms, np.arange(n, dtype=float), np.full(n, flag, np.uint8), time_ms + lag_ms)
    whole = Ranges(table.key, np.array([T0]), np.array([T0 + n * step_ms]))
    return wrong_clocks(table, readings, whole, Events.empty() if events is None else events)


@pytest.mark.parametrize("hours", [8.0, -2.0, 5.5, 14.0])
def test_a_steady_lag_of_whole_half_hours_is_proposed(hours: float) -> None:
    noise = np.random.default_rng(1).integers(0, 40_000, 30)
    found = _found((hours * HOUR_MS + noise).astype(np.int64))
    # Two windows of 15 minutes, each with its own proposal: labels are early by the lag.
    assert found.before.tolist() == [hours * HOUR_MS] * 2
    assert found.time_ms.tolist() == [T0, T0 + 15 * MINUTE_MS]
    assert found.until_ms.tolist() == [T0 + 14 * MINUTE_MS, T0 + 29 * MINUTE_MS]
    assert np.isnan(found.after).all()
    assert np.isnan(found.effect).all()


@pytest.mark.parametrize(
    "lag_ms",
    [
        np.full(30, 2000),
        np.full(30, 20 * MINUTE_MS),
        np.arange(30, 0, -1) * MINUTE_MS + 7 * HOUR_MS,
        np.full(30, 20 * HOUR_MS),
        np.where(np.arange(30) % 2 == 0, 8 * HOUR_MS, 0),
    ],
    ids=["punctual", "slow", "kept back", "no zone", "two senders"],
)
def test_other_lags_are_none(lag_ms: np.ndarray) -> None:
    assert len(_found(lag_ms.astype(np.int64))) == 0


def test_files_retained_messages_and_what_was_set_right_are_none() -> None:
    lag = np.full(30, 8 * HOUR_MS)
    assert len(_found(lag, Quality.IMPORTED)) == len(_found(lag, Quality.RETAINED)) == 0
    one = lambda value, dtype: np.array([value], dtype)  # noqa: E731
    said = Events(
        point().key, one(T0, np.int64), one(T0 + HOUR_MS, np.int64), one(int(EventKind.CLOCK), np.uint8),
        one(8.0 * HOUR_MS, float), one(np.nan, float), one(np.nan, float),
    )  # fmt: skip
    assert len(_found(lag, events=said)) == 0


def test_too_few_readings_are_none() -> None:
    assert len(_found(np.full(11, 8 * HOUR_MS))) == 0


def _windows(period_ms: int) -> tuple[Points, int]:
    table = point(period_ms=period_ms)
    return table, int(window_ms(table)[0])


def test_windows_hold_enough_readings_and_have_fixed_edges() -> None:
    for period_ms in (1000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS):
        table, length = _windows(period_ms)
        assert 12 * period_ms < length <= max(26 * period_ms, 15 * MINUTE_MS)
        inside = Ranges(table.key, np.array([T0 + 1]), np.array([T0 + 2]))
        whole = whole_windows(table, inside)
        assert whole.from_ms[0] % length == whole.to_ms[0] % length == 0
        assert whole.from_ms[0] <= T0 + 1 < T0 + 2 <= whole.to_ms[0]
