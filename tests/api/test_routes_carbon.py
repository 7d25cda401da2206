"""Does the API give a plant's CO2 as a tree over the days that were asked for?"""

from __future__ import annotations

from tests.api.conftest import Client

PATH = "/api/v1/plants/zj-cement/carbon"


def below(figure: dict, name: str) -> dict:
    return next(part for part in figure["inputs"] if part["name"] == name)


def test_this_year_to_yesterday_without_a_range(client: Client) -> None:
    body = client.get(PATH).json()
    assert (body["name"], body["unit"], body["factors"]) == ("co2_t", "tCO2", "NDRC 2013-2015")
    assert (body["from"], body["to"]) == ("2017-12-31T16:00:00Z", "2018-08-31T16:00:00Z")
    scope1, scope2 = below(body, "co2_scope1"), below(body, "co2_scope2")
    assert body["value"] == scope1["value"] + scope2["value"]
    clinker = below(below(scope1, "co2_process"), "co2:clinker")
    assert [part["name"] for part in clinker["inputs"]] == ["material:clinker", "factor_co2:clinker"]
    assert clinker["value"] == clinker["inputs"][0]["value"] * clinker["inputs"][1]["value"]


def test_any_days(client: Client) -> None:
    query = {"from": "2014-12-31T16:00:00Z", "to": "2015-08-31T16:00:00Z"}
    body = client.get(PATH, params=query).json()
    assert (body["from"], body["to"]) == (query["from"], query["to"])


def test_what_cannot_be_answered_is_told(client: Client) -> None:
    assert client.get("/api/v1/plants/nobody/carbon").status_code == 404
    turned = client.get(PATH, params={"from": "2018-02-01T00:00:00Z", "to": "2018-01-01T00:00:00Z"})
    assert (turned.status_code, turned.json()["error"]["where"]) == (422, "query.from")
    ahead = client.get(PATH, params={"from": "2030-01-01T00:00:00Z"})
    assert "must be before to (now)" in ahead.json()["error"]["message"]
    naive = client.get(PATH, params={"from": "2018-01-01T00:00:00"})
    assert "names no time zone" in naive.json()["error"]["message"]


def test_it_is_asked_as_of_a_moment(client: Client, services) -> None:
    client.get(PATH, params={"as_of": "2018-06-30T16:00:00Z"})
    assert services.asked_as_of[-1] == 1_530_374_400_000


def test_indicators_tell_the_weaker_readings_beside(client: Client) -> None:
    rows = client.get("/api/v1/indicators", params={"scope": "programme:sunan-2019"}).json()
    co2 = next(row for row in rows if row["id"] == "co2")
    assert (co2["target"], co2["progress"], co2["status"]) == (0.0, None, "behind")
    assert [part["id"] for part in co2["parts"]] == ["co2:C26", "co2:C30", "co2:C31"]
    assert [reading["name"] for reading in co2["beside"]] == ["co2_sum_change"]
