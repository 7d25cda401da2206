"""What has each query of the data quality to return?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from analytics.calendar import day_start
from analytics.columns import DERIVED
from tests.dashboards.expected.rows import MINUTE_MS, TODAY, TODAY_MS, Panels, Row, Says, Variables, at, only
from tests.dashboards.filled import DOUBTS, INSTANCE, SINKS, ZONE, Filled

BEATS = {
    "Heartbeat": "known",
    "Collecting": "collecting",
    "Settling": "settling",
    "Dead letters": "dead_letters",
    "Rejected lines": "rejected_lines",
    "Readings": "readings",
}
SHARES = ("coverage", "estimated", "points", "doubts")


def quality(f: Filled, v: Variables) -> Iterable[Row]:
    """Shares of yesterday as the days of the points give them; silence is not expected of works that just spoke."""
    registry = f.product.registry()
    for plant in registry.plants:
        if plant not in v["plant"].strip("()").split("|"):
            continue
        points = [p for p in registry.plant_points(plant) if p.kind not in DERIVED]
        from_ms = int(day_start(TODAY - 1, ZONE))
        told = [f.product.figures.series(p.full_id, from_ms, TODAY_MS, "day") for p in points]
        known = [one.coverage[0] for one in told]
        spread = [one.coverage[0] * one.estimated[0] for one in told]
        shares = {"coverage": float(np.mean(known)), "estimated": float(np.mean(spread))}
        yield {"plant": plant}, None, shares | {"points": len(points), "doubts": DOUBTS[plant]}


def of_all_plants(says: Says) -> Says:
    """Whichever plant is chosen."""

    def all_of(f: Filled, v: Variables) -> Iterable[Row]:
        return says(f, {**v, "plant": "|".join(f.product.registry().plants)})

    return all_of


def beat(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        health = f.api("/health")
        journal = health["journal"]
        told = {"readings": journal["readings"], "dead_letters": journal["dead_letters"], "rejected_lines": 3}
        told |= {"collecting": 1, "settling": 1, "lag_s": 1.25, "known": 1}
        yield {"instance": INSTANCE}, None, {name: told[name]}

    return says


def sinks(*names: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for sink in SINKS:
            told = {"unsent_s": sink.unsent_s, "stopped": int(sink.state == "stopped")}
            told |= {"rejected": sink.rejected, "sent": sink.sent}
            yield {"target": sink.name}, None, {name: told[name] for name in names}

    return says


PANELS: Panels = {
    **{("taihu-quality", title, "A"): at(beat(name), MINUTE_MS) for title, name in BEATS.items()},
    ("taihu-quality", "Coverage of yesterday", "A"): only(quality, "coverage"),
    ("taihu-quality", "Plants and their doubts", "A"): at(only(quality, *SHARES), MINUTE_MS),
    ("taihu-quality", "Course of the coverage", "A"): at(only(quality, "coverage"), MINUTE_MS),
    ("taihu-quality", "Doubts", "A"): at(only(quality, "doubts"), MINUTE_MS),
    ("taihu-quality", "Receiving servers", "A"): at(sinks("unsent_s", "stopped", "rejected", "sent"), MINUTE_MS),
    ("taihu-quality", "Oldest unsent line", "A"): at(sinks("unsent_s"), MINUTE_MS),
    ("taihu-quality", "Dead letters and rejected lines", "A"): at(beat("dead_letters"), MINUTE_MS),
    ("taihu-quality", "Dead letters and rejected lines", "B"): at(beat("rejected_lines"), MINUTE_MS),
    ("taihu-quality", "Settling lag", "A"): at(beat("lag_s"), MINUTE_MS),
}
