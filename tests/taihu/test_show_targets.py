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


def _texts(lines: list[dict], period: str = "ytd", width: int = 120) -> list[str]:
    """Each table as it stands on a screen of `width` characters."""
    texts = []
    for table in show_targets.tables(lines, period):
        out = Console(file=io.StringIO(), width=width)
        out.print(table)
        texts.append(out.file.getvalue())
    return texts


def test_every_target_and_member_has_a_line(lines: list[dict]) -> None:
    texts = _texts(lines)
    assert len(texts) == 4  # two scopes, each with where it stands and where it is heading
    for text in texts:
        for target in load_programmes()[0].indicators:
            if target.kind != "carbon":
                assert sum(target.id in row.split() for row in text.splitlines()) == 1
    assert all("water_pollutants:COD" in text for text in texts[:2])


@pytest.mark.parametrize("width", [100, 120])
def test_nothing_is_cut_on_a_screen(lines: list[dict], width: int) -> None:
    dyeing = _texts(lines, width=width)[:2]
    for text in dyeing:
        rows = text.splitlines()[2:]
        assert not any("…" in row.replace(" … ", "") for row in rows)
        assert len(rows) == len(_ids([line for line in lines if line["scope"] == "plant:wx-dyeing"]))


def _ids(lines: list[dict]) -> list[str]:
    return [one for line in lines for one in (line["id"], *_ids(line["parts"]))]


def test_a_line_says_where_it_is_heading(lines: list[dict]) -> None:
    energy = next(row for row in _texts(lines)[1].splitlines() if "energy_per_value_added" in row)
    said = lines[0]["forecast"]
    assert f"{100 * said['change']:.1f} %" in energy
    assert f"{100 * said['change_low']:.1f} … {100 * said['change_high']:.1f} %" in energy
    assert "812.4 tce" in energy


def test_what_is_missing_says_why(lines: list[dict]) -> None:
    standing, heading = _texts(lines)[2:]
    assert standing.startswith("plant:zj-cement, ytd")
    assert "history_too_short" in heading
    assert any("water_pollutants" in row and "not assessable: coverage" in row for row in standing.splitlines())


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match="wanted one of ytd, rolling12, full_year"):
        show_targets.targets(period="month")


def test_a_group_shows_the_figures_of_the_member_that_decides(lines: list[dict]) -> None:
    group = json.loads(json.dumps(next(line for line in lines if line["id"] == "water_pollutants")))
    member = group["ytd"]["parts"][0]
    group["ytd"]["change"], member["base"]["value"], member["current"]["value"] = member["change"], 8642.0, 7531.0
    group["forecast"]["of"] = group["parts"][-1]["id"]
    standing, heading = (text.splitlines()[2] for text in _texts([group]))
    assert standing.split()[:4] == ["water_pollutants", "(as", f"{member['id'].partition(':')[2]})", "8,642"]
    assert heading.split()[:3] == ["water_pollutants", "(as", f"{group['forecast']['of'].partition(':')[2]})"]
