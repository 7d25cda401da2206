"""Between which readings does a time of a point lie, and how many are there?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.columns import Float64, Int32, Int64, Quality
from storage.arrays import arrays, table_of
from storage.database import Cursor
from storage.events import EVER_MS

_UNUSABLE = int(Quality.BAD_AT_SOURCE | Quality.NULL)


@dataclass(frozen=True, eq=False)
class Extents:
    """Readings of a time, point by point; a point without any has no row.

    Attributes
    ----------
    point : ndarray of int32
    readings : ndarray of int64
        How many are there, those of thinned times not counted.
    first_ms, last_ms : ndarray of int64
        Times of the first and the last one that carries a value. [ms UTC]
    first_value, last_value : ndarray of float64
        In the sender's unit; NaN where none carries a value.
    """

    point: Int32
    readings: Int64
    first_ms: Int64
    first_value: Float64
    last_ms: Int64
    last_value: Float64


def extents(cursor: Cursor, points: Int32, from_ms: int, to_ms: int, as_of_ms: int | None) -> Extents:
    """Of the readings received up to a moment."""
    usable = f"r.flag & {_UNUSABLE} = 0 and r.value is not null and not isnan(r.value)"
    with table_of(cursor, "g", {"point": np.unique(points)}):
        found = arrays(
            cursor,
            f"""select r.point, count(*) as readings,
                coalesce(min(r.time_ms) filter ({usable}), -1) as first_ms,
                coalesce(arg_min(r.value, r.time_ms) filter ({usable}), 'nan'::double) as first_value,
                coalesce(max(r.time_ms) filter ({usable}), -1) as last_ms,
                coalesce(arg_max(r.value, (r.time_ms, r.arrival)) filter ({usable}), 'nan'::double) as last_value
            from readings r join g on r.point = g.point
            where r.time_ms >= ? and r.time_ms <= ? and r.received_ms <= ? group by r.point order by r.point""",
            [from_ms, to_ms, EVER_MS if as_of_ms is None else as_of_ms],
        )
    return Extents(**found)
