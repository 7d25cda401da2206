"""What are a plant's energy, water, CO2, loads and value added over some local days, and what were they made of?

Every answer is a `Figure` with its inputs below it: carriers above points, factor rows beside the amounts they turned.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from analytics.energy import GRID, SELF_USE, coal_equivalent_tce, electricity
from analytics.units import DIMENSIONS, UNITS, convert
from engine.carbon import carbon
from engine.declaredloads import is_declared
from engine.factorfigure import factor_figure
from engine.figure import Figure
from engine.ledger import Lane, Ledger
from engine.period import Period
from engine.sums import add_figures
from engine.value_added import StatedValue, statement_figure
from registry import FactorMissing, FactorRow, Registry, Statement
from registry.factors import Basis

NOT_ENERGY = frozenset({"water"})
"""Carriers that are counted for themselves. Fresh water as an energy-carrying medium (GB/T 2589 annex B) is left out,
as in the statistical returns on which targets per value added rest."""


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
    co2_edition : str, optional
        Edition of the CO2 factors, e.g. ``NDRC 2013-2015``; without it each year takes the edition in force.
    """

    def __init__(
        self,
        registry: Registry,
        ledger: Ledger,
        basis: Basis,
        edition: str,
        base_year: int,
        co2_edition: str | None = None,
    ) -> None:
        self._registry = registry
        self._ledger = ledger
        self._basis: Basis = basis
        self._edition = edition
        self._factors = registry.factors.edition(edition)
        self._co2 = registry.factors if co2_edition is None else registry.factors.edition(co2_edition)
        self._co2_rows: dict[tuple[str, int, str], FactorRow] = {}
        self._coal_rows: dict[tuple[str, int, str], tuple[FactorRow, FactorRow]] = {}
        self._base_year = base_year

    @property
    def registry(self) -> Registry:
        """The nouns and statements that the books rest on."""
        return self._registry

    @property
    def ledger(self) -> Ledger:
        """The plant's days."""
        return self._ledger

    @property
    def base_year(self) -> int:
        """Value added is at the prices of this year."""
        return self._base_year

    # -- energy and water ----------------------------------------------------------------------------------------------

    def energy(self, period: Period) -> Figure:
        """Comprehensive energy in tonnes of coal equivalent. [tce]"""
        carriers = [self.carrier_tce(name, period) for name in sorted(self.energy_carriers())]
        return add_figures("energy_tce", "tce", period.from_ms, period.to_ms, carriers, "Σ Eᵢ · kᵢ")

    def energy_carriers(self) -> set[str]:
        """What the comprehensive energy is the sum of: all that is metered or billed, without `NOT_ENERGY`."""
        items = self._registry.statement_items(self._ledger.plant)
        billed = {item.removeprefix("energy:") for item in items if item.startswith("energy:")}
        return (set(self._ledger.carriers) | billed) - NOT_ENERGY

    def carrier_tce(self, name: str, period: Period) -> Figure:
        """One carrier's part of the comprehensive energy: its amount times the factor of each year. [tce]"""
        amount = self.carrier(name, period)
        unknown = replace(amount, name=f"coal:{name}", value=None, unit="tce", inputs=(amount,))
        if amount.value is None:
            return unknown
        total, used = 0.0, []
        for year, first, last in period.years():
            try:
                row, own = self.coal_factors(name, year, amount.unit)
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
            inputs=(amount, *(factor_figure(row, period) for row in dict.fromkeys(used))),
        )

    def coal_factors(self, carrier: str, year: int, unit: str) -> tuple[FactorRow, FactorRow]:
        """What one unit of a carrier counts for in a year, and what it does where it was made and used here.

        Raises
        ------
        FactorMissing
            If the book has no such row.
        """
        asked = (carrier, year, unit)
        if asked not in self._coal_rows:
            look_up, plant = self._factors.lookup, self._ledger.plant
            row = look_up(carrier, "coal", self._basis, year, plant=plant, unit=unit)
            own = look_up(carrier, "coal", "equivalent", year, plant=plant, unit=unit)
            self._coal_rows[asked] = (row, own)
        return self._coal_rows[asked]

    def _coal_of(self, name: str, days: Period, kgce: float, own_kgce: float) -> float:
        """Coal equivalent of a carrier over some days; own power that is used here counts at its equivalent value."""
        amount = self.carrier(name, days).value or 0.0
        if name != GRID:
            return float(coal_equivalent_tce({name: amount}, {name: kgce}).total_tce)
        made, sent = self._made_and_sent(name, days)
        power = electricity(amount - made + sent, made, sent)
        return float(coal_equivalent_tce({}, {GRID: kgce, SELF_USE: own_kgce}, power=power).total_tce)

    def _made_and_sent(self, name: str, days: Period) -> tuple[float, float]:
        """What the meters know of own production and of exports; a bill knows of neither."""
        lane, _ = self.sources(name, days)
        at = self._at(days.first_day, days.last_day)
        flows = dict.fromkeys(("production", "export"), 0.0)
        for part in lane.parts if lane is not None else ():
            if part.direction in flows:
                flows[part.direction] += part.over(*at).value or 0.0
        return flows["production"], flows["export"]

    def bought(self, name: str, period: Period) -> Figure:
        """What of a carrier came from outside: of electricity the grid's, of others imports - exports.

        Own power from sun or wind has no carbon; of fuels made inside the carbon is in what they were made from.
        """
        amount = self.carrier(name, period)
        made, sent = self._made_and_sent(name, period)
        if amount.value is None or made == 0.0:
            return amount
        own = float(electricity(amount.value - made + sent, made, sent).self_use_kwh) if name == GRID else made
        inside = replace(amount, name=f"own:{name}", value=own, formula="", inputs=())
        value = amount.value - own
        return replace(amount, name=f"bought:{name}", value=value, formula="E - E_own", inputs=(amount, inside))

    def carrier(self, name: str, period: Period) -> Figure:
        """Imports + production - exports of one carrier; months without any metering from bills, where there are
        any."""
        lane, bills = self.sources(name, period)
        metered = None if lane is None else self._lane(lane, period)
        if bills:
            zone = self._registry.plants[self._ledger.plant].zone
            return _with_bills(name, metered, [statement_figure(bill, zone) for bill in bills], period)
        return metered or Figure(f"carrier:{name}", None, "", period.from_ms, period.to_ms, 0.0)

    def sources(self, name: str, period: Period) -> tuple[Lane | None, list[Statement]]:
        """What a carrier is counted from, each month by its meters or by its bill and never by both.

        A bill stands for months inside the period in which the meters knew nothing as a whole; what single meters knew
        there is in the bill too.
        """
        lane = self._ledger.carriers.get(name)
        bills = self._bills(f"energy:{name}" if name not in NOT_ENERGY else name, lane, period)
        if lane is None or not bills:
            return lane, bills
        metered = np.ones(len(lane.amount))
        for bill in bills:
            first, last = self._at(*bill.days())
            metered[max(first, 0) : max(last, 0)] = 0.0
        return lane.only(metered), bills

    def water(self, period: Period) -> Figure:
        """Fresh water taken in. [m3]"""
        found = self.carrier("water", period)
        return replace(found, name="water_m3", unit="m3", formula="Σ", inputs=(found,) if found.inputs else ())

    def _bills(self, item: str, lane: Lane | None, period: Period) -> list[Statement]:
        """Statements inside the period in whose days the meters knew nothing; a year's in place of its months'."""
        bills = []
        for statement in self._registry.statements(self._ledger.plant, item):
            first, last = statement.days()
            inside = first >= period.first_day and last <= period.last_day
            if inside and (lane is None or lane.over(*self._at(first, last)).value is None):
                bills.append(statement)
        whole_years = {bill.year for bill in bills if bill.month is None}
        return [bill for bill in bills if bill.month is None or bill.year not in whole_years]

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

    # -- CO2 -----------------------------------------------------------------------------------------------------------

    def carbon(self, period: Period) -> Figure:
        """CO2 of fuels, processes, power and heat; see `engine.carbon`. [tCO2]"""
        return carbon(self, period)

    def co2_factor(self, name: str, year: int, unit: str) -> FactorRow:
        """What one unit of a carrier or material counts for in a year.

        Raises
        ------
        FactorMissing
            If the book has no such row.
        """
        asked = (name, year, unit)
        if asked not in self._co2_rows:
            row = self._co2.lookup(name, "co2", "equivalent", year, plant=self._ledger.plant, unit=unit)
            self._co2_rows[asked] = row
        return self._co2_rows[asked]

    # -- pollutants ----------------------------------------------------------------------------------------------------

    def load(self, medium: str, pollutant: str, period: Period) -> Figure | None:
        """Mass of a pollutant that left through all outlets of a medium, with what was declared before metering; None
        where the plant neither measures nor declares it. [kg]"""
        lane = self._ledger.loads.get((medium, pollutant))
        if lane is None:
            return None
        note = "declared" if is_declared(lane, *self._at(period.first_day, period.last_day)) else ""
        return replace(self._lane(lane, period), formula="Σ C · Q", note=note)

    # -- value added ---------------------------------------------------------------------------------------------------

    def value_added(self, period: Period) -> Figure:
        """Industrial value added at prices of the base year; see `engine.value_added`. [10k_yuan]"""
        return self._stated_value.over(period)

    @cached_property
    def _stated_value(self) -> StatedValue:
        return StatedValue.of(self._registry, self._ledger.plant, self._base_year)


def _with_bills(name: str, metered: Figure | None, bills: list[Figure], period: Period) -> Figure:
    """Metered days and billed months together, in the meters' unit."""
    unit = metered.unit if metered is not None and metered.unit else DIMENSIONS[UNITS[bills[0].unit].dimension]
    billed = [replace(b, value=convert(b.value or 0.0, b.unit, unit), unit=unit) for b in bills]
    billed_days = sum(round((b.to_ms - b.from_ms) / 86_400_000) for b in billed)
    parts = ([metered] if metered is not None and metered.value is not None else []) + billed
    total = add_figures(f"carrier:{name}", unit, period.from_ms, period.to_ms, parts, "Σ")
    covered = (metered.coverage or 0.0) if metered is not None else 0.0
    return replace(total, coverage=min(1.0, covered + billed_days / period.days), note="bills")
