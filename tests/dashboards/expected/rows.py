"""What is the answer of a query, and how is it told?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from analytics.calendar import day_of, day_start
from tests.dashboards.filled import NOW_MS, ZONE, Filled

Row = tuple[dict[str, str], int | None, dict[str, Any]]
"""Tags, time where it is shown (else None), and values."""
Variables = Mapping[str, str]
Says = Callable[[Filled, Variables], Iterable[Row]]
"""What the product says, for the dashboard's variables."""
Panels = dict[tuple[str, str, str], Says]
"""By dashboard, title of the panel and name of the query."""

TODAY = int(day_of(NOW_MS, ZONE))
TODAY_MS = int(day_start(TODAY, ZONE))
MINUTE_MS = NOW_MS // 60_000 * 60_000


def only(says: Says, *names: str) -> Says:
    """Fewer values of the same rows."""

    def fewer(f: Filled, v: Variables) -> Iterable[Row]:
        for tags, time_ms, values in says(f, v):
            yield tags, time_ms, {name: values[name] for name in names}

    return fewer


def at(says: Says, at_ms: int) -> Says:
    """The same, shown with its time."""

    def timed(f: Filled, v: Variables) -> Iterable[Row]:
        for tags, _, values in says(f, v):
            yield tags, at_ms, values

    return timed
