"""What came in later, and by which deliveries?

The answer to "why is this figure another one than on 5 January": readings have their time of receipt, so what came
since can be listed. Batches that follow one another in both times are one delivery: a meter that sends every minute
has made one long delivery, not a thousand.

::

    received   b1 b2 b3              b4         b5 b6
    source      0  1  2     10 hours, late       3  4
               [one    ]             [two]      [three]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import HOUR_MS, Columns, Float64, Int32, Int64, Ranges
from storage.arrays import arrays, select, table_of
from storage.database import Cursor


@dataclass(frozen=True, eq=False)
class Arrivals(Columns):
    """Deliveries of readings of one point, in order of receipt; one row a delivery.

    Attributes
    ----------
    batch : ndarray of int64
        The first batch of the delivery.
    received_ms, received_until_ms : ndarray of int64
        When its first and its last reading were received. [ms UTC]
    first_ms, last_ms : ndarray of int64
        Earliest and latest source time. [ms UTC]
    count : ndarray of int64
        Number of readings.
    first_value, last_value : ndarray of float64
        The readings at these times, in the point's own unit; NaN where the sender said it has none.
    """

    batch: Int64
    received_ms: Int64
    received_until_ms: Int64
    first_ms: Int64
    last_ms: Int64
    count: Int64
    first_value: Float64
    last_value: Float64


def received_after(cursor: Cursor, points: Int32, as_of_ms: int) -> Ranges:
    """Per point the time of the readings received later than `as_of_ms`; no row where none were."""
    with table_of(cursor, "g", {"point": np.unique(points)}):
        found = arrays(
            cursor,
            """select r.point, min(r.time_ms) as from_ms, max(r.time_ms) + 1 as to_ms
            from readings r semi join g on r.point = g.point where r.received_ms > ?
            group by r.point order by r.point""",
            [as_of_ms],
        )
    return Ranges(found["point"], found["from_ms"], found["to_ms"])


def arrivals(cursor: Cursor, point: int, after_ms: int, before_ms: int | None, from_ms: int, to_ms: int) -> Arrivals:
    """The deliveries received in ``(after_ms, before_ms]`` of readings in ``[from_ms, to_ms)``."""
    until_ms = np.iinfo(np.int64).max if before_ms is None else before_ms
    # arg_min and arg_max skip NULL values; a struct is no NULL, whatever it holds.
    batches = select(
        cursor,
        Arrivals,
        """select batch, min(received_ms) as received_ms, max(received_ms) as received_until_ms,
            min(time_ms) as first_ms, max(time_ms) as last_ms, count(*) as count,
            arg_min({'v': value}, (time_ms, arrival)).v as first_value,
            arg_max({'v': value}, (time_ms, arrival)).v as last_value
        from readings where point = ? and received_ms > ? and received_ms <= ? and time_ms >= ? and time_ms < ?
        group by batch order by batch""",
        [point, after_ms, until_ms, from_ms, to_ms],
    )
    return _joined(batches)


def _joined(batches: Arrivals) -> Arrivals:
    """Batches of one delivery as one row."""
    if len(batches) == 0:
        return batches
    pause_ms = batches.received_ms[1:] - batches.received_until_ms[:-1]
    step_ms = batches.first_ms[1:] - batches.last_ms[:-1]
    begins = np.ones(len(batches), np.bool_)
    begins[1:] = (pause_ms > HOUR_MS) | (step_ms < 0) | (step_ms > HOUR_MS)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(batches)) - 1
    return Arrivals(
        batches.batch[first],
        batches.received_ms[first],
        np.maximum.reduceat(batches.received_until_ms, first),
        batches.first_ms[first],
        batches.last_ms[last],
        np.add.reduceat(batches.count, first),
        batches.first_value[first],
        batches.last_value[last],
    )
