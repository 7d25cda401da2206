"""What has each query of a plant's dashboard to return?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.dashboards.expected.limits import every_limit, limits
from tests.dashboards.expected.rows import MINUTE_MS, Panels, Row, Says, Variables
from tests.dashboards.filled import Filled

NUMBERS = {
    "Power": "power_kw",
    "Electricity today": "today_kwh",
    "Water today": "today_water_m3",
    "Energy this month": "month_tce",
    "Water this month": "month_water_m3",
    "Energy this year": "year_tce",
}


def now(name: str, *, at_ms: int | None = None) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        value = f.api(f"/plants/{v['plant']}/now")["figures"][name]["value"]
        if value is not None:
            yield {"scope": f"plant:{v['plant']}"}, at_ms, {"value": value}

    return says


def month_loads(f: Filled, v: Variables) -> Iterable[Row]:
    for name, figure in f.api(f"/plants/{v['plant']}/now")["figures"].items():
        if name.startswith("month_load_kg:") and figure["value"] is not None:
            yield {"series": name}, None, {"value": figure["value"]}


def power(f: Filled, v: Variables) -> Iterable[Row]:
    for point in f.api("/points", plant=v["plant"]):
        if point["carrier"] == "electricity":
            yield from _rates(f, point["id"], int(v["from_ms"]), int(v["to_ms"]))


def _rates(f: Filled, full_id: str, from_ms: int, to_ms: int) -> Iterable[Row]:
    found = f.product.figures.series(full_id, from_ms, to_ms, "15min")
    for start_ms, level in zip(found.start_ms, found.level, strict=True):
        if level is not None:
            yield {"series": full_id.split("/")[1]}, start_ms, {"rate": level}


def ages(f: Filled, v: Variables) -> Iterable[Row]:
    registry = f.product.registry()
    media = {f"{o.plant}/{p}": o.medium for o in registry.outlets(v["plant"]) for p in _of_outlet(o)}
    media |= {p.full_id: p.carrier for p in registry.plant_points(v["plant"]) if p.carrier}
    for point in registry.plant_points(v["plant"]):
        found = f.product.figures.series(point.full_id, int(v["from_ms"]), int(v["to_ms"]), "15min")
        known = [(at, share) for at, share in zip(found.start_ms, found.coverage, strict=True) if share > 0]
        if known:
            medium = media.get(point.full_id)
            tags = {"series": point.id} | ({"medium": medium} if medium else {})
            yield tags, known[-1][0], {"known": known[-1][1]}


def _of_outlet(outlet: Any) -> list[str]:
    loads = [outlet.load_id(name) for name in outlet.pollutants]
    gas = () if outlet.gas is None else outlet.gas.points
    more = [name for name in (outlet.oxygen, outlet.moisture) if name]
    return [outlet.flow, *outlet.pollutants.values(), *loads, *gas, *more]


PANELS: Panels = {
    **{("taihu-plant", title, "A"): now(name) for title, name in NUMBERS.items()},
    ("taihu-plant", "Use of the limits", "A"): every_limit(limits("use")),
    ("taihu-plant", "Loads this month", "A"): month_loads,
    ("taihu-plant", "Power by consumer", "A"): power,
    ("taihu-plant", "States of the limits", "A"): every_limit(limits("state", known=False), MINUTE_MS),
    ("taihu-plant", "Course of the water of the day", "A"): now("today_water_m3", at_ms=MINUTE_MS),
    ("taihu-plant", "Age of the readings", "A"): ages,
}
