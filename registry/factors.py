"""How much standard coal, or CO2, does one unit of a carrier count for in a given year?

Coefficients are dated rows with value, unit, edition, clause and confidence (`registry/data/factors.toml`); a plant may
add its own measured ones. An edition has a time in force; a comparison of two years chooses one edition for both ends
(`FactorBook.edition`), and then only the dates of the single rows count.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from analytics.units import UNITS, convert, is_amount
from registry.lists import Confidence
from registry.text import Frozen

FACTORS_FILE = Path(__file__).parent / "data" / "factors.toml"

ANY_EDITION = "any"
"""Edition of rows that stand beside every edition, e.g. the yearly coal rate of power plants."""
PLANT_EDITION = "plant"
"""Edition of rows that a plant stated itself."""
KGCE_KJ = 29_307.6
"""Heat of 1 kgce: 7000 kcal of 4.1868 kJ (GB/T 2589-2020). [kJ]"""

FactorQuantity = Literal["coal", "co2"]
Basis = Literal["equivalent", "equal"]
_KG = {"kgce": 1.0, "tce": 1000.0, "kgCO2": 1.0, "tCO2": 1000.0}
_NUMERATORS = {"coal": ("kgce", "tce"), "co2": ("kgCO2", "tCO2")}


class FactorMissing(LookupError):
    """No row of the book answers the question; the text says what was wanted."""


class Edition(Frozen):
    """A table of coefficients and the time it is in force, ``[valid_from, valid_to)``.

    Attributes
    ----------
    name : str
        e.g. ``GB/T 2589-2008``.
    quantity : str
        coal or co2: what its rows count.
    valid_from, valid_to : date or None
        None where open.
    source : str
    """

    name: str
    quantity: FactorQuantity
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: str = ""


class FactorRow(Frozen):
    """One coefficient.

    Attributes
    ----------
    carrier : str
    quantity : str
        ``coal`` (standard coal) or ``co2``.
    basis : str
        ``equivalent`` (当量值), ``equal`` (等价值) or ``both``.
    value : float
    unit : str
        e.g. ``kgce/kWh``, ``kgCO2/Nm3``.
    valid_from, valid_to : date or None
        Dates of this row alone, ``[from, to)``; None: as long as its edition.
    edition : str
        Name of an `Edition`, `ANY_EDITION` or `PLANT_EDITION`.
    source : str
        Clause or table.
    confidence : str
        sure or unsure.
    note : str
        What a user of the row should know ("" for nothing).
    plant : str or None
        Only for this plant; None for all.
    """

    carrier: str
    quantity: FactorQuantity
    basis: Literal["equivalent", "equal", "both"]
    value: float
    unit: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    edition: str
    source: str
    confidence: Confidence
    note: str = ""
    plant: str | None = None

    @property
    def dimension(self) -> str:
        """Dimension of the amount below the stroke."""
        return UNITS[self.unit.split("/")[1]].dimension

    def kg_per(self, unit: str) -> float:
        """The coefficient in kgce, or kg CO2, per one `unit` of the carrier.

        Parameters
        ----------
        unit : str
            A unit of the row's dimension, e.g. the canonical unit of an amount.

        Raises
        ------
        ValueError
            If the unit is unknown or of another dimension.

        Examples
        --------
        >>> row = FactorRow(carrier="diesel", quantity="coal", basis="both", value=1.4571, unit="kgce/kg",
        ...                 edition="GB/T 2589-2020", source="Table A.1", confidence="sure")
        >>> round(row.kg_per("t"), 6)
        1457.1
        """
        mass, amount = self.unit.split("/")
        return self.value * _KG[mass] * convert(1.0, unit, amount)


def factor_unit_fault(unit: str, quantity: str) -> str | None:
    """What is wrong with the unit of a coefficient, as the words after "wanted"; None where nothing is."""
    mass, _, amount = unit.partition("/")
    if mass in _NUMERATORS[quantity] and amount in UNITS and is_amount(UNITS[amount].dimension):
        return None
    return f"{' or '.join(_NUMERATORS[quantity])} per unit of an amount, e.g. {_NUMERATORS[quantity][0]}/kWh"


@dataclass(frozen=True)
class FactorBook:
    """All rows, and the editions they belong to.

    Attributes
    ----------
    rows : tuple of FactorRow
    editions : tuple of Edition
    chosen : tuple of str
        Editions chosen by `edition`; their own dates no longer count.
    """

    rows: tuple[FactorRow, ...]
    editions: tuple[Edition, ...]
    chosen: tuple[str, ...] = ()

    def edition(self, name: str) -> FactorBook:
        """The book with one edition for the quantity it counts, whatever the year.

        Rows of other quantities, rows of `ANY_EDITION` and a plant's own rows stay.

        Raises
        ------
        FactorMissing
            If no edition has this name.
        """
        found = next((edition for edition in self.editions if edition.name == name), None)
        if found is None:
            known = ", ".join(edition.name for edition in self.editions)
            raise FactorMissing(f"factor edition {name!r} is unknown: wanted one of {known}")
        kept = {name, ANY_EDITION, PLANT_EDITION}
        rows = tuple(row for row in self.rows if row.quantity != found.quantity or row.edition in kept)
        return replace(self, rows=rows, chosen=(*self.chosen, name))

    def lookup(
        self,
        carrier: str,
        quantity: FactorQuantity,
        basis: Basis,
        year: int,
        plant: str | None = None,
        unit: str | None = None,
        edition: str | None = None,
    ) -> FactorRow:
        """The row that counts for a year: a plant's own before the general one, the exact basis before ``both``.

        Parameters
        ----------
        carrier : str
        quantity : str
        basis : str
            ``equivalent`` or ``equal``.
        year : int
            A row counts for the year in which it is in force on 31 December: results are drawn up after the year.
        plant : str, optional
            Also regards this plant's own rows.
        unit : str, optional
            Unit of the amount; only rows of its dimension count (gas in m3 or Nm3, steam in t or GJ).
        edition : str, optional
            As if `FactorBook.edition` had been asked first.

        Raises
        ------
        FactorMissing
            If no row fits.
        """
        if edition is not None:
            return self.edition(edition).lookup(carrier, quantity, basis, year, plant, unit)
        found = [
            row
            for row in self.rows
            if row.carrier == carrier
            and row.quantity == quantity
            and row.basis in (basis, "both")
            and row.plant in (None, plant)
            and (unit is None or (unit in UNITS and row.dimension == UNITS[unit].dimension))
            and self._in_force(row, dt.date(year, 12, 31))
        ]
        if not found:
            of = f" per {unit}" if unit else ""
            at = f" for plant {plant}" if plant else ""
            book = f" in {', '.join(self.chosen)}" if self.chosen else ""
            raise FactorMissing(f"no {quantity} factor ({basis}){of} of {carrier} in {year}{at}{book}")
        return min(found, key=lambda row: (row.plant is None, row.basis == "both"))

    def _in_force(self, row: FactorRow, day: dt.date) -> bool:
        if not _within(day, row.valid_from, row.valid_to):
            return False
        if row.edition in self.chosen:
            return True
        edition = next((edition for edition in self.editions if edition.name == row.edition), None)
        return edition is None or _within(day, edition.valid_from, edition.valid_to)

    def with_rows(self, rows: Iterable[FactorRow]) -> FactorBook:
        """The book with more rows."""
        return replace(self, rows=(*self.rows, *rows))


def _within(day: dt.date, valid_from: dt.date | None, valid_to: dt.date | None) -> bool:
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


def load_factors(path: Path = FACTORS_FILE) -> FactorBook:
    """The factor book of a TOML file.

    A row of the file may name several editions and several units (``m3`` and ``Nm3``) of one value.

    Parameters
    ----------
    path : Path
        Default: the book that comes with the product.

    Raises
    ------
    ValueError
        If a row has an unknown edition or unit.
    """
    with path.open("rb") as file:
        document = tomllib.load(file)
    editions = tuple(Edition(**table) for table in document["editions"])
    rows = tuple(row for table in document["rows"] for row in _rows(table))
    known = {edition.name for edition in editions} | {ANY_EDITION}
    for row in rows:
        if row.edition not in known:
            raise ValueError(f"{path}: {row.carrier}: edition = {row.edition!r}: wanted one of {sorted(known)}")
        fault = factor_unit_fault(row.unit, row.quantity)
        if fault is not None:
            raise ValueError(f"{path}: {row.carrier}: unit = {row.unit!r}: wanted {fault}")
    return FactorBook(rows, editions)


def _rows(table: dict[str, Any]) -> Iterator[FactorRow]:
    common = {key: value for key, value in table.items() if key not in ("editions", "units")}
    for edition in table["editions"]:
        for unit in table["units"]:
            yield FactorRow(**common, edition=edition, unit=unit)
