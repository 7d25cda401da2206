"""Do the example plant files describe exactly what the simulated gateways send?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from registry.files import check
from simulators import WORKS, Plant
from simulators.channels import Channel
from simulators.payload import channel_name, topic
from simulators.workdays import HOUR_MS, MINUTE_MS
from tests.simulators.when import ms

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "plants"
EVERY_MS = {"1min": MINUTE_MS, "15min": 15 * MINUTE_MS, "1h": HOUR_MS}


def described(plant_id: str) -> dict[str, Any]:
    with (FOLDER / f"{plant_id}.toml").open("rb") as file:
        return tomllib.load(file)


def test_there_is_one_file_a_plant_and_all_are_accepted() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(WORKS)
    assert [str(problem) for problem in check([FOLDER])] == []


@pytest.mark.parametrize("plant_id", WORKS)
def test_the_plant_is_the_simulated_one(plant_id: str) -> None:
    works, plant = WORKS[plant_id], described(plant_id)["plant"]
    assert plant["name"] == {"zh": works.zh, "en": works.en}
    assert (plant["id"], plant["city"], plant["sector"]) == (works.id, works.city, works.sector)
    assert plant["programmes"] == ["sunan-2019"]


@pytest.mark.parametrize("plant_id", WORKS)
def test_points_are_the_channels(plant_id: str) -> None:
    works, file = WORKS[plant_id], described(plant_id)
    points = {point["id"]: point for point in file["points"]}
    assert list(points) == [channel.point for channel in works.channels]
    for channel in works.channels:
        _same(works.dialect, points[channel.point], channel)
        assert points[channel.point]["channel"] == channel_name(works, channel)
    (source,) = file["sources"]
    pattern = re.sub(r"\{\w+\}", "[^/]+", source["topic"])
    for channel in works.channels:
        assert re.fullmatch(pattern, topic(works, channel))
    assert {m["id"] for m in file["meters"]} == {channel.device for channel in works.channels}


def _same(dialect: str, point: dict[str, Any], channel: Channel) -> None:
    kind = "concentration" if channel.kind == "level" else channel.kind
    unit = f"{channel.unit}/h" if channel.kind == "rate" else channel.unit
    assert (point["kind"], point["unit"], point["meter"]) == (kind, unit, channel.device)
    assert EVERY_MS[point["every"]] == channel.every_ms
    assert point.get("multiplier", 1) == channel.multiplier
    assert point.get("modulus") == channel.modulus
    assert point.get("label", "start") == ("end" if channel.label_end else "start")
    if channel.kind in ("register", "amount"):
        assert point["resolution"] == pytest.approx(10.0**-channel.decimals)


@pytest.mark.parametrize("plant_id", WORKS)
def test_outlets_are_the_simulated_ones(plant_id: str) -> None:
    works, file = WORKS[plant_id], described(plant_id)
    outlets = {outlet["id"]: outlet for outlet in file["outlets"]}
    found = {(o["id"], pollutant, point) for o in outlets.values() for pollutant, point in o["pollutants"].items()}
    assert found == {(c.outlet, c.pollutant, c.point) for c in works.channels if c.pollutant}
    assert {o["flow"] for o in outlets.values()} == {c.point for c in works.channels if c.kind == "rate"}
    assert {limit["point"] for limit in file["limits"]} <= {point["id"] for point in file["points"]}


@pytest.mark.parametrize("plant_id", WORKS)
def test_no_true_flow_exceeds_its_rating_and_no_level_its_range(plants: dict[str, Plant], plant_id: str) -> None:
    plant = plants[plant_id]
    points = {point["id"]: point for point in described(plant_id)["points"]}
    for channel in plant.channels:
        point = points[channel.point]
        if channel.kind == "level":
            low, high = point["valid"]
            assert low < plant.levels[channel.of[0]].value.min()
            assert plant.levels[channel.of[0]].value.max() < 0.9 * high
            continue
        rating = float(point["rating"].split()[0])
        times = ms("2016-07-04") + np.arange(0, 7 * 24 * 60, dtype=np.int64) * MINUTE_MS
        step = np.diff(channel.total(plant.flows, times)) * 60.0
        hourly = np.asarray(sum(sign * plant.flows[name].rate for name, sign in channel.signed()))
        # A register shows full steps: one of them more may fall into any minute.
        jump = 10.0**-channel.decimals * channel.multiplier * 60.0 if channel.kind == "register" else 0.0
        assert max(step.max() + jump, hourly.max()) < rating, channel.point
        assert hourly.max() > 0.3 * rating, f"{channel.point}: rating {rating} is far above {hourly.max()}"


def test_incomers_have_sub_meters() -> None:
    for plant_id in WORKS:
        parents = [p.get("parent") for p in described(plant_id)["points"]]
        assert parents.count("el.in") >= 2


def test_the_fab_makes_and_exports_electricity() -> None:
    directions = {p["id"]: p.get("direction") for p in described("sz-fab")["points"]}
    assert (directions["pv.gen"], directions["pv.out"]) == ("production", "export")
