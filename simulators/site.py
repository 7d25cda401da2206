"""What does a plant model need to know: calendar, weather, growth, measures, noise?

A `Site` hands all of it out as arrays over the hours of the span, so that the model of a plant is a page of arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from simulators import noise, weather, workdays
from simulators.noise import Float64
from simulators.workdays import EDGES, Shifts


@dataclass(frozen=True)
class Measure:
    """Something the plant did on a day.

    Attributes
    ----------
    day : date
        When it went into operation.
    acts_on : str
        Quantity of the model it changes, ``"heat"``.
    factor : float
        What is left of it, 0.9 saves a tenth; above 1 it got worse.
    zh, en : str
        What was done.
    days : int
        Days from the first effect to the full one.
    """

    day: date
    acts_on: str
    factor: float
    zh: str
    en: str
    days: int = 20


class Site:
    """Arrays of one plant; all have shape (EDGES,).

    Parameters
    ----------
    seed : int
    name : str
        Of the plant; plants of one seed fluctuate independently.
    measures : sequence of Measure
    """

    def __init__(self, seed: int, name: str, measures: Sequence[Measure]) -> None:
        self._seed = seed
        self._name = name
        self._measures = measures
        self.cooling_k = weather.cooling_k()
        self.heating_k = weather.heating_k()
        self.sun_share = weather.sun_share()

    def yearly(self, *values: float) -> Float64:
        """A path through the middles of 2015, 2016 ... 2019, straight in between, flat before and after."""
        middles = [workdays.FIRST_YEAR + 0.5 + i for i in range(len(values))]
        return np.interp(workdays.days().year, middles, values)

    def effect(self, acts_on: str) -> Float64:
        """What the measures on a quantity leave of it, 1 before the first.

        Raises
        ------
        ValueError
            If no measure acts on it.
        """
        factors = np.ones(EDGES)
        found = [m for m in self._measures if m.acts_on == acts_on]
        if not found:
            known = ", ".join(sorted({m.acts_on for m in self._measures}))
            raise ValueError(f"no measure of {self._name} acts on {acts_on!r}; known: {known}")
        for measure in found:
            begin = workdays.edge_of(measure.day)
            share = np.clip((np.arange(EDGES) - begin) / (24.0 * measure.days), 0.0, 1.0)
            factors = factors * (1.0 + (measure.factor - 1.0) * share)
        return factors

    def wobble(self, what: str, fast: float, slow: float = 0.0, days: float = 5.0) -> Float64:
        """Factor around 1: hourly noise of deviation `fast` and drifting noise of deviation `slow` over some days."""
        name = f"{self._name}:{what}"
        factor = 1.0 + fast * noise.normal(self._seed, f"{name}:fast", EDGES)
        if slow:
            factor += slow * noise.drifting(self._seed, f"{name}:slow", EDGES, int(24 * days))
        return np.maximum(factor, 0.05)

    def output(self, full_per_h: float, shifts: Shifts, growth: Sequence[float], fast: float = 0.04) -> Float64:
        """Production rate: full rate x calendar x growth x noise. [product/h]"""
        return full_per_h * workdays.activity(shifts) * self.yearly(*growth) * self.wobble("output", fast, 0.03)


def transformer_loss_kw(load_kw: Float64, rated_kw: float) -> Float64:
    """Loss of the plant's main transformers and cables. [kW]

    Parameters
    ----------
    load_kw : ndarray
        Sum of all consumers. [kW]
    rated_kw : float
        Rated power of the transformers: 0.15 % iron loss always, 1.2 % copper loss at full load, with its square.
    """
    return np.asarray(0.0015 * rated_kw + 0.012 * rated_kw * (load_kw / rated_kw) ** 2)
