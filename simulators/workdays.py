"""When does a factory of southern Jiangsu work: hours, shifts, weekends, Spring Festival, overhauls?

The simulated span is 2015-01-01 to 2019-12-31 local time (UTC+8, no daylight saving since 1991): 43 824 hours with
43 825 edges. All models are arrays over these edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from simulators.noise import Float64, Int64

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
LOCAL_MS = 8 * HOUR_MS
"""Local time ahead of UTC. [ms]"""

FIRST_YEAR, LAST_YEAR = 2015, 2019
SPAN_FROM_MS = int(np.datetime64("2015-01-01", "ms").astype(np.int64)) - LOCAL_MS
SPAN_TO_MS = int(np.datetime64("2020-01-01", "ms").astype(np.int64)) - LOCAL_MS
HOURS = (SPAN_TO_MS - SPAN_FROM_MS) // HOUR_MS
EDGES = HOURS + 1

SPRING_FESTIVAL = {
    2015: date(2015, 2, 19),
    2016: date(2016, 2, 8),
    2017: date(2017, 1, 28),
    2018: date(2018, 2, 16),
    2019: date(2019, 2, 5),
    2020: date(2020, 1, 25),
}
"""First day of the lunar year (春节)."""


@dataclass(frozen=True, eq=False)
class Days:
    """What the local calendar says at each edge; all arrays have shape (EDGES,).

    Attributes
    ----------
    hour, weekday, day : ndarray of int64
        Hour of the day 0-23, weekday with Monday 0, day since 2015-01-01.
    year : ndarray of float64
        Time in years, 2015.5 is the middle of 2015.
    day_of_year : ndarray of float64
        0 to 366, with the fraction of the day.
    """

    hour: Int64
    weekday: Int64
    day: Int64
    year: Float64
    day_of_year: Float64


@cache
def days() -> Days:
    """The calendar of the span."""
    edge = np.arange(EDGES, dtype=np.int64)
    day = edge // 24
    dates = np.datetime64("2015-01-01", "D") + day
    years = dates.astype("datetime64[Y]")
    begin = years.astype("datetime64[D]").astype(np.int64)
    length = (years + 1).astype("datetime64[D]").astype(np.int64) - begin
    day_of_year = dates.astype(np.int64) - begin + (edge % 24) / 24.0
    weekday = (dates.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    year = np.asarray(years.astype(np.int64) + 1970 + day_of_year / length, np.float64)
    return Days(edge % 24, weekday, day, year, day_of_year)


@dataclass(frozen=True)
class Pause:
    """Days of every year, or of one, at a lower level: an overhaul, a demand season."""

    month: int
    day: int
    length: int
    level: float
    year: int | None = None


@dataclass(frozen=True)
class Shifts:
    """How much of full production runs when, as shares of the ordinary weekday.

    Attributes
    ----------
    night, saturday, sunday : float
        Level from 22:00 to 06:00 and at the weekend.
    spring_festival : float
        Level on the days around the lunar new year.
    before, after : int
        Days before and from new year's day at that level; three days of winding down and up on either side.
    national_day : float
        Level from 1 to 7 October; 1 to 3 May stand half way.
    pauses : tuple of Pause
    """

    night: float = 1.0
    saturday: float = 1.0
    sunday: float = 1.0
    spring_festival: float = 1.0
    before: int = 4
    after: int = 8
    national_day: float = 1.0
    pauses: tuple[Pause, ...] = ()


def activity(shifts: Shifts) -> Float64:
    """Share of full production that the calendar leaves, shape (EDGES,).

    Examples
    --------
    >>> level = activity(Shifts(spring_festival=0.1))
    >>> newyear = (SPRING_FESTIVAL[2016] - date(2015, 1, 1)).days
    >>> float(level[newyear * 24]), float(level[(newyear + 30) * 24])
    (0.1, 1.0)
    """
    at = days()
    level = np.where((at.hour >= 22) | (at.hour < 6), shifts.night, 1.0)
    level = level * np.where(at.weekday == 5, shifts.saturday, np.where(at.weekday == 6, shifts.sunday, 1.0))
    per_day = np.ones(EDGES // 24 + 1)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        _lower(per_day, date(year, 10, 1), 7, shifts.national_day)
        _lower(per_day, date(year, 5, 1), 3, 0.5 + 0.5 * shifts.national_day)
        for pause in shifts.pauses:
            if pause.year is None or pause.year == year:
                _lower(per_day, date(year, pause.month, pause.day), pause.length, pause.level)
    for newyear in SPRING_FESTIVAL.values():
        start, length = newyear - timedelta(days=shifts.before), shifts.before + shifts.after
        for ramp in (1, 2, 3):
            share = shifts.spring_festival + (1.0 - shifts.spring_festival) * ramp / 4.0
            _lower(per_day, start - timedelta(days=ramp), length + 2 * ramp, share)
        _lower(per_day, start, length, shifts.spring_festival)
    return np.asarray(level * per_day[at.day])


def _lower(per_day: Float64, start: date, length: int, level: float) -> None:
    first = (start - date(FIRST_YEAR, 1, 1)).days
    part = per_day[max(first, 0) : max(first + length, 0)]
    np.minimum(part, level, out=part)


def edge_of(day: date) -> int:
    """Index of the edge at the local midnight that opens a day."""
    return (day - date(FIRST_YEAR, 1, 1)).days * 24


def month_edges() -> tuple[tuple[str, ...], Int64]:
    """Names ``YYYY-MM`` of the 60 months and the indices of their 61 edges."""
    months = np.arange(np.datetime64("2015-01", "M"), np.datetime64("2020-02", "M"))
    hours = (months.astype("datetime64[D]").astype(np.int64) - np.datetime64("2015-01-01", "D").astype(np.int64)) * 24
    return tuple(str(m) for m in months[:-1]), hours
