"""In which portions is much settled, so that memory stays small however long the history is?

Whole groups of points as long as they hold few enough intervals and readings; a group that alone holds too many
readings is cut in time. An interval is the same whatever range it was settled in, so a cut changes nothing::

    one group, a year of a reading a second    [-----------------------------------------)
    portions                                   [---------)[---------)[---------)[--------)    in order of time
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analytics.calendar import day_of, day_start
from analytics.columns import INTERVAL_MS, Int64, Ranges
from engine.plan import LONG_RANGE_MS, Plan
from storage import Store

PORTION_READINGS = 2_000_000
"""How many readings one portion holds at the most: some 200 MB while it is read."""

SECOND_MS = 1000


def portions(store: Store, plan: Plan, ranges: Ranges) -> Iterator[Ranges]:
    """The ranges in portions; those of one point follow each other in time.

    Parameters
    ----------
    store : Store
    plan : Plan
    ranges : Ranges
        One row a point, in whole intervals; the points of a group share one range.
    """
    for part in plan.parts(ranges):
        if int((part.to_ms - part.from_ms).sum()) <= PORTION_READINGS * SECOND_MS:
            # Not worth counting: hardly any sender is faster than a reading a second.
            yield part
        else:
            yield from _few_enough(store, plan, part)


def _few_enough(store: Store, plan: Plan, part: Ranges) -> Iterator[Ranges]:
    """Groups one after the other, as many at once as hold few enough readings."""
    size = store.sizes(part)
    if int(size.sum()) <= PORTION_READINGS:
        yield part
        return
    group = plan.group_of(part.point)
    _, place = np.unique(group, return_inverse=True)
    held = np.bincount(place, size).astype(np.int64)
    for first, last in _runs(held):
        portion = part.take((place >= first) & (place < last))
        if int(held[first:last].sum()) <= PORTION_READINGS:
            yield portion
        else:
            yield from _halves(store, plan, portion)


def _runs(held: Int64) -> Iterator[tuple[int, int]]:
    """Neighbours that together hold few enough; one that alone holds too many stands alone."""
    first, total = 0, 0
    for i, count in enumerate(held.tolist()):
        if i > first and total + count > PORTION_READINGS:
            yield first, i
            first, total = i, 0
        total += count
    yield first, len(held)


def _halves(store: Store, plan: Plan, portion: Ranges) -> Iterator[Ranges]:
    """One group, cut in the middle until it holds few enough."""
    from_ms, to_ms = int(portion.from_ms.min()), int(portion.to_ms.max())
    middle_ms = (from_ms + to_ms) // 2 // INTERVAL_MS * INTERVAL_MS
    if to_ms - from_ms >= LONG_RANGE_MS:
        zone = plan.zone_of(portion.point[:1])[0]
        middle_ms = int(day_start(day_of(middle_ms, zone), zone))
    if middle_ms <= from_ms:
        yield portion
        return
    at = np.full(len(portion), middle_ms, np.int64)
    for half in (Ranges(portion.point, portion.from_ms, at), Ranges(portion.point, at, portion.to_ms)):
        yield from _few_enough(store, plan, half)
