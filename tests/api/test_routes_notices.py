"""What was told, to whom, and whether it arrived. (api/routes_notices.py)"""

from __future__ import annotations


def test_notices_are_listed_with_what_became_of_them(client):
    found = client.get("/api/v1/notices").json()
    assert [row["number"] for row in found["rows"]] == [3, 2, 1]
    lost, ended, exceeded = found["rows"]
    assert (lost["kind"], lost["plant"], lost["limit"], lost["text"]["en"]) == (
        "broker",
        None,
        None,
        "The broker is away",
    )
    assert (ended["state"], ended["until"], ended["matter"]) == ("ended", "2018-08-31T14:00:00Z", exceeded["id"])
    assert ended["limit"]["standard"] == "GB 13271-2014"
    assert ended["sends"][1] == {
        "webhook": "law", "tries": 3, "sent": None, "refused": True, "answer": "422: unknown plant",
    }  # fmt: skip
    assert exceeded["time_ms"] - exceeded["time_ms"] % 1000 == exceeded["time_ms"]


def test_webhooks_are_named_without_what_may_be_a_key(client):
    office, law = client.get("/api/v1/notices").json()["webhooks"]
    assert (office["name"], office["where"], office["error"]) == ("office", "https://hooks.example", "")
    assert (law["where"], law["plants"], law["system"]) == ("http://10.0.0.7:8080", ["wx-dyeing"], False)
    assert law["error"] == "422: unknown plant"


def test_a_plants_notices_and_earlier_ones(client):
    rows = client.get("/api/v1/notices", params={"plant": "wx-dyeing", "limit": 1}).json()["rows"]
    assert [row["number"] for row in rows] == [2]
    rows = client.get("/api/v1/notices", params={"before": 2}).json()["rows"]
    assert [row["number"] for row in rows] == [1]
    answer = client.get("/api/v1/notices", params={"plant": "nobody"})
    assert (answer.status_code, answer.json()["error"]["where"]) == (404, "query.plant")


def test_a_test_notice_says_what_the_server_said(client, services):
    answer = client.request("POST", "/api/v1/notices/test", json={"webhook": "office"})
    assert answer.json() == {"webhook": "office", "taken": True, "answer": ""}
    answer = client.request("POST", "/api/v1/notices/test", json={"webhook": "law"})
    assert answer.json() == {"webhook": "law", "taken": False, "answer": "401: who are you"}
    assert services.notices.tested == ["office", "law"]
    answer = client.request("POST", "/api/v1/notices/test", json={"webhook": "ofice"})
    assert answer.status_code == 404
    assert "office" in answer.json()["error"]["message"]
