"""Is a long silence shared out like the weeks before it, and is nothing won, lost or impossible?"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.columns import INTERVAL_MS, Findings, Flag, Intervals
from analytics.profile import WEEK_MS, spread_by_profile

T0 = 300 * WEEK_MS  # a Thursday midnight, UTC
NO_ROOM, ROOM = 0.0, np.inf


def _rows(start_ms: np.ndarray, amount: np.ndarray, measured: bool, room: float = ROOM) -> Intervals:
    n = len(start_ms)
    seconds = np.full(n, 900.0, np.float32)
    none = np.zeros(n, np.float32)
    return Intervals(
        np.full(n, 7, np.int32),
        start_ms,
        amount,
        seconds if measured else none,
        none if measured else seconds,
        amount * 4,
        np.full(n, 0 if measured else Flag.GAP, np.uint16),
        start_ms,
        start_ms + INTERVAL_MS,
        np.full(n, 1e6 if room == ROOM else room, np.float32),
        np.full(n, 1e6 if room == ROOM else room, np.float32),
    )


def _week(weeks_before: int, amounts: list[float]) -> Intervals:
    start = T0 - weeks_before * WEEK_MS + INTERVAL_MS * np.arange(len(amounts))
    return _rows(start, np.array(amounts), measured=True)


def _silence(n: int, total: float, room: float = ROOM) -> Intervals:
    return _rows(T0 + INTERVAL_MS * np.arange(n), np.full(n, total / n), measured=False, room=room)


def _gap(from_ms: int, until_ms: int, effect: float) -> Findings:
    one = lambda value, dtype: np.array([value], dtype)  # noqa: E731
    return Findings(
        one(7, np.int32), one(from_ms, np.int64), one(until_ms, np.int64), one(int(Flag.GAP), np.uint16),
        one(0.0, float), one(effect, float), one(effect, float),
    )  # fmt: skip


def _whole(n: int, total: float) -> Findings:
    return _gap(T0, T0 + n * INTERVAL_MS, total)


def test_a_silence_takes_the_mean_shape_of_the_weeks_before() -> None:
    # Weeks before: (1+3)/2, (2+2)/2, (5+7)/2, (0+4)/2 = 2, 2, 6, 2 of 12; the silence counted 240.
    every = Intervals.concat([_week(3, [1, 2, 5, 0]), _week(1, [3, 2, 7, 4]), _silence(4, 240.0)])
    found = spread_by_profile(every, _whole(4, 240.0))
    assert found.amount[-4:].tolist() == pytest.approx([40.0, 40.0, 120.0, 40.0], rel=1e-12)
    assert found.peak[-4:].tolist() == pytest.approx([160.0, 160.0, 480.0, 160.0], rel=1e-12)
    assert (found.flags[-4:] == Flag.GAP | Flag.PROFILE).all()
    assert found.amount[:8].tolist() == every.amount[:8].tolist()
    # What a quarter is at least and at most stays the same number.
    np.testing.assert_allclose(found.amount - found.below, every.amount - every.below, rtol=1e-6)
    np.testing.assert_allclose(found.amount + found.above, every.amount + every.above, rtol=1e-6)


def test_the_amount_stays_what_the_register_says() -> None:
    rng = np.random.default_rng(5)
    weeks = [_week(k, rng.uniform(0, 9, 40).tolist()) for k in (4, 3, 2, 1)]
    found = spread_by_profile(Intervals.concat([*weeks, _silence(40, 123.456)]), _whole(40, 123.456))
    assert found.amount[-40:].sum() == pytest.approx(123.456, rel=1e-12)


def test_a_silence_that_begins_within_a_quarter_shares_only_its_own_part() -> None:
    # The first quarter is measured for 5 minutes (9 kWh); the silence is its other 10 minutes and one more quarter.
    half = _rows(np.array([T0]), np.array([9.0 + 8.0]), measured=False)
    rest = _rows(np.array([T0 + INTERVAL_MS]), np.array([12.0]), measured=False)
    every = Intervals.concat([_week(1, [3.0, 8.0]), half, rest])
    found = spread_by_profile(every, _gap(T0 + 300_000, T0 + 2 * INTERVAL_MS, 20.0))
    # Weights: 3 x 10/15 = 2 and 8.
    assert found.amount[-2:].tolist() == pytest.approx([9.0 + 4.0, 16.0], rel=1e-12)


@pytest.mark.parametrize(
    "weeks",
    [
        [],
        [[1.0, 2.0, 3.0]],  # the last quarter has no week
        [[0.0, 0.0, 0.0, 0.0]],  # nothing to go by
    ],
    ids=["no week", "a hole", "idle"],
)
def test_without_weeks_to_go_by_it_stays_even(weeks: list[list[float]]) -> None:
    every = Intervals.concat([*[_week(1, week) for week in weeks], _silence(4, 8.0)])
    found = spread_by_profile(every, _whole(4, 8.0))
    assert found.amount[-4:].tolist() == [2.0] * 4
    assert not (found.flags & Flag.PROFILE).any()


def test_an_estimated_week_does_not_count() -> None:
    estimated = _rows(T0 - WEEK_MS + INTERVAL_MS * np.arange(4), np.arange(4.0), measured=False)
    found = spread_by_profile(Intervals.concat([estimated, _silence(4, 8.0)]), _whole(4, 8.0))
    assert found.amount[-4:].tolist() == [2.0] * 4


def test_negative_weeks_count_as_nothing_and_bounds_are_kept() -> None:
    every = Intervals.concat([_week(1, [-5.0, 1.0, 1.0, 2.0]), _silence(4, 8.0)])
    assert spread_by_profile(every, _whole(4, 8.0)).amount[-4:].tolist() == [0.0, 2.0, 2.0, 4.0]
    # With room for 1.5 kWh only, a quarter of 4 instead of 2 cannot be.
    tight = Intervals.concat([_week(1, [-5.0, 1.0, 1.0, 2.0]), _silence(4, 8.0, room=1.5)])
    assert spread_by_profile(tight, _whole(4, 8.0)).amount[-4:].tolist() == [2.0] * 4


def test_two_silences_in_one_quarter_are_shared_out_alike_in_any_company() -> None:
    rng = np.random.default_rng(3)
    weeks = [_week(k, rng.uniform(1, 9, 10).tolist()) for k in (2, 1)]
    middle = T0 + 5 * INTERVAL_MS - 600_000  # a reading within the fifth quarter
    end = T0 + 10 * INTERVAL_MS
    amount = np.concatenate([np.full(4, 2.0), [2.0 / 3 + 8.0 / 3], np.full(5, 4.0)])
    silent = _rows(T0 + INTERVAL_MS * np.arange(10), amount, measured=False)
    first, second = _gap(T0, middle, 2.0 * 4 + 2.0 / 3), _gap(middle, end, 4.0 * 5 + 8.0 / 3)
    found = spread_by_profile(Intervals.concat([*weeks, silent]), Findings.concat([first, second]))
    assert found.amount[-10:].sum() == pytest.approx(amount.sum(), rel=1e-12)
    assert (found.flags[-10:] & Flag.PROFILE).all()
    mean = (weeks[0].amount + weeks[1].amount) / 2
    assert found.amount[-10] / found.amount[-9] == pytest.approx(mean[0] / mean[1], rel=1e-9)
    assert found.amount[-2] / found.amount[-1] == pytest.approx(mean[8] / mean[9], rel=1e-9)
