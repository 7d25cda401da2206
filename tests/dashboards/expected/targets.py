"""Where do targets stand?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.dashboards.expected.rows import Row, Says, Variables
from tests.dashboards.filled import Filled

STATUS = {"met": 0, "on_pace": 1, "behind": 2, "not_assessable": 3}


def target_lines(f: Filled, v: Variables) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = f.api("/targets", scope=v["scope"])
    return [part for line in found for part in line["parts"]] if "parts" in v else found


def of_members(says: Says) -> Says:
    """The same of the members of the groups alone."""
    return lambda f, v: says(f, {**v, "parts": "yes"})


def status(f: Filled, v: Variables) -> Iterable[Row]:
    for line in target_lines(f, v):
        yield {"series": line["id"]}, None, {"status": STATUS[line[v["period"]]["status"]]}


def change(f: Filled, v: Variables) -> Iterable[Row]:
    for line in target_lines(f, v):
        told = line[v["period"]]
        if told["change"] is not None:
            values = {"change": told["change"], "wanted": told["target"], "pace": told["pace"]}
            yield {"series": line["id"]}, None, values


def compared(f: Filled, v: Variables) -> Iterable[Row]:
    """Base and current where both are known; two numbers without a unit would be read as of one kind."""
    for line in target_lines(f, v):
        base, current = line[v["period"]]["base"], line[v["period"]]["current"]
        if base["value"] is not None and current["value"] is not None:
            values = {"base": base["value"], "current": current["value"]}
            values |= {name: current[name] for name in ("coverage", "provisional")}
            yield {"series": line["id"], "unit": current["unit"]}, None, values


def progress(called: str, at_ms: int | None = None) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for line in target_lines(f, v):
            value = line[v["period"]]["progress"]
            if value is not None:
                yield {"series": line["id"]}, at_ms, {called: value}

    return says


def forecast(f: Filled, v: Variables) -> Iterable[Row]:
    for line in target_lines(f, v):
        said = line["forecast"]
        if said["value"] is not None:
            values = {"forecast": said["change"], "low": said["change_low"], "high": said["change_high"]}
            yield {"series": line["id"]}, None, values | {"probability": said["probability"]}


def needed(f: Filled, v: Variables) -> Iterable[Row]:
    for line in target_lines(f, v):
        if line["needed"]["per_month"] is not None:
            yield {"series": line["id"]}, None, {"needed_month": line["needed"]["per_month"]}


def base(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for line in target_lines(f, v):
            if line["id"] == name and None not in (line["full_year"][side]["value"] for side in ("base", "current")):
                yield {"series": name}, None, {"base": line["full_year"]["base"]["value"]}

    return says
