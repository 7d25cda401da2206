"""What did a plant earn over a stretch of local days, at the prices of the base year?

Monthly statements count by the calendar days of theirs that lie in the period. Missing months make the figure's
coverage less than 1; what is provisional or planned, itself or by a price index on its way, counts as provisional.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, takewhile

import numpy as np

from analytics.calendar import month_first_day, month_of
from analytics.columns import Bool, Float64, Int32
from analytics.value_added import chained_index, deflate, provisional_days, provisional_share, spread_months
from engine.figure import Figure
from engine.life import Life, idle_months, life_of
from engine.period import Period
from registry import Registry, Statement


@dataclass(frozen=True, eq=False)
class RealMonths:
    """Stated months at base-year prices.

    Attributes
    ----------
    month : ndarray of int32
        Months since 1970-01, rising.
    value : ndarray of float64
        NaN where the price index of the year is missing. [10k_yuan]
    firm : ndarray of bool
        Whether the statement and all price indices behind it are final.
    """

    month: Int32
    value: Float64
    firm: Bool


def real_months(registry: Registry, plant: str, base_year: int) -> RealMonths:
    """All that one plant stated of its value added, month by month, and zeros before it was opened and after it was
    closed."""
    return StatedValue.of(registry, plant, base_year).real


def _with_idle(real: RealMonths, life: Life, base_year: int) -> RealMonths:
    idle = idle_months(life, base_year)
    idle = idle[~np.isin(idle, real.month)]
    if not len(idle):
        return real
    month = np.concatenate([real.month, idle])
    value = np.concatenate([real.value, np.zeros(len(idle))])
    firm = np.concatenate([real.firm, np.ones(len(idle), np.bool_)])
    order = np.argsort(month)
    return RealMonths(month[order], value[order], firm[order])


def _real(months: dict[int, Statement], level: dict[int, float], firm_years: set[int]) -> RealMonths:
    current = np.array([s.value * share_of_month(s, m) for m, s in months.items()])
    return RealMonths(
        np.array(list(months), np.int32),
        deflate(current, np.array([level.get(s.year, np.nan) for s in months.values()])),
        np.array([s.status == "final" and s.year in firm_years for s in months.values()], np.bool_),
    )


RESTATED = "base_year_restated"
"""Note of a value added of the base year that was final before, with another value."""


def restated(figure: Figure) -> bool:
    """Whether a value added, or one of the plants' it is the sum of, is of a base year that was stated anew."""
    return figure.note == RESTATED or any(part.note == RESTATED for part in figure.inputs)


@dataclass(frozen=True, eq=False)
class StatedValue:
    """What one plant stated of its value added, for any period.

    Attributes
    ----------
    plant, zone : str
    base_year : int
    rows : tuple of Statement
        Those that count, in the order of their months.
    priced : frozenset of int
        Years whose prices are known against the base year.
    real : RealMonths
    """

    plant: str
    zone: str
    base_year: int
    rows: tuple[Statement, ...]
    priced: frozenset[int]
    real: RealMonths

    @classmethod
    def of(cls, registry: Registry, plant: str, base_year: int) -> StatedValue:
        """As it stands in the registry."""
        months = stated_months(registry.statements(plant, "value_added"))
        level, firm_years = _price_level(registry.statements(plant, "price_index"), base_year)
        described = registry.plants[plant]
        real = _with_idle(_real(months, level, firm_years), life_of(described), base_year)
        rows = tuple(dict.fromkeys(months.values()))
        return cls(plant, described.zone, base_year, rows, frozenset(level), real)

    def over(self, period: Period) -> Figure:
        """Industrial value added of a period. [10k_yuan]

        Not known (None) without a statement that meets the period, or without the price index of a year that it needs.
        """
        touched = [s for s in self.rows if meets(s, period)]
        inputs = tuple(statement_figure(s, self.zone) for s in touched)
        days = np.arange(period.first_day, period.last_day, dtype=np.int32)
        daily = spread_months(self.real.month, self.real.value, days)
        if not touched and not np.isfinite(daily).all():
            return _figure(period, inputs, note="no_statement")
        if {s.year for s in touched} - self.priced:
            return _figure(period, inputs, note="price_index_missing")
        share = provisional_share(daily, provisional_days(self.real.month, ~self.real.firm, days))
        return _figure(
            period,
            inputs,
            value=float(np.nansum(daily)),
            coverage=float(np.isfinite(daily).mean()),
            provisional=0.0 if np.isnan(share) else share,
            note=RESTATED if any(s.restated and s.year == self.base_year for s in touched) else "",
        )


@lru_cache(maxsize=50_000)
def statement_figure(statement: Statement, zone: str) -> Figure:
    """A statement as the input of a figure, in its own unit and period."""
    period = Period.of(*statement.days(), zone)
    return Figure(
        name=f"statement:{statement.item}",
        value=statement.value,
        unit=statement.unit,
        from_ms=period.from_ms,
        to_ms=period.to_ms,
        provisional=0.0 if statement.status == "final" else 1.0,
        note=statement.status,
    )


def _figure(
    period: Period,
    inputs: tuple[Figure, ...],
    *,
    value: float | None = None,
    coverage: float = 0.0,
    provisional: float = 0.0,
    note: str = "",
) -> Figure:
    return Figure(
        name="value_added_base_prices",
        value=value,
        unit="10k_yuan",
        from_ms=period.from_ms,
        to_ms=period.to_ms,
        coverage=coverage,
        provisional=provisional,
        formula="Σ VAₘ / Π(PPI / 100)",
        inputs=inputs,
        note=note,
    )


def stated_months(rows: tuple[Statement, ...]) -> dict[int, Statement]:
    """The statement that counts for each month (months since 1970): its own, or that of its whole year."""
    found: dict[int, Statement] = {}
    for row in sorted(rows, key=lambda s: s.month is not None):
        first = (row.year - 1970) * 12
        for month in range(first, first + 12) if row.month is None else (first + row.month - 1,):
            found[month] = row
    return dict(sorted(found.items()))


def _price_level(rows: tuple[Statement, ...], base_year: int) -> tuple[dict[int, float], set[int]]:
    """Prices of each year against the base year, 1 in the base year itself; and the years whose level is final."""
    by_year = {s.year: s for s in rows if s.month is None}
    # A chain holds only as far as it has no hole, and is final only as far as it has no open link.
    years = list(takewhile(by_year.__contains__, count(base_year + 1)))
    chain = chained_index([by_year[y].value for y in years]).tolist()
    firm = takewhile(lambda y: by_year[y].status == "final", years)
    return {base_year: 1.0, **dict(zip(years, chain, strict=True))}, {base_year, *firm}


def share_of_days(months: Iterable[int], period: Period) -> float:
    """Share of a period's days that lie in some months (since 1970-01), 0 to 1."""
    days = np.arange(period.first_day, period.last_day, dtype=np.int32)
    return float(np.isin(month_of(days), list(months)).mean()) if len(days) else 0.0


def meets(statement: Statement, period: Period) -> bool:
    first, last = statement.days()
    return first < period.last_day and last > period.first_day


def share_of_month(statement: Statement, month: int) -> float:
    """How much of a statement belongs to one month: all of a month's, by days of a year's."""
    if statement.month is not None:
        return 1.0
    first, last = statement.days()
    days = month_first_day(np.array([month, month + 1]))
    return float(days[1] - days[0]) / (last - first)
