"""What can go wrong with the store, told by what the caller does next?

Wait and try again (`StoreFull`), stop the other process (`StoreLocked`), update the program (`StoreTooNew`), or look
at the file (`StoreError`). Every error of the database is one of these four when it leaves this room.
"""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import duckdb

DISK_IS_FULL = tuple(os.strerror(number) for number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT))
"""How the operating system says that nothing more can be written; the database quotes it."""

HOLDER = re.compile(r"\(PID (\d+)\)")
"""The process that holds the file, as the database names it where the system tells."""


class StoreError(Exception):
    """The store cannot do what was asked; nothing was written by half."""


class StoreLocked(StoreError):
    """Another Taihu owns the file."""


class StoreTooNew(StoreError):
    """The file was written by a newer Taihu."""


class StoreFull(StoreError):
    """The disk takes no more; the same call works again once there is space."""


def locked(path: Path, pid: int | None) -> StoreLocked:
    """The error for a file that another Taihu owns."""
    who = "another Taihu" if pid is None else f"another Taihu (process {pid})"
    return StoreLocked(f"{path} is in use by {who}; stop that one, or give this one a data folder of its own")


def translated(error: duckdb.Error, path: Path) -> StoreError:
    """The store's own error for an error of the database.

    Parameters
    ----------
    error : duckdb.Error
        What the database raised.
    path : Path
        The database file.

    Returns
    -------
    StoreError
        One of the classes of this module; its message names the file, says what came, and what would help.
    """
    said = str(error).strip().splitlines()[0]
    if "Could not set lock" in said:
        holder = HOLDER.search(str(error))
        return locked(path, None if holder is None else int(holder.group(1)))
    if "storage version" in said:
        return StoreTooNew(f"{path} was written by a newer database library ({said}); update Taihu")
    if "not a valid DuckDB database" in said:
        return StoreError(f"{path} is not a Taihu journal ({said}); move the file away or choose another data folder")
    if any(reason in said for reason in DISK_IS_FULL):
        return StoreFull(f"no space left to write {path} ({said}); free some and it goes on by itself")
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreError(f"{path}: the query needs more memory than memory_limit_mb allows ({said}); ask for less")
    return StoreError(f"{path}: {said}")
