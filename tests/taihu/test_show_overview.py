"""`taihu overview`: groups and plants, a line each, with change and standing."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from taihu.show_overview import table
from tests.api.fake_figures import FakeFigures
from tests.api.fakes import FakeServices


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(FakeFigures(FakeServices().registry()).fleet.overview().plain)
    return answer


def _lines(found: dict[str, Any], most: int = 50, *, parts: bool = False) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=500).print(table(found, most, parts=parts))
    return out.getvalue().splitlines()


def test_every_scope_has_a_line_with_change_and_standing(found: dict[str, Any]) -> None:
    lines = _lines(found)
    for scope in (*found["groups"], *(f"plant:{plant['id']}" for plant in found["plants"])):
        assert sum(f" {scope} " in line for line in lines) == 1
    row = [plant["id"] for plant in found["plants"]].index("wx-dyeing")
    at = found["indicators"].index("energy_per_value_added")
    words = {"met": "met", "on_pace": "on pace", "behind": "behind"}
    wanted = f"{100 * found['change'][row][at]:+.1f} % {words[found['status'][row][at]]}"
    assert wanted in next(line for line in lines if "plant:wx-dyeing" in line)


def test_what_cannot_be_assessed_says_why_and_what_is_not_had_is_empty(found: dict[str, Any]) -> None:
    whole = [at for at, name in enumerate(found["indicators"]) if ":" not in name]
    row, at = next((i, at) for i, of in enumerate(found["status"]) for at in whole if of[at] == "not_assessable")
    line = next(line for line in _lines(found) if f"plant:{found['plants'][row]['id']} " in line)
    assert found["reason"][row][at] in line
    assert "None" not in "".join(_lines(found, parts=True))


def test_pollutants_are_shown_on_demand_and_many_plants_are_counted(found: dict[str, Any]) -> None:
    assert not any(":" in cell for cell in _header(_lines(found)))
    parts = [name.replace("_", " ") for name in found["indicators"] if ":" in name]
    assert all(name in " ".join(_header(_lines(found, parts=True))) for name in parts)
    few = _lines(found, 2)
    assert sum("plant:" in line for line in few) == 2
    assert any(f"{len(found['plants']) - 2} more plants" in line for line in few)


def _header(lines: list[str]) -> list[str]:
    head = next(line for line in lines if "scope" in line)
    return [cell.strip() for cell in head.replace("┃", "│").split("│")]
