"""How far has energy, water or discharge per value added come since the base year, and is that enough?

Changes are shares with their sign: -0.18 is a reduction by 18 %. Yearly changes multiply, they are never added;
progress is a ratio of logarithms, so that an even yearly pace is an even progress (method note of the Qinghai
statistics bureau, 2009, after NBS and NDRC practice). Sums come first, then the division: the rate of a city is not
the mean of its plants.

What cannot be divided is NaN, never infinite: a base of zero has no change.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Float64
from analytics.ratio import floats, ratio

Status = Literal["met", "on_pace", "behind", "not_assessable"]

MIN_COVERAGE = 0.75
"""Share of the time that must be known before a target is judged (capture rate of HJ 75-2017, 12)."""

_TOLERANCE = 1e-9


def intensity(amount: ArrayLike, value_added: ArrayLike) -> Float64:
    """Amount per value added; NaN where the value added is not positive or either is unknown.

    Parameters
    ----------
    amount : array_like of float
        tce, m3, kg ...
    value_added : array_like of float
        At base-year prices. [10^4 yuan]

    Examples
    --------
    >>> intensity([4100.0, 1.0], [10_400.0, 0.0]).round(6)
    array([0.394231,      nan])
    """
    return ratio(amount, value_added)


def pooled(amounts: ArrayLike, values_added: ArrayLike, axis: int = 0) -> Float64:
    """Intensity of a group: sum both over `axis`, then divide. A member that is not known makes the group NaN."""
    return intensity(floats(amounts).sum(axis), floats(values_added).sum(axis))


def change(current: ArrayLike, base: ArrayLike) -> Float64:
    """``current / base - 1``; NaN where the base is not positive."""
    return ratio(current, base) - 1.0


def growth_form(amount_growth: ArrayLike, value_growth: ArrayLike) -> Float64:
    """Change of an intensity from the growth of both sides: ``(1 + g_E) / (1 + g_V) - 1``.

    Examples
    --------
    >>> round(float(growth_form(0.018, 0.070)), 5)
    -0.0486
    """
    return change(1.0 + floats(amount_growth), 1.0 + floats(value_growth))


def chain(changes: ArrayLike, axis: int = -1) -> Float64:
    """Cumulative change of yearly changes: ``product of (1 + r) - 1``.

    Examples
    --------
    >>> round(float(chain([-0.040, -0.051, -0.046, -0.052])), 5)
    -0.17606
    """
    return np.asarray(np.prod(1.0 + floats(changes), axis=axis) - 1.0)


def even_pace(target: float, years: float) -> float:
    """Yearly change that reaches a target in so many years: ``(1 + target)^(1 / years) - 1``; NaN for no years.

    Examples
    --------
    >>> round(even_pace(-0.18, 4), 4)
    -0.0484
    """
    if not years > 0.0 or not target > -1.0:
        return math.nan
    return math.exp(math.log1p(target) / years) - 1.0


def still_needed(target: float, so_far: float) -> float:
    """Change that is still needed in all after a change so far: ``(1 + target) / (1 + so_far) - 1``.

    Positive where the target is passed already. Per year: ``even_pace(still_needed(...), years_left)``.

    Examples
    --------
    >>> round(still_needed(-0.18, -0.08896), 5)
    -0.09993
    """
    return (1.0 + target) / (1.0 + so_far) - 1.0 if so_far > -1.0 else math.nan


def progress(so_far: ArrayLike, target: ArrayLike) -> Float64:
    """Progress towards a target (完成进度): ``ln(1 + change) / ln(1 + target)``; 1 is the target reached.

    NaN where the change is unknown or total (-100 %), or the target is zero.

    Examples
    --------
    >>> round(float(progress(-0.0487, -0.17)), 3)
    0.268
    """
    done, wanted = np.broadcast_arrays(floats(so_far), floats(target))
    defined = (done > -1.0) & (wanted > -1.0) & (wanted != 0.0)
    logs = np.log1p(done, out=np.full(done.shape, np.nan), where=defined)
    goal = np.log1p(wanted, out=np.ones(done.shape), where=defined)
    return np.asarray(logs / goal)


def pace(year: float, base_year: float, target_year: float) -> float:
    """Progress that the even pace asks for: ``(year - base) / (target - base)``, between 0 and 1.

    Raises
    ------
    ValueError
        If the target year does not come after the base year.

    Examples
    --------
    >>> pace(2018, 2015, 2019)
    0.75
    """
    if target_year <= base_year:
        raise ValueError(f"target year ({target_year}) must come after the base year ({base_year})")
    return min(max((year - base_year) / (target_year - base_year), 0.0), 1.0)


def status(
    progress_now: float | None,
    pace_now: float,
    coverage: float | None = 1.0,
    *,
    min_coverage: float = MIN_COVERAGE,
) -> Status:
    """Where a target stands.

    Parameters
    ----------
    progress_now : float or None
        `progress`; None or NaN where it is not known.
    pace_now : float
        `pace` of the period that is judged.
    coverage : float or None
        Smallest known share of the time in both periods; None or NaN is not known.
    min_coverage : float
        Below this the target is not assessable.

    Examples
    --------
    >>> status(0.9759, 1.0), status(0.4695, 0.5), status(0.4695, 0.25), status(1.02, 0.75), status(1.02, 0.75, 0.5)
    ('behind', 'behind', 'on_pace', 'met', 'not_assessable')
    """
    if progress_now is None or math.isnan(progress_now):
        return "not_assessable"
    if coverage is None or math.isnan(coverage) or coverage < min_coverage:
        return "not_assessable"
    if progress_now >= 1.0 - _TOLERANCE:
        return "met"
    return "on_pace" if progress_now >= pace_now - _TOLERANCE else "behind"
