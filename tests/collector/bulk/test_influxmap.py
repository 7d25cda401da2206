"""A map of series names points that are there, each series once, and is told where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.bulk.influxmap import identifier, literal, load_influx_map
from registry import ConfigError
from tests.collector.bulk.works import registry

SERIES = """
[[series]]
measurement = "energy"
field = "kwh"
where = { meter = "E01", hall = "it's" }
point = "works/el.in"
unit = "MWh"
"""


def _load(folder: Path, toml: str) -> list[str]:
    """The queries of a map, or its problems, one a line."""
    path = folder / "map.toml"
    path.write_text(toml, encoding="utf-8")
    try:
        return [one.select("", "time >= 5ms", "LIMIT 7") for one in load_influx_map(path, registry(folder))]
    except ConfigError as error:
        return str(error).splitlines()


def test_a_series_is_asked_for_by_all_its_tags(tmp_path: Path) -> None:
    assert _load(tmp_path, SERIES) == [
        """SELECT "kwh" FROM "energy" WHERE "hall" = 'it\\'s' AND "meter" = 'E01' AND time >= 5ms GROUP BY * LIMIT 7"""
    ]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (SERIES.replace('measurement = "energy"', ""), "measurement is missing"),
        (SERIES.replace("works/el.in", "works/in"), 'point = "works/in": wanted the full id of a point'),
        (SERIES.replace("MWh", "m3"), "m3 is a volume, kWh a energy"),
        (SERIES.replace("where", "tags"), "tags"),
        (SERIES + SERIES, "series[2]: the series and point of series[1] again: wanted each once"),
        ("", "series is missing"),
        ("[[series]", "TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, toml: str, said: str) -> None:
    problems = _load(tmp_path, toml)
    assert said in problems[0]
    assert all("map.toml" in problem for problem in problems)


def test_names_are_quoted() -> None:
    assert identifier('a "b" \\') == '"a \\"b\\" \\\\"'
    assert literal("it's") == "'it\\'s'"
