"""What must settlement know of the registry's points, as columns?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from analytics.columns import DERIVED, Points
from analytics.units import unit
from registry import Point

RATING_TOLERANCE = 1.2
"""A meter may pass its rated flow for a while; beyond this multiple a step cannot be true (metering practice, 1.2 x
rated)."""


def points_table(points: Iterable[Point], zones: dict[str, str]) -> tuple[Points, Sequence[str]]:
    """Columns for `analytics.settlement.settle`.

    Parameters
    ----------
    points : iterable of Point
        Derived load points are left out: nothing is received for them.
    zones : dict of str to str
        Plant id to name of its time zone.

    Returns
    -------
    table : Points
        Sorted by key.
    zone_names : sequence of str
        What `table.zone` indexes.
    """
    rows = sorted((p for p in points if p.kind not in DERIVED), key=lambda p: p.key)
    names = sorted({zones[p.plant] for p in rows})
    units = [unit(p.unit) for p in rows]
    none = float("nan")
    table = Points(
        key=np.array([p.key for p in rows], np.int32),
        kind=np.array([p.kind for p in rows], np.int8),
        factor=np.array([p.multiplier * u.factor for p, u in zip(rows, units, strict=True)], np.float64),
        offset=np.array([u.offset for u in units], np.float64),
        modulus=np.array([none if p.modulus is None else p.modulus for p in rows], np.float64),
        rating_per_h=np.array([none if p.rating_per_h is None else p.rating_per_h * RATING_TOLERANCE for p in rows]),
        resolution=np.array([p.resolution for p in rows], np.float64),
        period_ms=np.array([p.every_ms for p in rows], np.int64),
        label_end=np.array([p.label == "end" for p in rows], np.bool_),
        hold_ms=np.array([p.hold_ms for p in rows], np.int64),
        valid_lo=np.array([p.valid[0] for p in rows], np.float64),
        valid_hi=np.array([p.valid[1] for p in rows], np.float64),
        zero_is_missing=np.array([p.zero_is_missing for p in rows], np.bool_),
        stuck_count=np.array([p.stuck_count for p in rows], np.int32),
        is_net=np.array([p.net for p in rows], np.bool_),
        zone=np.array([names.index(zones[p.plant]) for p in rows], np.int32),
    )
    return table, names
