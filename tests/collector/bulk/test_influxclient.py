"""What may pass is asked again, what will not ends with the server's words, and half an answer is never taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from collector.bulk import ImportFailed
from collector.bulk.influxclient import InfluxQueries, InfluxServer, TooLong
from tests.collector.bulk.fakeinflux import FakeInflux

WHOLE = {"results": [{"statement_id": 0, "series": [{"name": "m", "columns": ["time", "v"], "values": [[1, 2.5]]}]}]}
BODY = json.dumps(WHOLE).encode()


@pytest.fixture(name="fake")
def _fake() -> Iterator[FakeInflux]:
    server = FakeInflux()
    yield server
    server.stop()


def _queries(fake: FakeInflux, waits: list[float], **who: str) -> InfluxQueries:
    return InfluxQueries(InfluxServer(fake.url, "db", **who), wait=waits.append)


@pytest.mark.parametrize(
    ("answer", "wait_s"),
    [
        ((503, {"Retry-After": "7"}, b'{"message":"busy"}', None), 7.0),
        ((429, {}, b"", None), 1.0),
        ((500, {}, b'{"error":"shard"}', None), 1.0),
        ((200, {}, BODY, len(BODY) // 2), 1.0),
        ((200, {"Content-Length": str(len(BODY) // 2)}, BODY, len(BODY) // 2), 1.0),
        ((200, {}, b"", None), 1.0),
    ],
)
def test_what_may_pass_is_asked_again(
    fake: FakeInflux, answer: tuple[int, dict[str, str], bytes, int], wait_s: float
) -> None:
    waits: list[float] = []
    fake.answers = [answer, (200, {}, BODY, None)]
    assert _queries(fake, waits).ask(["SELECT 1"]) == [WHOLE["results"][0]["series"]]
    assert waits == [wait_s]


def test_a_server_that_stays_away_is_given_up(fake: FakeInflux) -> None:
    waits: list[float] = []
    fake.answers = [(503, {}, b"", None)] * 9
    with pytest.raises(ImportFailed, match="does not answer: status 503"):
        _queries(fake, waits).ask(["SELECT 1"])
    assert waits == [1.0, 2.0, 4.0]
    # One that has answered before is worth more patience.
    waits.clear()
    fake.answers = [(200, {}, BODY, None), *[(503, {}, b"", None)] * 9, (200, {}, BODY, None)]
    queries = _queries(fake, waits)
    queries.ask(["SELECT 1"])
    queries.ask(["SELECT 1"])
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            (401, b'{"code":"unauthorized","message":"unauthorized access"}'),
            "status 401: unauthorized access; wanted a token",
        ),
        (
            (404, b'{"message":"no dbrp mapping found"}'),
            "no dbrp mapping found; of version 2 the bucket needs a mapping",
        ),
        ((400, b'{"error":"error parsing query"}'), "status 400: error parsing query"),
        (
            (200, b'{"results":[{"statement_id":0,"error":"database not found: db"}]}'),
            "database not found: db; wanted a bucket, or database, that exists and that the token may read",
        ),
        ((200, b'{"error":"not executed"}'), "not executed"),
    ],
)
def test_what_will_not_pass_ends_with_the_servers_words(fake: FakeInflux, answer: tuple[int, bytes], said: str) -> None:
    fake.answers = [(answer[0], {}, answer[1], None)]
    waits: list[float] = []
    with pytest.raises(ImportFailed) as told:
        _queries(fake, waits).ask(["SELECT 1"])
    assert said in str(told.value)
    assert waits == []


def test_a_query_that_took_too_long_is_told_apart(fake: FakeInflux) -> None:
    fake.answers = [(200, {}, b'{"results":[{"statement_id":0,"error":"query-timeout limit exceeded"}]}', None)]
    with pytest.raises(TooLong):
        _queries(fake, []).ask(["SELECT 1"])


NOT_EXECUTED = {"statement_id": 1, "error": "not executed"}


@pytest.mark.parametrize(
    ("said", "raised"),
    [
        ("max-select-point limit exceeed: (101/100)", TooLong),
        ("max-time-range limit exceeded: (48h0m0s/24h0m0s)", TooLong),
        ("database not found: db", ImportFailed),
    ],
)
def test_what_a_server_hides_behind_other_words_is_asked_for(
    fake: FakeInflux, said: str, raised: type[Exception]
) -> None:
    """Of several statements the one that failed comes as *not executed*, measured on versions 1.6 and 2.7."""
    hidden = json.dumps({"results": [*WHOLE["results"], NOT_EXECUTED]}).encode()
    told = json.dumps({"results": [{"statement_id": 0, "error": said}]}).encode()
    fake.answers = [(200, {}, hidden, None), (200, {}, told, None)]
    with pytest.raises(raised, match=re.escape(said)):
        _queries(fake, []).ask(["a", "b", "c"])
    assert [form["q"] for form in fake.forms] == [["a; b; c"], ["b"]]


def test_what_failed_once_only_is_an_answer_that_was_cut(fake: FakeInflux) -> None:
    hidden = json.dumps({"results": [*WHOLE["results"], NOT_EXECUTED]}).encode()
    fake.answers = [(200, {}, hidden, None), (200, {}, BODY, None)]
    series = WHOLE["results"][0]["series"]
    assert _queries(fake, []).ask(["a", "b", "c"]) == [series, series, None]


def test_a_statement_that_a_cut_answer_leaves_out_is_none(fake: FakeInflux) -> None:
    fake.answers = [(200, {}, BODY, None)]
    assert _queries(fake, []).ask(["a", "b"]) == [WHOLE["results"][0]["series"], None]
    assert fake.forms[0] == {"db": ["db"], "epoch": ["ms"], "q": ["a; b"]}


def test_both_versions_are_told_who_asks(fake: FakeInflux) -> None:
    fake.answers = [(200, {}, BODY, None)] * 3
    _queries(fake, [], token="t", org="o", policy="year").ask(["a"])
    _queries(fake, [], user="u", password="p").ask(["a"])
    _queries(fake, []).ask(["a"])
    assert [headers.get("Authorization") for headers in fake.headers] == ["Token t", "Basic dTpw", None]
    assert (fake.forms[0]["org"], fake.forms[0]["rp"]) == (["o"], ["year"])


def test_secrets_are_not_shown_and_addresses_must_be_some() -> None:
    assert "hush" not in repr(InfluxServer("http://x", "d", token="hush", password="hush"))
    with pytest.raises(ImportFailed, match="wanted the address of an InfluxDB"):
        InfluxServer("influx:8086", "d")
