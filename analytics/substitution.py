"""What counts as the load of hours and days that were not validly measured?

Substitution concerns the load only, never the concentration, and every substituted hour or day is marked.

- flue gas: HJ 75-2017 section 12, tables 6 and 7, by the capture rate of the quarter and the length of the gap;
- wastewater: HJ 356-2019, an invalid day counts as the largest valid daily load of the 30 days before it;
- wastewater before 2020-03-24: HJ/T 356-2007, a gap counts as the mean of as many valid hours before it.

All three are known from secondary sources, so which of them is used is the caller's choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Bool, Float64, Int64, UInt8
from analytics.ratio import ratio
from analytics.validity import CAPTURE_REQUIRED, USABLE, HourClass

GOOD_CAPTURE = 0.90
LONG_GAP_H = 24
WINDOWS_H = (180, 720, 2160)
"""Valid hours looked back over: short gap, long gap, capture below 90 %."""
LOOK_BACK_DAYS = 30
HJ_356_2019_FROM = 18_345
"""2020-03-24, as days since 1970-01-01."""


class Rule(IntEnum):
    """By which rule gaps are filled."""

    NONE = 0
    HJ75_2017 = 1
    HJ356_2019 = 2
    HJT356_2007 = 3


def water_rule(day: int) -> Rule:
    """The wastewater rule in force on a local day (days since 1970-01-01).

    Examples
    --------
    >>> water_rule(18_344).name, water_rule(18_345).name
    ('HJT356_2007', 'HJ356_2019')
    """
    return Rule.HJ356_2019 if day >= HJ_356_2019_FROM else Rule.HJT356_2007


@dataclass(frozen=True, eq=False)
class Substituted:
    """Loads with their gaps filled.

    Attributes
    ----------
    load_kg : ndarray of float64, shape (n,)
        NaN where no rule gives one.
    substituted : ndarray of bool, shape (n,)
        Which were not measured.
    """

    load_kg: Float64
    substituted: Bool


@dataclass(frozen=True, eq=False)
class _Gaps:
    """Runs of entries to be filled; stopped entries neither end nor lengthen a run.

    Attributes
    ----------
    of : ndarray of int64, shape (n,)
        Number of the gap of each entry, -1 for none.
    length : ndarray of int64, shape (n_gaps,)
    before : ndarray of int64, shape (n_gaps,)
        How many valid entries lie before it.
    """

    of: Int64
    length: Int64
    before: Int64


def hj75(load_kg: Float64, classes: UInt8, capture: Float64) -> Substituted:
    """Hourly loads of a stack with tables 6 and 7 of HJ 75-2017.

    A gap of at most 24 h counts as the largest of the last 180 valid hours before it, a longer one of the last 720,
    each hour of it; in a quarter with a capture of 75 to 90 % it is the last 2160. Below 75 % no rule is given: the
    hours stay unknown. Out of control goes back to the last good check, so that its gap begins there already.

    Parameters
    ----------
    load_kg : ndarray of float64, shape (n_hours,)
        Measured load of each hour; what stands in hours that are not valid is not looked at.
    classes : ndarray of uint8, shape (n_hours,)
        `analytics.validity.HourClass`.
    capture : ndarray of float64, shape (n_hours,)
        Capture rate of the quarter of each hour, 0 to 1.

    Returns
    -------
    Substituted
        Stopped hours have a load of 0.
    """
    measured, valid = _measured(load_kg, classes)
    gaps = _gaps(valid, classes == HourClass.STOPPED)
    values = measured[valid]
    largest = np.vstack([trailing_max(values, window, gaps.before) for window in WINDOWS_H])
    here = gaps.of >= 0
    gap = gaps.of[here]
    window = np.where(gaps.length[gap] <= LONG_GAP_H, 0, 1)
    window = np.where(capture[here] >= GOOD_CAPTURE, window, 2)
    value = np.where(capture[here] >= CAPTURE_REQUIRED, largest[window, gap], np.nan)
    return _filled(measured, here, value)


def hj356_2019(load_kg: Float64, valid: Bool, stopped: Bool) -> Substituted:
    """Daily loads of wastewater: an invalid day counts as the largest valid one of the 30 days before it.

    Parameters
    ----------
    load_kg : ndarray of float64, shape (n_days,)
    valid, stopped : ndarray of bool, shape (n_days,)
        A stopped day has no data due, and a load of 0.

    Returns
    -------
    Substituted
        NaN where none of the 30 days was valid.
    """
    measured = np.where(stopped, 0.0, np.where(valid, load_kg, np.nan))
    known = np.where(valid & ~stopped, load_kg, -np.inf)
    padded = np.concatenate([np.full(LOOK_BACK_DAYS, -np.inf), known])
    before = np.lib.stride_tricks.sliding_window_view(padded[:-1], LOOK_BACK_DAYS) if len(known) else padded[:0, None]
    largest = before.max(axis=1, initial=-np.inf)
    here = ~valid & ~stopped
    return _filled(measured, here, np.where(np.isfinite(largest), largest, np.nan)[here])


def hjt356_2007(load_kg: Float64, classes: UInt8) -> Substituted:
    """Hourly loads of wastewater by the older rule: a gap of k hours counts as the mean of the k valid hours before.

    Returns
    -------
    Substituted
        NaN where fewer than k valid hours lie before the gap.
    """
    measured, valid = _measured(load_kg, classes)
    gaps = _gaps(valid, classes == HourClass.STOPPED)
    total = np.concatenate([[0.0], np.cumsum(measured[valid])])
    enough = gaps.before >= gaps.length
    first = np.where(enough, gaps.before - gaps.length, 0)
    mean = np.where(enough, ratio(total[gaps.before] - total[first], gaps.length), np.nan)
    here = gaps.of >= 0
    return _filled(measured, here, mean[gaps.of[here]])


def trailing_max(values: Float64, window: int, ends: NDArray[np.int64]) -> Float64:
    """Largest of the last `window` values before each end; NaN where there is none before it.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
    window : int
        At least 1.
    ends : ndarray of int64, shape (n_ends,)
        The values ``[end - window, end)`` are looked at, as far as they are there.

    Examples
    --------
    >>> trailing_max(np.array([5.0, 1.0, 2.0, 3.0]), 3, np.array([0, 2, 4]))
    array([nan,  5.,  3.])
    """
    first = np.maximum(ends - window, 0)
    length = ends - first
    result = np.full(len(ends), np.nan)
    # Sparse table: the largest of 1, 2, 4 ... values from each place; two of them cover any stretch.
    level, width = values, 1
    while len(level) and width <= max(int(length.max(initial=0)), 1):
        fits = (length >= width) & (length < 2 * width)
        result[fits] = np.maximum(level[first[fits]], level[ends[fits] - width])
        level, width = np.maximum(level[:-width], level[width:]) if len(level) > width else level[:0], 2 * width
    return result


def _measured(load_kg: Float64, classes: UInt8) -> tuple[Float64, Bool]:
    """The loads with 0 where the source stood and NaN where nothing is valid, and which are valid."""
    valid = np.isin(classes, USABLE) & np.isfinite(load_kg)
    stopped = classes == HourClass.STOPPED
    return np.where(stopped, 0.0, np.where(valid, load_kg, np.nan)), np.asarray(valid, np.bool_)


def _gaps(valid: Bool, stopped: Bool) -> _Gaps:
    missing = ~valid & ~stopped
    before = np.cumsum(valid)
    # A gap is what is missing after the same count of valid hours.
    place = np.flatnonzero(missing)
    counts, of_place, length = np.unique(before[place], return_inverse=True, return_counts=True)
    of = np.full(len(valid), -1, np.int64)
    of[place] = of_place
    return _Gaps(of, length.astype(np.int64), counts.astype(np.int64))


def _filled(measured: Float64, here: Bool, value: Float64) -> Substituted:
    load_kg = measured.copy()
    load_kg[here] = value
    return Substituted(load_kg, here & np.isfinite(load_kg))
