"""What does a table of declared events say, and which of its lines cannot be entered?

One line an event: ``point,kind,at,to,end_value,start_value,ratio,shift,why``. Nothing is guessed, and with any line
that cannot be entered none is: the answer is every such line with its column and the reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, get_args

from engine.events.declaration import NEEDED, TAKEN, Declaration, DeclareKind
from engine.events.judging import DecisionError
from engine.events.writtentime import local_instant_ms, parse_shift_ms
from registry import Point, Registry
from registry.cells import Refused, parse_value

COLUMNS = ("point", "kind", "at", "to", "end_value", "start_value", "ratio", "shift", "why")

COLUMN_OF = {"at_ms": "at", "to_ms": "to", "shift_ms": "shift", "who": ""}
"""Columns of what a declaration calls otherwise."""

MOST_LINES = 10_000


@dataclass(frozen=True)
class BadCell:
    """A cell that keeps its line from being entered.

    Attributes
    ----------
    line : int
        Line of the file, counted from 1.
    column : str
        "" where the line as a whole is meant.
    reason : str
        What came and what was wanted.
    """

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class EventSheet:
    """What a file says: `bad` is empty when every line can be entered."""

    declarations: tuple[Declaration, ...]
    bad: tuple[BadCell, ...]


class Declares(Protocol):
    """The part of `engine.events.decisions.Decisions` that a table needs; both raise `DecisionError`."""

    def check(self, declaration: Declaration, who: str) -> None:
        """Whether it could be declared; nothing is entered."""

    def declare_all(self, declarations: Sequence[Declaration], who: str) -> Sequence[object]:
        """Enter all or none."""


def enter(sheet: EventSheet, decisions: Declares, who: str) -> EventSheet:
    """Declare all events of a sheet, or none.

    Returns
    -------
    EventSheet
        What was entered; where nothing was, what keeps the sheet from being entered.
    """
    bad = list(sheet.bad)
    for declaration in sheet.declarations if not bad else ():
        try:
            decisions.check(declaration, who)
        except DecisionError as error:
            column = COLUMN_OF.get(error.field, error.field)
            bad.append(BadCell(declaration.line, column, str(error)))
    if bad:
        return EventSheet((), tuple(bad))
    decisions.declare_all(sheet.declarations, who)
    return sheet


def read_event_sheet(content: bytes, registry: Registry) -> EventSheet:
    """The declarations of a CSV.

    Parameters
    ----------
    content : bytes
        UTF-8 with or without byte order mark, or GB18030; comma or semicolon.
    registry : Registry
        Says which points there are, and in which zone a time without one is read.
    """
    text = _decoded(content)
    if text is None:
        return EventSheet((), (BadCell(1, "", "neither UTF-8 nor GB18030; wanted a CSV in one of them"),))
    try:
        rows = _rows(text)
    except csv.Error as error:
        return EventSheet((), (BadCell(1, "", f"no CSV ({error}); wanted matching quotes"),))
    if not rows:
        return EventSheet((), (BadCell(1, "", f"the file is empty; wanted the header {','.join(COLUMNS)}"),))
    (line, header), body = rows[0], rows[1:]
    names = [cell.strip().lower() for cell in header]
    bad = _header_faults(line, names)
    if not bad and not body:
        bad = [BadCell(line, "", "there is no line below the header; wanted one line an event")]
    if not bad and len(body) > MOST_LINES:
        bad = [BadCell(body[MOST_LINES][0], "", f"{len(body)} lines; wanted at most {MOST_LINES} at once")]
    if bad:
        return EventSheet((), tuple(bad))
    found: list[Declaration] = []
    for number, cells in body:
        if len(cells) > len(names):
            bad.append(BadCell(number, "", f"{len(cells)} cells; wanted {len(names)} as in the header"))
            continue
        declaration, faults = _Line(number, dict(zip(names, cells, strict=False)), registry).read()
        bad += faults
        if declaration is not None:
            found.append(declaration)
    return EventSheet(tuple(found), tuple(bad))


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):  # what is valid UTF-8 is hardly ever meant as GB18030
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Line number and cells of every line that is not wholly empty."""
    first = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    rows, line = [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append((line, cells))
        line = reader.line_num + 1
    return rows


def _header_faults(line: int, names: list[str]) -> list[BadCell]:
    wanted = f"wanted {','.join(COLUMNS)}"
    bad = [BadCell(line, name, f"no such column; {wanted}") for name in names if name not in COLUMNS]
    bad += [BadCell(line, name, "the column stands twice") for name in sorted(set(names)) if names.count(name) > 1]
    missing = [name for name in ("point", "kind", "at", "why") if name not in names]
    return bad + [BadCell(line, name, f"the header has no such column; {wanted}") for name in missing]


class _Line:
    """One line while it is read; every fault is kept, not only the first."""

    def __init__(self, line: int, cells: Mapping[str, str], registry: Registry) -> None:
        self._line = line
        self._cells = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
        self._registry = registry
        self._bad: list[BadCell] = []

    def read(self) -> tuple[Declaration | None, list[BadCell]]:
        point, kind = self._point(), self._kind()
        zone = "UTC" if point is None else self._registry.plants[point.plant].zone
        at_ms, to_ms = self._time("at", zone), self._time("to", zone)
        for name in ("at", "why"):
            if name not in self._cells:
                self._refuse(name, "empty; wanted " + ("when it happened" if name == "at" else "the reason, in words"))
        if kind is not None:
            self._check_use(kind)
        if at_ms is not None and to_ms is not None and to_ms <= at_ms:
            self._refuse("to", f"{self._cells['to']!r} is not after at = {self._cells['at']!r}")
        end, start, ratio, shift = (*map(self._number, ("end_value", "start_value", "ratio")), self._shift())
        if ratio is not None and ratio <= 0:
            self._refuse("ratio", f"{ratio:g}; wanted a number above 0")
        if self._bad or point is None or kind is None or at_ms is None:
            return None, self._bad
        why = self._cells["why"]
        return Declaration(self._line, point, kind, at_ms, to_ms, end, start, ratio, shift, why), []

    def _refuse(self, column: str, reason: str) -> None:
        self._bad.append(BadCell(self._line, column, reason))

    def _point(self) -> Point | None:
        came = self._cells.get("point", "")
        if came in self._registry.points:
            return self._registry.points[came]
        plant = came.split("/", 1)[0]
        known = [p.full_id for p in self._registry.plant_points(plant)] if plant in self._registry.plants else []
        some = ", ".join(known[:6] or list(self._registry.points)[:3])
        self._refuse("point", f"there is no point {came!r}; wanted plant/point, e.g. {some or 'none is described yet'}")
        return None

    def _kind(self) -> DeclareKind | None:
        came = self._cells.get("kind", "").lower()
        for kind in get_args(DeclareKind):
            if came == kind:
                return kind  # type: ignore[no-any-return]  # get_args does not know what it takes apart
        self._refuse("kind", f"{came!r}; wanted one of {', '.join(NEEDED)}")
        return None

    def _check_use(self, kind: str) -> None:
        for name in sorted(NEEDED[kind] - set(self._cells)):
            self._refuse(name, f"empty; {kind} needs it")
        optional = {"to", "end_value", "start_value", "ratio", "shift"}
        for name in sorted((optional & set(self._cells)) - TAKEN[kind]):
            self._refuse(name, f"{self._cells[name]!r}: {kind} has no use for it; wanted an empty cell")

    def _time(self, column: str, zone: str) -> int | None:
        came = self._cells.get(column)
        if came is None:
            return None
        try:
            time_ms = local_instant_ms(came, zone)
        except ValueError as error:
            self._refuse(column, str(error))
            return None
        return time_ms

    def _number(self, column: str) -> float | None:
        came = self._cells.get(column)
        if came is None:
            return None
        try:
            return parse_value(came)
        except Refused as refused:
            self._refuse(column, f"{came!r}: {refused.reason}")
            return None

    def _shift(self) -> int | None:
        came = self._cells.get("shift")
        if came is None:
            return None
        try:
            shift_ms = parse_shift_ms(came)
        except ValueError as error:
            self._refuse("shift", str(error))
            return None
        return shift_ms
