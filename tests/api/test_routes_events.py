"""Doubts, decisions, declarations and the CSV. (api/routes_events.py)"""

from __future__ import annotations

import pytest

from api import create_app
from tests.api.conftest import Client
from tests.api.fakes import NOW_MS, FakeServices

POINT = "wx-dyeing/el.in"
HEADER = "point,kind,at,to,end_value,start_value,ratio,shift,why\n"
GOOD = f"{POINT},swap,2018-09-01 08:00,,81234.5,12.3,,,换表\n"


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def client(services: FakeServices) -> Client:
    return Client(create_app(services))


def events(client: Client, **query):
    response = client.get("/api/v1/events", params={"point": POINT, **query})
    assert response.status_code == 200, response.text
    return response.json()


def decide(client: Client, event: dict, decision: str, **more):
    body = {key: event[key] for key in ("point", "what", "from_ms", "until_ms")}
    body |= {"decision": decision, "who": "王芳", "why": "看过表计", **more}
    return client.request("POST", "/api/v1/events/decide", json=body)


def upload(client: Client, content: bytes, who="王芳", content_type="text/csv; charset=utf-8"):
    query, headers = {"who": who}, {"Content-Type": content_type}
    return client.request("POST", "/api/v1/events/csv", params=query, headers=headers, content=content)


def test_doubts_come_newest_first_with_readings_and_effect(client):
    found = events(client)
    assert [e["what"] for e in found] == ["spike", "swap", "conflict", "zero", "silent", "clock", "reset"]
    assert {e["state"] for e in found} == {"open"}
    swap = found[1]
    assert (swap["before"], swap["after"], swap["unit"]) == (81_234.5, 12.3, "kWh")
    assert (swap["effect"], swap["amount_unit"], swap["plant"]) == (33_600.0, "kWh", "wx-dyeing")
    assert swap["until_ms"] - swap["from_ms"] == 12 * 60_000
    assert (swap["decision"], swap["months"], swap["history"]) == (None, None, [])
    assert found[-1]["effect"] is None


def test_events_are_chosen_by_plant_time_and_state(client):
    assert len(client.get("/api/v1/events?plant=cz-steel").json()) == 1
    assert len(client.get("/api/v1/events").json()) == len(events(client)) + 5
    late = events(client, **{"from": "2018-09-01T00:00:00Z"})
    assert [e["what"] for e in late] == ["spike"]
    decide(client, events(client)[0], "accept")
    assert [e["what"] for e in events(client, state="decided")] == ["spike"]
    assert len(events(client, state="open")) == 6
    assert events(client, state="declared") == []
    assert len(events(client, limit=2)) == 2


def test_a_correction_is_kept_with_who_when_why_and_the_months(client, services):
    event = events(client)[0]
    answer = decide(client, event, "correct", correction={"amount": 1500.0}).json()
    assert answer["state"] == "corrected"
    said = answer["decision"]
    assert (said["who"], said["why"], said["at_ms"], said["decision"]) == ("王芳", "看过表计", NOW_MS, "correct")
    assert said["values"] == {"amount": 1500.0}
    (month,) = answer["months"]
    assert month["month"] == "2018-08"
    assert month["after"] - month["before"] == pytest.approx(1500.0 - event["effect"])
    assert events(client)[0] == answer
    assert services.decisions.calls == [("decide", POINT, "spike", "correct", 1500.0, None, None)]


def test_a_silence_is_decided_as_the_gap_that_it_leaves(client, services):
    silent = next(e for e in events(client) if e["what"] == "silent")
    assert decide(client, silent, "reject").json()["state"] == "rejected"
    assert services.decisions.calls[0][2] == "silent"


def test_a_withdrawal_leaves_the_doubt_open_and_both_in_the_history(client):
    first = decide(client, events(client)[0], "reject").json()
    body = {"id": first["decision"]["id"], "who": "李强", "why": "看错了"}
    answer = client.request("POST", "/api/v1/events/withdraw", json=body).json()
    assert answer["state"] == "open"
    assert (answer["months"][0]["before"], answer["months"][0]["after"]) == (
        first["months"][0]["after"],
        first["months"][0]["before"],
    )
    assert [(d["decision"], d["who"], d["withdrawn"]) for d in answer["history"]] == [
        ("reject", "王芳", True),
        ("withdraw", "李强", True),
    ]
    again = client.request("POST", "/api/v1/events/withdraw", json=body)
    assert again.status_code == 422


def test_what_is_declared_stands_in_the_list(client):
    body = {"point": POINT, "kind": "swap", "at_ms": NOW_MS, "end_value": 81234.5, "start_value": 12.3}
    answer = client.request("POST", "/api/v1/events/declare", json={**body, "who": "王芳", "why": "换表"}).json()
    assert (answer["what"], answer["state"], answer["from_ms"]) == ("declared:swap", "declared", NOW_MS)
    assert answer["decision"]["values"] == {"end_value": 81234.5, "start_value": 12.3}
    assert events(client, state="declared") == [answer]


@pytest.mark.parametrize(
    ("change", "status", "where", "said"),
    [
        ({"point": "wx-dyeing/x"}, 404, "body.point", POINT),
        ({"what": "ghost"}, 422, "body.what", "wanted one of"),
        ({"from_ms": 17}, 422, "body", "has no spike"),
        ({"who": "  "}, 422, "body.who", "at least 1"),
        ({"why": None}, 422, "body.why", "string"),
        ({"decision": "maybe"}, 422, "body.decision", "'maybe'"),
        ({"decision": "correct"}, 422, "body.correction", "numbers"),
        ({"correction": {"amount": 1}}, 422, "body.correction", "correct only"),
        ({"correction": {"amount": "NaN"}}, 422, "body.correction.amount", "finite"),
        ({"colour": "red"}, 422, "body.colour", "not permitted"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_the_one_shape(client, services, change, status, where, said):
    event = events(client)[0]
    body = {key: event[key] for key in ("point", "what", "from_ms", "until_ms")}
    body |= {"decision": "accept", "who": "a", "why": "b", **change}
    response = client.request("POST", "/api/v1/events/decide", json=body)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["where"] == where
    assert said in error["message"]
    assert all(call[0] != "decide" or call[3] == "accept" for call in services.decisions.calls)
    assert {e["state"] for e in events(client)} == {"open"}


def test_a_body_of_another_type_is_refused(client):
    # What a page of another site can send without asking: it must not be taken for JSON.
    answer = client.request(
        "POST",
        "/api/v1/events/withdraw",
        content=b'{"id":1,"who":"a","why":"b"}',
        headers={"Content-Type": "text/plain"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_entered_whole(client, services, encoding):
    content = HEADER + GOOD + f"{POINT},calibration,2018-09-01 09:00,,,,,,年检\n"
    assert upload(client, content.encode(encoding)).json() == {"accepted": 2, "failed": []}
    assert [call[2] for call in services.decisions.calls] == ["swap", "calibration"]
    said = events(client, state="declared")
    assert {e["decision"]["who"] for e in said} == {"王芳"}
    assert "换表" in {e["decision"]["why"] for e in said}


def test_with_one_failing_line_nothing_is_entered(client, services):
    content = HEADER + GOOD + f"{POINT},swap,yesterday,,,,,,x\n{POINT},leave_out,2018-09-01 09:00,,,,,,x\n"
    answer = upload(client, content.encode()).json()
    assert answer["accepted"] == 0
    assert [(f["line"], f["column"]) for f in answer["failed"]] == [(3, "at"), (4, "to")]
    assert services.decisions.calls == []


def test_a_line_that_contradicts_the_meter_fails_the_table(client, services):
    content = HEADER + GOOD + f"{POINT},swap,2018-09-01 09:00,,2000000,0,,,x\n"
    answer = upload(client, content.encode()).json()
    assert answer["accepted"] == 0
    assert (answer["failed"][0]["line"], "above the register" in answer["failed"][0]["reason"]) == (3, True)
    assert services.decisions.calls == []


def test_a_table_needs_its_type_and_a_name(client):
    assert upload(client, GOOD.encode(), content_type="text/plain").json()["error"]["where"] == "header.content-type"
    assert upload(client, GOOD.encode(), who=" ").json()["error"]["where"] == "query.who"


def test_a_closed_range_is_opened_again_and_says_what_is_lost(client):
    body = {"point": POINT, "from_ms": NOW_MS - 7200_000, "to_ms": NOW_MS, "who": "王芳", "why": "网关补传"}
    answer = client.request("POST", "/api/v1/events/reopen", json=body).json()
    assert answer["entry"]["what"] == "declared:reopen"
    assert answer["lost"] == ["peaks", "bounds", "excursions"]
    refused = client.request("POST", "/api/v1/events/reopen", json={**body, "to_ms": body["from_ms"]}).json()
    assert refused["error"]["where"] == "body.to_ms"
