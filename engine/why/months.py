"""What did a plant use and make each month since the base year, in the shape that a baseline wants?

Arrays of shape (n_months,) of a month book; NaN where too little of a month is known to stand for it.
"""

from __future__ import annotations

import numpy as np

from analytics.columns import Float64
from engine.accounts import Accounts
from engine.columns import MonthBook
from engine.period import Period
from engine.stated import stated_months
from engine.why.terms import WATER, heat_per_unit, output_items
from registry import FactorMissing

LEAST_MONTHS = 24
"""Two of each season: one cannot tell a season from a year."""
LEAST_KNOWN = 0.9
"""Share of a month that must be known for it to count."""


def level(accounts: Accounts, book: MonthBook, quantity: str, base: Period) -> Float64:
    """Standard coal of all carriers at fixed values [tce], or fresh water [m3]."""
    if quantity == WATER:
        return _completed(book.water_m3.amount, book.water_m3.known)
    total = np.zeros(len(book.month))
    for name in sorted(accounts.energy_carriers() & set(book.units)):
        column = book.carriers[name]
        try:
            per_unit = heat_per_unit(accounts, name, base, book.units[name])
        except FactorMissing:
            continue
        total += per_unit * _completed(column.amount, column.known)
    return total


def outputs(accounts: Accounts, book: MonthBook) -> dict[str, Float64]:
    """Each product that is stated in the plant's one unit, by its item; none where units differ."""
    rows = accounts.registry.statements
    return {item: stated_months(rows(book.plant, item), book.month) for item in output_items(accounts)}


def driver(accounts: Accounts, book: MonthBook) -> Float64:
    """What use follows: all products together, or the value added where output is stated too seldom."""
    made = list(outputs(accounts, book).values())
    if made and np.isfinite(np.sum(made, axis=0)).sum() >= LEAST_MONTHS:
        return np.asarray(np.sum(made, axis=0))
    return book.value_added.value


def _completed(amount: Float64, known: Float64) -> Float64:
    enough = known >= LEAST_KNOWN
    return np.asarray(np.divide(amount, known, out=np.full(len(amount), np.nan), where=enough))
