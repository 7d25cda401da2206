"""Over the worst of lines, at the end the server equals the journal, line by line.

A real InfluxDB behind `tests.faultproxy`. What it must hold is worked out from the journal, without the code that makes
lines; what it does hold is asked with InfluxQL, as a dashboard would.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from registry import Registry
from storage import Store
from tests.faultproxy import NONE, FaultProxy
from tests.influx import Influx
from tests.sinks.journalcopy import Sending, assert_equal, journal, work
from tests.sinks.memory import until

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
    influx.ours_or_skip()
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
