"""How much CO2 did a plant cause over a stretch of local days, and what was it made of?

::

    co2_t ── co2_scope1 ── co2:coal, co2:natural_gas ...        fuels burned here
          │             └─ co2_process ── co2:clinker ...       materials processed here, less carbon kept
          └─ co2_scope2 ── co2:electricity, co2:steam ...       power and heat bought

Each ``co2:NAME`` opens to its amount (a carrier with its meters or bills, a material with its statements) and the rows
of the factor book. A branch of which the plant has nothing is absent; a part that is not known makes the sum unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from analytics.carbon import direct_t
from engine.factorfigure import factor_figure
from engine.figure import Figure
from engine.ledger import Ledger
from engine.materials import material, materials_of
from engine.period import Period
from engine.sums import add_figures
from registry import MATERIALS, FactorMissing, FactorRow, Registry

UNIT = "tCO2"
KG_PER_T = 1000.0

BOUGHT_ENERGY = frozenset({"electricity", "heat", "hot_water", "steam"})
"""What was burned elsewhere: scope 2."""

PROCESS_SECTORS = ("C26", "C30", "C31", "C32")
"""Chemicals, building materials, steel, nonferrous metals: their processes give CO2 too (NDRC sector guides), so a sum
without any material may be a small part of the truth, and says so."""

NO_CO2 = frozenset(
    {
        "chilled_water", "reclaimed_water", "soft_water", "deoxygenated_water", "compressed_air", "oxygen", "nitrogen",
        "nitrogen_byproduct", "argon", "carbon_dioxide", "hydrogen", "biogas",
    }
)  # fmt: skip
"""Bought media, which GB/T 32150 and the NDRC guides leave to their maker, and what burns to water or to carbon that
was in the air before."""


class Books(Protocol):
    """The part of `engine.accounts.Accounts` that is needed."""

    @property
    def registry(self) -> Registry:
        """Nouns and statements."""

    @property
    def ledger(self) -> Ledger:
        """The plant's days."""

    @property
    def base_year(self) -> int:
        """From when on plants are compared."""

    def energy_carriers(self) -> set[str]:
        """All that is metered or billed, without water."""

    def bought(self, name: str, period: Period) -> Figure:
        """What of a carrier came from outside."""

    def co2_factor(self, name: str, year: int, unit: str) -> FactorRow:
        """What one unit counts for in a year; FactorMissing where there is no row."""


def carbon(books: Books, period: Period) -> Figure:
    """All CO2 of a plant: ``E = fuels + process + power and heat bought - carbon kept`` (GB/T 32150). [tCO2]

    Parameters
    ----------
    books : Books
    period : Period

    Returns
    -------
    Figure
        ``co2_t``; None where a part is not known, e.g. a material that was stated before and is not stated now. Where
        none was ever stated its note is ``no_materials_stated``, in the sectors where that is a doubt.
    """
    carriers = {name: carrier_co2(books, name, period) for name in sorted(carbon_carriers(books))}
    fuels = [part for name, part in carriers.items() if name not in BOUGHT_ENERGY]
    bought = [part for name, part in carriers.items() if name in BOUGHT_ENERGY]
    process = [material_co2(books, name, period) for name in materials_of(books.registry, books.ledger.plant)]
    scope1 = [*fuels, _sum("co2_process", process, period)] if process else fuels
    scopes = [_sum(name, parts, period) for name, parts in (("co2_scope1", scope1), ("co2_scope2", bought)) if parts]
    whole = _sum("co2_t", scopes, period)
    sector = books.registry.plants[books.ledger.plant].sector
    if not process and not whole.note and sector.startswith(PROCESS_SECTORS):
        return replace(whole, note="no_materials_stated")
    return whole


def carbon_carriers(books: Books) -> set[str]:
    """Carriers whose CO2 is counted."""
    return books.energy_carriers() - NO_CO2


def carrier_co2(books: Books, name: str, period: Period) -> Figure:
    """CO2 of what was bought of one carrier: its amount times the factor of each year. [tCO2]"""
    return _emission(books, name, lambda days: books.bought(name, days), period, "E · k", 1.0)


def material_co2(books: Books, name: str, period: Period) -> Figure:
    """CO2 of one material; negative where its carbon stays in the product. [tCO2]"""

    def stated(days: Period) -> Figure:
        return material(books.registry, books.ledger.plant, name, days, books.base_year)

    kept = MATERIALS[name].kept
    return _emission(books, name, stated, period, "-M · k" if kept else "M · k", -1.0 if kept else 1.0)


def _emission(
    books: Books, name: str, amount_over: Callable[[Period], Figure], period: Period, formula: str, sign: float
) -> Figure:
    amount = amount_over(period)
    unknown = replace(amount, name=f"co2:{name}", value=None, unit=UNIT, formula=formula, inputs=(amount,))
    if amount.value is None:
        return unknown
    years = period.years()
    total, used = 0.0, []
    for year, first, last in years:
        try:
            row = books.co2_factor(name, year, amount.unit)
        except FactorMissing:
            return replace(unknown, coverage=0.0, note="factor_missing")
        part = amount if len(years) == 1 else amount_over(Period(first, last, period.from_ms, period.to_ms))
        total += float(direct_t(part.value or 0.0, row.kg_per(amount.unit) / KG_PER_T))
        used.append(row)
    rows = tuple(dict.fromkeys(used))
    return replace(
        amount,
        name=f"co2:{name}",
        value=sign * total,
        unit=UNIT,
        factors=" + ".join(dict.fromkeys(row.edition for row in rows)),
        formula=formula,
        inputs=(amount, *(factor_figure(row, period) for row in rows)),
        note="",
    )


def _sum(name: str, parts: list[Figure], period: Period) -> Figure:
    return add_figures(name, UNIT, period.from_ms, period.to_ms, parts, "Σ")
