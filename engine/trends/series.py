"""Which monthly series of a plant are worth a trend: loads, flow-weighted means, energy per value added?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.columns import Bool, Float64, Int32
from analytics.ratio import ratio
from analytics.validity import NORMAL_SHARE
from engine.columns import MonthBook
from engine.kept import Kept
from engine.trends.months import Months, add_outlets, outlet_months
from registry import Outlet, Registry
from registry.lists import Medium

Quantity = Literal["load", "concentration", "energy_per_value_added"]

DEFAULT_ERROR_PERCENT: Mapping[str, float] = {"water": 10.0, "air": 15.0}
"""Error of an analyser whose plate is not known: what comparison tests of on-line stations allow (HJ 355, HJ 75;
unsure). [%]"""


@dataclass(frozen=True, eq=False)
class MonthSeries:
    """One quantity, month by month; arrays of shape (n_months,).

    Attributes
    ----------
    outlet : str or None
        None for the plant.
    medium, pollutant : str or None
        None for energy per value added.
    quantity : str
        ``load``, ``concentration`` or ``energy_per_value_added``.
    unit : str
    month : ndarray of int32
        Months since 1970-01, from January of the base year on.
    value : ndarray of float64
        NaN where the month does not count; the detection limit where it is a non-detect.
    below : ndarray of bool
        Non-detects.
    limit : ndarray of float64
        Detection limit of the concentration; NaN where none is known.
    weight : ndarray of float64
        What a mean over months is weighted with: volume, value added, or 1.
    known, estimated : ndarray of float64
        As in `engine.trends.months.Months`.
    months : Months or None
        What the values come from; None for energy per value added.
    error_percent : float or None
        Of the worst analyser; None where the quantity has none.
    error_sure : bool
        Whether the plant file says it.
    """

    outlet: str | None
    medium: Medium | None
    pollutant: str | None
    quantity: Quantity
    unit: str
    month: Int32
    value: Float64
    below: Bool
    limit: Float64
    weight: Float64
    known: Float64
    estimated: Float64
    months: Months | None = None
    error_percent: float | None = None
    error_sure: bool = False

    @property
    def counted(self) -> Bool:
        """Which months have a value."""
        return ~np.isnan(self.value)


def plant_series(store: Kept, registry: Registry, book: MonthBook) -> Iterator[MonthSeries]:
    """Every series of a plant: for each pollutant the plant's, then its outlets' where several discharge it; energy per
    value added last.

    Parameters
    ----------
    book : MonthBook
        The plant's whole months from January of the base year on.
    """
    by_pollutant: dict[tuple[Medium, str], list[tuple[Outlet, Months]]] = {}
    for outlet in registry.outlets(book.plant):
        for pollutant, months in outlet_months(store, registry, outlet, book.month, list(outlet.pollutants)).items():
            by_pollutant.setdefault((outlet.medium, pollutant), []).append((outlet, months))
    for (medium, pollutant), parts in by_pollutant.items():
        error = _error(registry, pollutant, [outlet for outlet, _ in parts])
        whole: list[tuple[str | None, Months]] = [(None, add_outlets([months for _, months in parts]))]
        single = [(outlet.id, months) for outlet, months in parts] if len(parts) > 1 else []
        for name, months in [*whole, *single]:
            yield from _discharge(name, medium, pollutant, months, error)
    yield _energy(book)


def _error(registry: Registry, pollutant: str, outlets: Sequence[Outlet]) -> tuple[float, bool]:
    """Error of the worst analyser in percent, and whether every one of them is said."""
    said = [registry.points[f"{o.plant}/{o.pollutants[pollutant]}"].error_percent for o in outlets]
    default = DEFAULT_ERROR_PERCENT[outlets[0].medium]
    return max(default if one is None else one for one in said), None not in said


def _discharge(
    outlet: str | None, medium: Medium, pollutant: str, months: Months, error: tuple[float, bool]
) -> Iterator[MonthSeries]:
    """The load and the mean of the same months."""
    one, none = np.ones(len(months.month)), np.zeros(len(months.month), np.bool_)
    mean = np.where(months.below, months.limit, months.mean)
    rows: tuple[tuple[Quantity, str, Float64, Bool, Float64], ...] = (
        ("load", "kg", months.load_kg, none, one),
        ("concentration", months.unit, mean, months.below, months.volume_m3),
    )
    for quantity, unit, value, below, weight in rows:
        yield MonthSeries(
            outlet=outlet,
            medium=medium,
            pollutant=pollutant,
            quantity=quantity,
            unit=unit,
            month=months.month,
            value=value,
            below=below,
            limit=months.limit,
            weight=weight,
            known=months.known,
            estimated=months.estimated,
            months=months,
            error_percent=error[0],
            error_sure=error[1],
        )


def _energy(book: MonthBook) -> MonthSeries:
    """Energy per value added of months whose energy is known for at least 75 % and whose value added is stated."""
    energy, earned = book.energy_tce, book.value_added
    usable = (energy.known >= NORMAL_SHARE) & (earned.known >= NORMAL_SHARE)
    n = len(book.month)
    return MonthSeries(
        outlet=None,
        medium=None,
        pollutant=None,
        quantity="energy_per_value_added",
        unit="tce/10k_yuan",
        month=book.month,
        value=np.where(usable, ratio(energy.amount, earned.amount), np.nan),
        below=np.zeros(n, np.bool_),
        limit=np.full(n, np.nan),
        weight=earned.amount,
        known=energy.known,
        estimated=energy.estimated,
    )
