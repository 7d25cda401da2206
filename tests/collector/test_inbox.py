"""What waits between the two threads, and how much of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from collector.inbox import Inbox
from collector.message import Message
from tests.servers import wait_until

LONG_S = 60.0


def message(size: int = 10) -> Message:
    return Message.of("t", b"x" * size)


def started(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_everything_comes_out_in_order() -> None:
    inbox = Inbox(enough=100, most_bytes=1 << 20)
    messages = [message(n) for n in range(5)]
    assert all(inbox.put(one) for one in messages)
    assert inbox.take(0.0) == messages
    assert inbox.waiting == 5, "taken is not stored"
    inbox.stored(messages)
    assert inbox.waiting == 0


def test_a_whole_batch_does_not_linger() -> None:
    inbox = Inbox(enough=3, most_bytes=1 << 20)
    taken: list[list[Message]] = []
    taker = started(lambda: taken.append(inbox.take(LONG_S)))
    for _ in range(3):
        inbox.put(message())
    taker.join(10)
    assert [len(one) for one in taken] == [3]


def test_silence_ends_a_batch_where_the_broker_may_be_waiting_too() -> None:
    inbox = Inbox(enough=100, most_bytes=1 << 20)
    inbox.put(message())
    began_s = time.monotonic()
    assert len(inbox.take(LONG_S, 0.01)) == 1
    assert time.monotonic() - began_s < 10


def test_put_waits_while_too_much_is_not_stored() -> None:
    inbox = Inbox(enough=100, most_bytes=10_000)
    inbox.put(message(20_000))
    putter = started(lambda: inbox.put(message()))
    # The one that waits outside ends the linger: nothing more can come.
    began_s = time.monotonic()
    first = inbox.take(LONG_S)
    assert time.monotonic() - began_s < 10
    assert [one.size for one in first] == [20_000]
    putter.join(0.1)
    assert putter.is_alive(), "what was taken still fills the memory"
    inbox.stored(first)
    putter.join(10)
    assert [one.size for one in inbox.take(0.0)] == [10]


def test_a_closed_inbox_takes_nothing_in_and_gives_out_what_it_has() -> None:
    inbox = Inbox(enough=100, most_bytes=1)
    inbox.put(message())
    answers: list[bool] = []
    putter = started(lambda: answers.append(inbox.put(message())))
    inbox.close()
    putter.join(10)
    assert answers == [False]
    assert len(inbox.take(LONG_S)) == 1
    assert inbox.take(LONG_S) == []


def test_closing_wakes_the_one_who_takes() -> None:
    inbox = Inbox(enough=100, most_bytes=1)
    taken: list[list[Message]] = []
    started(lambda: taken.append(inbox.take(LONG_S)))
    inbox.close()
    wait_until(lambda: taken == [[]])
