"""How much dry flue gas passed in each quarter of an hour, and what is a wet concentration dry?

From the settled intervals of velocity, temperature, static pressure, moisture and atmospheric pressure, by the formulas
of HJ 212-2017 annex D.2 (29 to 31, 19) on the means of the quarter. What one of them does not know is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.bounds import rounded_up
from analytics.columns import Bool, Float32, Float64, Intervals
from analytics.ratio import ratio
from analytics.stack import standard_dry_flow_nm3_h, wet_flow_m3_h


@dataclass(frozen=True, eq=False)
class Gas:
    """What is measured of raw flue gas: intervals of one point each, sorted by start; None where no point measures it.

    Attributes
    ----------
    velocity : Intervals
        Amount in m/s times hours.
    temperature : Intervals
        Amount in degC times hours.
    pressure : Intervals or None
        Static pressure against the atmosphere, amount in Pa times hours; None: 0 Pa.
    moisture : Intervals or None
        Amount as a fraction times hours; None: `moisture_share`.
    air_pressure : Intervals or None
        Amount in Pa times hours; None: `air_pa`.
    area_m2, velocity_factor, moisture_share, air_pa : float
    """

    velocity: Intervals
    temperature: Intervals
    pressure: Intervals | None
    moisture: Intervals | None
    air_pressure: Intervals | None
    area_m2: float
    velocity_factor: float
    moisture_share: float
    air_pa: float


@dataclass(frozen=True, eq=False)
class _Level:
    """Mean level beside each interval of the velocity, and between what it lies; NaN where that is not known."""

    mean: Float64
    low: Float64
    high: Float64
    rows: Intervals | None
    matched: Bool


def dry_flow(gas: Gas, key: int) -> Intervals:
    """Standard dry flow as intervals of a derived point.

    Parameters
    ----------
    gas : Gas
    key : int
        Key of the derived point.

    Returns
    -------
    Intervals
        Amount in Nm3 of dry gas. An interval knows as many seconds as the least known of what it is made of; its peak
        is its mean rate, for the peaks of velocity, temperature and pressure need not fall together. Flags are those
        of all.
    """
    velocity = gas.velocity
    of = [
        _beside(velocity, velocity, np.nan),
        _beside(velocity, gas.temperature, np.nan),
        _beside(velocity, gas.pressure, 0.0),
        _beside(velocity, gas.moisture, gas.moisture_share),
        _beside(velocity, gas.air_pressure, gas.air_pa),
    ]
    rate = _rate(gas, *(level.mean for level in of))
    # The least gas is slow, hot, wet and thin; the most is the other end of all of these.
    least = _rate(gas, of[0].low, of[1].high, of[2].low, of[3].high, of[4].low)
    most = _rate(gas, of[0].high, of[1].low, of[2].high, of[3].low, of[4].high)
    parts = [(level.rows, level.matched) for level in of if level.rows is not None]
    known_s = np.min([np.where(matched, _known_s(rows), 0.0) for rows, matched in parts], axis=0)
    known_s = np.where(np.isfinite(rate), known_s, 0.0)
    measured_s = np.min([np.where(matched, rows.measured_s, 0.0) for rows, matched in parts], axis=0)
    measured_s = np.minimum(measured_s, known_s).astype(np.float32)
    hours = known_s / 3600.0
    amount = np.where(known_s > 0.0, rate, 0.0) * hours
    flags = np.bitwise_or.reduce([np.where(matched, rows.flags, np.uint16(0)) for rows, matched in parts])
    result = Intervals(
        np.full(len(velocity), key, np.int32),
        velocity.start_ms,
        amount,
        measured_s,
        (known_s - measured_s).astype(np.float32),
        np.where(known_s > 0.0, rate, np.nan),
        flags,
        np.min([np.where(matched, rows.span_from_ms, velocity.span_from_ms) for rows, matched in parts], axis=0),
        np.max([np.where(matched, rows.span_to_ms, velocity.span_to_ms) for rows, matched in parts], axis=0),
        _off(rate - least, hours),
        _off(most - rate, hours),
    )
    return result.take((known_s > 0.0) | (flags != 0))


def dry_levels(level: Intervals, moisture: Intervals | None, moisture_share: float) -> Intervals:
    """Wet concentrations as dry ones (19): ``C / (1 - Xsw)``, interval by interval.

    Parameters
    ----------
    level : Intervals
        Of one point, sorted by start.
    moisture : Intervals or None
        Amount as a fraction times hours; None: `moisture_share` everywhere.
    moisture_share : float

    Returns
    -------
    Intervals
        Nothing is known where the moisture is not.
    """
    wet = _beside(level, moisture, moisture_share)
    fit = (wet.mean >= 0.0) & (wet.mean < 1.0)
    factor = ratio(1.0, np.where(fit, 1.0 - wet.mean, np.nan))
    known = np.isfinite(factor)
    zero = np.float32(0.0)
    return Intervals(
        level.point,
        level.start_ms,
        np.where(known, level.amount * factor, 0.0),
        np.where(known, level.measured_s, zero),
        np.where(known, level.estimated_s, zero),
        level.peak * factor,
        level.flags,
        level.span_from_ms,
        level.span_to_ms,
        np.where(known, rounded_up(level.below.astype(np.float64) * np.where(known, factor, 1.0)), zero),
        np.where(known, rounded_up(level.above.astype(np.float64) * np.where(known, factor, 1.0)), zero),
    )


def _rate(
    gas: Gas, velocity: Float64, temperature: Float64, gauge_pa: Float64, moisture: Float64, air_pa: Float64
) -> Float64:
    """Standard dry flow. [Nm3/h]"""
    wet = wet_flow_m3_h(gas.area_m2, velocity, gas.velocity_factor)
    return standard_dry_flow_nm3_h(wet, temperature, air_pa, gauge_pa, moisture)


def _beside(base: Intervals, other: Intervals | None, constant: float) -> _Level:
    """Means of one point beside the intervals of another; the constant where no point measures it."""
    n = len(base)
    if other is None:
        flat = np.full(n, constant)
        return _Level(flat, flat, flat, None, np.ones(n, np.bool_))
    if len(other) == 0:
        unknown = np.full(n, np.nan)
        return _Level(unknown, unknown, unknown, base, np.zeros(n, np.bool_))
    place = np.minimum(np.searchsorted(other.start_ms, base.start_ms), len(other) - 1)
    rows = other.take(place)
    matched = np.asarray(rows.start_ms == base.start_ms, np.bool_)
    hours = np.where(matched, _known_s(rows) / 3600.0, 0.0)
    bounded = np.isfinite(rows.below) & np.isfinite(rows.above)
    below, above = (np.where(bounded, side, np.nan).astype(np.float64) for side in (rows.below, rows.above))
    low, mean, high = (ratio(v, hours) for v in (rows.amount - below, rows.amount, rows.amount + above))
    return _Level(mean, low, high, rows, matched)


def _off(rate: Float64, hours: Float64) -> Float32:
    """How far the amount can lie off; inf where the worst case has no flow that a formula knows."""
    far = np.where(np.isfinite(rate), np.maximum(rate, 0.0) * hours, np.inf)
    return rounded_up(np.where(hours > 0.0, far, 0.0))


def _known_s(intervals: Intervals) -> Float64:
    return intervals.measured_s.astype(np.float64) + intervals.estimated_s
