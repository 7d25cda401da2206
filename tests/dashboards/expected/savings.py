"""What has each query of the savings to return?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analytics.calendar import day_start
from engine.period import new_year
from tests.dashboards.expected.rows import Panels, Row, Says, Variables
from tests.dashboards.filled import ZONE, Filled


def _savings(f: Filled, scope: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = f.api("/savings", scope=scope)["years"]
    return [year for year in found if year["yearly"]["value"] is not None]


def saved(*names: str, all_plants: bool = False) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        scopes = [f"plant:{plant['id']}" for plant in f.api("/plants")] if all_plants else [v["scope"]]
        for scope in scopes:
            for year in _savings(f, scope):
                fixed = year["fixed_base"]
                told = {"yearly_tce": year["yearly"]["value"], "fixed_base_tce": fixed["value"]}
                told |= {"final_tce": year["fixed_base_more"]["final"]["value"]}
                told |= {"coverage": fixed["coverage"], "provisional": fixed["provisional"]}
                yield (
                    {"scope": scope},
                    int(day_start(new_year(year["year"]), ZONE)),
                    {name: told[name] for name in names},
                )

    return says


def added_up(name: str, view: str, total: str) -> Says:
    """Over all years: the API's own total of the last year."""

    def says(f: Filled, v: Variables) -> Iterable[Row]:
        value = f.api("/savings", scope=v["scope"])["years"][-1][view][total]["value"]
        if value is not None:
            yield {"scope": v["scope"]}, None, {name: value}

    return says


def so_far(f: Filled, v: Variables) -> Iterable[Row]:
    for year in _savings(f, v["scope"]):
        at_ms = int(day_start(new_year(year["year"]), ZONE))
        yield {"scope": v["scope"]}, at_ms, {"yearly_total_tce": year["yearly_more"]["total"]["value"]}


def goal(f: Filled, v: Variables) -> Iterable[Row]:
    value = f.api("/savings", scope=v["scope"])["goal_tce"]
    if value is not None:
        yield {"scope": v["scope"]}, None, {"goal_tce": value}


def goal_of_each_year(f: Filled, v: Variables) -> Iterable[Row]:
    for tags, _, values in goal(f, v):
        for year in _savings(f, v["scope"]):
            yield tags, int(day_start(new_year(year["year"]), ZONE)), values


PANELS: Panels = {
    ("taihu-savings", "Saved, year on year", "A"): added_up("yearly_total_tce", "yearly_more", "total"),
    ("taihu-savings", "Goal", "A"): goal,
    ("taihu-savings", "Saved against the base year", "A"): added_up("fixed_base_total_tce", "fixed_base_more", "total"),
    ("taihu-savings", "Of it final", "A"): added_up("final_total_tce", "fixed_base_more", "total_final"),
    ("taihu-savings", "Sum against the goal", "A"): so_far,
    ("taihu-savings", "Sum against the goal", "B"): goal_of_each_year,
    ("taihu-savings", "Savings year on year", "A"): saved("yearly_tce"),
    ("taihu-savings", "Savings against the base year", "A"): saved("fixed_base_tce"),
    ("taihu-savings", "Savings against the base year", "B"): saved("final_tce"),
    ("taihu-savings", "Savings by plant", "A"): saved("yearly_tce", all_plants=True),
    ("taihu-savings", "Plants and years", "A"): saved(
        "yearly_tce", "fixed_base_tce", "final_tce", "coverage", "provisional", all_plants=True
    ),
}
