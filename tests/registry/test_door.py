"""Is what the door names really there, do the examples in the code run, and does every file keep to what it may
import?"""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import registry

FOLDER = Path(registry.__file__).parent
MODULES = [f"registry.{module.name}" for module in pkgutil.iter_modules([str(FOLDER)]) if not module.ispkg]


def test_the_door_is_sorted_and_open() -> None:
    assert len(set(registry.__all__)) == len(registry.__all__)
    for name in registry.__all__:
        assert hasattr(registry, name)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.name)
def test_the_registry_imports_no_other_room_but_analytics(path: Path) -> None:
    rooms = {"api", "collector", "dashboards", "engine", "simulators", "storage", "taihu"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    named |= {alias.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    assert not named & rooms
