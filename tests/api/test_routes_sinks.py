"""Copies to other servers, what they refused, and the numbers to scrape. (api/routes_sinks.py, api/metrics.py)"""

from __future__ import annotations

import re

import pytest


def test_each_copy_is_told_with_its_state(client):
    main, second = client.get("/api/v1/sinks").json()
    assert main == {
        "name": "main",
        "url": "http://127.0.0.1:8086",
        "state": "ok",
        "unsent_s": 0.0,
        "unsent": 0,
        "sent": 184_233,
        "rejected": 9,
        "unknown": 0,
        "last_error": "",
        "since": "2018-09-01T05:20:00Z",
    }
    assert (second["state"], second["last_error"]) == ("stopped", "401 unauthorized access")


@pytest.mark.parametrize(
    ("body", "from_ms"),
    [
        ({"from": "2018-08-01"}, 1_533_052_800_000),  # midnight in Shanghai
        ({"from": "2018-08-01T00:00:00Z"}, 1_533_081_600_000),
        ({"from": None}, None),
        ({}, None),
    ],
)
def test_a_server_is_filled_again(client, services, body, from_ms):
    answer = client.request("POST", "/api/v1/sinks/main/resync", json=body)
    assert (answer.status_code, answer.json()["unsent_s"]) == (200, 1.0)
    assert services.resynced[-1] == ("main", from_ms)


@pytest.mark.parametrize(
    ("name", "body", "status", "message"),
    [
        ("nobody", {}, 404, "there is no target 'nobody'; known are main, second"),
        ("main", {"from": "yesterday"}, 422, "'yesterday' is no instant"),
        ("main", {"since": "2018-08-01"}, 422, "since"),
    ],
)
def test_what_cannot_be_filled_is_said(client, name, body, status, message):
    answer = client.request("POST", f"/api/v1/sinks/{name}/resync", json=body)
    assert answer.status_code == status
    assert message in str(answer.json()["error"])


def test_refused_lines_are_shown_with_the_servers_words(client):
    body = client.get("/api/v1/sinks/rejected?limit=1").json()
    assert body["counts"] == {"main": 9}
    (row,) = body["rows"]
    assert row == {
        "id": 9,
        "target": "main",
        "at": "2018-09-01T07:20:00Z",
        "line": "reading,plant=a value=0.5 1",
        "count": 1,
        "reason": "422 partial write: field type conflict",
    }
    assert [r["id"] for r in client.get("/api/v1/sinks/rejected?before_id=9").json()["rows"]] == [8]


def test_metrics_are_in_the_text_format(client, services):
    answer = client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    for line in lines:
        assert re.fullmatch(r'# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [-0-9.e+]+', line), line
    assert 'taihu_sink_unsent_seconds{target="second"} 5400.5' in lines
    assert 'taihu_sink_stopped{target="main"} 0' in lines
    assert 'taihu_sink_rejected_total{target="main"} 9' in lines
    assert "taihu_dead_letters_total 3" in lines
    assert "taihu_readings_total 3912001" in lines
    assert 'taihu_lag_seconds{quantile="0.99"} 1.31' in lines
    assert "taihu_collecting 1" in lines
    samples = [line.split("{")[0].split(" ")[0] for line in lines if not line.startswith("#")]
    assert {line.split()[2] for line in lines if line.startswith("# TYPE")} == set(samples)


def test_what_is_not_known_has_no_metric(client, services, monkeypatch):
    monkeypatch.setattr(services, "state", {"settling": {"lag_p99_s": float("nan")}})
    text = client.get("/metrics").text
    assert "taihu_lag_seconds" not in text and "taihu_readings_total" not in text and "taihu_collecting" not in text
    assert 'taihu_sink_unsent{target="second"} 812' in text
