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

WAL_LIMIT_BYTES = 16_000_000
"""Size of the write-ahead log from which a commit also checkpoints; a log of this size is read again in 0.3 s."""

ATTEMPTS = 5
"""How often a call is begun again when failing checkpoints of other threads cut it off."""

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
            # Order is a column (`arrival`), so bulk writes need not keep it: twice as fast.
            "preserve_insertion_order": False,
            # Give memory back at once: 15 MB less after an hour of appends, at no cost that shows.
            "allocator_flush_threshold": "1MB",
            "allocator_bulk_deallocation_flush_threshold": "1MB",
            "allocator_background_threads": True,
        }
        self._wal_path = self.path.with_name(self.path.name + ".wal")
        self._wal_limit_bytes = WAL_LIMIT_BYTES
        self._gate = threading.Condition()
        self._users = 0
        self._broken: str | None = None
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
            Gets a cursor inside a transaction; must not write and may be called again.

        Raises
        ------
        StoreError
        """
        answer = self._persist(work, commit=False)
        return cast(T, answer)

    def write(self, work: Callable[[Cursor], T], done: Callable[[Cursor], bool] | None = None) -> T | None:
        """Do `work` in one durable transaction.

        Parameters
        ----------
        work : callable
            Gets a cursor inside a transaction; called again when the database had to be opened anew.
        done : callable, optional
            Asked before another call whether the one before was kept after all (a commit may be durable although the
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
        return self._persist(work, commit=True, done=done)

    def alone(self, work: Callable[[Cursor], T]) -> T:
        """What `work` does with a cursor outside of any transaction; it is not begun again whatever cuts it off.

        Raises
        ------
        StoreFull, StoreError
        """
        try:
            with self._cursor() as cursor:
                return work(cursor)
        except duckdb.Error as error:
            raise translated(error, self.path) from error

    def checkpoint(self) -> None:
        """Bring the log into the file now. Lets go of what the database remembers of deleted rows.

        Raises
        ------
        StoreFull, StoreError
        """
        self._persist(lambda cursor: None, commit=False, relieve=True)

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

    def _persist(
        self,
        work: Callable[[Cursor], T],
        *,
        commit: bool,
        done: Callable[[Cursor], bool] | None = None,
        relieve: bool = False,
    ) -> T | None:
        """Do `work` until it was not cut off by the end of the instance, which any thread's write may bring.

        Where memory is short (or `relieve` says so), a checkpoint goes before it.
        """
        for attempt in range(ATTEMPTS):
            try:
                if relieve:
                    self._relieve()
                if attempt and done is not None and self._once(done, commit=False):
                    return None
                return self._once(work, commit=commit)
            except duckdb.FatalException as error:
                reason: duckdb.Error = error
            except duckdb.OutOfMemoryException as error:
                if relieve:
                    raise translated(error, self.path) from error
                reason, relieve = error, True
            except duckdb.Error as error:
                raise translated(error, self.path) from error
        raise translated(reason, self.path) from reason

    def _relieve(self) -> None:
        with self._cursor() as cursor:
            cursor.execute("checkpoint")

    def _once(self, work: Callable[[Cursor], T], *, commit: bool) -> T:
        with self._cursor() as cursor:
            cursor.begin()
            result = work(cursor)
            if commit:
                cursor.commit()
                self._return_to_usual_limit(cursor)
            # A cursor closed inside its transaction rolls it back.
            return result

    @contextmanager
    def _cursor(self) -> Iterator[Cursor]:
        cursor = self._enter()
        try:
            yield cursor
        except duckdb.FatalException as error:
            self._broken = str(error).splitlines()[0]
            raise
        finally:
            cursor.close()
            with self._gate:
                self._users -= 1
                self._gate.notify_all()

    def _enter(self) -> Cursor:
        with self._gate:
            if self._broken is not None:
                self._gate.wait_for(lambda: self._users == 0 or self._broken is None)
            if self._closed:
                raise StoreError(f"{self.path} was closed; open the store again to use it")
            if self._broken is not None:
                log.warning("%s is opened anew: %s", self.path, self._broken)
                self._disconnect()
                self._broken = None
                # The next checkpoint would fail as well, so the log first doubles, as long as it finds space.
                self._wal_limit_bytes = 2 * max(self._wal_bytes(), self._wal_limit_bytes)
                self._gate.notify_all()
            if self._connection is None:
                self._connection = self._connect()
            cursor = self._connection.cursor()
            self._users += 1
            return cursor

    def _return_to_usual_limit(self, cursor: Cursor) -> None:
        if self._wal_limit_bytes > WAL_LIMIT_BYTES > self._wal_bytes():
            cursor.execute(f"set checkpoint_threshold = '{WAL_LIMIT_BYTES}B'")
            self._wal_limit_bytes = WAL_LIMIT_BYTES

    def _wal_bytes(self) -> int:
        try:
            return self._wal_path.stat().st_size
        except FileNotFoundError:
            return 0

    def _connect(self) -> Cursor:
        config = {**self._config, "checkpoint_threshold": f"{self._wal_limit_bytes}B"}
        try:
            return duckdb.connect(str(self.path), config=config)
        except duckdb.Error as error:
            raise translated(error, self.path) from error

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
