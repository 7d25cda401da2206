"""The room imports numpy, scipy.special and the standard library, and nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parents[2] / "analytics"
FILES = sorted(ROOM.glob("*.py"))
OTHER_ROOMS = ["api", "collector", "dashboards", "engine", "registry", "simulators", "storage", "taihu"]
DRIVERS = ["paho", "duckdb", "sqlalchemy", "fastapi", "pydantic", "amqtt"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_only_numpy_scipy_and_the_standard_library(file: Path) -> None:
    allowed = {*sys.stdlib_module_names, "numpy", "scipy", "analytics"}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert {name.split(".")[0] for name in names} <= allowed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_opens_with_what_it_is_for(file: Path) -> None:
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    opening = docstring.split("\n")[0]
    assert opening.endswith("?") or file.stem == "__init__", opening


def test_the_room_stands_without_the_others() -> None:
    """Every module is imported in a fresh interpreter where the other rooms and all drivers cannot be."""
    blocked = "; ".join(f"sys.modules[{name!r}] = None" for name in [*OTHER_ROOMS, *DRIVERS])
    modules = ", ".join(f"analytics.{file.stem}" for file in FILES if file.stem != "__init__")
    code = f"import sys; {blocked}; import {modules}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOM.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
