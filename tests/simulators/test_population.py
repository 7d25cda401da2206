"""Are random plants plants, and are equal seeds equal plants?"""

from __future__ import annotations

import numpy as np
import pytest

from simulators.fleet import WORKS
from simulators.plant import Plant
from simulators.population import MONTHS, population, random_plant
from simulators.site import Site
from simulators.statements import real_value_added
from simulators.truth import truth
from simulators.workdays import SPAN_FROM_MS, SPAN_TO_MS, month_edges


def test_equal_seeds_give_equal_plants_and_others_give_others() -> None:
    works = WORKS["wx-plating"]
    one, same, other = (random_plant(works, seed, 3) for seed in (5, 5, 6))
    assert (one.numerator == same.numerator).all()
    assert not (one.numerator == other.numerator).any(axis=1).all()
    assert one.plant != other.plant


def test_a_plant_has_the_indicators_of_its_works() -> None:
    plants = list(population(6, 1))
    assert [p.works for p in plants] == list(WORKS)
    for plant in plants:
        pollutants = {f"load:{c.pollutant}" for c in WORKS[plant.works].channels if c.pollutant}
        assert set(plant.names) == {"energy", "water", "co2"} | pollutants
        assert plant.numerator.shape == plant.denominator.shape == (len(plant.names), MONTHS)
        assert (plant.numerator > 0.0).all()
        of_value = [n in ("energy", "water") for n in plant.names]
        assert (plant.denominator != 1.0).any(axis=1).tolist() == of_value


def test_the_months_are_those_of_the_flows(monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing drawn but the value of the mix, the months are the truth of the works themselves."""
    works = WORKS["wx-dyeing"]
    monkeypatch.setattr("simulators.population.RandomSite", lambda s, n, m, r: Site(s, works.id, works.measures))
    found = random_plant(works, 2015, 0)
    plant = Plant(works, 2015)
    months = {t.id.partition("/")[2]: t.amount for t in truth(plant, SPAN_FROM_MS, SPAN_TO_MS, "month")}
    names = list(found.names)
    assert found.numerator[names.index("water")] == pytest.approx(months["water.in"], rel=1e-9)
    assert found.numerator[names.index("load:COD")] == pytest.approx(months["ww.COD"], rel=1e-9)
    tce = months["el.in"] * 0.1229e-3 + months["gas.in"] * 1.33e-3
    assert found.numerator[names.index("energy")] == pytest.approx(tce, rel=1e-9)
    # The value of the product mix is drawn: about that of the works.
    _, edges = month_edges()
    value = np.add.reduceat(real_value_added(plant), edges[:-1])
    assert found.denominator[0] == pytest.approx(value, rel=0.25)


def test_futures_differ() -> None:
    """What came of energy per value added after 2017 cannot be told from before: both ways, by many per cent."""
    changes = []
    for number in range(16):
        plant = random_plant(WORKS["wx-plating"], 1, number)
        yearly = plant.numerator[0].reshape(5, 12).sum(axis=1) / plant.denominator[0].reshape(5, 12).sum(axis=1)
        changes.append(np.log(yearly[4] / yearly[2]))
    assert min(changes) < -0.08
    assert max(changes) > 0.0
    assert 0.02 < np.std(changes) < 0.15
