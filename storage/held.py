"""Which of these readings stand in the journal already?

For imports of histories: the same file twice, two exports that overlap, a history that MQTT brought as well. The same
is the same point, time and value; how it came (its flag, when it was received) does not matter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Bool, Readings
from storage.arrays import arrays, table_of
from storage.database import Cursor


def held(cursor: Cursor, readings: Readings) -> Bool:
    """True for each reading that is there, shape (n,)."""
    answer = np.zeros(len(readings), np.bool_)
    if len(readings) == 0:
        return answer
    asked: dict[str, NDArray[Any]] = {
        "row": np.arange(len(readings), dtype=np.int64),
        "point": readings.point,
        "time_ms": readings.time_ms,
        "value": readings.value,
    }
    edges = [int(edge) for column in (readings.point, readings.time_ms) for edge in (column.min(), column.max())]
    with table_of(cursor, "asked", asked):
        found = arrays(
            cursor,
            # NaN goes in as NULL (storage.arrays) and is the same as NULL. The bounds let row groups be skipped.
            """select distinct a.row from asked a join (
                select point, time_ms, value from readings
                where point between ? and ? and time_ms between ? and ?) r
            on r.point = a.point and r.time_ms = a.time_ms and r.value is not distinct from a.value""",
            edges,
        )
    answer[found["row"]] = True
    return answer
