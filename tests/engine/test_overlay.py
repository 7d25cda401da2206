"""Does the overlay answer like a store in which the same was replaced, and leave its own store alone?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import INTERVAL_MS, Columns, Days, Findings, Intervals, Ranges
from engine.overlay import Overlay
from storage import DayRanges, Store

N_POINTS, N_SLOTS = 3, 192
START_MS = 1_535_760_000_000  # 2018-09-01 00:00 UTC
DAY = START_MS // 86_400_000


def _random(rng: np.random.Generator, ranges: Ranges) -> tuple[Intervals, Days, Findings, DayRanges]:
    """Some intervals, days and findings inside some ranges."""
    cells = [
        (int(p), at)
        for p, a, b in zip(ranges.point, ranges.from_ms, ranges.to_ms, strict=True)
        for at in range(int(a), int(b), INTERVAL_MS)
        if rng.random() < 0.8
    ]
    cells = sorted(set(cells))
    point, at = (np.array([c[i] for c in cells], dtype) for i, dtype in ((0, np.int32), (1, np.int64)))
    n = len(cells)
    amount, single = rng.uniform(0, 9, n), rng.uniform(0, 900, n).astype(np.float32)
    flags = rng.integers(0, 99, n).astype(np.uint16)
    intervals = Intervals(point, at, amount, single, single, amount, flags, at, at + INTERVAL_MS, single, single)
    some = slice(0, n, 5)
    findings = Findings(point[some], at[some], at[some] + 1, flags[some], amount[some], amount[some], amount[some])
    begin, end = (np.asarray(t // 86_400_000, np.int32) for t in (ranges.from_ms, ranges.to_ms - 1))
    day_point, day = np.repeat(ranges.point, 2), np.stack([begin, end], 1).ravel()
    _, once = np.unique(np.stack([day_point, day], 1), axis=0, return_index=True)
    day_point, day = day_point[once], day[once].astype(np.int32)
    value = rng.uniform(0, 9, len(day))
    whole = value.astype(np.float32)
    days = Days(day_point, day, value, whole, whole, whole, value, np.ones(len(day), np.uint16))
    return intervals, days, findings, DayRanges(ranges.point, begin, end + 1)


def _ranges(rng: np.random.Generator) -> Ranges:
    """A few ranges, one a point."""
    points = np.flatnonzero(rng.random(N_POINTS) < 0.6).astype(np.int32)
    slots = np.sort(rng.integers(0, N_SLOTS, (len(points), 2)), axis=1)
    return Ranges(points, START_MS + slots[:, 0] * INTERVAL_MS, START_MS + (slots[:, 1] + 1) * INTERVAL_MS)


def _answers(kept: Store | Overlay, rng: np.random.Generator) -> list[Columns]:
    ranges = _ranges(rng)
    points = np.arange(N_POINTS, dtype=np.int32)
    return [
        kept.intervals(ranges),
        kept.days(points[:2], DAY, DAY + 1),
        kept.findings(None, START_MS, START_MS + 2**40),
        kept.findings(points[1:], START_MS, START_MS + 10**8, 3),
    ]


def _assert_equal(found: list[Columns], wanted: list[Columns]) -> None:
    for one, other in zip(found, wanted, strict=True):
        for name, column in other.as_dict().items():
            np.testing.assert_array_equal(one.as_dict()[name], column, err_msg=name)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_overlay_answers_like_a_store_in_which_the_same_was_replaced(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    with Store.open(tmp_path / "one") as store, Store.open(tmp_path / "other") as model:
        for _ in range(4):
            ranges = _ranges(rng)
            intervals, days, findings, day_ranges = _random(rng, ranges)
            for each in (store, model):
                each.replace(ranges, intervals, days, findings, day_ranges=day_ranges)
        before = _answers(store, np.random.default_rng(0))
        overlay = Overlay(store)
        for turn in range(6):
            ranges = _ranges(rng)
            intervals, days, findings, day_ranges = _random(rng, ranges)
            for each in (overlay, model):
                each.replace(ranges, intervals, days, findings, day_ranges=day_ranges)
            _assert_equal(_answers(overlay, np.random.default_rng(turn)), _answers(model, np.random.default_rng(turn)))
        _assert_equal(_answers(store, np.random.default_rng(0)), before)


def test_what_was_replaced_in_one_piece_is_covered(tmp_path: Path) -> None:
    def ranges(*rows: tuple[int, int, int]) -> Ranges:
        point, begin, end = np.array(rows, np.int64).reshape(-1, 3).T
        quarter = INTERVAL_MS
        return Ranges(point.astype(np.int32), begin * quarter, end * quarter)

    with Store.open(tmp_path / "data") as store:
        overlay = Overlay(store)
        assert overlay.covers(ranges((1, 0, 1))).tolist() == [False]
        none, *_ = _random(np.random.default_rng(0), ranges())
        overlay.replace(ranges((1, 0, 4), (2, 8, 9)), none)
        overlay.replace(ranges((1, 4, 8), (1, 9, 12)), none)
        asked = ranges((1, 0, 8), (1, 2, 7), (1, 0, 9), (1, 9, 12), (1, 7, 10), (2, 0, 1), (3, 8, 9), (2, 8, 9))
        assert overlay.covers(asked).tolist() == [True, True, False, True, False, False, False, True]
