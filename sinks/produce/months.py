"""What did a plant, a city, a sector or a programme use, discharge and earn, month by month and year by year?

Whole months come from the books as columns, years from the same trees that the API opens: a year's bill is no month's.
The running year counts up to yesterday. Sums first, then the quotient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from analytics.calendar import day_of, day_start, month_first_day, year_of_day
from analytics.columns import Float64
from analytics.ratio import ratio
from engine.accounts import Accounts
from engine.column import Column, total
from engine.columns import MonthBook
from engine.figure import Figure
from engine.ledger import Ledger
from engine.period import Period, new_year
from engine.sums import add_figures
from engine.targets.quotient import quotient
from registry import Registry
from sinks.lineprotocol import series
from sinks.produce.rows import Rows, of_figure, of_value
from sinks.schema import MONTH, YEAR

INTENSITIES = {"energy_per_value_added": "energy_tce", "water_per_value_added": "water_m3"}
"""Quotients and what stands over the value added."""

_UNITS = {"energy_tce": "tce", "water_m3": "m3", "co2_t": "tCO2", "value_added": "10k_yuan"}


def month_lines(rows: Rows, scope: str, books: Sequence[MonthBook], zone: str) -> None:
    """Every whole month of a scope since the base year.

    Parameters
    ----------
    rows : Rows
    scope : str
    books : sequence of MonthBook
        Of its plants.
    zone : str
        In which months begin.
    """
    # Zones differ by hours: one plant's month may be over when another's is not.
    count = min(len(book.month) for book in books)
    start_ms = day_start(month_first_day(books[0].month[:count]), zone).tolist()
    for name, unit, column in _columns(books, count):
        key = series(MONTH, scope=scope, series=name, unit=unit)
        values = (column.value, column.known, column.estimated, column.provisional)
        for at, *row in zip(start_ms, *(array.tolist() for array in values), strict=True):
            rows.add(key, at, of_value(MONTH, *row))


def _columns(books: Sequence[MonthBook], count: int) -> Iterator[tuple[str, str, Column]]:
    """Name, unit and months of everything that is told of a scope."""
    found: dict[str, Column] = {}
    for name in ("energy_tce", "water_m3", "co2_t", "value_added"):
        parts = [column for book in books if (column := getattr(book, name)) is not None]
        if len(parts) == len(books):
            found[name] = _together(parts, count)
    for name, column in found.items():
        yield name, _UNITS[name], column
    for pollutant in _pollutants(book.loads for book in books):
        parts = [column for book in books for (_, name), column in book.loads.items() if name == pollutant]
        yield f"load:{pollutant}", "kg", _together(parts, count)
    for name, top in INTENSITIES.items():
        yield name, f"{_UNITS[top]}/{_UNITS['value_added']}", _quotient(found[top], found["value_added"])


def _together(parts: Sequence[Column], count: int) -> Column:
    """One plant's column as it is, several added up."""
    whole = parts[0] if len(parts) == 1 else total([_first(part, _least(parts)) for part in parts])
    return _first(whole, count)


def _least(parts: Sequence[Column]) -> int:
    return min(len(part.amount) for part in parts)


def _first(column: Column, count: int) -> Column:
    return Column(*(array[:count] for array in (column.amount, column.known, column.estimated, column.provisional)))


def _quotient(top: Column, bottom: Column) -> Column:
    """As `engine.targets.quotient.quotient`, all months at once."""
    value: Float64 = np.where(bottom.value > 0.0, ratio(top.value, bottom.value), np.nan)
    known = np.where(np.isnan(value), 0.0, np.minimum(top.known, bottom.known))
    return Column(value, known, top.estimated, np.maximum(top.provisional, bottom.provisional))


def _pollutants(loads: Iterable[Iterable[tuple[str, str]]]) -> list[str]:
    return sorted({pollutant for keys in loads for _, pollutant in keys})


class Years:
    """Figures of whole years and of the running one; what was worked out stands while a plant's books do.

    Parameters
    ----------
    now_ms : callable
        The product's clock.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._kept: dict[str, tuple[Ledger, Registry, int, dict[int, dict[str, Figure]]]] = {}

    def lines(self, rows: Rows, scope: str, accounts: Sequence[Accounts]) -> None:
        """Every year of a scope since the base year."""
        of_plants = [self._of_plant(books) for books in accounts]
        for year in of_plants[0]:
            for name, figure in _group([one[year] for one in of_plants if year in one]):
                key = series(YEAR, scope=scope, series=name, unit=figure.unit)
                rows.add(key, figure.from_ms, of_figure(YEAR, figure))

    def _of_plant(self, accounts: Accounts) -> dict[int, dict[str, Figure]]:
        plant = accounts.registry.plants[accounts.ledger.plant]
        today = int(day_of(self._now_ms(), plant.zone))
        kept = self._kept.get(plant.id)
        if kept is not None and kept[0] is accounts.ledger and kept[1] is accounts.registry and kept[2] == today:
            return kept[3]
        found = {}
        for year in range(accounts.base_year, year_of_day(today - 1) + 1):
            period = Period.of(new_year(year), min(new_year(year + 1), today), plant.zone)
            found[year] = {name: replace(figure, inputs=()) for name, figure in _of_period(accounts, period)}
        self._kept[plant.id] = (accounts.ledger, accounts.registry, today, found)
        return found


def _of_period(accounts: Accounts, period: Period) -> Iterator[tuple[str, Figure]]:
    energy = accounts.energy(period)
    yield energy.name, energy
    for carrier in energy.inputs:  # coal:NAME
        yield carrier.name, carrier
    yield "water_m3", accounts.water(period)
    yield "co2_t", accounts.carbon(period)
    yield "value_added", accounts.value_added(period)
    for medium, pollutant in accounts.ledger.loads:
        load = accounts.load(medium, pollutant, period)
        if load is not None:
            yield f"load:{pollutant}", load


def _group(plants: Sequence[dict[str, Figure]]) -> Iterator[tuple[str, Figure]]:
    """Sums over the plants that have the figure, and the quotients of the sums."""
    found: dict[str, Figure] = {}
    for name in dict.fromkeys(name for figures in plants for name in figures):
        parts = [figures[name] for figures in plants if name in figures]
        first = parts[0]
        whole = first if len(parts) == 1 else add_figures(
            first.name, first.unit, first.from_ms, first.to_ms, parts, "Σ"
        )  # fmt: skip
        found[name] = whole
        yield name, whole
    for name, top in INTENSITIES.items():
        yield name, quotient(name, found[top], found["value_added"])
