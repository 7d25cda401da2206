"""Which local days does a figure stand for, and when are they?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from analytics.calendar import day_number, day_start, year_of_day


@dataclass(frozen=True)
class Period:
    """Local days ``[first_day, last_day)`` (days since 1970) and the same in UTC."""

    first_day: int
    last_day: int
    from_ms: int
    to_ms: int

    @classmethod
    @lru_cache(maxsize=4096)
    def of(cls, first_day: int, last_day: int, zone: str) -> Period:
        # The same months are asked for again and again, once for every statement.
        edges = day_start(np.array([first_day, last_day]), zone)
        return cls(first_day, last_day, int(edges[0]), int(edges[1]))

    @property
    def days(self) -> int:
        return self.last_day - self.first_day

    def years(self) -> list[tuple[int, int, int]]:
        """The calendar years in it, each with its first and last day inside: (year, first_day, last_day)."""
        first, last = year_of_day(self.first_day), year_of_day(self.last_day - 1)
        cuts = [self.first_day, *(new_year(y) for y in range(first + 1, last + 1)), self.last_day]
        return [(first + i, cuts[i], cuts[i + 1]) for i in range(last - first + 1)]


def new_year(year: int) -> int:
    """Day number of 1 January."""
    return day_number(date(year, 1, 1))
