"""Which knowledge answers a request: today's, or that of an earlier moment?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query

from analytics.columns import DAY_MS
from api.errors import invalid
from api.services import FiguresLike, KnownLike, Services
from api.times import LATEST_MS, iso, parse_instant_ms
from registry import Registry

AsOfQuery = Annotated[
    str | None,
    Query(
        description=(
            "Answer with what was known then: UTC milliseconds, ISO 8601 with zone, or a date, which means the last "
            "moment of that local day. Default: what is known now."
        ),
        examples=["2018-09-05"],
    ),
]

SinceQuery = Annotated[
    str | None,
    Query(description="The moment, written as as_of. Default: seven days ago.", examples=["2018-09-05"]),
]


@dataclass(frozen=True)
class Knowledge:
    """What answers, and what its present is. [ms UTC]"""

    figures: FiguresLike
    store: KnownLike
    now_ms: int


def knowledge(services: Services, as_of: str | None, zone: str) -> Knowledge:
    """Today's knowledge, or that of `as_of`.

    Raises
    ------
    ApiError
        If `as_of` is unreadable or later than now.
    """
    now_ms = services.now_ms()
    if as_of is None:
        return Knowledge(services.figures, services.store, now_ms)
    as_of_ms = parse_as_of_ms(as_of, zone, now_ms)
    past = services.as_of(as_of_ms)
    return Knowledge(past.figures, past.store, as_of_ms)


def parse_as_of_ms(text: str, zone: str, now_ms: int, where: str = "query.as_of") -> int:
    """The moment that `text` names. [ms UTC]

    A date is the last millisecond of its day, so that "today" is that day. Today's date is now: more is not known.

    Raises
    ------
    ApiError
        If the text is unreadable or the moment is later than now.

    Examples
    --------
    >>> parse_as_of_ms("2018-09-05", "Asia/Shanghai", 1_600_000_000_000)  # 2018-09-05T15:59:59.999Z
    1536163199999
    >>> parse_as_of_ms("1536163200000", "Asia/Shanghai", 1_600_000_000_000)
    1536163200000
    """
    text = text.strip()
    if text.isdecimal() and text.isascii() and len(text) > len("20180905"):
        as_of_ms = int(text)
        if as_of_ms > LATEST_MS:
            raise invalid(f"{text} ms is outside 1970 to 2100; wanted UTC milliseconds", where)
    elif (day := _date(text)) is not None:
        start_ms, end_ms = (_midnight_ms(day + timedelta(days=n), zone) for n in (0, 1))
        as_of_ms = now_ms if start_ms <= now_ms < end_ms else end_ms - 1
    else:
        as_of_ms = parse_instant_ms(text, where)
    if as_of_ms > now_ms:
        raise invalid(f"{text!r} is later than now, {iso(now_ms)}; wanted a moment that is over", where)
    return as_of_ms


def parse_start_ms(text: str, zone: str, where: str) -> int:
    """The moment from which on something is asked: the local midnight of a date, or an instant. [ms UTC]

    Raises
    ------
    ApiError
        If the text is neither.

    Examples
    --------
    >>> parse_start_ms("2018-09-01", "Asia/Shanghai", "body.from")
    1535731200000
    """
    day = _date(text.strip())
    return parse_instant_ms(text, where) if day is None else _midnight_ms(day, zone)


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Years at the ends of the calendar have no next day, and nothing was known in them.
    return day if 1970 <= day.year < 2100 else None


def _midnight_ms(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()) * 1000


def zone_of(registry: Registry, plant: str | None) -> str:
    """Zone of a plant, or of the first one: in it a date is read that names none."""
    if plant is not None and plant in registry.plants:
        return registry.plants[plant].zone
    return next((p.zone for p in registry.plants.values()), "UTC")


def parse_since(
    services: Services, zone: str, since: str | None, from_: str | None, to: str | None
) -> tuple[int, int, int]:
    """The moment, and from when to when what changed is asked: by default the 31 days before it. [ms UTC]

    Raises
    ------
    ApiError
        If one of them is unreadable, the moment is later than now, or the range is empty.
    """
    now_ms = services.now_ms()
    since_ms = now_ms - 7 * DAY_MS if since is None else parse_as_of_ms(since, zone, now_ms, "query.since")
    to_ms = since_ms if to is None else parse_instant_ms(to, "query.to")
    from_ms = to_ms - 31 * DAY_MS if from_ is None else parse_instant_ms(from_, "query.from")
    if from_ms >= to_ms:
        raise invalid(f"from ({iso(from_ms)}) must be before to ({iso(to_ms)})", "query.from")
    return since_ms, from_ms, to_ms
