"""What is wrong with Taihu itself is told when it lasts, and once more when it is right again."""

from __future__ import annotations

from sinks.webhook import Webhook
from tests.sinks.noticeworld import Target, World, states


def test_taihu_itself_is_watched(world: World) -> None:
    world.webhooks = [Webhook("all", "http://127.0.0.1:9/"), Webhook("law", "http://127.0.0.1:9/", system=False)]
    world.restart()
    world.targets = [Target()]
    assert world.at(1) == []
    world.health["settling"]["error"] = "StoreFull: no space"
    assert world.at(1, minute=10) == []
    assert [(n["kind"], n["state"]) for n in world.at(1, minute=16)] == [("settling", "failing")]
    assert [send.webhook for send in world.store.notices(1)[0].sends] == ["all"]
    world.restart()
    assert world.at(1, minute=30) == []
    world.health["settling"]["error"] = ""
    assert world.at(1, minute=31) == []  # it may come and go
    (works,) = world.at(1, minute=33)
    assert (works["state"], works["text"]["zh"]) == ("works", "结算恢复正常。")
    world.targets[0].state, world.targets[0].last_error = "stopped", "401: unauthorized"
    (stopped,) = world.at(1, minute=34)
    assert (stopped["kind"], stopped["state"], stopped["target"]) == ("target", "stopped", "main")
    assert "401: unauthorized" in stopped["text"]["en"]
    world.targets[0].state, world.targets[0].unsent_s = "waiting", 7200.0
    assert world.at(1, minute=35) == []
    assert states(world.at(1, minute=37)) == ["behind"]
    world.targets[0].state, world.targets[0].unsent_s = "ok", 10.0
    assert world.at(1, minute=38) == []
    assert states(world.at(1, minute=40)) == ["works"]
    assert world.store.matters() == []
    world.targets[0].state = "stopped"
    assert states(world.at(1, minute=41)) == ["stopped"]
    world.targets = []  # it left the settings
    assert world.at(1, minute=42) == []
    assert world.store.matters() == []


def test_a_restart_is_no_recovery(world: World) -> None:
    world.targets, world.hears = [Target(state="stopped", last_error="401")], False
    world.health["settling"]["error"] = "StoreFull: no space"
    assert sorted(states(world.at(1) + world.at(1, minute=40))) == ["failing", "silent", "stopped"]
    assert len(world.store.matters()) == 3
    # nothing was tried yet when the first look is taken
    world.restart()
    world.targets[0].state, world.health["settling"]["error"] = "ok", ""
    assert world.at(1, minute=41) == []
    world.targets[0].state, world.health["settling"]["error"] = "stopped", "StoreFull: no space"
    assert [world.at(1, minute=minute) for minute in (42, 43, 50, 60)] == [[]] * 4
    # and no reading came yet: only the first one tells that the broker is right
    world.targets[0].state, world.health["settling"]["error"] = "ok", ""
    world.at(1, minute=61)
    assert sorted(states(world.at(1, minute=63))) == ["works", "works"]
    world.hears = True
    assert world.at(1, minute=64) == []
    assert states(world.at(1, minute=66)) == ["works"]


def test_what_comes_and_goes_is_told_once(world: World) -> None:
    world.targets = [Target()]
    told = []
    for minute in range(10, 50):
        # a gateway that says 404 while it starts, then 503, then takes a little
        world.targets[0].state = ("stopped", "waiting", "ok")[minute % 3]
        world.targets[0].unsent_s = 7200.0 if world.targets[0].state == "waiting" else 60.0
        told += states(world.at(1, minute=minute))
    assert len(told) == 1


def test_a_broker_that_is_lost_or_silent(world: World) -> None:
    collector, world.hears = world.health["collector"], False
    collector["readings"] += 1
    world.at(1)
    assert world.at(1, minute=34) == []
    silent = world.at(1, minute=37)
    assert [(n["kind"], n["state"]) for n in silent] == [("broker", "silent")]
    collector["readings"] = 6
    assert world.at(1, minute=38) == []
    assert states(world.at(1, minute=40)) == ["works"]
    collector.update(connected=False, error="connection refused")
    assert world.at(1, minute=41) == []
    (lost,) = world.at(1, minute=47)
    assert (lost["state"], "connection refused" in lost["text"]["zh"]) == ("lost", True)
