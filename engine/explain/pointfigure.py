"""What did one point amount to over local days, also one that no account counts?"""

from __future__ import annotations

import numpy as np

from engine.figure import Figure
from engine.kept import Kept
from engine.period import Period
from engine.series import LEVELS, shown_units
from registry import Point


def point_figure(store: Kept, point: Point, days: Period) -> Figure:
    """A point's amount, or the mean of a concentration or state, over whole local days.

    Parameters
    ----------
    store : Kept
    point : Point
    days : Period

    Returns
    -------
    Figure
        Amounts in the canonical unit, levels in the point's own.
    """
    rows = store.days(np.array([point.key], np.int32), days.first_day, days.last_day - 1)
    known_s = float(rows.measured_s.sum() + rows.estimated_s.sum())
    estimated_s = float(rows.estimated_s.sum())
    total = float(rows.amount.sum())
    names, _, rate_factor = shown_units(point)
    is_level = point.kind in LEVELS
    value = total * 3600.0 / known_s * rate_factor if is_level and known_s else total
    return Figure(
        name=f"point:{point.full_id}",
        value=value if known_s else None,
        unit=names[1] if is_level else names[0],
        from_ms=days.from_ms,
        to_ms=days.to_ms,
        coverage=min(1.0, known_s * 1000.0 / (days.to_ms - days.from_ms)),
        estimated=estimated_s / known_s if known_s else 0.0,
        formula="∫ C dt / t" if is_level else "Σ",
    )
