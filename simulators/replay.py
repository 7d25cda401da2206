"""How does a file of measurements come in as if a gateway sent it now?

    CSV ─▶ rows ─▶ messages ─▶ broker
           │ bad rows are listed, the next one follows

Each row goes out with its own time, as fast as the broker takes it or at a multiple of the speed of the data.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from simulators.replay_link import Link, parse_broker
from simulators.replay_messages import encoder
from simulators.replay_profile import Profile, ReplayError, load_profile
from simulators.replay_rows import BadRow, Rows, read_rows

_PROGRESS_EVERY = 500
"""Rows between two calls of the progress callback."""


@dataclass(frozen=True)
class ReplayReport:
    """What a replay did.

    Attributes
    ----------
    rows : int
        Rows sent.
    messages, acknowledged : int
        Messages sent and messages the broker took; equal when a replay has ended.
    unheard : int
        Messages of which the broker said that nobody is subscribed to their topic.
    bad_rows : tuple of BadRow
        The first skipped rows, with line, column and reason.
    bad_row_count : int
        How many rows were skipped.
    first_ms, last_ms : int or None
        Earliest and latest time sent; None where no row was. [ms UTC]
    """

    rows: int
    messages: int
    acknowledged: int
    unheard: int
    bad_rows: tuple[BadRow, ...]
    bad_row_count: int
    first_ms: int | None
    last_ms: int | None


def parse_speed(text: str) -> float:
    """A speed as typed: ``max`` or how many times faster than the data.

    Raises
    ------
    ReplayError
        If it is neither ``max`` nor a number above 0.

    Examples
    --------
    >>> parse_speed("max"), parse_speed("3600")
    (inf, 3600.0)
    """
    try:
        speed = math.inf if text == "max" else float(text)
    except ValueError:
        speed = math.nan
    if not speed > 0:
        raise ReplayError(f"speed {text!r}: wanted max or a number above 0, e.g. 60 for an hour a minute")
    return speed


def replay(
    profile_path: Path,
    path: Path,
    broker: str,
    speed: str = "max",
    *,
    window: int = 200,
    patience_s: float = 60.0,
    progress: Callable[[float, float], None] | None = None,
    now_s: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> ReplayReport:
    """Publish every row of a file and wait until the broker has acknowledged all of it.

    Everything that can be known to be wrong is found before anything is sent.

    Parameters
    ----------
    profile_path : Path
        See `simulators.replay_profile`.
    path : Path
        CSV file, plain or gzipped.
    broker : str
        ``mqtt://user:password@host:port``
    speed : str
        ``max``, as fast as the broker takes it, or seconds of the data per second.
    window : int
        Most messages under way.
    patience_s : float
        How long the broker may be silent or away. [s]
    progress : callable, optional
        Told the bytes of the file read and the bytes it has.
    now_s, sleep : callable
        The clock that paces, and how to wait. [s]

    Raises
    ------
    ReplayError
        `ProfileError` where the profile is wrong or names columns the file does not have, `DataError` where the file
        cannot be read, `BrokerError` where the broker cannot be reached, refuses, or is away longer than `patience_s`.
    """
    profile, address, factor = load_profile(profile_path), parse_broker(broker), parse_speed(speed)
    with read_rows(profile, path) as rows, Link(address, window=window, patience_s=patience_s) as link:
        count, first_ms, last_ms = _send(profile, rows, link, _Pace(factor, now_s, sleep), progress)
        link.drain()
        if progress is not None:
            progress(rows.size_bytes, rows.size_bytes)
        return ReplayReport(
            count, link.sent, link.acknowledged, link.unheard, tuple(rows.bad), rows.bad_count, first_ms, last_ms
        )


def _send(
    profile: Profile, rows: Rows, link: Link, pace: _Pace, progress: Callable[[float, float], None] | None
) -> tuple[int, int | None, int | None]:
    """Number of rows sent and their earliest and latest time."""
    encode = encoder(profile)
    count = 0
    first_ms: int | None = None
    last_ms: int | None = None
    for row in rows:
        pace.wait_for(row.time_ms)
        for topic, payload in encode(row):
            link.publish(topic, payload, profile.publish.qos)
        count += 1
        first_ms = row.time_ms if first_ms is None else min(first_ms, row.time_ms)
        last_ms = row.time_ms if last_ms is None else max(last_ms, row.time_ms)
        if progress is not None and count % _PROGRESS_EVERY == 0:
            progress(rows.read_bytes(), rows.size_bytes)
    return count, first_ms, last_ms


class _Pace:
    """When a row is due: data time since the first row, divided by the speed. Rows that are late go at once."""

    def __init__(self, speed: float, now_s: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._speed, self._now_s, self._sleep = speed, now_s, sleep
        self._began_s: float | None = None
        self._first_ms = 0

    def wait_for(self, time_ms: int) -> None:
        if math.isinf(self._speed):
            return
        if self._began_s is None:
            self._began_s, self._first_ms = self._now_s(), time_ms
            return
        due_s = self._began_s + (time_ms - self._first_ms) / 1000.0 / self._speed
        delay_s = due_s - self._now_s()
        if delay_s > 0:
            self._sleep(delay_s)
