"""Do trends go out with their months, their test and the total beside it, and nothing as 0 that is not known?"""

from __future__ import annotations

import math

import pytest

from tests.api.conftest import Client

PATH = "/api/v1/plants/wx-dyeing/trends"


def test_every_pollutant_and_energy_per_value_added(client: Client) -> None:
    body = client.get(PATH).json()
    assert (body["plant"], body["base_year"], body["significant"], body["level"]) == ("wx-dyeing", 2015, 0.05, 0.95)
    names = [(t["medium"], t["pollutant"], t["quantity"]) for t in body["trends"]]
    assert ("water", "COD", "load") in names
    assert ("air", "NOx", "concentration") in names
    assert names[-1] == (None, None, "energy_per_value_added")


def test_a_filter_leaves_the_pollutant_alone(client: Client) -> None:
    body = client.get(PATH, params={"medium": "water", "pollutant": "TN"}).json()
    assert [(t["pollutant"], t["quantity"]) for t in body["trends"]] == [("TN", "load"), ("TN", "concentration")]
    assert {t["medium"] for t in client.get(PATH, params={"medium": "air"}).json()["trends"]} == {"air"}


def test_months_stand_on_the_plants_calendar_and_a_missing_one_is_null(client: Client) -> None:
    (load, _) = client.get(PATH, params={"medium": "water", "pollutant": "TN"}).json()["trends"]
    first, missing = load["months"][0], load["months"][10]
    assert (first["month"], first["start_ms"]) == ("2015-01", 1420041600000)  # 2014-12-31T16:00:00Z
    assert (missing["month"], missing["value"], missing["valid_days"]) == ("2015-11", None, 9)
    assert missing["line"] is not None
    assert load["test"]["n"] == len(load["months"]) - 1


def test_the_line_passes_the_medians_with_the_slope(client: Client) -> None:
    (load, _) = client.get(PATH, params={"medium": "water", "pollutant": "TN"}).json()["trends"]
    test, line = load["test"], [m["line"] for m in load["months"]]
    assert (line[12] - line[0]) == pytest.approx(test["slope"])
    assert all(m["line_low"] <= m["line"] <= m["line_high"] for m in load["months"])
    assert test["slope_share"] == pytest.approx(test["slope"] / test["base_level"])
    assert test["low"] < test["slope"] < test["high"] < 0
    assert test["slope_at_zero_or_limit"] == [test["slope"], test["slope"]]
    assert (load["verdict"], test["counts"]) == ("falling", "plain")
    assert test["p"] == test["p_plain"] < 0.05
    z = test["z"]
    assert test["p"] == pytest.approx(math.erfc(abs(z) / math.sqrt(2.0)))


def test_only_the_total_says_that_a_target_is_met(client: Client) -> None:
    (load, mean) = client.get(PATH, params={"medium": "water", "pollutant": "COD"}).json()["trends"]
    assert (load["verdict"], load["total"]["status"], load["total"]["change"]) == ("no_trend", "met", -0.18)
    assert mean["total"] is None
    assert (load["error_percent"], load["error_sure"]) == (10.0, False)


@pytest.mark.parametrize(
    ("path", "params", "where"),
    [
        ("/api/v1/plants/nowhere/trends", {}, "path.plant"),
        (PATH, {"pollutant": "XYZ"}, "query.pollutant"),
        (PATH, {"medium": "soil"}, "query.medium"),
        (PATH, {"as_of": "2099-01-01"}, "query.as_of"),
    ],
)
def test_what_is_wrong_is_said(client: Client, path: str, params: dict[str, str], where: str) -> None:
    answer = client.get(path, params=params)
    assert answer.status_code in (404, 422)
    assert answer.json()["error"]["where"] == where


def test_earlier_knowledge_ends_with_its_own_months(client: Client) -> None:
    body = client.get(PATH, params={"as_of": "2018-03-15", "pollutant": "TN"}).json()
    assert body["trends"][0]["months"][-1]["month"] == "2018-02"
