"""What was saved, by year and plant. (api/routes_savings.py)"""

from __future__ import annotations

import pytest

from tests.api.fake_savings import LATE


def _savings(client, scope, **more):
    return client.get("/api/v1/savings", params={"scope": scope, **more}).json()


def test_a_year_has_both_views_and_is_the_sum_of_its_plants(client):
    found = _savings(client, "programme:sunan-2019")
    assert [(year["year"], year["running"]) for year in found["years"]] == [(2016, False), (2017, False), (2018, True)]
    for at, year in enumerate(found["years"]):
        for view in ("fixed_base", "yearly"):
            each = [plant["years"][at][view]["value"] for plant in found["plants"]]
            assert year[view]["value"] == pytest.approx(sum(value for value in each if value is not None))
            assert year[view]["inputs"] == []
        assert (year["counted"], len(found["plants"])) == (5, 6)
    assert found["years"][2]["final_share"] == 0.0 and found["years"][0]["final_share"] == 1.0


def test_what_is_added_up_is_the_sum_of_the_years(client):
    found = _savings(client, "programme:sunan-2019")
    assert (found["counts"], found["from_year"]) == ("yearly", 2016)
    assert found["cumulative"]["value"] == pytest.approx(sum(year["yearly"]["value"] for year in found["years"]))
    last = found["years"][-1]
    assert last["fixed_base_more"]["total"]["value"] == pytest.approx(
        sum(year["fixed_base"]["value"] for year in found["years"])
    )
    assert found["cumulative_final"]["value"] < found["cumulative"]["value"]


def test_the_goal_stands_where_it_belongs(client):
    wuxi, suzhou = (_savings(client, f"city:{city}") for city in ("wuxi", "suzhou"))
    assert (wuxi["goal_tce"], wuxi["goal_confidence"], wuxi["goal_scope"]) == (1e6, "unsure", "city:wuxi")
    assert (suzhou["goal_tce"], suzhou["goal_confidence"], suzhou["goal_scope"]) == (None, None, "city:wuxi")


def test_who_is_left_out_is_named_with_the_reason(client):
    found = _savings(client, "city:wuxi")
    reasons = {plant["plant"]: plant["years"][0]["reason"] for plant in found["plants"]}
    assert reasons == {"wx-dyeing": "", LATE: "opened_after_base_year"}
    assert found["years"][0]["fixed_base"]["note"] == "plants_left_out"
    alone = _savings(client, f"plant:{LATE}")["years"][0]
    assert (alone["fixed_base"]["value"], alone["counted"]) == (None, 0)


def test_the_past_is_asked_alike(client):
    found = _savings(client, "plant:wx-dyeing", as_of="2017-05-01")
    assert [(year["year"], year["running"]) for year in found["years"]] == [(2016, False), (2017, True)]


@pytest.mark.parametrize(("scope", "status"), [("plant:nobody", 404), ("wuxi", 422), ("sector:", 404), ("", 422)])
def test_a_scope_that_names_nothing_is_refused(client, scope, status):
    assert client.get("/api/v1/savings", params={"scope": scope}).status_code == status
