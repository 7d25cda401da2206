"""How much electric power does a plant draw right now?"""

from __future__ import annotations

import numpy as np

from analytics.columns import INTERVAL_MS, Kind, Ranges
from engine.figure import Figure
from engine.kept import Kept
from engine.ledger import SIGN
from registry import Registry


def power(store: Kept, registry: Registry, plant: str, now_ms: int) -> Figure:
    """Mean electric power of the newest known quarter of an hour: import + production - export. [kW]"""
    first = (now_ms // INTERVAL_MS - 1) * INTERVAL_MS
    points = [
        p
        for p in registry.plant_points(plant)
        if p.carrier == "electricity" and p.direction in SIGN and p.kind is not Kind.LOAD
    ]
    keys = np.array([p.key for p in points], np.int32)
    found = store.intervals(Ranges(keys, np.full(len(keys), first), np.full(len(keys), first + 2 * INTERVAL_MS)))
    parts = []
    for point in points:
        rows = found.take((found.point == point.key) & (found.measured_s + found.estimated_s > 0))
        hours = float(rows.measured_s[-1] + rows.estimated_s[-1]) / 3600.0 if len(rows) else 0.0
        parts.append(
            Figure(
                name=f"point:{point.full_id}",
                value=SIGN[point.direction] * float(rows.amount[-1]) / hours if hours else None,
                unit="kW",
                from_ms=int(rows.start_ms[-1]) if len(rows) else first,
                to_ms=min(now_ms, int(rows.start_ms[-1]) + INTERVAL_MS) if len(rows) else now_ms,
                coverage=1.0 if hours else 0.0,
                estimated=float(rows.estimated_s[-1] / (3600.0 * hours)) if hours else 0.0,
            )
        )
    known = bool(parts) and all(p.value is not None for p in parts)
    return Figure(
        name="power_kw",
        value=sum(p.value or 0.0 for p in parts) if known else None,
        unit="kW",
        from_ms=min((p.from_ms for p in parts), default=first),
        to_ms=now_ms,
        coverage=min((p.coverage or 0.0 for p in parts), default=0.0),
        estimated=max((p.estimated for p in parts), default=0.0),
        formula="Σ P",
        inputs=tuple(parts),
        note="" if known else "no_recent_reading",
    )
