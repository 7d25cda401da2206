"""What is one saving as a figure: of a plant, of plants together, of several years?

Value-based saving at prices of the base year (GB/T 13234, 产值节能量), turned round so that positive is a saving::

    fixed base   S = (e(base year)   - e(year)) * V(year)
    yearly       S = (e(year before) - e(year)) * V(year)

The two are views of the same joules, and so are the sum of the plants' savings and the saving of their summed intensity
(which also holds the change of weights between plants): they are shown side by side and never added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.obstacles import REFUSED
from analytics.savings import value_difference
from analytics.verdict import Bounds, bounds, quotient_bounds
from engine.figure import Figure
from engine.sums import add_figures
from engine.targets.quotient import quotient
from engine.targets.verdict import number

FIXED_BASE, YEARLY = "saving_fixed_base", "saving_yearly"
KINDS = (FIXED_BASE, YEARLY)
OF_SUMS, TOTAL, FINAL = "_of_sums", "_total", "_final"
"""Behind a kind: of the summed intensity, added up over years, the part that is final."""

NO_BASE = ("opened_after_base_year", "no_base_year")
LEFT_OUT = "plants_left_out"
GAPS = "gaps_larger_than_saving"
_REFUSED = frozenset(reason.key for reason in REFUSED)


@dataclass(frozen=True, eq=False)
class Side:
    """Energy [tce] and value added [10k_yuan] of the same days."""

    energy: Figure
    value_added: Figure

    def intensity(self, name: str) -> Figure:
        """Energy per value added. [tce/10k_yuan]"""
        return quotient(name, self.energy, self.value_added)

    def bounds(self) -> Bounds:
        """Between what the intensity can lie, given how much of both is known."""
        top, bottom = (bounds(number(f.value), number(f.coverage)) for f in (self.energy, self.value_added))
        return quotient_bounds(top, bottom)


def saving(name: str, intensity_name: str, base: Side, current: Side, refusal: str = "") -> Figure:
    """What was saved in the current days against the intensity of others. [tce]

    Parameters
    ----------
    name, intensity_name : str
        Of the saving, and of the two intensities below it.
    base, current : Side
    refusal : str
        Key of what makes the two incomparable; "" for nothing.
    """
    then, now, value_added = base.intensity(intensity_name), current.intensity(intensity_name), current.value_added
    saved = -value_difference(number(then.value), number(now.value), number(value_added.value))
    is_known = not refusal and not math.isnan(saved)
    parts = (then, now, value_added)
    note = _gaps(base, current, value_added) or next((part.note for part in parts if part.note), "")
    return Figure(
        name=name,
        value=saved if is_known else None,
        unit=now.unit.partition("/")[0],
        from_ms=now.from_ms,
        to_ms=now.to_ms,
        coverage=min(part.coverage or 0.0 for part in parts),
        estimated=max(part.estimated for part in parts),
        provisional=max(part.provisional for part in parts),
        factors=now.factors,
        formula="(e(base) - e) · V" if name.startswith(FIXED_BASE) else "(e(year before) - e) · V",
        inputs=parts,
        note=note if is_known else refusal or _why_unknown(then, now),
    )


def _why_unknown(then: Figure, now: Figure) -> str:
    for side, reason in ((then, "no_base_year"), (now, "no_value")):
        if side.value is None:
            # Both parts known and no quotient: the value added is not positive.
            known = all(part.value is not None for part in side.inputs)
            return "not_comparable" if known else side.note or reason
    return "not_comparable"


def _gaps(base: Side, current: Side, value_added: Figure) -> str:
    """Key of the remark that what no meter knows may turn the saving round; "" where it cannot."""
    then, now = base.bounds(), current.bounds()
    low, high = float(then.low - now.high), float(then.high - now.low)
    return GAPS if low < 0.0 < high and number(value_added.value) > 0.0 else ""


def refused(reason: str) -> str:
    """The reason, where it leaves nothing to compare; "" for one that only makes it unsure."""
    return reason if reason in _REFUSED else ""


def is_final(figure: Figure, least: float) -> bool:
    """Whether a saving rests on final statements alone, and on enough that is known."""
    return figure.value is not None and figure.provisional == 0.0 and (figure.coverage or 0.0) >= least


def of_plants(name: str, parts: Sequence[Figure], around: Figure) -> Figure:
    """The sum of the plants' savings that can be reckoned; the others are no zeros, they are left out and named.

    Parameters
    ----------
    name : str
    parts : sequence of Figure
        One a plant.
    around : Figure
        Period and unit, where no plant is left.
    """
    counted = [part for part in parts if part.value is not None]
    if not counted:
        reasons = {part.note for part in parts}
        note = reasons.pop() if len(reasons) == 1 else "no_base_year"
        return replace(around, name=name, value=None, coverage=0.0, provisional=0.0, formula="Σ", inputs=(), note=note)
    found = add_figures(name, around.unit, around.from_ms, around.to_ms, counted, "Σ")
    return replace(found, note=LEFT_OUT if len(counted) < len(parts) else "")


def final_part(figure: Figure, parts: Sequence[Figure], least: float) -> Figure:
    """The part of a sum that is final: 0 where nothing of it is, not known where the sum is not."""
    name = f"{figure.name}{FINAL}"
    counted = [part for part in parts if is_final(part, least)]
    if figure.value is None or not counted:
        value = None if figure.value is None else 0.0
        return replace(figure, name=name, value=value, provisional=0.0, formula="Σ", inputs=())
    return replace(
        add_figures(name, figure.unit, figure.from_ms, figure.to_ms, counted, "Σ"),
        coverage=min(part.coverage or 0.0 for part in counted),
    )


def total(name: str, years: Sequence[Figure]) -> Figure:
    """Savings of several years added up. Years after a plant was closed add nothing; any other unknown year leaves the
    total unknown.

    Raises
    ------
    ValueError
        If there is no year.
    """
    if not years:
        raise ValueError(f"{name} adds no year; wanted at least one")
    counted = [year for year in years if year.value is not None or year.note != "closed"]
    first, last = years[0], years[-1]
    found = add_figures(name, first.unit, first.from_ms, last.to_ms, counted, "Σ")
    left_out = LEFT_OUT if any(year.note == LEFT_OUT for year in counted) else ""
    return replace(found, note=found.note or left_out)
