from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboards.plan import MARK_OF_RULE, plan
from dashboards.push import Outcome, carry_out, check_source
from dashboards.reach import Connection
from dashboards.refusals import Denied, TokenRefused, Unreachable
from dashboards.server import Server
from dashboards.wanted import PushSettings
from tests.dashboards.conftest import SETTINGS
from tests.fakegrafana import TOKEN, FakeGrafana
from tests.servers import free_port

pytestmark = pytest.mark.usefixtures("small")

HOOK = "https://hook.example/T0/secret-part"


def _server(grafana: FakeGrafana) -> Server:
    return Server(Connection(grafana.url, TOKEN), sleep=lambda _: None)


def _push(grafana: FakeGrafana, settings: PushSettings = SETTINGS, *, force: bool = False) -> dict[str, Outcome]:
    server = _server(grafana)
    done = carry_out(server, settings, plan(server, settings, force=force))
    return {f"{one.step.kind} {one.step.uid}": one for one in done}


def _actions(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: one.step.action for name, one in outcomes.items()}


def _change(small: Path, name: str, **values: Any) -> None:
    """The next release of the product brings another text."""
    path = small / "zh" / name
    found = json.loads(path.read_text(encoding="utf-8"))
    (found[0] if isinstance(found, list) else found).update(values)
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def test_an_empty_grafana_gets_everything(grafana: FakeGrafana) -> None:
    outcomes = _push(grafana)
    assert _actions(outcomes) == {
        "folder taihu": "create",
        "data source taihu-influx": "create",
        "dashboard taihu-a": "create",
        "dashboard taihu-b": "create",
        "alert rule taihu-limit": "create",
    }
    assert all(one.good for one in outcomes.values())
    assert [(request.method, request.path) for request in grafana.writes] == [
        ("POST", "/api/folders"),
        ("POST", "/api/datasources"),
        ("POST", "/api/dashboards/db"),
        ("POST", "/api/dashboards/db"),
        ("POST", "/api/v1/provisioning/alert-rules"),
    ]
    assert {request.headers["authorization"] for request in grafana.requests} == {f"Bearer {TOKEN}"}


def test_the_requests_are_those_of_the_reference(grafana: FakeGrafana) -> None:
    _push(grafana)
    folder, source, first, _, alert = (request.body for request in grafana.writes)
    assert folder == {"title": "Taihu", "uid": "taihu"}
    assert source.items() >= {"type": "influxdb", "access": "proxy", "url": "http://influx:8086"}.items()
    assert source["jsonData"].items() >= {"dbName": "taihu", "httpHeaderName1": "Authorization"}.items()
    assert source["secureJsonData"] == {"httpHeaderValue1": "Token read-only-1a2b"}
    assert first["folderUid"] == "taihu" and first["overwrite"] is False
    assert first["dashboard"].items() >= {"id": None, "uid": "taihu-a", "title": "工厂"}.items()
    assert "version" not in first["dashboard"]
    assert alert.items() >= {"uid": "taihu-limit", "folderUID": "taihu", "ruleGroup": "limits"}.items()
    assert grafana.writes[-1].headers["x-disable-provenance"] == "true"


@pytest.mark.parametrize("migrates", [False, True])
def test_a_second_run_writes_nothing(grafana: FakeGrafana, migrates: bool) -> None:
    grafana.kept.migrates = migrates
    settings = replace(SETTINGS, contact_url=HOOK)
    _push(grafana, settings)
    count = len(grafana.writes)
    outcomes = _push(grafana, settings)
    assert set(_actions(outcomes).values()) == {"same"}
    assert len(grafana.writes) == count


def test_a_new_release_updates_what_nobody_touched(grafana: FakeGrafana, small: Path) -> None:
    _push(grafana)
    _change(small, "taihu-a.json", title="厂区")
    _change(small, "rules.json", **{"for": "10m"})
    outcomes = _push(grafana)
    assert [name for name, action in _actions(outcomes).items() if action == "update"] == [
        "dashboard taihu-a",
        "alert rule taihu-limit",
    ]
    assert [str(one) for one in outcomes["dashboard taihu-a"].step.changes] == ['title: "工厂" -> "厂区"']
    assert [str(one) for one in outcomes["alert rule taihu-limit"].step.changes] == ["for: 120.0 -> 600.0"]
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["title"] == "厂区"
    assert grafana.kept.rules["taihu-limit"]["for"] == "10m"
    assert set(_actions(_push(grafana)).values()) == {"same"}


def test_a_dashboard_that_a_person_changed_is_left_while_nothing_is_new(grafana: FakeGrafana) -> None:
    _push(grafana)
    grafana.edit_dashboard("taihu-a", lambda model: model["panels"][0].update(title="mine"))
    count = len(grafana.writes)
    outcome = _push(grafana)["dashboard taihu-a"]
    assert outcome.step.action == "left" and outcome.good
    assert [str(one) for one in outcome.step.changes] == ['panels[id=1].title: "mine" -> "工厂"']
    assert len(grafana.writes) == count


def test_a_dashboard_that_a_person_changed_is_held_against_a_new_one(grafana: FakeGrafana, small: Path) -> None:
    _push(grafana)
    grafana.edit_dashboard("taihu-a", lambda model: model["panels"][0].update(title="mine"))
    _change(small, "taihu-a.json", title="厂区")
    outcome = _push(grafana)["dashboard taihu-a"]
    assert outcome.step.action == "held" and not outcome.good
    assert outcome.step.why == "changed by a person since the last push; --force overwrites it"
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["panels"][0]["title"] == "mine"

    forced = _push(grafana, force=True)["dashboard taihu-a"]
    assert forced.step.action == "update" and forced.step.why.endswith("overwritten") and forced.good
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["panels"][0]["title"] == "工厂"
    assert not any(request.body.get("overwrite") for request in grafana.writes if "dashboards" in request.path)
    assert set(_actions(_push(grafana)).values()) == {"same"}


def test_a_version_that_a_person_restored_is_a_change(grafana: FakeGrafana, small: Path) -> None:
    _push(grafana)
    _change(small, "taihu-a.json", title="厂区")
    _push(grafana)
    grafana.edit_dashboard("taihu-a", lambda model: model.update(title="工厂"), message="Restored from version 1")
    assert _push(grafana)["dashboard taihu-a"].step.action == "left"


def test_a_dashboard_that_a_person_moved_stays_there(grafana: FakeGrafana) -> None:
    _push(grafana)
    grafana.kept.folders["mine"] = {"id": 9, "uid": "mine", "title": "Mine", "version": 1}
    grafana.kept.dashboards["taihu-a"]["meta"]["folderUid"] = "mine"
    outcome = _push(grafana)["dashboard taihu-a"]
    assert outcome.step.action == "left"
    assert [str(one) for one in outcome.step.changes] == ['folder: "mine" -> "taihu"']


def test_a_dashboard_of_that_uid_that_no_push_made_is_held(grafana: FakeGrafana) -> None:
    _push(grafana)
    for row in grafana.kept.saves["taihu-b"]:
        row["message"] = ""
    grafana.kept.dashboards["taihu-b"]["dashboard"]["title"] = "other"
    outcome = _push(grafana)["dashboard taihu-b"]
    assert outcome.step.action == "held"
    assert outcome.step.why == "nothing tells whether a person changed it; --force overwrites it"


def test_a_save_between_reading_and_writing_is_not_lost(grafana: FakeGrafana, small: Path) -> None:
    _push(grafana)
    _change(small, "taihu-a.json", title="厂区")
    server = _server(grafana)
    steps = plan(server, SETTINGS)
    grafana.edit_dashboard("taihu-a", lambda model: model.update(title="just now"))
    outcome = next(one for one in carry_out(server, SETTINGS, steps) if one.step.uid == "taihu-a")
    assert "The dashboard has been changed by someone else (HTTP 412)" in outcome.error and not outcome.good
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["title"] == "just now"


def test_a_provisioned_dashboard_is_told_clearly_and_never_forced(grafana: FakeGrafana, small: Path) -> None:
    _push(grafana)
    grafana.kept.provisioned.add("taihu-a")
    grafana.kept.dashboards["taihu-a"]["meta"]["provisioned"] = True
    assert _push(grafana)["dashboard taihu-a"].step.action == "same"
    _change(small, "taihu-a.json", title="厂区")
    outcome = _push(grafana, force=True)["dashboard taihu-a"]
    assert outcome.step.action == "held" and "Cannot save provisioned dashboard" in outcome.step.why


def test_a_dashboard_that_became_provisioned_meanwhile_is_told_in_grafanas_words(
    grafana: FakeGrafana, small: Path
) -> None:
    _push(grafana)
    _change(small, "taihu-a.json", title="厂区")
    server = _server(grafana)
    steps = plan(server, SETTINGS)
    grafana.kept.provisioned.add("taihu-a")
    outcomes = {one.step.uid: one for one in carry_out(server, SETTINGS, steps)}
    assert "Cannot save provisioned dashboard (HTTP 400)" in outcomes["taihu-a"].error
    assert outcomes["taihu-b"].good


def test_a_rule_that_a_person_paused_is_left_and_held_against_a_new_one(grafana: FakeGrafana, small: Path) -> None:
    _push(grafana)
    grafana.edit_rule("taihu-limit", lambda rule: rule.update(isPaused=True))
    outcome = _push(grafana)["alert rule taihu-limit"]
    assert outcome.step.action == "left"
    assert [str(one) for one in outcome.step.changes] == ["isPaused: true -> (nothing)"]
    _change(small, "rules.json", title="限值")
    assert _push(grafana)["alert rule taihu-limit"].step.action == "held"
    assert _push(grafana, force=True)["alert rule taihu-limit"].step.action == "update"
    assert grafana.kept.rules["taihu-limit"]["isPaused"] is False


def test_a_rule_from_a_file_is_not_written(grafana: FakeGrafana, small: Path) -> None:
    _push(grafana)
    grafana.kept.rules["taihu-limit"]["provenance"] = "file"
    _change(small, "rules.json", title="限值")
    outcome = _push(grafana, force=True)["alert rule taihu-limit"]
    assert outcome.step.action == "held" and "provisioned by a file" in outcome.step.why


@pytest.mark.parametrize("version", [{"missing_series_evals_to_resolve": 2}, {"keep_firing_for": None}])
def test_a_rule_that_grafana_keeps_in_another_form_is_marked_by_that_form(
    grafana: FakeGrafana, small: Path, version: dict[str, Any]
) -> None:
    grafana.kept.rule_extra = version  # a newer Grafana adds a field, an older one drops one
    _push(grafana)
    assert [request.method for request in grafana.writes if "alert-rules" in request.path] == ["POST", "PUT"]
    assert _push(grafana)["alert rule taihu-limit"].step.action == "same"
    _change(small, "rules.json", title="限值")
    assert _push(grafana)["alert rule taihu-limit"].step.action == "update"


def test_a_token_that_is_replaced_is_written_when_the_old_one_stops(grafana: FakeGrafana) -> None:
    grafana.kept.token_in_influx = "read-only-1a2b"
    server = _server(grafana)
    first = list(carry_out(server, SETTINGS, plan(server, SETTINGS)))
    assert check_source(server, SETTINGS, first) == (True, "datasource is working. 14 measurements found")
    grafana.kept.token_in_influx = "read-only-3c4d"
    renewed = replace(SETTINGS, influx_token="read-only-3c4d")
    good, words = check_source(server, renewed, list(carry_out(server, renewed, plan(server, renewed))))
    assert good and words.endswith("its token was written again")
    assert grafana.kept.secrets["taihu-influx"] == {"httpHeaderValue1": "Token read-only-3c4d"}


def test_a_data_source_that_does_not_answer_is_told(grafana: FakeGrafana) -> None:
    grafana.kept.token_in_influx = "another"
    server = _server(grafana)
    good, words = check_source(server, SETTINGS, list(carry_out(server, SETTINGS, plan(server, SETTINGS))))
    assert not good and "InfluxDB returned 401" in words and "read-only" not in words


def test_what_others_set_on_the_data_source_stays(grafana: FakeGrafana) -> None:
    _push(grafana)
    grafana.kept.datasources["taihu-influx"]["isDefault"] = True
    outcome = _push(grafana, replace(SETTINGS, influx_url="http://other:8086"))["data source taihu-influx"]
    assert [str(one) for one in outcome.step.changes] == ['url: "http://influx:8086" -> "http://other:8086"']
    kept = grafana.kept.datasources["taihu-influx"]
    assert (kept["url"], kept["isDefault"]) == ("http://other:8086", True)


def test_a_data_source_saved_between_reading_and_writing_is_not_overwritten(grafana: FakeGrafana) -> None:
    _push(grafana)
    server, moved = _server(grafana), replace(SETTINGS, bucket="taihu2")
    steps = plan(server, moved)
    grafana.kept.datasources["taihu-influx"]["version"] += 1
    outcome = next(one for one in carry_out(server, moved, steps) if one.step.kind == "data source")
    assert "already been updated by someone else" in outcome.error


def test_a_data_source_that_a_person_pointed_elsewhere_is_left(grafana: FakeGrafana) -> None:
    _push(grafana)
    grafana.kept.datasources["taihu-influx"]["url"] = "http://influx.inside:8086"
    assert _push(grafana)["data source taihu-influx"].step.action == "left"
    moved = replace(SETTINGS, bucket="taihu2")
    assert _push(grafana, moved)["data source taihu-influx"].step.action == "held"


def test_a_data_source_without_its_secret_gets_it(grafana: FakeGrafana) -> None:
    _push(grafana)
    grafana.kept.secrets["taihu-influx"] = {}
    grafana.kept.datasources["taihu-influx"]["secureJsonFields"] = {}
    outcome = _push(grafana)["data source taihu-influx"]
    assert [str(one) for one in outcome.step.changes] == ["secureJsonData.httpHeaderValue1: (nothing) -> (secret)"]
    assert grafana.kept.secrets["taihu-influx"]


def test_without_a_token_no_header_is_set(grafana: FakeGrafana) -> None:
    _push(grafana, replace(SETTINGS, influx_token=None))
    assert "httpHeaderName1" not in grafana.kept.datasources["taihu-influx"]["jsonData"]
    assert grafana.kept.secrets["taihu-influx"] == {}


def test_a_provisioned_data_source_is_not_written(grafana: FakeGrafana) -> None:
    _push(grafana)
    grafana.kept.datasources["taihu-influx"]["readOnly"] = True
    outcome = _push(grafana, replace(SETTINGS, bucket="x"), force=True)["data source taihu-influx"]
    assert outcome.step.action == "held" and "provisioned by a file" in outcome.step.why


def test_the_contact_point_is_named_by_the_rules_and_its_address_not_shown(grafana: FakeGrafana) -> None:
    settings = replace(SETTINGS, contact_url=HOOK)
    assert HOOK not in repr(settings)
    _push(grafana, settings)
    assert grafana.kept.contact_points["taihu-webhook"]["settings"]["url"] == HOOK
    assert grafana.kept.rules["taihu-limit"]["notification_settings"] == {"receiver": "Taihu"}
    outcome = _push(grafana, replace(settings, contact_url="https://hook.example/other"))["contact point taihu-webhook"]
    assert outcome.step.action == "held"
    told = " ".join(str(one) for one in outcome.step.changes)
    assert told.startswith('settings.url: "https://hook.example (address ') and "secret-part" not in told
    _push(grafana, replace(settings, contact_url="https://hook.example/other"), force=True)
    assert grafana.kept.contact_points["taihu-webhook"]["settings"]["url"] == "https://hook.example/other"
    assert not grafana.kept.contact_points["taihu-webhook"].get("provenance")


def test_a_folder_of_that_name_is_taken(grafana: FakeGrafana) -> None:
    grafana.kept.folders["abc"] = {"id": 1, "uid": "abc", "title": "Taihu", "version": 1}
    assert _push(grafana)["folder abc"].step.action == "same"
    assert grafana.kept.dashboards["taihu-a"]["meta"]["folderUid"] == "abc"
    assert grafana.kept.rules["taihu-limit"]["folderUID"] == "abc"
    assert set(_actions(_push(grafana)).values()) == {"same"}


def test_another_name_for_the_folder_is_held_and_forced(grafana: FakeGrafana) -> None:
    _push(grafana)
    renamed = replace(SETTINGS, folder="太湖")
    assert _push(grafana, renamed)["folder taihu"].step.action == "held"
    assert _push(grafana, renamed, force=True)["folder taihu"].good
    assert grafana.kept.folders["taihu"]["title"] == "太湖"


def test_another_language_is_an_update(grafana: FakeGrafana) -> None:
    _push(grafana)
    outcomes = _push(grafana, replace(SETTINGS, language="en"))
    assert outcomes["dashboard taihu-b"].step.action == "update"
    assert grafana.kept.dashboards["taihu-b"]["dashboard"]["title"] == "Energy"


def test_zone_and_page_are_those_of_the_installation(grafana: FakeGrafana) -> None:
    _push(grafana, replace(SETTINGS, zone="Asia/Urumqi", page="https://taihu.example/app/"))
    model = grafana.kept.dashboards["taihu-a"]["dashboard"]
    assert model["timezone"] == "Asia/Urumqi"
    assert "tz('Asia/Urumqi')" in model["panels"][0]["targets"][0]["query"]
    assert model["panels"][0]["links"][0]["url"] == "https://taihu.example/app/#/plant/x"
    assert grafana.kept.rules["taihu-limit"]["annotations"]["link"] == "https://taihu.example/app/#/"


def test_a_missing_right_keeps_only_its_own_thing_away(grafana: FakeGrafana) -> None:
    grafana.may -= {"datasources:read", "datasources:create", "alert.provisioning:write"}
    outcomes = _push(grafana)
    source, alert = outcomes["data source taihu-influx"], outcomes["alert rule taihu-limit"]
    assert source.step.action == "denied" and source.step.why.endswith(
        "the token lacks the permission datasources:read"
    )
    assert alert.error.endswith("the token lacks the permission alert.provisioning:write") and not alert.good
    assert outcomes["dashboard taihu-a"].good


def test_without_the_right_to_make_the_folder_nothing_is_tried(grafana: FakeGrafana) -> None:
    grafana.may.discard("folders:create")
    with pytest.raises(Denied, match="folders:create"):
        _push(grafana)
    assert [request.path for request in grafana.writes] == ["/api/folders"]


def test_access_denied_without_a_name_is_told_as_grafana_says_it(grafana: FakeGrafana) -> None:
    grafana.may.discard("dashboards:create")
    assert "Access denied to save dashboard (HTTP 403)" in _push(grafana)["dashboard taihu-a"].error


def test_a_wrong_token_and_a_server_that_is_down_are_one_line(grafana: FakeGrafana) -> None:
    with pytest.raises(TokenRefused):
        plan(Server(Connection(grafana.url, "wrong")), SETTINGS)
    with pytest.raises(Unreachable):
        plan(Server(Connection(f"http://127.0.0.1:{free_port()}", TOKEN)), SETTINGS)


def test_reading_writes_nothing(grafana: FakeGrafana) -> None:
    steps = plan(_server(grafana), SETTINGS)
    assert {step.action for step in steps} == {"create"}
    assert grafana.writes == []


def test_the_mark_of_a_rule_is_private(grafana: FakeGrafana) -> None:
    _push(grafana)
    notes = grafana.kept.rules["taihu-limit"]["annotations"]
    assert MARK_OF_RULE.startswith("__") and MARK_OF_RULE.endswith("__") and len(notes[MARK_OF_RULE]) == 33
