"""Results are replaced range by range, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import INTERVAL_MS, Intervals, Ranges
from storage import DayRanges, Store
from tests.storage.rows import T0_MS, assert_same, days, findings, intervals, random_ranges, ranges

Q = INTERVAL_MS


def quarters(point: int, first: int, count: int, amount: float = 1.0) -> Intervals:
    """`count` intervals of one point from the quarter `first` after T0."""
    start_ms = T0_MS + np.arange(first, first + count, dtype=np.int64) * Q
    return intervals(np.full(count, point, np.int32), start_ms, amount)


def test_only_the_range_is_replaced(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.replace(ranges((1, 0, 8 * Q), (2, 0, 8 * Q)), Intervals.concat([quarters(1, 0, 8), quarters(2, 0, 8)]))
        # point 1:  1 1 9 _ 1 1 1 1      the third is new, the fourth is no longer known
        store.replace(ranges((1, 2 * Q, 4 * Q)), quarters(1, 2, 1, 9.0))
        assert store.intervals(ranges((1, 0, 8 * Q))).amount.tolist() == [1, 1, 9, 1, 1, 1, 1]
        assert store.intervals(ranges((2, 0, 8 * Q))).amount.tolist() == [1] * 8
        assert store.counts().intervals == 15


def test_intervals_come_back_as_they_went_in(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    count = 200
    start_ms = T0_MS + rng.permutation(count).astype(np.int64) * Q
    given = Intervals(
        rng.integers(1, 4, count).astype(np.int32),
        start_ms,
        rng.normal(size=count),
        rng.random(count).astype(np.float32),
        rng.random(count).astype(np.float32),
        np.where(rng.random(count) < 0.5, np.nan, 1.0),
        rng.integers(0, 2**16, count).astype(np.uint16),
        start_ms - 5,
        start_ms + 7 * Q,
        rng.random(count).astype(np.float32),
        np.where(rng.random(count) < 0.1, np.inf, 0.5).astype(np.float32),
    )
    everything = ranges(*[(point, 0, count * Q) for point in (1, 2, 3)])
    in_order = given.take(np.lexsort((given.start_ms, given.point)))
    with Store.open(tmp_path) as store:
        store.replace(everything, given)
        assert_same(store.intervals(everything), in_order)
    with Store.open(tmp_path) as store:
        assert_same(store.intervals(everything), in_order)
        empty = store.intervals(ranges((77, 0, Q)))
        assert_same(empty, in_order.take(slice(0, 0)))
        assert_same(store.intervals(ranges((1, 5, 5))), in_order.take(slice(0, 0)))


@pytest.mark.parametrize("seed", range(3))
def test_many_replacements_agree_with_a_dictionary(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted: dict[tuple[int, int], float] = {}
    with Store.open(tmp_path) as store:
        for step in range(15):
            replaced = random_ranges(rng, 4, 3, 500)
            rows = {
                (int(point), int(start))
                for point, start, end in zip(replaced.point, replaced.from_ms, replaced.to_ms, strict=True)
                for start in range(int(-(-start // Q) * Q), int(end), Q)
                if rng.random() < 0.8
            }
            hit = [
                key
                for key in wanted
                if np.any((replaced.point == key[0]) & (replaced.from_ms <= key[1]) & (key[1] < replaced.to_ms))
            ]
            for key in hit:
                del wanted[key]
            wanted |= dict.fromkeys(rows, float(step))
            keys = np.array(sorted(rows), np.int64).reshape(-1, 2)
            store.replace(replaced, intervals(keys[:, 0].astype(np.int32), keys[:, 1], float(step)))
            points = np.arange(6, dtype=np.int32)
            got = store.intervals(Ranges(points, np.full(6, 0), np.full(6, 2**61)))
            assert list(zip(got.point.tolist(), got.start_ms.tolist(), strict=True)) == sorted(wanted)
            assert got.amount.tolist() == [wanted[key] for key in sorted(wanted)]


def test_an_interval_outside_the_ranges_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.replace(ranges((1, 0, Q)), quarters(1, 0, 1))
        for wrong in (quarters(1, 1, 1), quarters(2, 0, 1)):
            with pytest.raises(ValueError, match="must start inside the ranges"):
                store.replace(ranges((1, 0, Q)), wrong, settled_batch=5)
        assert (store.counts().intervals, store.settled_batch) == (1, 0)


def test_days_take_the_place_of_days(tmp_path: Path) -> None:
    nothing, points = ranges((1, 0, 0)), np.array([1, 2], np.int32)
    with Store.open(tmp_path) as store:
        store.replace(nothing, quarters(1, 0, 0), days((1, 10, 1.0), (1, 11, 2.0), (2, 10, 3.0), (2, 11, 4.0)))
        store.replace(nothing, quarters(1, 0, 0), days((1, 11, 20.0)))
        assert_same(store.days(points, 10, 11), days((1, 10, 1.0), (1, 11, 20.0), (2, 10, 3.0), (2, 11, 4.0)))
        # days 10 and 11 of point 2 are settled again, and day 11 is no longer known
        again = DayRanges(np.array([2], np.int32), np.array([10], np.int32), np.array([12], np.int32))
        store.replace(nothing, quarters(1, 0, 0), days((2, 10, 30.0)), day_ranges=again)
        assert_same(store.days(points, 10, 11), days((1, 10, 1.0), (1, 11, 20.0), (2, 10, 30.0)))
        assert_same(store.days(np.array([1], np.int32), 11, 99), days((1, 11, 20.0)))
        assert len(store.days(np.empty(0, np.int32), 0, 99)) == 0


def test_findings_follow_their_range(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        none = quarters(1, 0, 0)
        store.replace(ranges((1, 0, 4 * Q)), none, None, findings((1, 0, 2), (1, Q, 8), (1, 3 * Q, 2), (2, 0, 4)))
        store.replace(ranges((1, Q, 2 * Q)), none, None, findings((1, Q + 1, 16)))
        got = store.findings(None, T0_MS, T0_MS + 4 * Q, 10)
        assert got.time_ms.tolist() == [T0_MS + 3 * Q, T0_MS + Q + 1, T0_MS, T0_MS]
        assert (got.what.tolist(), got.before.tolist()) == ([2, 16, 2, 4], [2.0, 0.0, 0.0, 3.0])
        assert np.isnan(got.effect).all()
        one = np.array([1], np.int32)
        assert store.findings(one, T0_MS, T0_MS + 3 * Q, 10).what.tolist() == [16, 2]
        assert store.findings(None, T0_MS, T0_MS + 4 * Q, 1).what.tolist() == [2]


def test_the_settled_batch_is_remembered(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.settled_batch == 0
        store.replace(ranges((1, 0, Q)), quarters(1, 0, 1), settled_batch=7)
        store.replace(ranges((1, 0, Q)), quarters(1, 0, 1))
        assert store.settled_batch == 7
    with Store.open(tmp_path) as store:
        assert (store.settled_batch, store.counts().settled_batch) == (7, 7)
