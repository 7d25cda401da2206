"""What a real server says to what is wrong, and what becomes of the lines: Debian's behind its door, or a version 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from analytics.columns import DAY_MS
from registry import Registry
from sinks.connection import TargetSettings
from sinks.sender import Sender
from sinks.state import SinkState
from storage import Lines, RejectedLine, Store
from taihu.clock import WallClock
from tests.influx import ORG, TOKEN, Influx
from tests.sinks.memory import HURRY, until
from tests.storage.rows import T0_MS

pytestmark = pytest.mark.server

SERIES = "now,scope=plant:a,series=power_kw"
FIELDS = "value=1.5,known=1.0"
BEYOND = (
    r"400 partial write: points beyond retention policy dropped=60|422 .*partial write: dropped 60 points outside .*"
)


@pytest.fixture(scope="module")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    with Influx(tmp_path_factory.mktemp("influx")) as server:
        yield server


@contextmanager
def sending(store: Store, works: Registry, influx: Influx, bucket: str, token: str = TOKEN) -> Iterator[Sender]:
    target = TargetSettings("main", influx.url, token, ORG, bucket)
    sender = Sender(store, works, lambda: T0_MS, [target], patience=HURRY)
    sender.start()
    try:
        yield sender
    finally:
        sender.stop()


def keep(store: Store, *lines: tuple[str, str, int]) -> None:
    """Lines of the product that wait for their server."""
    series, fields, times = zip(*lines, strict=True)
    store.keep_lines(Lines(list(series), np.array(times), list(fields)), lasting=True)


def good(count: int, at_ms: int = T0_MS) -> list[tuple[str, str, int]]:
    return [(SERIES, FIELDS, at_ms + n) for n in range(count)]


def taken(influx: Influx, bucket: str) -> int:
    """How many values of the good series arrived; a line that a target tries a server with is none of them."""
    found = influx.query('SELECT count("value") FROM "now"', db=bucket)
    return int(found[0]["values"][0][1]) if found else 0


def emptied(sender: Sender) -> SinkState:
    """How the target stands when everything was taken or set aside."""
    until(lambda: sender.states()[0].unsent_s == 0)
    return sender.states()[0]


def stopped(sender: Sender) -> str:
    """What the server says; the target tries it several times and sets nothing aside."""
    until(lambda: sender.states()[0].state == "stopped")
    return sender.states()[0].last_error


def test_a_wrong_token_stops_the_target_and_nothing_is_lost(influx: Influx, works: Registry, store: Store) -> None:
    bucket = influx.make("token")
    keep(store, *good(30))
    with sending(store, works, influx, bucket, "no such token") as sender:
        assert stopped(sender).startswith("401 unauthorized access")
    assert store.rejected_lines() == [] and taken(influx, bucket) == 0
    with sending(store, works, influx, bucket) as sender:
        assert emptied(sender).state == "ok"
    assert taken(influx, bucket) == 30


def test_a_token_that_may_only_read_stops_the_target(influx: Influx, works: Registry, store: Store) -> None:
    bucket = influx.make("reader")
    keep(store, *good(30))
    with sending(store, works, influx, bucket, influx.token_that_may("read", bucket)) as sender:
        assert stopped(sender).startswith("403 ")
    assert store.rejected_lines() == []
    with sending(store, works, influx, bucket, influx.token_that_may("write", bucket)) as sender:
        assert emptied(sender).state == "ok"
    assert taken(influx, bucket) == 30


def test_a_bucket_that_is_made_later_gets_everything(influx: Influx, works: Registry, store: Store) -> None:
    keep(store, *good(30))
    with sending(store, works, influx, influx.called("later")) as sender:
        assert stopped(sender).startswith("404 bucket ")
        bucket = influx.make("later")
        assert emptied(sender).state == "ok"
    assert taken(influx, bucket) == 30 and store.rejected_lines() == []


def refused(store: Store) -> list[RejectedLine]:
    return sorted(store.rejected_lines(), key=lambda row: row.line)


def test_lines_that_are_none_are_found_and_all_others_arrive(influx: Influx, works: Registry, store: Store) -> None:
    bucket = influx.make("malformed")
    keep(store, *good(40), (f"{SERIES},x", FIELDS, T0_MS + 40), (SERIES, "value=", T0_MS + 41), *good(40, T0_MS + 42))
    with sending(store, works, influx, bucket) as sender:
        state = emptied(sender)
    assert (state.state, state.rejected, taken(influx, bucket)) == ("ok", 2, 80)
    rows = refused(store)
    assert [row.line.rsplit(" ", 1)[1] for row in rows] == [str(T0_MS + 41), str(T0_MS + 40)]
    assert all(row.reason.startswith("400 ") and "unable to parse" in row.reason for row in rows)


def test_a_type_conflict_is_found_line_by_line(influx: Influx, works: Registry, store: Store) -> None:
    """Somebody wrote texts where our numbers belong, into two weeks: the server tells of one of them at a time."""
    bucket = influx.make("conflict")
    weeks = (T0_MS - 300 * DAY_MS, T0_MS - 600 * DAY_MS)
    influx.write([f'{SERIES} value="much",known=1 {at}' for at in weeks], bucket)
    keep(store, *good(40), *[(SERIES, FIELDS, at + 1) for at in weeks], *good(40, T0_MS + 40))
    with sending(store, works, influx, bucket) as sender:
        state = emptied(sender)
    assert (state.state, state.rejected) == ("ok", 2)
    assert {int(row.line.rsplit(" ", 1)[1]) for row in refused(store)} == {at + 1 for at in weeks}
    assert all("field type conflict" in row.reason for row in store.rejected_lines())
    found = influx.query(f'SELECT "value" FROM "now" WHERE time >= {T0_MS}ms', db=bucket)
    assert len(found[0]["values"]) == 80


def test_what_is_too_old_for_a_bucket_hides_no_other_fault(influx: Influx, works: Registry, store: Store) -> None:
    """Lines beyond the bucket's time and one of another type in one request: the server names only one of the two."""
    bucket = influx.make("both")
    influx.keep(bucket, 365)
    now_ms = WallClock().now_ms() - DAY_MS
    influx.write([f'{SERIES} value="much",known=1 {now_ms - 30 * DAY_MS}'], bucket)
    keep(store, *good(50), (SERIES, FIELDS, now_ms - 30 * DAY_MS + 1), *good(50, now_ms))
    with sending(store, works, influx, bucket) as sender:
        state = emptied(sender)
    assert (state.state, state.rejected) == ("ok", 51)
    found = influx.query(f'SELECT "value" FROM "now" WHERE time >= {now_ms}ms', db=bucket)
    assert len(found[0]["values"]) == 50
    assert [row for row in store.rejected_lines() if "field type conflict" in row.reason]


def test_a_bucket_that_keeps_less_takes_what_it_keeps(influx: Influx, works: Registry, store: Store) -> None:
    bucket = influx.make("short")
    influx.keep(bucket, 365)
    now_ms = WallClock().now_ms() - DAY_MS
    keep(store, *good(60), *good(40, now_ms))
    with sending(store, works, influx, bucket) as sender:
        state = emptied(sender)
    (row,) = store.rejected_lines()
    assert (state.state, state.rejected, row.count, taken(influx, bucket)) == ("ok", 60, 60, 40)
    assert re.fullmatch(BEYOND, row.reason)


def test_what_a_server_lost_is_sent_again(influx: Influx, works: Registry, store: Store) -> None:
    bucket = influx.make("lost")
    keep(store, *good(50))
    with sending(store, works, influx, bucket) as sender:
        emptied(sender)
        influx.drop(bucket)
        assert influx.make("lost") == bucket and taken(influx, bucket) == 0
        sender.resync("main")
        until(lambda: taken(influx, bucket) == 50)
