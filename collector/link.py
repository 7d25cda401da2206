"""How is the connection kept?

One network thread connects, reads, writes and, when the connection is lost, tries again after 1, 2, 4 ... 60 s. It
only hands messages on; acknowledgements come from whoever has stored them. A message's packet id means something on its
own connection only, so each connection has a number, and an acknowledgement for an older one is dropped: the broker
sends such a message again.
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from collector.client import build_client, subscribe
from collector.condition import Condition
from collector.message import Message
from collector.packets import Publish, is_publish, pubacks, read_publish
from collector.settings import MqttSettings
from collector.stream import PacketSocket
from collector.trouble import connect_trouble, lost_trouble, refusal

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_ANSWER_S = 10.0
_TICK_S = 1.0
_HEAD_BYTES = 65_536  # of a payload that is too large this much is kept to look at


class Link:
    """The connection to one broker.

    Parameters
    ----------
    settings : MqttSettings
    filters : tuple of str
        Subscriptions.
    deliver : callable
        Gets each `Message` in the network thread; must be quick and must not raise.
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
        self._is_5 = settings.protocol == "5"
        self._filters = filters
        self._deliver = deliver
        self._now_ms = now_ms
        self._lock = threading.Lock()  # guards the number of the connection against late acknowledgements
        self._connection = 0
        self._condition = Condition(settings.where)
        self._stopping = threading.Event()
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake_in, selectors.EVENT_READ)
        self._client = build_client(settings)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        # With this set paho leaves all writing to the thread below; that looks itself whether there is something.
        self._client.on_socket_register_write = lambda *_: None
        self._thread = threading.Thread(target=self._run, name="mqtt-network", daemon=True)

    def start(self) -> None:
        """Begin; a link is started once."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Send what is queued, say goodbye and end the thread. The broker keeps the session."""
        self._stopping.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        if not self._thread.is_alive():
            self._selector.close()
            self._wake_in.close()
            self._wake_out.close()

    def acknowledge(self, messages: Iterable[Message]) -> int:
        """Tell the broker that these are stored; those of an earlier connection are passed over.

        Returns
        -------
        count : int
            How many were acknowledged.
        """
        with self._lock:
            sock = self._client.socket()
            if not self._condition.connected or not isinstance(sock, PacketSocket):
                return 0
            mids = [m.mid for m in messages if m.qos == 1 and m.connection == self._connection]
            sock.send(pubacks(mids))
        self._wake()
        return len(mids)

    def subscribe(self, filters: tuple[str, ...]) -> None:
        """Use these subscriptions from now on."""
        gone = tuple(one for one in self._filters if one not in filters)
        self._filters = filters
        if self._condition.connected:
            if gone:
                self._client.unsubscribe(list(gone))
            subscribe(self._client, filters, self._settings)
            self._wake()

    def health(self) -> dict[str, Any]:
        """State of the connection, see `collector.condition`; ``connections`` counts the attempts."""
        return {**self._condition.health(), "connections": self._connection}

    # --- the network thread -----------------------------------------------------------------------------------------

    def _run(self) -> None:
        wait_s = _FIRST_WAIT_S
        while not self._stopping.is_set():
            self._condition.forget()
            self._live_once()
            short = self._condition.short
            self._condition.end()
            if self._stopping.is_set():
                return
            wait_s = wait_s if short else _FIRST_WAIT_S
            self._stopping.wait(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    def _live_once(self) -> None:
        """One connection from its beginning to its end; whatever a broken peer makes the client raise ends only it."""
        try:
            self._connect()
        except Exception as error:
            self._condition.trouble(connect_trouble(error, self._settings))
            return
        try:
            self._talk()
        except Exception as error:
            self._condition.lost += self._condition.connected
            self._condition.trouble(lost_trouble(error, self._settings))

    def _connect(self) -> None:
        with self._lock:
            # From here on no acknowledgement of the old connection can slip in front of the new one's first packet.
            self._connection += 1
            self._condition.connected = False
        self._client.reconnect()

    def _talk(self) -> None:
        """Read and write until the connection ends."""
        sock = self._packet_socket()
        deadline_s = time.monotonic() + _ANSWER_S
        interest = selectors.EVENT_READ
        self._selector.register(sock, interest)
        try:
            while not self._stopping.is_set():
                self._write(sock)
                if self._client.socket() is not sock:
                    return
                wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if sock.unsent else 0)
                if wanted != interest:
                    self._selector.modify(sock, wanted)
                    interest = wanted
                self._read(sock, {key.fileobj for key, _ in self._selector.select(0 if sock.pending() else _TICK_S)})
                if self._client.socket() is not sock:
                    return
                self._client.loop_misc()
                if not self._condition.connected and time.monotonic() > deadline_s:
                    raise TimeoutError
            self._write(sock)
            self._client.disconnect()
            self._client.loop_write()
        finally:
            self._selector.unregister(sock)
            sock.close()

    def _packet_socket(self) -> PacketSocket:
        sock = self._client.socket()
        if not isinstance(sock, PacketSocket):
            raise TypeError(f"the MQTT client opened a {type(sock).__name__}, wanted a PacketSocket")
        return sock

    def _write(self, sock: PacketSocket) -> None:
        if self._client.want_write():
            self._client.loop_write()
        if sock.unsent and self._client.socket() is sock:
            sock.flush()

    def _read(self, sock: PacketSocket, ready: set[Any]) -> None:
        if self._wake_in in ready:
            self._wake_in.recv(4096)
        if sock not in ready and not sock.pending():
            return
        for packet, body in sock.packets():
            if is_publish(packet):
                self._hand_on(read_publish(packet, body, self._is_5))
            else:
                sock.offer(packet)
                self._client.loop_read()
        if sock.ended:
            self._client.loop_read()

    def _hand_on(self, publish: Publish) -> None:
        topic, payload, qos, mid, retain = publish
        size = len(payload)
        if size > self._settings.max_payload_bytes:
            payload = payload[:_HEAD_BYTES]
        self._deliver(Message(topic, payload, self._now_ms(), retain, size, qos, mid, self._connection))

    def _wake(self) -> None:
        if self._wake_out.fileno() < 0:
            return  # stopped before
        try:
            self._wake_out.send(b"\0")
        except BlockingIOError:
            return  # it is awake

    # --- what paho calls, in the network thread ---------------------------------------------------------------------

    def _on_connect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._condition.trouble(refusal(str(reason), self._settings))
            return
        self._condition.begin(self._now_ms())
        self._condition.subscribed = not self._filters
        subscribe(client, self._filters, self._settings)

    def _on_disconnect(
        self, _client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if self._condition.connected and not self._stopping.is_set():
            self._condition.lost += 1
            self._condition.trouble(refusal(str(reason), self._settings, soon=self._condition.short))
        elif self._condition.error is None and not self._stopping.is_set():
            self._condition.trouble(f"no MQTT: {self._settings.where} ended the connection before it began")
        self._condition.end()

    def _on_subscribe(
        self, _client: paho.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        self._condition.subscribed = True
        for topic, reason in zip(self._filters, reasons, strict=False):
            if reason.is_failure:
                self._condition.trouble(f"not subscribed: {self._settings.where} refuses {topic} ({reason})")
