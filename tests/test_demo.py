"""Does the demo keep its promises: up in seconds, figures that move, nothing lost over a stop?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.demofolder import filled_demo

PLANTS = {"wx-dyeing", "cz-steel", "zj-cement", "nj-chem", "sz-fab", "wx-plating"}
INDICATORS = {"energy_per_value_added", "water_per_value_added", "water_pollutants", "air_pollutants"}
CARBON = {"cz-steel", "zj-cement", "nj-chem"}
"""Plants of the sectors whose CO2 must not grow."""

pytestmark = pytest.mark.timeout(420)  # who asks first imports the history


def _go_on(folder: Path, seconds: int) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "taihu", "demo", "--data", str(folder), "--port", "0", "--for", str(seconds), "--json"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _read(printed: str) -> dict[str, Any]:
    assert printed.count("\n") == 1
    found: dict[str, Any] = json.loads(printed)
    return found


def test_demo_runs_headless_stops_cleanly_and_goes_on(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    filled = filled_demo(tmp_path_factory)
    first = _read(filled.printed)
    assert first["history_import_error"] == ""
    assert first["history_import_s"] is not None
    assert first["dead_letters"] == 0
    assert first["messages_received"] > 100
    assert first["messages_acknowledged"] == first["messages_received"]
    assert first["readings_in_journal"] > 2_000_000
    assert first["intervals_settled"] > 5_000_000
    assert first["lag_p50_s"] < 5.0
    assert set(first["plants"]) == PLANTS
    for name, plant in first["plants"].items():
        assert plant["power_kw"] > 0
        assert {i["id"] for i in plant["indicators"]} == INDICATORS | ({"co2"} if name in CARBON else set())
        for indicator in plant["indicators"]:
            assert indicator["status"] in {"met", "on_pace", "behind"}, indicator
            assert indicator["coverage"] >= 0.99
    # Goes on where it stopped, without a second history.
    second = _read(_go_on(filled.copy(tmp_path / "data"), 8))
    assert second["as_of_ms"] > first["as_of_ms"]
    assert second["history_import_s"] is None
    assert second["readings_in_journal"] > first["readings_in_journal"]
    assert second["readings_in_journal"] - first["readings_in_journal"] < 100_000
