"""Does the judge see every way in which a settlement can be wrong?

A settlement is made wrong by hand, in one way each, and nothing else may be told of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analytics.columns import HOUR_MS, INTERVAL_MS, Flag, Intervals, Kind, Ranges
from analytics.settlement import Settled
from analytics.track import no_findings
from simulators.faults import Cases, Line, Row, as_displayed, faultless_cases, telegram, way
from simulators.faults.cases import stretches
from simulators.faults.truth import MINUTE_MS
from simulators.judge import Result, judge
from simulators.known import known_of, merged_stretches, truth_of_quarters
from simulators.score import score_row, settled_cases

ROW = Row("no fault", (Kind.REGISTER,), (way.faultless("no fault"),))


@pytest.fixture(scope="module")
def cases() -> Cases:
    return as_displayed(faultless_cases(Line(MINUTE_MS), Kind.REGISTER, 12))


@pytest.fixture(scope="module")
def perfect(cases: Cases) -> Settled:
    """Intervals that are the truth itself, over the time the meter is read."""
    truth = truth_of_quarters(cases.truth, cases.line.start_ms, cases.end_ms)
    n_quarters = truth.shape[1] - 1  # the last reading lies at the end of the last but one
    start_ms = np.tile(cases.line.start_ms + np.arange(n_quarters) * INTERVAL_MS, cases.count)
    n = len(start_ms)
    full, none = np.full(n, 900.0, np.float32), np.zeros(n, np.float32)
    intervals = Intervals(
        np.repeat(cases.points.key, n_quarters),
        start_ms,
        truth[:, :n_quarters].ravel(),
        full,
        none,
        np.zeros(n),
        np.zeros(n, np.uint16),
        start_ms,
        start_ms + INTERVAL_MS,
        none,
        none,
    )
    return Settled(intervals, no_findings())


def judged(cases: Cases, settled: Settled) -> Result:
    return judge(cases, settled, ROW)


def changed(settled: Settled, change: Callable[[Intervals], Intervals]) -> Settled:
    return Settled(change(settled.intervals), settled.findings)


def test_the_truth_itself_holds(cases: Cases, perfect: Settled) -> None:
    result = judged(cases, perfect)
    assert result.shortfalls == []
    assert result.error.max() < 1e-12
    assert result.inside == 1.0


def test_a_total_off_by_two_thousandths_falls_short(cases: Cases, perfect: Settled) -> None:
    wide = np.full(len(perfect.intervals), np.inf, np.float32)
    off = changed(perfect, lambda i: replace(i, amount=i.amount * 1.002, below=wide, above=wide))
    result = judged(cases, off)
    np.testing.assert_allclose(result.error, 0.002, rtol=1e-3)
    assert result.shortfalls == ["12 totals off by up to 0.20%"]


def test_a_quarter_outside_its_bounds_falls_short(cases: Cases, perfect: Settled) -> None:
    def lower(i: Intervals) -> Intervals:
        amount = i.amount.copy()
        amount[5], amount[6] = amount[5] - 1.0, amount[6] + 1.0
        return replace(i, amount=amount)

    assert judged(cases, changed(perfect, lower)).shortfalls == ["2 quarters outside their bounds"]
    one = np.ones(len(perfect.intervals), np.float32)
    honest = changed(changed(perfect, lower), lambda i: replace(i, below=one * 1.01, above=one * 1.01))
    assert judged(cases, honest).shortfalls == []


def test_what_is_missing_without_need_falls_short(cases: Cases, perfect: Settled) -> None:
    gone = changed(perfect, lambda i: i.take(np.arange(len(i)) != 7))
    result = judged(cases, gone)
    assert result.error.max() < 1e-12  # what is missing is left out of both sides
    # 900 s less two samples, and the minute after the last reading.
    assert result.shortfalls == ["1 cases miss up to 720 s too much"]
    start_ms = int(perfect.intervals.start_ms[7])
    excused = cases.with_unknown(np.zeros(1, np.int64), np.array([start_ms]), np.array([start_ms + INTERVAL_MS]))
    assert judged(excused, gone).shortfalls == []


def test_an_event_that_is_not_found_falls_short(cases: Cases, perfect: Settled) -> None:
    at = np.array([cases.line.start_ms + HOUR_MS])
    wanted = cases.with_wanted(np.array([3]), at, at + MINUTE_MS, int(Flag.SPIKE | Flag.ZERO))
    assert judged(wanted, perfect).shortfalls == ["1 cases lack an event"]
    found = replace(
        no_findings(),
        point=np.array([4], np.int32),
        time_ms=at,
        until_ms=at + MINUTE_MS,
        what=np.array([Flag.ZERO], np.uint16),
        before=np.zeros(1),
        after=np.zeros(1),
        effect=np.zeros(1),
    )
    assert judged(wanted, Settled(perfect.intervals, found)).shortfalls == []
    elsewhere = replace(found, time_ms=at + HOUR_MS, until_ms=at + 2 * HOUR_MS)
    assert judged(wanted, Settled(perfect.intervals, elsewhere)).shortfalls == ["1 cases lack an event"]


def test_a_row_that_nobody_can_know_is_shown_and_not_judged(cases: Cases, perfect: Settled) -> None:
    off = changed(perfect, lambda i: replace(i, amount=i.amount * 2.0))
    result = judge(cases, off, replace(ROW, not_knowable="nobody said so"))
    assert result.shortfalls == []
    assert result.error.min() == pytest.approx(1.0, rel=1e-3)


def test_the_known_part_of_a_quarter_is_found_by_what_is_unknown(cases: Cases, perfect: Settled) -> None:
    """Minutes 3 to 8 of the second quarter are missing: its truth is the whole less that of these minutes."""
    low_ms = cases.line.start_ms + INTERVAL_MS + 3 * MINUTE_MS
    holed = cases.with_unknown(np.zeros(1, np.int64), np.array([low_ms]), np.array([low_ms + 5 * MINUTE_MS]))

    def missing(i: Intervals) -> Intervals:
        seconds = i.measured_s.copy()
        seconds[1] = 600.0
        return replace(i, measured_s=seconds)

    known = known_of(holed, changed(perfect, missing))
    case = np.zeros(2, np.int64)
    low, high = cases.truth.at(case, np.array([low_ms, low_ms + 5 * MINUTE_MS]))
    assert known.truth[0, 1] == pytest.approx(perfect.intervals.amount[1] - (high - low), rel=1e-12)
    assert bool(known.is_exact.all())
    # Nobody said which seconds: in proportion, and the bounds are not judged.
    vague = known_of(cases, changed(perfect, missing))
    assert vague.truth[0, 1] == pytest.approx(perfect.intervals.amount[1] * 600.0 / 900.0)
    assert not vague.is_exact[0, 1]


def test_stretches_are_merged(cases: Cases) -> None:
    start = cases.line.start_ms
    case = np.array([1, 0, 0, 0])
    holes: Ranges = stretches(case, start + np.array([5, 20, 0, 8]), start + np.array([9, 30, 10, 12]))
    merged = merged_stretches(cases, holes)
    assert merged.point.tolist() == [1, 1, 2]
    assert (merged.from_ms - start).tolist() == [0, 20, 5]
    assert (merged.to_ms - start).tolist() == [12, 30, 9]


@pytest.mark.parametrize("kind", [Kind.REGISTER, Kind.RATE, Kind.AMOUNT])
def test_the_engine_holds_without_a_fault(kind: Kind) -> None:
    result = score_row(ROW, kind, MINUTE_MS, 24, lambda readings: readings)
    assert result.shortfalls == []
    assert not result.found


def test_readings_are_settled_in_the_order_of_time_whatever_the_arrival() -> None:
    row = Row("shuffled", (Kind.REGISTER,), (way.shuffled("shuffled"),))
    late = score_row(row, Kind.REGISTER, MINUTE_MS, 6, lambda readings: readings)
    plain = score_row(ROW, Kind.REGISTER, MINUTE_MS, 6, lambda readings: readings)
    assert late.error.tolist() == plain.error.tolist()


def test_what_is_not_let_in_is_not_settled(cases: Cases) -> None:
    half = settled_cases(cases, lambda readings: readings.take(readings.point <= 6))
    assert int(half.intervals.point.max()) == 6


def test_a_spike_is_found_and_costs_nothing() -> None:
    row = Row("spike", (Kind.REGISTER,), (telegram.spike_up("spike"),))
    result = score_row(row, Kind.REGISTER, MINUTE_MS, 24, lambda readings: readings)
    assert result.shortfalls == []
    assert result.found["SPIKE"] == 24
