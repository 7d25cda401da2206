"""Targets, forecasts and places are what the API says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.targets_out import TargetLineOut, target_line_out
from sinks.produce.rows import Rows
from sinks.produce.targets import STATUS, place_lines, target_lines
from storage import Store
from tests.engine.make import START_MS
from tests.sinks.produce.parse import Fields, told
from tests.sinks.produce.test_months import SCOPES, World

SAID = ("value", "low", "high", "change", "change_low", "change_high", "probability")


@pytest.fixture(name="world", scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("targets")
    with Store.open(folder / "data") as store:
        yield World(folder, store)


def flat(lines: list[TargetLineOut]) -> Iterator[TargetLineOut]:
    for line in lines:
        yield line
        yield from flat(line.parts)


def all_or(values: dict[str, float | None], always: Fields | None = None) -> Fields:
    """All of them or, where one is not known, what is always there."""
    known = {name: value for name, value in values.items() if value is not None}
    return known if len(known) == len(values) else {"known": 0.0} | (always or {})


@pytest.mark.parametrize("scope", SCOPES)
def test_targets_are_those_of_the_api(world: World, scope: str) -> None:
    rows = Rows()
    lines = world.figures.targets(scope)
    target_lines(rows, scope, lines, START_MS)
    found = {series: line for (series, at), line in told(rows.lines()).items() if at == START_MS}
    said = list(flat([target_line_out(line) for line in lines]))
    assert len(found) == 12 * len(said)
    assert any(line["known"] == 1.0 for line in found.values())
    for one in said:
        for period in ("ytd", "rolling12", "full_year"):
            indicator = getattr(one, period)
            name = f"period={period},scope={scope},series={one.id}"
            unit = f",unit={indicator.current.unit}" if indicator.current.unit else ""
            current, status = indicator.current, STATUS[indicator.status]
            judged = {
                "known": 1.0, "status": status, "change": indicator.change, "target": indicator.target,
                "pace": indicator.pace,
            }  # fmt: skip
            assert found[f"target,{name}"] == all_or(judged, {"status": status})
            compared = {
                "known": 1.0, "base": indicator.base.value, "current": current.value, "coverage": current.coverage,
                "estimated": current.estimated, "provisional": current.provisional,
            }  # fmt: skip
            assert found[f"compared,{name}{unit}"] == all_or(compared)
            assert found[f"progress,{name}"] == all_or({"value": indicator.progress, "known": 1.0})
        of_target = {key.partition(",")[0]: line for key, line in found.items() if is_of(key, scope, one.id)}
        assert of_target["forecast"] == all_or({"known": 1.0} | {name: getattr(one.forecast, name) for name in SAID})
        needed = {"known": 1.0, "change": one.needed.change, "month": one.needed.per_month}
        assert of_target["needed"] == all_or(needed)
        assert of_target["budget"] == all_or({"value": one.needed.budget, "known": 1.0})


def is_of(key: str, scope: str, name: str) -> bool:
    return f"{key},".partition(",")[2].startswith(f"scope={scope},series={name},")


def test_a_target_by_hand(world: World) -> None:
    rows = Rows()
    target_lines(rows, "plant:a", world.figures.targets("plant:a"), START_MS)
    found = told(rows.lines())
    name = "period=ytd,scope=plant:a,series=energy_per_value_added"
    line = found[f"target,{name}", START_MS]
    assert line["change"] == pytest.approx(-1 / 3)  # 1920/12 against 2400/10
    assert (line["status"], line["target"], line["pace"]) == (STATUS["met"], -0.18, 0.75)
    compared = found[f"compared,{name},unit=tce/10k_yuan", START_MS]
    assert compared["current"] / compared["base"] == pytest.approx(2 / 3)


def test_what_is_not_known_of_a_target_hides_nothing_else(world: World) -> None:
    """All of it is gone has no logarithm, and one sector's growth is known although another sector is not."""
    (line, *_) = world.figures.targets("plant:a")
    nothing_left = replace(line.ytd, change=-1.0, progress=None, status="met")
    no_sum = replace(line.ytd, base=replace(line.ytd.base, value=None))
    for changed, unknown in ((nothing_left, "progress"), (no_sum, "compared")):
        rows = Rows()
        target_lines(rows, "plant:a", [replace(line, ytd=changed)], START_MS)
        found = {key.partition(",")[0]: told for (key, _), told in told(rows.lines()).items() if "period=ytd" in key}
        assert {name for name, line in found.items() if line == {"known": 0.0}} == {unknown}


def test_a_place_counts_its_targets(world: World) -> None:
    plants = [world.registry.plants[name] for name in ("a", "b")]
    lines = world.figures.targets("city:wuxi")
    rows = Rows()
    place_lines(rows, "city:wuxi", plants, lines, START_MS)
    place_lines(rows, "plant:a", plants[:1], world.figures.targets("plant:a"), START_MS)
    elsewhere = [plants[0].model_copy(update={"city": "other"})]
    place_lines(rows, "plant:x", elsewhere, [], START_MS)
    found = told(rows.lines())
    city = found["place,city=wuxi,scope=city:wuxi", START_MS]
    statuses = [line.ytd.status for line in lines]
    assert (city["name_zh"], city["name_en"], city["lat"], city["lon"]) == ("无锡", "Wuxi", 31.59, 120.29)
    assert city["plants"] == 2.0
    assert city["behind"] + city["met"] + city["not_assessable"] == len(lines)
    assert city["behind"] == statuses.count("behind")
    plant = found["place,city=wuxi,plant=a,scope=plant:a,sector=C17", START_MS]
    assert (plant["name_en"], plant["status"], plant["met"]) == (
        "Plant",
        STATUS["behind"],
        1.0,
    )  # energy is saved, water is not
    nowhere = found["place,city=other,plant=a,scope=plant:x,sector=C17", START_MS]
    assert "lat" not in nowhere and nowhere["status"] == STATUS["not_assessable"]


def test_the_worst_status_is_told(world: World) -> None:
    (first, *_) = world.figures.targets("plant:a")
    worse = replace(first, ytd=replace(first.ytd, status="behind"))
    unknown = replace(first, ytd=replace(first.ytd, status="not_assessable"))
    rows = Rows()
    place_lines(rows, "plant:a", [world.registry.plants["a"]], [first, worse, unknown], START_MS)
    (line,) = told(rows.lines()).values()
    assert (line["status"], line["behind"], line["met"], line["not_assessable"]) == (2.0, 1.0, 1.0, 1.0)
