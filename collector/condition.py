"""How is the connection, and who has been told?"""

from __future__ import annotations

import logging
import math
import time
from typing import Any

log = logging.getLogger("collector.link")

_SHORT_S = 10.0  # a connection that lives no longer does not count as one: two clients of one name would race


class Condition:
    """State of the connection to one broker; changed by the network thread, read by any.

    Parameters
    ----------
    where : str
        The broker as messages name it.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self.connected = False
        self.subscribed = False
        self.lost = 0
        self.error: str | None = None
        self._last_error: str | None = None
        self._since_ms: int | None = None
        self._began_s = math.inf
        self._said = ""

    def begin(self, now_ms: int) -> None:
        """The broker has accepted."""
        self.connected = True
        self._since_ms = now_ms
        self._began_s = time.monotonic()
        self.error, self._said = None, ""
        log.info("connected to the broker at %s", self._where)

    def end(self) -> None:
        """There is no connection any more, or there was none."""
        self.connected = self.subscribed = False
        self._since_ms = None

    @property
    def short(self) -> bool:
        """Whether the connection has not lived long, or not at all."""
        return not time.monotonic() - self._began_s > _SHORT_S

    def forget(self) -> None:
        """A new attempt begins."""
        self._began_s = math.inf

    def trouble(self, text: str) -> None:
        """Remember what is wrong, and say so once for each kind of trouble."""
        self.error = self._last_error = text
        kind = text.partition(":")[0]
        if kind != self._said:
            self._said = kind
            log.warning("%s; trying again", text)

    def health(self) -> dict[str, Any]:
        """``error`` is None while all is well, ``last_error`` stays."""
        return {
            "broker": self._where,
            "connected": self.connected,
            "subscribed": self.subscribed,
            "connected_since_ms": self._since_ms,
            "lost": self.lost,
            "error": self.error,
            "last_error": self._last_error,
        }
