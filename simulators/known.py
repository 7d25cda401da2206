"""What truly flowed in the seconds that a settlement says it knows?

A quarter says how many of its seconds are known, not which. Whole and empty quarters need no more. In a partly known
one the missing seconds are looked for among the steps whose amount was found to be missing, then among the stretches
that the fault made unknowable, then at the side where the next quarter is empty. Where none of these has just as many
seconds, the quarter's truth is taken in proportion, and its bounds are not judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import INTERVAL_MS, Bool, Float64, Int64, Kind, Ranges
from analytics.settlement import Settled
from simulators.faults import Cases, Truth

QUARTER_S = INTERVAL_MS / 1000.0

NEAR_S = 0.01
"""Seconds are compared with this tolerance: intervals keep them in single precision. [s]"""


@dataclass(frozen=True, eq=False)
class Known:
    """Each quarter of each case, shape (n_cases, n_quarters).

    Attributes
    ----------
    start_ms : ndarray of int64, shape (n_quarters,)
    known_s : ndarray of float64
        Seconds that settlement knows, measured or estimated. [s]
    amount, below, above : ndarray of float64
        As settled; 0 where nothing is known. [kWh]
    truth : ndarray of float64
        What truly flowed in the known seconds. [kWh]
    is_exact : ndarray of bool
        Whether it is clear which seconds these are.
    flags : ndarray of uint16
    """

    start_ms: Int64
    known_s: Float64
    amount: Float64
    below: Float64
    above: Float64
    truth: Float64
    is_exact: Bool
    flags: Int64


@lru_cache(maxsize=3)
def truth_of_quarters(truth: Truth, from_ms: int, to_ms: int) -> Float64:
    """What truly flowed in each quarter between two instants, shape (n_cases, n_quarters). [kWh]"""
    edge_ms = np.arange(from_ms, to_ms + 1, INTERVAL_MS)
    n = len(truth.height)
    case = np.repeat(np.arange(n), len(edge_ms))
    return np.diff(truth.at(case, np.tile(edge_ms, n)).reshape(n, len(edge_ms)), axis=1)


def known_of(cases: Cases, settled: Settled) -> Known:
    """Lay a settlement beside the truth."""
    start_ms = np.arange(cases.line.start_ms, cases.end_ms, INTERVAL_MS)
    whole = truth_of_quarters(cases.truth, cases.line.start_ms, cases.end_ms)
    intervals = settled.intervals
    cell = (intervals.point - 1) * np.int64(len(start_ms)) + (intervals.start_ms - start_ms[0]) // INTERVAL_MS

    def spread(column: NDArray[Any]) -> Float64:
        dense = np.zeros(whole.size)
        dense[cell] = column
        return dense

    known_s = spread(intervals.measured_s) + spread(intervals.estimated_s)
    truth = np.where(known_s > 0.0, whole.ravel(), 0.0)
    exact = np.ones(whole.size, np.bool_)
    some = np.flatnonzero((known_s > 0.0) & (known_s < QUARTER_S - NEAR_S))
    if len(some):
        truth[some], exact[some] = _partly(cases, settled, some, known_s, truth[some])
    flags = spread(intervals.flags).astype(np.int64)
    return Known(
        start_ms=start_ms,
        known_s=known_s.reshape(whole.shape),
        amount=spread(intervals.amount).reshape(whole.shape),
        below=spread(intervals.below).reshape(whole.shape),
        above=spread(intervals.above).reshape(whole.shape),
        truth=truth.reshape(whole.shape),
        is_exact=exact.reshape(whole.shape),
        flags=flags.reshape(whole.shape),
    )


def _partly(cases: Cases, settled: Settled, some: Int64, known_s: Float64, whole: Float64) -> tuple[Float64, Bool]:
    """Truth of the known seconds of partly known quarters, and whether it is clear which these are."""
    n_quarters = (cases.end_ms - cases.line.start_ms) // INTERVAL_MS
    case, start_ms = some // n_quarters, cases.line.start_ms + some % n_quarters * INTERVAL_MS
    missing_s = QUARTER_S - known_s[some]
    truth = whole * known_s[some] / QUARTER_S
    found = np.zeros(len(some), np.bool_)
    outside = cases.unknown
    lost = settled.findings.take(np.isnan(settled.findings.effect))
    steps = Ranges(lost.point, lost.time_ms, lost.until_ms)
    tries = [steps, Ranges.concat([steps, outside]), outside]
    # A finding about one of two values for one time leaves no hole in a rate or an amount.
    for holes in tries if cases.kind is Kind.REGISTER else reversed(tries):
        length_s, flowed = _overlap(cases, holes, case, start_ms)
        fits = ~found & (np.abs(length_s - missing_s) < NEAR_S)
        truth[fits] = whole[fits] - flowed[fits]
        found |= fits
    padded = np.pad(known_s.reshape(-1, n_quarters), ((0, 0), (1, 1)))
    quarter = some % n_quarters
    before, after = padded[case, quarter] > 0.0, padded[case, quarter + 2] > 0.0
    known_ms = np.round(known_s[some] * 1000.0).astype(np.int64)
    low_ms = np.where(before, start_ms, start_ms + INTERVAL_MS - known_ms)
    one_side = ~found & (before != after)
    at_side = cases.truth.at(case, low_ms + known_ms) - cases.truth.at(case, low_ms)
    truth[one_side] = at_side[one_side]
    return truth, found | one_side


def _overlap(cases: Cases, holes: Ranges, case: Int64, start_ms: Int64) -> tuple[Float64, Float64]:
    """How many seconds of quarters lie in holes, and what truly flowed in these. [s], [kWh]"""
    merged = merged_stretches(cases, holes)
    if len(merged) == 0:
        return np.zeros(len(case)), np.zeros(len(case))
    of = merged.point.astype(np.int64) - 1
    span_ms = cases.end_ms - cases.line.start_ms + 1
    low, high = (of * span_ms + t - cases.line.start_ms for t in (merged.from_ms, merged.to_ms))
    flowed = cases.truth.at(of, merged.to_ms) - cases.truth.at(of, merged.from_ms)
    length_before, flowed_before = (np.cumsum(x) - x for x in (high - low, flowed))

    def until(time_ms: Int64) -> tuple[Int64, Float64]:
        at = case * span_ms + time_ms - cases.line.start_ms
        hole = np.searchsorted(low, at, "right") - 1
        i = np.maximum(hole, 0)
        into = np.where(hole >= 0, np.clip(at - low[i], 0, high[i] - low[i]), 0)
        part = cases.truth.at(of[i], merged.from_ms[i] + into) - cases.truth.at(of[i], merged.from_ms[i])
        none = hole < 0
        return np.where(none, 0, length_before[i] + into), np.where(none, 0.0, flowed_before[i] + part)

    (length_0, flowed_0), (length_1, flowed_1) = until(start_ms), until(start_ms + INTERVAL_MS)
    return (length_1 - length_0) / 1000.0, flowed_1 - flowed_0


def merged_stretches(cases: Cases, holes: Ranges) -> Ranges:
    """Stretches without overlap, inside the time that is judged, sorted by (point, from)."""
    from_ms = np.clip(holes.from_ms, cases.line.start_ms, cases.end_ms)
    to_ms = np.clip(holes.to_ms, cases.line.start_ms, cases.end_ms)
    order = np.lexsort((from_ms, holes.point))
    order = order[(to_ms > from_ms)[order]]
    if len(order) == 0:
        return holes.take(slice(0, 0))
    point, low, high = holes.point[order].astype(np.int64), from_ms[order], to_ms[order]
    span_ms = cases.end_ms - cases.line.start_ms + 1
    lifted = point * span_ms
    top = np.maximum.accumulate(high - cases.line.start_ms + lifted)
    begins = np.append(True, low[1:] - cases.line.start_ms + lifted[1:] > top[:-1])
    first = np.flatnonzero(begins)
    end = np.append(first[1:], len(order)) - 1
    high = top[end] - lifted[end] + cases.line.start_ms
    return Ranges(point[first].astype(np.int32), low[first], high)
