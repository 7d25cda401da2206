"""What rows does a table file hold, be it CSV or Excel?

Cells stay what they were: text in a CSV, text, numbers or dates in a workbook. Nothing is guessed about their meaning
here.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from registry.problems import ConfigError, Problem, did_you_mean

# What the reader raises, sooner or later, on a file that was cut off or damaged on its way.
_BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    InvalidFileException,
    LookupError,
    ValueError,
    TypeError,
    EOFError,
    NotImplementedError,
)


@dataclass(frozen=True)
class Row:
    """One row below the header.

    Attributes
    ----------
    line : int
        Line of the file, or row of the sheet, counted from 1.
    cells : tuple
        str, int, float, bool, datetime or None.
    """

    line: int
    cells: tuple[Any, ...]


@dataclass(frozen=True)
class Sheet:
    """A header and the rows below it that are not wholly empty."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def open_sheet(path: Path) -> tuple[Sheet, str]:
    """The table of a file, and the SHA-256 of what was read.

    Raises
    ------
    ConfigError
        If the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        came = error.strerror or str(error)
        raise ConfigError([Problem(str(path), "", came, "a file that can be read")]) from error
    return read_sheet(path, content), hashlib.sha256(content).hexdigest()


def read_sheet(path: Path, content: bytes) -> Sheet:
    """The table of a ``.csv`` or ``.xlsx`` file (its first sheet).

    Parameters
    ----------
    path : Path
        Names the file in messages; its suffix says what the content is.
    content : bytes

    Raises
    ------
    ConfigError
        If it is neither, not UTF-8, no workbook, or without any row.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise _error(str(path), f"a file that ends in {suffix or 'nothing'}", ".csv or .xlsx")
    rows = list(_csv_rows(path, content)) if suffix == ".csv" else _xlsx_rows(path, content)
    rows = [row for row in rows if any(cell not in (None, "") for cell in row.cells)]
    if not rows:
        raise _error(str(path), "an empty file", "a header line and rows below it")
    header = tuple("" if cell is None else str(cell).strip() for cell in rows[0].cells)
    return Sheet(header, tuple(rows[1:]))


def columns_of(path: Path, sheet: Sheet, required: Sequence[str], optional: Sequence[str]) -> dict[str, int]:
    """Column name to position; unknown columns are left alone.

    Raises
    ------
    ConfigError
        If a required column is missing, or one is there twice.
    """
    names = [name.lower() for name in sheet.header]
    problems = []
    for column in required:
        if column not in names:
            others = [name for name in names if name not in required]
            header = f"{', '.join([*required, *(f'[{name}]' for name in optional)])}{did_you_mean(column, others)}"
            problems.append(Problem(f"{path}:1", f"column {column}", None, header))
    for column in (*required, *optional):
        if names.count(column) > 1:
            problems.append(Problem(f"{path}:1", f"column {column}", "twice", "each column once"))
    if problems:
        raise ConfigError(problems)
    return {column: names.index(column) for column in (*required, *optional) if column in names}


def _error(where: str, came: str, wanted: str) -> ConfigError:
    return ConfigError([Problem(where, "", came, wanted)])


def _csv_rows(path: Path, content: bytes) -> Iterator[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        came = f"not UTF-8 (byte 0x{content[error.start]:02x}), perhaps GBK"
        raise _error(f"{path}:{line}", came, 'UTF-8; in Excel: save as "CSV UTF-8"') from error
    header = text.splitlines()[0] if text else ""
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _error(f"{path}:{line}", str(error), "CSV with matching quotes") from error


def _xlsx_rows(path: Path, content: bytes) -> list[Row]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            rows = book.worksheets[0].iter_rows(values_only=True)
            return [Row(number, tuple(cells)) for number, cells in enumerate(rows, 1)]
        finally:
            book.close()
    except _BROKEN_WORKBOOK as error:
        raise _error(
            str(path), f"no whole Excel workbook ({error or type(error).__name__})", "an .xlsx file"
        ) from error
