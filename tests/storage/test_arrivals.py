"""What came later, and by which deliveries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import Readings
from storage import Store
from tests.storage.rows import T0_MS, random_readings, readings

HOUR_MS = 3_600_000
FAR_MS = 2**61


def received(batch: Readings, at_ms: int) -> Readings:
    """The readings as received together, at milliseconds after T0."""
    at = np.full(len(batch), T0_MS + at_ms)
    return Readings(batch.point, batch.time_ms, batch.value, batch.flag, at)


def test_deliveries_are_told_apart(tmp_path: Path) -> None:
    minute = 60_000
    late = readings(*[(1, -12 * HOUR_MS + i * minute, float(i)) for i in range(600)])
    with Store.open(tmp_path) as store:
        for i in range(5):
            store.append(received(readings((1, i * minute, 100.0 + i), (2, 0, 0.0)), i * minute + 7))
        store.append(received(late, 5 * minute))
        store.append(received(readings((1, 5 * minute, np.nan)), 5 * minute + 7))
        store.append(received(readings((1, 6 * minute, 106.0)), 6 * minute + 7))
        # the same meter after two silent hours
        store.append(received(readings((1, 126 * minute, 107.0)), 126 * minute))

        got = store.arrivals(1, T0_MS, None, -FAR_MS, FAR_MS)
        assert got.batch.tolist() == [1, 6, 7, 9]
        assert (got.received_ms - T0_MS).tolist() == [7, 5 * minute, 5 * minute + 7, 126 * minute]
        assert (got.received_until_ms - T0_MS).tolist() == [
            4 * minute + 7,
            5 * minute,
            6 * minute + 7,
            126 * minute,
        ]
        assert ((got.first_ms - T0_MS) // minute).tolist() == [0, -720, 5, 126]
        assert ((got.last_ms - T0_MS) // minute).tolist() == [4, -121, 6, 126]
        assert got.count.tolist() == [5, 600, 2, 1]
        np.testing.assert_array_equal(got.first_value, [100.0, 0.0, np.nan, 107.0])
        assert got.last_value.tolist() == [104.0, 599.0, 106.0, 107.0]

        # received in (7 ms, 5 min]; the first three minutes only
        some = store.arrivals(1, T0_MS + 7, T0_MS + 5 * minute, T0_MS, T0_MS + 3 * minute)
        assert (some.count.tolist(), some.first_value.tolist(), some.last_value.tolist()) == ([2], [101.0], [102.0])
        assert len(store.arrivals(3, 0, None, -FAR_MS, FAR_MS)) == 0


@pytest.mark.parametrize("seed", range(3))
def test_what_came_after_agrees_with_a_search_through_everything(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    batches = [random_readings(rng, 100, 5, 3.0) for _ in range(5)]
    everything = Readings.concat(batches)
    asked = np.array([1, 4, 2, 77], np.int32)
    with Store.open(tmp_path) as store:
        for batch in batches:
            store.append(batch)
        for as_of_ms in [*rng.choice(everything.received_ms, 5).tolist(), 2**61, 0]:
            later = everything.take((everything.received_ms > as_of_ms) & np.isin(everything.point, asked))
            got = store.received_after(asked, as_of_ms)
            assert got.point.tolist() == np.unique(later.point).tolist()
            for point, from_ms, to_ms in zip(got.point, got.from_ms, got.to_ms, strict=True):
                times = later.time_ms[later.point == point]
                assert (from_ms, to_ms) == (times.min(), times.max() + 1)
                assert store.arrivals(int(point), as_of_ms, None, 0, FAR_MS).count.sum() == len(times)
