"""Targets of all tempers, in memory: nothing is lost, nobody holds anybody up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from analytics.columns import DAY_MS, INTERVAL_MS, Ranges
from registry import Registry
from sinks.answers import Answer, Kind
from sinks.connection import TargetSettings
from sinks.sender import Sender
from sinks.state import SinkState
from storage import Lines, Store
from tests.sinks.memory import HURRY, MemoryServer, until
from tests.sinks.works import registry
from tests.storage.rows import T0_MS, intervals, random_readings, ranges, readings

Q = INTERVAL_MS
NOW_MS = T0_MS + DAY_MS
LATER, STOP = Answer(Kind.LATER, "503 busy"), Answer(Kind.STOP, "401 unauthorized access")


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return registry(tmp_path_factory.mktemp("works"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        yield opened


def sender_to(store: Store, works: Registry, now_ms: int = NOW_MS, **servers: MemoryServer) -> Sender:
    targets = [TargetSettings(name, f"http://user:secret@{name}:8086", "token") for name in servers]
    return Sender(store, works, ticking(now_ms), targets, patience=HURRY, connect=lambda one: servers[one.name])


def ticking(now_ms: int) -> Callable[[], int]:
    """A clock that goes on by a millisecond whenever somebody looks."""
    ticks = count(now_ms)
    return lambda: next(ticks)


@contextmanager
def sending(store: Store, works: Registry, **servers: MemoryServer) -> Iterator[Sender]:
    sender = sender_to(store, works, **servers)
    sender.start()
    try:
        yield sender
    finally:
        sender.stop()


def state(sender: Sender, name: str = "main") -> SinkState:
    return next(one for one in sender.states() if one.name == name)


def settle(store: Store, *quarters: tuple[int, int], amount: float = 1.0) -> None:
    which = ranges(*[(point, n * Q, (n + 1) * Q) for point, n in quarters])
    store.replace(which, intervals(which.point, which.from_ms, amount))


def lines(*rows: tuple[str, int, str]) -> Lines:
    return Lines([row[0] for row in rows], np.array([T0_MS + row[1] for row in rows], np.int64), [r[2] for r in rows])


def fill(store: Store, seed: int = 1, rounds: int = 3) -> None:
    """Something of everything: readings, settled quarters, some of them unsettled again, lines."""
    rng = np.random.default_rng(seed)
    for number in range(rounds):
        store.append(random_readings(rng, 200, 5, 2.0))
        first = rng.integers(0, 8, 6)
        which = Ranges(
            rng.integers(1, 6, 6).astype(np.int32), T0_MS + first * Q, T0_MS + (first + rng.integers(1, 4, 6)) * Q
        )
        merged = ranges(
            *{(int(p), int(f) - T0_MS, int(f) - T0_MS + Q) for p, f in zip(*which_rows(which), strict=True)}
        )
        kept = merged.take(rng.random(len(merged)) < 0.7)
        store.replace(merged, intervals(kept.point, kept.from_ms, float(rng.normal())))
        store.keep_lines(lines(("month,scope=a", number % 2, f"value={number}.5,known=1.0")), lasting=True)


def which_rows(which: Ranges) -> tuple[list[int], list[int]]:
    return which.point.tolist(), which.from_ms.tolist()


def wanted(store: Store, works: Registry) -> dict[tuple[str, int], dict[str, str]]:
    """What a full copy into a fresh server gives."""
    fresh = MemoryServer()
    place = {one.name: one for one in store.followers()}
    with sending(store, works, **{name: MemoryServer() for name in place}, fresh=fresh) as sender:
        until(lambda: state(sender, "fresh").unsent_s == 0 and state(sender, "fresh").unsent == 0)
    return fresh.known()


def test_a_target_gets_everything_there_is_and_what_comes(store: Store, works: Registry) -> None:
    server = MemoryServer()
    store.append(readings((1, 0, 41.5), (99, 0, 1.0)))
    settle(store, (1, 0))
    with sending(store, works, main=server) as sender:
        until(lambda: len(server.has) == 2)
        store.append(readings((1, 1000, np.nan)))
        store.keep_lines(lines(("month,scope=a", 0, "value=1.5,known=1.0")), lasting=True)
        settle(store, (1, 1))
        until(lambda: len(server.has) == 5 and state(sender).unsent_s == 0)
        told = state(sender)
    name = "medium=electricity,meter=E1,plant=works,series=el.in"
    assert server.has == {
        (f"reading,{name}", T0_MS): {"value": "41.5", "known": "1", "flag": "0"},
        (f"reading,{name}", T0_MS + 1000): {"known": "0"},
        (f"interval,{name}", T0_MS): INTERVAL,
        (f"interval,{name}", T0_MS + Q): INTERVAL,
        ("month,scope=a", T0_MS): {"value": "1.5", "known": "1.0"},
    }
    assert (told.state, told.url, told.unsent, told.sent, told.unknown) == ("ok", "http://main:8086", 0, 5, 1)
    assert server.closed


INTERVAL = {
    "amount": "1.0",
    "known": "1.0",
    "measured": "1.0",
    "estimated": "0.0",
    "flags": "0",
    "below": "0.0",
    "above": "0.0",
}


def test_a_restated_quarter_overwrites_and_an_unsettled_one_is_not_known(store: Store, works: Registry) -> None:
    server = MemoryServer()
    key = ("interval,medium=electricity,plant=works,series=hall", T0_MS)
    with sending(store, works, main=server):
        settle(store, (2, 0), amount=1.0)
        until(lambda: server.has.get(key, {}).get("amount") == "1.0")
        settle(store, (2, 0), amount=2.0)
        until(lambda: server.has[key]["amount"] == "2.0")
        store.replace(ranges((2, 0, Q)), intervals(np.empty(0), np.empty(0)))
        until(lambda: server.has[key]["known"] == "0")


def test_a_server_that_is_away_gets_it_later_and_is_told_of(store: Store, works: Registry) -> None:
    server = MemoryServer()
    server.always = LATER
    fill(store)
    with sending(store, works, main=server) as sender:
        until(lambda: server.requests > 5)
        told = state(sender)
        assert (told.state, told.last_error, told.sent) == ("waiting", "503 busy", 0)
        assert told.unsent > 600
        server.always = None
        until(lambda: state(sender).unsent_s == 0)
        assert (state(sender).state, state(sender).last_error) == ("ok", "")
    assert server.known() == wanted(store, works)


def test_the_age_of_what_was_not_sent_grows_over_a_restart(store: Store, works: Registry) -> None:
    server = MemoryServer()
    with sending(store, works, main=server) as sender:
        store.append(readings((1, 0, 1.0)))
        until(lambda: len(server.has) == 1 and state(sender).unsent_s == 0)
    server.always = LATER
    store.append(readings((1, 1, 1.0)))
    sender = sender_to(store, works, NOW_MS + 7 * DAY_MS, main=server)
    assert state(sender).state == "off"
    sender.start()
    try:
        assert state(sender).unsent_s == pytest.approx(7 * 86_400, abs=60)
        server.always = None
        until(lambda: state(sender).unsent_s == 0)
    finally:
        sender.stop()


def test_a_wrong_token_stops_the_target_until_it_is_right(store: Store, works: Registry) -> None:
    server = MemoryServer()
    server.always = STOP
    fill(store)
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).state == "stopped")
        assert state(sender).last_error == "401 unauthorized access"
        until(lambda: server.requests > 2)
        assert store.rejected_lines() == []
        server.always = None
        until(lambda: state(sender).unsent_s == 0)
    assert server.known() == wanted(store, works)


def test_one_bad_line_is_kept_with_the_servers_words_and_the_rest_goes_on(store: Store, works: Registry) -> None:
    server = MemoryServer()
    server.refuses = lambda line: "series=hall" in line and "value=7.0" in line
    store.append(readings(*[(2, n, float(n)) for n in range(50)]))
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).unsent_s == 0)
        assert (state(sender).rejected, state(sender).sent, state(sender).state) == (1, 49, "ok")
    (row,) = store.rejected_lines()
    assert row.target == "main" and NOW_MS < row.at_ms < NOW_MS + 60_000
    assert row.line == f"reading,medium=electricity,plant=works,series=hall value=7.0,known=1,flag=0 {T0_MS + 7}"
    assert row.reason == "400 cannot take reading,medium=electricity,plant=works,series=hall"
    # it is not sent, and not counted, once more
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).unsent_s == 0)
        assert state(sender).rejected == 1
    assert store.rejected_counts() == {"main": 1}


def test_a_server_that_refuses_everything_gets_no_backlog_of_refused_lines(store: Store, works: Registry) -> None:
    server = MemoryServer()
    server.refuses = lambda line: True
    fill(store)
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).state == "stopped")
        assert "takes none of the lines: 400" in state(sender).last_error
        assert store.rejected_lines() == []
        server.refuses = lambda line: False
        until(lambda: state(sender).unsent_s == 0)
    # the probe of an earlier try may stand there
    server.has = {key: fields for key, fields in server.has.items() if not key[0].startswith("sink")}
    assert server.known() == wanted(store, works)


def test_two_targets_do_not_hold_each_other_up(store: Store, works: Registry) -> None:
    good, bad = MemoryServer(), MemoryServer()
    bad.always = LATER
    with sending(store, works, good=good, bad=bad) as sender:
        fill(store)
        until(lambda: state(sender, "good").unsent_s == 0)
        assert state(sender, "bad").state == "waiting"
        until(lambda: bad.requests > 3)
        bad.always = None
        until(lambda: state(sender, "bad").unsent_s == 0)
    assert good.known() == bad.known() == wanted(store, works)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the thread that is cut off
def test_after_a_power_cut_everything_is_there_once_more(store: Store, works: Registry) -> None:
    server = MemoryServer()
    fill(store, rounds=2)
    first = sender_to(store, works, main=server)
    first.start()
    until(lambda: server.requests > 1)
    server.dead = True
    fill(store, seed=2)
    after = MemoryServer()
    after.has = server.has
    with sending(store, works, main=after) as sender:
        until(lambda: state(sender).unsent_s == 0)
    first.stop()
    assert after.known() == wanted(store, works)


def test_a_target_that_lost_everything_is_filled_again(store: Store, works: Registry) -> None:
    server = MemoryServer()
    fill(store)
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).unsent_s == 0)
        before = server.known()
        server.has = {}
        assert sender.resync("main").name == "main"
        until(lambda: state(sender).unsent_s == 0 and server.known() == before)
        with pytest.raises(KeyError):
            sender.resync("other")


def test_a_target_is_filled_again_from_a_day_on_even_by_a_command_beside_no_product(
    store: Store, works: Registry
) -> None:
    server = MemoryServer()
    store.append(readings((1, 0, 1.0), (1, 2 * DAY_MS, 2.0)))
    settle(store, (1, 0), (1, 200))
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).unsent_s == 0)
    server.has = {}
    assert sender_to(store, works, main=server).resync("main", T0_MS + DAY_MS).state == "off"
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).unsent_s == 0)
    assert {at for _, at in server.has if at >= T0_MS + DAY_MS} == {T0_MS + 2 * DAY_MS} | {
        T0_MS + n * Q for n in range(96, 201)
    }
    assert not {at for _, at in server.has if at < T0_MS + DAY_MS}


def test_who_takes_no_readings_gets_none(store: Store, works: Registry) -> None:
    server = MemoryServer()
    fill(store)
    only = TargetSettings("main", "http://main", "token", readings=False)
    sender = Sender(store, works, ticking(NOW_MS), [only], patience=HURRY, connect=lambda one: server)
    sender.start()
    try:
        until(lambda: state(sender).unsent_s == 0)
    finally:
        sender.stop()
    assert {series.split(",")[0] for series, _ in server.has} == {"interval", "month"}


def test_without_targets_nothing_is_logged(store: Store, works: Registry) -> None:
    with sending(store, works, main=MemoryServer()):
        pass
    with sending(store, works):
        settle(store, (1, 0))
    assert store.heads.change == 0 and store.followers() == []


@pytest.mark.parametrize("seed", range(4))
def test_a_stream_over_a_shaky_line_equals_a_full_copy(store: Store, works: Registry, seed: int) -> None:
    rng = np.random.default_rng(seed)
    server = MemoryServer()
    kinds = [Kind.LATER, Kind.TOO_LARGE, Kind.REFUSED, Kind.STOP]
    with sending(store, works, main=server) as sender:
        for number in range(6):
            fill(store, seed=100 * seed + number, rounds=1)
            # refused without any bad line in it: halves of it are taken
            server.answers += [Answer(kinds[k], "shaky") for k in rng.integers(0, 4, 3)]
            until(lambda: not server.answers or state(sender).unsent_s == 0)
        server.answers.clear()
        until(lambda: state(sender).unsent_s == 0)
    assert store.rejected_lines() == []
    assert server.known() == wanted(store, works)
