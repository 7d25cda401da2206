"""The dashboards as they are shipped, taken apart for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboards import shipped

VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
SPOKEN = {"title", "description", "label", "noValue", "alias", "text", "displayName", "summary", "renamePattern"}
"""Keys whose values a person reads."""


@dataclass(frozen=True)
class Asked:
    """One query of one panel; `since` is where the range of its dashboard begins, e.g. ``now-5y/y``."""

    uid: str
    panel: str
    ref: str
    query: str
    model: dict[str, Any]
    settings: dict[str, Any]
    since: str

    @property
    def name(self) -> str:
        return f"{self.uid} / {self.panel} / {self.ref}"


def span_ms(text: str) -> int:
    """Length of a range of time as Grafana writes it, e.g. ``10m`` or ``now-5y/y``; 0 for none. [ms]"""
    length = text.removeprefix("now-").partition("/")[0]
    units = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "y": 366 * 86_400_000}
    return int(length[:-1]) * units[length[-1]] if length else 0


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """All panels, without the headings of rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries(lang: shipped.Lang = "en") -> Iterator[Asked]:
    """Every query of every panel."""
    for uid, dashboard in shipped.dashboards(lang).items():
        since = dashboard["time"]["from"]
        for panel in panels(dashboard):
            for target in panel["targets"]:
                yield Asked(uid, panel["title"], target["refId"], target["query"], target, panel, since)


def texts(found: Any) -> Iterator[tuple[str, str]]:
    """Key and text of everything that a person reads."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key in SPOKEN and isinstance(value, str):
                yield key, value
            elif found.get("id") == "displayName" and key == "value":
                yield "displayName", str(value)
            else:
                yield from texts(value)
    elif isinstance(found, list):
        for one in found:
            yield from texts(one)
