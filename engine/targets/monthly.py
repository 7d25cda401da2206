"""Which months of a target's indicator are known, for one plant or many together?

Sums first: the numerator of a city is the sum of its plants', and so is the value added it stands over. A month is
known where each of the plants knows enough of it; what little is missing then was like the rest. A month whose value
added is only planned is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import Float64
from analytics.pollutants import ORGANIC_SUMS, pollution_equivalents
from engine.accounts import Accounts
from engine.columns import Column, MonthBook
from engine.value_added import stated_months
from registry import Indicator as Target
from registry import Programme


@dataclass(frozen=True, eq=False)
class Monthly:
    """One indicator month by month.

    Attributes
    ----------
    numerator, denominator : ndarray, shape (n_months,)
        NaN where not known; the denominator is 1 a month for masses.
    unit : str
        Of the numerator.
    per_year : float
        An indicator of a year is this times the sum of numerators over the sum of denominators: 1, and 12 for masses.
    """

    numerator: Float64
    denominator: Float64
    unit: str
    per_year: float

    def of_year(self, year: int, first_month: int) -> float:
        """The indicator of a calendar year all of whose months are known; NaN otherwise."""
        at = (year - 1970) * 12 - first_month
        months = slice(max(at, 0), max(at + 12, 0))
        top, bottom = self.numerator[months], self.denominator[months]
        if len(top) < 12 or at < 0 or not bottom.sum() > 0.0:
            return float("nan")
        return float(self.per_year * top.sum() / bottom.sum())


class Months:
    """The months of some plants that answer to a programme.

    Parameters
    ----------
    programme : Programme
    accounts : sequence of Accounts
    books : sequence of MonthBook
        Of the same plants; each begins in January of the base year.
    """

    def __init__(self, programme: Programme, accounts: Sequence[Accounts], books: Sequence[MonthBook]) -> None:
        self._least = programme.min_coverage
        self._accounts = accounts
        self._books = books
        self.first_month = books[0].first_month
        # Zones differ by hours: one plant's month may be over when another's is not.
        self.count = min(len(book.month) for book in books)

    def of(self, target: Target, part: str = "") -> Monthly:
        """The months of a target, or of one part of it.

        Parameters
        ----------
        target : Target
        part : str
            Pollutant of a load, sector of carbon; "" for the whole.
        """
        if target.kind == "carbon":
            return self._carbon(target.sectors if not part else (part,))
        if target.kind == "load":
            return self._load(target, part)
        top, unit = ("water_m3", "m3") if target.quantity == "water" else ("energy_tce", "tce")
        numerator = self._sum([getattr(book, top) for book in self._books])
        return Monthly(numerator, self.value_added(), unit, 1.0)

    def value_added(self) -> Float64:
        """Value added of all plants, shape (n_months,); planned months are NaN. [10k_yuan]"""
        values = self._sum([book.value_added for book in self._books])
        for accounts in self._accounts:
            values[self._planned(accounts)] = np.nan
        return values

    def _planned(self, accounts: Accounts) -> list[int]:
        months = stated_months(accounts.registry.statements(accounts.ledger.plant, "value_added"))
        planned = (month - self.first_month for month, stated in months.items() if stated.status == "plan")
        return [at for at in planned if 0 <= at < self.count]

    def _load(self, target: Target, pollutant: str) -> Monthly:
        assert target.medium is not None
        if pollutant:
            return self._mass(self._loads(target.medium, pollutant), "kg")
        names = [name for name in target.pollutants if any((target.medium, name) in book.loads for book in self._books)]
        once = [name for name in names if name not in [n for n in ORGANIC_SUMS if n in names][1:]]
        masses = {name: self._loads(target.medium, name) for name in once or names}
        sums = pollution_equivalents(masses, target.medium).total
        return self._mass(np.broadcast_to(sums, (self.count,)), "equivalents")

    def _loads(self, medium: str, pollutant: str) -> Float64:
        """Of the plants that measure the pollutant."""
        return self._sum([book.loads[medium, pollutant] for book in self._books if (medium, pollutant) in book.loads])

    def _carbon(self, sectors: Sequence[str]) -> Monthly:
        pairs = zip(self._accounts, self._books, strict=True)
        inside = [book.co2_t for accounts, book in pairs if _sector(accounts).startswith(tuple(sectors))]
        columns = [column for column in inside if column is not None]
        return self._mass(self._sum(columns if len(columns) == len(inside) else []), "tCO2")

    def _mass(self, months: Float64, unit: str) -> Monthly:
        return Monthly(months, np.ones(self.count), unit, 12.0)

    def _sum(self, columns: Sequence[Column]) -> Float64:
        """The sum over plants, NaN where one knows too little of the month, or where there is no plant."""
        total = np.zeros(self.count) if columns else np.full(self.count, np.nan)
        for column in columns:
            known, amount = column.known[: self.count], column.amount[: self.count]
            enough = known >= max(self._least, 1e-9)
            total += np.where(enough, amount / np.where(enough, known, 1.0), np.nan)
        return total


def _sector(accounts: Accounts) -> str:
    return accounts.registry.plants[accounts.ledger.plant].sector
