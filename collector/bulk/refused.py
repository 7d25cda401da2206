"""Where do rows go that are not kept, when there may be millions of them?

All are counted, the first are remembered for the screen, and every one is written to a CSV where one was asked for.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from collector.bulk.rows import Refused

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

    def __init__(self, writer: Any = None) -> None:
        self.count = 0
        self.listed: list[tuple[str, Refused]] = []
        self._writer = writer

    def add(self, file: str, refused: Iterable[Refused]) -> None:
        """Count and list some more."""
        for row in refused:
            self.count += 1
            if len(self.listed) < MOST_LISTED:
                self.listed.append((file, row))
            if self._writer is not None:
                self._writer.writerow((file, row.place, row.column, row.came, row.reason, "no"))


@contextmanager
def refused_rows(report: Path | None) -> Iterator[RefusedRows]:
    """A collection that also writes to a CSV (UTF-8 with BOM, which Excel needs to know it).

    Raises
    ------
    OSError
        If the CSV cannot be written.
    """
    if report is None:
        yield RefusedRows()
        return
    with report.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        yield RefusedRows(writer)
