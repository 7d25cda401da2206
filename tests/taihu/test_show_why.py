"""`taihu why`: the answer of the API as a sentence, bars and meters."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table
from typer.testing import CliRunner

from api.why_out import why_out
from taihu import cli, options, show_why
from tests.api.fake_figures import FakeFigures
from tests.api.fakes import FakeServices


@pytest.fixture(name="found", scope="module")
def _found() -> dict[str, Any]:
    answer = FakeFigures(FakeServices().registry()).why("plant:wx-dyeing", "energy_per_value_added")
    return json.loads(why_out(answer).model_dump_json(by_alias=True))


def _text(table: Table) -> str:
    out = Console(file=io.StringIO(), width=300)
    out.print(table)
    return out.file.getvalue()


def test_causes_stand_between_base_and_current(found: dict[str, Any]) -> None:
    lines = [line.split("│")[1].strip() for line in _text(show_why.effects_table(found)).splitlines()[3:-1]]
    assert (lines[0], lines[-1]) == ("base", "current")
    assert [line.split()[-1] for line in lines[1:-1]] == [e["name"]["zh"].split()[-1] for e in found["effects"]]


def test_the_longest_bar_is_the_largest_cause_and_a_rise_goes_right(found: dict[str, Any]) -> None:
    rows = {
        e["key"]: show_why.bar(e["amount"], max(abs(x["amount"]) for x in found["effects"])) for e in found["effects"]
    }
    assert rows["efficiency"] == "█" * 12 + "│" + " " * 12
    assert rows["weather"].startswith(" " * 12 + "│█")
    assert {len(row) for row in rows.values()} == {25}
    assert "between sectors" in _text(show_why.effects_table(found))


def test_the_command_asks_the_api_and_prints_both_languages(
    found: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def ask(self: options.Source, path: str, params: Any = None, body: Any = None) -> Any:
        asked.append((path, params))
        return found

    monkeypatch.setattr(options.Source, "ask", ask)
    command = ["why", "plant:wx-dyeing", "energy_per_value_added", "--period", "rolling12"]
    done = CliRunner().invoke(cli.app, command)
    assert done.exit_code == 0
    assert asked[0][0] == "/why"
    assert asked[0][1]["period"] == "rolling12" and asked[0][1]["base"] is None
    for text in (found["sentence"]["zh"], found["sentence"]["en"], "wx-dyeing/el.in", "依据暂估数"):
        assert text in done.stdout
    assert json.loads(CliRunner().invoke(cli.app, [*command, "--json"]).stdout) == found
