"""How does each limit stand, and by which name?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.dashboards.expected.rows import Row, Says, Variables
from tests.dashboards.filled import Filled


def label(standard: str, limit_class: str | None, averaging: str) -> str:
    """By which name a limit stands in a line; in these works no point has two limits of one name."""
    return f"{'/'.join(filter(None, (standard, limit_class)))} {averaging}"


def label_of(limit: dict[str, Any]) -> str:
    """The same of a limit of the API."""
    return label(limit["standard"], limit["class"], limit["averaging"])


TOLD_IN = {"mg/m3": (1.0, "mg/m3"), "ug/m3": (1e-3, "mg/m3"), "mg/L": (1.0, "mg/L"), "g/m3": (1.0, "mg/L")}
"""Factor and unit of a line by the unit of a limit of these works: in g/m3 they give those of water."""


def in_line(value: float | None, limit: dict[str, Any]) -> float | None:
    """A value in the limit's own unit, as a line tells it."""
    return value if value is None else value * TOLD_IN[limit["unit"]][0]


def is_chosen(pollutant: str, v: Variables) -> bool:
    """Whether a pollutant is one of those of the dashboard's variable."""
    return pollutant in v["pollutant"].strip("()").split("|")


def limits(*names: str, medium: bool = False, unit: bool = False, known: bool = True) -> Says:
    """Values of each limit as the API tells them; `known`: only where there is a mean."""

    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for told in f.api(f"/plants/{v['plant']}/limits"):
            if not is_chosen(told["pollutant"], v) or (known and told["use"] is None):
                continue
            tags = {"outlet": told["outlet"], "series": told["pollutant"], "limit": label_of(told["limit"])}
            values = {
                "state": told["state"],
                "use": told["use"],
                "value": in_line(told["current"]["value"], told["limit"]),
                "allowed": in_line(told["limit"]["value"], told["limit"]),
                "valid": told["valid"],
                "due": told["due"],
                "over_month": told["month"]["periods"],
                "over_year": told["year"]["periods"],
            }
            tags |= {"medium": told["medium"]} if medium else {}
            tags |= {"unit": TOLD_IN[told["limit"]["unit"]][1]} if unit else {}
            yield tags, None, {name: values[name] for name in names}

    return says


def every_limit(says: Says, at_ms: int | None = None) -> Says:
    """The same of all pollutants."""

    def all_of(f: Filled, v: Variables) -> Iterable[Row]:
        chosen = {told["pollutant"] for told in f.api(f"/plants/{v['plant']}/limits")}
        for tags, _, values in says(f, {**v, "pollutant": "|".join(chosen)}):
            yield tags, at_ms, values

    return all_of
