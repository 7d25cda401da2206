"""Health, dead letters and the live stream. (api/routes_system.py)"""

from __future__ import annotations

import asyncio
import json

from api import create_app
from engine.live import health_event
from tests.api.fakes import NOW_MS, FakeServices


def test_health_has_the_clock_and_every_part(client, services):
    body = client.get("/api/v1/health").json()
    assert (body["now"], body["now_ms"]) == ("2018-09-01T07:20:00Z", NOW_MS)
    assert body["collector"] == services.state["collector"]
    assert body["import"]["state"] == "done"


def test_health_survives_numbers_that_json_does_not_know(client, services, monkeypatch):
    monkeypatch.setitem(services.state, "settling", {"lag_p99_s": float("nan")})
    assert client.get("/api/v1/health").json()["settling"] == {"lag_p99_s": None}


def test_dead_letters_show_text_hex_and_cut_payloads(client):
    body = client.get("/api/v1/dead-letters").json()
    assert body["counts"] == {"json: the payload ends inside a value": 2, "not UTF-8": 1}
    text, binary, long = body["rows"]
    assert text["payload"] == '{"ts": 1535731200000, "values": {"ep": 12.'
    assert (text["encoding"], text["cut"], text["size"]) == ("text", False, 42)
    assert (binary["encoding"], binary["payload"]) == ("hex", "ff fe 00 01 62 69 6e 61 72 79")
    # 4 096 bytes end inside a Chinese character of three: that is no reason to show hexadecimal.
    assert (long["encoding"], long["cut"]) == ("text", True)
    assert len(long["payload"].encode()) <= 4096


def test_dead_letters_page_by_id(client):
    first = client.get("/api/v1/dead-letters?limit=1").json()["rows"]
    rest = client.get("/api/v1/dead-letters", params={"before_id": first[0]["id"]}).json()["rows"]
    assert [r["id"] for r in first + rest] == [3, 2, 1]


async def _events(services: FakeServices, work) -> list[tuple[str, dict]]:
    """Every event of one stream until the hub closes; `work` runs once the stream is open."""
    found = []
    app = create_app(services)
    sent = asyncio.Queue()
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": "/api/v1/live", "raw_path": b"/api/v1/live",
        "query_string": b"", "headers": [(b"accept-encoding", b"gzip")], "scheme": "http",
        "server": ("test", 80), "client": ("test", 1), "root_path": "",
    }  # fmt: skip
    asked = False

    async def receive():
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    task = asyncio.create_task(app(scope, receive, sent.put))
    start = await asyncio.wait_for(sent.get(), 5)
    headers = dict(start["headers"])
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert b"content-encoding" not in headers
    worked = False
    while True:
        message = await asyncio.wait_for(sent.get(), 5)
        for block in message.get("body", b"").decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if fields:
                found.append((fields["event"], json.loads(fields["data"])))
        if found and not worked:
            worked = True
            work()
        if not message.get("more_body"):
            break
    await task
    return found


def test_the_stream_says_hello_then_what_changes_and_ends_when_the_hub_closes():
    services = FakeServices()

    def work():
        services.advance(60_000)
        services.live.publish(health_event({"import": {"state": "running"}}, NOW_MS))
        services.live.close()

    events = asyncio.run(_events(services, work))
    names = [name for name, _ in events]
    assert names == ["hello", "latest", "settled", *["now"] * 6, "health"]
    assert services.live.listeners == 0
    now = next(data for name, data in events if name == "now" and data["plant"] == "wx-dyeing")
    assert now["time"] == "2018-09-01T07:21:00Z"
    power = now["figures"]["power_kw"]
    assert power["unit"] == "kW"
    assert power["from"].endswith("Z")
    latest = next(data for name, data in events if name == "latest")
    row = next(r for r in latest["values"] if r["point"] == "wx-dyeing/el.in")
    assert row["time_ms"] == NOW_MS + 60_000
