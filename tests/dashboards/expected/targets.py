"""Where do targets stand?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.dashboards.expected.rows import Row, Says, Variables
from tests.dashboards.filled import Filled

STATUS = {"met": 0, "on_pace": 1, "behind": 2, "not_assessable": 3}


def target_lines(f: Filled, scope: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = f.api("/targets", scope=scope)
    return found


def status(f: Filled, v: Variables) -> Iterable[Row]:
    for line in target_lines(f, v["scope"]):
        yield {"series": line["id"]}, None, {"status": STATUS[line[v["period"]]["status"]]}


def standing(f: Filled, v: Variables) -> Iterable[Row]:
    for line in target_lines(f, v["scope"]):
        told = line[v["period"]]
        if told["change"] is not None:
            current = told["current"]
            values = {"base": told["base"]["value"], "current": current["value"], "wanted": told["target"]}
            values |= {name: told[name] for name in ("change", "progress", "pace")}
            values |= {name: current[name] for name in ("coverage", "provisional")}
            yield {"series": line["id"]}, None, values


def forecast(f: Filled, v: Variables) -> Iterable[Row]:
    for line in target_lines(f, v["scope"]):
        said = line["forecast"]
        if said["value"] is not None:
            values = {"forecast": said["change"], "low": said["change_low"], "high": said["change_high"]}
            values |= {"probability": said["probability"], "needed_month": line["needed"]["per_month"]}
            yield {"series": line["id"]}, None, values


def base(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for line in target_lines(f, v["scope"]):
            if line["id"] == name and line["full_year"]["change"] is not None:
                yield {"series": name}, None, {"base": line["full_year"]["base"]["value"]}

    return says
