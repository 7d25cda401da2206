"""Where do rows go that are not kept, when there may be millions of them?

All are counted, the first are remembered for the screen, and every one is written to a CSV where one was asked for.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.bulk.rows import Refused
from collector.bulk.source import ImportFailed

MOST_LISTED = 1000
"""So many are remembered with their reasons."""

HEADER = ("file", "line", "column", "came", "reason", "kept")


class RefusedRows:
    """Collects what was refused.

    Attributes
    ----------
    count : int
        All of them.
    listed : list of tuple of str and Refused
        The first `MOST_LISTED`, each with its file.
    """

    def __init__(self, write: Callable[[tuple[str, ...]], None] | None = None) -> None:
        self.count = 0
        self.listed: list[tuple[str, Refused]] = []
        self._write = write

    def add(self, file: str, refused: Iterable[Refused]) -> None:
        """Count and list some more."""
        for row in refused:
            self.count += 1
            if len(self.listed) < MOST_LISTED:
                self.listed.append((file, row))
            if self._write is not None:
                self._write((file, row.place, row.column, row.came, row.reason, "no"))


@contextmanager
def refused_rows(report: Path | None) -> Iterator[RefusedRows]:
    """A collection that also writes to a CSV (UTF-8 with BOM, which Excel needs to know it).

    Raises
    ------
    ImportFailed
        If the CSV cannot be written.
    """
    if report is None:
        yield RefusedRows()
        return
    try:
        file = report.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
    except OSError as error:
        raise _cannot_write(report, error) from error
    with file:
        writer = csv.writer(file)

        def write(row: tuple[str, ...]) -> None:
            try:
                writer.writerow(row)
            except OSError as error:
                raise _cannot_write(report, error) from error

        write(HEADER)
        yield RefusedRows(write)


def _cannot_write(report: Path, error: OSError) -> ImportFailed:
    return ImportFailed(f"{report}: cannot be written ({error.strerror}); wanted a place for the list of refused rows")
