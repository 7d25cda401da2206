"""Old readings go; what must stay stays, and no number is used twice."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import numpy as np
import pytest

from analytics.columns import Ranges, Readings
from storage import Store
from tests.storage.rows import T0_MS, assert_same, intervals, random_ranges, random_readings, ranges, readings

NOTHING = ranges((1, 0, 0))


def settle(store: Store, batch: int) -> None:
    store.replace(NOTHING, intervals(np.empty(0, np.int32), np.empty(0, np.int64)), settled_batch=batch)


def keep(*rows: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Points and times from (point, milliseconds after T0)."""
    columns = np.array(rows, np.int64).reshape(-1, 2)
    return columns[:, 0].astype(np.int32), T0_MS + columns[:, 1]


def test_only_what_is_settled_and_not_named_goes(tmp_path: Path) -> None:
    every = ranges((1, -9, 99), (2, -9, 99))
    with Store.open(tmp_path) as store:
        store.append(readings(*[(1, time_ms, float(time_ms)) for time_ms in range(10)], (2, 0, 0.0), (2, 5, 5.0)))
        assert store.thin(every, *keep()) == 0
        settle(store, 1)
        store.append(readings((1, 4, 44.0), (1, 3, 33.0)))
        # two values at 7: both stay with the time that is named
        assert store.thin(ranges((1, 2, 9)), *keep((1, 7), (2, 3))) == 6
        assert store.readings(ranges((1, 0, 99))).value.tolist() == [0.0, 1.0, 33.0, 44.0, 7.0, 9.0]
        settle(store, 2)
        assert store.thin(every, *keep()) == 4
        assert store.readings(every).value.tolist() == [0.0, 9.0, 0.0, 5.0]
        before_ms, after_ms = store.neighbours(ranges((1, 3, 4)))
        assert (before_ms.tolist(), after_ms.tolist()) == ([T0_MS], [T0_MS + 9])
        assert store.counts().readings == 4


def test_a_point_remembers_up_to_when_it_is_closed(tmp_path: Path) -> None:
    points = np.array([2, 9, 1], np.int32)
    with Store.open(tmp_path) as store:
        assert store.closed_before(points).tolist() == [0, 0, 0]
        store.append(readings((1, 0, 0.0)))
        store.thin(ranges((1, 0, 50), (2, 0, 70), (1, 60, 80)), *keep())
        store.thin(ranges((1, 0, 10), (2, 0, 90)), *keep())
        store.thin(NOTHING, *keep())
    with Store.open(tmp_path) as store:
        assert store.closed_before(points).tolist() == [T0_MS + 90, 0, T0_MS + 80]
        with pytest.raises(ValueError, match="equally long"):
            store.thin(NOTHING, *(keep((1, 0))[0], keep()[1]))


@pytest.mark.parametrize("reopened", [False, True])
def test_numbers_go_on_where_everything_was_deleted(tmp_path: Path, reopened: bool) -> None:
    batch = readings(*[(1, time_ms, float(time_ms)) for time_ms in (0, 5, 1, 2, 3)])
    store = Store.open(tmp_path)
    for number in range(1, 5):
        assert store.append(batch.take(slice(0, 2)) if number == 1 else batch.take(slice(2, 5))) == number
        settle(store, number)
        assert store.thin(ranges((1, -9, 99)), *keep()) == (0 if number == 1 else 3)
        if reopened:
            store.close()
            store = Store.open(tmp_path)
    assert store.append(batch) == 5
    assert store.latest().value.tolist() == [5.0]
    store.close()
    with duckdb.connect(str(tmp_path / "journal.duckdb")) as connection:
        found = connection.execute("select batch, arrival from readings order by arrival").fetchall()
    assert found == [(1, 0), (1, 1), *[(5, arrival) for arrival in range(11, 16)]]


@pytest.mark.parametrize("seed", range(3))
def test_random_thinning_agrees_with_a_search_through_everything(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    left, batch_of = Readings.empty(), np.empty(0, np.int64)
    with Store.open(tmp_path) as store:
        for number in range(1, 7):
            batch = random_readings(rng, 300, 5, 30.0)
            store.append(batch)
            left, batch_of = Readings.concat([left, batch]), np.append(batch_of, np.full(300, number))
            settled = int(rng.integers(0, number + 1))
            settle(store, settled)
            old, named = random_ranges(rng, 6, 5, 30.0), left.take(rng.random(len(left)) < 0.2)
            stay = batch_of > settled
            for row in range(len(left)):
                point, time_ms = left.point[row], left.time_ms[row]
                mine = left.time_ms[left.point == point]
                stay[row] |= time_ms in (mine.min(), mine.max())
                stay[row] |= bool(np.any((named.point == point) & (named.time_ms == time_ms)))
                stay[row] |= not np.any((old.point == point) & (old.from_ms <= time_ms) & (time_ms < old.to_ms))
            assert store.thin(old, named.point, named.time_ms) == np.count_nonzero(~stay)
            left, batch_of = left.take(stay), batch_of[stay]
            every = Ranges(np.arange(9, dtype=np.int32), np.full(9, -(2**61)), np.full(9, 2**61))
            in_order = left.take(np.lexsort((np.arange(len(left)), left.time_ms, left.point)))
            assert_same(store.readings(every), in_order)


def test_the_space_is_used_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    whole, sizes = ranges(*[(point, -(10**9), 10**9) for point in range(1, 9)]), []
    for number in range(1, 6):
        with Store.open(tmp_path) as store:
            store.append(random_readings(rng, 200_000, 8, 20.0))
            settle(store, number)
            assert store.thin(whole, *keep()) > 190_000
        sizes.append((tmp_path / "journal.duckdb").stat().st_size)
    assert sizes[-1] < 1.5 * sizes[1]


def test_readings_come_in_while_others_are_thinned(tmp_path: Path) -> None:
    whole, batches = ranges(*[(point, -(10**9), 10**9) for point in range(1, 9)]), 40
    written: list[Readings] = []

    def collect(store: Store) -> None:
        rng = np.random.default_rng(5)
        for _ in range(batches):
            written.append(random_readings(rng, 2000, 8, 20.0))
            store.append(written[-1])

    deleted = settled = 0
    with Store.open(tmp_path) as store:
        collector = threading.Thread(target=collect, args=(store,))
        collector.start()
        while settled < batches:
            settled = store.dirty(0)[1]
            settle(store, settled)
            deleted += store.thin(whole, *keep())
        collector.join(60)
        assert store.counts().readings == batches * 2000 - deleted
    # What was the last reading for a while could go later; opened again, the journal knows the same.
    with Store.open(tmp_path) as store:
        assert store.counts().batches == batches
        store.thin(whole, *keep())
        left, everything = store.readings(whole), Readings.concat(written)
    for point in range(1, 9):
        given, kept = (rows.time_ms[rows.point == point] for rows in (everything, left))
        assert set(kept.tolist()) == {given.min(), given.max()}
