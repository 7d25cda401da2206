"""What did any point of a plant amount to over some local days, also one that no books hold?

From the day sums of the store: sub-meters and the flows of outlets, which enter no figure themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.kept import Kept
from engine.period import Period
from registry import Point


class PointSums:
    """Sums of points over periods, each asked of the store once.

    Parameters
    ----------
    store : Kept
    """

    def __init__(self, store: Kept) -> None:
        self._store = store
        self._found: dict[tuple[int, int, int], tuple[float, float] | None] = {}

    def over(self, point: Point, period: Period) -> tuple[float, float] | None:
        """Amount (canonical unit) of the known time, and the share of the days' time that is known; None where nothing
        is."""
        self.read([point], period)
        return self._found[(point.key, period.first_day, period.last_day)]

    def read(self, points: Iterable[Point], period: Period) -> None:
        """Fetch several points at once."""
        days = (period.first_day, period.last_day)
        keys = np.array(sorted({p.key for p in points if (p.key, *days) not in self._found}), np.int32)
        if not len(keys):
            return
        rows = self._store.days(keys, period.first_day, period.last_day - 1)
        row = np.searchsorted(keys, rows.point)
        amount, known = np.zeros(len(keys)), np.zeros(len(keys))
        np.add.at(amount, row, rows.amount)
        np.add.at(known, row, np.minimum((rows.measured_s + rows.estimated_s) / rows.length_s, 1.0))
        for key, total, share in zip(keys.tolist(), amount.tolist(), (known / period.days).tolist(), strict=True):
            self._found[(key, *days)] = (total, share) if share > 0.0 else None
