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
    assert len(lines) == len(said)
    for one in said:
        tags = {
            "medium": one.medium, "of": one.quantity, "outlet": one.outlet, "plant": "wx-dyeing",
            "series": one.pollutant or one.quantity,
        }  # fmt: skip
        line = lines["trend," + ",".join(f"{name}={value}" for name, value in tags.items() if value is not None)]
        if one.verdict == "unknown":
            assert line == {"known": 0.0}
            continue
        test = one.test
        wanted = {
            "known": 1.0, "slope": test.slope_share, "low": test.low_share, "high": test.high_share, "p": test.p,
            "verdict": VERDICT[one.verdict],
        }  # fmt: skip
        assert line == {name: value for name, value in wanted.items() if value is not None}
    assert {-1.0, 0.0} <= {line.get("verdict") for line in lines.values()}
