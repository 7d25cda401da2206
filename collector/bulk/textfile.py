"""How is a CSV of any size, encoding and quoting cut into chunks of whole rows?

As text of about a million characters, lengthened to the end of a line outside quotes. So a chunk is small, it has a
place to go on from, and a broken row spoils nothing but its own chunk's speed.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from collector.bulk.filemap import FileFormat
from collector.bulk.source import Cells, Chunk, ImportFailed, Place, quoted

CHUNK_CHARS = 1_000_000
"""Length of a chunk; about 25 000 rows of three columns."""

_MOST_CHARS = 8 * CHUNK_CHARS
"""A quote that is never closed shall not draw the whole file into one chunk."""

_GZIP_MAGIC = b"\x1f\x8b"


class TextChunk:
    """Whole rows of a CSV."""

    def __init__(self, text: str, begin: Place, form: FileFormat, width: int, scratch: Path) -> None:
        self._text, self._begin, self._form = text, begin, form
        self._width, self._scratch = width, scratch
        self.end = Place(begin.at + len(text), begin.line + _lines(text))

    @property
    def rows(self) -> str:
        """As `Chunk.rows`; raises UnicodeEncodeError where bytes of the file are no text."""
        self._scratch.write_bytes(self._text.encode())
        columns = ", ".join(f"'c{at}': 'varchar'" for at in range(self._width))
        return (
            f"read_csv({quoted(str(self._scratch))}, header=false, auto_detect=false, encoding='utf-8', "
            f"delim={quoted(self._form.delimiter)}, quote='\"', escape='\"', columns={{{columns}}})"
        )

    def cells(self) -> Iterator[Cells]:
        """As `Chunk.cells`."""
        reader = csv.reader(
            io.StringIO(self._text, newline=""), delimiter=self._form.delimiter, strict=True, skipinitialspace=True
        )
        while True:
            line = self._begin.line + reader.line_num
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield line, f"is not CSV: {error}"
                continue
            if cells is None:
                return
            if cells:  # an empty line is no row
                yield line, cells


class TextFile:
    """An open CSV, plain or gzipped; see `open_text`."""

    def __init__(self, path: Path, raw: BinaryIO, form: FileFormat, folder: Path) -> None:
        self._path, self._raw, self._form = path, raw, form
        self._scratch = folder / "chunk.csv"
        self._size = path.stat().st_size
        zipped = raw.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        raw.seek(0)
        data = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw
        # A byte that is no text spoils its own row, not the file: it is kept as a mark that is in no number or name.
        self._text = io.TextIOWrapper(data, encoding=form.encoding, errors="surrogateescape", newline="")
        self._place = Place(0, 1)
        for _ in range(form.skip_lines):
            self._read_line()
        self.header = self._read_header()
        self._first = self._place

    def chunks(self, begin: Place | None) -> Iterator[Chunk]:
        """As `Source.chunks`."""
        if begin is not None:
            self._skip_to(begin)
        while text := self._read_rows():
            chunk = TextChunk(text, self._place, self._form, len(self.header), self._scratch)
            self._place = chunk.end
            yield chunk

    def done(self) -> tuple[int, int]:
        """As `Source.done`, in bytes of the file as it lies on the disk."""
        return self._raw.tell(), self._size

    def _read_header(self) -> list[str]:
        text = self._read_line()
        while text and text.count('"') % 2 and len(text) < _MOST_CHARS:
            text += self._read_line() or '"'
        try:
            header = next(csv.reader([text], delimiter=self._form.delimiter, strict=True, skipinitialspace=True), [])
        except csv.Error as error:
            raise ImportFailed(f"{self._path}: the header is not CSV: {error}") from error
        if not any(name.strip() for name in header):
            raise ImportFailed(f"{self._path}: has no header line; wanted the names of the columns")
        return header

    def _read_line(self) -> str:
        text = self._broken_off(self._text.readline)
        self._place = Place(self._place.at + len(text), self._place.line + _lines(text))
        return text

    def _read_rows(self) -> str:
        text = self._broken_off(lambda: self._text.read(CHUNK_CHARS))
        if not text:
            return ""
        text += self._broken_off(self._text.readline)
        while text.count('"') % 2 and len(text) < _MOST_CHARS:
            more = self._broken_off(self._text.readline)
            if not more:
                break
            text += more
        return text

    def _skip_to(self, begin: Place) -> None:
        left = begin.at - self._first.at
        while left > 0:
            passed = len(self._broken_off(lambda: self._text.read(min(left, CHUNK_CHARS))))  # noqa: B023 (read at once)
            if passed == 0:
                break
            left -= passed
        self._place = begin

    def _broken_off(self, read: Callable[[], str]) -> str:
        try:
            return read()
        except (EOFError, OSError, zlib.error) as error:
            raise ImportFailed(f"{self._path}: breaks off after line {self._place.line - 1}: {error}") from error
        except UnicodeDecodeError as error:
            raise ImportFailed(
                f"{self._path}: after line {self._place.line - 1}: not {self._form.encoding} ({error.reason}); "
                "wanted the file's encoding in the map, [file] encoding"
            ) from error


@contextmanager
def open_text(path: Path, form: FileFormat, folder: Path) -> Iterator[TextFile]:
    """Open a CSV and read its header.

    Parameters
    ----------
    path : Path
        Plain or gzipped, whatever its name.
    form : FileFormat
    folder : Path
        For one chunk at a time.

    Raises
    ------
    ImportFailed
        If it cannot be read or has no header; also while reading, where it breaks off.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise ImportFailed(f"{path}: cannot be read ({error.strerror}); wanted a CSV or Parquet file") from error
    with raw:
        yield TextFile(path, raw, form, folder)


def _lines(text: str) -> int:
    return text.count("\n") or text.count("\r")
