"""Is an InfluxDB that will not take or not keep what is sent told, and nothing written to find out?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Literal

import pytest

from sinks.connection import TargetSettings
from taihu.doctor.influx import duration_s, influx_checks
from tests.influx import ORG, TOKEN, Influx, influx_or_skip
from tests.servers import free_port
from tests.taihu.doctor.conftest import Canned, now_ms, one, states


@pytest.fixture(scope="module")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    influx_or_skip()
    with Influx(tmp_path_factory.mktemp("influx")) as running:
        yield running


def target(url: str, **other: str) -> TargetSettings:
    return TargetSettings("main", **{"url": url, "token": TOKEN, "org": ORG, **other})


def here(influx: Influx, **other: str) -> TargetSettings:
    return target(influx.url, **{"bucket": influx.bucket, **other})


@pytest.mark.server
class TestReal:
    """Against Debian's InfluxDB behind a door that speaks as version 2 does, or a version 2."""

    def test_all_is_well_and_nothing_was_written(self, influx: Influx) -> None:
        found = influx_checks(here(influx), now_ms)
        assert states(found) | {"clock": "ok"} == {
            "version": "ok", "rights": "ok", "retention": "ok", "clock": "ok"
        }  # fmt: skip
        assert one(found, "retention").found.en == "is kept for ever"
        assert influx.query("SHOW SERIES") == []

    def test_a_wrong_token(self, influx: Influx) -> None:
        found = one(influx_checks(here(influx, token="sesame"), now_ms), "rights")
        assert (found.state, "HTTP 401" in found.found.en) == ("bad", True)
        assert found.todo is not None and "TAIHU_INFLUX__NAME__TOKEN" in found.todo.en

    def test_a_bucket_that_is_not_there(self, influx: Influx) -> None:
        found = one(influx_checks(here(influx, bucket="other"), now_ms), "rights")
        said = r'takes no lines: HTTP 404 {"code":"not found","message":"bucket .*not found"}'
        assert found.state == "bad" and re.fullmatch(said, found.found.en)
        (databases,) = influx.query("SHOW DATABASES", db="")
        assert [influx.bucket] in databases["values"] and ["other"] not in databases["values"]

    @pytest.mark.parametrize(
        ("action", "rights", "retention"),
        [("write", "ok", "the token may not ask how long the bucket keeps"), ("read", "bad", None)],
    )
    def test_a_token_that_may_do_one_thing(
        self, influx: Influx, action: Literal["read", "write"], rights: str, retention: str | None
    ) -> None:
        found = influx_checks(here(influx, token=influx.token_that_may(action, influx.bucket)), now_ms)
        assert one(found, "rights").state == rights
        assert [said.found.en for said in found if said.check == "retention"] == ([retention] if retention else [])

    @pytest.mark.parametrize(("days", "state"), [(30, "warn"), (1826, "ok")])
    def test_a_bucket_that_forgets(self, influx: Influx, days: int, state: str) -> None:
        influx.keep(influx.bucket, days)
        found = one(influx_checks(here(influx), now_ms), "retention")
        assert (found.state, found.found.en) == (state, f"is kept for {days} days")
        influx.keep(influx.bucket, 0)

    def test_a_server_that_is_down_behind_its_proxy(self, influx: Influx) -> None:
        influx.stop()
        try:
            assert one(influx_checks(here(influx), now_ms), "rights").state == "warn", "it passes"
        finally:
            influx.start()


def test_a_wrong_port() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    [found] = influx_checks(target(f"{url}"), now_ms)
    assert (found.check, found.state) == ("reachable", "bad")
    assert found.found.en == f"{url} does not answer (Connection refused)"


def test_a_missing_library_is_told_of_a_server_that_is_away_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    found = influx_checks(target(f"http://127.0.0.1:{free_port()}"), now_ms)
    assert states(found) == {"library": "bad", "reachable": "bad"}
    assert one(found, "library").todo == ("pip install 'taihu[influx]'", "pip install 'taihu[influx]'")


def answers(canned: Canned, version: str, write: int = 204, buckets: object = None) -> None:
    canned.answers["GET", "/ping"] = (204, b"", {"X-Influxdb-Version": version} if version else {})
    canned.answers["POST", "/api/v2/write"] = (write, b'{"message":"no: ' + TOKEN.encode() + b'"}', {})
    if buckets is not None:
        canned.answers["GET", "/api/v2/buckets"] = (200, json.dumps(buckets).encode(), {})


@pytest.mark.parametrize(
    ("version", "state"),
    [("v2.8.0", "ok"), ("1.8.10", "ok"), ("1.6.7~rc0", "bad"), ("3.4.1", "warn"), ("", "warn"), ("nightly", "warn")],
)
def test_versions(canned: Canned, version: str, state: str) -> None:
    answers(canned, version)
    assert one(influx_checks(target(canned.url), now_ms), "version").state == state


@pytest.mark.parametrize(
    ("rules", "state", "told"),
    [
        ([], "ok", "is kept for ever"),
        ([{"type": "expire", "everySeconds": 0}], "ok", "is kept for ever"),
        ([{"type": "expire", "everySeconds": 2_592_000}], "warn", "is kept for 30 days"),
    ],
)
def test_the_rule_of_a_bucket_of_version_2(canned: Canned, rules: object, state: str, told: str) -> None:
    # The shape of GET /api/v2/buckets in InfluxDB's own API reference.
    answers(canned, "v2.8.0", 400, {"buckets": [{"name": "taihu", "retentionRules": rules}]})
    found = one(influx_checks(target(canned.url), now_ms), "retention")
    assert (found.state, found.found.en) == (state, told)
    assert canned.asked[-1][1] == "/api/v2/buckets?name=taihu&org=factory"


def test_a_token_that_may_only_write_does_not_see_the_rule(canned: Canned) -> None:
    answers(canned, "v2.8.0", 400, {"buckets": []})
    # As 2.7.12 answers: names of columns and no row.
    told = {"results": [{"statement_id": 0, "series": [{"columns": ["name", "duration", "default"]}]}]}
    canned.answers["GET", "/query"] = (200, json.dumps(told).encode(), {})
    found = one(influx_checks(target(canned.url), now_ms), "retention")
    assert (found.state, found.todo is not None) == ("ok", True)


@pytest.mark.parametrize(("status", "state"), [(401, "bad"), (403, "bad"), (404, "bad"), (503, "warn"), (500, "bad")])
def test_what_refuses_to_be_written_is_told_without_the_token(canned: Canned, status: int, state: str) -> None:
    answers(canned, "v2.8.0", status)
    found = influx_checks(target(canned.url), now_ms)
    assert one(found, "rights").state == state
    assert "retention" not in states(found)
    assert TOKEN not in str(found)
    [(_, _, headers)] = [asked for asked in canned.asked if asked[0] == "POST"]
    assert (headers["Authorization"], headers["Content-Length"]) == (f"Token {TOKEN}", "0")


def test_durations_of_influxql() -> None:
    assert duration_s("43824h0m0s") == 1826 * 86_400
    assert (duration_s("0s"), duration_s("1h30m")) == (0, 5400)
