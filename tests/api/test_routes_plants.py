"""Plants, programmes, figures and indicators. (api/routes_plants.py)"""

from __future__ import annotations

import math

import pytest

from engine.figure import Figure
from tests.api.fakes import NOW_MS


def test_plants_carry_both_names_and_their_intake(client):
    plants = {p["id"]: p for p in client.get("/api/v1/plants").json()}
    assert len(plants) == 6
    dyeing = plants["wx-dyeing"]
    assert dyeing["name"] == {"zh": "无锡太湖印染厂", "en": "Wuxi Taihu Dyeing Works"}
    assert (dyeing["city"], dyeing["sector"], dyeing["zone"]) == ("wuxi", "C17", "Asia/Shanghai")
    assert dyeing["incomer"] == "wx-dyeing/el.in"
    assert dyeing["point_count"] == len(client.get("/api/v1/points?plant=wx-dyeing").json())


def test_a_plant_comes_with_outlets_and_limits_by_full_id(client):
    plant = client.get("/api/v1/plants/wx-dyeing").json()
    water = next(o for o in plant["outlets"] if o["medium"] == "water")
    assert water["flow"] == "wx-dyeing/ww.flow"
    assert water["pollutants"]["COD"] == "wx-dyeing/ww.cod"
    assert water["loads"]["COD"] == f"wx-dyeing/{water['id']}.COD"
    limit = next(x for x in plant["limits"] if x["point"] == "wx-dyeing/ww.cod")
    assert (limit["value"], limit["unit"], limit["averaging"], limit["confidence"]) == (80.0, "mg/L", "1d", "unsure")
    averagings = {
        x["averaging"]
        for p in client.get("/api/v1/plants").json()
        for x in client.get(f"/api/v1/plants/{p['id']}").json()["limits"]
    }
    assert averagings <= {"1d", "1h", "15min"}


def test_now_is_whole_figures_with_their_inputs(client):
    body = client.get("/api/v1/plants/wx-dyeing/now").json()
    assert (body["time_ms"], body["time"]) == (NOW_MS, "2018-09-01T07:20:00Z")
    energy = body["figures"]["month_tce"]
    assert (energy["unit"], energy["factors"], energy["coverage"]) == ("tce", "GB/T 2589-2008", 0.97)
    assert energy["from"] == "2018-08-31T16:00:00Z"  # the local month
    assert [i["name"] for i in energy["inputs"]] == ["coal:electricity", "coal:natural_gas"]
    assert energy["inputs"][0]["inputs"][1]["value"] == 0.1229


def test_missing_is_null_with_a_reason(client):
    water = client.get("/api/v1/plants/zj-cement/now").json()["figures"]["today_water_m3"]
    assert water["value"] is None
    assert water["note"] == "part_missing"


def test_nan_and_infinity_never_leave(client, services, monkeypatch):
    odd = {"power_kw": Figure("power_kw", math.nan, "kW", 0, 1, math.inf)}
    monkeypatch.setattr(services.figures, "now", lambda plant: odd)
    figure = client.get("/api/v1/plants/wx-dyeing/now").json()["figures"]["power_kw"]
    assert (figure["value"], figure["coverage"]) == (None, None)


def test_now_of_all_and_of_some(client):
    assert len(client.get("/api/v1/now").json()) == 6
    some = client.get("/api/v1/now", params={"plant": ["sz-fab", "nj-chem"]}).json()
    assert [row["plant"] for row in some] == ["sz-fab", "nj-chem"]


def test_indicators_of_several_scopes_in_their_order(client):
    scopes = ["programme:sunan-2019", "plant:wx-dyeing", "city:wuxi"]
    rows = client.get("/api/v1/indicators", params={"scope": scopes}).json()
    # Plants of the programme's sectors have a target of CO2, too; there is none in Wuxi.
    wanted = [scopes[0]] * 5 + [scopes[1]] * 4 + [scopes[2]] * 4
    assert [r["scope"] for r in rows] == wanted
    energy = rows[5]
    # Progress as a ratio of logarithms: ln(1 - 0.191) / ln(1 - 0.18) = 1.068.
    assert energy["progress"] == pytest.approx(1.068, abs=5e-4)
    assert energy["status"] == "met"
    assert energy["current"]["value"] / energy["base"]["value"] - 1 == pytest.approx(energy["change"])
    water = next(r for r in rows if r["id"] == "water_pollutants")
    assert [p["id"] for p in water["parts"]] == [f"water_pollutants:{x}" for x in ("COD", "NH3-N", "TN", "TP")]


def test_what_cannot_be_assessed_says_why(client):
    rows = client.get("/api/v1/indicators?scope=plant:zj-cement").json()
    row = next(r for r in rows if r["status"] == "not_assessable")
    assert (row["change"], row["progress"], row["reason"]) == (None, None, "coverage")


def test_programmes_and_words_in_both_languages(client):
    programme = client.get("/api/v1/programmes").json()[0]
    assert (programme["base_year"], programme["target_year"]) == (2015, 2019)
    assert [t["reduction"] for t in programme["indicators"]] == [0.18, 0.20, 0.16, 0.20, 0.0]
    words = client.get("/api/v1/words").json()
    assert words["cities"]["suzhou"] == {"zh": "苏州", "en": "Suzhou"}
    assert words["pollutants"]["COD"]["zh"] == "化学需氧量"
    assert words["carriers"]["natural_gas"]["en"] == "Natural gas"
    assert words["materials"]["clinker"] == {"zh": "水泥熟料", "en": "Cement clinker"}


def test_a_balance_is_a_tree_with_its_verdict(client):
    query = {"from": "2018-08-30T16:00:00Z", "to": "2018-08-31T16:00:00Z"}
    body = client.get("/api/v1/plants/wx-dyeing/balance", params=query).json()
    assert (body["from"], body["to"]) == ("2018-08-30T16:00:00Z", "2018-08-31T16:00:00Z")
    root = next(n for n in body["nodes"] if n["point"] == "wx-dyeing/el.in")
    assert {c["point"] for c in root["children"]} == {"wx-dyeing/el.dye", "wx-dyeing/el.util"}
    # 6200 kW in, twice 30 % of it below: 40 % have no meter. Classes: 0.5 % of all, and of each part 0.5 %.
    assert root["amount"] == pytest.approx(24 * 6200)
    assert root["difference"] == pytest.approx(0.4 * 24 * 6200)
    assert (root["share_percent"], root["verdict"]) == (pytest.approx(40.0), "unmetered")
    assert root["tolerance"] == pytest.approx(0.005 * 1.6 * 24 * 6200)
    assert (root["class_percent"], root["class_assumed"], root["unit"]) == (0.5, False, "kWh")
    assert root["children"][0]["verdict"] is None


def test_a_balance_without_a_start_is_of_the_month(client):
    body = client.get("/api/v1/plants/wx-dyeing/balance?to=2018-08-31T16:00:00Z").json()
    assert body["from"] == "2018-07-31T16:00:00Z"
    refused = client.get("/api/v1/plants/wx-dyeing/balance?from=2018-09-01T00:00:00Z&to=2018-08-31T16:00:00Z")
    assert refused.json()["error"]["where"] == "query.from"


def test_changed_figures_and_statements_of_a_plant(client):
    body = client.get("/api/v1/plants/wx-dyeing/changes?since=2018-08-25").json()
    assert body["to_ms"] == body["since_ms"] == 1_535_212_799_999  # the end of 25 August in Wuxi, 16:00Z
    (figure,) = body["figures"]
    assert (figure["name"], figure["then"], figure["now"], figure["difference"]) == ("energy_tce", 1650.5, 1702.0, 51.5)
    (statement,) = body["statements"]
    assert (statement["then"]["status"], statement["now"]["status"]) == ("provisional", "final")
