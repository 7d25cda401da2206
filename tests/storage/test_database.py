"""The file has one owner, and says plainly what is wrong with it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from storage import Store, StoreError, StoreFull, StoreLocked, StoreTooNew
from storage.database import Cursor, Database
from storage.errors import translated
from tests.storage.rows import ranges, readings
from tests.storage.test_durability import child


def test_a_second_process_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    with Store.open(tmp_path):
        output, _ = child("open", str(tmp_path)).communicate(timeout=60)
        assert output.startswith(f"StoreLocked: {tmp_path / 'journal.duckdb'} is in use by another Taihu")
        assert f"(process {os.getpid()})" in output
        assert "stop that one, or give this one a data folder of its own" in output
    output, _ = child("open", str(tmp_path)).communicate(timeout=60)
    assert output == "opened\n"


def test_a_second_store_in_this_process_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        with pytest.raises(StoreLocked):
            Store.open(tmp_path / ".." / tmp_path.name)
        assert store.append(readings((1, 0, 1.0))) == 1
    Store.open(tmp_path).close()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="was closed"):
        store.counts()
    with pytest.raises(StoreError, match="was closed"):
        store.append(readings((1, 0, 1.0)))


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_what_is_no_database_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "journal.duckdb").write_bytes(content)
    with pytest.raises(StoreError, match=r"journal\.duckdb is not a Taihu journal"):
        Store.open(tmp_path)
    assert (tmp_path / "journal.duckdb").read_bytes() == content


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match=r"cannot make the data folder .*data"):
        Store.open(tmp_path / "data")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ('IO Error: Could not set lock on file "x": Conflicting lock is held in PID 0', StoreLocked),
        (
            "Trying to read a database file with storage version number 99, but we can only read storage versions "
            "between 64 and 67.",
            StoreTooNew,
        ),
        (f"Could not write file: {os.strerror(28)}", StoreFull),
        (f"Could not write file: {os.strerror(122)}", StoreFull),
        ("IO Error: Could not read from file: Input/output error\nmore", StoreError),
    ],
)
def test_every_error_names_the_file(said: str, kind: type[StoreError]) -> None:
    error = translated(duckdb.IOException(said), Path("/plant/journal.duckdb"))
    assert type(error) is kind
    assert "/plant/journal.duckdb" in str(error) and "\n" not in str(error)


def test_too_big_a_query_says_what_to_do(tmp_path: Path) -> None:
    error = translated(duckdb.OutOfMemoryException("could not allocate block"), tmp_path)
    assert "memory_limit_mb" in str(error)


def test_work_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.duckdb", memory_limit_mb=64, threads=1)
    database.write(lambda cursor: cursor.execute("create table t (a integer)"))

    def half(cursor: Cursor) -> None:
        cursor.execute("insert into t values (1)")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.write(half)
    with pytest.raises(StoreError, match=r"x\.duckdb: Catalog Error"):
        database.write(lambda cursor: cursor.execute("insert into t values (2); insert into nowhere values (3)"))
    assert database.read(lambda cursor: cursor.execute("select a from t").fetchall()) == []
    database.close()


def test_an_instance_that_ended_is_opened_anew_for_all(tmp_path: Path) -> None:
    """Two readers are inside when a third call meets the end; all three get their answer from the new instance."""
    database = Database(tmp_path / "x.duckdb", memory_limit_mb=64, threads=1)
    database.write(lambda cursor: cursor.execute("create table t as select 42 as a"))
    first = database._connection
    inside, ended = threading.Barrier(3), threading.Event()
    answers: list[int] = []

    def reader() -> None:
        calls = 0

        def work(cursor: Cursor) -> int:
            nonlocal calls
            calls += 1
            if calls == 1:
                inside.wait(20)
                assert ended.wait(20)
                raise duckdb.FatalException("database has been invalidated")
            return int(cursor.execute("select a from t").fetchall()[0][0])

        answers.append(database.read(work))

    threads = [threading.Thread(target=reader) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(20)

    def write(cursor: Cursor) -> None:
        if not ended.is_set():
            ended.set()
            raise duckdb.FatalException("checkpoint failed")
        cursor.execute("update t set a = a + 1")

    database.write(write)
    for thread in threads:
        thread.join(20)
    assert database._connection is not first
    assert len(answers) == 2 and set(answers) <= {42, 43}
    database.close()


def test_an_append_that_was_kept_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit is durable, the checkpoint after it fails: the batch must be there once."""
    plain = Database._once
    with Store.open(tmp_path) as store:

        def once(self: Database, work: object, *, commit: bool) -> object:
            result = plain(self, work, commit=commit)  # type: ignore[arg-type]
            if commit:
                raise duckdb.FatalException(
                    "Transaction COMMIT succeeded and is durable, but the autocheckpoint failed"
                )
            return result

        with monkeypatch.context() as patch:
            patch.setattr(Database, "_once", once)
            assert store.append(readings((1, 0, 1.0))) == 1
        assert store.append(readings((1, 1, 2.0))) == 2
        assert store.readings(ranges((1, 0, 9))).value.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(("failures", "kept"), [(1, True), (2, False)])
def test_short_memory_is_freed_by_a_checkpoint_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int, kept: bool
) -> None:
    once, wal = Database._once, tmp_path / "journal.duckdb.wal"
    seen: list[bool] = []

    def starved(self: Database, work: Callable[[Cursor], object], *, commit: bool) -> object:
        if commit and len(seen) < failures:
            seen.append(wal.exists())
            raise duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block")
        return once(self, work, commit=commit)

    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0)))
        with monkeypatch.context() as patch:
            patch.setattr(Database, "_once", starved)
            if kept:
                assert store.append(readings((1, 1, 2.0))) == 2
            else:
                with pytest.raises(StoreError, match="needs more memory than memory_limit_mb allows"):
                    store.append(readings((1, 1, 2.0)))
        # the checkpoint after the first failure emptied the log
        assert seen == [True, False][:failures]
        assert store.counts().readings == 1 + kept
