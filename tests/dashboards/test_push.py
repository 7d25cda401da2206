from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboards.plan import MARK_OF_RULE, plan
from dashboards.push import carry_out, check_source
from dashboards.refusals import Denied
from tests.dashboards.conftest import SETTINGS, actions, change_release, push, server_of
from tests.fakegrafana import TOKEN, FakeGrafana

pytestmark = pytest.mark.usefixtures("small")

HOOK = "https://hook.example/T0/secret-part"


def test_an_empty_grafana_gets_everything(grafana: FakeGrafana) -> None:
    outcomes = push(grafana)
    assert actions(outcomes) == {
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


def test_a_grafana_under_a_path_gets_everything_there(small: Path) -> None:
    with FakeGrafana("/grafana") as grafana:
        assert all(one.good for one in push(grafana, replace(SETTINGS, contact_url=HOOK)).values())
        assert {request.path.startswith("/grafana/api/") for request in grafana.requests} == {True}
        assert set(actions(push(grafana, replace(SETTINGS, contact_url=HOOK))).values()) == {"same"}


def test_the_requests_are_those_of_the_reference(grafana: FakeGrafana) -> None:
    push(grafana)
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


def test_a_save_between_reading_and_writing_is_not_lost(grafana: FakeGrafana, small: Path) -> None:
    push(grafana)
    change_release(small, "taihu-a.json", title="厂区")
    server = server_of(grafana)
    steps = plan(server, SETTINGS)
    grafana.edit_dashboard("taihu-a", lambda model: model.update(title="just now"))
    outcome = next(one for one in carry_out(server, SETTINGS, steps) if one.step.uid == "taihu-a")
    assert "The dashboard has been changed by someone else (HTTP 412)" in outcome.error and not outcome.good
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["title"] == "just now"


def test_a_rule_and_a_contact_point_saved_between_reading_and_writing_are_not_lost(
    grafana: FakeGrafana, small: Path
) -> None:
    """Grafana itself refuses only dashboards, folders and data sources of an old version."""
    settings = replace(SETTINGS, contact_url=HOOK)
    push(grafana, settings)
    change_release(small, "rules.json", title="限值")
    server, moved = server_of(grafana), replace(settings, contact_url="https://hook.example/other")
    steps = plan(server, moved, force=True)
    grafana.edit_rule("taihu-limit", lambda rule: rule.update(isPaused=True))
    grafana.kept.contact_points["taihu-webhook"]["settings"]["url"] = "https://hook.example/mine"
    outcomes = {one.step.uid: one for one in carry_out(server, moved, steps)}
    for uid in ("taihu-limit", "taihu-webhook"):
        assert "has been changed since it was read; run it again" in outcomes[uid].error and not outcomes[uid].good
    assert grafana.kept.rules["taihu-limit"]["isPaused"] is True
    assert grafana.kept.contact_points["taihu-webhook"]["settings"]["url"] == "https://hook.example/mine"


def test_a_dashboard_that_became_provisioned_meanwhile_is_told_in_grafanas_words(
    grafana: FakeGrafana, small: Path
) -> None:
    push(grafana)
    change_release(small, "taihu-a.json", title="厂区")
    server = server_of(grafana)
    steps = plan(server, SETTINGS)
    grafana.kept.provisioned.add("taihu-a")
    outcomes = {one.step.uid: one for one in carry_out(server, SETTINGS, steps)}
    assert "Cannot save provisioned dashboard (HTTP 400)" in outcomes["taihu-a"].error
    assert outcomes["taihu-b"].good


@pytest.mark.parametrize("version", [{"missing_series_evals_to_resolve": 2}, {"keep_firing_for": None}])
def test_a_rule_that_grafana_keeps_in_another_form_is_marked_by_that_form(
    grafana: FakeGrafana, small: Path, version: dict[str, Any]
) -> None:
    grafana.kept.rule_extra = version  # a newer Grafana adds a field, an older one drops one
    push(grafana)
    assert [request.method for request in grafana.writes if "alert-rules" in request.path] == ["POST", "PUT"]
    assert push(grafana)["alert rule taihu-limit"].step.action == "same"
    change_release(small, "rules.json", title="限值")
    assert push(grafana)["alert rule taihu-limit"].step.action == "update"


def test_a_token_that_is_replaced_is_written_when_the_old_one_stops(grafana: FakeGrafana) -> None:
    grafana.kept.token_in_influx = "read-only-1a2b"
    server = server_of(grafana)
    first = list(carry_out(server, SETTINGS, plan(server, SETTINGS)))
    assert check_source(server, SETTINGS, first) == (True, "datasource is working. 14 measurements found")
    grafana.kept.token_in_influx = "read-only-3c4d"
    renewed = replace(SETTINGS, influx_token="read-only-3c4d")
    good, words = check_source(server, renewed, list(carry_out(server, renewed, plan(server, renewed))))
    assert good and words.endswith("its token was written again")
    assert grafana.kept.secrets["taihu-influx"] == {"httpHeaderValue1": "Token read-only-3c4d"}


def test_a_data_source_that_does_not_answer_is_told(grafana: FakeGrafana) -> None:
    grafana.kept.token_in_influx = "another"
    server = server_of(grafana)
    good, words = check_source(server, SETTINGS, list(carry_out(server, SETTINGS, plan(server, SETTINGS))))
    assert not good and "InfluxDB returned 401" in words and "read-only" not in words


def test_what_others_set_on_the_data_source_stays(grafana: FakeGrafana) -> None:
    push(grafana)
    grafana.kept.datasources["taihu-influx"]["isDefault"] = True
    outcome = push(grafana, replace(SETTINGS, influx_url="http://other:8086"))["data source taihu-influx"]
    assert [str(one) for one in outcome.step.changes] == ['url: "http://influx:8086" -> "http://other:8086"']
    kept = grafana.kept.datasources["taihu-influx"]
    assert (kept["url"], kept["isDefault"]) == ("http://other:8086", True)


def test_a_data_source_saved_between_reading_and_writing_is_not_overwritten(grafana: FakeGrafana) -> None:
    push(grafana)
    server, moved = server_of(grafana), replace(SETTINGS, bucket="taihu2")
    steps = plan(server, moved)
    grafana.kept.datasources["taihu-influx"]["version"] += 1
    outcome = next(one for one in carry_out(server, moved, steps) if one.step.kind == "data source")
    assert "already been updated by someone else" in outcome.error


def test_a_data_source_without_its_secret_gets_it(grafana: FakeGrafana) -> None:
    push(grafana)
    grafana.kept.secrets["taihu-influx"] = {}
    grafana.kept.datasources["taihu-influx"]["secureJsonFields"] = {}
    outcome = push(grafana)["data source taihu-influx"]
    assert [str(one) for one in outcome.step.changes] == ["secureJsonData.httpHeaderValue1: (nothing) -> (secret)"]
    assert grafana.kept.secrets["taihu-influx"]


def test_without_a_token_no_header_is_set(grafana: FakeGrafana) -> None:
    push(grafana, replace(SETTINGS, influx_token=None))
    assert "httpHeaderName1" not in grafana.kept.datasources["taihu-influx"]["jsonData"]
    assert grafana.kept.secrets["taihu-influx"] == {}


def test_the_contact_point_is_named_by_the_rules_and_its_address_not_shown(grafana: FakeGrafana) -> None:
    settings = replace(SETTINGS, contact_url=HOOK)
    assert HOOK not in repr(settings)
    push(grafana, settings)
    assert grafana.kept.contact_points["taihu-webhook"]["settings"]["url"] == HOOK
    assert grafana.kept.rules["taihu-limit"]["notification_settings"] == {"receiver": "Taihu"}
    outcome = push(grafana, replace(settings, contact_url="https://hook.example/other"))["contact point taihu-webhook"]
    assert outcome.step.action == "held"
    told = " ".join(str(one) for one in outcome.step.changes)
    assert told.startswith('settings.url: "https://hook.example (address ') and "secret-part" not in told
    push(grafana, replace(settings, contact_url="https://hook.example/other"), force=True)
    assert grafana.kept.contact_points["taihu-webhook"]["settings"]["url"] == "https://hook.example/other"
    assert not grafana.kept.contact_points["taihu-webhook"].get("provenance")


def test_zone_and_page_are_those_of_the_installation(grafana: FakeGrafana) -> None:
    push(grafana, replace(SETTINGS, zone="Asia/Urumqi", page="https://taihu.example/app/"))
    model = grafana.kept.dashboards["taihu-a"]["dashboard"]
    assert model["timezone"] == "Asia/Urumqi"
    assert "tz('Asia/Urumqi')" in model["panels"][0]["targets"][0]["query"]
    assert model["panels"][0]["links"][0]["url"] == "https://taihu.example/app/#/plant/x"
    assert grafana.kept.rules["taihu-limit"]["annotations"]["link"] == "https://taihu.example/app/#/"


def test_a_missing_right_keeps_only_its_own_thing_away(grafana: FakeGrafana) -> None:
    grafana.may -= {"datasources:read", "datasources:create", "alert.provisioning:write"}
    outcomes = push(grafana)
    source, alert = outcomes["data source taihu-influx"], outcomes["alert rule taihu-limit"]
    assert source.step.action == "denied" and source.step.why.endswith(
        "the token lacks the permission datasources:read"
    )
    assert alert.error.endswith("the token lacks the permission alert.provisioning:write") and not alert.good
    assert outcomes["dashboard taihu-a"].good


def test_without_the_right_to_make_the_folder_nothing_is_tried(grafana: FakeGrafana) -> None:
    grafana.may.discard("folders:create")
    with pytest.raises(Denied, match="folders:create"):
        push(grafana)
    assert [request.path for request in grafana.writes] == ["/api/folders"]


def test_access_denied_without_a_name_is_told_as_grafana_says_it(grafana: FakeGrafana) -> None:
    grafana.may.discard("dashboards:create")
    assert "Access denied to save dashboard (HTTP 403)" in push(grafana)["dashboard taihu-a"].error


def test_the_mark_of_a_rule_is_private(grafana: FakeGrafana) -> None:
    push(grafana)
    notes = grafana.kept.rules["taihu-limit"]["annotations"]
    assert MARK_OF_RULE.startswith("__") and MARK_OF_RULE.endswith("__") and len(notes[MARK_OF_RULE]) == 33
