"""What would hundreds of other plants have used, discharged and earned, month by month, in futures nobody can know?

Each is one of the six works with its own history drawn at random: measures and their dates, some of them making things
worse; growth of output and of the products' value; slow wear and small changes nobody wrote down. Its months come
straight from the flows of the model, so no meter stands between the truth and the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from simulators import workdays
from simulators.fleet import WORKS
from simulators.noise import Float64
from simulators.plant import Works
from simulators.site import Measure, Site
from simulators.truth import LOAD_KG
from simulators.workdays import FIRST_YEAR, LAST_YEAR

MONTHS = 12 * (LAST_YEAR - FIRST_YEAR + 1)
"""Months of the simulated span, 2015-01 to 2019-12."""

_FIRST_DAY, _SPAN_DAYS = date(FIRST_YEAR, 3, 1), 1740

COAL_TCE = {"el": 0.1229e-3, "pv": 0.1229e-3, "gas": 1.33e-3, "steam": 0.0975, "coal": 0.7143}
"""Standard coal of a kWh, m3 or t (GB/T 2589-2008, annex A, equivalent values; steam at 2860 kJ/kg). [tce]"""
CO2_T = {"el": 0.7035e-3, "pv": 0.0, "gas": 2.162e-3, "steam": 0.3146, "coal": 2.0}
"""About the CO2 of the same, one factor for all years (East China grid 2012; steam 0.11 t/GJ). [tCO2]"""


@dataclass(frozen=True, eq=False)
class PlantMonths:
    """The truth of one plant: an indicator of a period is the sum of its numerators over that of its denominators.

    Attributes
    ----------
    plant, works : str
        Its own name, and the works it is drawn from.
    names : tuple of str
        ``energy``, ``water``, ``co2`` and ``load:POLLUTANT``; n of them.
    numerator : ndarray, shape (n, MONTHS)
        tce, m3, tCO2 and kg.
    denominator : ndarray, shape (n, MONTHS)
        Value added at 2015 prices [10k yuan]; ones for loads and CO2.
    """

    plant: str
    works: str
    names: tuple[str, ...]
    numerator: Float64
    denominator: Float64


class RandomSite(Site):
    """A `Site` whose growth is drawn and whose equipment drifts.

    Parameters
    ----------
    seed : int
    name : str
        Of the plant.
    measures : sequence of Measure
    rng : Generator
    """

    def __init__(self, seed: int, name: str, measures: Sequence[Measure], rng: np.random.Generator) -> None:
        super().__init__(seed, name, measures)
        self._rng = rng
        self._paths = 0

    def yearly(self, *values: float) -> Float64:
        """The first path a model asks for is its output's growth; the others are qualities that drift less."""
        mean, spread = (0.02, 0.05) if self._paths == 0 else (0.005, 0.025)
        self._paths += 1
        steps = np.clip(self._rng.normal(mean, spread, len(values) - 1), -0.2, 0.2)
        return super().yearly(*np.exp(np.concatenate([[0.0], np.cumsum(steps)])))

    def effect(self, acts_on: str) -> Float64:
        """The measures on a quantity, and beside them wear (or care) and a slow drift of some months."""
        wear = self._rng.normal(0.004, 0.01) * (workdays.days().year - FIRST_YEAR)
        slow = self.wobble(f"drift of {acts_on}", 0.0, 0.02, days=150.0)
        # Shares of a roof's power stay between 0 and 1; everything else may drift above 1.
        drift = 1.0 if acts_on == "pv" else slow * np.exp(wear)
        return np.asarray(super().effect(acts_on) * drift)


def population(n_plants: int, seed: int) -> Iterator[PlantMonths]:
    """Random plants, the works in turn; equal seeds give equal plants, other seeds others.

    Parameters
    ----------
    n_plants : int
    seed : int
        0 or more.
    """
    works = list(WORKS.values())
    for number in range(n_plants):
        yield random_plant(works[number % len(works)], seed, number)


def random_plant(works: Works, seed: int, number: int) -> PlantMonths:
    """The months of one random plant; see `population`."""
    rng = np.random.default_rng([seed, number])
    name = f"{works.id}-{seed}-{number}"
    measures = [m for acts_on in dict.fromkeys(m.acts_on for m in works.measures) for m in _measures(rng, acts_on)]
    site = RandomSite(seed, name, measures, rng)
    rates = works.model(site)
    mix = Site.yearly(site, *np.exp(np.concatenate([[0.0], np.cumsum(rng.normal(0.01, 0.02, 4))])))
    value_added = _monthly(rates["output"] * mix) * works.economy.value_added_per_output
    carriers = _carriers(works, rates)
    numerators = {
        "energy": _weighted(carriers, COAL_TCE),
        "water": _sum_of(works, rates, "water.in"),
        "co2": _weighted(carriers, CO2_T),
        **_loads(works, rates),
    }
    ones = np.ones(MONTHS)
    return PlantMonths(
        plant=name,
        works=works.id,
        names=tuple(numerators),
        numerator=np.stack(list(numerators.values())),
        denominator=np.stack([value_added if key in ("energy", "water") else ones for key in numerators]),
    )


def _measures(rng: np.random.Generator, acts_on: str) -> Iterator[Measure]:
    """What was done about one quantity: none to four things, most of which save some per cent and some of which
    cost."""
    yield Measure(date(FIRST_YEAR, 1, 2), acts_on, 1.0, "无", "nothing", 1)
    if acts_on == "pv":
        if rng.random() < 0.6:
            yield _measure(rng, acts_on, float(rng.uniform(0.0, 0.7)), 1)
        return
    for _ in range(min(rng.poisson(1.4), 4)):
        factor = float(np.clip(np.exp(rng.normal(-0.075, 0.06)), 0.7, 1.12))
        yield _measure(rng, acts_on, factor, int(rng.choice([5, 20, 60, 200, 500])))


def _measure(rng: np.random.Generator, acts_on: str, factor: float, days: int) -> Measure:
    day = _FIRST_DAY + timedelta(days=int(rng.integers(0, _SPAN_DAYS)))
    return Measure(day, acts_on, factor, "措施", "measure", days)


def _monthly(rate: Float64) -> Float64:
    """Amounts of the months of a rate at the full hours, shape (MONTHS,)."""
    _, edges = workdays.month_edges()
    return np.asarray(np.add.reduceat((rate[:-1] + rate[1:]) / 2.0, edges[:-1]))


def _sum_of(works: Works, rates: Mapping[str, Float64], point: str) -> Float64:
    channel = next(c for c in works.channels if c.point == point)
    return _monthly(np.asarray(sum(sign * rates[name] for name, sign in channel.signed())))


def _carriers(works: Works, rates: Mapping[str, Float64]) -> dict[str, Float64]:
    """Months of what is bought or made, by the word before the dot: el.in, gas.in, coal.kiln, pv.gen - pv.out ..."""
    found = {}
    for point in (c.point for c in works.channels):
        word, _, rest = point.partition(".")
        if word in COAL_TCE and rest in ("in", "kiln", "inj"):
            found[word] = _sum_of(works, rates, point)
    if "pv" in rates:
        found["pv"] = _monthly(rates["pv"] - rates["surplus"])
    return found


def _weighted(carriers: Mapping[str, Float64], factors: Mapping[str, float]) -> Float64:
    return np.asarray(sum(factors[word] * months for word, months in carriers.items()))


def _loads(works: Works, rates: Mapping[str, Float64]) -> dict[str, Float64]:
    """Hour by hour the concentration of its beginning times the hour's flow, as in `simulators.truth`."""
    _, edges = workdays.month_edges()
    found = {}
    for channel in works.channels:
        if channel.pollutant is not None:
            flow = rates[f"{channel.outlet}.flow"]
            hourly = rates[channel.of[0]][:-1] * (flow[:-1] + flow[1:]) / 2.0 * LOAD_KG[channel.outlet]
            found[f"load:{channel.pollutant}"] = np.asarray(np.add.reduceat(hourly, edges[:-1]))
    return found
