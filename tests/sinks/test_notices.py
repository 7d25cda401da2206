"""A legal notice is told once, when it ends, and when it was none; a restart repeats nothing and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.columns import HOUR_MS
from engine.outlets.hours import ReadHours
from registry import Registry, load_plant_files
from sinks import plantwatch
from sinks.webhook import Webhook
from storage import Matter, Store, StoreFull
from tests.engine.make import START_MS, registry_of
from tests.engine.outlets.test_limits import STACK
from tests.sinks.noticeworld import MIN_MS, World, states
from tests.sinks.webhookserver import Receiver, Reply


def test_an_exceedance_is_told_once_and_when_it_ends(world: World) -> None:
    #   144 mg/m3 at 4 % oxygen are 148.2 at 3.5 %; 160 are 164.7, 170 are 175
    world.usual(0, 3)
    world.usual(3, 4, nox=160.0)
    assert world.at(3, minute=40) == []  # the hour runs
    assert world.at(4, minute=3) == []  # its last readings are on their way
    (first,) = world.at(4)
    assert (first["kind"], first["state"], first["plant"], first["outlet"]) == ("limit", "exceeded", "p", "st")
    assert (first["pollutant"], first["unit"], first["since_ms"]) == ("NOx", "mg/m3", START_MS + 3 * HOUR_MS)
    assert first["value"] == pytest.approx(160.0 * 17.5 / 17.0)
    assert (first["until"], first["since"]) == (None, "2018-08-31T19:00:00Z")
    assert first["limit"] == {
        "value": 150.0, "unit": "mg/m3", "averaging": "1h", "standard": "GB 13271-2014", "class": "special/gas",
        "confidence": "unsure", "o2_ref": 3.5, "monthly_share": None,
    }  # fmt: skip
    assert first["text"]["zh"].startswith(
        "【超标】厂 烟囱 氮氧化物：小时均值 164.7 mg/m3，自 2018-09-01 03:00 起超过限值 150 mg/m3"
    )
    assert "since 2018-09-01 03:00" in first["text"]["en"]
    assert first["text"]["en"].endswith("the plant's permit decides.")
    world.usual(4, 6, nox=170.0)
    assert [world.at(4, minute) for minute in (7, 8, 59)] == [[], [], []]
    assert world.at(6) == []  # goes on
    world.usual(6, 7)
    (ended,) = world.at(7)
    assert (ended["state"], ended["matter"], ended["id"] != first["id"]) == ("ended", first["id"], True)
    assert (ended["until_ms"] - ended["since_ms"], ended["periods"]) == (3 * HOUR_MS, 3)
    assert (first["judged_after"], ended["judged_after"]) == (None, True)
    assert ended["value"] == pytest.approx(170.0 * 17.5 / 17.0)
    assert world.at(8) == []


def test_a_restart_repeats_nothing_and_tells_what_ended_meanwhile(world: World) -> None:
    world.usual(0, 5, nox=170.0)
    assert states(world.at(5)) == ["exceeded"]
    world.restart()
    assert world.at(5, minute=20) == []
    world.usual(5, 30)
    world.usual(30, 31, nox=170.0)
    world.usual(31, 40)
    world.restart()
    ended, later = world.at(40)
    assert (ended["state"], ended["until_ms"]) == ("ended", START_MS + 5 * HOUR_MS)
    assert (later["state"], later["since_ms"], later["until_ms"]) == (
        "ended", START_MS + 30 * HOUR_MS, START_MS + 31 * HOUR_MS,
    )  # fmt: skip
    assert later["matter"] == later["id"]  # the one notice of an exceedance that was over before anybody looked


def test_an_end_in_what_is_not_known_says_so(world: World) -> None:
    world.usual(0, 5, nox=170.0)
    world.at(5)
    (ended,) = world.at(7)  # nothing came since
    assert (ended["state"], ended["judged_after"]) == ("ended", False)
    assert ended["text"]["en"].endswith("The period after it could not be judged.")
    assert ended["text"]["zh"].endswith("其后的时段不作判定。")


def test_history_is_not_told(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        world = World(registry_of(tmp_path, STACK), store)
        world.usual(0, 5, nox=170.0)
        world.usual(5, 10)
        assert world.at(10) == []
        world.usual(10, 11, nox=170.0)
        assert states(world.at(11)) == ["exceeded"]


def test_what_was_none_is_taken_back(world: World) -> None:
    world.usual(0, 10)
    world.comes(9, nox=400.0)  # of two readings of one time the later counts
    (told,) = world.at(10)
    world.comes(9, nox=100.0)
    (back,) = world.at(10, minute=9)
    assert (back["state"], back["matter"], back["value"]) == ("withdrawn", told["id"], told["value"])
    assert back["text"]["en"].startswith("Corrected: ")
    assert told["text"]["zh"] in back["text"]["zh"]
    assert world.at(11) == []
    world.comes(9, nox=400.0)
    world.usual(10, 12)
    (again,) = world.at(12)
    assert (again["state"], again["matter"]) == ("ended", again["id"])


def test_a_longer_past_is_the_same_exceedance(world: World) -> None:
    world.usual(0, 10)
    world.comes(9, nox=170.0)
    (told,) = world.at(10)
    world.comes(8, nox=170.0)
    assert world.at(10, minute=30) == []
    world.usual(10, 12)
    (ended,) = world.at(12)
    assert (ended["matter"], ended["since_ms"], ended["periods"]) == (told["id"], START_MS + 8 * HOUR_MS, 2)


def test_a_daily_mean_is_told_after_midnight_in_the_plants_zone(world: World) -> None:
    world.usual(0, 24, cod=90.0)
    assert world.at(23, minute=59) == []
    (told,) = world.at(24)
    assert (told["pollutant"], told["value"], told["limit"]["averaging"]) == ("COD", pytest.approx(90.0), "1d")
    assert told["text"]["en"].startswith("Exceeded: Plant, Outlet, Chemical oxygen demand, daily mean 90 mg/L")


def test_a_limit_that_is_gone_is_taken_back(world: World, tmp_path: Path) -> None:
    world.usual(0, 5, nox=170.0)
    world.at(5)
    world.registry = registry_of(tmp_path, STACK.replace("special/gas", "in-use/gas"))
    assert states(world.at(5, minute=20)) == ["withdrawn"]


def test_a_full_disk_loses_no_notice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.usual(0, 5, nox=170.0)

    def full(*_: object) -> None:
        raise StoreFull("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(world.store, "keep_notices", full)
        with pytest.raises(StoreFull):
            world.at(5)
    assert states(world.at(5, minute=7)) == ["exceeded"]


def test_plants_choose_their_webhooks(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        hooks = [
            Webhook("mine", "http://127.0.0.1:9/", plants=("p",)),
            Webhook("other", "http://127.0.0.1:9/", plants=("q",)),
        ]
        world = World(registry_of(tmp_path, STACK), store, hooks)
        world.at(0)
        world.usual(0, 5, nox=170.0)
        world.at(5)
        (row,) = store.notices(plant="p")
        assert [send.webhook for send in row.sends] == ["mine"]


def test_from_the_reading_to_the_receiver_over_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("sinks.offering.FIRST_WAIT_S", 0.01)
    with Store.open(tmp_path / "data") as store, Receiver() as receiver:
        receiver.replies = [Reply(503), Reply(503)]
        world = World(registry_of(tmp_path, STACK), store, [Webhook("w", receiver.url, language="zh")])
        world.at(0)
        world.usual(0, 5, nox=170.0)
        world.health["collector"]["readings"] += 1
        world.now_ms = START_MS + 5 * HOUR_MS + 6 * MIN_MS
        world.notices.start()
        told = receiver.wait(3)
        world.notices.stop()
        assert len({one["id"] for one in told}) == 1
        assert list(told[0]["text"]) == ["zh"]
        assert told[0]["link"] == "http://taihu.example/#/plant/p/emissions"
        world.restart()
        world.notices.start()
        world.usual(5, 6)
        world.notices.stop()
        assert world.notices.test("w").taken
        assert receiver.got[-1].told["kind"] == "test"
        assert [row.notice.state for row in world.notices.rows()] == ["exceeded"]
        assert world.notices.errors() == {"w": ""}


def test_a_clock_that_was_set_back_hides_no_exceedance(world: World) -> None:
    world.usual(0, 3)
    world.at(30)  # it was wrong by a day
    world.usual(3, 4, nox=170.0)
    world.at(3, minute=50)
    assert states(world.at(4)) == ["exceeded"]


def test_a_clock_that_was_wrong_at_the_first_look_hides_no_exceedance(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        world = World(registry_of(tmp_path, STACK), store)
        world.at(24 * 365)
        world.usual(0, 3)
        assert world.at(3) == []
        world.usual(3, 4, nox=170.0)
        assert states(world.at(4)) == ["exceeded"]


def test_a_plant_that_cannot_be_judged_hides_no_exceedance_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ap":
        (tmp_path / f"{name}.toml").write_text(STACK.replace('id = "p"', f'id = "{name}"', 1), encoding="utf-8")
    registry = Registry.of_files(load_plant_files([tmp_path / "a.toml", tmp_path / "p.toml"]))
    look = plantwatch.whole_runs

    def whole_runs(read: ReadHours, registry: Registry, plant: str, *times: int) -> object:
        if plant == "a":
            raise ValueError("cannot judge a")
        return look(read, registry, plant, *times)

    told_of_a = Matter("m", "exceeded|a|st|NOx|label", "exceeded", START_MS - HOUR_MS, START_MS)
    with Store.open(tmp_path / "data") as store:
        world = World(registry, store)
        world.at(0)
        store.keep_notices([], [told_of_a])
        world.usual(0, 1, nox=170.0)
        monkeypatch.setattr(plantwatch, "whole_runs", whole_runs)
        for minute in (6, 7):
            with pytest.raises(ValueError, match="cannot judge a"):
                world.at(1, minute=minute)
        assert [(row.notice.plant, row.notice.state) for row in store.notices()] == [("p", "exceeded")]
        assert told_of_a in store.matters(), "nothing is taken back of what could not be judged"
