"""How is something done once a minute of product time, however fast that runs?

A demo's minute may be a second long: no more often than every few seconds of real time, too.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from storage import StoreError

log = logging.getLogger(__name__)

EVERY_MS = 60_000
"""[ms of product time]"""
LEAST_S = 5.0
"""[s of real time]"""
LOOK_S = 1.0


class Pace:
    """A thread that does one thing again and again; what fails is tried again at its next time.

    Parameters
    ----------
    name : str
        What it is called in logs.
    now_ms : callable
        The product's clock.
    work : callable
    """

    def __init__(self, name: str, now_ms: Callable[[], int], work: Callable[[], None]) -> None:
        self._name, self._now_ms, self._work = name, now_ms, work
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.last_error = ""

    def start(self) -> None:
        """Do it at once, and then every minute."""
        self._thread.start()

    def stop(self) -> None:
        """End after the work under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def is_stopping(self) -> bool:
        """Long work may end early."""
        return self._stopping.is_set()

    def _run(self) -> None:
        minute, began_s = None, -LEAST_S
        while not self._stopping.is_set():
            now = self._now_ms() // EVERY_MS
            if now != minute and time.monotonic() - began_s >= LEAST_S:
                minute, began_s = now, time.monotonic()
                self._try()
            self._stopping.wait(LOOK_S)

    def _try(self) -> None:
        try:
            self._work()
        except Exception as error:
            if not self.last_error:
                expected = isinstance(error, StoreError)  # a full disk: the sentence says all
                log.error("%s failed, tried again: %s", self._name, error, exc_info=not expected)
            self.last_error = f"{type(error).__name__}: {error}"
        else:
            if self.last_error:
                log.warning("%s works again", self._name)
            self.last_error = ""
