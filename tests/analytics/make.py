"""Tables for settlement, drawn by hand: times in minutes after a fixed midnight, values as they are read.

``T0`` is 2018-09-01 00:00 in Shanghai.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analytics.columns import INTERVAL_MS, Columns, Findings, Flag, Intervals, Kind, Points, Ranges, Readings
from analytics.settlement import Settled, settle

ZONES = ["Asia/Shanghai", "Europe/Berlin", "Australia/Melbourne"]
T0 = 1_535_731_200_000
MINUTE_MS = 60_000
HOUR = 60
DAY = 1440

_DEFAULTS: dict[str, tuple[Any, Any]] = {
    "key": (np.int32, 1),
    "kind": (np.int8, int(Kind.REGISTER)),
    "factor": (np.float64, 1.0),
    "offset": (np.float64, 0.0),
    "modulus": (np.float64, np.nan),
    "rating_per_h": (np.float64, np.nan),
    "resolution": (np.float64, 0.0),
    "period_ms": (np.int64, 15 * MINUTE_MS),
    "label_end": (np.bool_, False),
    "hold_ms": (np.int64, 15 * MINUTE_MS),
    "valid_lo": (np.float64, -np.inf),
    "valid_hi": (np.float64, np.inf),
    "zero_is_missing": (np.bool_, False),
    "stuck_count": (np.int32, 0),
    "is_net": (np.bool_, False),
    "zone": (np.int32, 0),
}


def point(**columns: Any) -> Points:
    """One point; what is not named has a harmless value."""
    unknown = set(columns) - set(_DEFAULTS)
    assert not unknown, unknown
    return Points(**{n: np.array([columns.get(n, value)], dtype) for n, (dtype, value) in _DEFAULTS.items()})


def readings(
    minutes: Sequence[float], values: Sequence[float], *, key: int = 1, flags: Sequence[int] | None = None
) -> Readings:
    """Readings of one point, in the order given."""
    assert len(minutes) == len(values)
    time_ms = T0 + np.round(np.asarray(minutes, np.float64) * MINUTE_MS).astype(np.int64)
    flag = np.zeros(len(time_ms), np.uint8) if flags is None else np.asarray(flags, np.uint8)
    return Readings(np.full(len(time_ms), key, np.int32), time_ms, np.asarray(values, np.float64), flag, time_ms + 5)


def span(first_minute: float, last_minute: float, *, key: int = 1) -> Ranges:
    """The range between two minutes, widened to whole intervals."""
    low = (T0 + int(first_minute * MINUTE_MS)) // INTERVAL_MS * INTERVAL_MS
    high = -(-(T0 + int(last_minute * MINUTE_MS)) // INTERVAL_MS) * INTERVAL_MS
    return Ranges(np.array([key], np.int32), np.array([low]), np.array([high]))


def settled(points: Points, data: Readings, ranges: Ranges | None = None) -> Settled:
    """Settle, by default over five days around T0."""
    return settle(points, ZONES, data, span(-2 * DAY, 3 * DAY) if ranges is None else ranges)


def minutes_of(intervals: Intervals) -> list[float]:
    """Starts as minutes after T0."""
    return ((intervals.start_ms - T0) / MINUTE_MS).tolist()


def flags_of(intervals: Intervals) -> Flag:
    """All flags that occur."""
    return Flag(int(np.bitwise_or.reduce(intervals.flags, initial=0)))


def whats(findings: Findings) -> list[Flag]:
    """The kinds of the findings, in order."""
    return [Flag(int(what)) for what in findings.what]


def assert_same(one: Columns, other: Columns) -> None:
    """Equal to the bit."""
    for name, column in one.as_dict().items():
        np.testing.assert_array_equal(column, other.as_dict()[name], err_msg=name)
