"""Readings, series, intervals and findings. (api/routes_points.py)"""

from __future__ import annotations

from analytics.columns import HOUR_MS
from tests.api.fakes import NOW_MS

POINT = "/api/v1/points/wx-dyeing/el.in"


def test_points_of_one_plant_include_derived_loads(client):
    points = {p["id"]: p for p in client.get("/api/v1/points?plant=wx-dyeing").json()}
    assert points["wx-dyeing/el.in"]["multiplier"] == 8000
    assert points["wx-dyeing/el.in"]["kind"] == "register"
    load = next(p for p in points.values() if p["pollutant"] == "COD")
    assert (load["kind"], load["unit"]) == ("load", "kg")
    assert len(client.get("/api/v1/points").json()) > len(points)


def test_latest_is_the_reading_as_sent_with_its_times(client):
    rows = {r["point"]: r for r in client.get("/api/v1/latest?plant=wx-dyeing").json()}
    row = rows["wx-dyeing/el.in"]
    assert (row["time"], row["time_ms"]) == ("2018-09-01T07:20:00Z", NOW_MS)
    assert row["received"] == "2018-09-01T07:20:00.800Z"
    assert (row["unit"], row["multiplier"], row["quality"]) == ("kWh", 8000, [])
    assert not any(id_.startswith("cz-steel") for id_ in rows)


def test_series_has_parallel_lists_and_null_for_what_is_missing(client):
    body = client.get(f"{POINT}/series", params={"step": "hour"}).json()
    assert (body["step"], body["unit"], body["rate_unit"]) == ("hour", "kWh", "kW")
    assert body["to"] == "2018-09-01T07:20:00Z"
    lists = ["amount", "level", "coverage", "estimated", "peak", "flags"]
    assert {len(body[name]) for name in lists} == {len(body["start_ms"])}
    assert body["start_ms"][1] - body["start_ms"][0] == HOUR_MS
    holes = [i for i, share in enumerate(body["coverage"]) if share == 0]
    assert holes
    assert all(body["amount"][i] is None and body["level"][i] is None for i in holes)
    assert any(share == 1 for share in body["estimated"])


def test_a_concentration_has_a_level_and_no_amount(client):
    body = client.get("/api/v1/points/wx-dyeing/ww.cod/series?step=day").json()
    assert body["rate_unit"] == "mg/L"
    assert set(body["amount"]) == {None}


def test_intervals_say_measured_estimated_and_missing_seconds(client):
    query = {"from": "2018-08-31T16:00:00Z", "to": "2018-09-01T16:00:00Z"}
    body = client.get(f"{POINT}/intervals", params=query).json()
    assert (body["point"], body["unit"]) == ("wx-dyeing/el.in", "kWh")
    assert 80 <= len(body["rows"]) < 96  # a quarter without knowledge has no row
    assert all(r["measured_s"] + r["estimated_s"] + r["missing_s"] == 900 for r in body["rows"])
    spread = [r for r in body["rows"] if r["estimated_s"]]
    assert spread
    assert {tuple(r["flags"]) for r in spread} == {("gap",)}
    assert {r["peak"] for r in body["rows"]} == {None}


def test_findings_newest_first_with_both_readings(client):
    rows = client.get("/api/v1/findings?point=wx-dyeing/el.in").json()
    assert [r["what"] for r in rows] == ["gap", "rollover"]
    assert (rows[0]["before"], rows[0]["after"], rows[0]["unit"]) == (999_998.75, 0.42, "kWh")
    assert rows[0]["effect"] == 13_600.0
    assert rows[1]["effect"] is None
    only_old = client.get("/api/v1/findings", params={"point": "wx-dyeing/el.in", "to": rows[0]["from"]}).json()
    assert [r["what"] for r in only_old] == ["rollover"]
    assert len(client.get("/api/v1/findings?plant=wx-dyeing&limit=1").json()) == 1


def test_changes_since_a_moment_with_their_causes(client):
    body = client.get(f"{POINT}/changes?since=2018-08-25").json()
    assert (body["since"], body["step"], body["unit"]) == ("2018-08-25T15:59:59.999Z", "day", "kWh")
    assert len(body["steps"]) == 31
    changed = [s for s in body["steps"] if s["difference"]]
    assert [(s["then"], s["now"], s["difference"]) for s in changed] == [(14_000.0, 24_000.0, 10_000.0)]
    assert body["total"]["difference"] == sum(s["difference"] for s in body["steps"])
    (delivery,) = body["deliveries"]
    assert (delivery["count"], delivery["received_ms"] - body["since_ms"]) == (600, HOUR_MS)
    (said,) = body["sayings"]
    assert (said["what"], said["decision"], said["who"], said["id"]) == ("spike", "correct", "王芳", 5)


def test_changes_are_asked_of_the_past_only(client):
    for query, where in (
        ("since=2019-01-01", "query.since"),
        ("from=2018-09-01T00:00:00Z&since=2018-08-01", "query.from"),
    ):
        error = client.get(f"{POINT}/changes?{query}").json()["error"]
        assert error["where"] == where
