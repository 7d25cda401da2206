"""Made-up events for the store's tests."""

from __future__ import annotations

import math

import numpy as np

from analytics.columns import FOREVER_MS, Flag
from storage import MeterEvent
from tests.storage.rows import T0_MS

ONE = np.array([1], np.int32)
SAID_MS = T0_MS + 10**9


def event(from_ms: int, to_ms: int, what: int, point: int = 1, **more: object) -> MeterEvent:
    """An event at milliseconds after T0."""
    end_ms = to_ms if to_ms == FOREVER_MS else T0_MS + to_ms
    return MeterEvent(point, T0_MS + from_ms, end_ms, what, who="Li", why="seen", **more)  # type: ignore[arg-type]


def about(time_ms: int, what: int, decision: str = "correct", value: float = math.nan) -> MeterEvent:
    """A decision about the reset found between `time_ms` and a minute later."""
    at = {"about_what": int(Flag.RESET), "about_from_ms": T0_MS + time_ms, "about_until_ms": T0_MS + time_ms + 60_000}
    return event(time_ms, time_ms + 60_000, what, decision=decision, value=value, **at)


def withdrawal(number: int, point: int = 1) -> MeterEvent:
    return event(0, 0, 0, point, decision="withdraw", withdraws=number)
