"""Over the worst of lines, at the end the server equals the journal, line by line.

A real InfluxDB behind `tests.faultproxy`. What it must hold is worked out from the journal, without the code that makes
lines; what it does hold is asked with InfluxQL, as a dashboard would.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS
from registry import Registry
from sinks.connection import InfluxConnection, TargetSettings
from storage import Lines, Store
from taihu.clock import WallClock
from tests.faultproxy import NONE, FaultProxy
from tests.influx import ORG, TOKEN, Influx
from tests.sinks.journalcopy import Sending, asked, assert_equal, journal, work
from tests.sinks.memory import until
from tests.storage.rows import T0_MS, random_readings

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    with Influx(tmp_path_factory.mktemp("influx")) as server:
        yield server


@pytest.fixture
def buckets(influx: Influx, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Two fresh databases on the one server."""
    return influx.make(f"{request.node.name}_a"), influx.make(f"{request.node.name}_b")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the threads that are cut off
@pytest.mark.parametrize("seed", [1, 2])
def test_at_the_end_the_server_equals_the_journal(
    influx: Influx, works: Registry, buckets: tuple[str, str], tmp_path: Path, seed: int
) -> None:
    """Two targets, one of them faulty in every way; restarts and power cuts in between."""
    rng = np.random.default_rng(seed)
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(tmp_path))
        faulty = stack.enter_context(FaultProxy(influx.url, seed, 0.6))
        good = stack.enter_context(FaultProxy(influx.url, seed, 0.0))
        urls = {"faulty": (faulty.url, buckets[0]), "good": (good.url, buckets[1])}
        work(store, rng, 2)
        for _ in range(3):
            sending = Sending(store, works, urls)
            stack.callback(sending.sender.stop)
            work(store, rng, 2)
            requests = sum(faulty.met.values())
            until(lambda before=requests, now=sending: now.settled("faulty") or sum(faulty.met.values()) > before + 4)
            until(lambda now=sending: now.settled("good"))
            sending.kill()
            work(store, rng, 1)
        faulty.share = 0.3
        sending = Sending(store, works, urls)
        until(lambda: sending.settled("good"))
        assert_equal(influx, buckets[1], store)
        until(lambda: sending.settled("faulty"))
        # everything is sent once more, into what is there
        sending.sender.resync("faulty")
        until(lambda: sending.settled("faulty"))
        sending.sender.stop()
        assert_equal(influx, buckets[0], store)
        assert faulty.met[NONE] > 5 and len(faulty.met) > 5, faulty.met
        assert store.rejected_counts() == {}


def test_lines_that_a_server_cannot_take_are_all_that_is_missing(
    influx: Influx, works: Registry, buckets: tuple[str, str], tmp_path: Path
) -> None:
    rng = np.random.default_rng(5)

    def bad(line: str) -> bool:
        return line.startswith("reading,") and "series=hall" in line and int(line[-6:]) % 50_000 == 0

    with ExitStack() as stack:
        store = stack.enter_context(Store.open(tmp_path))
        proxy = stack.enter_context(FaultProxy(influx.url, 3, 0.2, ("503", "lost", "half", "cut"), bad))
        work(store, rng, 2)
        sending = Sending(store, works, {"main": (proxy.url, buckets[0])})
        until(lambda: sending.settled("main"))
        state = sending.sender.states()[0]
        sending.sender.stop()
        values, _ = journal(store)
        refused = {key: value for key, value in values.items() if key[1] == "hall" and key[2] % 50_000 == 0}
        assert refused and state.state == "ok"
        rows = store.rejected_lines(1000)
        assert {int(row.line.split()[-1]) for row in rows} >= {at for _, _, at in refused}
        assert {row.reason for row in rows} == {"422 partial write: made up, dropped"}
        assert state.rejected == len(rows) == store.rejected_counts()["main"]
        assert_equal(influx, buckets[0], store, refused)


def test_a_server_that_stops_for_a_while_misses_nothing(
    influx: Influx, works: Registry, buckets: tuple[str, str], tmp_path: Path
) -> None:
    rng = np.random.default_rng(6)
    with Store.open(tmp_path) as store:
        sending = Sending(store, works, {"main": (influx.url, buckets[0])})
        work(store, rng, 1)
        until(lambda: sending.settled("main"))
        influx.stop()
        work(store, rng, 1)
        until(lambda: sending.sender.states()[0].state == "waiting")
        assert sending.sender.states()[0].last_error.startswith("503")
        influx.start()
        until(lambda: sending.settled("main"))
        assert sending.sender.states()[0].state == "ok"
        sending.sender.stop()
        assert_equal(influx, buckets[0], store)


def test_a_bucket_that_keeps_less_takes_what_it_keeps_and_the_rest_is_told(
    influx: Influx, works: Registry, buckets: tuple[str, str], tmp_path: Path
) -> None:
    influx.keep(buckets[0], 365)
    at = WallClock().now_ms() - DAY_MS
    with Store.open(tmp_path) as store:
        old = random_readings(np.random.default_rng(8), 400, 5, 3.0)  # of 2018
        new = replace(old.take(slice(0, 50)), time_ms=at + np.arange(50), value=np.arange(50.0))
        store.append(old)
        store.append(new)
        sending = Sending(store, works, {"main": (influx.url, buckets[0])})
        until(lambda: sending.settled("main"))
        (state,) = sending.sender.states()
        sending.sender.stop()
        (row,) = store.rejected_lines()
    assert state.state == "ok" and state.rejected == row.count > 300
    assert row.reason == f"400 partial write: points beyond retention policy dropped={row.count}"
    assert len(asked(influx, buckets[0], "reading", "value")) == 50


def test_a_type_conflict_of_version_1_is_found_line_by_line(
    influx: Influx, works: Registry, buckets: tuple[str, str], tmp_path: Path
) -> None:
    """Somebody wrote a text where our number belongs: 400 with the rest written."""
    settings = TargetSettings("main", influx.url, TOKEN, ORG, buckets[0])
    other = InfluxConnection(settings)
    at = T0_MS - 300 * DAY_MS  # another shard than the readings of the test, so that only this line is refused
    assert other.post([f'now,scope=plant:a,series=power_kw value="much",known=1 {at}']).said == ""
    other.close()
    with Store.open(tmp_path) as store:
        series = ["now,scope=plant:a,series=power_kw"] * 3
        times = np.array([at + 1, T0_MS, T0_MS + 1])
        store.keep_lines(Lines(series, times, ["value=1.5,known=1.0"] * 3), lasting=True)
        sending = Sending(store, works, {"main": (influx.url, buckets[0])})
        until(lambda: sending.settled("main"))
        sending.sender.stop()
        (row,) = store.rejected_lines()
        assert row.line.endswith(str(at + 1)) and "field type conflict" in row.reason
    assert set(asked(influx, buckets[0], "now", "value")) == {("now", "power_kw", T0_MS + n) for n in (0, 1)}
