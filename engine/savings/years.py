"""Which stretches of days are a year of savings held against?

A year against the base year, and against the year before it. The running year counts up to yesterday, against the same
dates of both, by the rule of the targets (`engine.targets.indicators.comparison`).
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.calendar import year_of_day
from engine.period import Period, new_year
from engine.targets.indicators import same_date


@dataclass(frozen=True)
class SavingYear:
    """A calendar year, or what of it is over.

    Attributes
    ----------
    year : int
    current, base, before : Period
        Its days, the same dates of the base year, and of the year before.
    is_running : bool
        Whether the year is not over.
    """

    year: int
    current: Period
    base: Period
    before: Period
    is_running: bool


def saving_year(first_day: int, last_day: int, base_year: int, zone: str) -> SavingYear:
    """Some days of one calendar year with the same dates of the two years they are held against.

    Parameters
    ----------
    first_day, last_day : int
        Local days ``[first_day, last_day)`` since 1970.
    base_year : int
    zone : str

    Raises
    ------
    ValueError
        If the days lie in more than one calendar year, or not after the base year.
    """
    year = year_of_day(first_day)
    if year_of_day(last_day - 1) != year:
        raise ValueError(f"days [{first_day}, {last_day}) lie in more than one year; wanted those of one")
    if year <= base_year:
        raise ValueError(f"{year} is not after the base year {base_year}; savings begin with {base_year + 1}")

    def same(years: int) -> Period:
        return Period.of(same_date(first_day, -years), same_date(last_day, -years), zone)

    return SavingYear(year, same(0), same(year - base_year), same(1), last_day < new_year(year + 1))


def saving_years(first_year: int, end_day: int, base_year: int, zone: str) -> tuple[SavingYear, ...]:
    """The years from `first_year` on up to, and without, a local day; the last one as far as it is over."""
    years = range(first_year, year_of_day(end_day - 1) + 1)
    return tuple(saving_year(new_year(y), min(new_year(y + 1), end_day), base_year, zone) for y in years)
