"""What stands on the sheets that a figure's formulas refer to: amounts by month, by year, factors, statements?

Each row is written once; whoever needs it gets its cell, as a `Ref` with the number that a spreadsheet will find there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from analytics.calendar import month_first_day, month_of
from engine.accounts import Accounts
from engine.ledger import SIGN, Lane
from engine.period import Period
from engine.value_added import stated_months
from registry import FactorRow, Statement

HEAD = Font(bold=True)


@dataclass(frozen=True)
class Ref:
    """A cell, or an expression over cells, and the number it comes to."""

    text: str
    number: float

    def times(self, other: Ref) -> Ref:
        return Ref(f"{self.text}*{other.text}", self.number * other.number)

    def over(self, divisor: float) -> Ref:
        return Ref(f"{self.text}/{divisor:.17g}", self.number / divisor)


def added(parts: Sequence[tuple[float, Ref]]) -> Ref:
    """Signed sum; 0 of nothing."""
    text = "".join(f"{'-' if sign < 0 else '+'}{ref.text}" for sign, ref in parts).removeprefix("+")
    return Ref(text or "0", sum(sign * ref.number for sign, ref in parts))


def sheet_of(book: Workbook, title: str, head: Iterable[str], widths: Sequence[int] = ()) -> Worksheet:
    """A new sheet with a bold head that stays when one scrolls."""
    sheet: Worksheet = book.create_sheet(title)
    sheet.append(list(head))
    for cell in sheet[1]:
        cell.font = HEAD
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    return sheet


def plain(cell: object) -> object:
    """A cell of somebody's words: text that begins like a formula is text all the same."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "@") else cell


class Inputs:
    """Sheet ``inputs``: what each point amounted to, month by month, over the days of the figure."""

    FIRST = 6

    def __init__(self, book: Workbook, days: Period) -> None:
        months = np.arange(int(month_of(days.first_day)), int(month_of(days.last_day - 1)) + 1)
        names = [f"{1970 + m // 12}-{m % 12 + 1:02d}" for m in months.tolist()]
        edges = np.clip(month_first_day(np.append(months, months[-1] + 1)), days.first_day, days.last_day)
        self._spans = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
        self._years = [1970 + m // 12 for m in months.tolist()]
        self.sheet = sheet_of(
            book, "inputs", ["plant", "point", "direction", "unit", "sum", *names], (12, 26, 12, 8, 14)
        )
        self._rows: dict[tuple[str, int], tuple[int, list[float]]] = {}

    def lane(self, plant: str, lane: Lane, first_day: int) -> tuple[int, list[float]]:
        """The row of a point, written when it is asked for first."""
        key = (lane.name, hash(lane.amount.tobytes()))
        if key not in self._rows:
            amounts = [float(lane.amount[max(a - first_day, 0) : max(b - first_day, 0)].sum()) for a, b in self._spans]
            row = self.sheet.max_row + 1
            last = get_column_letter(self.FIRST + len(amounts) - 1)
            total = f"=SUM({get_column_letter(self.FIRST)}{row}:{last}{row})"
            name = lane.name.removeprefix("point:")
            self.sheet.append([plant, name, lane.direction, lane.unit, total, *amounts])
            self._rows[key] = (row, amounts)
        return self._rows[key]

    def total(self, row: tuple[int, list[float]]) -> Ref:
        """A point over all days."""
        return Ref(f"inputs!$E${row[0]}", sum(row[1]))

    def year(self, row: tuple[int, list[float]], year: int) -> Ref:
        """A point over the months of one year."""
        at = [i for i, y in enumerate(self._years) if y == year]
        if not at:
            return Ref("0", 0.0)
        first, last = (get_column_letter(self.FIRST + i) for i in (at[0], at[-1]))
        return Ref(f"SUM(inputs!${first}${row[0]}:${last}${row[0]})", sum(row[1][i] for i in at))


class Factors:
    """Sheet ``factors``: rows of the factor book, and what one canonical unit counts for. [kg]"""

    def __init__(self, book: Workbook) -> None:
        head = ("factor", "quantity", "basis", "value", "unit", "kg per", "unit to kg", "kg", "edition", "from", "to")
        self.sheet = sheet_of(book, "factors", (*head, "source", "confidence", "plant"), (16, 10, 12, 10, 12))
        self._rows: dict[tuple[FactorRow, str], int] = {}
        self._constants: dict[tuple[str, float], int] = {}

    def kg(self, row: FactorRow, unit: str) -> Ref:
        """Kilograms of coal equivalent or CO2 per `unit`."""
        if (row, unit) not in self._rows:
            at = self.sheet.max_row + 1
            per = row.kg_per(unit) / row.value
            dates = (row.valid_from, row.valid_to)
            self.sheet.append(
                [row.carrier, row.quantity, row.basis, row.value, row.unit, unit, per, f"=D{at}*G{at}", row.edition]
                + [None if day is None else day.isoformat() for day in dates]
                + [plain(row.source), row.confidence, row.plant or ""]
            )
            self._rows[row, unit] = at
        return Ref(f"factors!$H${self._rows[row, unit]}", row.value * (row.kg_per(unit) / row.value))

    def row(self, row: FactorRow) -> Ref:
        """The coefficient as it is printed."""
        unit = row.unit.split("/")[1]
        self.kg(row, unit)
        return Ref(f"factors!$D${self._rows[row, unit]}", row.value)

    def constant(self, name: str, value: float, unit: str, source: str) -> Ref:
        """A number of a law or a definition."""
        if (name, value) not in self._constants:
            self.sheet.append([name, "", "", value, unit, "", "", "", "", "", "", source])
            self._constants[name, value] = self.sheet.max_row
        return Ref(f"factors!$D${self._constants[name, value]}", value)


class Statements:
    """Sheet ``statements``: what was stated, how many of its days count, and the price level that turns it."""

    def __init__(self, book: Workbook, days: Period) -> None:
        head = ("plant", "item", "period", "value", "unit", "status", "source", "imported", "days counted", "days")
        self.sheet = sheet_of(book, "statements", (*head, "price level", "counts as"), (12, 22, 10, 12, 16))
        self._days = days
        self._rows: dict[tuple[str, str, str], int] = {}
        self._levels: dict[tuple[str, int], Ref] = {}

    def value(self, statement: Statement) -> Ref:
        """As it was stated."""
        key = (statement.plant, statement.item, statement.period)
        if key not in self._rows:
            imported = dt.datetime.fromtimestamp(statement.imported_ms / 1000.0, dt.UTC)
            self.sheet.append(
                [
                    *(plain(text) for text in key), statement.value, plain(statement.unit), statement.status,
                    plain(statement.source), imported.strftime("%Y-%m-%d %H:%M:%SZ"),
                ]
            )  # fmt: skip
            self._rows[key] = self.sheet.max_row
        return Ref(f"statements!$D${self._rows[key]}", statement.value)

    def counted(self, books: Accounts, statement: Statement, *, deflated: bool) -> Ref:
        """The part of it that belongs to the figure's days, at prices of the base year where that is asked."""
        value = self.value(statement)
        row = self._rows[statement.plant, statement.item, statement.period]
        months = stated_months(books.registry.statements(statement.plant, statement.item))
        mine = np.array([month for month, one in months.items() if one == statement])
        first, last = month_first_day(mine), month_first_day(mine + 1)
        inside = np.minimum(last, self._days.last_day) - np.maximum(first, self._days.first_day)
        whole = statement.days()[1] - statement.days()[0]
        counted = int(np.maximum(inside, 0).sum())
        self.sheet.cell(row, 9, counted)
        self.sheet.cell(row, 10, whole)
        formula, number = f"=D{row}*I{row}/J{row}", value.number * counted / whole
        if deflated:
            level = self._level(books, statement.plant, statement.year)
            self.sheet.cell(row, 11, f"={level.text.removeprefix('statements!')}")
            formula, number = f"{formula}/K{row}", number / level.number
        self.sheet.cell(row, 12, formula)
        return Ref(f"statements!$L${row}", number)

    def _level(self, books: Accounts, plant: str, year: int) -> Ref:
        """Prices of a year against the base year: the chain of its price indices."""
        if year == books.base_year:
            return Ref("1", 1.0)
        if (plant, year) not in self._levels:
            before = self._level(books, plant, year - 1)
            index = next(s for s in books.registry.statements(plant, "price_index") if s.period == str(year))
            self.value(index)
            row = self._rows[plant, "price_index", index.period]
            self.sheet.cell(row, 11, f"={before.text.removeprefix('statements!')}*D{row}/100")
            self._levels[plant, year] = Ref(f"statements!$K${row}", before.number * index.value / 100.0)
        return self._levels[plant, year]


class Years:
    """Sheet ``years``: a carrier's or a material's amount by calendar year, since each year has its own factor."""

    def __init__(self, book: Workbook) -> None:
        head = ("plant", "what", "year", "amount", "unit", "made here", "sent out", "own use", "from outside")
        self.sheet = sheet_of(book, "years", head, (12, 24, 8, 16))
        self._rows: dict[tuple[str, str, int], tuple[Ref, Ref, Ref]] = {}

    def row(
        self, plant: str, what: str, unit: str, year: int, amount: Ref, made: Ref, sent: Ref, *, nets: bool
    ) -> tuple[Ref, Ref, Ref]:
        """The cells of amount, own use and what came from outside; `nets`: exports are taken off own production."""
        key = (plant, what, year)
        if key not in self._rows:
            at = self.sheet.max_row + 1
            own = f"=MAX(F{at}-G{at},0)" if nets else f"=F{at}"
            cells = [f"={amount.text}", unit, f"={made.text}", f"={sent.text}", own, f"=D{at}-H{at}"]
            self.sheet.append([plant, what, year, *cells])
            own_number = max(made.number - sent.number, 0.0) if nets else made.number
            self._rows[key] = (
                Ref(f"years!$D${at}", amount.number),
                Ref(f"years!$H${at}", own_number),
                Ref(f"years!$I${at}", amount.number - own_number),
            )
        return self._rows[key]


def sign_of(direction: str) -> float:
    """How a point of this direction enters its carrier."""
    return SIGN.get(direction, 1.0)
