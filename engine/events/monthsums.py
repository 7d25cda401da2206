"""What did a point amount to in each local month, and which months did a decision change?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from analytics.calendar import date_of, day_of, day_start, month_first_day, month_of
from analytics.columns import Days, Ranges
from analytics.rollup import days as sum_days
from analytics.rollup import sum_periods
from engine.events.history import MonthChange
from storage import Store

SAME = 1e-9
"""Months that differ by less than this share are called the same."""


def month_amounts(store: Store, point: int, zone: str, from_ms: int, to_ms: int) -> dict[str, float]:
    """Amounts of the local months that ``[from_ms, to_ms)`` touches, up to `to_ms`.

    Parameters
    ----------
    store : Store
    point : int
    zone : str
        IANA name.
    from_ms, to_ms : int
        `to_ms` ends the last month: what a live meter adds later is left out. Multiples of 15 minutes. [ms UTC]

    Returns
    -------
    dict of str to float
        ``YYYY-MM`` to the amount of what is known; months of which nothing is known are absent.
    """
    if to_ms <= from_ms:
        return {}
    first = int(month_first_day(month_of(day_of(from_ms, zone))))
    last = int(day_of(to_ms, zone))
    key = np.array([point], np.int32)
    whole = store.days(key, first, last - 1)
    begun = Ranges(key, day_start([last], zone), np.array([to_ms], np.int64))
    rest = store.intervals(begun) if begun.from_ms[0] < to_ms else None
    table = whole if rest is None or not len(rest) else Days.concat([whole, sum_days(rest, zone)])
    if not len(table):
        return {}
    months = month_of([first, last])
    edges = month_first_day(np.arange(int(months[0]), int(months[1]) + 2))
    sums = sum_periods(table, edges, zone)
    known = sums.take(sums.measured_s + sums.estimated_s > 0.0)
    names = [date_of(int(day)).strftime("%Y-%m") for day in day_of(known.from_ms, zone)]
    return dict(zip(names, known.amount.tolist(), strict=True))


def changed(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[MonthChange, ...]:
    """The months whose amount is another one, in order.

    Examples
    --------
    >>> changed({"2018-08": 5.0, "2018-09": 7.0}, {"2018-08": 5.0, "2018-09": 6.5})
    (MonthChange(month='2018-09', before=7.0, after=6.5),)
    """
    return tuple(
        MonthChange(month, before.get(month), after.get(month))
        for month in sorted({*before, *after})
        if not _same(before.get(month), after.get(month))
    )


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=SAME)
