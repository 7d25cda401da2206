"""`taihu exceedances`: the API's runs over limits as a table that says how sure the limit is."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from api.limits_out import exceedance_out
from engine.outlets.exceedances import exceedances as runs_of
from taihu import show_exceedances
from tests.api.fakes import FakeServices


@pytest.fixture(name="rows", scope="module")
def _rows() -> list[dict[str, Any]]:
    services = FakeServices()
    now = services.now_ms()
    found = runs_of(services.figures.outlet_hours, services.registry(), "wx-dyeing", now - 20 * 86_400_000, now, now)
    assert found
    return [json.loads(exceedance_out(x).model_dump_json(by_alias=True)) for x in found]


def lines(rows: list[dict[str, Any]]) -> list[str]:
    out = Console(file=io.StringIO(), width=400)
    out.print(show_exceedances.table(rows))
    return out.file.getvalue().splitlines()  # type: ignore[attr-defined]


def test_a_line_an_exceedance_with_its_limit_and_confidence(rows: list[dict[str, Any]]) -> None:
    text = lines(rows)
    stack = next(row for row in rows if row["limit"]["o2_ref"] is not None)
    line = next(x for x in text if stack["start"] in x and stack["point"] in x)
    assert "at 3.5 % O2" in line
    assert "GB 13271-2014 special/gas" in line
    assert "unsure" in line
    assert f"{stack['periods']} × 1h" in line


def test_an_unknown_mass_is_no_zero_and_an_open_one_says_so(rows: list[dict[str, Any]]) -> None:
    row = rows[0] | {"excess_kg": None, "open": True}
    (line,) = [x for x in lines([row]) if row["start"] in x]
    assert "(open)" in line
    assert line.rstrip(" │").endswith("—")


def test_the_command_asks_for_the_plants(monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, Any]]) -> None:
    asked: list[tuple[str, Any]] = []
    printed: list[Any] = []

    class Source:
        @classmethod
        def of(cls, *_: object) -> Source:
            return cls()

        def ask(self, path: str, params: Any) -> Any:
            asked.append((path, params))
            return rows

    monkeypatch.setattr(show_exceedances, "Source", Source)
    monkeypatch.setattr(show_exceedances, "emit_json", printed.append)
    show_exceedances.exceedances(["wx-dyeing"], from_="2018-01-01T00:00:00Z", as_json=True)
    assert printed == [rows]
    wanted = {"plant": ["wx-dyeing"], "from": "2018-01-01T00:00:00Z", "to": None, "as_of": None}
    assert asked == [("/exceedances", wanted)]
