"""Which rows of a file of statements are good, what is wrong with the others, and what did the good ones change?

Columns: plant, period (YYYY-MM or YYYY), item, value, unit, status (final, provisional, plan) and, if wanted, source.
Good rows are kept, bad rows are listed with line, column and reason; the same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from registry.cells import Refused, parse_period, parse_text, parse_value
from registry.editions import Import
from registry.importreport import BadRow, ImportReport
from registry.problems import one_of, shown
from registry.sheet import Row, columns_of, open_sheet
from registry.statement import STATUSES, Statement, item_fault, period_days, unit_fault
from registry.store import Database

COLUMNS = ("plant", "period", "item", "value", "unit", "status")
OPTIONAL_COLUMNS = ("source",)

_DAY_MS = 86_400_000
_USUAL_INDEX = (50.0, 200.0)


def import_statements(db: Database, path: Path | str, now_ms: Callable[[], int]) -> ImportReport:
    """Keep the statements of a CSV or Excel file.

    Parameters
    ----------
    db : Database
        Brought up to date, with the plants in it.
    path : Path or str
        ``.csv`` (UTF-8, comma or semicolon) or ``.xlsx`` (first sheet).
    now_ms : callable
        The clock. [ms UTC]

    Returns
    -------
    ImportReport

    Raises
    ------
    ConfigError
        If the file cannot be read or lacks a column; nothing is kept then.
    """
    path = Path(path)
    sheet, sha256 = open_sheet(path)
    moment_ms = now_ms()
    parsed = _Parsed(columns_of(path, sheet, COLUMNS, OPTIONAL_COLUMNS), db.plant_ids(), moment_ms)
    for row in sheet.rows:
        parsed.take(row, len(sheet.header))
    changes = db.add_statements(parsed.good, Import(moment_ms, path.name, sha256, len(parsed.bad)))
    return ImportReport(
        file=path.name,
        added=changes.added,
        changed=changes.changed,
        unchanged=changes.unchanged + parsed.repeated,
        bad=tuple(parsed.bad),
        remarks=tuple(parsed.remarks),
    )


class _Parsed:
    """Rows of one file, sorted into good and bad."""

    def __init__(self, columns: dict[str, int], plants: Sequence[str], now_ms: int) -> None:
        self._columns = columns
        self._plants = plants
        self._today = now_ms // _DAY_MS
        self._now_ms = now_ms
        self._first: dict[tuple[str, str, str], tuple[int, Statement]] = {}
        self.bad: list[BadRow] = []
        self.remarks: list[BadRow] = []
        self.repeated = 0

    @property
    def good(self) -> list[Statement]:
        return [statement for _, statement in self._first.values()]

    def take(self, row: Row, width: int) -> None:
        """Read one row."""
        try:
            if len(row.cells) != width:
                raise Refused("", "", f"{len(row.cells)} cells; wanted {width} as in the header")
            statement = statement_of(
                {name: row.cells[at] for name, at in self._columns.items()}, self._plants, self._now_ms
            )
            self._keep(row.line, statement)
        except Refused as refused:
            self.bad.append(BadRow(row.line, refused.column, shown(refused.came), refused.reason))

    def _keep(self, line: int, statement: Statement) -> None:
        key = (statement.plant, statement.item, statement.period)
        if key not in self._first:
            self._first[key] = (line, statement)
            self._remark(line, statement)
        elif self._first[key][1] == statement:
            self.repeated += 1
        else:
            first = self._first[key][0]
            raise Refused("value", statement.value, f"line {first} states the same plant, period and item otherwise")

    def _remark(self, line: int, statement: Statement) -> None:
        value = shown(statement.value)
        if statement.item == "value_added" and statement.value < 0:
            self.remarks.append(BadRow(line, "value", value, "negative value added; kept"))
        if statement.item == "price_index" and not _USUAL_INDEX[0] <= statement.value <= _USUAL_INDEX[1]:
            self.remarks.append(BadRow(line, "value", value, "far from 100; the index counts the previous year as 100"))
        # a day of grace: the period may be over in a zone ahead of UTC
        if statement.status == "final" and period_days(statement.period)[1] > self._today + 1:
            self.remarks.append(BadRow(line, "status", shown("final"), f"{statement.period} is not over yet; kept"))


def statement_of(cells: Mapping[str, Any], plants: Sequence[str], now_ms: int) -> Statement:
    """One row as a statement.

    Parameters
    ----------
    cells : Mapping
        By the names of `COLUMNS` and `OPTIONAL_COLUMNS`.
    plants : sequence of str
        Ids that may be named.
    now_ms : int
        Time of the import. [ms UTC]

    Raises
    ------
    Refused
        With the column that is wrong and why.
    """
    plant = parse_text("plant", cells.get("plant"))
    if plant not in plants:
        raise Refused("plant", plant, f"unknown plant; wanted {one_of(plant, plants)}")
    period = parse_period(cells.get("period"))
    item = parse_text("item", cells.get("item"))
    if (fault := item_fault(item)) is not None:
        raise Refused("item", item, f"unknown item; wanted {fault}")
    value = parse_value(cells.get("value"))
    unit = parse_text("unit", cells.get("unit"))
    if (fault := unit_fault(item, unit)) is not None:
        raise Refused("unit", unit, f"not a unit of {item}; wanted {fault}")
    status = parse_text("status", cells.get("status"))
    if status not in STATUSES:
        raise Refused("status", status, f"unknown status; wanted {one_of(status, STATUSES)}")
    if item == "price_index" and value <= 0:
        raise Refused("value", value, "a price index is above 0")
    if value < 0 and item != "value_added":
        raise Refused("value", value, f"{item} is never negative")
    source = cells.get("source")
    return Statement(
        plant=plant,
        period=period,
        item=item,
        value=value,
        unit=unit,
        status=status,
        source="" if source is None else str(source).strip(),
        imported_ms=now_ms,
    )
