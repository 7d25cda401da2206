"""A server that lost what it had is filled again, whatever is under way."""

from __future__ import annotations

import pytest

from analytics.columns import DAY_MS
from registry import Registry
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
