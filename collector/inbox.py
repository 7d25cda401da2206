"""How much may wait to be stored?

The network thread puts messages in, the writer thread takes all of them at once. What was taken still counts until it
is stored; where that is too much memory, `put` waits, nothing more is read, and the broker keeps the rest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from collector.message import Message

_SILENT = 0.8  # of the wait
_MESSAGE_BYTES = 400  # what a message weighs besides its payload: tuple, topic and numbers by sys.getsizeof


class Inbox:
    """Messages between the network thread and the writer thread.

    Parameters
    ----------
    enough : int
        So many messages make a batch that does not wait for more.
    most_bytes : int
        Weight from which `put` waits. [bytes]
    """

    def __init__(self, enough: int, most_bytes: int) -> None:
        self._enough = enough
        self._most_bytes = most_bytes
        self._change = threading.Condition()
        self._messages: list[Message] = []
        self._bytes = 0
        self._waiting = 0
        self._closed = False
        self._last_s = 0.0
        self._window: int | None = None  # so many the broker sends ahead, as far as was seen
        self._candidate: int | None = None

    def put(self, message: Message) -> bool:
        """Add one message, when there is room.

        Returns
        -------
        taken : bool
            False where the inbox was closed meanwhile; the message is then still the broker's.
        """
        with self._change:
            if self._full:
                self._change.notify_all()  # no use in waiting for more
                self._change.wait_for(lambda: self._closed or not self._full)
            if self._closed:
                return False
            self._messages.append(message)
            self._bytes += _weight(message)
            self._waiting += 1
            self._last_s = time.monotonic()
            # Waking the writer for each message would cost more than reading it.
            if len(self._messages) in (1, self._enough, self._window):
                self._change.notify_all()
            return True

    def take(self, linger_s: float) -> list[Message]:
        """Everything there is, once the first message has come and had `linger_s` of company; empty when closed.

        A broker that wants acknowledgements before it sends more is not waited for; see `_learn`.
        """
        with self._change:
            self._change.wait_for(lambda: self._closed or self._messages)
            if not self._change.wait_for(self._is_batch, linger_s):
                self._learn(linger_s)
            messages, self._messages = self._messages, []
            return messages

    def _is_batch(self) -> bool:
        count = len(self._messages)
        if self._window is not None and count > self._window:
            self._window = None  # it sends more than that
        return self._closed or self._full or count >= self._enough or count == self._window

    def _learn(self, linger_s: float) -> None:
        """What a wait in vain says: two batches of one size, each followed by silence, are the broker's window.

        RabbitMQ sends 10 messages ahead by default: with both sides waiting, that made 180 messages/s.
        """
        count = len(self._messages)
        silent = time.monotonic() - self._last_s > _SILENT * linger_s
        if silent and count > 1 and count == self._candidate:
            self._window = count
        self._candidate = count if silent else None

    def stored(self, messages: Sequence[Message]) -> None:
        """These need no memory any more."""
        weight = sum(map(_weight, messages))
        with self._change:
            self._bytes -= weight
            self._waiting -= len(messages)
            self._change.notify_all()

    def close(self) -> None:
        """Take nothing more in; what is inside can still be taken out."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    @property
    def waiting(self) -> int:
        """How many messages are not stored yet, those taken included."""
        return self._waiting

    @property
    def _full(self) -> bool:
        return self._bytes >= self._most_bytes


def _weight(message: Message) -> int:
    return len(message.payload) + _MESSAGE_BYTES
