"""Which instants do local times without an offset name, many at once?

A wall clock in a zone with summer time shows one hour twice in autumn and leaves one out in spring. Live messages tell
the two apart by their time of receipt; a file of the past has nothing of that kind, so such times are refused with the
reason, and a file that carries offsets, or a zone without summer time, is asked for.

::

    wall    01:00 ----- 02:00 ===== 03:00 -----      === shown twice: AMBIGUOUS
    wall    01:00 ----- 02:00  . .  03:00 -----      . . never shown: SKIPPED
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from analytics.columns import DAY_MS, Int64, UInt8

_FIRST = datetime(2009, 12, 1, tzinfo=UTC)
_LAST = datetime(2100, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Doubt(IntEnum):
    """Why a local time names no instant, or not one."""

    NONE = 0
    AMBIGUOUS = 1
    SKIPPED = 2


class Zone:
    """The clocks of one time zone, from 2010 on.

    Parameters
    ----------
    name : str
        IANA name.

    Raises
    ------
    ValueError
        If there is no such zone.

    Examples
    --------
    >>> utc_ms, doubt = Zone("Asia/Shanghai").to_utc_ms(np.array([1_535_760_000_000]))
    >>> int(utc_ms[0]), int(doubt[0])
    (1535731200000, 0)
    """

    def __init__(self, name: str) -> None:
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"zone {name!r} is not known; wanted an IANA name such as Asia/Shanghai") from error
        self.name = name
        self._at_ms, self._before_ms, self._after_ms = _changes(zone)

    def to_utc_ms(self, wall_ms: Int64) -> tuple[Int64, UInt8]:
        """The instants of local times.

        Parameters
        ----------
        wall_ms : ndarray of int64, shape (n,)
            Local times as if they were UTC. [ms]

        Returns
        -------
        utc_ms : ndarray of int64, shape (n,)
            Where there is doubt, by the offset before the change. [ms UTC]
        doubt : ndarray of uint8, shape (n,)
            `Doubt`.
        """
        # What the wall showed at a change, by the earlier and by the later offset: between the two is the doubt.
        early_ms = self._at_ms + np.minimum(self._before_ms, self._after_ms)
        late_ms = self._at_ms + np.maximum(self._before_ms, self._after_ms)
        row = np.searchsorted(late_ms, wall_ms, "right")  # changes that are over for every reading of the clock
        offsets = np.concatenate((self._before_ms[:1], self._after_ms))
        doubt = np.zeros(len(wall_ms), np.uint8)
        if len(early_ms) > 1:
            ahead = np.minimum(row, len(early_ms) - 1)
            inside = (row < len(early_ms)) & (wall_ms >= early_ms[ahead]) & (wall_ms < late_ms[ahead])
            back = self._after_ms[ahead] < self._before_ms[ahead]
            doubt[inside & back], doubt[inside & ~back] = Doubt.AMBIGUOUS, Doubt.SKIPPED
        return wall_ms - offsets[row], doubt

    def reason(self, wall: str, doubt: Doubt) -> str:
        """Why a local time cannot be used."""
        if doubt is Doubt.AMBIGUOUS:
            return (
                f"ambiguous time: the clocks of {self.name} showed {wall} twice; wanted times with their offset, "
                "as in 2018-10-28T02:30:00+01:00"
            )
        return (
            f"no such time: the clocks of {self.name} never showed {wall}; a logger that ignores summer time has a "
            'fixed zone such as "Etc/GMT-1"'
        )


@lru_cache(maxsize=16)
def _changes(zone: ZoneInfo) -> tuple[Int64, Int64, Int64]:
    """When the offset changes, the offset before and after it; a first row that changes nothing. [ms UTC, ms, ms]"""
    days = (_LAST - _FIRST).days
    # Twice a month is enough to see every change: no rule of the present holds for less than two weeks.
    probes = [_FIRST + timedelta(days=day) for day in range(0, days, 14)]
    rows = [(0, _offset_ms(zone, _FIRST), _offset_ms(zone, _FIRST))]
    for low, high in pairwise(probes):
        before, after = _offset_ms(zone, low), _offset_ms(zone, high)
        if before != after:
            rows.append((_change_ms(zone, low, high), before, after))
    columns = np.array(rows, np.int64)
    return columns[:, 0], columns[:, 1], columns[:, 2]


def _change_ms(zone: ZoneInfo, low: datetime, high: datetime) -> int:
    """The second at which the offset of `low` ends."""
    before = _offset_ms(zone, low)
    low_s, high_s = int(low.timestamp()), int(high.timestamp())
    while high_s - low_s > 1:
        middle_s = (low_s + high_s) // 2
        if _offset_ms(zone, datetime.fromtimestamp(middle_s, UTC)) == before:
            low_s = middle_s
        else:
            high_s = middle_s
    return high_s * 1000


def _offset_ms(zone: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(milliseconds=1)


def wall_ms(moment: datetime) -> int:
    """A time without offset as if it were UTC, one with offset as UTC. [ms]"""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def midnight_closes(wall: Int64) -> Int64:
    """Local times of a file whose 00:00 carries the date of the day that ends then. [ms]"""
    return np.where(wall % DAY_MS == 0, wall + DAY_MS, wall)
