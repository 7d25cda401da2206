"""What did one point amount to in equal steps of time?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.calendar import day_edges, day_of, day_start
from analytics.columns import HOUR_MS, INTERVAL_MS, Bool, Flag, Float64, Int64, Kind, Ranges, UInt16
from analytics.rollup import totals
from analytics.units import DIMENSIONS, unit
from engine.figure import Series
from engine.kept import Kept
from registry import Point

STEPS = ("15min", "hour", "day", "month", "year")

LEVELS = (Kind.CONCENTRATION, Kind.STATE)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Intervals or days, with what both have."""

    start_ms: Int64
    amount: Float64
    measured_s: Float64
    estimated_s: Float64
    peak: Float64
    flags: UInt16


def point_series(store: Kept, point: Point, zone: str, from_ms: int, to_ms: int, step: str) -> Series:
    """The point's steps that lie in ``[from_ms, to_ms)``, widened to whole steps.

    Raises
    ------
    ValueError
        If `step` is not one of `STEPS`, or the range is empty.
    """
    if step not in STEPS:
        raise ValueError(f"step = {step!r}: wanted one of {', '.join(STEPS)}")
    if from_ms >= to_ms:
        raise ValueError(f"range [{from_ms}, {to_ms}) is empty; wanted from_ms < to_ms")
    fine = step in ("15min", "hour")
    edges = edges_of(from_ms, to_ms, zone, step)
    rows = _interval_rows(store, point, edges) if fine else _day_rows(store, point, zone, edges)
    return _series(point, edges, rows)


def edges_of(from_ms: int, to_ms: int, zone: str, step: str) -> Int64:
    """Edges of the steps that meet a range, shape (n_steps + 1,). [ms UTC]"""
    if step in ("15min", "hour"):
        length = INTERVAL_MS if step == "15min" else HOUR_MS
        return np.arange(from_ms // length * length, -(-to_ms // length) * length + 1, length, dtype=np.int64)
    if step == "day":
        return day_edges(from_ms, to_ms, zone)
    code = "M" if step == "month" else "Y"
    ends = (
        np.array([day_of(from_ms, zone), day_of(to_ms - 1, zone)])
        .ravel()
        .astype("datetime64[D]")
        .astype(f"datetime64[{code}]")
    )
    starts = np.arange(ends[0], ends[1] + 2).astype("datetime64[D]").astype(np.int64)
    return np.asarray(day_start(starts, zone), np.int64)


def _interval_rows(store: Kept, point: Point, edges: Int64) -> _Rows:
    found = store.intervals(
        Ranges(np.array([point.key], np.int32), np.array([edges[0]], np.int64), np.array([edges[-1]], np.int64))
    )
    sums = totals(found, edges)
    return _Rows(sums.from_ms, sums.amount, sums.measured_s, sums.estimated_s, sums.peak, sums.flags)


def _day_rows(store: Kept, point: Point, zone: str, edges: Int64) -> _Rows:
    first, last = int(day_of(int(edges[0]), zone)), int(day_of(int(edges[-1]), zone))
    found = store.days(np.array([point.key], np.int32), first, last - 1)
    return _Rows(
        np.asarray(day_start(found.day.astype(np.int64), zone), np.int64),
        found.amount,
        found.measured_s.astype(np.float64),
        found.estimated_s.astype(np.float64),
        found.peak,
        found.flags,
    )


def _series(point: Point, edges: Int64, rows: _Rows) -> Series:
    n = len(edges) - 1
    at = np.searchsorted(edges, rows.start_ms, "right") - 1
    amount, measured, estimated = (
        np.asarray(np.bincount(at, values, minlength=n), np.float64)
        for values in (rows.amount, rows.measured_s, rows.estimated_s)
    )
    peak: Float64 = np.full(n, -np.inf)
    np.fmax.at(peak, at, rows.peak)
    flags = np.zeros(n, np.uint16)
    np.bitwise_or.at(flags, at, rows.flags)
    known_s = measured + estimated
    known = known_s > 0
    length_s = np.diff(edges) / 1000.0
    level: Float64 = np.full(n, np.nan)
    np.divide(amount * 3600.0, known_s, out=level, where=known)
    names, amount_factor, rate_factor = shown_units(point)
    return Series(
        unit=names[0],
        rate_unit=names[1],
        start_ms=[int(e) for e in edges[:-1]],
        amount=_listed(amount * amount_factor, known & (point.kind not in LEVELS)),
        level=_listed(level * rate_factor, known),
        coverage=[float(v) for v in np.minimum(known_s / length_s, 1.0)],
        estimated=[float(v) for v in np.minimum(estimated / length_s, 1.0)],
        peak=_listed(peak * rate_factor, np.isfinite(peak)),
        flags=[flag_names(int(f)) for f in flags],
    )


def shown_units(point: Point) -> tuple[tuple[str, str], float, float]:
    """Units of amount and rate as shown, and the factors from the canonical ones to them."""
    if point.kind is Kind.LOAD:
        return ("kg", "kg/h"), 1.0, 1.0
    if point.kind in LEVELS:
        # Levels are shown in the point's own unit (mg/L, not mg/m3); temperatures in the canonical one.
        own = unit(point.unit)
        if own.offset:
            return (DIMENSIONS[own.dimension],) * 2, 1.0, 1.0
        return (point.unit, point.unit), 1.0, 1.0 / own.factor
    shown = point.amount_unit
    return (shown, "kW" if shown == "kWh" else f"{shown}/h"), 1.0, 1.0


def _listed(values: Float64, known: Bool) -> list[float | None]:
    return [float(v) if k else None for v, k in zip(values, known, strict=True)]


def flag_names(bits: int) -> list[str]:
    """Names of the set bits in lower case.

    Examples
    --------
    >>> flag_names(3)
    ['gap', 'reset']
    """
    return [flag.name.lower() for flag in Flag if bits & flag and flag.name]
