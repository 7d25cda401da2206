"""In which shape do the rows of a file come, before anybody understands them?

In chunks that can be read twice: as a table of texts that the database reads at once, and, where that finds something
odd, cell by cell with the line each stands on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import duckdb

MEMORY_MB = 48
"""What the reading database may keep in memory. [MiB]"""


class ImportFailed(Exception):
    """An import that cannot go on; the text says what failed, what came and what was wanted."""


@dataclass(frozen=True)
class Place:
    """How far a file was read.

    Attributes
    ----------
    at : int
        Characters of a text, or rows of a Parquet file.
    line : int
        Line of the next row; of a Parquet file its number, from 1.
    """

    at: int
    line: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


Cells = tuple[int, list[str] | str]
"""Line of a row and its cells; in place of cells the reason why it has none."""


class Chunk(Protocol):
    """Some rows that follow each other."""

    @property
    def end(self) -> Place:
        """Where the next chunk begins."""

    @property
    def rows(self) -> str:
        """The rows as a table of SQL with text columns ``c0``, ``c1`` ...; NULL is an empty cell."""

    def cells(self) -> Iterator[Cells]:
        """The rows one by one."""


class Source(Protocol):
    """An open file."""

    @property
    def header(self) -> list[str]:
        """Names of its columns."""

    def chunks(self, begin: Place | None) -> Iterator[Chunk]:
        """Its rows from a place on, from the first without one."""

    def done(self) -> tuple[int, int]:
        """How much was read, of how much; for a progress bar."""


class Opener(Protocol):
    """Opens a kind of file."""

    def __call__(self, path: Path, con: duckdb.DuckDBPyConnection, folder: Path) -> AbstractContextManager[Source]: ...


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that reads files; texts of instants come and go in UTC, rows keep their order."""
    con = duckdb.connect(config={"threads": 1, "memory_limit": f"{MEMORY_MB}MiB", "preserve_insertion_order": True})
    con.execute("set TimeZone = 'UTC'")
    return con


def quoted(text: str) -> str:
    """`text` as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
