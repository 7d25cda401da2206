"""Which instants and ranges does a request mean, and how are instants written?

In and out: ISO 8601, UTC with ``Z``. An instant without a zone is refused, because it is a wrong hour somewhere. Ranges
are half-open, and one that holds too many steps is refused with what to do instead.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Query

from analytics.columns import DAY_MS, HOUR_MS, INTERVAL_MS
from api.errors import invalid
from engine.figure import Step

MAX_STEPS = 20_000
"""Steps that one answer holds at most: 208 days of 15 minutes, 2.2 years of hours."""

EARLIEST_MS, LATEST_MS = 0, 4_102_444_800_000  # 1970 to 2100: what calendars and charts are sure to take
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

STEP_MS: dict[Step, int] = {
    "15min": INTERVAL_MS,
    "hour": HOUR_MS,
    "day": DAY_MS,
    "month": 28 * DAY_MS,
    "year": 365 * DAY_MS,
}
"""Shortest length of a step. [ms]"""

DEFAULT_STEPS: dict[Step, int] = {"15min": 96, "hour": 168, "day": 62, "month": 48, "year": 10}
"""Steps back from now that are answered where no start is given."""

FromQuery = Annotated[
    str | None,
    Query(alias="from", description="Start, ISO 8601 with zone; inclusive.", examples=["2018-08-30T16:00:00Z"]),
]
ToQuery = Annotated[
    str | None,
    Query(
        alias="to", description="End, ISO 8601 with zone; exclusive. Default now.", examples=["2018-08-31T16:00:00Z"]
    ),
]


def iso(time_ms: int) -> str:
    """An instant as text.

    Examples
    --------
    >>> iso(1535731200000)
    '2018-08-31T16:00:00Z'
    >>> iso(1535731200250)
    '2018-08-31T16:00:00.250Z'
    """
    exact = EPOCH + timedelta(milliseconds=time_ms)
    return exact.isoformat(timespec="milliseconds" if time_ms % 1000 else "seconds").replace("+00:00", "Z")


def parse_instant_ms(text: str, where: str) -> int:
    """Text to UTC milliseconds.

    Raises
    ------
    ApiError
        If the text is no ISO 8601 instant, names no zone, or lies outside 1970 to 2100.

    Examples
    --------
    >>> parse_instant_ms("2018-09-01T00:00:00+08:00", "query.from")
    1535731200000
    """
    wanted = "wanted ISO 8601 with a zone, e.g. 2018-08-31T16:00:00Z"
    try:
        # A plus sign that was not escaped in a query arrives as a blank.
        instant = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
    except ValueError:
        raise invalid(f"{text!r} is no instant; {wanted}", where) from None
    if instant.tzinfo is None:
        raise invalid(f"{text!r} names no time zone; {wanted}", where)
    time_ms = (instant - EPOCH) // timedelta(milliseconds=1)
    if not EARLIEST_MS <= time_ms <= LATEST_MS:
        raise invalid(f"{text!r} is outside 1970 to 2100; {wanted}", where)
    return time_ms


def parse_range_ms(from_: str | None, to: str | None, step: Step, now_ms: int) -> tuple[int, int]:
    """The half-open range ``[from, to)`` a request asks for, with defaults. [ms UTC]

    Raises
    ------
    ApiError
        If an end is unreadable, the range is empty, or it holds more than `MAX_STEPS` steps.
    """
    to_ms = now_ms if to is None else parse_instant_ms(to, "query.to")
    from_ms = to_ms - DEFAULT_STEPS[step] * STEP_MS[step] if from_ is None else parse_instant_ms(from_, "query.from")
    if from_ms >= to_ms:
        raise invalid(f"from ({iso(from_ms)}) must be before to ({iso(to_ms)})", "query.from")
    steps = -(-(to_ms - from_ms) // STEP_MS[step])
    if steps > MAX_STEPS:
        fits = next((s for s, length in STEP_MS.items() if (to_ms - from_ms) / length <= MAX_STEPS), None)
        advice = f"take step={fits} or " if fits else "take "
        raise invalid(
            f"the range holds {steps} steps of {step}, wanted at most {MAX_STEPS} at once; {advice}a shorter range",
            "query.step",
        )
    return from_ms, to_ms
