"""Causes of a change. (api/routes_why.py)"""

from __future__ import annotations

import pytest

from engine.targets.indicators import Comparison

WHY = "/api/v1/why?scope=plant:wx-dyeing&indicator=energy_per_value_added"


def test_effects_sum_to_the_change_and_are_named_in_both_languages(client):
    body = client.get(WHY).json()
    assert (body["scope"], body["indicator"], body["unit"]) == (
        "plant:wx-dyeing",
        "energy_per_value_added",
        "tce/10k_yuan",
    )
    assert body["change"] == pytest.approx(body["current"]["value"] - body["base"]["value"])
    assert sum(effect["amount"] for effect in body["effects"]) == pytest.approx(body["change"])
    assert all(effect["name"]["zh"] and effect["name"]["en"] for effect in body["effects"])
    structure = next(effect for effect in body["effects"] if effect["key"] == "structure")
    assert [part["text"]["en"] for part in structure["parts"]] == ["between sectors", "between plants of a sector"]
    assert body["sentence"]["zh"].endswith("。") and body["sentence"]["en"].endswith(".")
    assert body["meters"][0]["amount"] == pytest.approx(body["meters"][0]["current"] - body["meters"][0]["base"])
    assert body["notes"][0]["key"] == "provisional"


def test_what_is_not_known_has_no_causes(client):
    body = client.get("/api/v1/why?scope=plant:zj-cement&indicator=water_pollutants").json()
    assert (body["change"], body["effects"], body["meters"]) == (None, [], [])
    assert body["current"]["value"] is None


def test_a_part_of_a_group_can_be_asked(client):
    body = client.get("/api/v1/why?scope=plant:wx-dyeing&indicator=water_pollutants:COD").json()
    assert body["indicator"] == "water_pollutants:COD"


def test_any_two_stretches_of_days(client, services, monkeypatch):
    asked: list[Comparison | None] = []
    real = services.figures.why

    def why(scope, indicator, period, days):
        asked.append(days)
        return real(scope, indicator, period, days)

    monkeypatch.setattr(services.figures, "why", why)
    assert client.get(f"{WHY}&base=2016-01-01..2016-03-01&current=2018-01-01..2018-03-01").status_code == 200
    (days,) = asked
    assert days is not None
    assert (days.base.days, days.current.days, days.year) == (60, 59, 2018)  # 2016 was a leap year
    # Local midnights of the plant.
    assert days.current.from_ms == 1514736000000


@pytest.mark.parametrize(
    ("query", "status", "where", "text"),
    [
        ("scope=plant:nobody&indicator=x", 404, "query.scope", "nobody"),
        ("scope=wx-dyeing&indicator=x", 422, "query.scope", "malformed"),
        ("scope=plant:wx-dyeing&indicator=nothing", 404, "query.indicator", "there are energy_per_value_added"),
        ("scope=plant:wx-dyeing&indicator=x&base=2016-01-01..2016-03-01", 422, "query.current", "in both"),
        ("scope=plant:wx-dyeing&indicator=x&base=ytd&current=ytd", 422, "query.base", "2018-01-01..2018-09-01"),
        (
            "scope=plant:wx-dyeing&indicator=x&base=2016-03-01..2016-01-01&current=2018-01-01..2018-03-01",
            422,
            "query.base",
            "empty",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_was_wanted(client, query, status, where, text):
    answer = client.get(f"/api/v1/why?{query}")
    error = answer.json()["error"]
    assert (answer.status_code, error["where"]) == (status, where)
    assert text in error["message"]


def test_as_of_asks_the_past(client, services):
    assert client.get(f"{WHY}&as_of=2018-08-20").status_code == 200
    assert len(services.asked_as_of) == 1
