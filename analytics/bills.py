"""Which bills count in which part of time, in place of meters that knew nothing?

A bill is of whole months or of a whole year, and counts only in periods that hold all its days; a year's bill stands
in place of its months'. What single meters counted in these days is in the bill too and must not count twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import Bool, Float64, Int64

MADE, SENT = 0, 1
"""Layers of own power: made here, and of that sent out."""


@dataclass(frozen=True, eq=False)
class Times:
    """Periods as sets of pieces.

    Attributes
    ----------
    weight : ndarray of float64, shape (n_parts, n_pieces)
        1 where a piece lies in a part; a part lies in one calendar year.
    first_day, last_day : ndarray of int64, shape (n_parts,)
    sides : ndarray of float64, shape (n_sides, n_parts)
        1 where a part lies in a period.
    """

    weight: Float64
    first_day: Int64
    last_day: Int64
    sides: Float64

    @property
    def days(self) -> Float64:
        """Days of each period, shape (n_sides,)."""
        return self.sides @ (self.last_day - self.first_day).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Bills:
    """What stands in place of meters that knew nothing; one row a statement.

    Attributes
    ----------
    plant, quantity : ndarray of int64
        Places in the layers.
    first_day, last_day : ndarray of int64
        A bill counts only in periods that hold all its days.
    amount : ndarray of float64
    instead : ndarray of float64
        What single meters counted in these days and the bill holds too.
    made, sent : ndarray of float64
        Likewise of the own power. [kWh]
    provisional : ndarray of bool
    year_first, year_last : ndarray of int64
        Days of the bill of its whole year, which counts in its place in periods that hold it; -1 where there is none.
    """

    plant: Int64
    quantity: Int64
    first_day: Int64
    last_day: Int64
    amount: Float64
    instead: Float64
    made: Float64
    sent: Float64
    provisional: Bool
    year_first: Int64
    year_last: Int64


@dataclass(frozen=True, eq=False)
class Billed:
    """Bills as they count; arrays of shape (n_plants or 1, n_parts, n_quantities or 1), 0 where none counts.

    Attributes
    ----------
    amount, instead : ndarray of float64
        As in `Bills`.
    days : ndarray of float64
        Days that are billed.
    size, open : ndarray of float64
        Absolute sum of the bills, and that of the provisional ones.
    power : ndarray of float64
        `MADE` and `SENT` that the bills hold, in the place of the quantities. [kWh]
    """

    amount: Float64
    instead: Float64
    days: Float64
    size: Float64
    open: Float64
    power: Float64


def billed(bills: Bills, shape: tuple[int, ...], times: Times) -> Billed:
    """The bills that count in each part of time, for layers of `shape` (n_plants, n_quantities)."""
    n_parts = len(times.weight)
    if len(bills.plant) == 0:
        nothing = np.zeros((1, n_parts, 1))
        return Billed(nothing, nothing, nothing, nothing, nothing, nothing)
    row, part = np.nonzero(_counts(bills, times))
    plant = bills.plant[row]
    size = np.abs(bills.amount)
    days = (bills.last_day - bills.first_day).astype(np.float64)
    amounts = (bills.amount, bills.instead, days, size, size * bills.provisional)
    tables = np.zeros((len(amounts), shape[0], n_parts, shape[1]))
    for table, amount in zip(tables, amounts, strict=True):
        np.add.at(table, (plant, part, bills.quantity[row]), amount[row])
    power = np.zeros((shape[0], n_parts, 2))
    for layer, amount in ((MADE, bills.made), (SENT, bills.sent)):
        np.add.at(power[..., layer], (plant, part), amount[row])
    return Billed(tables[0], tables[1], tables[2], tables[3], tables[4], power)


def _counts(bills: Bills, times: Times) -> Bool:
    """Which bill counts in which part, shape (n_bills, n_parts): all its days are there, and not its whole year's."""
    first, last = times.first_day, times.last_day
    inside = (bills.first_day[:, None] >= first) & (bills.last_day[:, None] <= last)
    year = (bills.year_first[:, None] >= first) & (bills.year_last[:, None] <= last)
    return np.asarray(inside & ~(year & (bills.year_first >= 0)[:, None]))
