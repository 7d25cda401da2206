"""When was it, in UTC milliseconds?

A source says in which unit its times come: ``s ms us ns`` (numbers, also as text), ``iso`` (ISO 8601 with or without an
offset) or a `strptime` format. A local time without an offset is of the source's zone. The two hours that daylight
saving makes ambiguous are told apart by the time of receipt: the later one is taken unless it would lie ahead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collector.values import BadItem, shown

TimeReader = Callable[[Any, int], int]
"""Raw time and time of receipt [ms UTC] to source time [ms UTC]; raises `BadItem`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+\.\d*([eE][+-]?\d+)?|[+-]?\d+[eE][+-]?\d+", re.ASCII)
_AHEAD_MS = 300_000  # metering.md section 6: more than 5 min ahead of receipt cannot be
_LIMIT_MS = 253_402_300_800_000  # year 10 000; what lies beyond is no time

# Unit -> (multiplier, divisor) to milliseconds. Integers stay integers: nanoseconds do not fit into a double.
SCALES: dict[str, tuple[int, int]] = {"s": (1000, 1), "ms": (1, 1), "us": (1, 1000), "ns": (1, 1_000_000)}


def time_reader(unit: str, zone: str) -> TimeReader:
    """How times of a source are read.

    Parameters
    ----------
    unit : str
        ``s``, ``ms``, ``us``, ``ns``, ``iso`` or a `strptime` format with ``%``.
    zone : str
        IANA name of the zone of times without an offset.

    Raises
    ------
    ValueError
        If the unit or the zone is not known.

    Examples
    --------
    >>> time_reader("s", "Asia/Shanghai")("1688606685", 0)
    1688606685000
    >>> time_reader("%Y%m%d%H%M%S", "Asia/Shanghai")("20221008105559", 0)
    1665197759000
    """
    try:
        tz = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"zone {zone!r} is not known; wanted an IANA name such as Asia/Shanghai") from error
    if unit in SCALES:
        return _number_reader(unit)
    if unit == "iso":
        return _text_reader(datetime.fromisoformat, tz, "ISO 8601, as in 2018-09-01T08:00:00+08:00")
    if "%" in unit:
        return _text_reader(lambda text: datetime.strptime(text, unit), tz, f"the format {unit}")  # noqa: DTZ007 (zone follows)
    raise ValueError(f"time unit {unit!r} must be s, ms, us, ns, iso or a strptime format such as %Y%m%d%H%M%S")


def _number_reader(unit: str) -> TimeReader:
    times, by = SCALES[unit]

    def read(raw: Any, received_ms: int) -> int:
        if isinstance(raw, str):
            text = raw.strip()
            if _INTEGER.fullmatch(text) and len(text) <= 30:
                raw = int(text)
            elif _DECIMAL.fullmatch(text):
                raw = float(text)
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raise BadItem(f"not a time: {shown(raw)}, wanted a number of {unit} since 1970")
        if not abs(raw) <= _LIMIT_MS * by / times:  # also refuses NaN
            raise BadItem(f"not a time: {shown(raw)} {unit} lies beyond the year 9999; is the unit right?")
        return raw * times // by if isinstance(raw, int) else round(raw * times / by)

    return read


def _text_reader(parse: Callable[[str], datetime], tz: ZoneInfo, wanted: str) -> TimeReader:
    def read(raw: Any, received_ms: int) -> int:
        # Fourteen digits are often sent as a number.
        text = str(raw).strip() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
        try:
            moment = parse(text)
        except ValueError as error:
            raise BadItem(f"not a time: {shown(raw)}, wanted {wanted}") from error
        if moment.tzinfo is not None:
            return (moment - _EPOCH) // _MS
        return _local(moment.replace(tzinfo=tz), received_ms)

    return read


def _local(moment: datetime, received_ms: int) -> int:
    # Zone arithmetic needs UTC: differences of two times with the same tzinfo are wall-clock differences.
    try:
        first = (moment.astimezone(UTC) - _EPOCH) // _MS
        second = (moment.replace(fold=1).astimezone(UTC) - _EPOCH) // _MS
    except OverflowError as error:
        raise BadItem(f"not a time: {moment.isoformat()} is out of range") from error
    # In the spring gap `second` lies before `first`: no clock ever showed such a time; the offset before it is taken.
    return second if first < second <= received_ms + _AHEAD_MS else first
