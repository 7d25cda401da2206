"""Which hours and days of an analyser may be judged, and how complete was a quarter of a year?

Minute, hour and day rules of HJ 212-2017 (formulas 23 to 25, tables C.16 to C.18); classes of hours and the quarterly
capture rate (季度有效数据捕集率) after HJ 75-2017 section 12. Hours in which the source stood are neither valid nor
missing: their load is 0 and they leave the denominator.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.columns import Bool, Float64, UInt8
from analytics.ratio import floats, ratio

MINUTE_SAMPLES = 12
"""Samples of at most 5 s that make a minute's mean (23)."""
VALID_MINUTES = 45
"""Valid minutes that make a valid hour (24)."""
VALID_HOURS = 20
"""Valid hours that make a valid day of 24 (25)."""
NORMAL_SHARE = 0.75
"""Share of normal values below it from which an aggregate is marked N (tables C.16 to C.18)."""
CAPTURE_REQUIRED = 0.75
"""Least quarterly capture rate (HJ 75-2017 section 12; unsure)."""


class HourClass(IntEnum):
    """What an hour of an analyser is."""

    NORMAL = 0
    MISSING = 1
    OUT_OF_CONTROL = 2
    """失控: between a failed check and the good one before it, or the calibration is overdue."""
    CALIBRATION = 3
    MAINTENANCE = 4
    FAULT = 5
    """What came could not be used: stuck, out of range, marked bad by its sender."""
    STOPPED = 6
    """The source stood."""
    MARKED = 7
    """Measured, and marked by the operator or by the oxygen as start, stop or idling: not judged, kept in the load."""


USABLE = (HourClass.NORMAL, HourClass.MARKED)
"""Hours whose own load counts."""


def valid_minutes(samples: ArrayLike) -> Bool:
    """Whether a minute has its mean: at least 12 samples.

    Examples
    --------
    >>> valid_minutes([11, 12])
    array([False,  True])
    """
    return np.asarray(np.asarray(samples) >= MINUTE_SAMPLES, np.bool_)


def valid_hours(known_s: ArrayLike) -> Bool:
    """Whether an hour has its mean: at least 45 valid minutes.

    Parameters
    ----------
    known_s : array_like of float
        Known seconds of the hour. [s]

    Examples
    --------
    >>> valid_hours([2699.0, 2700.0])
    array([False,  True])
    """
    return np.asarray(floats(known_s) >= 60.0 * VALID_MINUTES, np.bool_)


def hour_classes(known_s: ArrayLike, stopped: ArrayLike, otherwise: ArrayLike = HourClass.MISSING) -> UInt8:
    """Class of each hour: stopped before normal, and for hours that are neither what is said of them.

    Parameters
    ----------
    known_s : array_like of float, shape (n_hours,)
        [s]
    stopped : array_like of bool
    otherwise : array_like of int
        Class of the hours that are not valid; MISSING where nothing more is known.

    Returns
    -------
    ndarray of uint8, shape (n_hours,)
        `HourClass`.

    Examples
    --------
    >>> hour_classes([3600.0, 0.0, 600.0], [False, True, False])
    array([0, 6, 1], dtype=uint8)
    """
    usual = np.where(valid_hours(known_s), int(HourClass.NORMAL), np.asarray(otherwise))
    return np.where(np.asarray(stopped, np.bool_), int(HourClass.STOPPED), usual).astype(np.uint8)


def valid_days(valid: ArrayLike, due: ArrayLike, least: float = VALID_HOURS / 24.0) -> Bool:
    """Whether a day has its mean: 20 valid hours of 24, and the same share where fewer were due.

    The standard knows whole days only. That a day on which the source stood for some hours keeps its share of the rest
    is a choice of the product. Wastewater asks for 75 % of the data due (HJ 356-2019; unsure).

    Parameters
    ----------
    valid, due : array_like of float
        Valid hours, and hours of the day in which the source did not stand.
    least : float
        Share of the hours due.

    Examples
    --------
    >>> valid_days([19, 20, 10, 0], [24, 24, 12, 0])
    array([False,  True,  True, False])
    """
    due_h = floats(due)
    return np.asarray((floats(valid) >= least * due_h - 1e-9) & (due_h > 0.0), np.bool_)


def is_normal(normal: ArrayLike, of: ArrayLike) -> Bool:
    """Whether an aggregate is marked N: at least 75 % of what it is made of is normal."""
    count = floats(of)
    return np.asarray((floats(normal) >= NORMAL_SHARE * count) & (count > 0.0), np.bool_)


def capture_rate(hours: ArrayLike, invalid: ArrayLike, stopped: ArrayLike) -> Float64:
    """Share of the hours due that were valid: ``(hours - invalid - stopped) / (hours - stopped)``; NaN for none due.

    Examples
    --------
    >>> float(capture_rate(2208, 200, 8))  # a quarter of 92 days
    0.9090909090909091
    """
    due = floats(hours) - floats(stopped)
    return ratio(due - floats(invalid), due)


def capture_by_group(classes: UInt8, group: NDArray[np.int64]) -> Float64:
    """Capture rate of the group, a quarter of a year, of each hour.

    Parameters
    ----------
    classes : ndarray of uint8, shape (n_hours,)
        `HourClass`.
    group : ndarray of int64, shape (n_hours,)
        Number of the quarter of each hour, from 0.

    Returns
    -------
    ndarray of float64, shape (n_hours,)
    """
    hours = np.bincount(group)
    stopped = np.bincount(group[classes == HourClass.STOPPED], minlength=len(hours))
    good = np.bincount(group[np.isin(classes, USABLE)], minlength=len(hours))
    return np.asarray(capture_rate(hours, hours - stopped - good, stopped)[group], np.float64)
