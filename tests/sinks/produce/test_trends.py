"""Trends are what the API says of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from api.trends_out import trends_out
from registry import Registry, load_plant_files
from sinks.produce.rows import Rows
from sinks.produce.trends import VERDICT, trend_lines
from tests.api.fake_plants import NOW_MS
from tests.api.fake_trends import made_up_trends
from tests.sinks.produce.parse import told

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "plants" / "wx-dyeing.toml"


def test_trends_are_those_of_the_api() -> None:
    registry = Registry.of_files(load_plant_files([EXAMPLE]))
    found = made_up_trends(registry, "wx-dyeing", NOW_MS)
    found = replace(found, trends=(*found.trends, replace(found.trends[0], verdict="unknown", series=replace(
        found.trends[0].series, pollutant="short"))))  # fmt: skip
    rows = Rows()
    trend_lines(rows, found, NOW_MS)
    lines = {series: line for (series, _), line in told(rows.lines()).items()}
    said = trends_out(registry, found, list(found.trends)).trends
    assert len(lines) == 2 * len(said)
    for one in said:
        tags = {
            "medium": one.medium, "of": one.quantity, "outlet": one.outlet, "plant": "wx-dyeing",
            "series": one.pollutant or one.quantity,
        }  # fmt: skip
        name = ",".join(f"{name}={value}" for name, value in tags.items() if value is not None)
        line, slope, test = lines[f"trend,{name}"], lines[f"slope,{name}"], one.test
        if one.verdict == "unknown":
            assert line == slope == {"known": 0.0}
            continue
        assert line == {"known": 1.0, "p": test.p, "verdict": VERDICT[one.verdict]}
        wanted = {"value": test.slope_share, "known": 1.0, "low": test.low_share, "high": test.high_share}
        assert slope == ({"known": 0.0} if test.slope_share is None else wanted)
    assert {-1.0, 0.0} <= {line.get("verdict") for line in lines.values()}
