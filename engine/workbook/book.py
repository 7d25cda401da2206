"""How does a figure become a workbook that works it out again?

::

    figure      the tree, one row a figure; its value is a formula over the rows below and the other sheets
    inputs      what each point amounted to, month by month
    years       carriers and materials by calendar year, where a factor of the year turns them
    factors     rows of the factor book
    statements  what was stated, with the days that count and the price level
    events      what was doubtful or said about the points
    about       id, moment, editions, coverage

The column beside each formula holds the value that Taihu found, and the next one their difference: 0 everywhere.
"""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from engine.explain.explainer import Explanation
from engine.explain.names import figure_text
from engine.explain.resolve import plant_of
from engine.figure import Figure
from engine.workbook.node import Node
from engine.workbook.rules import Rules
from engine.workbook.sheets import Ref, Statements, plain, sheet_of

HEAD = (
    "figure 数值", "value 值", "unit 单位", "by Taihu", "difference 差", "from 起", "to 止（不含）", "known 已知",
    "estimated 估算", "provisional 暂定", "formula 公式", "how 方式", "remark 备注", "name 名称",
)  # fmt: skip
VALUE = "B"


def workbook(found: Explanation, made_ms: int) -> bytes:
    """The figure and everything below it as ``.xlsx`` with live formulas.

    Parameters
    ----------
    found : Explanation
        `engine.explain.explainer.Explainer.explain`.
    made_ms : int
        When this is made. [ms UTC]
    """
    book = Workbook()
    book.remove(book.active)
    sheet = sheet_of(book, "figure", HEAD, (44, 16, 14, 16, 12, 12, 12, 9, 9, 9, 26, 10, 20, 40))
    rules = Rules(book, found.asked.accounts, found.asked.days)
    _Tree(sheet, rules, found).write()
    _statements(rules.statements, found)
    _events(book, found)
    _about(book, found, made_ms)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class _Tree:
    """The sheet of figures: rows are given out from above, formulas found from below."""

    def __init__(self, sheet: Worksheet, rules: Rules, found: Explanation) -> None:
        self._sheet, self._rules, self._found = sheet, rules, found
        self._zone = ZoneInfo(plant_of(found.asked.accounts[0]).zone)
        self._next_row = 2

    def write(self) -> None:
        """All rows."""
        self._row(self._found.figure, "", 0, "")
        self._sheet["A2"].font = self._sheet["B2"].font = Font(bold=True)

    def _row(self, figure: Figure, plant: str, depth: int, above: str) -> Ref:
        row, self._next_row = self._next_row, self._next_row + 1
        if figure.scope:
            plant = figure.scope.removeprefix("plant:") if figure.scope.startswith("plant:") else ""
        children = [(part, self._row(part, plant, depth + 1, figure.name)) for part in figure.inputs]
        formula = self._rules.formula(Node(figure, plant, children, above))
        written: object = figure.value
        if formula is not None:
            written = f"={formula.text}"
        how = "" if figure.value is None else "value" if formula is None else "formula"
        value = math.nan if figure.value is None else figure.value
        self._cells(row, figure, written, how, depth)
        return Ref(f"{VALUE}{row}", value)

    def _cells(self, row: int, figure: Figure, written: object, how: str, depth: int) -> None:
        name = figure_text(self._found.registry, figure.name)
        dates = [self._date(ms) for ms in (figure.from_ms, figure.to_ms)]
        shares = [figure.coverage, figure.estimated, figure.provisional]
        difference = None if figure.value is None else f"=B{row}-D{row}"
        owner = f" [{figure.scope}]" if figure.scope and depth else ""
        cells = [
            figure.name + owner, written, figure.unit, figure.value, difference, *dates, *shares, figure.formula, how,
            figure.note, f"{name.zh} {name.en}",
        ]  # fmt: skip
        for column, cell in enumerate(cells, 1):
            at = self._sheet.cell(row, column, plain(cell) if column != 2 and column != 5 else cell)
            if column in (8, 9, 10):
                at.number_format = "0.0%"
        self._sheet.cell(row, 1).alignment = Alignment(indent=depth)

    def _date(self, ms: int) -> str:
        local = datetime.fromtimestamp(ms / 1000.0, UTC).astimezone(self._zone)
        return local.strftime("%Y-%m-%d" if (local.hour, local.minute) == (0, 0) else "%Y-%m-%d %H:%M")


def _statements(sheet: Statements, found: Explanation) -> None:
    """Statements that no formula asked for stand there too."""
    for use in found.statements:
        sheet.value(use.statement)


def _events(book: Workbook, found: Explanation) -> None:
    head = ("point", "what", "state", "from", "until", "effect", "unit", "decision", "who", "why")
    sheet = sheet_of(book, "events", head, (26, 14, 12, 20, 20))
    for entry in found.events:
        said = entry.decision
        cells = [
            entry.point.full_id, entry.what, entry.state, _utc(entry.from_ms), _utc(entry.until_ms), entry.effect,
            entry.amount_unit, *(("", "", "") if said is None else (said.decision, said.who, said.why)),
        ]  # fmt: skip
        sheet.append([plain(cell) for cell in cells])


def _about(book: Workbook, found: Explanation, made_ms: int) -> None:
    sheet = sheet_of(book, "about", ("what 内容", ""), (28, 90))
    figure = found.figure
    rows = [
        ("id", found.asked.id),
        ("zh", found.text.zh),
        ("en", found.text.en),
        ("formula 公式", found.clause.formula),
        ("clause 条款", found.clause.source),
        ("rule 规则", found.clause.text.zh),
        ("rule", found.clause.text.en),
        ("confidence 可信度", found.clause.confidence),
        ("as of 截至", _utc(found.as_of_ms)),
        ("made 生成", _utc(made_ms)),
        ("coverage 已知比例", figure.coverage),
        ("estimated 估算比例", figure.estimated),
        ("provisional 暂定比例", figure.provisional),
        ("factor editions 系数版本", ", ".join(dict.fromkeys(row.edition for row in found.factors))),
        ("statements 报送数据", len(found.statements)),
        ("readings 读数", sum(use.readings for use in found.points)),
    ]
    for row in rows:
        sheet.append([plain(cell) for cell in row])


def _utc(ms: int) -> str:
    if ms >= 253_402_300_799_000:
        return ""
    return datetime.fromtimestamp(ms / 1000.0, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
