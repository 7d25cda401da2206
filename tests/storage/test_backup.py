"""Is the copy one moment of the journal, whole, and does nobody notice that it is made?"""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import duckdb
import numpy as np
import pytest

from analytics.columns import INTERVAL_MS, Ranges, Readings
from storage import DeadLetter, Store, StoreError
from storage.backup import CopyStopped
from storage.store import FILE_NAME
from tests.storage.rows import T0_MS, assert_same, days, findings, intervals, random_readings, ranges, readings

EVERYTHING = ranges(*((point, -10_000_000, 1_000_000_000) for point in range(1, 9)))


def _filled(folder: Path) -> Store:
    store = Store.open(folder)
    store.append(random_readings(np.random.default_rng(7), 5000, 8, 3.0), [DeadLetter(T0_MS, "b", "t", b"?", "why")])
    points = np.arange(1, 9, dtype=np.int32)
    start_ms = np.full(8, T0_MS)
    store.replace(
        Ranges(points, start_ms, start_ms + INTERVAL_MS),
        intervals(points, start_ms, 0.1),
        days((1, 17_774, 0.3)),
        findings((1, 0, 2)),
        1,
    )
    store.meta_set("名", "字")
    return store


def _copy(store: Store, folder: Path) -> Path:
    folder.mkdir()
    store.copy(folder / FILE_NAME)
    return folder


def test_the_copy_holds_the_same_to_the_bit(tmp_path: Path) -> None:
    with _filled(tmp_path / "a") as store, Store.open(_copy(store, tmp_path / "a 'quoted' folder")) as copy:
        points = np.arange(1, 9, dtype=np.int32)
        assert copy.counts() == store.counts()
        assert_same(copy.readings(EVERYTHING), store.readings(EVERYTHING))
        assert_same(copy.intervals(EVERYTHING), store.intervals(EVERYTHING))
        assert_same(copy.days(points, 0, 20_000), store.days(points, 0, 20_000))
        assert_same(copy.latest(), store.latest())
        assert copy.meta_get("名") == "字"
        # Its numbers go on where the original's stood.
        assert copy.append(readings((1, 1, 1.0))) == store.append(readings((1, 1, 1.0)))
    assert [path.name for path in (tmp_path / "a 'quoted' folder").iterdir()] == [FILE_NAME]


def test_a_copy_is_one_moment_while_others_append(tmp_path: Path) -> None:
    """Batch n holds n readings: a copy whose newest batch is n holds n (n + 1) / 2 of them, and no other number."""
    ending = threading.Event()
    with Store.open(tmp_path / "a") as store:

        def append() -> None:
            number = 0
            while not ending.is_set():
                number += 1
                store.append(readings(*((1, number * 1000 + k, 1.0) for k in range(number))))

        thread = threading.Thread(target=append)
        thread.start()
        try:
            for name in ("one", "two", "three"):
                with Store.open(_copy(store, tmp_path / name)) as copy:
                    newest = copy.newest_batch
                    assert copy.counts().readings == newest * (newest + 1) // 2
        finally:
            ending.set()
            thread.join()
        assert store.newest_batch > 3


def test_a_copy_that_is_stopped_says_so_and_the_journal_goes_on(tmp_path: Path) -> None:
    with _filled(tmp_path / "a") as store:
        with pytest.raises(CopyStopped, match="was stopped before it was whole"):
            store.copy(tmp_path / "copy.duckdb", lambda stop: stop())
        (tmp_path / "copy.duckdb").unlink()
        assert store.append(readings((1, 1, 1.0))) == 2
        store.copy(tmp_path / "copy.duckdb")
    with duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True) as copy:
        assert copy.execute("select count(*) from readings").fetchall() == [(5001,)]


def test_a_copy_that_runs_is_cut_off(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a") as store:
        count = 2_000_000
        zeros = np.zeros(count, np.int64)
        value = np.random.default_rng(1).normal(size=count)
        store.append(Readings(zeros.astype(np.int32), zeros, value, zeros.astype(np.uint8), zeros))
        timers: list[threading.Timer] = []

        def begun(stop: object) -> None:
            assert callable(stop)
            timers.append(threading.Timer(0.02, stop))
            timers[0].start()

        with pytest.raises(CopyStopped):
            store.copy(tmp_path / "copy.duckdb", begun)
        timers[0].join()
        timers[0].function()  # once more, when there is nothing to stop
        assert store.counts().readings == count


def test_a_target_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with _filled(tmp_path / "a") as store:
        with pytest.raises(StoreError, match=r"nowhere/copy\.duckdb"):
            store.copy(tmp_path / "nowhere" / "copy.duckdb")
        assert store.append(readings((1, 1, 1.0))) == 2


@pytest.mark.parametrize("kb", [100, 400])
def test_a_full_disk_leaves_the_journal_alone(tmp_path: Path, kb: int) -> None:
    full = tmp_path / "full"
    full.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kb}k", "tmpfs", full], capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here (that takes root)")
    try:
        with _filled(tmp_path / "a") as store:
            store.append(random_readings(np.random.default_rng(8), 200_000, 8, 3.0))
            with pytest.raises(StoreError, match=f"no space left to write {full}"):
                store.copy(full / "copy.duckdb")
            assert store.append(readings((1, 1, 1.0))) == 3
            store.copy(tmp_path / "copy.duckdb")
    finally:
        subprocess.run(["umount", full], check=True)
