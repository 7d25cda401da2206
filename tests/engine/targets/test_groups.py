"""How does a group of pollutants stand: by its worst member, or by its pollution equivalents together?"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from engine.accounts import Accounts
from engine.figure import Figure, Indicator
from engine.ledger import read_ledger
from engine.period import Period, new_year
from engine.targets.indicators import Comparison, Indicators
from registry import Programme, load_programmes
from storage import Store
from tests.engine.make import FIRST_DAY, PLANT, TODAY, ZONE, registry_of

BASE, NOW = (Period.of(new_year(year), new_year(year + 1), ZONE) for year in (2015, 2018))
Masses = dict[str, tuple[float, float]]


class Weighed(Accounts):
    """Books with made-up loads of the base year and of 2018. [kg]"""

    masses: Masses

    def load(self, medium: str, pollutant: str, period: Period) -> Figure | None:
        if medium != "water" or pollutant not in self.masses:
            return None
        value = self.masses[pollutant][period.first_day != BASE.first_day]
        return Figure(f"load:{pollutant}", value, "kg", period.from_ms, period.to_ms, 1.0)


def judged(folder: Path, masses: Masses, group: Literal["every", "equivalents"]) -> Indicator:
    (programme,) = load_programmes()
    target = next(t for t in programme.indicators if t.id == "water_pollutants")
    target = target.model_copy(update={"pollutants": tuple(masses), "group": group})
    one: Programme = programme.model_copy(update={"indicators": (target,)})
    registry = registry_of(folder, PLANT.format(id="a"))
    with Store.open(folder / "data") as store:
        ledger = read_ledger(store, registry, "a", FIRST_DAY, TODAY)
    books = Weighed(registry, ledger, "equivalent", "GB/T 2589-2008", 2015)
    books.masses = masses
    (found,) = Indicators(one, "plant:a", [books], Comparison(BASE, NOW, 2018)).all()
    return found


def test_every_member_or_all_together(tmp_path: Path) -> None:
    # COD 100 -> 80 t, NH3-N 8 -> 7.6 t: equivalents 110 000 -> 89 500, -18.6 %; NH3-N alone -5 %
    masses: Masses = {"COD": (100e3, 80e3), "NH3-N": (8e3, 7.6e3)}
    every = judged(tmp_path, masses, "every")
    assert (every.status, every.change) == ("behind", pytest.approx(-0.05))
    together = judged(tmp_path, masses, "equivalents")
    assert (together.status, together.change) == ("met", pytest.approx(89_500 / 110_000 - 1))
    assert {part.id.split(":")[1]: part.status for part in together.parts} == {"COD": "met", "NH3-N": "behind"}
    assert together.base.value == pytest.approx(110_000.0)


def test_three_measures_of_the_same_matter_count_once_in_the_sum(tmp_path: Path) -> None:
    masses: Masses = {"BOD5": (20e3, 15e3), "COD": (100e3, 80e3), "TP": (1e3, 0.8e3)}
    found = judged(tmp_path, masses, "every")
    # COD 100 000 and TP 4 000 equivalents; the 40 000 of BOD5 are the same matter again.
    assert found.base.value == pytest.approx(104_000.0)
    assert (found.base.note, [f.name for f in found.base.inputs]) == ("one_organic_sum", ["load:COD", "load:TP"])
    assert [part.id for part in found.parts] == [f"water_pollutants:{name}" for name in masses]
    assert found.status == "met"
