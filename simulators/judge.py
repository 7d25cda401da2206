"""Does a settlement of broken meters keep to the bar?

* no total is wrong by more than 0.1 % of the truth, over the seconds that settlement knows;
* the truth of each quarter's known seconds lies in ``[amount - below, amount + above]``;
* nothing is missing but what the fault made unknowable, and two samples a fault;
* what must be found was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.calendar import day_start
from analytics.columns import Bool, Flag, Float64, Kind
from analytics.rollup import days
from analytics.settlement import Settled
from simulators.faults import Cases, Row
from simulators.known import NEAR_S, QUARTER_S, Known, known_of, merged_stretches, truth_of_quarters

BAR = 1e-3
"""Largest error of a total, as a share of the truth."""

ROUNDING = 1e-9
"""Relative tolerance of the bounds: amounts are differences of sums in double precision."""

SPARE_SAMPLES = 2
"""Samples a fault may cost besides its own span."""


@dataclass(frozen=True, eq=False)
class Result:
    """How one row fared for one kind and one sampling.

    Attributes
    ----------
    row : Row
    kind : Kind
    period_ms : int
    what : str
        The faults, where they were drawn.
    error : ndarray of float64, shape (n_cases,)
        Of the total, as a share of the truth.
    quarters, outside : int
        Quarters whose bounds were judged, and those whose truth lies outside.
    missing : float
        Share of time reported as missing; and of that what could have been known:
    excess_s : ndarray of float64, shape (n_cases,)
        [s]
    absent : int
        Cases in which something was not found that had to be.
    found : Counter
        Findings by kind.
    peer_error : dict
        Of the total by the rule of each peer, shape (n_cases,) each; empty where none was asked for.
    """

    row: Row
    kind: Kind
    period_ms: int
    what: str
    error: Float64
    quarters: int
    outside: int
    missing: float
    excess_s: Float64
    absent: int
    found: Counter[str]
    peer_error: Mapping[str, Float64]

    @property
    def inside(self) -> float:
        """Share of quarters inside their bounds."""
        return 1.0 - self.outside / self.quarters if self.quarters else 1.0

    @property
    def shortfalls(self) -> list[str]:
        """Why the row falls short; empty where it holds, and where nobody can know it."""
        if self.row.not_knowable:
            return []
        wrong = int((self.error > BAR).sum())
        told = [f"{wrong} totals off by up to {self.error.max():.2%}"] if wrong else []
        if self.outside:
            told.append(f"{self.outside} quarters outside their bounds")
        if bool((self.excess_s > 0.0).any()):
            told.append(f"{int((self.excess_s > 0.0).sum())} cases miss up to {self.excess_s.max():.0f} s too much")
        if self.absent:
            told.append(f"{self.absent} cases lack an event")
        return told


def judge(cases: Cases, settled: Settled, row: Row, what: str = "", n_faults: int = 1) -> Result:
    """Hold a settlement against the truth of its cases."""
    known = known_of(cases, settled)
    outside, quarters = _outside(cases, known)
    missing_s = QUARTER_S - known.known_s
    allowed_s = _unknown_s(cases) + SPARE_SAMPLES * max(n_faults, 1) * cases.line.period_ms / 1000.0
    flags, counts = np.unique(settled.findings.what, return_counts=True)
    names = Counter({Flag(flag).name or "": n for flag, n in zip(flags.tolist(), counts.tolist(), strict=True)})
    return Result(
        row=row,
        kind=cases.kind,
        period_ms=cases.line.period_ms,
        what=what,
        error=_error(cases, known, settled, row.zone),
        quarters=quarters,
        outside=outside,
        missing=_missing_share(cases, missing_s),
        excess_s=np.maximum(missing_s.sum(axis=1) - allowed_s - 0.5, 0.0),
        absent=_absent(cases, known, settled),
        found=names,
        peer_error={},
    )


def _missing_share(cases: Cases, missing_s: Float64) -> float:
    """Share of the time from the first to the last reading of a faultless meter that is missing."""
    judged_s = (cases.end_ms - cases.line.start_ms) / 1000.0
    life_s = float(np.ptp(cases.line.reading_ms())) / 1000.0
    return max(float(missing_s.sum(axis=1).mean()) - (judged_s - life_s), 0.0) / life_s


def _error(cases: Cases, known: Known, settled: Settled, zone: str) -> Float64:
    """Of the total of each case; where a zone is named, of its worst local day if that is larger."""
    total = np.abs(truth_of_quarters(cases.truth, cases.line.start_ms, cases.end_ms)).sum(axis=1)
    counted = ~_lost_labels(cases, known)
    error = np.asarray(np.abs(((known.amount - known.truth) * counted).sum(axis=1)) / total, np.float64)
    return error if not zone else np.maximum(error, _worst_day(cases, settled, zone))


def _unsure(cases: Cases, known: Known) -> list[tuple[int, slice]]:
    """The quarters of each stretch whose share of the total nobody can know: case and columns."""
    low = np.searchsorted(known.start_ms, cases.unsure.from_ms, "right") - 1
    high = np.searchsorted(known.start_ms, cases.unsure.to_ms, "left")
    return [(int(p) - 1, slice(int(a), int(b))) for p, a, b in zip(cases.unsure.point, low, high, strict=True)]


def _lost_labels(cases: Cases, known: Known) -> Bool:
    """Stretches of wrong labels in which something is missing: which energy that is, nobody can say."""
    lost = np.zeros(known.known_s.shape, np.bool_)
    for case, quarters in _unsure(cases, known):
        lost[case, quarters] = bool((known.known_s[case, quarters] < QUARTER_S - NEAR_S).any())
    return lost


def _worst_day(cases: Cases, settled: Settled, zone: str) -> Float64:
    """Error of the worst whole local day of each case, as a share of the truth of a mean day."""
    found = days(settled.intervals, zone)
    found = found.take(np.abs(found.measured_s + found.estimated_s - found.length_s) < 1.0)
    case, day = found.point.astype(np.int64) - 1, found.day.astype(np.int64)
    low, high = day_start(day, zone), day_start(day + 1, zone)
    truth = cases.truth.at(case, high) - cases.truth.at(case, low)
    worst = np.zeros(cases.count)
    np.maximum.at(worst, case, np.abs(found.amount - truth))
    mean = np.bincount(case, truth, cases.count) / np.bincount(case, minlength=cases.count)
    return np.asarray(worst / mean, np.float64)


def _outside(cases: Cases, known: Known) -> tuple[int, int]:
    """Quarters whose truth is outside their bounds, and how many were judged."""
    judged = (known.known_s > 0.0) & known.is_exact
    for case, quarter in _unsure(cases, known):
        judged[case, quarter] = False
    slack = ROUNDING * np.maximum(np.abs(known.truth), np.abs(known.amount))
    # The truth itself is a difference of two running totals.
    slack += 256.0 * np.spacing(np.abs(cases.truth.height).max(axis=1))[:, None]
    above = known.truth > known.amount + known.above + slack
    below = known.truth < known.amount - known.below - slack
    return int((judged & (above | below)).sum()), int(judged.sum())


def _unknown_s(cases: Cases) -> Float64:
    """Time of each case that nobody can know. [s]"""
    merged = merged_stretches(cases, cases.unknown)
    length_s = (merged.to_ms - merged.from_ms) / 1000.0
    return np.asarray(np.bincount(merged.point - 1, length_s, cases.count), np.float64)


def _absent(cases: Cases, known: Known, settled: Settled) -> int:
    """Cases in which something was not found that had to be.

    Rates and amounts may tell it by the flags of a quarter; registers only that readings are out of range.
    """
    wanted, found = cases.wanted, settled.findings
    here = np.zeros(len(wanted), np.bool_)
    spare_ms = SPARE_SAMPLES * cases.line.period_ms
    first = np.searchsorted(found.point, wanted.point, "left")
    last = np.searchsorted(found.point, wanted.point, "right")
    most = int((last - first).max(initial=0))
    for i in range(most):
        at = np.minimum(first + i, max(len(found) - 1, 0))
        near = (found.time_ms[at] <= wanted.to_ms + spare_ms) & (found.until_ms[at] >= wanted.from_ms - spare_ms)
        here |= (first + i < last) & near & ((found.what[at] & wanted.what) != 0)
    here |= _flagged(cases, known, int(Flag.RANGE) if cases.kind is Kind.REGISTER else 0xFFFF)
    return len(np.unique(wanted.point[~here]))


def _flagged(cases: Cases, known: Known, telling: int) -> Bool:
    """Whether a quarter that a wanted stretch touches has one of its flags."""
    wanted = cases.wanted
    spare_ms = SPARE_SAMPLES * cases.line.period_ms
    low = np.searchsorted(known.start_ms, wanted.from_ms - spare_ms, "right") - 1
    high = np.searchsorted(known.start_ms, wanted.to_ms + spare_ms, "right")
    low = np.maximum(low, 0)
    case = wanted.point - 1
    has = np.zeros(len(wanted), np.bool_)
    for i in range(len(wanted)):
        has[i] = bool((known.flags[case[i], low[i] : high[i]] & wanted.what[i] & telling).any())
    return has
