"""Which rows of a file of factors are good, what is wrong with the others, and what did the good ones change?

Columns: carrier, quantity (coal, co2), basis (equivalent, equal, both), value, unit, edition, source, confidence (sure,
unsure) and, if wanted, valid_from, valid_to (``[from, to)``, YYYY-MM-DD), plant, note. A row about the same as an
earlier one supersedes it; the earlier one is kept. The same file twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from registry.cells import Refused, parse_text, parse_value
from registry.editions import Import
from registry.factorrow import ANY_EDITION, PLANT_EDITION, Edition, FactorRow, factor_unit_fault
from registry.importreport import BadRow, ImportReport
from registry.lists import CARRIERS, MATERIALS
from registry.problems import one_of, shown
from registry.sheet import columns_of, open_sheet
from registry.store import Database

COLUMNS = ("carrier", "quantity", "basis", "value", "unit", "edition", "source", "confidence")
OPTIONAL_COLUMNS = ("valid_from", "valid_to", "plant", "note")

_QUANTITIES = ("coal", "co2")
_BASES = ("equivalent", "equal", "both")
_CONFIDENCES = ("sure", "unsure")


def import_factors(
    db: Database, path: Path | str, now_ms: Callable[[], int], who: str = "", why: str = ""
) -> ImportReport:
    """Keep the factor rows of a CSV or Excel file.

    Parameters
    ----------
    db : Database
        Brought up to date, with the plants and editions in it.
    path : Path or str
        ``.csv`` (UTF-8, comma or semicolon) or ``.xlsx`` (first sheet).
    now_ms : callable
        The clock. [ms UTC]
    who, why : str
        Kept with the import.

    Raises
    ------
    ConfigError
        If the file cannot be read or lacks a column; nothing is kept then.
    """
    path = Path(path)
    sheet, sha256 = open_sheet(path)
    columns = columns_of(path, sheet, COLUMNS, OPTIONAL_COLUMNS)
    plants, editions = db.plant_ids(), db.factor_editions()
    good: dict[str, tuple[int, FactorRow]] = {}
    bad: list[BadRow] = []
    repeated = 0
    for line in sheet.rows:
        try:
            if len(line.cells) != len(sheet.header):
                raise Refused("", "", f"{len(line.cells)} cells; wanted {len(sheet.header)} as in the header")
            row = factor_of({name: line.cells[at] for name, at in columns.items()}, plants, editions)
            first, same = good.setdefault(row.key, (line.line, row))
            if same != row:
                raise Refused("value", row.value, f"line {first} gives the same factor otherwise")
            repeated += first != line.line
        except Refused as refused:
            bad.append(BadRow(line.line, refused.column, shown(refused.came), refused.reason))
    read = Import(now_ms(), path.name, sha256, len(bad), who, why)
    changes = db.add_factors([row for _, row in good.values()], read)
    return ImportReport(path.name, changes.added, changes.changed, changes.unchanged + repeated, tuple(bad))


def factor_of(cells: Mapping[str, Any], plants: Sequence[str], editions: Sequence[Edition]) -> FactorRow:
    """One row as a factor.

    Parameters
    ----------
    cells : Mapping
        By the names of `COLUMNS` and `OPTIONAL_COLUMNS`; what is not there is empty.
    plants : sequence of str
        Ids that may be named.
    editions : sequence of Edition
        That the book has.

    Raises
    ------
    Refused
        With the column that is wrong and why.
    """
    carrier = _one_of("carrier", cells, [*CARRIERS, *MATERIALS])
    quantity = _one_of("quantity", cells, _QUANTITIES)
    basis = _one_of("basis", cells, _BASES)
    value = parse_value(cells.get("value"))
    if value <= 0:
        raise Refused("value", value, "a factor is above 0")
    unit = parse_text("unit", cells.get("unit"))
    if (fault := factor_unit_fault(unit, quantity)) is not None:
        raise Refused("unit", unit, f"not a unit of a {quantity} factor; wanted {fault}")
    plant = _text(cells.get("plant")) or None
    if plant is not None and plant not in plants:
        raise Refused("plant", plant, f"unknown plant; wanted {one_of(plant, plants)}")
    known = [e.name for e in editions if e.quantity == quantity] + [ANY_EDITION] + [PLANT_EDITION] * (plant is not None)
    edition = _one_of("edition", cells, known)
    valid_from, valid_to = (_date(name, cells.get(name)) for name in ("valid_from", "valid_to"))
    if valid_from is not None and valid_to is not None and valid_from >= valid_to:
        raise Refused("valid_to", valid_to.isoformat(), f"not after valid_from ({valid_from.isoformat()})")
    return FactorRow.model_validate(
        {
            "carrier": carrier,
            "quantity": quantity,
            "basis": basis,
            "value": value,
            "unit": unit,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "edition": edition,
            "source": parse_text("source", cells.get("source")),
            "confidence": _one_of("confidence", cells, _CONFIDENCES),
            "note": _text(cells.get("note")),
            "plant": plant,
        }
    )


def _one_of(column: str, cells: Mapping[str, Any], known: Sequence[str]) -> str:
    text = parse_text(column, cells.get(column))
    if text not in known:
        raise Refused(column, text, f"unknown; wanted {one_of(text, known)}")
    return text


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _date(column: str, cell: Any) -> dt.date | None:
    """A date, or None for an empty cell: open."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = _text(cell)
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refused(column, text, "not a date; wanted YYYY-MM-DD, e.g. 2018-01-01, or nothing") from None
