"""How is a Parquet file of any size cut into chunks?

By the number of its rows; the database skips the row groups that lie before and after. Its columns become texts, so
that everything behind it reads one kind of cell: instants as ISO 8601 with their offset, numbers as they print.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from collector.bulk.source import Cells, Chunk, ImportFailed, Place, quoted

CHUNK_ROWS = 50_000


class ParquetChunk:
    """Rows ``[first, first + count)`` of a Parquet file."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str, header: list[str], first: int, count: int) -> None:
        self._con, self._header, self._first = con, header, first
        texts = ", ".join(f"{_name(name)}::varchar as c{at}" for at, name in enumerate(header))
        self.rows = (
            f"(select {texts} from {table} "
            f"where file_row_number >= {first} and file_row_number < {first + count} order by file_row_number)"
        )
        self.end = Place(first + count, first + count + 1)

    def cells(self) -> Iterator[Cells]:
        """As `Chunk.cells`."""
        for at, row in enumerate(self._con.execute(f"select * from {self.rows}").fetchall()):
            yield self._first + at + 1, ["" if cell is None else cell for cell in row]


class ParquetFile:
    """An open Parquet file; see `open_parquet`."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str, header: list[str], count: int) -> None:
        self._con, self._table, self._count = con, table, count
        self.header = header
        self._done = 0

    def chunks(self, begin: Place | None) -> Iterator[Chunk]:
        """As `Source.chunks`."""
        self._done = 0 if begin is None else begin.at
        while self._done < self._count:
            count = min(CHUNK_ROWS, self._count - self._done)
            first, self._done = self._done, self._done + count
            yield ParquetChunk(self._con, self._table, self.header, first, count)

    def done(self) -> tuple[int, int]:
        """As `Source.done`, in rows."""
        return self._done, self._count


@contextmanager
def open_parquet(path: Path, con: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[ParquetFile]:
    """Open a Parquet file.

    Raises
    ------
    ImportFailed
        If it cannot be read as one.
    """
    # The database would take * and [ of a name for a pattern, so it is shown another name of the file.
    plain = folder / "chunk.parquet"
    try:
        plain.symlink_to(path.resolve(strict=True))
        table = f"read_parquet({quoted(str(plain))}, file_row_number=true)"
        header = [
            str(row[0]) for row in con.execute(f"describe select * from read_parquet({quoted(str(plain))})").fetchall()
        ]
        count = con.execute(f"select num_rows from parquet_file_metadata({quoted(str(plain))})").fetchall()[0][0]
    except OSError as error:
        raise ImportFailed(f"{path}: cannot be read ({error.strerror}); wanted a CSV or Parquet file") from error
    except duckdb.Error as error:
        said = str(error).strip().splitlines()[0].replace(str(plain), str(path))
        raise ImportFailed(f"{path}: is not a whole Parquet file ({said})") from error
    try:
        yield ParquetFile(con, table, header, int(count))
    finally:
        plain.unlink()


def is_parquet(path: Path) -> bool:
    """Whether a file begins as Parquet does."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError:
        return False  # opening it says why


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
