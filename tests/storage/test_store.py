"""The door: small texts, counts, and everybody at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

import storage
from analytics.columns import INTERVAL_MS, Ranges, Readings
from storage import DeadLetter, Store
from tests.storage.rows import T0_MS, days, findings, intervals, random_readings, ranges

POINTS = np.arange(1, 9, dtype=np.int32)


def test_the_door_shows_what_it_names() -> None:
    assert all(hasattr(storage, name) for name in storage.__all__)
    assert storage.__all__ == sorted(storage.__all__)


def test_small_texts(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.meta_get("cursor.influx") is None
        store.meta_set("cursor.influx", "17")
        store.meta_set("cursor.influx", "18")
        store.meta_set("名", "")
    with Store.open(tmp_path) as store:
        assert store.meta_get("cursor.influx") == "18"
        assert store.meta_get("名") == ""


def test_everybody_at_once_loses_nothing(tmp_path: Path) -> None:
    """Three collectors, a settler, a writer of texts and two readers; then everything that was written is there."""
    batches = 40
    written: dict[int, Readings] = {}
    replaced: list[int] = []
    failed: list[BaseException] = []
    collecting = threading.Event()
    collecting.set()

    def collect(seed: int) -> None:
        rng = np.random.default_rng(seed)
        for _ in range(batches):
            batch = random_readings(rng, 50, 8, 0.5)
            written[store.append(batch, [DeadLetter(T0_MS, "broker", "t", b"?", f"collector {seed}")])] = batch

    def settle() -> None:
        start_ms = np.full(8, T0_MS)
        whole = Ranges(POINTS, start_ms, start_ms + 2 * INTERVAL_MS)
        while collecting.is_set() or not replaced or store.dirty(replaced[-1])[1] > replaced[-1]:
            _, newest = store.dirty(replaced[-1] if replaced else 0)
            rows = intervals(POINTS, start_ms, float(newest))
            store.replace(whole, rows, days((1, 17_774, 1.0)), findings((1, 0, 2)), newest)
            replaced.append(newest)
            store.meta_set("settled", str(newest))

    def look() -> None:
        while collecting.is_set():
            found = store.intervals(Ranges(POINTS, np.full(8, 0), np.full(8, 2**61)))
            assert len(found) in (0, 8) and len(np.unique(found.amount)) <= 1, "half a replacement was seen"
            assert len(store.days(POINTS, 0, 99_999)) <= 1 and len(store.findings(None, 0, 2**61)) <= 1
            touched, newest = store.dirty(0)
            # what was dirty can be read: at least the batches that had been counted, whole
            assert len(store.readings(touched)) >= 50 * newest

    def kept(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except BaseException as error:
                failed.append(error)

        return run

    with Store.open(tmp_path) as store:
        collectors = [threading.Thread(target=kept(lambda seed=seed: collect(seed))) for seed in range(3)]
        others = [threading.Thread(target=kept(work)) for work in (settle, look, look)]
        for thread in collectors + others:
            thread.start()
        for thread in collectors:
            thread.join(100)
        collecting.clear()
        for thread in others:
            thread.join(100)
        assert failed == []
        assert sorted(written) == list(range(1, 3 * batches + 1))

    with Store.open(tmp_path) as store:
        counts = store.counts()
        assert (counts.readings, counts.batches, counts.dead_letters) == (3 * batches * 50, 3 * batches, 3 * batches)
        assert (counts.intervals, counts.settled_batch) == (8, replaced[-1])
        assert store.dead_letter_counts() == {f"collector {seed}": batches for seed in range(3)}
        everything = Readings.concat([written[number] for number in sorted(written)])
        got = store.readings(ranges(*[(point, 0, 10**9) for point in POINTS.tolist()]))
        in_order = everything.take(np.lexsort((np.arange(len(everything)), everything.time_ms, everything.point)))
        np.testing.assert_array_equal(got.value, in_order.value)
