"""Does `taihu score` print its table, and does the corpus hold?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from analytics.columns import Readings
from simulators.faults import corpus
from taihu.cli import app
from taihu.score import admitted, page, run_score, table
from taihu.settings import SettingsError

from .reference import ROOT


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["score", *arguments])
    return done.exit_code, done.stdout


@pytest.mark.timeout(110)
def test_every_row_of_the_corpus_holds() -> None:
    """Three cases each are one of each display; the published table has two hundred."""
    outcome = run_score(3)
    assert [f"{line.name}, {line.reading}: {line.shortfalls}" for line in outcome.short] == []
    assert len(outcome.lines) > 120


def test_one_object_for_a_machine() -> None:
    status, text = run("--seeds", "12", "--only", "reset to zero", "--json", "--peer-rules")
    found: dict[str, Any] = json.loads(text)
    assert status == 0
    assert text.count("\n") == 1
    assert found["bar"] == 0.001
    assert found["falls_short"] == 0
    undeclared, declared = found["rows"]
    assert undeclared["fault"] == "reset to zero"
    assert undeclared["cases"] == 4 * 12
    assert undeclared["events"] == {"RESET": 48}
    assert undeclared["worst_error"] < 0.001
    assert [s["period_ms"] for s in undeclared["samplings"]] == [1000, 60_000, 900_000, 3_600_000]
    assert declared["events"] == {}
    # A register near 50 000 that is cleared loses one step by the rule that drops negative differences.
    assert 0.0 < undeclared["peer_rules"]["InfluxQL"] < 0.002
    assert set(undeclared["peer_rules"]) == {"Home Assistant", "ThingsBoard", "Prometheus", "InfluxQL", "emoncms"}


def test_a_table_for_the_terminal_and_one_for_the_docs() -> None:
    status, text = run("--seeds", "3", "--only", "momentary zero, 1")
    assert status == 0
    assert "momentary zero, 1 reading" in text
    assert "holds" in text
    status, text = run("--seeds", "3", "--only", "momentary zero, 1", "--markdown")
    assert text.count("| momentary zero, 1 reading |") == 3


def test_what_falls_short_ends_with_status_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulators.judge.BAR", 0.0)
    status, text = run("--seeds", "3", "--only", "float32 at ten million")
    assert status == 1
    assert "falls short" in text


def test_what_cannot_be_known_is_told_and_not_judged() -> None:
    outcome = run_score(3, "multiplier change, undeclared")
    assert outcome.short == []
    assert outcome.lines[0].verdict == "cannot be known"
    assert outcome.lines[0].error.max() > 0.05
    assert "declare the change" in page(outcome)
    assert table(outcome).row_count == 1


def test_mistakes_are_one_line() -> None:
    with pytest.raises(SettingsError, match=r"--only 'no such': no row has such a name"):
        run_score(3, "no such")
    with pytest.raises(SettingsError, match="--data and --profile go together"):
        run_score(3, data=Path("x.csv"))


def test_readings_ahead_of_their_receipt_and_of_1970_are_not_let_in() -> None:
    """The collector allows five minutes ahead (metering.md, 6)."""
    received = 1_540_000_000_000
    time_ms = np.array([received, received + 299_000, received + 301_000, 1_540_000_000], np.int64)
    arrival = np.array([received, received, received, received + 86_400_000], np.int64)
    readings = Readings(np.ones(4, np.int32), time_ms, np.ones(4), np.zeros(4, np.uint8), arrival)
    assert admitted(readings).time_ms.tolist() == time_ms[:2].tolist()


def test_the_page_shows_every_row() -> None:
    text = (ROOT / "docs" / "score.md").read_text(encoding="utf-8")
    shown = {tuple(line.strip("| ").split(" | ")[:2]) for line in text.splitlines() if line.startswith("| ")}
    assert {(row.name, kind.name.lower()) for row in corpus() for kind in row.kinds} <= shown
