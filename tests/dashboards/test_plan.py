from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dashboards.plan import plan
from dashboards.reach import Connection
from dashboards.refusals import TokenRefused, Unreachable
from dashboards.server import Server
from tests.dashboards.conftest import SETTINGS, actions, change_release, push, server_of
from tests.fakegrafana import TOKEN, FakeGrafana
from tests.servers import free_port

pytestmark = pytest.mark.usefixtures("small")

HOOK = "https://hook.example/T0/secret-part"


@pytest.mark.parametrize("migrates", [False, True])
def test_a_second_run_writes_nothing(grafana: FakeGrafana, migrates: bool) -> None:
    grafana.kept.migrates = migrates
    settings = replace(SETTINGS, contact_url=HOOK)
    push(grafana, settings)
    count = len(grafana.writes)
    outcomes = push(grafana, settings)
    assert set(actions(outcomes).values()) == {"same"}
    assert len(grafana.writes) == count


def test_a_new_release_updates_what_nobody_touched(grafana: FakeGrafana, small: Path) -> None:
    push(grafana)
    change_release(small, "taihu-a.json", title="厂区")
    change_release(small, "rules.json", **{"for": "10m"})
    outcomes = push(grafana)
    assert [name for name, action in actions(outcomes).items() if action == "update"] == [
        "dashboard taihu-a",
        "alert rule taihu-limit",
    ]
    assert [str(one) for one in outcomes["dashboard taihu-a"].step.changes] == ['title: "工厂" -> "厂区"']
    assert [str(one) for one in outcomes["alert rule taihu-limit"].step.changes] == ["for: 120.0 -> 600.0"]
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["title"] == "厂区"
    assert grafana.kept.rules["taihu-limit"]["for"] == "10m"
    assert set(actions(push(grafana)).values()) == {"same"}


def test_a_dashboard_that_a_person_changed_is_left_while_nothing_is_new(grafana: FakeGrafana) -> None:
    push(grafana)
    grafana.edit_dashboard("taihu-a", lambda model: model["panels"][0].update(title="mine"))
    count = len(grafana.writes)
    outcome = push(grafana)["dashboard taihu-a"]
    assert outcome.step.action == "left" and outcome.good
    assert [str(one) for one in outcome.step.changes] == ['panels[id=1].title: "mine" -> "工厂"']
    assert len(grafana.writes) == count


def test_a_dashboard_that_a_person_changed_is_held_against_a_new_one(grafana: FakeGrafana, small: Path) -> None:
    push(grafana)
    grafana.edit_dashboard("taihu-a", lambda model: model["panels"][0].update(title="mine"))
    change_release(small, "taihu-a.json", title="厂区")
    outcome = push(grafana)["dashboard taihu-a"]
    assert outcome.step.action == "held" and not outcome.good
    assert outcome.step.why == "changed by a person since the last push; --force overwrites it"
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["panels"][0]["title"] == "mine"

    forced = push(grafana, force=True)["dashboard taihu-a"]
    assert forced.step.action == "update" and forced.step.why.endswith("overwritten") and forced.good
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["panels"][0]["title"] == "工厂"
    assert not any(request.body.get("overwrite") for request in grafana.writes if "dashboards" in request.path)
    assert set(actions(push(grafana)).values()) == {"same"}


def test_a_version_that_a_person_restored_is_a_change(grafana: FakeGrafana, small: Path) -> None:
    push(grafana)
    change_release(small, "taihu-a.json", title="厂区")
    push(grafana)
    grafana.edit_dashboard("taihu-a", lambda model: model.update(title="工厂"), message="Restored from version 1")
    assert push(grafana)["dashboard taihu-a"].step.action == "left"


def test_a_dashboard_that_a_person_moved_stays_there(grafana: FakeGrafana) -> None:
    push(grafana)
    grafana.kept.folders["mine"] = {"id": 9, "uid": "mine", "title": "Mine", "version": 1}
    grafana.kept.dashboards["taihu-a"]["meta"]["folderUid"] = "mine"
    outcome = push(grafana)["dashboard taihu-a"]
    assert outcome.step.action == "left"
    assert [str(one) for one in outcome.step.changes] == ['folder: "mine" -> "taihu"']


def test_a_dashboard_of_that_uid_that_no_push_made_is_held(grafana: FakeGrafana) -> None:
    push(grafana)
    for row in grafana.kept.saves["taihu-b"]:
        row["message"] = ""
    grafana.kept.dashboards["taihu-b"]["dashboard"]["title"] = "other"
    outcome = push(grafana)["dashboard taihu-b"]
    assert outcome.step.action == "held"
    assert outcome.step.why == "nothing tells whether a person changed it; --force overwrites it"


def test_a_provisioned_dashboard_is_told_clearly_and_never_forced(grafana: FakeGrafana, small: Path) -> None:
    push(grafana)
    grafana.kept.provisioned.add("taihu-a")
    grafana.kept.dashboards["taihu-a"]["meta"]["provisioned"] = True
    assert push(grafana)["dashboard taihu-a"].step.action == "same"
    change_release(small, "taihu-a.json", title="厂区")
    outcome = push(grafana, force=True)["dashboard taihu-a"]
    assert outcome.step.action == "held" and "Cannot save provisioned dashboard" in outcome.step.why


def test_a_rule_that_a_person_paused_is_left_and_held_against_a_new_one(grafana: FakeGrafana, small: Path) -> None:
    push(grafana)
    grafana.edit_rule("taihu-limit", lambda rule: rule.update(isPaused=True))
    outcome = push(grafana)["alert rule taihu-limit"]
    assert outcome.step.action == "left"
    assert [str(one) for one in outcome.step.changes] == ["isPaused: true -> (nothing)"]
    change_release(small, "rules.json", title="限值")
    assert push(grafana)["alert rule taihu-limit"].step.action == "held"
    assert push(grafana, force=True)["alert rule taihu-limit"].step.action == "update"
    assert grafana.kept.rules["taihu-limit"]["isPaused"] is False


def test_a_rule_from_a_file_is_not_written(grafana: FakeGrafana, small: Path) -> None:
    push(grafana)
    grafana.kept.rules["taihu-limit"]["provenance"] = "file"
    change_release(small, "rules.json", title="限值")
    outcome = push(grafana, force=True)["alert rule taihu-limit"]
    assert outcome.step.action == "held" and "provisioned by a file" in outcome.step.why


def test_a_data_source_that_a_person_pointed_elsewhere_is_left(grafana: FakeGrafana) -> None:
    push(grafana)
    grafana.kept.datasources["taihu-influx"]["url"] = "http://influx.inside:8086"
    assert push(grafana)["data source taihu-influx"].step.action == "left"
    moved = replace(SETTINGS, bucket="taihu2")
    assert push(grafana, moved)["data source taihu-influx"].step.action == "held"


def test_a_provisioned_data_source_is_not_written(grafana: FakeGrafana) -> None:
    push(grafana)
    grafana.kept.datasources["taihu-influx"]["readOnly"] = True
    outcome = push(grafana, replace(SETTINGS, bucket="x"), force=True)["data source taihu-influx"]
    assert outcome.step.action == "held" and "provisioned by a file" in outcome.step.why


def test_a_folder_of_that_name_is_taken(grafana: FakeGrafana) -> None:
    grafana.kept.folders["abc"] = {"id": 1, "uid": "abc", "title": "Taihu", "version": 1}
    assert push(grafana)["folder abc"].step.action == "same"
    assert grafana.kept.dashboards["taihu-a"]["meta"]["folderUid"] == "abc"
    assert grafana.kept.rules["taihu-limit"]["folderUID"] == "abc"
    assert set(actions(push(grafana)).values()) == {"same"}


def test_another_name_for_the_folder_is_held_and_forced(grafana: FakeGrafana) -> None:
    push(grafana)
    renamed = replace(SETTINGS, folder="太湖")
    assert push(grafana, renamed)["folder taihu"].step.action == "held"
    assert push(grafana, renamed, force=True)["folder taihu"].good
    assert grafana.kept.folders["taihu"]["title"] == "太湖"


def test_another_language_is_an_update(grafana: FakeGrafana) -> None:
    push(grafana)
    outcomes = push(grafana, replace(SETTINGS, language="en"))
    assert outcomes["dashboard taihu-b"].step.action == "update"
    assert grafana.kept.dashboards["taihu-b"]["dashboard"]["title"] == "Energy"


def test_a_wrong_token_and_a_server_that_is_down_are_one_line(grafana: FakeGrafana) -> None:
    with pytest.raises(TokenRefused):
        plan(Server(Connection(grafana.url, "wrong")), SETTINGS)
    with pytest.raises(Unreachable):
        plan(Server(Connection(f"http://127.0.0.1:{free_port()}", TOKEN)), SETTINGS)


def test_a_token_that_may_only_look_writes_nothing_and_is_told_each_right(grafana: FakeGrafana) -> None:
    push(grafana)
    count = len(grafana.writes)
    grafana.may = {"folders:read", "dashboards:read", "orgs:read"}  # the basic role Viewer
    outcomes = push(grafana, force=True)
    assert len(grafana.writes) == count
    lacking = {name: one.step.why.rpartition(" ")[2] for name, one in outcomes.items() if one.step.action == "denied"}
    assert lacking == {
        "data source taihu-influx": "datasources:read",
        "alert rule taihu-limit": "alert.provisioning:read",
    }
    grafana.kept.dashboards["taihu-a"]["dashboard"]["title"] = "mine"
    outcome = push(grafana, force=True)["dashboard taihu-a"]  # whose change it is stands in its versions
    assert outcome.step.action == "denied" and outcome.step.why.endswith("dashboards:write")


def test_reading_writes_nothing(grafana: FakeGrafana) -> None:
    steps = plan(server_of(grafana), SETTINGS)
    assert {step.action for step in steps} == {"create"}
    assert grafana.writes == []
