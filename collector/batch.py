"""How do single readings become columns?

By growing arrays of machine numbers, one a column: appending a reading makes no object.
"""

from __future__ import annotations

from array import array

import numpy as np

from analytics.columns import Readings


class Batch:
    """A column buffer.

    Examples
    --------
    >>> batch = Batch()
    >>> batch.add(7, 1_530_000_000_000, 231.5, 0, 1_530_000_000_100)
    >>> batch.readings().value
    array([231.5])
    """

    def __init__(self) -> None:
        self._point = array("i")
        self._time_ms = array("q")
        self._value = array("d")
        self._flag = array("B")
        self._received_ms = array("q")

    def __len__(self) -> int:
        return len(self._point)

    def add(self, point: int, time_ms: int, value: float, flag: int, received_ms: int) -> None:
        """Append one reading; `flag` holds `Quality` bits."""
        self._point.append(point)
        self._time_ms.append(time_ms)
        self._value.append(value)
        self._flag.append(flag)
        self._received_ms.append(received_ms)

    def readings(self) -> Readings:
        """What was added so far, as columns of their own."""
        # np.array copies: a view would lock the buffers against growing.
        return Readings(
            np.array(self._point, np.int32),
            np.array(self._time_ms, np.int64),
            np.array(self._value, np.float64),
            np.array(self._flag, np.uint8),
            np.array(self._received_ms, np.int64),
        )
