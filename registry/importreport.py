"""What did an import do, and what is wrong with the rows it refused?"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class BadRow:
    """A row that was refused, or a remark about one that was kept.

    Attributes
    ----------
    line : int
        Line of the file, counted from 1.
    column : str
        "" where the row as a whole is meant.
    came : str
    reason : str
    """

    line: int
    column: str
    came: str
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    file : str
    added, changed, unchanged : int
        Good rows: new, superseding an earlier edition, there already.
    bad : tuple of BadRow
        Rows that were refused.
    remarks : tuple of BadRow
        Rows that were kept but look odd.
    """

    file: str
    added: int
    changed: int
    unchanged: int
    bad: tuple[BadRow, ...] = ()
    remarks: tuple[BadRow, ...] = ()

    def write_csv(self, path: Path) -> None:
        """Write the refused rows and the remarks as CSV (UTF-8 with BOM, which Excel needs to know it)."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "column", "came", "reason", "kept"))
            for rows, kept in ((self.bad, "no"), (self.remarks, "yes")):
                writer.writerows((row.line, row.column, row.came, row.reason, kept) for row in rows)

    def __str__(self) -> str:
        lines = [
            f"{self.file}: {self.added} added, {self.changed} changed, {self.unchanged} unchanged, "
            f"{len(self.bad)} refused"
        ]
        for rows, word in ((self.bad, "refused"), (self.remarks, "remark")):
            lines += [f"{self.file}:{row.line}: {word}: {_place(row)}{row.reason}" for row in rows]
        return "\n".join(lines)


def _place(row: BadRow) -> str:
    return f"{row.column} = {row.came}: " if row.column else ""
