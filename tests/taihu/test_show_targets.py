"""`taihu targets`: the lines of the API as a table."""

from __future__ import annotations

import io
import json

import pytest
import typer
from rich.console import Console

from api.targets_out import target_line_out
from registry import load_programmes
from taihu import show_targets
from tests.api.fake_figures import FakeFigures
from tests.api.fakes import FakeServices


@pytest.fixture(scope="module")
def lines() -> list[dict]:
    figures = FakeFigures(FakeServices().registry())
    return [
        json.loads(target_line_out(line).model_dump_json(by_alias=True))
        for scope in ("plant:wx-dyeing", "plant:zj-cement")
        for line in figures.targets(scope)
    ]


def _text(lines: list[dict], period: str = "ytd") -> str:
    out = Console(file=io.StringIO(), width=400)
    out.print(show_targets.table(lines, period))
    return out.file.getvalue()


def test_every_target_and_member_has_a_line(lines: list[dict]) -> None:
    text = _text(lines)
    for target in load_programmes()[0].indicators:
        if target.kind != "carbon":
            assert sum(target.id in row.split() for row in text.splitlines()) == 2
    assert "water_pollutants:COD" in text


def test_a_line_says_where_it_is_heading(lines: list[dict]) -> None:
    energy = next(row for row in _text(lines).splitlines() if "energy_per_value_added" in row)
    said = lines[0]["forecast"]
    assert f"{100 * said['change']:.1f} %" in energy
    assert f"{100 * said['change_low']:.1f} … {100 * said['change_high']:.1f} %" in energy
    assert "812.4 tce" in energy


def test_what_is_missing_says_why(lines: list[dict]) -> None:
    unknown = [row for row in _text(lines).splitlines() if "zj-cement" in row and "history_too_short" in row]
    assert unknown
    assert all("not_assessable (coverage)" in row for row in unknown)


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match="wanted one of ytd, rolling12, full_year"):
        show_targets.targets(period="month")
