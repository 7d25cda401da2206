"""How soon does everybody see another factor, over ten plant-years, and how soon does a figure explain itself?

Three simulated plants of three and two thirds years each, as the demo imports them. A factor of power is kept over the
API as people do it; the clock stops when the indicators of the programme and the overview show it. Then every figure
below the indicators of one plant and of the programme is opened, each three times. By the clock on the wall, the best
of each; beside it the processor's time, for machines that do other things meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import httpx
import numpy as np

from analytics.columns import Quality, Readings
from api import create_app
from registry import import_statements
from simulators import history, load_simulated, statements, write_statements
from taihu.assembly import Product
from taihu.clock import Clock, parse_instant_ms
from taihu.settings import Settings
from taihu.simulated import DEFAULT_AS_OF, HISTORY_FROM, ZONE
from tests.bench.report import Result, at_most, note

PLANTS = ("wx-dyeing", "cz-steel", "zj-cement")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "plants"
FACTOR_BOUND_S = 1.0
EXPLAIN_BOUND_MS = 100.0
ROUNDS = 5
SCOPE = "programme:sunan-2019"

Get = Callable[..., Any]


class Took(NamedTuple):
    """By the clock on the wall, and of the processor. [s]"""

    wall_s: float
    cpu_s: float


def measure(folder: Path) -> Iterator[Result]:
    first_ms, now_ms = (parse_instant_ms(text, ZONE) for text in (HISTORY_FROM, DEFAULT_AS_OF))
    settings = Settings(data=folder / "data", plants=tuple(EXAMPLES / f"{plant}.toml" for plant in PLANTS))
    product = Product(settings, Clock(now_ms, 1.0), collect=False, serve=False)
    try:
        years = _fill(product, folder, first_ms, now_ms)
        note(f"{years:.1f} plant-years of {', '.join(PLANTS)}")
        get = _getter(product)
        name, took = f"factor: kept and visible over {years:.0f} plant-years", _changed(get)
        yield at_most(name, min(one.wall_s for one in took), "s", FACTOR_BOUND_S)
        yield Result(f"{name}, processor time", min(one.cpu_s for one in took), "s")
        paths = _explained(product)
        best = {path: min((_timed(get, path) for _ in range(3)), key=lambda one: one.wall_s) for path in paths}
        yield Result(
            f"explain: median of {len(paths)} figures", median(one.wall_s for one in best.values()) * 1e3, "ms"
        )
        yield at_most("explain: the slowest", max(one.wall_s for one in best.values()) * 1e3, "ms", EXPLAIN_BOUND_MS)
        yield Result("explain: the slowest, processor time", max(one.cpu_s for one in best.values()) * 1e3, "ms")
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


def _getter(product: Product) -> Get:
    """Asks the product's API without a socket."""
    transport = httpx.ASGITransport(create_app(product))

    def get(path: str, body: object = None) -> Any:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://taihu.test/api/v1") as client:
                return await (client.get(path) if body is None else client.post(path, json=body))

        answer = asyncio.run(send())
        answer.raise_for_status()
        return answer.json()

    return get


def _changed(get: Get) -> list[Took]:
    """Time until a kept factor is in the indicators and the overview, again and again."""
    took = []
    told = _seen(get)
    for number in range(ROUNDS):
        row = {
            "carrier": "electricity",
            "quantity": "coal",
            "basis": "both",
            "value": 0.13 + 0.001 * number,
            "unit": "kgce/kWh",
            "edition": "plant",
            "source": "bench",
            "plant": PLANTS[0],
        }
        began = _clocks()
        get("/factors", {"rows": [row], "who": "bench", "why": "to see how long it takes"})
        now = _seen(get)
        took.append(_since(began))
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


def _timed(get: Get, path: str) -> Took:
    began = _clocks()
    get(path)
    return _since(began)


def _clocks() -> Took:
    return Took(time.perf_counter(), time.process_time())


def _since(began: Took) -> Took:
    now = _clocks()
    return Took(now.wall_s - began.wall_s, now.cpu_s - began.cpu_s)


def _explained(product: Product) -> list[str]:
    """Paths of all figures below the indicators of one plant and of the programme."""
    found: dict[str, None] = {}
    for scope in (f"plant:{PLANTS[0]}", SCOPE):
        for indicator in product.figures.indicators(scope):
            for figure in (indicator.current, *indicator.current.inputs):
                found[f"/figures/{scope}/ytd/{figure.name}/explain"] = None
    return list(found)
