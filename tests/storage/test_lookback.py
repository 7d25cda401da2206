"""Questions to the journal, held against plain NumPy over all readings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import Ranges, Readings
from storage import Store
from tests.storage.rows import T0_MS, assert_same, random_ranges, random_readings, ranges, readings

HOUR_MS = 3_600_000


def within(everything: Readings, wanted: Ranges) -> Readings:
    """Every reading that lies in any of the ranges, sorted by point, time and arrival."""
    hit = np.zeros(len(everything), np.bool_)
    for point, from_ms, to_ms in zip(wanted.point, wanted.from_ms, wanted.to_ms, strict=True):
        hit |= (everything.point == point) & (everything.time_ms >= from_ms) & (everything.time_ms < to_ms)
    found = everything.take(hit)
    return found.take(np.lexsort((np.arange(len(found)), found.time_ms, found.point)))


@pytest.mark.parametrize("seed", range(6))
def test_answers_agree_with_a_search_through_everything(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    hours = [1.0, 30.0, 2000.0][seed % 3]
    batches = [random_readings(rng, int(rng.integers(1, 400)), 5, hours) for _ in range(8)]
    everything = Readings.concat(batches)
    with Store.open(tmp_path) as store:
        for number, batch in enumerate(batches, start=1):
            assert store.append(batch) == number
        for count in (1, 3, 40):
            wanted = random_ranges(rng, count, 5, hours)
            assert_same(store.readings(wanted), within(everything, wanted))

            before_ms, after_ms = store.neighbours(wanted)
            for row in range(count):
                times = everything.time_ms[everything.point == wanted.point[row]]
                assert before_ms[row] == max(times[times < wanted.from_ms[row]], default=-1)
                assert after_ms[row] == min(times[times >= wanted.to_ms[row]], default=-1)

            for part in store.parts(wanted, max_readings=100):
                size = [len(within(everything, part.take([row]))) for row in range(len(part))]
                assert sum(size) <= 100 or len(part) == 1
            assert_same(Ranges.concat(list(store.parts(wanted, max_readings=100))), wanted)

        for after in (0, 3, 7, 8):
            touched, newest = store.dirty(after)
            new = Readings.concat([Readings.empty(), *batches[after:]])
            assert newest == 8
            assert touched.point.tolist() == np.unique(new.point).tolist()
            for point, from_ms, to_ms in zip(touched.point, touched.from_ms, touched.to_ms, strict=True):
                times = new.time_ms[new.point == point]
                assert (from_ms, to_ms) == (times.min(), times.max() + 1)


def test_equal_times_come_in_order_of_arrival_and_twice(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 10.0), (1, 0, 10.0), (1, 0, 9.0)))
        store.append(readings((1, 0, 11.0), (1, -1000, 8.0)))
        assert store.readings(ranges((1, -5000, 1))).value.tolist() == [8.0, 10.0, 10.0, 9.0, 11.0]
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0)))
        assert store.readings(ranges((1, 0, 1))).value.tolist() == [10.0, 10.0, 9.0, 11.0, 1.0]


def test_overlapping_ranges_bring_a_reading_once(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0), (1, 500, 2.0), (1, 1000, 3.0)))
        assert store.readings(ranges((1, 0, 600), (1, 400, 900), (1, 400, 400))).value.tolist() == [1.0, 2.0]


def test_an_empty_journal_answers(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        touched, newest = store.dirty(0)
        assert (len(touched), newest) == (0, 0)
        assert len(store.readings(ranges((1, 0, HOUR_MS)))) == 0
        before_ms, after_ms = store.neighbours(ranges((1, 0, HOUR_MS)))
        assert (before_ms.tolist(), after_ms.tolist()) == ([-1], [-1])
        assert list(store.parts(touched)) == []
        assert len(store.latest()) == 0


def test_a_neighbour_is_found_three_years_away(tmp_path: Path) -> None:
    far_ms = 3 * 365 * 24 * HOUR_MS
    with Store.open(tmp_path) as store:
        store.append(readings((1, -far_ms, 1.0), (2, 0, 5.0), (1, 0, 2.0), (1, far_ms, 3.0)))
        before_ms, after_ms = store.neighbours(ranges((1, 0, 1), (1, 1, far_ms + 1), (2, 0, 1), (3, 0, 1)))
        assert before_ms.tolist() == [T0_MS - far_ms, T0_MS, -1, -1]
        assert after_ms.tolist() == [T0_MS + far_ms, -1, -1, -1]


def test_all_time_is_a_range(tmp_path: Path) -> None:
    end = np.iinfo(np.int64).max
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0), (2, 5, 2.0)))
        forever = Ranges(np.array([1, 2], np.int32), np.array([-end, 0]), np.array([end, end]))
        assert store.readings(forever).value.tolist() == [1.0, 2.0]
        assert [array.tolist() for array in store.neighbours(forever)] == [[-1, -1], [-1, -1]]


def test_dirty_takes_the_oldest_batches_up_to_a_number_of_readings(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        for number in range(4):
            store.append(readings((number, 0, 1.0), (number, 1000, 2.0), (number, 2000, 3.0)))
        # Three readings a batch: two batches are six; a single one comes even where it alone is too large.
        asked = ((0, 6), (0, 8), (2, 6), (0, 1), (3, 1), (4, 6))
        assert [store.dirty(after, most)[1] for after, most in asked] == [2, 2, 4, 1, 4, 4]
        assert store.dirty(0, 6)[0].point.tolist() == [0, 1]
        assert len(store.dirty(4, 6)[0]) == 0


def test_readings_are_those_received_by_then(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        # received a second after their time
        store.append(readings((1, 0, 1.0), (1, 5000, 2.0), (1, 60_000, 3.0)))
        whole = ranges((1, -9, 10**8))
        assert store.readings(whole, T0_MS + 6000).value.tolist() == [1.0, 2.0]
        assert store.readings(whole, T0_MS + 5999).value.tolist() == [1.0]
        asked = ranges((1, 70_000, 80_000), (1, 1000, 2000), (1, -2000, -1000))
        assert [array.tolist() for array in store.neighbours(asked)] == [
            [T0_MS + 60_000, T0_MS, -1],
            [-1, T0_MS + 5000, T0_MS],
        ]
        assert [array.tolist() for array in store.neighbours(asked, T0_MS + 6000)] == [
            [T0_MS + 5000, T0_MS, -1],
            [-1, T0_MS + 5000, T0_MS],
        ]
        assert [array.tolist() for array in store.neighbours(asked, T0_MS)] == [[-1, -1, -1], [-1, -1, -1]]
