"""What is said over the connection?

Subscriptions and acknowledgements go out, messages come in and are only handed on; acknowledgements come from whoever
has stored them. A message's packet id means something on its own connection only, so each connection has a number, and
an acknowledgement for an older one is dropped: the broker sends such a message again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode

from collector.client import build_client, read_message
from collector.condition import Condition
from collector.dialect import Dialect
from collector.keeper import Keeper
from collector.message import Message
from collector.settings import MqttSettings
from collector.subscriptions import Subscriptions

_UNKNOWN_FILTER = "taihu/none"
_WRONG_VERSION = "Unsupported protocol version"
_VERSIONS = {"5": paho.MQTTv5, "3.1.1": paho.MQTTv311}

log = logging.getLogger(__name__)


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
    keep_session : bool
        Whether the broker shall keep messages while there is no connection.
    """

    def __init__(
        self,
        settings: MqttSettings,
        filters: tuple[str, ...],
        deliver: Callable[[Message], None],
        now_ms: Callable[[], int],
        *,
        keep_session: bool = True,
    ) -> None:
        self._settings = settings
        self._keep_session = keep_session
        self._deliver = deliver
        self._now_ms = now_ms
        self._lock = threading.Lock()  # guards the number of the connection against late acknowledgements
        self._connection = 0
        self._answered = False  # this connection, by the broker
        self._condition = Condition(settings)
        self._dialect = Dialect(settings.protocol)
        self._subscriptions = Subscriptions(filters, self._condition.not_subscribed)
        self._client = self._new_client()
        self._keeper = Keeper(lambda: self._client, self._condition, self._connect, self._on_silence)

    def _new_client(self) -> paho.Client:
        client = build_client(self._settings, self._dialect.version, keep_session=self._keep_session)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_unsubscribe = self._on_unsubscribe
        client.on_message = self._on_message
        # With this set paho only queues what other threads send; the network thread alone writes.
        client.on_socket_register_write = lambda *_: None
        return client

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
        if self._condition.connected:
            self._subscriptions.use(self._client, filters)
        else:
            self._subscriptions.later(filters)

    def health(self) -> dict[str, Any]:
        """State of the connection, see `collector.condition`; ``connections`` counts the attempts, ``refused`` has the
        subscriptions that are not granted."""
        return {
            **self._condition.health(),
            "connections": self._connection,
            "refused": dict(self._subscriptions.refused),
        }

    def _connect(self) -> None:
        """Called in the network thread for each attempt."""
        with self._lock:
            # From here on no acknowledgement of the old connection can slip in front of the new one's first packet:
            # what is queued is cleared by reconnect, and nothing is queued before the broker has accepted.
            self._connection += 1
            self._condition.connected = False
            self._answered = False
            if self._client.protocol != _VERSIONS[self._dialect.version]:
                self._client = self._new_client()
        self._client.reconnect()

    # --- what paho calls, in the network thread ---------------------------------------------------------------------

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self._condition.delivered += 1
        self._deliver(read_message(message, self._now_ms(), self._connection, self._settings.max_payload_bytes))

    def _on_connect(
        self, client: paho.Client, _data: Any, flags: paho.ConnectFlags, reason: ReasonCode, _more: Any
    ) -> None:
        self._answered = True
        if str(reason) == _WRONG_VERSION:
            self._not_understood(str(reason), said=True)
            return
        self._dialect.answered()
        if reason.is_failure:
            self._condition.refused(str(reason))
            return
        self._condition.begin(self._now_ms(), self._dialect, session_kept=flags.session_present)
        self._subscriptions.begin(client)
        self._condition.subscribed = self._subscriptions.done

    def _not_understood(self, reason: str, *, said: bool) -> None:
        self._condition.at_once = self._dialect.not_understood(said=said)
        if self._condition.at_once:
            log.info("%s does not answer MQTT 5 (%s); trying 3.1.1", self._settings.where, reason)
        elif said:
            self._condition.refused(reason)
        else:
            self._condition.ended(reason)

    def _on_silence(self) -> None:
        self._condition.at_once = self._dialect.not_understood(said=False)
        if not self._condition.at_once:
            self._condition.broken(TimeoutError())

    def _on_disconnect(self, _client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Any) -> None:
        if not self._keeper.ending and not self._condition.at_once:
            if self._answered:
                self._condition.ended(str(reason), subscribing=self._subscriptions.ended())
            else:
                self._not_understood(str(reason), said=False)
        self._condition.end()

    def _on_subscribe(self, client: paho.Client, _data: Any, mid: int, reasons: list[ReasonCode], _more: Any) -> None:
        self._subscriptions.answered(client, mid, reasons)
        self._condition.subscribed = self._subscriptions.done

    def _on_unsubscribe(self, client: paho.Client, *_: Any) -> None:
        if self._keeper.ending:
            client.disconnect()
