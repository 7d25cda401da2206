"""What has flowed until any instant, if the rate is known at every full hour?

Between two hours the rate is a straight line with a ripple on it; what has flowed is its exact integral::

    rate(u)  = r0 + (r1 - r0) u        + a sin(2 pi m u)               u in [0, 1] within the hour
    total(u) = c  + r0 u + (r1 - r0) u²/2 + a (1 - cos(2 pi m u)) / (2 pi m)

The ripple vanishes at the full hour, has mean zero and is smaller than the rate. So the total never falls, every hour
amounts to (r0 + r1) / 2, and the trapezoid over hourly, quarter-hourly or minutely rates gives the same hour.
"""

from __future__ import annotations

import numpy as np

from simulators.noise import Float64, Int64, uniform
from simulators.workdays import EDGES, HOUR_MS, HOURS, SPAN_FROM_MS, SPAN_TO_MS


def _place(time_ms: Int64) -> tuple[Int64, Float64]:
    """Hour and share of the hour; ValueError outside the simulated span."""
    if time_ms.size and (time_ms.min() < SPAN_FROM_MS or time_ms.max() > SPAN_TO_MS):
        raise ValueError(
            f"times {time_ms.min()} to {time_ms.max()} ms leave the simulated span {SPAN_FROM_MS} to {SPAN_TO_MS} ms "
            "(2015-01-01 to 2019-12-31, UTC+8)"
        )
    hour = np.minimum((time_ms - SPAN_FROM_MS) // HOUR_MS, HOURS - 1)
    return hour, (time_ms - SPAN_FROM_MS - hour * HOUR_MS) / HOUR_MS


class Flow:
    """A rate at the full hours and its running total.

    Parameters
    ----------
    seed : int
    name : str
    rate : ndarray, shape (EDGES,)
        Rate at the full hours, not negative. [unit/h]
    ripple : float
        Largest ripple as a share of the rate, 0 to 0.9.
    """

    def __init__(self, seed: int, name: str, rate: Float64, ripple: float = 0.08) -> None:
        if rate.shape != (EDGES,):
            raise ValueError(f"rate of {name!r} has shape {rate.shape}, wanted ({EDGES},)")
        wrong = ~(rate >= 0.0)
        if np.any(wrong):
            raise ValueError(f"rate of {name!r} must be 0 or more everywhere, got {rate[wrong][0]}")
        self.rate = rate
        self.total = np.concatenate(([0.0], np.cumsum(self.amount)))
        """Running total at the full hours, shape (EDGES,). [unit]"""
        draw = uniform(seed, f"{name}:ripple", HOURS)
        # Five years of six plants stay in memory: the ripple needs no more than single precision.
        self._swing = (ripple * (2.0 * draw - 1.0) * np.minimum(rate[:-1], rate[1:])).astype(np.float32)
        self._waves = (1.0 + np.floor(draw * 1000.0) % 3.0).astype(np.int8)  # below 4, see the quarter-hour trapezoid

    @property
    def amount(self) -> Float64:
        """Amount of each hour, shape (HOURS,). [unit]"""
        return np.asarray((self.rate[:-1] + self.rate[1:]) / 2.0)

    def total_at(self, time_ms: Int64) -> Float64:
        """Running total at any instants of the span, shape of `time_ms`. [unit]"""
        hour, u = _place(time_ms)
        if not np.any(u):
            return np.asarray(self.total[hour])
        r0, r1, turn = self.rate[hour], self.rate[hour + 1], 2.0 * np.pi * self._waves[hour]
        wave = self._swing[hour] * (1.0 - np.cos(turn * u)) / turn
        return np.asarray(self.total[hour] + r0 * u + (r1 - r0) * u * u / 2.0 + wave)

    def rate_at(self, time_ms: Int64) -> Float64:
        """Rate at any instants of the span, shape of `time_ms`. [unit/h]"""
        hour, u = _place(time_ms)
        if not np.any(u):
            return np.asarray(self.rate[hour])
        line = self.rate[hour] * (1.0 - u) + self.rate[hour + 1] * u
        return np.asarray(line + self._swing[hour] * np.sin(2.0 * np.pi * self._waves[hour] * u))


class Level:
    """A concentration: one value an hour, with a flutter of mean zero for analysers that answer each minute.

    Five to seven waves an hour stand orthogonal to the one to three of a `Flow`, so the load of an hour is the hour's
    concentration times the hour's flow.
    """

    def __init__(self, seed: int, name: str, value: Float64, flutter: float) -> None:
        if value.shape != (EDGES,):
            raise ValueError(f"value of {name!r} has shape {value.shape}, wanted ({EDGES},)")
        self.value = value
        """Value of the hour that begins at each edge, shape (EDGES,)."""
        draw = uniform(seed, f"{name}:flutter", HOURS)
        self._swing = (flutter * (2.0 * draw - 1.0) * value[:-1]).astype(np.float32)
        self._waves = (5.0 + np.floor(draw * 1000.0) % 3.0).astype(np.int8)

    def at(self, time_ms: Int64) -> Float64:
        """Value at any instants of the span, shape of `time_ms`."""
        hour, u = _place(time_ms)
        at_end = u >= 1.0
        if not np.any(u):
            return np.asarray(self.value[hour])
        inside = self.value[hour] + self._swing[hour] * np.sin(2.0 * np.pi * self._waves[hour] * u)
        return np.where(at_end, self.value[hour + 1], inside)
