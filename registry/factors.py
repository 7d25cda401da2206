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

from analytics.units import UNITS
from registry.factorrow import (
    ANY_EDITION,
    PLANT_EDITION,
    Edition,
    FactorQuantity,
    FactorRow,
    factor_unit_fault,
)

FACTORS_FILE = Path(__file__).parent / "data" / "factors.toml"

Basis = Literal["equivalent", "equal"]


class FactorMissing(LookupError):
    """No row of the book answers the question; the text says what was wanted."""


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

    def revised(self, rows: Iterable[FactorRow]) -> FactorBook:
        """The book with later rows: each takes the place of the one about the same, and goes before others that fit."""
        new = {row.key: row for row in rows}
        return replace(self, rows=(*new.values(), *(row for row in self.rows if row.key not in new)))

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
