"""How much may wait to be stored?

The network thread puts messages in, the writer thread takes all of them at once. What was taken still counts until it
is stored; where that is too much memory, `put` waits, nothing more is read, and the broker keeps the rest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from collector.message import Message

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
            # Waking the writer for each message would cost more than reading it.
            if len(self._messages) in (1, self._enough):
                self._change.notify_all()
            return True

    def take(self, linger_s: float, quiet_s: float | None = None) -> list[Message]:
        """Everything there is, once the first message has come and had `linger_s` of company; empty when closed.

        Parameters
        ----------
        linger_s : float
            How long to wait for more. [s]
        quiet_s : float, optional
            Wait no longer once no message has come for so long. [s]
        """
        with self._change:
            self._change.wait_for(lambda: self._closed or self._messages)
            until_s = time.monotonic() + linger_s
            while (left_s := until_s - time.monotonic()) > 0:
                count = len(self._messages)
                if self._change.wait_for(self._is_batch, left_s if quiet_s is None else min(left_s, quiet_s)):
                    break
                if len(self._messages) == count:
                    break
            messages, self._messages = self._messages, []
            return messages

    def _is_batch(self) -> bool:
        return self._closed or self._full or len(self._messages) >= self._enough

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
