"""Which pieces of time do the compared periods of a programme consist of?

Months, cut again where a period begins or ends inside one: the year to date against the same dates needs the month of
today in two pieces in both years. What is multiplied with factors of whole years is a part: a period inside one
calendar year; twelve rolling months have two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics import intensity
from analytics.bills import Times
from analytics.calendar import month_first_day, month_of
from analytics.columns import Float64, Int32, Int64
from engine.period import Period
from engine.targets.indicators import PERIODS, comparison
from registry import Programme


@dataclass(frozen=True, eq=False)
class FleetTimes:
    """The compared periods of one programme, as seen on one local day.

    Attributes
    ----------
    today : int
        The day that is not over and does not count (days since 1970).
    edge : ndarray of int32, shape (n_pieces + 1,)
        Where the pieces begin, and where the last one ends.
    year : ndarray of int64, shape (n_parts,)
        Calendar year of each part.
    times : Times
    base, current : ndarray of int64, shape (n_periods,)
        Place of the base and the current period among the sides of `times`, in the order of `PERIODS`.
    pace : ndarray of float64, shape (n_periods,)
    pairs : tuple of (Period, Period)
        The base and the current periods themselves.
    """

    today: int
    edge: Int32
    year: Int64
    times: Times
    base: Int64
    current: Int64
    pace: Float64
    pairs: tuple[tuple[Period, Period], ...]


def fleet_times(programme: Programme, today: int, zone: str) -> FleetTimes:
    """The periods of `engine.targets.indicators.comparison` as sets of pieces."""
    found = [comparison(period, today, programme.base_year, zone) for period in PERIODS]
    periods = {(p.first_day, p.last_day): p.years() for one in found for p in (one.base, one.current)}
    sides = list(periods)
    parts = sorted({part for years in periods.values() for part in years})
    first, last = min(side[0] for side in sides), max(side[1] for side in sides)
    months = month_first_day(np.arange(int(month_of(first)), int(month_of(last)) + 1))
    cuts = np.concatenate([months, np.array([edge for side in sides for edge in side], np.int32)])
    edge = np.unique(cuts[(cuts >= first) & (cuts <= last)]).astype(np.int32)
    table = np.array(parts, np.int64)
    weight = _inside(edge[:-1], edge[1:], table[:, 1:])
    # Not all that lies inside: the year to date lies inside its whole year, and is another part.
    of_sides = np.array([[float(part in years) for part in parts] for years in periods.values()])
    base, current = (
        np.array([sides.index((period.first_day, period.last_day)) for period in chosen], np.int64)
        for chosen in ([one.base for one in found], [one.current for one in found])
    )
    pace = np.array([intensity.pace(one.year, programme.base_year, programme.target_year) for one in found])
    pairs = tuple((one.base, one.current) for one in found)
    times = Times(weight, table[:, 1], table[:, 2], of_sides)
    return FleetTimes(today, edge, table[:, 0], times, base, current, pace, pairs)


def _inside(first: Int32 | Int64, last: Int32 | Int64, spans: Int64) -> Float64:
    """1 where ``[first, last)`` lies in a span, shape (n_spans, n)."""
    inside = (first >= spans[:, :1]) & (last <= spans[:, 1:])
    return inside.astype(np.float64)
