"""Processes the store's tests start, to kill them or to take their disk away.

::

    python -m tests.storage.children append|say|thin|open|full|start FOLDER [LOG_LIMIT_BYTES]
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
import threading
from pathlib import Path

import numpy as np

from analytics.columns import INTERVAL_MS, EventKind, Readings
from storage import MeterEvent, Store, StoreError, StoreFull, database
from tests.storage.rows import T0_MS, intervals, ranges

ROWS = 400
"""Readings a batch; each has the number of its batch as value."""


def batch_of(number: int) -> Readings:
    time_ms = T0_MS + number * ROWS + np.arange(ROWS, dtype=np.int64)
    noise = np.random.default_rng(number).integers(0, 2**40, ROWS)
    return Readings(
        np.arange(ROWS, dtype=np.int32), time_ms, np.full(ROWS, float(number)), np.zeros(ROWS, np.uint8), noise
    )


def append_for_ever(folder: Path) -> None:
    """Print each batch's number once `append` has returned."""
    with Store.open(folder) as store:
        for number in range(1, 10**9):
            print(store.append(batch_of(number)), flush=True)


def said(number: int) -> MeterEvent:
    return MeterEvent(number % 7, T0_MS + number, T0_MS + number, EventKind.SWAP, end_value=float(number), who="Li")


def say_for_ever(folder: Path) -> None:
    """Three events a batch, between batches of readings; print the last event's number once it is written down."""
    with Store.open(folder) as store:
        for number in range(1, 10**9, 3):
            print(store.append_events([said(number + i) for i in range(3)], number)[-1], flush=True)
            store.append(batch_of(number))


def thin_for_ever(folder: Path) -> None:
    """Append, call it settled, delete all that may be deleted; print each batch's number once that has returned."""
    with Store.open(folder) as store:
        everything = ranges(*[(point, 0, 10**9) for point in range(ROWS)])
        nothing = everything.take(slice(0, 0))
        for number in range(1, 10**9):
            store.append(batch_of(number))
            store.replace(nothing, intervals(nothing.point, nothing.from_ms), settled_batch=number)
            store.thin(everything, nothing.point, nothing.from_ms)
            print(number, flush=True)


def try_to_open(folder: Path) -> None:
    """Print what opening says."""
    try:
        Store.open(folder).close()
        print("opened")
    except StoreError as error:
        print(f"{type(error).__name__}: {error}")


def start_without_space(folder: Path) -> None:
    """Open a new store where almost nothing can be written, then with space; print what both say."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    said = []
    for limit in (0, 8192, hard):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with Store.open(folder) as store:
                said.append(str(store.append(batch_of(1))))
        except StoreError as error:
            said.append(type(error).__name__)
    print(*said)


def run_out_of_space(folder: Path) -> None:
    """Append until the disk is full, twice; print the last batch kept; die without closing.

    With the usual log limit the log meets the full disk, with a smaller one the checkpoint; other threads work on.
    """
    logging.basicConfig(level=logging.WARNING)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    store = Store.open(folder)
    stop = threading.Event()
    failed: list[BaseException] = []
    threads = [threading.Thread(target=_work, args=(store, stop, failed, number)) for number in range(2)]
    for thread in threads:
        thread.start()
    number, full = 0, 0
    for limit in (600_000, 1_000_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        refused = 0
        while refused < 3:
            try:
                number = store.append(batch_of(number + 1))
            except StoreFull:
                refused += 1
        full += refused
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        number = store.append(batch_of(number + 1))
    stop.set()
    for thread in threads:
        thread.join()
    print(number, full, store.counts().readings, [str(error) for error in failed], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def _work(store: Store, stop: threading.Event, failed: list[BaseException], point: int) -> None:
    wanted = ranges((point, 0, INTERVAL_MS))
    while not stop.wait(0.01):
        try:
            seen = store.readings(ranges((point, 0, 10**9)))
            assert len(seen) == len(np.unique(seen.value)), "a batch is there twice"
            store.replace(wanted, intervals(np.array([point]), np.array([T0_MS])))
        except StoreFull:
            continue
        except BaseException as error:
            failed.append(error)
            return


if __name__ == "__main__":
    what, where = sys.argv[1:3]
    if len(sys.argv) > 3:
        database.WAL_LIMIT_BYTES = int(sys.argv[3])
    tasks = {
        "append": append_for_ever,
        "say": say_for_ever,
        "thin": thin_for_ever,
        "open": try_to_open,
        "full": run_out_of_space,
        "start": start_without_space,
    }
    tasks[what](Path(where))
