"""What do monthly statements say of some days: tonnes of a product, degree days?

Each statement is spread evenly over the calendar days of its month, or of its year where no month of it is stated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.calendar import month_first_day
from analytics.columns import Float64, Int32
from engine.period import Period
from registry import Statement


def stated(rows: Sequence[Statement], period: Period) -> tuple[float, float]:
    """The sum over a period, and the share of its days that it rests on; (0, 0) where nothing is stated."""
    value = _daily(rows, period.first_day, period.last_day)
    known = np.isfinite(value)
    return float(value[known].sum()), float(known.mean()) if len(known) else 0.0


def stated_months(rows: Sequence[Statement], month: Int32) -> Float64:
    """The sums of consecutive months (since 1970-01), shape (n_months,); NaN where a day of the month is not stated."""
    if not len(month):
        return np.zeros(0)
    edges = month_first_day(np.append(month, month[-1] + 1))
    value = _daily(rows, int(edges[0]), int(edges[-1]))
    return np.asarray(np.add.reduceat(value, edges[:-1] - edges[0]), np.float64)


def _daily(rows: Sequence[Statement], first_day: int, last_day: int) -> Float64:
    """Value of each day in ``[first_day, last_day)``; a month's statement stands before that of its year."""
    value = np.full(max(last_day - first_day, 0), np.nan)
    for row in sorted(rows, key=lambda s: s.month is not None):
        first, last = row.days()
        value[max(first - first_day, 0) : max(last - first_day, 0)] = row.value / (last - first)
    return value
