"""By which name does one limit differ from every other of its plant?"""

from __future__ import annotations

from collections import Counter

from analytics.columns import HOUR_MS, LOCAL_DAY
from registry import Limit, Registry


def limit_labels(registry: Registry, plant: str) -> dict[int, str]:
    """Standard, class and averaging of each limit of a plant, by `id` of the limit in this snapshot.

    Where a point has two limits of one name (a standard that came into force in stages), the value is said, too.
    """
    limits = registry.limits(plant)
    plain = {id(limit): limit_name(limit) for limit in limits}
    often = Counter((limit.point, plain[id(limit)]) for limit in limits)
    return {
        id(limit): plain[id(limit)]
        if often[limit.point, plain[id(limit)]] == 1
        else f"{plain[id(limit)]} {limit.value.value:g} {limit.value.unit}"
        for limit in limits
    }


def limit_name(limit: Limit) -> str:
    """Standard, class and averaging, e.g. ``GB 13271-2014/special/gas 1h``."""
    words = "/".join(word for word in (limit.standard, limit.limit_class) if word)
    return f"{words} {averaging_text(limit.averaging_ms)}"


def averaging_text(length_ms: int) -> str:
    """Length of a mean as a plant file writes it.

    Examples
    --------
    >>> averaging_text(HOUR_MS), averaging_text(LOCAL_DAY), averaging_text(HOUR_MS // 2)
    ('1h', '1d', '30min')
    """
    if length_ms == LOCAL_DAY:
        return "1d"
    return f"{length_ms // 60_000}min" if length_ms % HOUR_MS else f"{length_ms // HOUR_MS}h"
