"""What time is it, for the product?

The only place that asks the machine. Everybody else is handed a function `now_ms` that answers in UTC milliseconds.
"""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo


class Clock:
    """A clock that started at some instant and runs at some speed.

    Parameters
    ----------
    start_ms : int
        What the clock shows now. [ms UTC]
    speed : float
        Seconds of this clock per second of the wall.

    Raises
    ------
    ValueError
        If `speed` is not positive.
    """

    def __init__(self, start_ms: int, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError(f"speed ({speed}) must be above 0")
        self.speed = speed
        self.set_ms(start_ms)

    def now_ms(self) -> int:
        """The present. [ms UTC]"""
        return self._start_ms + int((time.monotonic() - self._began_s) * 1000.0 * self.speed)

    def set_ms(self, start_ms: int) -> None:
        """Show another time from now on; for whoever starts the clock, before others read it. [ms UTC]"""
        self._start_ms = start_ms
        self._began_s = time.monotonic()


class WallClock(Clock):
    """Real time, with every correction the machine's own clock gets."""

    def __init__(self) -> None:
        super().__init__(0, 1.0)

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


def parse_instant_ms(text: str, zone: str) -> int:
    """An instant as a user types it, in a zone unless it names its own offset. [ms UTC]

    Raises
    ------
    ValueError
        If the text is not a date or a date and time in ISO form.

    Examples
    --------
    >>> parse_instant_ms("2018-09-01", "Asia/Shanghai")
    1535731200000
    """
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not a time: wanted e.g. 2018-09-01 or 2018-09-01T08:00") from None
    if when.tzinfo is None:
        when = when.replace(tzinfo=ZoneInfo(zone))
    return round(when.timestamp() * 1000)
