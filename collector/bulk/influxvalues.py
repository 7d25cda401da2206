"""What do values of an InfluxDB say, as columns?

A field holds numbers, or true and false, or text; what is no number is refused one by one, as in a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import Bool, Float64, Int64, UInt8
from collector.bulk.influxmap import Series
from collector.bulk.rows import Refused, Understood
from collector.check import utc_text
from collector.values import BadItem, number


@dataclass(frozen=True, eq=False)
class Values:
    """Values of one series of the server.

    Attributes
    ----------
    row : int
        Row of the map.
    time_ms : ndarray of int64, shape (n,)
        Ascending. [ms UTC]
    values : list, length n
    cut_ms : int or None
        The time from which on they are not whole; None where they are. [ms UTC]
    """

    row: int
    time_ms: Int64
    values: list[object]
    cut_ms: int | None

    def before(self, end_ms: int) -> Values:
        """Those before a time. [ms UTC]"""
        count = int(np.searchsorted(self.time_ms, end_ms))
        return Values(self.row, self.time_ms[:count], self.values[:count], None)


def together(parts: Sequence[Values], series: Sequence[Series]) -> Understood:
    """All values as columns, each point's in the order of their times."""
    refused: list[Refused] = []
    columns = [
        (np.full(len(one.values), one.row), one.time_ms, *_numbers(one, series[one.row], refused)) for one in parts
    ]
    if not columns:
        nothing = np.empty(0, np.int64)
        return Understood(nothing, nothing, np.empty(0), np.empty(0, np.uint8), None, 0)
    target, time_ms, value, flag, good = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = np.lexsort((time_ms, target))  # series that were merged follow each other
    order = order[good[order]]
    return Understood(target[order], time_ms[order], value[order], flag[order], None, len(time_ms), refused=refused)


def _numbers(one: Values, series: Series, refused: list[Refused]) -> tuple[Float64, UInt8, Bool]:
    """Values, quality bits, and which of them are numbers at all."""
    count = len(one.values)
    if all(type(value) is float or type(value) is int for value in one.values):
        return np.array(one.values, np.float64), np.zeros(count, np.uint8), np.ones(count, np.bool_)
    value, flag, good = np.full(count, np.nan), np.zeros(count, np.uint8), np.ones(count, np.bool_)
    for at, raw in enumerate(one.values):
        try:
            value[at], flag[at] = number(raw, state=series.target.state)
        except BadItem as error:
            good[at] = False
            place = utc_text(int(one.time_ms[at]))
            refused.append(Refused(place, series.field, str(raw), f"{series}: {error}"))
    return value, flag, good
