"""Senders to servers in memory, something to send, and what a full copy of it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import numpy as np

from analytics.columns import DAY_MS, INTERVAL_MS, Ranges
from registry import Registry
from sinks.connection import TargetSettings
from sinks.sender import Sender
from sinks.state import SinkState
from storage import Lines, Store
from tests.sinks.memory import HURRY, MemoryServer, until
from tests.storage.rows import T0_MS, intervals, random_readings, ranges

Q = INTERVAL_MS
NOW_MS = T0_MS + DAY_MS


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
