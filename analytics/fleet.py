"""What did thousands of plants use, discharge and earn in the periods that are compared, all at once?

Plants are rows, pieces of time are columns (months, cut again where a period begins or ends inside one), carriers and
pollutants are layers. A period is a set of pieces, so every sum is one product of matrices; only sums are turned into
coal equivalent, since factors are of whole years and own power is balanced over the period, not piece by piece.

The rules are those of `engine.accounts` for one plant, to the last digit but rounding (GB/T 2589: ``E = sum E_i k_i``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.bills import MADE, SENT, Billed, Bills, Times, billed
from analytics.columns import Bool, Float64
from analytics.energy import KG_PER_T
from analytics.ratio import ratio
from analytics.verdict import Codes, Reason

VALUE, VALUE_DAYS, SIZE, OPEN, TOLD, UNPRICED = range(6)
"""Layers of `Table.money`."""


@dataclass(frozen=True, eq=False)
class Layers:
    """Quantities of plants, piece by piece.

    Attributes
    ----------
    amount : ndarray of float64, shape (n_plants, n_pieces, n_quantities)
        Canonical units, what the meters counted.
    known : ndarray of float64, same shape
        How much of the piece is known. [d]
    has : ndarray of bool, shape (n_plants, n_quantities)
        Whether the plant counts this quantity at all.
    """

    amount: Float64
    known: Float64
    has: Bool


@dataclass(frozen=True, eq=False)
class Table:
    """All that is asked of the plants.

    Attributes
    ----------
    carriers : Layers
        Of what comprehensive energy is the sum.
    direct : Layers
        What counts as it is: water, loads.
    power : ndarray of float64, shape (n_plants, n_pieces, 2)
        Own power, `MADE` and `SENT` out. [kWh]
    money : ndarray of float64, shape (n_plants, n_pieces, 6)
        Value added at base-year prices [10k_yuan], its days, its absolute sum, that of provisional months, days with a
        statement, and of these days without a price index.
    carrier_bills, direct_bills : Bills
    grid : int
        The layer of electricity among the carriers; -1 where there is none.
    """

    carriers: Layers
    direct: Layers
    power: Float64
    money: Float64
    carrier_bills: Bills
    direct_bills: Bills
    grid: int


@dataclass(frozen=True, eq=False)
class Rates:
    """What one unit counts for.

    Attributes
    ----------
    kgce : ndarray of float64, shape (n_plants or 1, n_parts, n_carriers)
        Standard coal; NaN where the book has no factor. [kgce per unit]
    own_kgce : ndarray of float64, shape (n_plants or 1, n_parts)
        Of power that was made and used here. [kgce/kWh]
    """

    kgce: Float64
    own_kgce: Float64


@dataclass(frozen=True, eq=False)
class Known:
    """Figures of many plants or groups; all arrays of one shape.

    Attributes
    ----------
    value : ndarray of float64
        NaN where not known.
    coverage, provisional : ndarray of float64
        As in `engine.figure.Figure`.
    note : ndarray of int8
        `Reason` why it is not known; 0 where nothing is noted.
    """

    value: Float64
    coverage: Float64
    provisional: Float64
    note: Codes


@dataclass(frozen=True, eq=False)
class Carried:
    """Carriers as they count.

    Attributes
    ----------
    part : ndarray of float64, shape (n_plants, n_parts, n_carriers)
        Metered and billed amounts of each part of time, 0 where nothing is known.
    own_kwh : ndarray of float64, shape (n_plants, n_parts)
        Power that was made and used here.
    figure : Known, shape (n_plants, n_sides, n_carriers)
        Amounts of the periods.
    """

    part: Float64
    own_kwh: Float64
    figure: Known

    def converted(self, amount: Float64, unpriced: Bool, has: Bool, times: Times) -> Known:
        """What the amounts count for in each period, given that of the parts; unknown without a factor."""
        no_factor = np.matmul(times.sides, unpriced.astype(np.float64)) > 0.0
        missing = has[:, None, :] & np.isfinite(self.figure.value) & no_factor
        sums = np.matmul(times.sides, np.where(np.isnan(amount), 0.0, amount))
        return Known(
            np.where(np.isnan(self.figure.value) | missing, np.nan, sums),
            np.where(missing, 0.0, self.figure.coverage),
            self.figure.provisional,
            np.where(missing, np.int8(Reason.FACTOR_MISSING), np.int8(0)),
        )


def energy(counted: Carried, table: Table, times: Times, rates: Rates) -> Known:
    """Comprehensive energy of each plant and period, shape (n_plants, n_sides). [tce]"""
    coal = counted.part * rates.kgce
    if table.grid >= 0:
        coal[..., table.grid] += counted.own_kwh * (rates.own_kgce - rates.kgce[..., table.grid])
    parts = counted.converted(coal / KG_PER_T, np.isnan(rates.kgce), table.carriers.has, times)
    return total(parts, table.carriers.has[:, None, :])


def carried(table: Table, times: Times) -> Carried:
    """The carriers of all plants in the parts of time and in the periods."""
    layers, bills = table.carriers, billed(table.carrier_bills, table.carriers.has.shape, times)
    amount = np.matmul(times.weight, layers.amount) - bills.instead
    known = np.matmul(times.weight, layers.known)
    power = np.matmul(times.weight, table.power) - bills.power
    return Carried(
        np.where(known > 0.0, amount, 0.0) + bills.amount,
        np.maximum(power[..., MADE] - power[..., SENT], 0.0),
        _over(amount, known, bills, times),
    )


def direct(table: Table, times: Times) -> Known:
    """Water and loads of each plant and period, shape (n_plants, n_sides, n_quantities)."""
    layers, bills = table.direct, billed(table.direct_bills, table.direct.has.shape, times)
    amount = np.matmul(times.weight, layers.amount) - bills.instead
    return _over(amount, np.matmul(times.weight, layers.known), bills, times)


def value_added(table: Table, times: Times) -> Known:
    """Value added of each plant and period, shape (n_plants, n_sides); see `engine.value_added`. [10k_yuan]"""
    sums = np.matmul(times.sides @ times.weight, table.money)
    # What no statement tells may be known all the same: a plant that is not open yet earns nothing.
    untold = (sums[..., TOLD] == 0.0) & (sums[..., VALUE_DAYS] < times.days)
    unknown = untold | (sums[..., UNPRICED] > 0.0)
    why = np.where(untold, np.int8(Reason.NO_STATEMENT), np.int8(Reason.PRICE_INDEX_MISSING))
    return stated(sums, unknown, why, times)


def stated(sums: Float64, unknown: Bool, why: Codes, times: Times) -> Known:
    """Figures of what persons state, from sums over periods, shape (n_plants, n_sides, ..., 6 layers)."""
    share = ratio(sums[..., OPEN], sums[..., SIZE])
    days = times.days.reshape(-1, *(1,) * (unknown.ndim - 2))
    return Known(
        np.where(unknown, np.nan, sums[..., VALUE]),
        np.where(unknown, 0.0, sums[..., VALUE_DAYS] / days),
        np.where(unknown | np.isnan(share), 0.0, share),
        np.where(unknown, why, np.int8(0)),
    )


def total(parts: Known, counted: Bool) -> Known:
    """The sum over the last axis, by the rules of `engine.sums.add_figures`: unknown where one part is.

    Parameters
    ----------
    parts : Known, shape (..., n)
    counted : ndarray of bool, broadcast to (..., n)
        Which parts belong to the sum.
    """
    if parts.value.shape[-1] == 0:
        shape = parts.value.shape[:-1]
        return Known(
            np.full(shape, np.nan), np.zeros(shape), np.zeros(shape), np.full(shape, Reason.PART_MISSING, np.int8)
        )
    lacks = counted & np.isnan(parts.value)
    values = np.where(counted & ~lacks, parts.value, 0.0)
    unknown = lacks.any(-1) | ~counted.any(-1)
    size = np.abs(values)
    coverage = np.where(counted, parts.coverage, np.inf).min(-1, initial=np.inf)
    share = ratio((size * parts.provisional).sum(-1), size.sum(-1))
    notes = np.where(lacks, parts.note, np.int8(0))
    first = np.take_along_axis(notes, (notes != 0).argmax(-1)[..., None], -1)[..., 0]
    note = np.where(first != 0, first, np.int8(Reason.PART_MISSING))
    return Known(
        np.where(unknown, np.nan, values.sum(-1)),
        np.where(np.isinf(coverage), 0.0, coverage),
        np.where(np.isnan(share), 0.0, share),
        np.where(unknown, note, np.int8(0)),
    )


def _over(amount: Float64, known: Float64, bills: Billed, times: Times) -> Known:
    """Metered and billed together, from parts (n_plants, n_parts, n) to periods (n_plants, n_sides, n)."""
    days = times.days[:, None]
    known_days = np.matmul(times.sides, known)
    metered = np.where(known_days > 0.0, np.matmul(times.sides, amount), 0.0)
    billed_amount, bill_days, size, not_final = (
        np.matmul(times.sides, of) for of in (bills.amount, bills.days, bills.size, bills.open)
    )
    unknown = (known_days == 0.0) & (bill_days == 0.0)
    share = ratio(not_final, np.abs(metered) + size)
    return Known(
        np.where(unknown, np.nan, metered + billed_amount),
        np.minimum((known_days + bill_days) / days, 1.0),
        np.where(np.isnan(share), 0.0, share),
        np.zeros(unknown.shape, np.int8),
    )
