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


def filled(inbox: Inbox, count: int) -> None:
    for _ in range(count):
        inbox.put(message())


def test_a_broker_that_waits_for_acknowledgements_is_not_waited_for() -> None:
    inbox = Inbox(enough=100, most_bytes=1 << 20)
    for _ in range(2):
        filled(inbox, 10)
        assert len(inbox.take(0.02)) == 10
    filled(inbox, 10)
    began_s = time.monotonic()
    assert len(inbox.take(LONG_S)) == 10
    assert time.monotonic() - began_s < 10


def test_a_broker_that_sends_more_than_it_did_is_waited_for_again() -> None:
    inbox = Inbox(enough=100, most_bytes=1 << 20)
    for _ in range(2):
        filled(inbox, 3)
        inbox.take(0.02)
    filled(inbox, 4)
    assert len(inbox.take(0.02)) == 4
    filled(inbox, 3)
    taken: list[list[Message]] = []
    taker = started(lambda: taken.append(inbox.take(LONG_S)))
    taker.join(0.1)
    assert taken == []
    filled(inbox, 97)
    taker.join(10)
    assert [len(one) for one in taken] == [100]


def test_single_messages_teach_nothing() -> None:
    inbox = Inbox(enough=100, most_bytes=1 << 20)
    for _ in range(3):
        filled(inbox, 1)
        inbox.take(0.02)
    filled(inbox, 1)
    taken: list[list[Message]] = []
    taker = started(lambda: taken.append(inbox.take(LONG_S)))
    taker.join(0.1)
    inbox.close()
    taker.join(10)
    assert [len(one) for one in taken] == [1], "it lingered until the end"


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
