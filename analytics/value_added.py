"""What is a plant's industrial value added, at the prices of the base year, day by day?

Statements come monthly and at current prices. They are deflated by a chained producer price index and spread evenly
over the calendar days of their month: a stated rule, not a measurement. Money is in 10^4 yuan throughout.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.calendar import month_first_day, month_of
from analytics.columns import Bool, Float64, Int32
from analytics.ratio import floats, ratio


def by_production(output: ArrayLike, intermediate_input: ArrayLike, vat_payable: ArrayLike) -> Float64:
    """Value added by the production approach (生产法): gross output - intermediate input + VAT payable.

    Examples
    --------
    >>> float(by_production(52_000, 39_500, 1_300))
    13800.0
    """
    return floats(output) - floats(intermediate_input) + floats(vat_payable)


def by_income(depreciation: ArrayLike, compensation: ArrayLike, net_taxes: ArrayLike, surplus: ArrayLike) -> Float64:
    """Value added by the income approach (收入法): depreciation + compensation + net production taxes + surplus.

    Examples
    --------
    >>> float(by_income(2_600, 4_900, 1_900, 4_400))
    13800.0
    """
    return floats(depreciation) + floats(compensation) + floats(net_taxes) + floats(surplus)


def chained_index(price_index: ArrayLike) -> Float64:
    """Price level of each year against the base year.

    Parameters
    ----------
    price_index : array_like of float, shape (n_years,)
        Producer price index of the years after the base year, previous year = 100.

    Returns
    -------
    ndarray of float64, shape (n_years,)
        Base year = 1. NaN from the first unknown year on.

    Examples
    --------
    >>> chained_index([98.1, 104.6]).round(6)
    array([0.981   , 1.026126])
    """
    return np.asarray(np.cumprod(floats(price_index) / 100.0), np.float64)


def deflate(current: ArrayLike, level: ArrayLike) -> Float64:
    """Value at base-year prices: current value over the price level of its year (base year = 1).

    NaN where either is unknown or the level is not positive.
    """
    return ratio(current, level)


def spread_months(month: Int32, value: Float64, day: Int32) -> Float64:
    """Monthly statements as an even value per calendar day.

    Parameters
    ----------
    month : ndarray of int32, shape (n_months,)
        Months since 1970-01, rising, each once.
    value : ndarray of float64, shape (n_months,)
        Value of the month; a month may be negative.
    day : ndarray of int32, shape (n_days,)
        Days since 1970-01-01 that are asked for.

    Returns
    -------
    ndarray of float64, shape (n_days,)
        ``value / days of the month``; NaN where the month has no statement.

    Raises
    ------
    ValueError
        If a month comes twice or out of order.

    Examples
    --------
    >>> spread_months(np.array([0], np.int32), np.array([310.0]), np.array([0, 30, 31], np.int32))
    array([10., 10., nan])
    """
    place, has_statement = _statement_of(month, day)
    if len(month) == 0:
        return np.full(len(day), np.nan)
    n_days = month_first_day(month + 1) - month_first_day(month)
    return np.where(has_statement, (value / n_days)[place], np.nan)


def provisional_days(month: Int32, provisional: Bool, day: Int32) -> Bool:
    """Whether the statement of each day's month is provisional; False where there is none."""
    place, has_statement = _statement_of(month, day)
    return has_statement if len(month) == 0 else has_statement & provisional[place]


def provisional_share(value: Float64, provisional: Bool) -> float:
    """Share of a sum that rests on provisional statements, by size; NaN where nothing is known.

    Parameters
    ----------
    value : ndarray of float64
        Parts of the sum; NaN parts are not known and do not count.
    provisional : ndarray of bool, same shape

    Examples
    --------
    >>> provisional_share(np.array([30.0, 10.0, np.nan]), np.array([False, True, True]))
    0.25
    """
    size = np.abs(value[np.isfinite(value)])
    whole = float(size.sum())
    if whole == 0.0:
        return float("nan")
    return float(size[provisional[np.isfinite(value)]].sum()) / whole


def _statement_of(month: Int32, day: Int32) -> tuple[Int32, Bool]:
    if bool((np.diff(month) <= 0).any()):
        raise ValueError(f"months must rise, each once; got {month.tolist()[:24]}")
    wanted = month_of(day)
    place = np.minimum(np.searchsorted(month, wanted), max(len(month) - 1, 0)).astype(np.int32)
    if len(month) == 0:
        return place, np.zeros(len(day), np.bool_)
    return place, month[place] == wanted
