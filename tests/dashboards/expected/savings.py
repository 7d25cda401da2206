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
    return found


def _at_ms(year: dict[str, Any]) -> int:
    return int(day_start(new_year(year["year"]), ZONE))


def saved(view: str, more: str = "", *names: str, called: str = "value", all_plants: bool = False) -> Says:
    """One saving of every year that knows it, and more of its figure."""

    def says(f: Filled, v: Variables) -> Iterable[Row]:
        scopes = [f"plant:{plant['id']}" for plant in f.api("/plants")] if all_plants else [v["scope"]]
        for scope in scopes:
            for year in _savings(f, scope):
                figure = year[f"{view}_more"][more] if more else year[view]
                if figure["value"] is not None:
                    told = {called: figure["value"]} | {name: figure[name] for name in names}
                    yield {"scope": scope}, _at_ms(year), told

    return says


def added_up(view: str, total: str) -> Says:
    """Over all years: the API's own total of the last year."""

    def says(f: Filled, v: Variables) -> Iterable[Row]:
        value = _savings(f, v["scope"])[-1][f"{view}_more"][total]["value"]
        if value is not None:
            yield {"scope": v["scope"]}, None, {"value": value}

    return says


def goal(f: Filled, v: Variables) -> Iterable[Row]:
    value = f.api("/savings", scope=v["scope"])["goal_tce"]
    if value is not None:
        yield {"scope": v["scope"]}, None, {"value": value}


def goal_of_each_year(f: Filled, v: Variables) -> Iterable[Row]:
    for tags, _, values in goal(f, v):
        for year in _savings(f, v["scope"]):
            yield tags, _at_ms(year), values


PANELS: Panels = {
    ("taihu-savings", "Saved, year on year", "A"): added_up("yearly", "total"),
    ("taihu-savings", "Goal", "A"): goal,
    ("taihu-savings", "Saved against the base year", "A"): added_up("fixed_base", "total"),
    ("taihu-savings", "Of it final", "A"): added_up("fixed_base", "total_final"),
    ("taihu-savings", "Sum against the goal", "A"): saved("yearly", "total"),
    ("taihu-savings", "Sum against the goal", "B"): goal_of_each_year,
    ("taihu-savings", "Savings year on year", "A"): saved("yearly"),
    ("taihu-savings", "Savings against the base year", "A"): saved("fixed_base"),
    ("taihu-savings", "Savings against the base year", "B"): saved("fixed_base", "final"),
    ("taihu-savings", "Savings by plant", "A"): saved("yearly", all_plants=True),
    ("taihu-savings", "Plants and years", "A"): saved("yearly", called="yearly", all_plants=True),
    ("taihu-savings", "Plants and years", "B"): saved(
        "fixed_base", "", "coverage", "provisional", called="fixed_base", all_plants=True
    ),
    ("taihu-savings", "Plants and years", "C"): saved("fixed_base", "final", called="final", all_plants=True),
}
