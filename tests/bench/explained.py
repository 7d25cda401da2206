"""How soon does a figure explain itself, and how soon do the pages of limits answer again?

Of a product with some years of plants: every figure below the indicators, and sums, tax and CO2 of a plant and of the
programme. The first answer about an outlet reads its hours; it is told apart, since whoever opens a figure has seen it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from taihu.assembly import Product
from tests.bench.asking import Get, Took, best, timed
from tests.bench.report import Result, at_most

EXPLAIN_BOUND_MS = 100.0
PREVIEW_BOUND_S = 1.0
MONTH = "2018-07-01..2018-08-01"
YEAR = "2017-01-01..2018-01-01"


def explained(product: Product, get: Get, plants: Sequence[str], programme: str) -> Iterator[Result]:
    """Every kind of figure of a plant and of the programme, opened."""
    scopes = (*(f"plant:{plant}" for plant in plants), programme)
    taxes = [f"/figures/{scope}/{MONTH}/tax/explain" for scope in scopes]
    for path in (taxes[0], taxes[-1]):
        yield from _both(f"explain: first of {path.split('/')[2]}, tax", timed(get, path))
    sums = ("energy_tce", "water_m3", "value_added_base_prices", "co2_t")
    paths = dict.fromkeys((*_below_indicators(product, (scopes[0], programme)), *taxes))
    paths |= dict.fromkeys(
        f"/figures/{scope}/{days}/{name}/explain" for name in sums for scope in scopes for days in ("ytd", YEAR)
    )
    took = {path: best(get, path) for path in paths}
    slowest = max(took, key=lambda path: took[path].wall_s)
    yield Result(f"explain: median of {len(took)} figures", median(one.wall_s for one in took.values()) * 1e3, "ms")
    yield at_most("explain: the slowest", took[slowest].wall_s * 1e3, "ms", EXPLAIN_BOUND_MS)
    yield Result("explain: the slowest, processor time", max(one.cpu_s for one in took.values()) * 1e3, "ms")


def pages(get: Get, plant: str) -> Iterator[Result]:
    """What a page asks for again and again while it is looked at."""
    for path in (f"/exceedances?plant={plant}", *(f"/plants/{plant}/{page}" for page in ("limits", "loads", "tax"))):
        yield from _both(f"page: {path.replace(plant, '{plant}')}", best(get, path))


def previewed(get: Get, row: object, name: str) -> Iterator[Result]:
    """A proposed factor row beside the figures as they are; nothing is kept."""
    took = best(get, "/preview", {"factors": [row]})
    yield at_most(name, took.wall_s, "s", PREVIEW_BOUND_S)
    yield Result(f"{name}, processor time", took.cpu_s, "s")


def _both(name: str, took: Took) -> Iterator[Result]:
    yield Result(name, took.wall_s * 1e3, "ms")
    yield Result(f"{name}, processor time", took.cpu_s * 1e3, "ms")


def _below_indicators(product: Product, scopes: Sequence[str]) -> Iterator[str]:
    for scope in scopes:
        for indicator in product.figures.indicators(scope):
            for figure in (indicator.current, *indicator.current.inputs):
                yield f"/figures/{scope}/ytd/{figure.name}/explain"
