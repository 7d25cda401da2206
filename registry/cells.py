"""What does one cell of a table say: a text, a period, a number, or nothing that can be used?

Nothing is guessed: "1,500" is one and a half to one reader and fifteen hundred to another, so it is refused with the
reason.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from registry.statement import period_days

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class Refused(Exception):
    """A cell that makes its row bad."""

    def __init__(self, column: str, came: object, reason: str) -> None:
        super().__init__(reason)
        self.column, self.came, self.reason = column, came, reason


def parse_text(column: str, cell: Any) -> str:
    """The cell as text without blanks around it; an empty one is refused."""
    if cell is None or not str(cell).strip():
        raise Refused(column, "", "empty")
    return str(cell).strip()


def parse_period(cell: Any) -> str:
    """``YYYY-MM`` or ``YYYY``; a workbook turns the first into the first day of a month, the second into a number."""
    if isinstance(cell, dt.datetime | dt.date):
        if cell.day != 1:
            raise Refused("period", cell.isoformat(), "a single day; wanted YYYY-MM or YYYY")
        return f"{cell.year:04d}-{cell.month:02d}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = parse_text("period", cell)
    try:
        period_days(text)
    except ValueError:
        raise Refused("period", text, "wanted YYYY-MM or YYYY, e.g. 2018-03") from None
    return text


def parse_value(cell: Any) -> float:
    """A finite number, written with a point and without separators; never guessed.

    Parameters
    ----------
    cell : object
        Text of a CSV, or text or number of a workbook.

    Raises
    ------
    Refused
        With the reason, e.g. a comma.
    """
    if isinstance(cell, bool):
        raise Refused("value", cell, "true or false; wanted a number")
    if isinstance(cell, int | float):
        if not math.isfinite(cell):
            raise Refused("value", str(cell), "not a finite number")
        return float(cell)
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        raise Refused("value", cell.isoformat(), "a date; wanted a number (see the cell's format)")
    text = "" if cell is None else str(cell).strip()
    if not text:
        raise Refused("value", "", "empty; leave the row out where nothing is known")
    if _NUMBER.fullmatch(text):
        if not math.isfinite(float(text)):
            raise Refused("value", text, "too large for a number")
        return float(text)
    raise Refused("value", text, _not_a_number(text))


def _not_a_number(text: str) -> str:
    if text.lower().lstrip("+-") in ("nan", "inf", "infinity", "null", "none", "n/a", "na", "-"):
        return "no number; leave the row out where nothing is known"
    if text.startswith("#"):
        return "an error of the spreadsheet; wanted a number"
    if re.fullmatch(r"[+-]?[0-9][0-9,.' \u00a0\u202f]*", text):
        return "a comma or separator; write 1234.5, with a decimal point and without thousands separators"
    if any("\uff01" <= character <= "\uff5e" for character in text):
        return "full-width characters; write ASCII digits"
    return "not a number; the unit has a column of its own"
