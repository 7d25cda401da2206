"""Maps name points that are there and units that fit, or say what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.bulk.target import Where, resolve
from registry import ConfigError, Problem
from tests.collector.bulk.works import file_map, layout_of, registry


@pytest.mark.parametrize(
    ("point", "unit", "multiplier", "came", "wanted"),
    [
        ("works/el.in", None, 1.0, 5.0, 5.0),
        ("works/el.in", "MWh", 1.0, 5.0, 5000.0),
        ("works/el.in", "Wh", 10.0, 5.0, 0.05),
        ("works/gas.t", "K", 1.0, 373.15, 100.0),
        ("works/gas.t", "degF", 1.0, 212.0, 100.0),
    ],
)
def test_values_become_readings_of_the_point(
    tmp_path: Path, point: str, unit: str | None, multiplier: float, came: float, wanted: float
) -> None:
    target = resolve(Where(point=point, unit=unit, multiplier=multiplier), registry(tmp_path), "x", [])
    assert target is not None
    assert came * target.factor + target.offset == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (Where(point="works/el.inn"), "did you mean works/el.in?"),
        (Where(point="works/el.in", unit="m3"), "m3 is a volume, kWh a energy"),
        (Where(point="works/el.in", unit="kWhh"), "unit 'kWhh' is unknown"),
        (Where(point="works/el.in", multiplier=0.0), "a finite number other than 0"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, where: Where, said: str) -> None:
    problems: list[Problem] = []
    assert resolve(where, registry(tmp_path), "map.toml: x", problems) is None
    assert said in str(problems[0])


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[tme]\nzone = "UTC"', "did you mean time?"),
        ('[time]\nzone = "Asia/Nanjing"', "a time zone by its IANA name"),
        ('[time]\nformat = "%H:%M"', "a strptime format with year, month and day"),
        ('[file]\nencoding = "gb"', "a text encoding"),
        ('[columns]\na = "works/el.in"\n[points]\nb = "works/hall"', "either [long] with [points], or [columns]"),
        ('[long]\nothers = "skip"', 'names under [points] beside others = "skip"'),
        ("[columns]\na = 5", 'a full id "PLANT/POINT"'),
    ],
)
def test_a_mistake_in_a_map_is_told_with_its_key(tmp_path: Path, toml: str, said: str) -> None:
    with pytest.raises(ConfigError) as told:
        file_map(tmp_path, toml)
    assert said in str(told.value)
    assert "map.toml" in str(told.value)


def test_all_mistakes_against_a_file_are_told_at_once(tmp_path: Path) -> None:
    toml = '[time]\ncolumn = "when"\n[columns]\na = "works/nix"\nc = "works/hall"\n'
    with pytest.raises(ConfigError) as told:
        layout_of(tmp_path, toml, ["time", "a", "b"])
    lines = str(told.value).splitlines()
    assert len(lines) == 3
    assert ["[time] column" in lines[0], "[columns]" in lines[1], 'point = "works/nix"' in lines[2]] == [True] * 3
