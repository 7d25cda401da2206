"""How do many threads share one database file that may have to be opened anew?

One connection, one cursor a call. When a checkpoint fails (the disk is full), DuckDB declares its whole instance
invalid: every cursor of every thread then raises `FatalException` until all are closed and the file is opened again.
So calls pass a gate that counts them: after such a failure the next call waits until the others have left, opens the
file anew, and everybody repeats the work that was cut off.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, cast

import duckdb

from storage.errors import StoreError, locked, translated

Cursor = duckdb.DuckDBPyConnection
T = TypeVar("T")

WAL_LIMIT = "16MB"
"""Size of the write-ahead log from which a commit also checkpoints; measured: read again within 0.2 s after a crash."""

log = logging.getLogger(__name__)

_open_paths: set[Path] = set()
_open_paths_lock = threading.Lock()


class Database:
    """One DuckDB file: `read` and `write` from any thread.

    Parameters
    ----------
    path : Path
        The file; made when absent.
    memory_limit_mb : int
        What the database may keep in memory. [MiB]
    threads : int
        Threads of one query.

    Raises
    ------
    StoreLocked
        If another process, or another part of this one, has the file open.
    StoreError
        If the file cannot be opened or is no database.
    """

    def __init__(self, path: Path, *, memory_limit_mb: int, threads: int) -> None:
        self.path = path.resolve()
        self._config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory_limit_mb}MiB",
            "threads": threads,
            "checkpoint_threshold": WAL_LIMIT,
            # Order is a column (`arrival`), so bulk writes need not keep it: twice as fast.
            "preserve_insertion_order": False,
        }
        self._gate = threading.Condition()
        self._users = 0
        self._broken = False
        self._closed = False
        self._connection: Cursor | None = None
        with _open_paths_lock:
            # DuckDB would hand out the same instance again, and two batch counters would run beside each other.
            if self.path in _open_paths:
                raise locked(self.path, None)
            self._connection = self._connect()
            _open_paths.add(self.path)

    @property
    def closed(self) -> bool:
        return self._closed

    def read(self, work: Callable[[Cursor], T]) -> T:
        """What `work` reads, all of it from one moment of the store.

        Parameters
        ----------
        work : callable
            Gets a cursor inside a transaction; must not write and may be called twice.

        Raises
        ------
        StoreError
        """
        answer = self._twice(work, commit=False)
        return cast(T, answer)

    def write(self, work: Callable[[Cursor], T], done: Callable[[Cursor], bool] | None = None) -> T | None:
        """Do `work` in one durable transaction.

        Parameters
        ----------
        work : callable
            Gets a cursor inside a transaction; called a second time when the database had to be opened anew.
        done : callable, optional
            Asked before the second call whether the first was kept after all (a commit may be durable although the
            checkpoint after it failed). Leave it out where writing twice gives the same.

        Returns
        -------
        object or None
            What `work` returned, None where `done` said that it was kept.

        Raises
        ------
        StoreFull, StoreError
            Nothing was written.
        """
        return self._twice(work, commit=True, done=done)

    def close(self) -> None:
        """Checkpoint and let go of the file; waits for calls under way. A second call does nothing."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._gate.wait_for(lambda: self._users == 0)
            try:
                self._disconnect()
            finally:
                with _open_paths_lock:
                    _open_paths.discard(self.path)

    def _twice(
        self, work: Callable[[Cursor], T], *, commit: bool, done: Callable[[Cursor], bool] | None = None
    ) -> T | None:
        try:
            return self._once(work, commit)
        except duckdb.FatalException as error:
            log.warning("%s has to be opened anew: %s", self.path, str(error).splitlines()[0])
        except duckdb.Error as error:
            raise translated(error, self.path) from error
        try:
            if done is not None and self._once(done, False):
                return None
            return self._once(work, commit)
        except duckdb.Error as error:
            raise translated(error, self.path) from error

    def _once(self, work: Callable[[Cursor], T], commit: bool) -> T:
        with self._cursor() as cursor:
            cursor.begin()
            result = work(cursor)
            if commit:
                cursor.commit()
            # A cursor closed inside its transaction rolls it back.
            return result

    @contextmanager
    def _cursor(self) -> Iterator[Cursor]:
        cursor = self._enter()
        try:
            yield cursor
        except duckdb.FatalException:
            self._broken = True
            raise
        finally:
            cursor.close()
            with self._gate:
                self._users -= 1
                self._gate.notify_all()

    def _enter(self) -> Cursor:
        with self._gate:
            if self._broken:
                self._gate.wait_for(lambda: self._users == 0 or not self._broken)
            if self._closed:
                raise StoreError(f"{self.path} was closed; open the store again to use it")
            if self._broken:
                self._disconnect()
                self._broken = False
                self._gate.notify_all()
            if self._connection is None:
                self._connection = self._connect()
            cursor = self._connection.cursor()
            self._users += 1
            return cursor

    def _connect(self) -> Cursor:
        try:
            return duckdb.connect(str(self.path), config=self._config)
        except duckdb.Error as error:
            raise translated(error, self.path) from error

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
