"""What does a CSV file hold, row by row, and which rows cannot be used?

Rows are read one at a time, however large the file; a row that cannot be read is listed with its line, the column and
the reason, and the next one follows. Only what makes every row useless ends it: no file, no header, a wrong column.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self, cast

from simulators.replay_profile import Profile, ProfileError, ReplayError, nearest
from simulators.replay_time import LabelReader

MOST_LISTED = 1000
"""So many bad rows are kept with their reasons; all are counted."""

_NUMBER = {
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII),
    ",": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?", re.ASCII),
}
_GZIP_MAGIC = b"\x1f\x8b"


class Row(NamedTuple):
    """One row: its line, its label [ms UTC], and a value for each column of the profile, None for an empty cell."""

    line: int
    time_ms: int
    values: tuple[float | None, ...]


class BadRow(NamedTuple):
    """A row that was skipped; `column` is "" where it is not about one column."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}{', column ' + self.column if self.column else ''}: {self.reason}"


class DataError(ReplayError):
    """A data file of which nothing more can be read."""


class Rows:
    """The rows of an open file; iterate once.

    Attributes
    ----------
    bad : list of BadRow
        The first `MOST_LISTED` rows that were skipped so far.
    bad_count : int
        How many were skipped so far.
    size_bytes : int
        Size of the file as it lies on the disk.
    """

    def __init__(self, profile: Profile, path: Path) -> None:
        self.bad: list[BadRow] = []
        self.bad_count = 0
        self._profile, self._path = profile, path
        self._missing = frozenset({"", *profile.file.missing})
        self._labels = LabelReader(profile.time)
        self._raw = _open(path)
        try:
            self.size_bytes = path.stat().st_size
            self._text = _decoded(self._raw, profile.file.encoding)
            self._reader = csv.reader(self._text, delimiter=profile.file.delimiter, strict=True)
            self._header = self._read_header()
            self._time_at = [self._position("[time] column", name) for name in profile.time.column]
            self._value_at = [self._position("[columns]", name) for name in profile.columns]
        except BaseException:
            self._raw.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.close()

    def read_bytes(self) -> int:
        """How far the reading has come in the file as it lies on the disk."""
        return self._raw.tell()

    def __iter__(self) -> Iterator[Row]:
        while True:
            try:
                cells = self._next_cells()
            except csv.Error as error:
                self._skip(BadRow(self._line, "", f"is not CSV: {error}"))
                continue
            if cells is None:
                return
            if not cells:  # an empty line
                continue
            row = self._row(self._line, cells)
            if isinstance(row, Row):
                yield row
            else:
                self._skip(row)

    def _skip(self, row: BadRow) -> None:
        self.bad_count += 1
        if len(self.bad) < MOST_LISTED:
            self.bad.append(row)

    @property
    def _line(self) -> int:
        return self._reader.line_num + self._profile.file.skip_lines

    def _next_cells(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except (EOFError, OSError, zlib.error) as error:
            raise DataError(f"{self._path}: breaks off after line {self._line}: {error}") from error
        except UnicodeDecodeError as error:
            raise DataError(
                f"{self._path}: after line {self._line}: not {self._profile.file.encoding} ({error.reason}); "
                f"wanted the file's encoding in {self._profile.source}: [file] encoding"
            ) from error

    def _read_header(self) -> list[str]:
        for _ in range(self._profile.file.skip_lines):
            self._text.readline()
        try:
            header = self._next_cells()
        except csv.Error as error:
            raise DataError(f"{self._path}: the header is not CSV: {error}") from error
        if not header:
            raise DataError(f"{self._path}: has no header line; wanted the names of the columns")
        return [name.strip() for name in header]

    def _position(self, key: str, column: str) -> int:
        count = self._header.count(column)
        if count == 1:
            return self._header.index(column)
        what = f"has {count} columns of that name" if count else "has no such column"
        raise ProfileError(
            f'{self._profile.source}: {key} "{column}": {self._path} {what}; '
            f"it has {', '.join(self._header)}{nearest(column, self._header)}"
        )

    def _row(self, line: int, cells: Sequence[str]) -> Row | BadRow:
        if len(cells) != len(self._header):
            return BadRow(line, "", f"has {len(cells)} cells, wanted {len(self._header)} as in the header")
        try:
            time_ms = self._labels.read_ms(" ".join(cells[at].strip() for at in self._time_at))
        except (ValueError, OverflowError) as error:
            return BadRow(line, " ".join(self._profile.time.column), str(error))
        values: list[float | None] = []
        for column, at in zip(self._profile.columns, self._value_at, strict=True):
            try:
                values.append(self._number(cells[at].strip()))
            except ValueError as error:
                return BadRow(line, column, str(error))
        return Row(line, time_ms, tuple(values))

    def _number(self, text: str) -> float | None:
        if text in self._missing:
            return None
        mark = self._profile.file.decimal
        if not _NUMBER[mark].fullmatch(text):
            raise ValueError(f"{text!r} is not a number with decimal mark {mark!r}")
        value = float(text.replace(",", "."))
        if value in (float("inf"), float("-inf")):
            raise ValueError(f"{text!r} is too large for a 64-bit float")
        return value


def read_rows(profile: Profile, path: Path) -> Rows:
    """Open a CSV file, plain or gzipped, and hold its header against the profile.

    Raises
    ------
    DataError
        If the file cannot be read or has no header; also while iterating, where a file breaks off.
    ProfileError
        If a column of the profile is not in the file; the message lists those that are.
    """
    return Rows(profile, path)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}; wanted a CSV file") from error


def _decoded(raw: BinaryIO, encoding: str) -> io.TextIOWrapper:
    zipped = raw.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    raw.seek(0)
    data = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw
    # A byte that is no text spoils its own row, not the file: it is kept as a mark that no number and no time contains.
    return io.TextIOWrapper(data, encoding=encoding, errors="surrogateescape", newline="")
