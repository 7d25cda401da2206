"""Where do thousands of plants and their groups stand against their targets, period by period?

What `engine.targets.indicators` says of one scope, for arrays of any shape: a figure of the base period beside one of
the current period, change, progress and verdict; and the rule that a group of pollutants stands where its worst member
does, or where their equivalents do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics import intensity
from analytics.columns import Bool, Float64
from analytics.fleet import Known
from analytics.pollutants import AIR_KG, ORGANIC_SUMS, WATER_KG
from analytics.ratio import ratio
from analytics.verdict import Bounds, Codes, Reason, bounds, hindrance, quotient_bounds, standing


@dataclass(frozen=True, eq=False)
class Measure:
    """What a target compares: a sum or a quotient of sums.

    Attributes
    ----------
    figure : Known
    within : Bounds
        Between what it can lie, given what is not known.
    undefined : ndarray of bool
        Both sides of a quotient are known, and there is no quotient: the divisor is not positive.
    """

    figure: Known
    within: Bounds
    undefined: Bool


@dataclass(frozen=True, eq=False)
class Compared:
    """Targets held against their base period; all arrays of one shape.

    Attributes
    ----------
    base, current : ndarray of float64
        Figures of both periods; NaN where not known.
    change, progress : ndarray of float64
        As in `engine.figure.Indicator`; NaN where not known.
    status, reason : ndarray of int8
        Position in `analytics.verdict.STATUSES`, and `Reason`.
    coverage, provisional : ndarray of float64
        Of the current figure.
    """

    base: Float64
    current: Float64
    change: Float64
    progress: Float64
    status: Codes
    reason: Codes
    coverage: Float64
    provisional: Float64


def plain(figure: Known) -> Measure:
    """A sum, as it is."""
    return Measure(figure, bounds(figure.value, figure.coverage), np.zeros(figure.value.shape, np.bool_))


def per(top: Known, bottom: Known) -> Measure:
    """A sum over another, e.g. energy per value added."""
    value = ratio(top.value, bottom.value)
    no_top, no_bottom = np.isnan(top.value), np.isnan(bottom.value)
    figure = Known(
        value,
        np.minimum(top.coverage, bottom.coverage),
        np.maximum(top.provisional, bottom.provisional),
        np.where(no_top, top.note, np.where(no_bottom, bottom.note, np.int8(0))),
    )
    within = quotient_bounds(bounds(top.value, top.coverage), bounds(bottom.value, bottom.coverage))
    return Measure(figure, within, np.isnan(value) & ~no_top & ~no_bottom)


def compare(base: Measure, now: Measure, target: float, pace: ArrayLike, min_coverage: float) -> Compared:
    """Targets of one kind against their base period.

    Parameters
    ----------
    base, now : Measure, shape (..., n_periods)
    target : float
        Required change, e.g. -0.18.
    pace : array_like of float, shape (n_periods,)
        Progress that counts as on pace.
    min_coverage : float
    """
    before, after = base.figure, now.figure
    change = intensity.change(after.value, before.value)
    hindered = hindrance(before.value, after.value, before.coverage, after.coverage, min_coverage)
    for side, why in ((base, Reason.NO_BASE_YEAR), (now, Reason.NO_VALUE)):
        said = np.where(side.undefined, np.int8(Reason.NOT_COMPARABLE), np.int8(why))
        said = np.where(side.figure.note != 0, side.figure.note, said)
        hindered = np.where(hindered == why, said, hindered)
    found = standing(base.within, now.within, target, pace, hindered)
    return Compared(
        before.value,
        after.value,
        change,
        intensity.progress(change, target),
        found.status,
        found.reason,
        after.coverage,
        after.provisional,
    )


def equivalents(loads: Known, counted: Bool, pollutants: Sequence[str], medium: Literal["water", "air"]) -> Known:
    """Loads of a group in pollution equivalents, over the last axis; what has none is left out, and of
    several measures of the same organic matter all but the first.

    Parameters
    ----------
    loads : Known, shape (..., n_pollutants)
    counted : ndarray of bool, broadcast to the same shape
        Which pollutants the scope measures at all.
    pollutants : sequence of str
    medium : {"water", "air"}
    """
    values = WATER_KG if medium == "water" else AIR_KG
    share = np.array([1.0 / values[name] if name in values else 0.0 for name in pollutants])
    counted = np.broadcast_to(counted, loads.value.shape).copy()
    organic = [pollutants.index(name) for name in ORGANIC_SUMS if name in pollutants] if medium == "water" else []
    for number, one in enumerate(organic):
        counted[..., one] &= ~counted[..., organic[:number]].any(-1)
    taken = counted & (share > 0.0)
    mass = np.where(taken, loads.value * share, 0.0)
    coverage = np.where(taken, loads.coverage, np.inf).min(-1, initial=np.inf)
    none = ~taken.any(-1)
    shape = none.shape
    return Known(
        np.where(none, np.nan, mass.sum(-1)),
        np.where(none, 0.0, coverage),
        np.zeros(shape),
        np.zeros(shape, np.int8),
    )


def grouped(whole: Compared, parts: Mapping[str, Compared], counted: Bool, *, each: bool) -> Compared:
    """A group of pollutants by its rule; its own figures stay.

    Parameters
    ----------
    whole : Compared, shape (...)
    parts : mapping of str to Compared, each shape (...)
        The members, in their order.
    counted : ndarray of bool, broadcast to (..., n_parts)
        Which members there are at all.
    each : bool
        Whether every member has to reach the target, or their equivalents together.
    """
    if not parts:
        return _with_no_points(whole, np.ones(whole.status.shape, np.bool_))
    counted = np.broadcast_to(counted, (*whole.status.shape, len(parts)))
    none = np.asarray(~counted.any(-1), np.bool_)
    if not each:
        return _with_no_points(whole, none)
    status, reason, change, progress = (
        np.stack([getattr(part, name) for part in parts.values()], axis=-1)
        for name in ("status", "reason", "change", "progress")
    )
    # The worst status, and of several the least progress; an unknown progress is the least.
    rank = np.where(counted, status, np.int8(127))
    is_worst = rank == rank.min(-1, keepdims=True)
    way = np.where(is_worst, np.where(np.isnan(progress), -np.inf, progress), np.inf)
    at = way.argmin(-1)[..., None]
    chosen = (np.take_along_axis(of, at, -1)[..., 0] for of in (status, reason, change, progress))
    last_status, last_reason, last_change, last_progress = chosen
    found = replace(
        whole,
        change=np.where(none, whole.change, last_change),
        progress=np.where(none, whole.progress, last_progress),
        status=last_status,
        reason=last_reason,
    )
    return _with_no_points(found, none)


def _with_no_points(whole: Compared, none: Bool) -> Compared:
    status = np.where(none, np.int8(0), whole.status)
    return replace(whole, status=status, reason=np.where(none, np.int8(Reason.NO_POINTS), whole.reason))
