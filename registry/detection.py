"""From which value on can an analyser tell something from nothing, and since when?

A detection limit belongs to an analyser, and analysers are exchanged: a limit that fell makes substituted values fall
with it. So limits have dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import Field

from analytics.calendar import day_number
from analytics.columns import Float64
from registry.problems import wanted
from registry.text import Frozen

WANTED = "a number above 0 in the point's unit, or [{ value = 0.5 }, { value = 0.05, since = 2017-06-01 }]"


class DetectionLimit(Frozen):
    """One limit.

    Attributes
    ----------
    value : float
        In the unit of the point's readings.
    since : date or None
        First local day on which it holds; None: from the beginning.
    """

    value: float = Field(gt=0, allow_inf_nan=False)
    since: dt.date | None = None


def parse_detection_limits(came: Any) -> tuple[DetectionLimit, ...]:
    """What stands behind ``detection_limit`` in a plant file: a number, or limits in the order of their dates.

    Raises
    ------
    PydanticCustomError
        If it is neither, or a limit but the first has no later date than the one before.

    Examples
    --------
    >>> [str(limit.since) for limit in parse_detection_limits([{"value": 0.5}, {"value": 0.05, "since": "2017-06-01"}])]
    ['None', '2017-06-01']
    """
    rows = came if isinstance(came, list | tuple) else [{"value": came}]
    if not rows or not all(isinstance(row, dict | DetectionLimit) for row in rows):
        raise wanted(WANTED)
    limits = tuple(row if isinstance(row, DetectionLimit) else _limit(row) for row in rows)
    if any(after.since is None or after.since <= (before.since or dt.date.min) for before, after in pairwise(limits)):
        raise wanted("limits in the order of their dates; only the first may be without")
    return limits


def _limit(row: dict[str, Any]) -> DetectionLimit:
    value, since = row.get("value"), row.get("since")
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0.0 < value < float("inf")
    if not number or set(row) - {"value", "since"} or not isinstance(since, dt.date | str | None):
        raise wanted(WANTED)
    try:
        return DetectionLimit(value=value, since=dt.date.fromisoformat(since) if isinstance(since, str) else since)
    except ValueError:
        raise wanted(WANTED) from None


def limits_on(limits: Sequence[DetectionLimit], days: np.ndarray) -> Float64:
    """The limit in force on local days.

    Parameters
    ----------
    limits : sequence of DetectionLimit
        In the order of their dates.
    days : ndarray of int, shape (n,)
        Days since 1970-01-01.

    Returns
    -------
    ndarray of float64, shape (n,)
        In the point's unit; NaN where none is known.

    Examples
    --------
    >>> limits_on([DetectionLimit(value=2.0, since=dt.date(1970, 1, 3))], np.arange(4))
    array([nan, nan,  2.,  2.])
    """
    found = np.full(len(days), np.nan)
    for limit in limits:
        first = np.iinfo(np.int64).min if limit.since is None else day_number(limit.since)
        found[days >= first] = limit.value
    return found
