"""`taihu savings`: both views, what is left out, and the goal, as they stand on a screen."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from api.savings_out import savings_out
from taihu import show_savings
from tests.api.fake_figures import FakeFigures
from tests.api.fake_savings import LATE
from tests.api.fakes import FakeServices


@pytest.fixture(scope="module", name="answers")
def _answers() -> dict[str, Any]:
    registry = FakeServices().registry()
    programme = next(iter(registry.programmes.values()))
    figures = FakeFigures(registry)
    return {
        scope: json.loads(savings_out(programme, scope, figures.savings(scope)).model_dump_json(by_alias=True))
        for scope in ("city:wuxi", "programme:sunan-2019", f"plant:{LATE}")
    }


def _text(table: Any, width: int = 120) -> str:
    out = Console(file=io.StringIO(), width=width)
    out.print(table)
    return out.file.getvalue()


def test_a_row_a_year_in_both_views(answers: dict[str, Any]) -> None:
    found = answers["programme:sunan-2019"]
    for view, words in (("fixed_base", "against 2015"), ("yearly", "against the year before")):
        text = _text(show_savings.years_table(found, view))
        assert words in text and "…" not in text
        assert [line.split()[0] for line in text.splitlines()[2:]] == ["2016", "2017", "2018"]
        assert f"{found['years'][0][view]['value']:,.0f}" in text and "5 of 6" in text
        assert "2018 so far" in text and "plants left out" in text


def test_plants_that_are_left_out_say_why_and_what_is_not_final_has_a_star(answers: dict[str, Any]) -> None:
    lines = {
        line.split()[0]: line for line in _text(show_savings.plants_table(answers["city:wuxi"])).splitlines() if line
    }
    assert "opened after base year" in lines[LATE] and "—" in lines[LATE]
    assert lines["wx-dyeing"].count("*") == 1


def test_the_goal_is_told_with_how_sure_it_is(answers: dict[str, Any]) -> None:
    text = show_savings.goal_text(answers["city:wuxi"])
    total = answers["city:wuxi"]["cumulative"]["value"]
    assert f"goal 1,000,000 tce (unsure): {total / 1e4:.2f} %" in text and "against the year before" in text
    assert "goal" not in show_savings.goal_text(answers["programme:sunan-2019"])
    assert ": — tce" in show_savings.goal_text(answers[f"plant:{LATE}"])
