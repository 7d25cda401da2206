"""The strip: targets with forecast and what is needed. (api/routes_targets.py)"""

from __future__ import annotations

import pytest


def test_a_line_holds_three_periods_forecast_and_need(client):
    lines = client.get("/api/v1/targets?scope=plant:wx-dyeing").json()
    assert [line["id"] for line in lines][:2] == ["energy_per_value_added", "water_per_value_added"]
    line = lines[0]
    assert {line[p]["id"] for p in ("ytd", "rolling12", "full_year")} == {"energy_per_value_added"}
    said, needed = line["forecast"], line["needed"]
    assert said["low"] < said["value"] < said["high"]
    assert said["change"] == pytest.approx(said["value"] / line["rolling12"]["base"]["value"] - 1.0)
    assert 0.0 <= said["probability"] <= 1.0
    assert (said["from"], said["to"], said["level"]) == ("2018-12-31T16:00:00Z", "2019-12-31T16:00:00Z", 0.8)
    assert (needed["months"], needed["budget_months"], needed["budget_unit"]) == (16, 12, "tce/month")


def test_a_group_comes_with_a_line_a_member(client):
    lines = {line["id"]: line for line in client.get("/api/v1/targets?scope=plant:wx-dyeing").json()}
    parts = lines["water_pollutants"]["parts"]
    assert parts[0]["id"] == "water_pollutants:COD"
    assert all(part["forecast"]["probability"] is not None for part in parts)


def test_what_is_not_known_is_null_with_a_reason(client):
    lines = client.get("/api/v1/targets?scope=plant:zj-cement").json()
    unknown = next(line for line in lines if line["rolling12"]["change"] is None)
    assert (unknown["forecast"]["value"], unknown["forecast"]["probability"]) == (None, None)
    assert unknown["forecast"]["reason"] == "history_too_short"
    assert unknown["needed"]["change"] is None


def test_several_scopes_come_in_order(client):
    lines = client.get("/api/v1/targets?scope=sector:C31&scope=city:wuxi&scope=programme:sunan-2019").json()
    assert list(dict.fromkeys(line["scope"] for line in lines)) == ["sector:C31", "city:wuxi", "programme:sunan-2019"]


@pytest.mark.parametrize(
    ("scope", "status", "told"),
    [("sector:Z99", 404, "Z99"), ("plant:nobody", 404, "nobody"), ("wuxi", 422, "sector:CODE"), ("sector:", 404, "")],
)
def test_a_scope_that_names_nothing_is_refused(client, scope, status, told):
    answer = client.get(f"/api/v1/targets?scope={scope}")
    assert answer.status_code == status
    assert answer.json()["error"]["where"] == "query.scope"
    assert told in answer.json()["error"]["message"]


def test_the_past_is_asked_alike(client):
    now = client.get("/api/v1/targets?scope=plant:wx-dyeing").json()
    then = client.get("/api/v1/targets?scope=plant:wx-dyeing&as_of=2018-08-01").json()
    assert [line["id"] for line in then] == [line["id"] for line in now]
