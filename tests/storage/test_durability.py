"""What was appended survives a kill and a full disk; nothing is there by half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from storage import Store, StoreFull
from storage.database import Database
from tests.storage.children import ROWS, batch_of, said
from tests.storage.rows import assert_same, ranges

ROOT = Path(__file__).parents[2]


def child(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.children", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def assert_whole(folder: Path, least: int) -> None:
    """The journal holds the batches 1, 2, ... up to `least` or a later one, each of them once and whole."""
    with Store.open(folder) as store:
        counts = store.counts()
        assert counts.batches >= least
        assert counts.readings == counts.batches * ROWS
        every_point = ranges(*[(point, 0, 10**9) for point in range(ROWS)])
        got = store.readings(every_point)
        batches = np.repeat(np.arange(1, counts.batches + 1, dtype=np.float64), ROWS)
        assert sorted(got.value.tolist()) == batches.tolist()
        assert_same(store.latest(), batch_of(counts.batches))
        assert store.append(batch_of(counts.batches + 1)) == counts.batches + 1


def killed_after(least: int, *arguments: str) -> int:
    """Kill a child that prints growing numbers once it printed `least`; the last number it confirmed."""
    process = child(*arguments)
    assert process.stdout is not None
    confirmed = 0
    while confirmed < least:
        confirmed = int(process.stdout.readline())
    process.kill()
    rest, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    # a line may be cut off by the kill; the number before it was confirmed
    return max([confirmed, *[int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]])


@pytest.mark.parametrize("batches_before_kill", [1, 7, 150])
def test_kill_loses_no_batch_that_was_confirmed(tmp_path: Path, batches_before_kill: int) -> None:
    assert_whole(tmp_path, killed_after(batches_before_kill, "append", str(tmp_path)))


@pytest.mark.parametrize("events_before_kill", [1, 90])
def test_kill_loses_no_event_that_was_confirmed(tmp_path: Path, events_before_kill: int) -> None:
    confirmed = killed_after(events_before_kill, "say", str(tmp_path))
    with Store.open(tmp_path) as store:
        rows = store.events()
        assert len(rows) >= confirmed and len(rows) % 3 == 0
        assert [row.id for row in rows] == list(range(1, len(rows) + 1))
        assert [row.event.end_value for row in rows] == list(range(1, len(rows) + 1))
        # events are every other batch, and the next one gets the next number
        assert [row.batch for row in rows] == [2 * (i // 3) + 1 for i in range(len(rows))]
        batches = store.counts().batches
        assert batches >= rows[-1].batch
        assert store.append_events([said(1)], 0) == [len(rows) + 1]
        assert store.events()[-1].batch == batches + 1


@pytest.mark.parametrize("batches_before_kill", [1, 40])
def test_kill_while_readings_are_thinned_uses_no_number_twice(tmp_path: Path, batches_before_kill: int) -> None:
    confirmed = killed_after(batches_before_kill, "thin", str(tmp_path))
    with Store.open(tmp_path) as store:
        counts = store.counts()
        assert counts.batches >= confirmed
        assert_same(store.latest(), batch_of(counts.batches))
        # of each point the first reading is left, the last, and what was not thinned when the kill came
        assert ROWS <= counts.readings <= 3 * ROWS
        assert store.readings(ranges((7, 0, 10**9))).value[0] == 1.0
        assert store.append(batch_of(counts.batches + 1)) == counts.batches + 1
    with duckdb.connect(str(tmp_path / "journal.duckdb")) as connection:
        last = connection.execute(
            "select min(arrival), max(arrival) from readings where batch = ?", [counts.batches + 1]
        )
        assert last.fetchall() == [(counts.batches * ROWS, (counts.batches + 1) * ROWS - 1)]


@pytest.mark.parametrize("wal_limit_bytes", ["16000000", "100000"])
def test_a_full_disk_refuses_and_goes_on_when_there_is_space(tmp_path: Path, wal_limit_bytes: str) -> None:
    process = child("full", str(tmp_path), wal_limit_bytes)
    output, errors = process.communicate(timeout=100)
    assert process.returncode == -signal.SIGKILL, errors
    last, full, held, failed = output.strip().split(" ", 3)
    assert int(full) == 6 and int(held) == int(last) * ROWS and failed == "[]"
    # the smaller log limit makes checkpoints fail, after which the file has to be opened anew
    assert ("is opened anew" in errors) == (wal_limit_bytes == "100000")
    assert_whole(tmp_path, int(last))


def test_a_start_without_space_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    output, errors = child("start", str(tmp_path)).communicate(timeout=60)
    assert output == "StoreFull StoreFull 1\n", errors


def test_the_message_of_a_full_disk_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path) as store:

        def fail(self: Database, work: object, *, commit: bool) -> None:
            raise duckdb.TransactionException(f'Could not write file "x.wal": {os.strerror(28)}')

        with monkeypatch.context() as patch:
            patch.setattr(Database, "_once", fail)
            with pytest.raises(StoreFull, match=r"no space left to write .*journal\.duckdb"):
                store.append(batch_of(1))
        assert store.append(batch_of(1)) == 1
