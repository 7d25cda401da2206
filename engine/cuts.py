"""What do lanes of days sum up to between cuts, such as the beginnings of months?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import Float64, Int32


@dataclass(frozen=True, eq=False)
class Cuts:
    """Stretches of days that follow one another.

    Attributes
    ----------
    origin : int
        Day of a lane's first entry (days since 1970).
    edge : ndarray of int32, shape (n_pieces + 1,)
        Where the pieces begin, and where the last one ends; rising.
    """

    origin: int
    edge: Int32

    def __len__(self) -> int:
        return len(self.edge) - 1

    @property
    def days(self) -> Int32:
        """Length of each piece. [d]"""
        return self.edge[1:] - self.edge[:-1]

    def sums(self, *daily: Float64) -> Float64:
        """Sums of lanes over each piece; what lies outside a lane is 0.

        Returns
        -------
        ndarray of float64, shape (n_lanes, n_pieces)
        """
        first, last = int(self.edge[0]), int(self.edge[-1])
        at, end = first - self.origin, last - self.origin
        table = np.zeros((len(daily), last - first))
        for row, lane in zip(table, daily, strict=True):
            inside = lane[max(at, 0) : max(end, 0)]
            row[max(-at, 0) : max(-at, 0) + len(inside)] = inside
        return np.asarray(np.add.reduceat(table, self.edge[:-1] - first, axis=1), np.float64)

    def over(self, daily: Float64, first_day: int, last_day: int) -> float:
        """Sum of one lane over days ``[first_day, last_day)``."""
        return float(daily[max(first_day - self.origin, 0) : max(last_day - self.origin, 0)].sum())
