"""How does a row of the factor book stand in the tree of a figure?"""

from __future__ import annotations

from engine.figure import Figure
from engine.period import Period
from registry import FactorRow

HEADS = {"coal": "factor", "co2": "factor_co2"}
"""What stands before a carrier in the name of its coefficient: one carrier has one of each quantity."""


def factor_figure(row: FactorRow, period: Period) -> Figure:
    """A coefficient as the input of a figure, in its own unit; an unsure one says so."""
    return Figure(
        name=f"{HEADS[row.quantity]}:{row.carrier}",
        value=row.value,
        unit=row.unit,
        from_ms=period.from_ms,
        to_ms=period.to_ms,
        factors=row.edition,
        note="" if row.confidence == "sure" else "factor_unsure",
    )
