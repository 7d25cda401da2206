"""What is a case of the fault corpus, and what does its meter send when nothing is wrong?

A case is one point with its truth. All cases of a row are settled in one call, so everything here is columns: the
points, their readings one after the other, what persons declared, what cannot be known, what must be found.

The forms of meters take turns, so that 24 cases hold each combination once: the display shows whole kWh, hundredths, or
sends single precision; the modulus is known or not (for amounts: the label is the start or the end); the rating is
known or not; readings lie on the full minute or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from analytics.columns import (
    HOUR_MS,
    INTERVAL_MS,
    Bool,
    Columns,
    Events,
    Float64,
    Int32,
    Int64,
    Kind,
    Points,
    Ranges,
    Readings,
    UInt16,
)
from simulators.faults.display import SINGLE, displayed
from simulators.faults.truth import Line, Truth, phases_ms, truth_of

ZONES = ["Asia/Shanghai", "Europe/Berlin"]

MODULUS = 1e8
"""Of the meters whose modulus is known and out of reach. [kWh]"""

DELAY_MS = 2000
"""How long after its time a reading arrives. [ms]"""

HOLD_PERIODS = 2
"""So many periods a rate may be integrated over, as in a plant file that does not say otherwise for slow points: a
sample lost now and then is bridged, two in a row are missing."""


@dataclass(frozen=True, eq=False)
class Wanted(Columns):
    """What must be found: any of the flags of `what`, touching ``[from_ms, to_ms]``."""

    point: Int32
    from_ms: Int64
    to_ms: Int64
    what: UInt16


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases of one row; the key of a case's point is its number plus 1.

    Attributes
    ----------
    line : Line
    kind : Kind
    truth : Truth
    points : Points
    readings : Readings
        Sorted by point; within a point in the order in which the meter made them.
    events : Events
        What was declared.
    unknown : Ranges
        Stretches whose amount nobody can know; they may be reported as missing.
    unsure : Ranges
        Stretches whose share of the total nobody can know: only the total is judged.
    wanted : Wanted
    """

    line: Line
    kind: Kind
    truth: Truth
    points: Points
    readings: Readings
    events: Events
    unknown: Ranges
    unsure: Ranges
    wanted: Wanted

    @property
    def count(self) -> int:
        return len(self.points)

    @property
    def case(self) -> Int64:
        """Number of the case of each reading."""
        return self.readings.point.astype(np.int64) - 1

    @property
    def first(self) -> Int64:
        """Position of the first reading of each case, and the number of all readings at the end."""
        keys = np.arange(1, self.count + 2)
        return np.searchsorted(self.readings.point, keys, "left")

    @property
    def end_ms(self) -> int:
        """End of the time that is judged, a full quarter of an hour. [ms UTC]"""
        return -(-(int(self.truth.knot_ms[-1]) + self.line.period_ms) // INTERVAL_MS) * INTERVAL_MS

    @property
    def form(self) -> Int64:
        """Form of the display of each case."""
        return np.arange(self.count) % 3

    def with_values(self, at: Int64, value: Float64) -> Cases:
        """Other values for the readings at some positions."""
        values = self.readings.value.copy()
        values[at] = value
        return replace(self, readings=replace(self.readings, value=values))

    def without(self, left_out: Bool) -> Cases:
        """Some readings never came."""
        return replace(self, readings=self.readings.take(~left_out))

    def with_unknown(self, case: Int64, from_ms: Int64, to_ms: Int64) -> Cases:
        """More stretches that nobody can know."""
        return replace(self, unknown=Ranges.concat([self.unknown, stretches(case, from_ms, to_ms)]))

    def with_wanted(self, case: Int64, from_ms: Int64, to_ms: Int64, what: int) -> Cases:
        """More that must be found: any of the bits of `what`."""
        more = Wanted((case + 1).astype(np.int32), from_ms, to_ms, np.full(len(case), what, np.uint16))
        return replace(self, wanted=Wanted.concat([self.wanted, more]))

    def with_events(self, more: Events) -> Cases:
        """More that was declared."""
        events = Events.concat([self.events, more])
        return replace(self, events=events.take(np.lexsort((events.from_ms, events.point))))


def stretches(case: Int64, from_ms: Int64, to_ms: Int64) -> Ranges:
    """Ranges of the points of some cases."""
    return Ranges((case + 1).astype(np.int32), from_ms.astype(np.int64), to_ms.astype(np.int64))


@lru_cache(maxsize=2)
def faultless_cases(line: Line, kind: Kind, n_cases: int, *, rated: bool = False) -> Cases:
    """Cases in which nothing is wrong yet; registers before their display rounds them.

    The last ones are kept, since most rows of the corpus begin with the same; no fault writes into them.

    Parameters
    ----------
    line : Line
    kind : Kind
        REGISTER, RATE, AMOUNT or MEAN.
    n_cases : int
    rated : bool
        Whether the rating of every meter is known, else of every other dozen.

    Raises
    ------
    ValueError
        If the kind is none of these, or there is no case.
    """
    if kind not in (Kind.REGISTER, Kind.RATE, Kind.AMOUNT, Kind.MEAN):
        raise ValueError(f"a case is of a register, a rate, an amount or a mean; got {kind.name}")
    if n_cases < 1:
        raise ValueError(f"n_cases ({n_cases}) must be at least 1")
    truth = _truth(line, kind, n_cases)
    points = _points(line, kind, n_cases, rated)
    case = np.repeat(np.arange(n_cases), line.count)
    time_ms = np.tile(line.reading_ms(), n_cases)
    if kind in (Kind.REGISTER, Kind.RATE):
        time_ms = time_ms + phases_ms(line, n_cases)[case]
    read = _values(line, kind, truth, case, time_ms)
    label_ms = time_ms + np.where(points.label_end[case], line.period_ms, 0)
    arrival_ms = time_ms + DELAY_MS + (line.period_ms if kind in (Kind.AMOUNT, Kind.MEAN) else 0)
    readings = Readings((case + 1).astype(np.int32), label_ms, read, np.zeros(len(case), np.uint8), arrival_ms)
    nothing = np.empty(0, np.int64)
    wanted = Wanted(nothing.astype(np.int32), nothing, nothing, nothing.astype(np.uint16))
    none = stretches(nothing, nothing, nothing)
    cases = Cases(line, kind, truth, points, readings, Events.empty(), none, none, wanted)
    first_ms, last_ms = time_ms[:: line.count], time_ms[line.count - 1 :: line.count]
    if kind in (Kind.AMOUNT, Kind.MEAN):
        last_ms = last_ms + line.period_ms
    each, end_ms = np.arange(n_cases), np.full(n_cases, cases.end_ms)
    return cases.with_unknown(each, np.full(n_cases, line.start_ms), first_ms).with_unknown(each, last_ms, end_ms)


@lru_cache(maxsize=3)
def _truth(line: Line, kind: Kind, n_cases: int) -> Truth:
    """The truth of a line; of an amount, the amount that is sent is the truth.

    Whoever sends amounts keeps a count: what one step of the display hides, the next period shows. Single precision has
    no count: each amount is rounded for itself.
    """
    load = truth_of(line, n_cases, of_rates=kind is Kind.RATE)
    if kind in (Kind.RATE, Kind.REGISTER):
        return load
    knot_ms, height = load.knot_ms, load.height
    begin_ms = np.unique(line.start_ms + (knot_ms - line.start_ms) // line.period_ms * line.period_ms)
    edge = np.searchsorted(knot_ms, np.append(begin_ms, knot_ms[-1]))
    start = start_of(line, n_cases)[:, None]
    form = np.arange(n_cases)[:, None] % 3
    flowed = np.diff(height[:, edge], axis=1)
    shown = np.where(
        form == SINGLE,
        flowed.astype(np.float32),
        np.diff(displayed(start + height[:, edge], np.broadcast_to(form, (n_cases, len(edge)))), axis=1).round(2),
    )
    sent = np.pad(np.cumsum(shown, axis=1), ((0, 0), (1, 0)))
    period = np.repeat(np.arange(len(edge) - 1), np.diff(edge))
    period = np.append(period, len(edge) - 2)
    share = (height - height[:, edge[:-1]][:, period]) / np.where(flowed > 0.0, flowed, 1.0)[:, period]
    return Truth(knot_ms, load.phase_ms, sent[:, period] + shown[:, period] * share)


def _points(line: Line, kind: Kind, n: int, rated: bool) -> Points:
    number = np.arange(n)
    is_register = kind is Kind.REGISTER
    step = np.array([1.0, 0.01, 0.0])[number % 3]
    second, third = (number // 3) % 2 == 1, (number // 6) % 2 == 1
    return Points(
        key=(number + 1).astype(np.int32),
        kind=np.full(n, int(kind), np.int8),
        factor=np.ones(n),
        offset=np.zeros(n),
        modulus=np.where(second & is_register, MODULUS, np.nan),
        rating_per_h=np.where(third | rated, line.rating_per_h, np.nan),
        resolution=step * (HOUR_MS / line.period_ms if kind is Kind.MEAN else 1.0),
        period_ms=np.full(n, line.period_ms, np.int64),
        label_end=second & (kind in (Kind.AMOUNT, Kind.MEAN)),
        hold_ms=np.full(n, HOLD_PERIODS * line.period_ms, np.int64),
        valid_lo=np.full(n, -np.inf),
        valid_hi=np.full(n, np.inf),
        zero_is_missing=np.zeros(n, np.bool_),
        stuck_count=np.zeros(n, np.int32),
        is_net=np.full(n, line.idle < 0.0 and is_register),
        zone=np.zeros(n, np.int32),
    )


def _values(line: Line, kind: Kind, truth: Truth, case: Int64, time_ms: Int64) -> Float64:
    """What the meter holds at its instants or of its periods; all but registers as displayed."""
    form = case % 3
    if kind is Kind.RATE:
        return displayed(truth.rate_at(case, time_ms), form, rounds=True)
    start = start_of(line, int(case[-1]) + 1)[case]
    total = start + truth.at(case, time_ms)
    if kind is Kind.REGISTER:
        return total
    amount = truth.at(case, time_ms + line.period_ms) - truth.at(case, time_ms)
    amount = np.where(form == SINGLE, amount.astype(np.float32), np.round(amount, 2))
    return amount * (HOUR_MS / line.period_ms) if kind is Kind.MEAN else amount


def start_of(line: Line, n_cases: int) -> Float64:
    """What each register shows before the line begins, shape (n_cases,). [kWh]"""
    return np.random.default_rng([line.period_ms, 7]).uniform(2e4, 8e4, n_cases)


def as_displayed(cases: Cases) -> Cases:
    """Registers as their displays show them; other kinds are displayed already."""
    if cases.kind is not Kind.REGISTER:
        return cases
    value = displayed(cases.readings.value, cases.case % 3)
    return replace(cases, readings=replace(cases.readings, value=value))
