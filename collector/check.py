"""Can this reading be true at all?

The same questions for live and for imported readings, whatever carried them: a time that lies ahead, a time before any
meter of the programme, a point nobody knows, a value without bounds. Plausible ranges are settlement's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

import numpy as np

from analytics.columns import Bool, Int32, Int64, Readings, UInt8

EARLIEST_MS = 1_262_304_000_000
"""2010-01-01 UTC; gateways without a clock start in 1970 or 2000 (metering.md section 6). [ms UTC]"""

MAX_AHEAD_MS = 300_000
"""How far a source's clock may run ahead of ours (metering.md section 6). [ms]"""


class Why(IntEnum):
    """Why a reading is refused."""

    FUTURE = 1
    TOO_EARLY = 2
    UNKNOWN_POINT = 3
    INFINITE = 4


@dataclass(frozen=True, eq=False)
class Rejected:
    """Refused rows.

    Attributes
    ----------
    row : ndarray of int64, shape (n,)
        Positions in the readings that were checked, ascending.
    why : ndarray of uint8, shape (n,)
        `Why`, the first that applies.
    readings : Readings, n rows
    now_ms, earliest_ms, max_ahead_ms : int
        What they were held against. [ms]
    """

    row: Int64
    why: UInt8
    readings: Readings
    now_ms: int
    earliest_ms: int
    max_ahead_ms: int

    def __len__(self) -> int:
        return len(self.row)

    def reason(self, index: int) -> str:
        """Why the `index`-th refused row was refused, as ``kind: detail``."""
        why = Why(int(self.why[index]))
        time_ms = int(self.readings.time_ms[index])
        if why is Why.FUTURE:
            return (
                f"time in the future: {utc_text(time_ms)} is more than {self.max_ahead_ms // 1000} s ahead of "
                f"{utc_text(self.now_ms)}; are the sender's clock, the time unit and the zone right?"
            )
        if why is Why.TOO_EARLY:
            return (
                f"time too early: {utc_text(time_ms)} is before {utc_text(self.earliest_ms)}; "
                "has the sender lost its clock, or is the time unit wrong?"
            )
        if why is Why.UNKNOWN_POINT:
            return f"unknown point: no point has the key {int(self.readings.point[index])}"
        return f"infinite value: {self.readings.value[index]} is no reading"


def utc_text(time_ms: int) -> str:
    """`time_ms` as ISO 8601 in UTC, or the bare number where the calendar ends."""
    try:
        return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return f"{time_ms} ms"


def check(
    readings: Readings,
    now_ms: int,
    earliest_ms: int = EARLIEST_MS,
    max_ahead_ms: int = MAX_AHEAD_MS,
    points: Int32 | None = None,
) -> tuple[Readings, Rejected]:
    """Divide readings into those that can be true and those that cannot.

    Parameters
    ----------
    readings : Readings
    now_ms : int
        Time by the product's clock. [ms UTC]
    earliest_ms : int
        Readings before this are refused. [ms UTC]
    max_ahead_ms : int
        Readings later than ``now_ms + max_ahead_ms`` are refused. [ms]
    points : ndarray of int32, optional
        Keys of all known points; without it every key is taken as known.

    Returns
    -------
    good : Readings
        The readings to keep, in their order; NaN stays (the sender said it has no value).
    rejected : Rejected

    Examples
    --------
    >>> time_ms = np.array([1_530_000_000_000, 86_400_000])
    >>> keys = np.array([1, 1], np.int32)
    >>> readings = Readings(keys, time_ms, np.array([1.0, 2.0]), np.zeros(2, np.uint8), time_ms)
    >>> good, rejected = check(readings, 1_530_000_000_000)
    >>> good.value, rejected.reason(0)[:16]
    (array([1.]), 'time too early: ')
    """
    why = np.zeros(len(readings), np.uint8)
    # Later lines win, so the questions stand in falling rank.
    why[np.isinf(readings.value)] = Why.INFINITE
    if points is not None:
        why[~_known(readings.point, points)] = Why.UNKNOWN_POINT
    why[readings.time_ms < earliest_ms] = Why.TOO_EARLY
    why[readings.time_ms > now_ms + max_ahead_ms] = Why.FUTURE
    rows = np.flatnonzero(why)
    good = readings if len(rows) == 0 else readings.take(why == 0)
    return good, Rejected(rows, why[rows], readings.take(rows), now_ms, earliest_ms, max_ahead_ms)


def _known(keys: Int32, points: Int32) -> Bool:
    return np.isin(keys, points)
