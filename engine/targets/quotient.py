"""What is a quantity per value added, and how sure is it?"""

from __future__ import annotations

import numpy as np

from analytics import intensity
from engine.figure import Figure
from engine.targets.verdict import number
from engine.value_added import RESTATED, restated


def quotient(name: str, top: Figure, bottom: Figure) -> Figure:
    """A quantity over the value added of the same period: as well known as the lesser known of the two."""
    value = intensity.intensity(number(top.value), number(bottom.value))
    parts = (top, bottom)
    return Figure(
        name=name,
        value=None if np.isnan(value) else float(value),
        unit=f"{top.unit}/{bottom.unit}",
        from_ms=bottom.from_ms,
        to_ms=bottom.to_ms,
        coverage=min(p.coverage or 0.0 for p in parts),
        estimated=top.estimated,
        provisional=max(p.provisional for p in parts),
        factors=top.factors,
        formula=f"{top.name} / {bottom.name}",
        inputs=parts,
        note=next((p.note for p in parts if p.value is None), RESTATED if restated(bottom) else ""),
    )
