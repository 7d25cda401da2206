"""Is the CO2 of a simulated month what truly flowed, times the factors?

Readings as the meters show them go through journal and settlement, statements through the books; the truth comes from
the simulation and the factors are written out.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.columns import HOUR_MS, Readings
from engine.accounts import Accounts
from engine.ledger import read_ledger
from engine.period import Period
from engine.settler import Settler
from registry import Registry, Statement, load_plant_files
from simulators import Plant, load_simulated, statements, truth
from storage import Store
from tests.engine.test_carbon import tree

ROOT = Path(__file__).resolve().parents[2]
JANUARY, FEBRUARY = (int(np.datetime64(day, "D").astype(int)) for day in ("2018-01-01", "2018-02-01"))
MONTH = Period.of(JANUARY, FEBRUARY, "Asia/Shanghai")

# tCO2 per kWh, m3 and t: NDRC guides 2013-2015, East China grid 2012, saturated steam at 1.0 MPa
METERED = {"el.in": ("electricity", 0.7035e-3), "gas.in": ("natural_gas", 2.16219e-3), "coal.inj": ("coal", 1.74709),
           "coal.kiln": ("coal", 1.74709), "steam.in": ("steam", 0.29637)}  # fmt: skip
STATED = {"limestone": 0.440, "dolomite": 0.471, "graphite_electrode": 3.663, "pig_iron": 0.172, "crude_steel": -0.0154,
          "clinker": 0.5305, "soda_ash": 0.415}  # fmt: skip


def month_of(plant: Plant, folder: Path) -> Accounts:
    """The books of a plant that reads its meters every hour, from one hour before the month to one after it."""
    rows = [Statement(**row) for row in statements([plant]) if row["period"] == "2018-01"]  # type: ignore[arg-type]
    registry = Registry.of_files(load_plant_files([ROOT / "examples/plants" / f"{plant.id}.toml"]), statements=rows)
    with Store.open(folder / "data") as store:
        for channel in plant.channels:
            if channel.point not in METERED:
                continue
            series = plant.series(channel, MONTH.from_ms - HOUR_MS, MONTH.to_ms + HOUR_MS + 1, HOUR_MS)
            key = np.full(len(series.value), registry.points[series.full_id].key, np.int32)
            flag = np.zeros(len(key), np.uint8)
            store.append(Readings(key, series.label_ms, series.value, flag, series.due_ms))
        Settler(store, registry, lambda: MONTH.to_ms + 2 * HOUR_MS).step()
        ledger = read_ledger(store, registry, plant.id, JANUARY, FEBRUARY)
    return Accounts(registry, ledger, "equivalent", "GB/T 2589-2008", 2015, "NDRC 2013-2015")


@pytest.mark.parametrize("plant_id", ["cz-steel", "zj-cement", "nj-chem"])
def test_co2_is_true_amounts_times_factors(plant_id: str, tmp_path: Path) -> None:
    (plant,) = load_simulated([plant_id])
    found = tree(month_of(plant, tmp_path).carbon(MONTH))
    flowed = {t.id.split("/")[1]: float(t.amount.sum()) for t in truth(plant, MONTH.from_ms, MONTH.to_ms, "month")}
    wanted = {name: flowed[point] * factor for point, (name, factor) in METERED.items() if point in flowed}
    made = {row["item"]: float(row["value"]) for row in statements([plant]) if row["period"] == "2018-01"}
    output = made[f"output:{plant.works.economy.product}"]
    # 15 January lies half a month above the middle of 2017, so the share is nearly that of the year's begin.
    for name, shares in plant.works.materials.items():
        stated = made[f"material:{name}"]
        assert min(shares[2:4]) * output <= stated * 1.0001 and stated <= max(shares[2:4]) * output * 1.0001
        wanted[name] = stated * STATED[name]
    assert len(wanted) >= 3
    for name, tonnes in wanted.items():
        assert found[f"co2:{name}"].value == pytest.approx(tonnes, rel=2e-4), name
    whole = found["co2_t"]
    assert whole.value == pytest.approx(sum(wanted.values()), rel=1e-4)
    assert whole.coverage == pytest.approx(1.0)
    assert "co2:water" not in found
