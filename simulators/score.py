"""How far from the truth is a settlement of broken meters?

For each row of the corpus: the error of the total over the seconds that settlement knows, whether every quarter lies
inside its bounds, how much is missing, and what was found. The bar:

* no total is wrong by more than 0.1 % of the truth;
* the truth of each quarter's known seconds lies in ``[amount - below, amount + above]``;
* nothing is missing but what the fault made unknowable, and two samples a fault;
* what must be found was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.calendar import day_start
from analytics.columns import Bool, Flag, Float64, Kind, Ranges, Readings
from analytics.rollup import days
from analytics.settlement import Settled, settle
from simulators.faults import ZONES, Cases, Row, cases_of, faults_of
from simulators.known import Known, known_of, merged_stretches, truth_of_quarters

BAR = 1e-3
"""Largest error of a total, as a share of the truth."""

ROUNDING = 1e-9
"""Relative tolerance of the bounds: amounts are differences of sums in double precision."""

SPARE_SAMPLES = 2
"""Samples a fault may cost besides its own span."""

Admit = Callable[[Readings], Readings]
"""The check at the door: which readings are let in. Each one's receipt is its "now"."""


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


def score(
    rows: Sequence[Row], n_cases: int, admit: Admit, progress: Callable[[int, int], None] | None = None
) -> Iterator[Result]:
    """Settle and judge rows, kind by kind and sampling by sampling.

    Parameters
    ----------
    rows : sequence of Row
    n_cases : int
        Cases a row, kind and sampling.
    admit : callable
    progress : callable, optional
        Is told how many of how many are done.
    """
    # One kind and sampling after another: rows of one line share their truth.
    tasks = [(row, kind, ms) for row in rows for kind in row.kinds for ms in row.samplings_ms]
    tasks.sort(key=lambda task: (task[1], task[2]))
    for done, (row, kind, period_ms) in enumerate(tasks):
        if progress is not None:
            progress(done, len(tasks))
        yield score_row(row, kind, period_ms, n_cases, admit)
    if progress is not None:
        progress(len(tasks), len(tasks))


def score_row(row: Row, kind: Kind, period_ms: int, n_cases: int, admit: Admit) -> Result:
    """One row for one kind and one sampling."""
    cases = cases_of(row, kind, period_ms, n_cases)
    faults = faults_of(row, kind, period_ms)
    drawn = " + ".join(fault.name for fault in faults) if not row.faults else ""
    return judge(cases, settled_cases(cases, admit), row, drawn, len(faults))


def settled_cases(cases: Cases, admit: Admit) -> Settled:
    """Settle cases as the journal would hand their readings out: by point, time and arrival."""
    readings = admit(cases.readings)
    point, time_ms = readings.point, readings.time_ms
    if not bool(((time_ms[1:] > time_ms[:-1]) | (point[1:] > point[:-1])).all()):
        readings = readings.take(np.lexsort((readings.received_ms, time_ms, point)))
    low_ms, high_ms = np.full(cases.count, cases.line.start_ms), np.full(cases.count, cases.end_ms)
    ranges = Ranges(cases.points.key, low_ms, high_ms)
    return settle(cases.points, ZONES, readings, ranges, cases.events)


def judge(cases: Cases, settled: Settled, row: Row, what: str = "", n_faults: int = 1) -> Result:
    """Hold a settlement against the truth of its cases."""
    known = known_of(cases, settled)
    outside, quarters = _outside(cases, known)
    missing_s = 900.0 - known.known_s
    allowed_s = _unknown_s(cases) + SPARE_SAMPLES * max(n_faults, 1) * cases.line.period_ms / 1000.0
    names = Counter(Flag(int(flag)).name or str(flag) for flag in settled.findings.what)
    return Result(
        row=row,
        kind=cases.kind,
        period_ms=cases.line.period_ms,
        what=what,
        error=_error(cases, known, settled, row.zone),
        quarters=quarters,
        outside=outside,
        missing=float(missing_s.mean() / 900.0),
        excess_s=np.maximum(missing_s.sum(axis=1) - allowed_s - 0.5, 0.0),
        absent=_absent(cases, known, settled),
        found=names,
    )


def _error(cases: Cases, known: Known, settled: Settled, zone: str) -> Float64:
    """Of the total of each case; where a zone is named, of its worst local day if that is larger."""
    total = np.abs(truth_of_quarters(cases.truth, cases.line.start_ms, cases.end_ms)).sum(axis=1)
    error = np.asarray(np.abs((known.amount - known.truth).sum(axis=1)) / total, np.float64)
    return error if not zone else np.maximum(error, _worst_day(cases, settled, zone))


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
    for point, low_ms, high_ms in zip(*cases.unsure.as_dict().values(), strict=True):
        judged[point - 1] &= (known.start_ms + 900_000 <= low_ms) | (known.start_ms >= high_ms)
    slack = ROUNDING * np.maximum(np.abs(known.truth), np.abs(known.amount))
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
