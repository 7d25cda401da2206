"""How is the connection, and who has been told?"""

from __future__ import annotations

import logging
import math
import time
from typing import Any

from collector.dialect import Dialect
from collector.settings import MqttSettings, Version
from collector.trouble import connect_trouble, lost_trouble, refusal

log = logging.getLogger("collector.link")

_SHORT_S = 10.0  # a connection that lives no longer does not count as one: two clients of one name would race


class Condition:
    """State of the connection to one broker; changed by the network thread, read by any.

    Parameters
    ----------
    settings : MqttSettings
        Names the broker in messages.
    """

    def __init__(self, settings: MqttSettings) -> None:
        self._settings = settings
        self.connected = False
        self.subscribed = False
        self.delivered = 0  # messages, over all connections
        self.at_once = False  # the next attempt shall not wait
        self._protocol: Version | None = None
        self._forgotten = 0
        self._lost = 0
        self._error: str | None = None
        self._last_error: str | None = None
        self._since_ms: int | None = None
        self._began_s = math.inf
        self._said = ""

    def begin(self, now_ms: int, dialect: Dialect, *, session_kept: bool) -> None:
        """The broker has accepted; `session_kept` tells whether it remembers us."""
        self.connected = True
        if self._protocol is not None and not session_kept:
            self._forgotten += 1
            log.warning(
                "%s has forgotten the session of client %s: what came while it was away is lost; "
                "wanted a broker that keeps sessions on disk",
                self._settings.where,
                self._settings.client_id,
            )
        self._protocol = dialect.version
        self._since_ms = now_ms
        self._began_s = time.monotonic()
        self._error, self._said = None, ""
        with_version = " with MQTT 3.1.1, it does not speak 5" if dialect.found else ""
        log.info("connected to the broker at %s%s", self._settings.where, with_version)

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
        self.at_once = False

    # --- what went wrong --------------------------------------------------------------------------------------------

    def not_made(self, error: Exception) -> None:
        """No connection could be made."""
        self._trouble(connect_trouble(error, self._settings))

    def broken(self, error: Exception) -> None:
        """A connection that had been made came to a bad end."""
        self._lost += self.connected
        self._trouble(lost_trouble(error, self._settings))

    def refused(self, reason: str) -> None:
        """The broker did not accept, with this reason code."""
        self._trouble(refusal(reason, self._settings))

    def ended(self, reason: str, *, subscribing: bool = False) -> None:
        """The connection is over, by the broker's will or by the network's, with this reason code.

        Parameters
        ----------
        reason : str
        subscribing : bool
            Whether a subscription was asked for and not answered.
        """
        if self.connected:
            self._lost += 1
        if subscribing:
            where = self._settings.where
            self._trouble(f"not subscribed: {where} ended the connection when asked for topics; asking for each alone")
        elif self.connected:
            self._trouble(refusal(reason, self._settings, soon=self.short))
        elif self._error is None:
            self._trouble(f"no MQTT: {self._settings.where} ended the connection before it began")

    def not_subscribed(self, topic: str, reason: str) -> None:
        """The broker refuses a subscription."""
        self._trouble(f"not subscribed: {self._settings.where} refuses {topic} ({reason})")

    def _trouble(self, text: str) -> None:
        """Remember what is wrong, and say so once for each kind of trouble."""
        self._error = self._last_error = text
        kind = text.partition(":")[0]
        if kind != self._said:
            self._said = kind
            log.warning("%s; trying again", text)

    def health(self) -> dict[str, Any]:
        """``error`` is None while all is well, ``last_error`` stays; ``forgotten`` counts sessions the broker lost."""
        return {
            "broker": self._settings.where,
            "connected": self.connected,
            "subscribed": self.subscribed,
            "connected_since_ms": self._since_ms,
            "protocol": self._protocol,
            "lost": self._lost,
            "forgotten": self._forgotten,
            "error": self._error,
            "last_error": self._last_error,
        }
