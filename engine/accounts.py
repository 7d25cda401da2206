"""What are a plant's energy, water, loads and value added over a stretch of local days, and what were they made of?

Every answer is a `Figure` with its inputs below it: carriers above points, factor rows beside the amounts they turned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.calendar import day_start, month_first_day
from analytics.energy import GRID, SELF_USE, coal_equivalent_tce, electricity
from analytics.units import DIMENSIONS, UNITS, convert
from analytics.value_added import chained_index, deflate, provisional_days, provisional_share, spread_months
from engine.figure import Figure
from engine.ledger import Lane, Ledger
from registry import FactorMissing, FactorRow, Registry, Statement
from registry.factors import Basis

NOT_ENERGY = frozenset({"water"})
"""Carriers that are counted for themselves. Fresh water as an energy-carrying medium (GB/T 2589 annex B) is left out,
as in the statistical returns on which targets per value added rest."""


@dataclass(frozen=True)
class Period:
    """Local days ``[first_day, last_day)`` (days since 1970) and the same in UTC."""

    first_day: int
    last_day: int
    from_ms: int
    to_ms: int

    @classmethod
    def of(cls, first_day: int, last_day: int, zone: str) -> Period:
        edges = day_start(np.array([first_day, last_day]), zone)
        return cls(first_day, last_day, int(edges[0]), int(edges[1]))

    @property
    def days(self) -> int:
        return self.last_day - self.first_day

    def years(self) -> list[tuple[int, int, int]]:
        """The calendar years in it, each with its first and last day inside: (year, first_day, last_day)."""
        first, last = _year(self.first_day), _year(self.last_day - 1)
        cuts = [self.first_day, *(_new_year(y) for y in range(first + 1, last + 1)), self.last_day]
        return [(first + i, cuts[i], cuts[i + 1]) for i in range(last - first + 1)]


def _year(day: int) -> int:
    return int(np.datetime64(day, "D").astype("datetime64[Y]").astype(int)) + 1970


def _new_year(year: int) -> int:
    return int(np.datetime64(f"{year}-01-01", "D").astype(int))


class Accounts:
    """One plant's books.

    Parameters
    ----------
    registry : Registry
    ledger : Ledger
    basis : str
        ``equivalent`` (当量值) or ``equal`` (等价值).
    edition : str
        Edition of the factor book, e.g. ``GB/T 2589-2008``.
    base_year : int
        Value added is at the prices of this year.
    """

    def __init__(self, registry: Registry, ledger: Ledger, basis: Basis, edition: str, base_year: int) -> None:
        self._registry = registry
        self._ledger = ledger
        self._basis: Basis = basis
        self._edition = edition
        self._factors = registry.factors.edition(edition)
        self._base_year = base_year

    # -- energy and water ----------------------------------------------------------------------------------------------

    def energy(self, period: Period) -> Figure:
        """Comprehensive energy in tonnes of coal equivalent. [tce]"""
        carriers = [
            self.carrier_tce(name, period) for name in sorted(self._energy_carriers()) if name not in NOT_ENERGY
        ]
        return self._sum("energy_tce", "tce", period, carriers, "Σ Eᵢ · kᵢ")

    def _energy_carriers(self) -> set[str]:
        items = self._registry.statement_items(self._ledger.plant)
        return set(self._ledger.carriers) | {
            item.removeprefix("energy:") for item in items if item.startswith("energy:")
        }

    def carrier_tce(self, name: str, period: Period) -> Figure:
        """One carrier's part of the comprehensive energy: its amount times the factor of each year. [tce]"""
        amount = self.carrier(name, period)
        unknown = replace(amount, name=f"coal:{name}", value=None, unit="tce", inputs=(amount,))
        if amount.value is None:
            return unknown
        total, used = 0.0, []
        for year, first, last in period.years():
            try:
                row = self._factor(name, self._basis, year, amount.unit)
                own = self._factor(name, "equivalent", year, amount.unit)
            except FactorMissing:
                return replace(unknown, coverage=0.0, note="factor_missing")
            used.append(row)
            total += self._coal_of(name, Period(first, last, 0, 0), row.kg_per(amount.unit), own.kg_per(amount.unit))
        return Figure(
            name=f"coal:{name}",
            value=total,
            unit="tce",
            from_ms=period.from_ms,
            to_ms=period.to_ms,
            coverage=amount.coverage,
            estimated=amount.estimated,
            provisional=amount.provisional,
            factors=self._edition,
            formula="E · k",
            inputs=(amount, *(_factor_figure(row, period) for row in dict.fromkeys(used))),
        )

    def _factor(self, carrier: str, basis: Basis, year: int, unit: str) -> FactorRow:
        return self._factors.lookup(carrier, "coal", basis, year, plant=self._ledger.plant, unit=unit)

    def _coal_of(self, name: str, days: Period, kgce: float, own_kgce: float) -> float:
        """Coal equivalent of a carrier over some days; own power that is used here counts at its equivalent value."""
        amount = self.carrier(name, days).value or 0.0
        if name != GRID:
            return float(coal_equivalent_tce({name: amount}, {name: kgce}).total_tce)
        lane = self._ledger.carriers.get(name)
        at = self._at(days.first_day, days.last_day)
        flows = dict.fromkeys(("production", "export"), 0.0)
        for part in lane.parts if lane is not None else ():
            if part.direction in flows:
                flows[part.direction] += part.over(*at).value or 0.0
        made, sent = flows["production"], flows["export"]
        power = electricity(amount - made + sent, made, sent)
        return float(coal_equivalent_tce({}, {GRID: kgce, SELF_USE: own_kgce}, power=power).total_tce)

    def carrier(self, name: str, period: Period) -> Figure:
        """Imports + production - exports of one carrier; months without any metering from bills, where there are
        any."""
        lane = self._ledger.carriers.get(name)
        metered = None if lane is None else self._lane(lane, period)
        if metered is not None and (metered.coverage or 0.0) >= 1.0:
            return metered
        bills = self._bills(f"energy:{name}" if name not in NOT_ENERGY else name, lane, period)
        if not bills:
            return metered or Figure(f"carrier:{name}", None, "", period.from_ms, period.to_ms, 0.0)
        return _with_bills(name, metered, bills, period)

    def water(self, period: Period) -> Figure:
        """Fresh water taken in. [m3]"""
        found = self.carrier("water", period)
        return replace(found, name="water_m3", unit="m3", formula="Σ", inputs=(found,) if found.inputs else ())

    def _bills(self, item: str, lane: Lane | None, period: Period) -> list[Figure]:
        """Statements of whole months inside the period in which the meters knew nothing."""
        bills = []
        for statement in self._registry.statements(self._ledger.plant, item):
            first, last = statement.days()
            inside = first >= period.first_day and last <= period.last_day
            if inside and (lane is None or lane.over(*self._at(first, last)).value is None):
                bills.append(self._statement_figure(statement))
        return bills

    def _lane(self, lane: Lane, period: Period) -> Figure:
        stretch = lane.over(*self._at(period.first_day, period.last_day))
        return Figure(
            name=lane.name,
            value=stretch.value,
            unit=lane.unit,
            from_ms=period.from_ms,
            to_ms=period.to_ms,
            coverage=stretch.coverage,
            estimated=stretch.estimated,
            formula="Σ" if lane.parts else "",
            inputs=tuple(self._lane(part, period) for part in lane.parts),
        )

    def _at(self, first_day: int, last_day: int) -> tuple[int, int]:
        return first_day - self._ledger.first_day, last_day - self._ledger.first_day

    # -- pollutants ----------------------------------------------------------------------------------------------------

    def load(self, medium: str, pollutant: str, period: Period) -> Figure | None:
        """Mass of a pollutant that left through all outlets of a medium; None where the plant does not measure it.
        [kg]"""
        lane = self._ledger.loads.get((medium, pollutant))
        if lane is None:
            return None
        return replace(self._lane(lane, period), formula="Σ C · Q")

    # -- value added ---------------------------------------------------------------------------------------------------

    def value_added(self, period: Period) -> Figure:
        """Industrial value added at prices of the base year. [10k_yuan]

        Monthly statements count by the calendar days of theirs that lie in the period. Missing months make the figure's
        coverage less than 1; what is provisional or planned counts as provisional.
        """
        months = self._months_of_value_added()
        days = np.arange(period.first_day, period.last_day, dtype=np.int32)
        touched = [s for s in dict.fromkeys(months.values()) if _meets(s, period)]
        figure = Figure(
            name="value_added_base_prices",
            value=None,
            unit="10k_yuan",
            from_ms=period.from_ms,
            to_ms=period.to_ms,
            coverage=0.0,
            formula="Σ VAₘ / Π(PPI / 100)",
            inputs=tuple(self._statement_figure(s) for s in touched),
        )
        if not touched:
            return replace(figure, note="no_statement")
        level = self._price_level()
        if {s.year for s in touched} - set(level):
            return replace(figure, note="price_index_missing")
        month = np.array(list(months), np.int32)
        current = np.array([s.value * _share_of_month(s, m) for m, s in months.items()])
        real = deflate(current, np.array([level.get(s.year, np.nan) for s in months.values()]))
        daily = spread_months(month, real, days)
        is_open = provisional_days(month, np.array([s.status != "final" for s in months.values()]), days)
        share = provisional_share(daily, is_open)
        return replace(
            figure,
            value=float(np.nansum(daily)),
            coverage=float(np.isfinite(daily).mean()),
            provisional=0.0 if np.isnan(share) else share,
        )

    def _months_of_value_added(self) -> dict[int, Statement]:
        """The statement that counts for each month (months since 1970): its own, or that of its whole year."""
        rows = self._registry.statements(self._ledger.plant, "value_added")
        found: dict[int, Statement] = {}
        for row in sorted(rows, key=lambda s: s.month is not None):
            first = (row.year - 1970) * 12
            for month in range(first, first + 12) if row.month is None else (first + row.month - 1,):
                found[month] = row
        return dict(sorted(found.items()))

    def _price_level(self) -> dict[int, float]:
        """Prices of each year against the base year, 1 in the base year itself."""
        rows = {s.year: s.value for s in self._registry.statements(self._ledger.plant, "price_index")}
        years = [y for y in sorted(rows) if y > self._base_year]
        # A chain holds only as far as it has no hole.
        years = [y for i, y in enumerate(years) if y == self._base_year + 1 + i]
        chain = chained_index(np.array([rows[y] for y in years]))
        return {self._base_year: 1.0, **{y: float(v) for y, v in zip(years, chain, strict=True)}}

    def _statement_figure(self, statement: Statement) -> Figure:
        first, last = statement.days()
        zone = self._registry.plants[self._ledger.plant].zone
        period = Period.of(first, last, zone)
        return Figure(
            name=f"statement:{statement.item}",
            value=statement.value,
            unit=statement.unit,
            from_ms=period.from_ms,
            to_ms=period.to_ms,
            provisional=0.0 if statement.status == "final" else 1.0,
            note=statement.status,
        )

    def _sum(self, name: str, unit: str, period: Period, parts: list[Figure], formula: str) -> Figure:
        return add_figures(name, unit, period.from_ms, period.to_ms, parts, formula)


def _meets(statement: Statement, period: Period) -> bool:
    first, last = statement.days()
    return first < period.last_day and last > period.first_day


def _share_of_month(statement: Statement, month: int) -> float:
    """How much of a statement belongs to one month: all of a month's, by days of a year's."""
    if statement.month is not None:
        return 1.0
    first, last = statement.days()
    days = month_first_day(np.array([month, month + 1]))
    return float(days[1] - days[0]) / (last - first)


def add_figures(name: str, unit: str, from_ms: int, to_ms: int, parts: list[Figure], formula: str) -> Figure:
    """A sum of figures: unknown as soon as one part is; covered as its least covered part is."""
    known = bool(parts) and all(part.value is not None for part in parts)
    values = [part.value or 0.0 for part in parts]
    size = sum(abs(v) for v in values)
    return Figure(
        name=name,
        value=float(sum(values)) if known else None,
        unit=unit,
        from_ms=from_ms,
        to_ms=to_ms,
        coverage=min((part.coverage for part in parts if part.coverage is not None), default=0.0),
        estimated=_weighted([part.estimated for part in parts], values, size),
        provisional=_weighted([part.provisional for part in parts], values, size),
        factors=next((part.factors for part in parts if part.factors), None),
        formula=formula,
        inputs=tuple(parts),
        note="" if known else next((part.note for part in parts if part.value is None and part.note), "part_missing"),
    )


def _weighted(shares: list[float], values: list[float], size: float) -> float:
    return sum(s * abs(v) for s, v in zip(shares, values, strict=True)) / size if size > 0 else 0.0


def _factor_figure(row: FactorRow, period: Period) -> Figure:
    return Figure(
        name=f"factor:{row.carrier}",
        value=row.value,
        unit=row.unit,
        from_ms=period.from_ms,
        to_ms=period.to_ms,
        factors=row.edition,
        note="" if row.confidence == "sure" else "factor_unsure",
    )


def _with_bills(name: str, metered: Figure | None, bills: list[Figure], period: Period) -> Figure:
    """Metered days and billed months together, in the meters' unit."""
    unit = metered.unit if metered is not None and metered.unit else DIMENSIONS[UNITS[bills[0].unit].dimension]
    billed = [replace(b, value=convert(b.value or 0.0, b.unit, unit), unit=unit) for b in bills]
    billed_days = sum(round((b.to_ms - b.from_ms) / 86_400_000) for b in billed)
    parts = ([metered] if metered is not None and metered.value is not None else []) + billed
    total = add_figures(f"carrier:{name}", unit, period.from_ms, period.to_ms, parts, "Σ")
    covered = (metered.coverage or 0.0) if metered is not None else 0.0
    return replace(total, coverage=min(1.0, covered + billed_days / period.days), note="bills")
