"""On which days was there nothing to measure, because the plant or what a point counts did not exist?

Nothing flowed there, and that is known: it is a zero of the sums and no gap. Dates come from the plant file: a plant is
`opened` and `closed`, a point counts `since` and `until`; the later dates are the first days on which it is so.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from analytics.calendar import day_number
from analytics.columns import Bool, Int32
from registry import Plant, Point

_EVER, _NEVER = -(2**30), 2**30
LAST_YEAR = 2100
"""No programme reaches further (`registry.programme`)."""

Life = tuple[int, int]
"""First day, and first day after the last; days since 1970, local."""


def life_of(plant: Plant, point: Point | None = None) -> Life:
    """Of a plant, or of a point of it: both must exist."""
    first, last = _day(plant.opened, _EVER), _day(plant.closed, _NEVER)
    if point is None:
        return first, last
    return max(first, _day(point.since, _EVER)), min(last, _day(point.until, _NEVER))


def idle_days(life: Life, first_day: int, last_day: int) -> Bool:
    """Which days of ``[first_day, last_day)`` lie outside a life."""
    days = np.arange(first_day, last_day)
    return np.asarray((days < life[0]) | (days >= life[1]), np.bool_)


def idle_months(life: Life, base_year: int) -> Int32:
    """Whole months (since 1970-01) outside a life, from the base year on; rising."""
    if life == (_EVER, _NEVER):
        return np.empty(0, np.int32)
    months = np.arange((base_year - 1970) * 12, (LAST_YEAR + 1 - 1970) * 12)
    edges = np.append(months, months[-1] + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return months[(edges[1:] <= life[0]) | (edges[:-1] >= life[1])].astype(np.int32)


def _day(day: dt.date | None, otherwise: int) -> int:
    return otherwise if day is None else day_number(day)
