"""Who asks hears of a mean that is over its limit, or near it, before its period is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from sinks.webhook import Webhook
from storage import Store
from tests.engine.make import registry_of
from tests.engine.outlets.test_limits import STACK
from tests.sinks.noticeworld import World, states


def early(tmp_path: Path, store: Store, **wants: bool) -> World:
    world = World(registry_of(tmp_path, STACK), store, [Webhook("w", "http://127.0.0.1:9/", **wants)])  # type: ignore[arg-type]
    world.at(0)
    return world


def test_who_asks_hears_of_a_running_mean(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        world = early(tmp_path, store, early=True)
        world.usual(0, 3)
        world.usual(3, 4, nox=170.0)
        assert world.at(3, minute=10) == []  # a quarter of the hour is needed
        (first,) = world.at(3, minute=20)
        assert (first["state"], first["until"], first["value"]) == ("running", None, pytest.approx(175.0))
        assert world.at(3, minute=50) == []
        (exceeded,) = world.at(4)
        assert exceeded["state"] == "exceeded"
        assert store.notices(1)[0].sends[0].webhook == "w"
        world.usual(4, 5, nox=170.0)
        assert world.at(4, minute=40) == []  # one that goes on was told


def test_a_running_mean_that_came_to_nothing_is_told_too(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        world = early(tmp_path, store, early=True)
        world.usual(0, 3)
        world.usual(3, 4, nox=170.0)
        (first,) = world.at(3, minute=20)
        world.comes(3.5, nox=20.0)
        (after,) = world.at(4)
        assert (after["state"], after["matter"]) == ("not_exceeded", first["id"])
        assert world.store.matters() == []


def test_warnings_are_rare(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        world = early(tmp_path, store, warnings=True)
        world.usual(0, 40, nox=140.0)  # 144.1 of 150
        assert states(world.at(1, minute=30)) == ["warning"]
        assert [world.at(hour, minute=30) for hour in range(2, 40, 12)] == [[]] * 4
        world.usual(40, 70)
        world.usual(70, 72, nox=140.0)
        assert [world.at(hour, minute=30) for hour in range(40, 70, 14)] == [[]] * 3
        assert states(world.at(70, minute=30)) == ["warning"]
