"""Long deletions are done in slices of time, which nobody sees but the memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, INTERVAL_MS, Intervals, Ranges, Readings
from storage import Store, StoreError, slices
from storage import intervals as results
from storage.database import Database
from tests.storage.rows import T0_MS, assert_same, intervals, random_readings

DAYS, POINTS = 40, 5
EVERY = Ranges(
    np.arange(POINTS, dtype=np.int32), np.full(POINTS, T0_MS), np.full(POINTS, T0_MS + DAYS * DAY_MS, np.int64)
)
ONE = EVERY.take(slice(2, 3))


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if two groups of rows were all that a deletion may touch."""
    monkeypatch.setattr(slices, "MOST_GROUPS", 2)
    monkeypatch.setattr(results, "MOST_GROUPS", 2)


def quarters(point: int, amount: float) -> Intervals:
    """Different quarters of one point for all days."""
    start_ms = T0_MS + np.arange(DAYS * 96, dtype=np.int64) * INTERVAL_MS
    rows = intervals(np.full(len(start_ms), point), start_ms)
    return Intervals(**(rows.as_dict() | {"amount": amount + np.arange(len(start_ms))}))


def as_they_came(store: Store) -> Intervals:
    """Fill the store day by day, as a running product does, so that the points' rows lie mixed."""
    all_rows = Intervals.concat([quarters(point, 1000.0 * point) for point in range(POINTS)])
    for day in range(DAYS):
        from_ms = T0_MS + day * DAY_MS
        today = (all_rows.start_ms >= from_ms) & (all_rows.start_ms < from_ms + DAY_MS)
        ranges = Ranges(EVERY.point, np.full(POINTS, from_ms), np.full(POINTS, from_ms + DAY_MS))
        store.replace(ranges, all_rows.take(today))
    return all_rows


def test_slices_follow_each_other_and_leave_nothing_out(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        as_they_came(store)
        parts = store._database.read(lambda cursor: slices.slices(cursor, "intervals", "start_ms", ONE))
        # 40 days of 5 points in rows of 2048: nine groups hold rows of the point, two a slice
        assert len(parts) == 5
        edges = [int(part.from_ms[0]) for part in parts] + [int(parts[-1].to_ms[0])]
        assert edges == sorted(edges) and edges[0] == ONE.from_ms[0] and edges[-1] == ONE.to_ms[0]
        assert all(part.to_ms[0] == edge for part, edge in zip(parts, edges[1:], strict=True))
        assert all(edge % DAY_MS == 0 for edge in edges[1:-1])
        nobody = Ranges(np.array([99], np.int32), EVERY.from_ms[:1], EVERY.to_ms[:1])
        assert len(store._database.read(lambda cursor: slices.slices(cursor, "intervals", "start_ms", nobody))) == 1


def test_a_replacement_in_slices_is_a_replacement(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        before = as_they_came(store)
        new = quarters(2, 5.5).take(slice(7, 3000))
        store.replace(ONE, new, settled_batch=3)
        wanted = Intervals.concat([before.take(before.point < 2), new, before.take(before.point > 2)])
        assert_same(store.intervals(EVERY), wanted)
        assert store.settled_batch == 3


def test_what_was_cut_off_between_two_slices_is_not_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Database) -> None:
        raise StoreError("cut off")

    with Store.open(tmp_path) as store:
        as_they_came(store)
        with monkeypatch.context() as patch:
            patch.setattr(Database, "checkpoint", fail)
            with pytest.raises(StoreError, match="cut off"):
                store.replace(ONE, quarters(2, 5.5), settled_batch=3)
        amount = store.intervals(ONE).amount
        assert len(amount) == DAYS * 96 and amount[0] == 5.5 and amount[-1] == 2000.0 + DAYS * 96 - 1
        assert store.settled_batch == 0
        store.replace(ONE, quarters(2, 5.5), settled_batch=3)
        assert_same(store.intervals(ONE), quarters(2, 5.5))


def test_thinning_in_slices_closes_up_to_the_end(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    batches = [random_readings(rng, 5000, POINTS, 24.0 * DAYS) for _ in range(4)]
    point, none = np.array([2], np.int32), np.empty(0, np.int64)
    with Store.open(tmp_path) as store:
        for batch in batches:
            store.append(batch)
        store.replace(ONE, quarters(2, 0.0).take(slice(0, 0)), settled_batch=4)
        mine = Readings.concat(batches)
        mine = mine.take(mine.point == 2)
        keep_ms = np.unique(mine.time_ms)[::7]
        edges_ms = [mine.time_ms.min(), mine.time_ms.max()]
        stay = np.isin(mine.time_ms, np.concatenate((keep_ms, edges_ms)))
        assert store.thin(ONE, np.full(len(keep_ms), 2, np.int32), keep_ms) == np.count_nonzero(~stay)
        assert sorted(store.readings(ONE).time_ms.tolist()) == sorted(mine.time_ms[stay].tolist())
        assert store.closed_before(point).tolist() == ONE.to_ms.tolist()
        assert store.thin(ONE.take(none), none.astype(np.int32), none) == 0
