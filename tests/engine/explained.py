"""Three plants that answer to one programme: "a" and "b" of `make`, and "v", which has everything that may go into a
figure: own power of which some is sent out, gas, water billed before it was metered, an outlet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from analytics.calendar import day_start
from analytics.columns import Readings
from engine.asof import AsOf
from engine.explain.explainer import Explainer
from engine.figures import Figures
from engine.settler import Settler
from registry import FactorBook, Programme, Registry, Statement, load_factors, load_plant_files, load_programmes
from storage import Store

from .make import DAILY, FIRST_DAY, NOW_MS, PLANT, TODAY, ZONE, files_of, register, statements_of

POINT = """
[[points]]
id = "{id}"
name = {{ zh = "测点", en = "{id}" }}
kind = "register"
unit = "{unit}"
carrier = "{carrier}"
direction = "{direction}"
every = "1d"
"""
OUTLET = """
[[points]]
id = "flow"
name = { zh = "流量", en = "Flow" }
kind = "register"
unit = "m3"
every = "1d"
[[points]]
id = "cod"
name = { zh = "化学需氧量", en = "COD" }
kind = "concentration"
unit = "mg/L"
every = "1d"
hold = "26h"
[[outlets]]
id = "ww"
name = { zh = "总排口", en = "Outlet" }
medium = "water"
flow = "flow"
pollutants = { COD = "cod" }
"""
# Per day: 2015 and later.
V_DAILY = {
    "el": (1100.0, 1000.0),
    "pv": (0.0, 300.0),
    "out": (0.0, 100.0),
    "gas": (60.0, 50.0),
    "flow": (100.0, 90.0),
}
COD_MG_L = 50.0
BILL_M3 = 3000.0


def v_file(folder: Path) -> Path:
    points = [
        POINT.format(id=id_, unit=unit, carrier=carrier, direction=direction)
        for id_, unit, carrier, direction in (
            ("pv", "kWh", "electricity", "production"),
            ("out", "kWh", "electricity", "export"),
            ("gas", "m3", "natural_gas", "import"),
        )
    ]
    path = folder / "v.toml"
    path.write_text(PLANT.format(id="v") + "".join(points) + OUTLET, encoding="utf-8")
    return path


def bills() -> list[Statement]:
    """Water of each month of 2015, before there was a meter."""
    return [
        Statement(plant="v", period=f"2015-{m:02d}", item="water", value=BILL_M3, unit="m3", status="final")
        for m in range(1, 13)
    ]


def concentration(registry: Registry) -> Readings:
    days = np.arange(FIRST_DAY, TODAY + 1)
    n = len(days)
    time_ms = day_start(days, ZONE)
    key = np.full(n, registry.points["v/cod"].key, np.int32)
    return Readings(key, time_ms, np.full(n, COD_MG_L), np.zeros(n, np.uint8), time_ms)


class Opened:
    """A store with the readings of the three plants, all settled, and what explains its figures."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self.store, self.registry = store, registry
        self.then: tuple[Sequence[Statement], FactorBook] = ((), load_factors())
        self.figures = Figures(store, lambda: self.registry, lambda: NOW_MS)
        at = AsOf(store, lambda: self.registry, lambda _: self.then[0], lambda: NOW_MS, lambda _: self.then[1]).at
        editions = {("a", "value_added", "2018-03"): 3}
        self.explainer = Explainer(
            store, lambda: self.registry, self.figures, at, lambda *_: (), lambda plants, as_of_ms: editions
        )


@contextmanager
def opened(folder: Path, programmes: Sequence[Programme] = ()) -> Iterator[Opened]:
    files = load_plant_files([*files_of(folder), v_file(folder)])
    said = [s for name in DAILY for s in statements_of(name)]
    said += [s.model_copy(update={"plant": "v"}) for s in statements_of("a")] + bills()
    registry = Registry.of_files(files, programmes=programmes or load_programmes(), statements=said)
    with Store.open(folder / "data") as store:
        for name, points in {**DAILY, "v": V_DAILY}.items():
            for point, amounts in points.items():
                store.append(register(registry, f"{name}/{point}", *amounts))
        store.append(register(registry, "v/water", 0.0, 80.0, range(365)))
        store.append(concentration(registry))
        Settler(store, registry, lambda: NOW_MS).step()
        yield Opened(store, registry)
