"""What has each query of the programme overview to return?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.dashboards.expected.quality import of_all_plants, quality
from tests.dashboards.expected.rows import TODAY_MS, Panels, Row, Variables, only
from tests.dashboards.expected.targets import (
    STATUS,
    change,
    compared,
    forecast,
    needed,
    of_members,
    progress,
    status,
)
from tests.dashboards.filled import Filled

CITIES = {"wuxi": (31.57, 120.30), "zhenjiang": (32.21, 119.45)}
"""Latitude and longitude, as any atlas has them to about a tenth of a degree."""


def _counts(f: Filled, scope: str) -> dict[str, Any]:
    found = [one["status"] for one in f.api("/indicators", scope=scope, period="ytd")]
    judged = [STATUS[one] for one in found if one != "not_assessable"]
    good = found.count("met") + found.count("on_pace")
    counts = {"behind": found.count("behind"), "met": good, "not_assessable": found.count("not_assessable")}
    return counts | {"status": max(judged, default=3)}


def plants(f: Filled, v: Variables) -> Iterable[Row]:
    for plant in f.api("/plants"):
        tags = {"scope": f"plant:{plant['id']}", "plant": plant["id"], "city": plant["city"]}
        yield tags, None, {"name": plant["name"][v["lang"]]} | _counts(f, tags["scope"])


def by_target(f: Filled, v: Variables) -> Iterable[Row]:
    for plant in f.api("/plants"):
        scope = f"plant:{plant['id']}"
        for tags, _, values in status(f, {**v, "scope": scope}):
            yield {"scope": scope} | tags, None, {"state": values["status"]}


def cities(f: Filled, v: Variables) -> Iterable[Row]:
    names = f.api("/words")["cities"]
    for city in {plant["city"] for plant in f.api("/plants")}:
        scope = f"city:{city}"
        there = dict(zip(("lat", "lon"), CITIES[city], strict=True))
        yield {"scope": scope}, None, {"name": names[city][v["lang"]], "plants": 1} | there | _counts(f, scope)


STANDING = {"A": status, "B": change, "C": compared, "D": progress("progress"), "E": forecast, "F": needed}

PANELS: Panels = {
    **{("taihu-programme", "Targets", ref): says for ref, says in STANDING.items()},
    **{("taihu-programme", "Members of the groups", ref): of_members(says) for ref, says in STANDING.items()},
    ("taihu-programme", "Progress", "A"): progress("value"),
    ("taihu-programme", "Chance of meeting the target", "A"): only(forecast, "probability"),
    ("taihu-programme", "Plants", "A"): plants,
    ("taihu-programme", "Plants", "B"): by_target,
    ("taihu-programme", "Cities", "A"): cities,
    ("taihu-programme", "Completeness of the data", "A"): of_all_plants(only(quality, "coverage")),
    ("taihu-programme", "Course of the progress", "A"): progress("value", TODAY_MS),
}
