"""Does a target stand as met, on pace or behind, or why can that not be said, for any number of targets at once?

What is not known was anything from idle to like the rest: both ends of that must stand on the same side of the pace,
or missing readings would pass for savings. All arrays broadcast together; the arithmetic is that of
`analytics.intensity`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics import intensity
from analytics.columns import Bool, Float64
from analytics.ratio import floats, ratio

STATUSES: tuple[intensity.Status, ...] = ("not_assessable", "behind", "on_pace", "met")
"""From the worst to the best; the position is the code of a status."""

_TOLERANCE = 1e-9

Codes = NDArray[np.int8]


class Reason(IntEnum):
    """What stands in the way of a verdict."""

    NONE = 0
    NO_BASE_YEAR = 1
    NO_VALUE = 2
    NOT_COMPARABLE = 3
    BASE_YEAR_COVERAGE = 4
    COVERAGE = 5
    NO_STATEMENT = 16
    """From here on notes of single figures: why they are not known."""
    PRICE_INDEX_MISSING = 17
    FACTOR_MISSING = 18
    PART_MISSING = 19
    NO_POINTS = 20
    NO_MATERIAL_STATEMENT = 21
    EDITIONS_MIXED = 22
    NOT_DISTINGUISHABLE = 23
    OPENED_AFTER_BASE_YEAR = 24
    CLOSED = 25
    RESTS_ON_PLAN = 26
    METHODS_DIFFER = 27

    @property
    def key(self) -> str:
        """The key that the page translates; "" for none."""
        return "" if self is Reason.NONE else self.name.lower()


@dataclass(frozen=True, eq=False)
class Bounds:
    """Between what a figure can lie, given how much of it is known; NaN where it is not known at all."""

    low: Float64
    high: Float64


@dataclass(frozen=True, eq=False)
class Standing:
    """Where targets stand.

    Attributes
    ----------
    status : ndarray of int8
        Position in `STATUSES`.
    reason : ndarray of int8
        `Reason`.
    """

    status: Codes
    reason: Codes


def bounds(value: ArrayLike, coverage: ArrayLike) -> Bounds:
    """The amount that is known, and the amount if the rest was like it; a coverage of 0 or NaN says nothing more.

    Examples
    --------
    >>> found = bounds([80.0, 80.0], [0.8, 1.0])
    >>> found.low, found.high
    (array([80., 80.]), array([100.,  80.]))
    """
    known = floats(value)
    like_the_rest = ratio(known, coverage)
    like_the_rest = np.where(np.isnan(like_the_rest), known, like_the_rest)
    return Bounds(np.minimum(known, like_the_rest), np.maximum(known, like_the_rest))


def quotient_bounds(top: Bounds, bottom: Bounds) -> Bounds:
    """Bounds of a quotient, e.g. energy per value added; NaN where the divisor may not be positive."""
    return Bounds(ratio(top.low, bottom.high), ratio(top.high, bottom.low))


def hindrance(
    base: ArrayLike,
    current: ArrayLike,
    base_coverage: ArrayLike,
    coverage: ArrayLike,
    min_coverage: ArrayLike,
) -> Codes:
    """What stands in the way of a verdict before any arithmetic: a side that is not known, or not known enough.

    Parameters
    ----------
    base, current : array_like of float
        The figures of both periods; NaN where not known.
    base_coverage, coverage : array_like of float
        Share of each period's time that is known; NaN counts as 0.
    min_coverage : array_like of float

    Returns
    -------
    ndarray of int8
        `Reason`; the base year's come first.
    """
    least = floats(min_coverage)
    found = [
        (np.isnan(floats(base)), Reason.NO_BASE_YEAR),
        (np.isnan(floats(current)), Reason.NO_VALUE),
        (np.nan_to_num(floats(base_coverage)) < least, Reason.BASE_YEAR_COVERAGE),
        (np.nan_to_num(floats(coverage)) < least, Reason.COVERAGE),
    ]
    shape = np.broadcast_shapes(*(hindered.shape for hindered, _ in found))
    reason = np.zeros(shape, np.int8)
    for hindered, why in reversed(found):
        reason = np.where(hindered, np.int8(why), reason)
    return reason


def standing(base: Bounds, now: Bounds, target: ArrayLike, pace: ArrayLike, hindered: ArrayLike = 0) -> Standing:
    """The worse of the two standings that the bounds allow, unless one is behind and the other is not.

    Parameters
    ----------
    base, now : Bounds
        Of the base period and of the current one.
    target : array_like of float
        Required change, e.g. -0.18.
    pace : array_like of float
        Progress that counts as on pace, see `analytics.intensity.pace`.
    hindered : array_like of int
        `Reason` that was found before; 0 where none.

    Examples
    --------
    >>> found = standing(bounds(100.0, 1.0), bounds([80.0, 85.5, 95.0, 80.0], [1.0, 1.0, 1.0, 0.8]), -0.18, 0.75)
    >>> [STATUSES[code] for code in found.status], [Reason(code).key for code in found.reason]
    (['met', 'on_pace', 'behind', 'not_assessable'], ['', '', '', 'not_comparable'])
    """
    best, worst = (
        _status(intensity.change(a, b), floats(target), floats(pace))
        for a, b in ((now.low, base.high), (now.high, base.low))
    )
    unknown = (np.minimum(best, worst) == 0) | ((best == 1) != (worst == 1))
    before = np.asarray(hindered, np.int8)
    reason = np.where(before != 0, before, np.where(unknown, np.int8(Reason.NOT_COMPARABLE), np.int8(0)))
    return Standing(np.where(reason != 0, np.int8(0), np.minimum(best, worst)), reason)


def _status(change: Float64, target: Float64, pace: Float64) -> Codes:
    """`analytics.intensity.status` of a change; nothing at all any more has no logarithm, but beats every target."""
    progress = intensity.progress(change, target)
    reached: Bool = (progress >= 1.0 - _TOLERANCE) | (change <= -1.0)
    kept: Bool = progress >= pace - _TOLERANCE
    assessed = np.where(np.isnan(progress), np.int8(0), np.where(kept, np.int8(2), np.int8(1)))
    return np.asarray(np.where(reached, np.int8(3), assessed), np.int8)
