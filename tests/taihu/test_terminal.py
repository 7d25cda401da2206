"""Tables on a screen: only sentences are broken, and only between words."""

from __future__ import annotations

import pytest
from rich.table import Table

from taihu import terminal

ROWS = (
    ("plant:wx-dyeing", "1,153,763 tCO2", "smaller than the uncertainty of the data", "graphite_electrode"),
    ("  plant:zj-cement", "—", "无锡太湖印染厂 的 废水总排口", "coal"),
)


def _printed(capsys: pytest.CaptureFixture[str], columns: int) -> list[str]:
    table = Table("scope", "amount", "remark", "name")
    for row in ROWS:
        table.add_row(*row)
    width = terminal._fit(table, columns)
    terminal.Console(highlight=False, width=width).print(table)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("columns", [20, 60, 80, 200])
def test_ids_numbers_and_words_stay_whole(capsys: pytest.CaptureFixture[str], columns: int) -> None:
    lines = _printed(capsys, columns)
    assert not any("…" in line for line in lines)
    for text in ("plant:wx-dyeing", "1,153,763 tCO2", "graphite_electrode", "  plant:zj-cement"):
        assert any(text in line for line in lines)
    for word in (*ROWS[0][2].split(), *ROWS[1][2].split()):
        assert any(word in line for line in lines)


def test_a_wide_screen_has_a_line_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(_printed(capsys, 200)) == 1 + len(ROWS)


def test_a_screen_that_is_wide_enough_is_not_exceeded(capsys: pytest.CaptureFixture[str]) -> None:
    # Needed are 17 + 14 + 14 (无锡太湖印染厂) + 18 and 2 at each: 71.
    assert all(len(line) <= 72 for line in _printed(capsys, 72))


def test_in_a_pipe_a_table_has_room(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("scope")
    table.add_row("word " * 30)
    terminal.emit_table(table)
    assert len(capsys.readouterr().out.splitlines()) == 2
