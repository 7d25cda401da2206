"""Do the meters below a meter add up to what it says, as far as their accuracy allows?

The difference between a meter and the sum of those below it is a result, not an error: line loss and what no meter
sees (线损, 未计量). Only beyond what the meters' classes can explain does it say something::

    parent            |=====================|
    children          |=======|======|          | difference |
    meters allow               |- tolerance -|- tolerance -|     around a difference of zero

A class names the largest error in percent of the amount. Added up it is the worst case, which decides here; the root
of the sum of squares is what independent meters make likely (GUM, JCGM 100:2008, 5.1.2), and is told beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Bool, Float64
from analytics.ratio import ratio

Rows = NDArray[np.intp]

_CLASS = re.compile(r"(?:class|cl\.?)?\s*([0-9]+(?:\.[0-9]+)?)\s*(?:S|级|%)?", re.IGNORECASE)

_LETTERS = {"A": 2.0, "B": 1.0, "C": 0.5}
"""Classes of EN 50470-3 (Directive 2014/32/EU, annex V): percent at reference conditions."""


class Verdict(IntEnum):
    """What a difference means."""

    WITHIN = 1
    """The classes of the meters explain it."""
    UNMETERED = 2
    """The parent counted more than the children and their classes explain: losses, or users without a meter."""
    IMPOSSIBLE = 3
    """The children counted more than the parent and their classes explain: a multiplier, a wiring, a tree is wrong."""
    UNKNOWN = 4
    """What is not known could turn it."""


@dataclass(frozen=True, eq=False)
class Balances:
    """The balance of each point with the points right below it; arrays of shape (n_points, n_periods).

    Rows of points without children are NaN, their verdict is 0.

    Attributes
    ----------
    children : ndarray of float64
        Sum of what is known of the children, less what is fed in; NaN where of one of them nothing is.
    difference : ndarray of float64
        Parent - children, of the known amounts; NaN where of one of them nothing is known.
    lo, hi : ndarray of float64
        Between which the difference lies when what is not known is added; -inf, inf where nothing bounds it.
    share_percent : ndarray of float64
        Difference in percent of the parent; NaN for a parent of zero or less.
    tolerance, tolerance_rss : ndarray of float64
        What the classes explain: added up, and as root of the sum of squares.
    verdict : ndarray of uint8
        `Verdict`, by `tolerance`.
    """

    children: Float64
    difference: Float64
    lo: Float64
    hi: Float64
    share_percent: Float64
    tolerance: Float64
    tolerance_rss: Float64
    verdict: NDArray[np.uint8]


def class_percent(accuracy: str | None) -> float | None:
    """Largest error of a meter in percent of its amount, from its plate; None where the plate does not say.

    Parameters
    ----------
    accuracy : str or None
        ``0.5S``, ``1.0``, ``class 2``, ``2级`` or a letter of EN 50470.

    Examples
    --------
    >>> class_percent("0.5S"), class_percent("2.0"), class_percent("B"), class_percent("good"), class_percent(None)
    (0.5, 2.0, 1.0, None, None)
    """
    text = "" if accuracy is None else accuracy.strip()
    if text.upper() in _LETTERS:
        return _LETTERS[text.upper()]
    found = _CLASS.fullmatch(text)
    percent = None if found is None else float(found[1])
    return percent if percent else None


def balances(
    amount: Float64, below: Float64, above: Float64, parent: Rows, percent: Float64, feeds: Bool | None = None
) -> Balances:
    """Hold every point against the sum of the points right below it.

    Parameters
    ----------
    amount : ndarray of float64, shape (n_points, n_periods)
        What is known of each point in each period, all in one unit a tree; NaN where nothing is.
    below, above : ndarray of float64, shape (n_points, n_periods)
        How far the whole amount can lie below and above what is known, accuracy apart: missing time, readings that do
        not fall on the edges. Not negative; inf where nothing bounds it.
    parent : ndarray of int, shape (n_points,)
        Row of the point above; -1 for none.
    percent : ndarray of float64, shape (n_points,)
        Class of each meter. [%]
    feeds : ndarray of bool, shape (n_points,), optional
        True for what is fed in below the parent (made on site): the others below it may use that too, so it counts
        against them. Default: nothing is.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a parent is no row.

    Examples
    --------
    1000 kWh at class 0.5 over 600 and 350 at class 1: 50 lie beyond 5 + 6 + 3.5.

    >>> known = np.array([[1000.0], [600.0], [350.0]])
    >>> none = np.zeros((3, 1))
    >>> found = balances(known, none, none, np.array([-1, 0, 0]), np.array([0.5, 1.0, 1.0]))
    >>> found.difference[0], found.tolerance[0], Verdict(found.verdict[0, 0]).name
    (array([50.]), array([14.5]), 'UNMETERED')
    """
    _check(amount, below, above, parent, percent)
    has_parent = np.flatnonzero(parent >= 0)
    above_row = parent[has_parent]
    is_parent = np.zeros(len(parent), np.bool_)
    is_parent[above_row] = True
    known = np.nan_to_num(amount, nan=0.0)
    error = percent[:, np.newaxis] / 100.0 * np.abs(known)

    inward = (np.zeros(len(parent), np.bool_) if feeds is None else feeds)[:, np.newaxis]

    def summed(values: Float64) -> Float64:
        total = np.zeros_like(known)
        np.add.at(total, above_row, values[has_parent])
        return total

    children = summed(np.where(inward, -amount, amount))
    difference = amount - children
    known_difference = known - summed(np.where(inward, -known, known))
    lo = known_difference - (below + summed(np.where(inward, below, above)))
    hi = known_difference + (above + summed(np.where(inward, above, below)))
    tolerance = error + summed(error)
    tolerance_rss = np.sqrt(error**2 + summed(error**2))
    share = 100.0 * ratio(difference, np.where(amount > 0.0, amount, np.nan))

    def shown(values: Float64) -> Float64:
        return np.where(is_parent[:, np.newaxis], values, np.nan)

    return Balances(
        *(shown(children), shown(difference), shown(lo), shown(hi)),
        *(shown(share), shown(tolerance), shown(tolerance_rss)),
        np.where(is_parent[:, np.newaxis], _verdict(lo, hi, tolerance), 0).astype(np.uint8),
    )


def _verdict(lo: Float64, hi: Float64, tolerance: Float64) -> NDArray[np.uint8]:
    """What holds for every difference between `lo` and `hi`; unknown where they do not agree."""
    verdicts: list[tuple[Bool, Verdict]] = [
        (lo > tolerance, Verdict.UNMETERED),
        (hi < -tolerance, Verdict.IMPOSSIBLE),
        ((lo >= -tolerance) & (hi <= tolerance), Verdict.WITHIN),
    ]
    chosen = np.select([holds for holds, _ in verdicts], [int(v) for _, v in verdicts], int(Verdict.UNKNOWN))
    return np.asarray(chosen, np.uint8)


def _check(amount: Float64, below: Float64, above: Float64, parent: Rows, percent: Float64) -> None:
    n = len(parent)
    shapes = (amount.shape, below.shape, above.shape)
    if amount.ndim != 2 or len(set(shapes)) != 1 or len(amount) != n or percent.shape != (n,):
        raise ValueError(
            f"amount, below and above have shapes {shapes}, percent {percent.shape}; "
            f"wanted (n_points, n_periods) three times and (n_points,), for {n} parents"
        )
    if n and (int(parent.min()) < -1 or int(parent.max()) >= n):
        raise ValueError(f"parents reach from {parent.min()} to {parent.max()}; wanted rows of {n} points, or -1")
