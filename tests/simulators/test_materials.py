"""Do the simulated sectors stand to zero growth as they were designed, by truth and factors alone?"""

from __future__ import annotations

import numpy as np
import pytest

from simulators import Plant, truth
from simulators.materials import material_t
from simulators.workdays import month_edges
from tests.simulators.when import ms

# tCO2 per kWh, m3 and t: East China grid 2012, NDRC guides 2013-2015, steam of 2778 kJ/kg
METERED = {"el.in": 0.7035e-3, "gas.in": 2.16219e-3, "coal.inj": 1.74709, "coal.kiln": 1.74709, "steam.in": 0.29637}
STATED = {"limestone": 0.440, "dolomite": 0.471, "graphite_electrode": 3.663, "pig_iron": 0.172, "crude_steel": -0.0154,
          "clinker": 0.5305, "soda_ash": 0.415}  # fmt: skip


def tonnes(plant: Plant, year: int) -> float:
    """CO2 of January to August. [t]"""
    found = truth(plant, ms(f"{year}-01-01"), ms(f"{year}-09-01"), "month")
    metered = sum(float(t.amount.sum()) * METERED.get(t.id.split("/")[1], 0.0) for t in found)
    names, edges = month_edges()
    hours = slice(edges[names.index(f"{year}-01")], edges[names.index(f"{year}-09")])
    return metered + sum(float(material_t(plant, m)[hours].sum()) * STATED[m] for m in plant.works.materials)


@pytest.mark.parametrize(("plant_id", "low", "high"), [("cz-steel", -0.11, -0.09), ("zj-cement", -0.03, -0.01),
                                                       ("nj-chem", 0.10, 0.13)])  # fmt: skip
def test_two_sectors_pass_and_chemicals_grow(plants: dict[str, Plant], plant_id: str, low: float, high: float) -> None:
    change = tonnes(plants[plant_id], 2018) / tonnes(plants[plant_id], 2015) - 1.0
    assert low < change < high


def test_the_sum_falls_although_one_sector_grows(plants: dict[str, Plant]) -> None:
    three = [plants[name] for name in ("cz-steel", "zj-cement", "nj-chem")]
    assert sum(tonnes(p, 2018) for p in three) < sum(tonnes(p, 2015) for p in three)


def test_clinker_is_a_share_of_the_cement(plants: dict[str, Plant]) -> None:
    cement = plants["zj-cement"]
    assert np.allclose(material_t(cement, "clinker"), 0.76 * cement.flows["output"].amount)
    with pytest.raises(KeyError):
        material_t(cement, "soda_ash")
