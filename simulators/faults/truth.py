"""What truly flowed through a meter that is about to break?

A load with the shape of a day, noise and idle stretches, for many cases at once; its running total is the truth that
every settlement is held against. Registers and amounts follow it exactly. For rates the truth is *defined* as the
straight line between the true samples: nobody can know what happened between two samples of a rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from analytics.columns import DAY_MS, HOUR_MS, Float64, Int64

SECOND_MS, MINUTE_MS, QUARTER_MS = 1000, 60_000, 900_000

START_MS = 1_537_920_000_000
"""2018-09-26 00:00 UTC: ten days later the month has ended."""

MOST = 1.8
"""No load is more than so many times the mean."""

RATING_TOLERANCE = 1.2
"""Rated power times this is the largest possible flow (metering.md, 1)."""


class Loads(Protocol):
    """Loads that somebody measured."""

    @property
    def most(self) -> float:
        """Largest load as a share of the mean."""

    def loads(self, rng: np.random.Generator, n_cases: int, n_knots: int) -> Float64:
        """Loads as shares of the mean, one a period, shape (n_cases, n_knots)."""


@dataclass(frozen=True)
class Line:
    """When a meter is read.

    Attributes
    ----------
    period_ms : int
        Distance of readings; for amounts the length of the period. [ms]
    count : int
        How many readings.
    hole_ms : int
        How long nothing is read besides; 0 for no hole. [ms]
    hole_at : int
        Readings before the hole.
    start_ms : int
        First instant, a multiple of 15 minutes. [ms UTC]
    on_time : bool
        Whether every case is read on the full period; else every other dozen is read some time after it.
    idle : float
        Load of the idle stretches as a share of the ordinary one; NaN: none in every other case, 0.02 in the others.
        Negative where energy flows back.
    own : Loads, optional
        A user's loads in place of simulated ones.
    """

    period_ms: int
    count: int = 3000
    hole_ms: int = 0
    hole_at: int = 1500
    start_ms: int = START_MS
    on_time: bool = False
    idle: float = float("nan")
    own: Loads | None = None

    @property
    def mean_per_h(self) -> float:
        """Mean load; larger where the line is short, so that the display's last digit is far below 0.1 %. [kWh/h]"""
        return 600.0 if self.period_ms >= MINUTE_MS else 36_000.0

    @property
    def rating_per_h(self) -> float:
        """Largest possible flow, tolerance included. [kWh/h]"""
        most = MOST if self.own is None else self.own.most
        return most * RATING_TOLERANCE * self.mean_per_h

    def reading_ms(self) -> Int64:
        """The instants of readings, without phase, shape (count,). [ms UTC]"""
        at = self.start_ms + np.arange(self.count, dtype=np.int64) * self.period_ms
        at[self.hole_at :] += self.hole_ms
        return at

    def knot_ms(self, step_ms: int) -> Int64:
        """Instants between which the load is even: `step_ms` apart, in the hole a quarter of an hour. [ms UTC]"""
        read = self.reading_ms()
        end = int(read[-1]) + 2 * self.period_ms
        if self.hole_ms == 0:
            return np.arange(self.start_ms, end + step_ms, step_ms, dtype=np.int64)
        hole_from = int(read[self.hole_at - 1]) + 2 * self.period_ms
        hole_to = max(int(read[self.hole_at]) - self.period_ms, hole_from)
        fine = np.arange(self.start_ms, hole_from, step_ms, dtype=np.int64)
        coarse = np.arange(hole_from, hole_to, max(QUARTER_MS, step_ms), dtype=np.int64)
        return np.concatenate([fine, coarse, np.arange(hole_to, end + step_ms, step_ms, dtype=np.int64)])


@dataclass(frozen=True, eq=False)
class Truth:
    """Running totals of many cases.

    Attributes
    ----------
    knot_ms : ndarray of int64, shape (n_knots,)
        Rising. [ms UTC]
    phase_ms : ndarray of int64, shape (n_cases,)
        How much later the knots of a case lie. [ms]
    height : ndarray of float64, shape (n_cases, n_knots)
        What flowed before the knot. [kWh]
    rate : ndarray of float64, shape (n_cases, n_knots), or None
        Rate at the knot, straight in between; None where the total is straight. [kWh/h]
    """

    knot_ms: Int64
    phase_ms: Int64
    height: Float64
    rate: Float64 | None = None

    def at(self, case: Int64, time_ms: Int64) -> Float64:
        """What flowed in a case before an instant; nothing flows before the first and after the last knot. [kWh]"""
        own_ms = np.clip(time_ms - self.phase_ms[case], self.knot_ms[0], self.knot_ms[-1])
        knot = np.clip(np.searchsorted(self.knot_ms, own_ms, "right") - 1, 0, len(self.knot_ms) - 2)
        length = self.knot_ms[knot + 1] - self.knot_ms[knot]
        share = (own_ms - self.knot_ms[knot]) / length
        low, high = self.height[case, knot], self.height[case, knot + 1]
        total = low + (high - low) * share
        if self.rate is not None:
            hours = length / HOUR_MS
            total -= 0.5 * (self.rate[case, knot + 1] - self.rate[case, knot]) * hours * share * (1.0 - share)
        return np.asarray(total, np.float64)

    def rate_at(self, case: Int64, time_ms: Int64) -> Float64:
        """Rate at an instant of a truth that knows rates. [kWh/h]

        Raises
        ------
        ValueError
            If this truth is a total only.
        """
        if self.rate is None:
            raise ValueError("this truth is a running total; wanted one made of rates")
        own_ms = np.clip(time_ms - self.phase_ms[case], self.knot_ms[0], self.knot_ms[-1])
        knot = np.clip(np.searchsorted(self.knot_ms, own_ms, "right") - 1, 0, len(self.knot_ms) - 2)
        share = (own_ms - self.knot_ms[knot]) / (self.knot_ms[knot + 1] - self.knot_ms[knot])
        return np.asarray(self.rate[case, knot] * (1.0 - share) + self.rate[case, knot + 1] * share, np.float64)


@lru_cache(maxsize=2)
def truth_of(line: Line, n_cases: int, *, of_rates: bool) -> Truth:
    """The truth of a line; the same for every fault that acts on it.

    Parameters
    ----------
    line : Line
    n_cases : int
    of_rates : bool
        Whether the truth is a straight line between rates at the instants of reading.
    """
    rng = np.random.default_rng([line.period_ms, line.count, line.hole_ms // SECOND_MS, n_cases, int(of_rates)])
    step_ms = line.period_ms if of_rates or line.own is not None else _knot_step_ms(line.period_ms)
    knot_ms = line.knot_ms(step_ms)
    load = _loads(rng, line, knot_ms, n_cases)
    hours = np.diff(knot_ms) / HOUR_MS
    height = np.zeros_like(load)
    amount = 0.5 * (load[:, 1:] + load[:, :-1]) * hours if of_rates else load[:, :-1] * hours
    np.cumsum(amount, axis=1, out=height[:, 1:])
    if of_rates:
        return Truth(knot_ms, phases_ms(line, n_cases), height, load)
    return Truth(knot_ms, np.zeros(n_cases, np.int64), height)


def phases_ms(line: Line, n_cases: int) -> Int64:
    """How long after the full period each case is read: half of them on time, the others anywhere. [ms]"""
    phase = np.random.default_rng([line.period_ms, n_cases]).integers(0, line.period_ms, n_cases)
    phase[((np.arange(n_cases) // 12) % 2 == 0) | line.on_time] = 0
    return phase


def _knot_step_ms(period_ms: int) -> int:
    """How long the load of a register stays even: at most a period, and a part of a quarter."""
    return min(period_ms, 5 * MINUTE_MS) if period_ms <= QUARTER_MS else QUARTER_MS


def _loads(rng: np.random.Generator, line: Line, knot_ms: Int64, n_cases: int) -> Float64:
    """Load at each knot, shape (n_cases, n_knots). [kWh/h]"""
    n = len(knot_ms)
    if line.own is not None:
        return line.own.loads(rng, n_cases, n) * line.mean_per_h
    turn = 2.0 * np.pi * ((knot_ms % DAY_MS) / DAY_MS)
    swing, lag = rng.uniform(0.0, 0.4, (n_cases, 1)), rng.uniform(0.0, 2.0 * np.pi, (n_cases, 1))
    day = 1.0 + swing * (np.sin(turn) * np.cos(lag) - np.cos(turn) * np.sin(lag))
    load = day * (1.0 + 0.1 * rng.standard_normal((n_cases, n)))
    np.clip(load, 0.05, MOST, out=load)
    for _ in range(2):
        length = (rng.uniform(0.005, 0.03, n_cases) * n).astype(np.int64)
        begin = (rng.uniform(0.05, 0.9, n_cases) * n).astype(np.int64)
        for case in range(n_cases):
            stretch = load[case, begin[case] : begin[case] + length[case]]
            stretch *= (0.02, 0.0)[case % 2] if np.isnan(line.idle) else line.idle
    return np.asarray(load * line.mean_per_h, np.float64)
