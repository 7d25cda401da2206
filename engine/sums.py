"""What do figures add up to, and how much of the sum is known, spread or provisional?"""

from __future__ import annotations

from engine.figure import Figure


def add_figures(name: str, unit: str, from_ms: int, to_ms: int, parts: list[Figure], formula: str) -> Figure:
    """A sum of figures: unknown as soon as one part is; covered as its least covered part is."""
    known = bool(parts) and all(part.value is not None for part in parts)
    values = [part.value or 0.0 for part in parts]
    size = sum(abs(v) for v in values)
    return Figure(
        name=name,
        value=float(sum(values)) if known else None,
        unit=unit,
        from_ms=from_ms,
        to_ms=to_ms,
        coverage=min((part.coverage for part in parts if part.coverage is not None), default=0.0),
        estimated=_weighted([part.estimated for part in parts], values, size),
        provisional=_weighted([part.provisional for part in parts], values, size),
        factors=next((part.factors for part in parts if part.factors), None),
        formula=formula,
        inputs=tuple(parts),
        note="" if known else next((part.note for part in parts if part.value is None and part.note), "part_missing"),
    )


def _weighted(shares: list[float], values: list[float], size: float) -> float:
    return sum(s * abs(v) for s, v in zip(shares, values, strict=True)) / size if size > 0 else 0.0
