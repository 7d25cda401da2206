"""A works and an empty store for tests of the copy, a plant with limits for tests of notices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry import Registry
from storage import Store
from tests.engine.make import registry_of
from tests.engine.outlets.test_limits import STACK
from tests.sinks.noticeworld import World
from tests.sinks.works import registry


@pytest.fixture(scope="session")
def works(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return registry(tmp_path_factory.mktemp("works"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Looked at for the first time at its first hour."""
    with Store.open(tmp_path / "data") as opened:
        made = World(registry_of(tmp_path, STACK), opened)
        made.at(0)
        yield made
