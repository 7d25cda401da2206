"""Where among the readings of each case does a fault happen?

Each fault gets a slot, a share of the readings, so that several faults of one case do not meet. It keeps away from the
slot's ends: what a spike is, only its neighbours on both sides tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from analytics.columns import Int64, Kind
from simulators.faults.cases import Cases

MARGIN = 60
"""Readings kept free on both sides of a fault."""


class Slot(NamedTuple):
    """A share of the readings, 0 to 1."""

    low: float
    high: float


WHOLE_LINE = Slot(0.0, 1.0)


class Stage(IntEnum):
    """Where on the way of a reading a fault acts; faults act in this order."""

    METER = 1
    """On the register itself, before the display rounds."""
    TELEGRAM = 2
    """On what is sent."""
    CLOCK = 3
    """On the label."""
    WAY = 4
    """On what arrives, and when."""


@dataclass(frozen=True)
class Fault:
    """One way to break a meter.

    Attributes
    ----------
    name : str
        As in the corpus: ``"momentary zero (3 readings)"``.
    stage : Stage
    apply : callable
        Takes the cases, the slot and a source of chance; gives the broken cases, with what cannot be known and what
        must be found.
    """

    name: str
    stage: Stage
    apply: Callable[[Cases, Slot, np.random.Generator], Cases]


class Place(NamedTuple):
    """Readings ``at .. at + length - 1`` of each case; one row a case."""

    at: Int64
    length: Int64

    @property
    def readings(self) -> Int64:
        """All positions, case after case."""
        ends = np.cumsum(self.length)
        return np.repeat(self.at - (ends - self.length), self.length) + np.arange(int(ends[-1]))

    @property
    def case(self) -> Int64:
        """Number of the case of each of `readings`."""
        return np.repeat(np.arange(len(self.at)), self.length)


def place(cases: Cases, slot: Slot, rng: np.random.Generator, length: int | Int64 = 1) -> Place:
    """A place of `length` readings somewhere in the slot of each case.

    Raises
    ------
    ValueError
        If the slot has no room.
    """
    bounds = cases.first
    count = np.diff(bounds)
    low = (bounds[:-1] + np.floor(count * slot.low)).astype(np.int64) + MARGIN
    high = (bounds[:-1] + np.floor(count * slot.high)).astype(np.int64) - MARGIN - length
    if bool((high <= low).any()):
        raise ValueError(f"a slot of {int(count.min())} readings from {slot.low} to {slot.high} has no room")
    at = low + np.floor(rng.random(cases.count) * (high - low)).astype(np.int64)
    return Place(at, np.broadcast_to(np.asarray(length, np.int64), at.shape).copy())


def neighbours_ms(cases: Cases, where: Place) -> tuple[Int64, Int64]:
    """Labels of the last reading before a place and of the first one after it. [ms UTC]"""
    time_ms = cases.readings.time_ms
    return time_ms[where.at - 1], time_ms[where.at + where.length]


def lost_ms(cases: Cases, where: Place) -> tuple[Int64, Int64]:
    """What is not known when the readings of a place are not there.

    For rates the time between the readings beside it, for amounts the periods themselves. [ms UTC]
    """
    before_ms, after_ms = neighbours_ms(cases, where)
    if cases.kind in (Kind.RATE, Kind.REGISTER):
        return before_ms, after_ms
    end = cases.points.label_end
    period_ms = cases.line.period_ms
    return np.where(end, before_ms, before_ms + period_ms), np.where(end, after_ms - period_ms, after_ms)


def losing(cases: Cases, where: Place) -> Cases:
    """The readings of a place say nothing: only a register still knows what flowed.

    A rate is integrated over steps that are no longer than its hold time.
    """
    if cases.kind is Kind.REGISTER:
        return cases
    case = np.arange(cases.count)
    from_ms, to_ms = lost_ms(cases, where)
    if cases.kind is Kind.RATE:
        case = np.flatnonzero(to_ms - from_ms > cases.points.hold_ms)
    return cases.with_unknown(case, from_ms[case], to_ms[case])
