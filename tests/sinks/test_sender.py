"""Targets of all tempers, in memory: nothing is lost, nobody holds anybody up."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.columns import DAY_MS
from registry import Registry
from sinks.answers import Answer, Kind
from sinks.connection import TargetSettings
from sinks.sender import Sender
from storage import Store
from tests.sinks.copying import NOW_MS, Q, fill, lines, sender_to, sending, settle, state, ticking, wanted
from tests.sinks.memory import HURRY, MemoryServer, until
from tests.storage.rows import T0_MS, intervals, ranges, readings

LATER = Answer(Kind.LATER, "503 busy")


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
    "peak": "4.0",
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
