"""How soon does everybody see another factor, over ten plant-years? And how soon is any figure opened?

Three simulated plants of three and two thirds years each, as the demo imports them. A factor of power is kept over the
API as people do it; the clock stops when the indicators of the programme and the overview show it. Then the same is
only tried, figures are opened and pages asked for (`tests.bench.explained`). By the clock on the wall, the best of
each; beside it the processor's time, for machines that do other things meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from analytics.columns import Quality, Readings
from registry import import_statements
from simulators import history, load_simulated, statements, write_statements
from taihu.assembly import Product
from taihu.clock import Clock, parse_instant_ms
from taihu.settings import Settings
from taihu.simulated import DEFAULT_AS_OF, HISTORY_FROM, ZONE
from tests.bench.asking import Get, Took, getter
from tests.bench.explained import explained, pages, previewed
from tests.bench.report import Result, at_most, note

PLANTS = ("wx-dyeing", "cz-steel", "zj-cement")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "plants"
FACTOR_BOUND_S = 1.0
ROUNDS = 5
SCOPE = "programme:sunan-2019"


def measure(folder: Path) -> Iterator[Result]:
    first_ms, now_ms = (parse_instant_ms(text, ZONE) for text in (HISTORY_FROM, DEFAULT_AS_OF))
    settings = Settings(data=folder / "data", plants=tuple(EXAMPLES / f"{plant}.toml" for plant in PLANTS))
    product = Product(settings, Clock(now_ms, 1.0), collect=False, serve=False)
    try:
        years = _fill(product, folder, first_ms, now_ms)
        note(f"{years:.1f} plant-years of {', '.join(PLANTS)}")
        get = getter(product)
        name, took = f"factor: kept and visible over {years:.0f} plant-years", _changed(get)
        yield at_most(name, min(one.wall_s for one in took), "s", FACTOR_BOUND_S)
        yield Result(f"{name}, processor time", min(one.cpu_s for one in took), "s")
        yield from previewed(get, _row(0.12), f"preview: a factor over {years:.0f} plant-years")
        yield from explained(product, get, PLANTS, SCOPE)
        yield from pages(get, PLANTS[0])
    finally:
        product.stop()


def _fill(product: Product, folder: Path, first_ms: int, now_ms: int) -> float:
    """Statements, and settled history; how many plant-years it is."""
    plants = load_simulated(PLANTS)
    write_statements(statements(plants, now_ms), folder / "statements.csv")
    import_statements(product.database, folder / "statements.csv", now_ms=lambda: now_ms)
    product.reload_registry()
    points = product.registry().points
    for ids, chunk in history(plants, first_ms, now_ms):
        keys = np.array([points[i].key for i in ids], np.int32)[chunk["index"]]
        flags = np.full(len(keys), Quality.IMPORTED, np.uint8)
        product.store.append(Readings(keys, chunk["time_ms"], chunk["value"], flags, chunk["time_ms"]))
        while product.settler.step() is not None:
            pass
    return len(plants) * (now_ms - first_ms) / (365.25 * 86_400_000)


def _row(kgce_per_kwh: float) -> dict[str, Any]:
    return {
        "carrier": "electricity",
        "quantity": "coal",
        "basis": "both",
        "value": kgce_per_kwh,
        "unit": "kgce/kWh",
        "edition": "plant",
        "source": "bench",
        "plant": PLANTS[0],
    }


def _changed(get: Get) -> list[Took]:
    """Time until a kept factor is in the indicators and the overview, again and again."""
    took = []
    told = _seen(get)
    for number in range(ROUNDS):
        row = _row(0.13 + 0.001 * number)
        began = Took.now()
        get("/factors", {"rows": [row], "who": "bench", "why": "to see how long it takes"})
        now = _seen(get)
        took.append(Took.now().since(began))
        if now[0] == told[0] or now[1] == told[1]:
            raise RuntimeError(f"the factor {row['value']} kgce/kWh changed nothing: {told} and {now}")
        told = now
    return took


def _seen(get: Get) -> tuple[Any, Any]:
    """Energy of one plant in the indicators, and the bytes of the overview."""
    indicators = {one["id"]: one for one in get(f"/indicators?scope={SCOPE}")}
    energy = indicators["energy_per_value_added"]["current"]["inputs"][0]["value"]
    overview = get("/overview")
    return energy, (overview["change"], overview["reason"])
