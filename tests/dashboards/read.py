"""The dashboards as they are shipped, taken apart for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboards import shipped

VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
BUILT_IN = {"timeFilter", "__interval", "__url_time_range", "__value", "__data", "tag_"}
"""What Grafana knows by itself."""


@dataclass(frozen=True)
class Asked:
    """One query of one panel."""

    uid: str
    panel: str
    ref: str
    query: str
    model: dict[str, Any]
    settings: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.uid} / {self.panel} / {self.ref}"


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """All panels, without the headings of rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries(lang: shipped.Lang = "en") -> Iterator[Asked]:
    """Every query of every panel."""
    for uid, dashboard in shipped.dashboards(lang).items():
        for panel in panels(dashboard):
            for target in panel["targets"]:
                yield Asked(uid, panel["title"], target["refId"], target["query"], target, panel)


def texts(found: Any) -> Iterator[tuple[str, str]]:
    """Key and text of everything that a person reads."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key in ("title", "description", "label", "noValue", "alias", "text", "summary") and isinstance(
                value, str
            ):
                yield key, value
            elif found.get("id") == "displayName" and key == "value":
                yield "displayName", str(value)
            else:
                yield from texts(value)
    elif isinstance(found, list):
        for one in found:
            yield from texts(one)
