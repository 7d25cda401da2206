"""By which formula does a spreadsheet find each figure of a tree again?

A rule a kind of figure, by the head of its name. Every rule says also the number it comes to; where that is not the
figure's, the value itself is written and called one, so a workbook never shows a formula that does not hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from openpyxl import Workbook

from analytics.energy import GRID
from analytics.pollutants import AIR_KG, WATER_KG
from analytics.units import convert
from engine.accounts import Accounts
from engine.explain.evidence import factors_of
from engine.ledger import Lane
from engine.period import Period
from engine.savings.saving import KINDS, OF_SUMS
from engine.workbook.node import Node
from engine.workbook.sheets import Factors, Inputs, Ref, Statements, Years, added, sign_of
from registry import FactorMissing, FactorRow, Statement

SAME = 1e-9
"""A formula holds when it comes to the figure's value within this share."""

KG_PER_T = 1000.0


class Rules:
    """Formulas for the figures of one workbook.

    Parameters
    ----------
    book : Workbook
        Gets the sheets ``inputs``, ``years``, ``factors`` and ``statements``.
    accounts : sequence of Accounts
    days : Period
        Of the figure.
    """

    def __init__(self, book: Workbook, accounts: Sequence[Accounts], days: Period) -> None:
        self._books = {books.ledger.plant: books for books in accounts}
        self._days = days
        self._inputs, self._years = Inputs(book, days), Years(book)
        self._factors, self.statements = Factors(book), Statements(book, days)
        self._kinds: Mapping[str, Callable[[Node], Ref | None]] = {
            "point": self._point,
            "statement": self._statement,
            "factor": self._factor,
            "factor_co2": self._factor,
            "coal": self._coal,
            "co2": self._co2,
            "own": self._own,
            "bought": self._difference,
            "material": self._material,
            "value_added_base_prices": self._value_added,
            **dict.fromkeys((f"{kind}{end}" for kind in KINDS for end in ("", OF_SUMS)), self._saving),
        }

    def formula(self, node: Node) -> Ref | None:
        """The expression that comes to the figure's value; None where there is none that does."""
        value = node.figure.value
        if value is None:
            return None
        head = node.figure.name.partition(":")[0]
        rules = [self._kinds[head]] if head in self._kinds else []
        for rule in (*rules, self._ratio, self._equivalents, self._sum, self._signed_sum):
            found = rule(node)
            if found is not None and math.isclose(found.number, value, rel_tol=SAME, abs_tol=1e-12):
                return found
        return None

    # -- sums and ratios -----------------------------------------------------------------------------------------------

    def _sum(self, node: Node) -> Ref | None:
        return added([(1.0, ref) for _, ref in node.children]) if node.children else None

    def _signed_sum(self, node: Node) -> Ref | None:
        if not node.children or not node.plant:
            return None
        points = self._books[node.plant].registry.points
        parts = []
        for figure, ref in node.children:
            point = points.get(figure.name.removeprefix("point:"))
            parts.append((1.0 if point is None else sign_of(point.direction), ref))
        return added(parts)

    def _ratio(self, node: Node) -> Ref | None:
        if "/" not in node.figure.unit or len(node.children) != 2:
            return None
        (_, top), (_, bottom) = node.children
        return Ref(f"{top.text}/{bottom.text}", top.number / bottom.number) if bottom.number else None

    def _difference(self, node: Node) -> Ref | None:
        if len(node.children) != 2:
            return None
        return added([(1.0, node.children[0][1]), (-1.0, node.children[1][1])])

    def _saving(self, node: Node) -> Ref | None:
        if len(node.children) != 3:
            return None
        (_, then), (_, now), (_, value) = node.children
        return Ref(f"({then.text}-{now.text})*{value.text}", (then.number - now.number) * value.number)

    def _equivalents(self, node: Node) -> Ref | None:
        if node.figure.unit != "equivalents":
            return None
        for table in (WATER_KG, AIR_KG):
            parts = []
            for figure, ref in node.children:
                pollutant = figure.name.partition(":")[2]
                if pollutant not in table:
                    break
                source = "Environmental Protection Tax Law, annex 2"
                kg = self._factors.constant(f"equivalent:{pollutant}", table[pollutant], "kg", source)
                parts.append((1.0, Ref(f"{ref.text}/{kg.text}", ref.number / kg.number)))
            found = added(parts) if len(parts) == len(node.children) else None
            if found is not None and math.isclose(found.number, node.figure.value or math.nan, rel_tol=SAME):
                return found
        return None

    # -- points --------------------------------------------------------------------------------------------------------

    def _point(self, node: Node) -> Ref | None:
        for lane in self._lanes(node.plant, node.above.partition(":")[2], node.figure.name):
            row = self._inputs.lane(node.plant, lane, self._books[node.plant].ledger.first_day)
            found = self._inputs.total(row)
            if math.isclose(found.number, node.figure.value or 0.0, rel_tol=SAME, abs_tol=1e-12):
                return found
        return None

    def _lanes(self, plant: str, carrier: str, name: str) -> list[Lane]:
        """The point's days: where months are billed without those, else as they were metered."""
        if plant not in self._books:
            return []
        books = self._books[plant]
        counted = books.sources(carrier, self._days)[0] if carrier in books.ledger.carriers else None
        groups = [*books.ledger.carriers.values(), *books.ledger.loads.values()]
        lanes = [*(() if counted is None else counted.parts), *(part for lane in groups for part in lane.parts)]
        return [lane for lane in lanes if lane.name == name]

    # -- statements ----------------------------------------------------------------------------------------------------

    def _statement(self, node: Node) -> Ref | None:
        statement = self._said(node)
        if statement is None:
            return None
        value = self.statements.value(statement)
        if node.figure.unit == statement.unit:
            return value
        factor = convert(1.0, statement.unit, node.figure.unit)
        return Ref(f"{value.text}*{factor:.17g}", value.number * factor)

    def _said(self, node: Node) -> Statement | None:
        item = node.figure.name.partition(":")[2]
        stated = self._books[node.plant].registry.statements(node.plant, item) if node.plant in self._books else ()
        days = tuple(round(ms / 86_400_000) for ms in (node.figure.from_ms, node.figure.to_ms))
        return next((s for s in stated if s.days() == days), None)

    def _value_added(self, node: Node) -> Ref | None:
        return self._counted(node, deflated=True)

    def _material(self, node: Node) -> Ref | None:
        return self._counted(node, deflated=False)

    def _counted(self, node: Node, *, deflated: bool) -> Ref | None:
        if node.plant not in self._books:
            return None
        said = [self._said(Node(figure, node.plant, (), node.figure.name)) for figure, _ in node.children]
        books = self._books[node.plant]
        parts = [(1.0, self.statements.counted(books, s, deflated=deflated)) for s in said if s is not None]
        return added(parts) if parts else None

    # -- factors -------------------------------------------------------------------------------------------------------

    def _factor(self, node: Node) -> Ref | None:
        registry = next(iter(self._books.values())).registry
        row = next(iter(factors_of(registry, replace(node.figure, scope=f"plant:{node.plant}"))), None)
        return None if row is None else self._factors.row(row)

    def _coal(self, node: Node) -> Ref | None:
        name = node.figure.name.partition(":")[2]
        if node.plant not in self._books or not node.children:
            return None
        books, unit = self._books[node.plant], node.children[0][0].unit
        parts = []
        for year, *_ in self._days.years():
            amount, own, outside = self._year(books, name, unit, year)
            row, own_row = books.coal_factors(name, year, unit)
            if name == GRID:
                parts += [(outside, row), (own, own_row)] if own.number else [(amount, row)]
            else:
                parts.append((amount, row))
        return self._by_factors(parts, unit, 1.0)

    def _co2(self, node: Node) -> Ref | None:
        name = node.figure.name.partition(":")[2]
        if node.plant not in self._books or not node.children:
            return None
        books, (amount_of, amount_ref) = self._books[node.plant], node.children[0]
        sign = -1.0 if node.figure.formula.startswith("-") else 1.0
        years = [year for year, *_ in self._days.years()]
        try:
            rows = [books.co2_factor(name, year, amount_of.unit) for year in years]
        except FactorMissing:
            return None
        if len(set(rows)) == 1:
            return self._by_factors([(amount_ref, rows[0])], amount_of.unit, sign)
        parts = [(self._year(books, name, amount_of.unit, y)[2], row) for y, row in zip(years, rows, strict=True)]
        return self._by_factors(parts, amount_of.unit, sign)

    def _by_factors(self, parts: Sequence[tuple[Ref, FactorRow]], unit: str, sign: float) -> Ref:
        """Amounts times their factors. [t]"""
        return added([(sign, amount.times(self._factors.kg(row, unit)).over(KG_PER_T)) for amount, row in parts])

    def _own(self, node: Node) -> Ref | None:
        name = node.figure.name.partition(":")[2]
        if node.plant not in self._books:
            return None
        lane = self._books[node.plant].ledger.carriers.get(name)
        if lane is None:
            return None
        made, sent = (
            added([(1.0, self._inputs.total(self._row(node.plant, name, part.name))) for part in lane.parts
                   if part.direction == direction])
            for direction in ("production", "export")
        )  # fmt: skip
        if name != GRID:
            return made
        return Ref(f"MAX({made.text}-({sent.text}),0)", max(made.number - sent.number, 0.0))

    def _row(self, plant: str, carrier: str, name: str) -> tuple[int, list[float]]:
        lane = self._lanes(plant, carrier, name)[0]
        return self._inputs.lane(plant, lane, self._books[plant].ledger.first_day)

    def _year(self, books: Accounts, name: str, unit: str, year: int) -> tuple[Ref, Ref, Ref]:
        """A carrier's amount of a year, what of it was made and used here, and what came from outside."""
        lane, bills = books.sources(name, self._days)
        plant, first_day = books.ledger.plant, books.ledger.first_day
        flows: dict[str, list[tuple[float, Ref]]] = {}
        for part in lane.parts if lane is not None else ():
            ref = self._inputs.year(self._inputs.lane(plant, part, first_day), year)
            flows.setdefault(part.direction, []).append((sign_of(part.direction), ref))
        metered = [entry for entries in flows.values() for entry in entries]
        for bill in bills:
            if bill.year == year:
                factor = convert(1.0, bill.unit, unit)
                value = self.statements.value(bill)
                metered.append((1.0, Ref(f"{value.text}*{factor:.17g}", value.number * factor)))
        made, sent = (added([(1.0, ref) for _, ref in flows.get(d, [])]) for d in ("production", "export"))
        return self._years.row(plant, f"carrier:{name}", unit, year, added(metered), made, sent, nets=name == GRID)
