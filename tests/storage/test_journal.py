"""A batch is written whole, numbered, and still there after the file was closed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analytics.columns import Ranges, Readings
from storage import DeadLetter, Store, journal
from tests.storage.rows import T0_MS, assert_same, random_readings, ranges, readings

LETTER = DeadLetter(T0_MS, "broker", "plant/x", b"?", "no JSON")


@st.composite
def any_readings(draw: st.DrawFn) -> Readings:
    """Readings of any values, infinities, NaN and negative zero among them."""
    count = draw(st.integers(1, 30))

    def column(dtype: type[np.generic], elements: st.SearchStrategy[float]) -> np.ndarray:
        return draw(arrays.arrays(dtype, count, elements=elements))

    times = st.integers(-(2**60), 2**60)
    return Readings(
        column(np.int32, st.integers(-(2**31), 2**31 - 1)),
        column(np.int64, times),
        column(np.float64, st.floats(allow_nan=True, allow_infinity=True)),
        column(np.uint8, st.integers(0, 255)),
        column(np.int64, times),
    )


@given(any_readings())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_readings_come_back_as_they_went_in(tmp_path_factory: pytest.TempPathFactory, batch: Readings) -> None:
    folder = tmp_path_factory.mktemp("store")
    points = np.unique(batch.point)
    forever = Ranges(points, np.full(len(points), -(2**61)), np.full(len(points), 2**61))
    in_order = batch.take(np.lexsort((batch.time_ms, batch.point)))
    with Store.open(folder) as store:
        store.append(batch)
        assert_same(store.readings(forever), in_order)
    with Store.open(folder) as store:
        got = store.readings(forever)
        assert_same(got, in_order)
        assert np.signbit(got.value[got.value == 0]).tolist() == np.signbit(in_order.value[got.value == 0]).tolist()


def test_batches_are_numbered_on_after_reopening(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.append(Readings.empty()) == 0
        assert store.append(readings((1, 0, 1.0))) == 1
        assert store.append(Readings.empty(), [LETTER]) == 2
        assert store.append(Readings.empty()) == 2
        assert store.dirty(1)[1] == 2
    with Store.open(tmp_path) as store:
        assert store.append(readings((1, 1, 1.0))) == 3
        assert (store.counts().readings, store.counts().batches) == (2, 3)


def test_duplicates_are_kept(tmp_path: Path) -> None:
    batch = readings((1, 0, 1.0), (1, 0, 1.0))
    with Store.open(tmp_path) as store:
        store.append(batch)
        store.append(batch)
        assert store.readings(ranges((1, 0, 1))).value.tolist() == [1.0] * 4


def test_arrays_with_steps_are_taken_entry_by_entry(tmp_path: Path) -> None:
    batch = readings(*[(1, time_ms, time_ms / 2) for time_ms in range(10)])
    with Store.open(tmp_path) as store:
        store.append(batch.take(slice(None, None, -3)))
        assert store.readings(ranges((1, 0, 10))).value.tolist() == [0.0, 1.5, 3.0, 4.5]


def test_unequal_columns_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    batch = readings((1, 0, 1.0), (2, 0, 1.0))
    torn = Readings(batch.point, batch.time_ms, batch.value[:1], batch.flag, batch.received_ms)
    with Store.open(tmp_path) as store:
        with pytest.raises(ValueError, match="equally long arrays"):
            store.append(torn)
        assert store.append(batch) == 1
        assert store.counts().readings == 2


def brute_latest(everything: Readings) -> Readings:
    """The last by time of each point, the later arrival of equal times."""
    rows = []
    for point in np.unique(everything.point):
        mine = np.flatnonzero(everything.point == point)
        rows.append(mine[everything.time_ms[mine] == everything.time_ms[mine].max()][-1])
    return everything.take(np.array(rows))


@pytest.mark.parametrize("batches_between_snapshots", [1, 3, 1000])
def test_latest_is_carried_on_and_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches_between_snapshots: int
) -> None:
    monkeypatch.setattr(journal, "SNAPSHOT_BATCHES", batches_between_snapshots)
    # No snapshot at closing: opening must find the rest by itself, as after a crash.
    monkeypatch.setattr(journal.Journal, "keep_latest", lambda self: None)
    rng = np.random.default_rng(1)
    everything = Readings.empty()
    for _ in range(4):
        with Store.open(tmp_path) as store:
            if len(everything):
                assert_same(store.latest(), brute_latest(everything))
            for _ in range(4):
                batch = random_readings(rng, 50, 9, 0.01)
                store.append(batch)
                everything = Readings.concat([everything, batch])
                assert_same(store.latest(), brute_latest(everything))
            some = np.array([3, 99, 5], np.int32)
            assert store.latest(some).point.tolist() == [3, 5]
            before_ms, _ = store.neighbours(ranges((3, -(10**9), 0)))
            assert before_ms.tolist() == [-1]


def test_latest_knows_a_reading_without_value(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 7.0), (1, 1, np.nan)))
        assert np.isnan(store.latest().value[0])
    with Store.open(tmp_path) as store:
        assert np.isnan(store.latest().value[0])
        assert store.latest().time_ms.tolist() == [T0_MS + 1]
