"""Where do local days, months and years begin on the UTC axis?

A local day is a half-open range of UTC milliseconds between two local midnights of a zone: 23, 24 or 25 hours where
clocks change, 24 in China since 1991. Days are numbered as days since 1970-01-01 of the *local* date, months as months
since 1970-01. Zones are IANA names; where a midnight does not exist the day starts at the instant of the change.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.columns import DAY_MS, Int32, Int64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)


@lru_cache(maxsize=4096)
def _year_starts(year: int, zone: str) -> Int64:
    """UTC milliseconds of every local midnight of a year, shape (365 or 366,). Read-only, cached."""
    tz = ZoneInfo(zone)
    first = date(year, 1, 1)
    n_days = (date(year + 1, 1, 1) - first).days
    midnights = (
        datetime.combine(first + timedelta(days=i), datetime.min.time(), tzinfo=tz).astimezone(UTC)
        for i in range(n_days)
    )
    starts = np.array([round((m - _EPOCH) / timedelta(milliseconds=1)) for m in midnights], np.int64)
    starts.flags.writeable = False
    return starts


def _starts(first_day: int, last_day: int, zone: str) -> Int64:
    """UTC milliseconds at which the days ``first_day..last_day`` (inclusive) start."""
    first_year, last_year = year_of_day(first_day), year_of_day(last_day)
    whole = np.concatenate([_year_starts(year, zone) for year in range(first_year, last_year + 1)])
    offset = (date(first_year, 1, 1) - _EPOCH_DAY).days
    return whole[first_day - offset : last_day - offset + 1]


def year_of_day(day: int) -> int:
    """Calendar year of one day number."""
    return (_EPOCH_DAY + timedelta(days=int(day))).year


def day_number(day: date) -> int:
    """Days since 1970-01-01 of a local date.

    Examples
    --------
    >>> day_number(date(2015, 1, 1))
    16436
    """
    return (day - _EPOCH_DAY).days


def date_of(day: int) -> date:
    """The local date of a day number.

    Examples
    --------
    >>> date_of(16436).isoformat()
    '2015-01-01'
    """
    return _EPOCH_DAY + timedelta(days=int(day))


def day_start(day: ArrayLike, zone: str) -> Int64:
    """UTC instants at which local days start.

    Parameters
    ----------
    day : array_like of int, shape (n,) or scalar
        Days since 1970-01-01 of the local date.
    zone : str
        IANA name, e.g. ``"Asia/Shanghai"``.

    Returns
    -------
    start_ms : ndarray of int64, same shape
        [ms UTC]

    Examples
    --------
    >>> int(day_start(0, "Asia/Shanghai")) // 3_600_000
    -8
    """
    days = np.asarray(day, np.int64)
    if days.size == 0:
        return np.zeros(days.shape, np.int64)
    first, last = int(days.min()), int(days.max())
    return np.asarray(_starts(first, last, zone)[days - first], np.int64)


def day_of(time_ms: ArrayLike, zone: str) -> Int32:
    """Local date of UTC instants, as days since 1970-01-01.

    Parameters
    ----------
    time_ms : array_like of int, shape (n,) or scalar
        [ms UTC]
    zone : str

    Returns
    -------
    day : ndarray of int32, same shape

    Examples
    --------
    >>> noon_utc = 43_200_000
    >>> int(day_of(noon_utc, "Asia/Shanghai")), int(day_of(noon_utc, "Pacific/Auckland"))
    (0, 1)
    """
    times = np.asarray(time_ms, np.int64)
    if times.size == 0:
        return np.zeros(times.shape, np.int32)
    # A local date differs from the UTC date by at most one; one more day closes the last.
    first = int(times.min()) // DAY_MS - 1
    starts = _starts(first, int(times.max()) // DAY_MS + 2, zone)
    if bool((np.diff(starts) == DAY_MS).all()):
        return np.asarray((times - starts[0]) // DAY_MS + first, np.int32)
    return np.asarray(np.searchsorted(starts, times, "right") - 1 + first, np.int32)


def day_edges(first_ms: int, last_ms: int, zone: str) -> Int64:
    """Local midnights around ``[first_ms, last_ms)``.

    Returns
    -------
    edges_ms : ndarray of int64, shape (n_days + 1,)
        The first is at or before `first_ms`, the last at or after `last_ms`. [ms UTC]

    Raises
    ------
    ValueError
        If the range is empty.

    Examples
    --------
    >>> summer_time_begins = 1_553_986_800_000  # 2019-03-31 00:00 in Berlin
    >>> np.diff(day_edges(summer_time_begins, summer_time_begins + 1, "Europe/Berlin")) / 3_600_000
    array([23.])
    """
    if last_ms <= first_ms:
        raise ValueError(f"range [{first_ms}, {last_ms}) is empty; wanted first_ms < last_ms")
    first, last = day_of(np.array([first_ms, last_ms - 1]), zone)
    return day_start(np.arange(int(first), int(last) + 2), zone)


def month_of(day: ArrayLike) -> Int32:
    """Months since 1970-01 of day numbers.

    Examples
    --------
    >>> month_of([30, 31, 365])
    array([ 0,  1, 12], dtype=int32)
    """
    return np.asarray(_dates(day).astype("datetime64[M]").astype(np.int64), np.int32)


def year_of(day: ArrayLike) -> Int32:
    """Calendar years of day numbers.

    Examples
    --------
    >>> year_of([0, 16436])
    array([1970, 2015], dtype=int32)
    """
    return np.asarray(_dates(day).astype("datetime64[Y]").astype(np.int64) + 1970, np.int32)


def month_first_day(month: ArrayLike) -> Int32:
    """Day number of the first day of months since 1970-01.

    Examples
    --------
    >>> month_first_day([0, 1, 2])
    array([ 0, 31, 59], dtype=int32)
    """
    months = np.asarray(month, np.int64).astype("datetime64[M]")
    return np.asarray(months.astype("datetime64[D]").astype(np.int64), np.int32)


def year_first_day(year: ArrayLike) -> Int32:
    """Day number of 1 January of calendar years.

    Examples
    --------
    >>> year_first_day([1970, 2015])
    array([    0, 16436], dtype=int32)
    """
    return month_first_day((np.asarray(year, np.int64) - 1970) * 12)


def _dates(day: ArrayLike) -> NDArray[np.datetime64]:
    return np.asarray(day, np.int64).astype("datetime64[D]")
