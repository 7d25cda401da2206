"""Which instant or shift of time did a person write?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from registry.quantity import parse_duration_ms

_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIGNED = re.compile(r"([+-]?)\s*(.+)")


def parse_shift_ms(text: str) -> int:
    """A signed length of time other than nothing. [ms]

    Raises
    ------
    ValueError
        With what came and what was wanted.

    Examples
    --------
    >>> parse_shift_ms("-1h"), parse_shift_ms("+30 min")
    (-3600000, 1800000)
    """
    wanted = f"{text!r}; wanted a sign, a whole number above 0 and one of ms, s, min, h, d, e.g. -1h"
    found = _SIGNED.fullmatch(text.strip())
    if found is None:
        raise ValueError(wanted)
    try:
        length_ms = parse_duration_ms(found[2])
    except ValueError:
        raise ValueError(wanted) from None
    return -length_ms if found[1] == "-" else length_ms


def local_instant_ms(text: str, zone: str) -> int:
    """ISO 8601, or ``YYYY-MM-DD HH:MM[:SS]`` as the clocks of `zone` show it, to UTC milliseconds.

    An hour that the clocks show twice is the first of the two.

    Raises
    ------
    ValueError
        If the text is no time, names a time that the clocks skip, or lies outside 1970 to 2100.

    Examples
    --------
    >>> local_instant_ms("2018-09-01 08:00", "Asia/Shanghai")
    1535760000000
    >>> local_instant_ms("2018-09-01T00:00:00Z", "Asia/Shanghai")
    1535760000000
    """
    wanted = "wanted YYYY-MM-DD HH:MM[:SS] of the plant's clocks, or ISO 8601 with a zone"
    try:
        if len(text) < len("2018-09-01 08:00"):
            raise ValueError(text)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time; {wanted}") from None
    if instant.tzinfo is None:
        local = instant.replace(tzinfo=ZoneInfo(zone))
        if local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != instant:
            raise ValueError(f"{text!r} is skipped by the clocks of {zone}; {wanted}")
        instant = local
    if not _EPOCH <= instant < _LATEST:
        raise ValueError(f"{text!r} is outside 1970 to 2100; {wanted}")
    return (instant - _EPOCH) // timedelta(milliseconds=1)
