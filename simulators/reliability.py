"""Do the stated intervals and probabilities come true, on plants whose futures were drawn and are known only to us?

Each random plant is forecast for the years 2017, 2018 and 2019 from several months before and inside them, with what
was known then: whole months from January 2015 on, the value added of the last one from the flash report, which is off
by some per cent. What came is then held against what was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.columns import Bool, Float64, Int64
from analytics.forecast import LEVEL, MIN_MONTHS, forecast
from simulators.population import MONTHS, PlantMonths, population
from simulators.workdays import FIRST_YEAR

TARGET_YEARS = (2017, 2018, 2019)
EVERY = 4
"""Months between the forecasts of one year."""

REDUCTIONS = {"energy": 0.18, "water": 0.20, "co2": 0.0, "air": 0.20, "effluent": 0.16}
"""Asked for by 2019 against 2015, in even steps before (programme Sunan 2019)."""
_AIR = frozenset({"load:SO2", "load:NOx", "load:PM"})

_FLASH = 0.015
"""Deviation of a flash report from the annual accounts, as in `simulators.statements`."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Forecasts and what came; arrays of shape (n,).

    Attributes
    ----------
    plant_years : int
        Pairs of a plant and a target year.
    name : ndarray of str
        Indicator, as in `PlantMonths.names`.
    ahead : ndarray of int64
        Months of the target year and before that were not known.
    inside : ndarray of bool
        Whether the truth fell inside the interval of level `analytics.forecast.LEVEL`.
    width : ndarray of float64
        Upper over lower bound, less 1.
    probability : ndarray of float64
        As stated, of meeting the target.
    met : ndarray of bool
        Whether it was met.
    """

    plant_years: int
    name: np.ndarray
    ahead: Int64
    inside: Bool
    width: Float64
    probability: Float64
    met: Bool

    def where(self, chosen: Bool) -> Outcomes:
        """Some of them."""
        return replace(
            self,
            name=self.name[chosen],
            ahead=self.ahead[chosen],
            inside=self.inside[chosen],
            width=self.width[chosen],
            probability=self.probability[chosen],
            met=self.met[chosen],
        )

    @property
    def covered(self) -> float:
        """Share of the intervals that held the truth."""
        return float(self.inside.mean())


@dataclass(frozen=True)
class Bin:
    """Forecasts of about the same probability.

    Attributes
    ----------
    low, high : float
        The bin ``[low, high)``; the last one includes 1.
    count : int
    stated, observed : float
        Mean of the stated probabilities, and share of the targets that were met; NaN in an empty bin.
    """

    low: float
    high: float
    count: int
    stated: float
    observed: float


def outcomes(n_plants: int, seed: int) -> Outcomes:
    """Forecast a population and look what came.

    Parameters
    ----------
    n_plants : int
        Each is three plant-years.
    seed : int
        Of the population; the method's constants were chosen on seed 1.
    """
    plants = list(population(n_plants, seed))
    names = np.concatenate([np.array(plant.names) for plant in plants])
    parts = [
        _of_one_moment(plants, names, year, known, seed)
        for year in TARGET_YEARS
        for known in range(MIN_MONTHS, (year - FIRST_YEAR + 1) * 12, EVERY)
    ]
    names, *rest = (np.concatenate(column) for column in zip(*parts, strict=True))
    ahead, inside, width, probability, met = rest
    return Outcomes(n_plants * len(TARGET_YEARS), names, ahead, inside, width, probability, met)


def _of_one_moment(
    plants: Sequence[PlantMonths], names: np.ndarray, year: int, known: int, seed: int
) -> tuple[np.ndarray, Int64, Bool, Float64, Float64, Bool]:
    top = np.concatenate([plant.numerator for plant in plants])
    bottom = np.concatenate([plant.denominator for plant in plants])
    target = slice((year - FIRST_YEAR) * 12, (year - FIRST_YEAR + 1) * 12)
    came = top[:, target].sum(axis=1) / bottom[:, target].sum(axis=1)
    base = top[:, :12].sum(axis=1) / bottom[:, :12].sum(axis=1)
    asked = base * (1.0 - _reductions(names)) ** ((year - FIRST_YEAR) / 4.0)
    first_month = (FIRST_YEAR - 1970) * 12
    seen = _as_known(bottom, plants, known, seed)
    said = forecast(top[:, :known], seen, first_month, year, threshold=asked, level=LEVEL)
    return (
        names,
        np.full(len(names), target.stop - known),
        (came >= said.low) & (came <= said.high),
        said.high / said.low - 1.0,
        said.probability,
        came <= asked,
    )


def _as_known(bottom: Float64, plants: Sequence[PlantMonths], known: int, seed: int) -> Float64:
    """Denominators of the known months: the last value added is the flash report's, one a plant."""
    seen = bottom[:, :known].copy()
    flash = 1.0 + _FLASH * np.random.default_rng([seed, known, MONTHS]).normal(size=len(plants))
    of_plant = np.repeat(flash, [len(plant.names) for plant in plants])
    has_value = (bottom != 1.0).any(axis=1)
    seen[has_value, -1] *= of_plant[has_value]
    return seen


def _reductions(names: np.ndarray) -> Float64:
    def reduction(name: str) -> float:
        return REDUCTIONS.get(name, REDUCTIONS["air" if name in _AIR else "effluent"])

    return np.array([reduction(name) for name in names.tolist()])


def reliability(found: Outcomes, n_bins: int = 10) -> list[Bin]:
    """How often what was said with about the same probability came true."""
    edges = np.linspace(0.0, 1.0, n_bins + 1)
    at = np.minimum((found.probability * n_bins).astype(np.int64), n_bins - 1)
    bins = []
    for i in range(n_bins):
        mine = at == i
        means = [float(part[mine].mean()) if mine.any() else float("nan") for part in (found.probability, found.met)]
        bins.append(Bin(float(edges[i]), float(edges[i + 1]), int(mine.sum()), *means))
    return bins


def calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance between stated and observed, weighted by the counts (expected calibration error)."""
    filled = [b for b in bins if b.count]
    return sum(b.count * abs(b.stated - b.observed) for b in filled) / sum(b.count for b in filled)
