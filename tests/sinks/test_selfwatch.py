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
    (works,) = world.at(1, minute=31)
    assert (works["state"], works["text"]["zh"]) == ("works", "结算恢复正常。")
    world.targets[0].state, world.targets[0].last_error = "stopped", "401: unauthorized"
    (stopped,) = world.at(1, minute=32)
    assert (stopped["kind"], stopped["state"], stopped["target"]) == ("target", "stopped", "main")
    assert "401: unauthorized" in stopped["text"]["en"]
    world.targets[0].state, world.targets[0].unsent_s = "waiting", 7200.0
    assert states(world.at(1, minute=33)) == ["behind"]
    world.targets[0].state, world.targets[0].unsent_s = "ok", 10.0
    assert states(world.at(1, minute=34)) == ["works"]
    assert world.store.matters() == []
    world.targets[0].state = "stopped"
    assert states(world.at(1, minute=35)) == ["stopped"]
    world.targets = []  # it left the settings
    assert world.at(1, minute=36) == []
    assert world.store.matters() == []


def test_a_broker_that_is_lost_or_silent(world: World) -> None:
    collector, world.hears = world.health["collector"], False
    collector["readings"] += 1
    world.at(1)
    assert world.at(1, minute=34) == []
    silent = world.at(1, minute=37)
    assert [(n["kind"], n["state"]) for n in silent] == [("broker", "silent")]
    collector["readings"] = 6
    assert states(world.at(1, minute=38)) == ["works"]
    collector.update(connected=False, error="connection refused")
    assert world.at(1, minute=39) == []
    (lost,) = world.at(1, minute=45)
    assert (lost["state"], "connection refused" in lost["text"]["zh"]) == ("lost", True)
