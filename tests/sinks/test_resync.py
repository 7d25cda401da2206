"""A server that lost what it had is filled again, whatever is under way."""

from __future__ import annotations

import pytest

from analytics.columns import DAY_MS
from registry import Registry
from sinks import feed, target
from storage import Store
from tests.sinks.copying import Q, fill, sender_to, sending, settle, state
from tests.sinks.memory import MemoryServer, until
from tests.storage.rows import T0_MS, readings


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


def test_a_wish_that_comes_between_two_pieces_is_not_lost(
    store: Store, works: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PIECE_LINES", 10)
    store.append(readings(*[(1, n, float(n)) for n in range(60)]))
    server = MemoryServer()
    server.refuses = lambda line: "value=7.0" in line
    sender = sender_to(store, works, main=server)

    def wish(*_: object) -> None:
        """Said of the refused line, when the first piece has moved the place and the second is not sent yet."""
        server.refuses = lambda line: False
        server.has = {}
        sender.resync("main")

    monkeypatch.setattr(target.log, "warning", wish)
    sender.start()
    try:
        until(lambda: state(sender).unsent_s == 0 and state(sender).unsent == 0)
    finally:
        sender.stop()
    assert len(server.has) == 60


def test_what_was_settled_during_a_refill_is_in_the_next_one(
    store: Store, works: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """::

    refill of el.in    |----->.............|   asked again   |------------------->|
    hall settled, and sent    ^         server empty  ^       hall is among it
    """
    monkeypatch.setattr(feed, "PIECE_LINES", 96)
    monkeypatch.setattr(feed, "PIECES_A_ROUND", 1)
    settle(store, *[(1, 96 * day) for day in range(400)])
    server, hall = MemoryServer(), T0_MS + 96 * Q
    sender = sender_to(store, works, main=server)

    def third_day(line: str) -> bool:
        if line.endswith(str(T0_MS + 3 * DAY_MS)):
            settle(store, (2, 96))
            server.refuses = when_hall_was_sent
        return False

    def when_hall_was_sent(line: str) -> bool:
        if any("series=hall" in series for series, _ in server.has):
            server.refuses = lambda line: False
            server.has = {}
            sender.resync("main")
        return False

    server.refuses = third_day
    sender.start()
    try:
        until(lambda: state(sender).unsent_s == 0 and state(sender).unsent == 0)
    finally:
        sender.stop()
    assert server.refuses not in (third_day, when_hall_was_sent)
    assert {at for series, at in server.has if "series=hall" in series} == {hall}
