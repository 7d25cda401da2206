"""Equal quarters take one row on disk, and nobody sees it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.columns import DAY_MS, HOUR_MS, INTERVAL_MS, Intervals, Ranges
from storage import Store
from storage.runs import expanded, packed, whole_quarters
from tests.storage.rows import T0_MS, assert_same, intervals, random_ranges, ranges

Q = INTERVAL_MS
MIDNIGHT_MS = 17_775 * DAY_MS
"""2018-09-01 00:00 UTC."""


def still(point: int, first: int, count: int, amount: float = 0.0) -> Intervals:
    """Fully measured equal quarters of one point from the quarter `first` after T0."""
    start_ms = T0_MS + np.arange(first, first + count, dtype=np.int64) * Q
    return intervals(np.full(count, point, np.int32), start_ms, amount)


def rich_in_runs(rng: np.random.Generator, point: np.ndarray, start_ms: np.ndarray) -> Intervals:
    """Quarters of which many equal the one before: few values, spans of whole hours or none, NaN and signed zeros."""
    count = len(point)
    few = rng.choice(np.array([0.0, -0.0, 1.5, np.nan]), (count + 7) // 8).repeat(8)[:count]
    spread = rng.random((count + 15) // 16).repeat(16)[:count] < 0.5
    hour_ms = start_ms - start_ms % HOUR_MS
    base = intervals(point, start_ms)
    return replace(
        base,
        amount=few,
        peak=np.where(np.isnan(few), 3.0, np.nan),
        estimated_s=np.where(spread, 900, 0).astype(np.float32),
        flags=np.where(rng.random(count) < 0.05, 65_535, 0).astype(np.uint16),
        span_from_ms=np.where(spread, hour_ms, start_ms),
        span_to_ms=np.where(spread, hour_ms + HOUR_MS, start_ms + Q),
        above=np.where(spread, np.inf, 0.5).astype(np.float32),
    )


def rows_on_disk(folder: Path) -> list[tuple[int, int]]:
    """(start after T0 in quarters, quarters) of each row; the store must be closed."""
    with duckdb.connect(str(folder / "journal.duckdb")) as connection:
        found = connection.execute("select start_ms, quarters from intervals order by point, start_ms").fetchall()
    return [((start_ms - T0_MS) // Q, quarters) for start_ms, quarters in found]


@given(st.integers(0, 2**32), st.integers(0, 400), st.booleans())
@settings(max_examples=40)
def test_what_is_packed_comes_out_the_same(seed: int, count: int, shuffled: bool) -> None:
    rng = np.random.default_rng(seed)
    given_ms = T0_MS + np.sort(rng.choice(500, count, replace=False)).astype(np.int64) * Q
    rows = rich_in_runs(rng, np.sort(rng.integers(1, 4, count)).astype(np.int32), given_ms)
    runs = packed(rows.take(rng.permutation(count)) if shuffled else rows)
    back = expanded(runs)
    assert_same(back, rows)
    assert np.signbit(back.amount).tolist() == np.signbit(rows.amount).tolist()
    assert runs.quarters.sum() == count and np.all(runs.quarters >= 1)
    # no run passes midnight UTC
    assert np.all(runs.start_ms // DAY_MS == (runs.start_ms + (runs.quarters.astype(np.int64) - 1) * Q) // DAY_MS)


def test_a_run_ends_with_the_utc_day_a_gap_or_another_point() -> None:
    start_ms = np.concatenate((MIDNIGHT_MS + np.arange(-2, 3) * Q, MIDNIGHT_MS + np.arange(4, 6) * Q))
    rows = Intervals.concat([intervals(np.full(7, 1), start_ms), intervals(np.full(2, 2), start_ms[-2:] + 2 * Q)])
    #        23:30 23:45 | 00:00 00:15 00:30 | 01:00 01:15 | point 2
    assert packed(rows).quarters.tolist() == [2, 3, 2, 2]


@pytest.mark.parametrize("name", [name for name in still(1, 0, 1).as_dict() if name not in ("point", "start_ms")])
def test_a_difference_in_any_column_ends_a_run(name: str) -> None:
    rows = still(1, 0, 4)
    other = getattr(rows, name).copy()
    other[2] = 1 if name != "measured_s" else 0
    assert packed(rows).quarters.tolist() == [4]
    assert packed(replace(rows, **{name: other})).quarters.tolist() == [2, 1, 1]


def test_zero_and_minus_zero_are_two_values() -> None:
    rows = replace(still(1, 0, 3), amount=np.array([0.0, -0.0, -0.0]))
    assert packed(rows).quarters.tolist() == [1, 2]


def test_all_time_is_a_range(tmp_path: Path) -> None:
    end = np.iinfo(np.int64).max
    forever = Ranges(np.array([1, 2], np.int32), np.array([-end, 0]), np.array([end, end]))
    with Store.open(tmp_path) as store:
        store.replace(forever, still(1, 0, 3))
        assert len(store.intervals(forever)) == 3
        store.replace(forever, still(1, 0, 0))
        assert store.counts().intervals == 0
    assert whole_quarters(forever).from_ms[0] < -(2**60)


def test_a_row_is_cut_where_a_range_begins_or_ends_in_it(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.replace(ranges((1, 0, 20 * Q), (2, 0, 4 * Q)), Intervals.concat([still(1, 0, 20), still(2, 0, 4)]))
    assert rows_on_disk(tmp_path) == [(0, 20), (0, 4)]
    with Store.open(tmp_path) as store:
        # quarters 3 and 4 get another value, 10 to 12 are no longer known
        store.replace(ranges((1, 3 * Q, 5 * Q), (1, 10 * Q, 13 * Q)), still(1, 3, 2, 7.0))
        got = store.intervals(ranges((1, 0, 20 * Q)))
        assert got.amount.tolist() == [0.0] * 3 + [7.0] * 2 + [0.0] * 12
        assert store.intervals(ranges((1, 5 * Q, 11 * Q))).start_ms.tolist() == [T0_MS + q * Q for q in range(5, 10)]
        assert store.counts().intervals == 21
    assert rows_on_disk(tmp_path) == [(0, 3), (3, 2), (5, 5), (13, 7), (0, 4)]


@pytest.mark.parametrize("seed", range(4))
def test_random_replacements_agree_with_a_dictionary(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    known: dict[tuple[int, int], Intervals] = {}
    everything = Ranges(np.arange(6, dtype=np.int32), np.full(6, 0), np.full(6, 2**61))
    with Store.open(tmp_path) as store:
        for _ in range(10):
            replaced = random_ranges(rng, 5, 3, 60)
            if rng.random() < 0.5:
                # days and weeks, so that rows as long as they may be come into being
                replaced = replace(replaced, to_ms=replaced.to_ms + rng.integers(0, 2 * DAY_MS, 5))
            keys = sorted(
                {
                    (int(point), start_ms)
                    for point, from_ms, to_ms in zip(*replaced.as_dict().values(), strict=True)
                    for start_ms in range(int(-(-from_ms // Q) * Q), int(to_ms), Q)
                }
            )
            for key in keys:
                known.pop(key, None)
            kept = [key for key in keys if rng.random() < 0.97]
            columns = np.array(kept, np.int64).reshape(-1, 2)
            rows = rich_in_runs(rng, columns[:, 0].astype(np.int32), columns[:, 1])
            store.replace(replaced, rows)
            known |= {key: rows.take(slice(i, i + 1)) for i, key in enumerate(kept)}

            wanted = Intervals.concat([rows.take(slice(0, 0)), *[known[key] for key in sorted(known)]])
            assert_same(store.intervals(everything), wanted)
            assert store.counts().intervals == len(known)
            asked = random_ranges(rng, 4, 3, 60)
            inside = [
                np.any((asked.point == point) & (asked.from_ms <= start_ms) & (start_ms < asked.to_ms))
                for point, start_ms in zip(wanted.point, wanted.start_ms, strict=True)
            ]
            assert_same(store.intervals(asked), wanted.take(np.array(inside, np.bool_)))
    assert len(rows_on_disk(tmp_path)) < len(known) * 0.7
