"""When does a person or the system want the command to end?"""

from __future__ import annotations

import signal
from queue import Empty, SimpleQueue


class Stopper:
    """Waits for Ctrl-C or a termination request; as many of them as may come.

    A `SimpleQueue` takes what a signal handler puts even while another handler puts; the lock of a `threading.Event`
    is not made for that, and two requests at once would hold each other for ever.
    """

    def __init__(self) -> None:
        self._asked: SimpleQueue[int] = SimpleQueue()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _frame: self._asked.put(number))

    def wait(self, seconds: float | None = None) -> bool:
        """Until somebody asks, at most so long; True when somebody did."""
        try:
            self._asked.get(timeout=seconds)
        except Empty:
            return False
        return True
