"""What is said over the connection?

Subscriptions and acknowledgements go out, messages come in and are only handed on; acknowledgements come from whoever
has stored them. A message's packet id means something on its own connection only, so each connection has a number, and
an acknowledgement for an older one is dropped: the broker sends such a message again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode

from collector.client import build_client, read_message, subscribe
from collector.condition import Condition
from collector.keeper import Keeper
from collector.message import Message
from collector.settings import MqttSettings

_UNKNOWN_FILTER = "taihu/none"


class Link:
    """The connection to one broker.

    Parameters
    ----------
    settings : MqttSettings
    filters : tuple of str
        Subscriptions.
    deliver : callable
        Gets each `Message` in the network thread; while it waits nothing is read. Must not raise.
    now_ms : callable
        The product's clock. [ms UTC]
    """

    def __init__(
        self,
        settings: MqttSettings,
        filters: tuple[str, ...],
        deliver: Callable[[Message], None],
        now_ms: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._filters = filters
        self._deliver = deliver
        self._now_ms = now_ms
        self._lock = threading.Lock()  # guards the number of the connection against late acknowledgements
        self._connection = 0
        self._condition = Condition(settings)
        self._client = build_client(settings)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_unsubscribe = self._on_unsubscribe
        self._client.on_message = self._on_message
        # With this set paho only queues what other threads send; the network thread alone writes.
        self._client.on_socket_register_write = lambda *_: None
        self._keeper = Keeper(self._client, self._condition, self._connect)

    def start(self) -> None:
        """Begin; a link is started once."""
        self._keeper.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Send what is queued, say goodbye and end the thread. The broker keeps the session."""
        self._keeper.end()
        if self._condition.connected:
            # A broker answers in turn, this too (MQTT 3.1.1, 3.10.4): with the answer it has read the acknowledgements.
            # Were the connection just closed, mosquitto would forget them as soon as it wants to send something.
            self._client.unsubscribe(_UNKNOWN_FILTER)
        else:
            self._client.disconnect()  # wakes the network thread
        self._keeper.join(timeout_s)

    def acknowledge(self, messages: Iterable[Message]) -> int:
        """Tell the broker that these are stored; those of an earlier connection are passed over.

        Returns
        -------
        count : int
            How many were acknowledged.
        """
        with self._lock:
            if not self._condition.connected:
                return 0
            mids = [m.mid for m in messages if m.qos == 1 and m.connection == self._connection]
            for mid in mids:
                self._client.ack(mid, 1)
        return len(mids)

    def subscribe(self, filters: tuple[str, ...]) -> None:
        """Use these subscriptions from now on."""
        gone = [one for one in self._filters if one not in filters]
        self._filters = filters
        if self._condition.connected:
            if gone:
                self._client.unsubscribe(gone)
            subscribe(self._client, filters, self._settings)

    def health(self) -> dict[str, Any]:
        """State of the connection, see `collector.condition`; ``connections`` counts the attempts."""
        return {**self._condition.health(), "connections": self._connection}

    def _connect(self) -> None:
        """Called in the network thread for each attempt."""
        with self._lock:
            # From here on no acknowledgement of the old connection can slip in front of the new one's first packet:
            # what is queued is cleared by reconnect, and nothing is queued before the broker has accepted.
            self._connection += 1
            self._condition.connected = False
        self._client.reconnect()

    # --- what paho calls, in the network thread ---------------------------------------------------------------------

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self._condition.delivered += 1
        self._deliver(read_message(message, self._now_ms(), self._connection, self._settings.max_payload_bytes))

    def _on_connect(self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Any) -> None:
        if reason.is_failure:
            self._condition.refused(str(reason))
            return
        self._condition.begin(self._now_ms())
        self._condition.subscribed = not self._filters
        subscribe(client, self._filters, self._settings)

    def _on_disconnect(self, _client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Any) -> None:
        if not self._keeper.ending:
            self._condition.ended(str(reason))
        self._condition.end()

    def _on_subscribe(self, _client: paho.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _more: Any) -> None:
        self._condition.subscribed = True
        for topic, reason in zip(self._filters, reasons, strict=False):
            if reason.is_failure:
                self._condition.not_subscribed(topic, str(reason))

    def _on_unsubscribe(self, client: paho.Client, *_: Any) -> None:
        if self._keeper.ending:
            client.disconnect()
