"""Which local days does the period of a figure's id mean?"""

from __future__ import annotations

from datetime import date

from analytics.calendar import day_number, day_of, month_first_day, month_of, year_of_day
from engine.period import Period, new_year
from engine.targets.indicators import PERIODS, comparison

SHORT = ("now", "today", "month", "year")
WANTED = f"{', '.join(PERIODS)}, {', '.join(SHORT)} or days 2018-01-01..2018-09-01"
MOST_DAYS = 200 * 366


class MalformedId(ValueError):
    """A part of an id that cannot be read; `part` says which."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part


def days_of(period: str, now_ms: int, zone: str, base_year: int) -> Period:
    """The local days a period means.

    Raises
    ------
    MalformedId
        If it is none of those known.

    Examples
    --------
    >>> days_of("2018-01-01..2018-09-01", 0, "Asia/Shanghai", 2015).days
    243
    """
    today = int(day_of(now_ms, zone))
    if period in PERIODS:
        return comparison(period, today, base_year, zone).current
    if period in SHORT:
        firsts = {"month": int(month_first_day(month_of(today))), "year": new_year(year_of_day(today))}
        return Period.of(firsts.get(period, today), today + 1, zone)
    first, dots, last = period.partition("..")
    try:
        days = [day_number(date.fromisoformat(text)) for text in (first, last)] if dots else []
    except ValueError:
        days = []
    if not days:
        raise MalformedId("period", f"{period!r} is no period; wanted {WANTED}")
    if not 0 < days[1] - days[0] <= MOST_DAYS:
        raise MalformedId("period", f"{period!r} is empty or too long; wanted a first day and a later one after it")
    return Period.of(days[0], days[1], zone)


def period_text(period: Period) -> str:
    """Days as they stand in an id."""
    return f"{_iso(period.first_day)}..{_iso(period.last_day)}"


def _iso(day: int) -> str:
    return date.fromordinal(day + date(1970, 1, 1).toordinal()).isoformat()
