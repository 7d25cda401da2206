"""Do the rooms keep to the arrows of the design?"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ROOMS = {"analytics", "api", "collector", "dashboards", "engine", "registry", "simulators", "sinks", "storage", "taihu"}

# What each room may import of the others: the table of docs/design.md, section 2.
ALLOWED = {
    "analytics": set(),
    "registry": {"analytics"},
    "storage": {"analytics"},
    "collector": {"analytics", "registry", "storage"},
    "engine": {"analytics", "registry", "storage"},
    "api": {"analytics", "engine", "registry", "storage"},
    "sinks": {"analytics", "engine", "registry", "storage"},
    "dashboards": {"sinks"},
    "simulators": {"analytics"},
    "taihu": ROOMS,
}

DRIVERS = [
    "paho",
    "duckdb",
    "sqlalchemy",
    "alembic",
    "fastapi",
    "uvicorn",
    "pydantic",
    "amqtt",
    "typer",
    "rich",
    "openpyxl",
    "influxdb_client",
    "grafana_client",
]


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_what_the_design_allows(room: str) -> None:
    files = list((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        others = {name.split(".")[0] for name in _imports(path)} & ROOMS - {room}
        assert others <= ALLOWED[room], f"{path.relative_to(ROOT)} imports {sorted(others - ALLOWED[room])}"


def test_storage_and_collector_take_only_the_column_sets_of_analytics() -> None:
    for room in ("storage", "collector"):
        for path in (ROOT / room).rglob("*.py"):
            from_analytics = {n for n in _imports(path) if n.split(".")[0] == "analytics"}
            assert from_analytics <= {"analytics.columns"}, path


def test_analytics_works_with_every_driver_and_every_other_room_unimportable() -> None:
    modules = sorted(p.stem for p in (ROOT / "analytics").glob("*.py") if p.stem != "__init__")
    barred = DRIVERS + sorted(ROOMS - {"analytics"}) + ["scipy.stats", "scipy.optimize", "logging.handlers"]
    code = (
        "import sys\n"
        f"for name in {barred!r}: sys.modules[name] = None\n"
        f"import importlib\n"
        f"for name in {modules!r}: importlib.import_module('analytics.' + name)\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True, timeout=60)


def test_only_the_clock_module_asks_the_machine_for_the_time() -> None:
    asks = {"time.time(", "time.time_ns(", "datetime.now(", "datetime.utcnow(", "date.today("}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if path == ROOT / "taihu" / "clock.py":
                continue
            text = path.read_text(encoding="utf-8")
            assert not [a for a in asks if a in text], path
