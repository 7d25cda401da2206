"""Do the routes of limits, exceedances, loads and the tax answer whole, and refuse what makes no sense?"""

from __future__ import annotations

import datetime as dt

from tests.api.conftest import Client
from tests.api.fakes import NOW_MS


def test_every_limit_has_a_state_a_figure_that_opens_and_its_rule(client: Client) -> None:
    states = client.get("/api/v1/plants/wx-dyeing/limits").json()
    assert [s["point"] for s in states][:1] == ["wx-dyeing/st.nox"]
    nox = states[0]
    assert nox["limit"] | {"source": ""} == {
        "value": 150.0,
        "unit": "mg/m3",
        "averaging": "1h",
        "standard": "GB 13271-2014",
        "class": "special/gas",
        "class_name": {"zh": "锅炉 特别排放限值 燃气", "en": "Boilers, special limits, gas"},
        "confidence": "unsure",
        "o2_ref": 3.5,
        "monthly_share": None,
        "source": "",
    }
    assert nox["outlet_name"]["zh"] == "锅炉烟囱"
    assert nox["state"] in (0, 1, 2, 3)
    assert [part["name"] for part in nox["current"]["inputs"]] == [
        "point:wx-dyeing/st.nox",
        "point:wx-dyeing/st.o2",
        "reference_o2",
        "limit",
    ]
    assert set(nox["days"]) <= set("0234")
    assert nox["year_start"] == "2018-01-01"
    assert len(nox["days"]) == (dt.date(2018, 9, 1) - dt.date(2018, 1, 1)).days + 1
    assert 0 <= nox["valid"] <= nox["due"]


def test_exceedances_come_newest_first_and_agree_with_the_counts(client: Client) -> None:
    found = client.get("/api/v1/exceedances", params={"plant": "wx-dyeing"}).json()
    assert found
    assert [x["start_ms"] for x in found] == sorted((x["start_ms"] for x in found), reverse=True)
    for one in found:
        assert one["peak"] > one["limit"]["value"]
        assert one["end_ms"] <= NOW_MS
        assert one["start"] <= one["peak_time"] < one["end"]
    states = {s["point"]: s for s in client.get("/api/v1/plants/wx-dyeing/limits").json()}
    for point, state in states.items():
        mine = [x for x in found if x["point"] == point]
        assert (sum(x["periods"] for x in mine), len(mine)) == (state["year"]["periods"], state["year"]["runs"])


def test_exceedances_of_all_plants_and_of_a_range(client: Client) -> None:
    every = client.get("/api/v1/exceedances").json()
    assert len({x["plant"] for x in every}) > 1
    none = client.get("/api/v1/exceedances", params={"from": "2018-08-31T00:00:00Z", "to": "2018-08-31T00:15:00Z"})
    assert none.json() == []


def test_loads_are_measured_and_reported(client: Client) -> None:
    loads = client.get("/api/v1/plants/wx-dyeing/loads", params={"from": "2018-08-01T00:00:00Z"}).json()
    assert {(x["outlet"], x["pollutant"]) for x in loads} >= {("st", "NOx"), ("ww", "COD")}
    for one in loads:
        assert one["measured"]["unit"] == one["reported"]["unit"] == "kg"
        assert sum(one["classes"].values()) > 0
        assert one["rule"] in ("hj75_2017", "hjt356_2007")


def test_tax_of_a_month_is_a_tree(client: Client) -> None:
    tax = client.get("/api/v1/plants/wx-dyeing/tax", params={"month": "2018-08"}).json()
    assert (tax["name"], tax["unit"]) == ("tax", "yuan")
    assert [x["name"] for x in tax["inputs"]] == ["tax_outlet:wx-dyeing/st", "tax_outlet:wx-dyeing/ww"]
    before = client.get("/api/v1/plants/wx-dyeing/tax", params={"month": "2017-08"}).json()
    assert (before["value"], before["note"]) == (None, "no_tax_rate")


def test_what_makes_no_sense_is_refused(client: Client) -> None:
    for path, where in (
        ("/plants/wx-dyeing/tax?month=2018-13", "query.month"),
        ("/plants/nowhere/limits", "path.plant"),
        ("/exceedances?plant=nowhere", "query.plant"),
        ("/exceedances?from=2018-09-01T00:00:00Z&to=2018-08-01T00:00:00Z", "query.from"),
    ):
        answer = client.get(f"/api/v1{path}")
        assert answer.status_code in (404, 422, 400)
        assert answer.json()["error"]["where"] == where


def test_the_past_can_be_asked(client: Client) -> None:
    then = client.get("/api/v1/plants/wx-dyeing/limits", params={"as_of": "2018-03-01"}).json()
    assert len(then[0]["days"]) == 31 + 28 + 1
