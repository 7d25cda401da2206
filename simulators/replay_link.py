"""How do messages reach a broker so that none is lost on the way?

At QoS 1 the broker acknowledges each; a bounded number is under way at a time, so a slow broker slows the sender and
does not fill its memory. After a lost connection what was not acknowledged is sent again: a message may arrive twice.
"""

from __future__ import annotations

import secrets
import socket
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from simulators.replay_profile import ReplayError

_NO_SUBSCRIBER = 16
"""Reason code of MQTT 5, 3.4.2.1: taken, but nobody is subscribed."""

_UNKNOWN_VERSION = ("Unsupported protocol version", "Unspecified error")


class BrokerError(ReplayError):
    """A broker whose address is none, that cannot be reached, refuses, or went away for too long."""


@dataclass(frozen=True)
class Broker:
    """Where a broker listens and who asks.

    Attributes
    ----------
    host : str
    port : int
    username, password : str or None
    tls : bool
        True for ``mqtts``; the broker's certificate is checked against the authorities the machine trusts.
    """

    host: str
    port: int = 1883
    username: str | None = None
    password: str | None = None
    tls: bool = False

    def __str__(self) -> str:
        return f"mqtt{'s' if self.tls else ''}://{self.host}:{self.port}"


def parse_broker(url: str) -> Broker:
    """A broker from ``mqtt://user:password@host:port``.

    Raises
    ------
    BrokerError
        If the address has another form; the password is not repeated in the message.

    Examples
    --------
    >>> str(parse_broker("mqtt://plant:s%40lt@broker.example:1884"))
    'mqtt://broker.example:1884'
    """
    form = "wanted mqtt://host, mqtt://host:1883, mqtt://user:password@host:1883 or mqtts://..."
    try:
        parts = urlsplit(url if "://" in url else f"mqtt://{url}")
        port = parts.port
    except ValueError as error:
        raise BrokerError(f"broker address: {error}; {form}") from None
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.path.strip("/"):
        raise BrokerError(f"broker address {shown}: {form}")
    tls = parts.scheme == "mqtts"
    return Broker(
        parts.hostname,
        port if port is not None else 8883 if tls else 1883,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password is not None else None,
        tls,
    )


class Link:
    """One connection that publishes; a context manager.

    Parameters
    ----------
    broker : Broker
    window : int
        Most messages under way; the broker may ask for fewer.
    patience_s : float
        How long to wait for an answer of the broker. [s]

    Attributes
    ----------
    sent, acknowledged : int
        Messages handed over, and messages the broker has taken (QoS 0: written to the network).
    unheard : int
        Of those acknowledged, how many had no subscriber, as far as the broker says so (MQTT 5).
    """

    def __init__(self, broker: Broker, *, window: int = 200, patience_s: float = 60.0) -> None:
        if window < 1:
            raise ValueError(f"window ({window}) must be at least 1")
        self.sent = self.acknowledged = self.unheard = 0
        self._broker, self._window, self._patience_s = broker, window, patience_s
        self._change = threading.Condition()
        self._answer: ReasonCode | None = None
        self._closed = False
        self._refusal: ReasonCode | None = None
        self._client = self._new_client(MQTTProtocolVersion.MQTTv5)

    def __enter__(self) -> Self:
        self._connect()
        if self._answer is None or str(self._answer) in _UNKNOWN_VERSION:
            # Brokers that do not know MQTT 5 close the connection or say so; gateways speak 3.1.1 to them.
            self._drop()
            self._client = self._new_client(MQTTProtocolVersion.MQTTv311)
            self._connect()
        if self._answer is None:
            self._drop()
            raise BrokerError(f"{self._broker}: what listens there does not answer; wanted an MQTT broker")
        if self._answer.is_failure:
            self._drop()
            raise BrokerError(f"{self._broker}: the broker refuses: {self._answer}; wanted valid user and password")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def publish(self, topic: str, payload: bytes, qos: int) -> None:
        """Hand one message over; waits while the window is full.

        Raises
        ------
        BrokerError
            If the broker does not answer for `patience_s` or refuses messages.
        """
        self._wait_until_under_way(below=self._window)
        with self._change:
            self.sent += 1
        result = self._client.publish(topic, payload, qos).rc
        # At QoS 1 the client keeps what it could not send and sends it after reconnecting.
        if result != MQTTErrorCode.MQTT_ERR_SUCCESS and not (qos and result == MQTTErrorCode.MQTT_ERR_NO_CONN):
            with self._change:
                self.sent -= 1
            raise BrokerError(f"{self._broker}: message {self.sent + 1} could not be sent: {result.name}; wanted QoS 1")

    def drain(self) -> None:
        """Wait until everything is acknowledged; raises as `publish`."""
        self._wait_until_under_way(below=1)

    def _wait_until_under_way(self, below: int) -> None:
        with self._change:
            while self._refusal is None and self.sent - self.acknowledged >= below:
                if not self._change.wait(self._patience_s):
                    raise BrokerError(
                        f"{self._broker}: no answer for {self._patience_s:g} s; "
                        f"{self.acknowledged} of {self.sent} messages acknowledged, wanted all"
                    )
            if self._refusal is not None:
                raise BrokerError(f"{self._broker}: the broker refuses messages: {self._refusal}; wanted write access")

    def _new_client(self, protocol: MQTTProtocolVersion) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, f"taihu-replay-{secrets.token_hex(4)}", protocol=protocol)
        if self._broker.username is not None:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            client.tls_set()
        client.max_inflight_messages_set(0)  # the window here counts; the client's own cannot follow the broker's wish
        client.reconnect_delay_set(1, 8)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        return client

    def _connect(self) -> None:
        # What an earlier client was answered may have come late.
        self._answer, self._closed = None, False
        try:
            self._client.connect(self._broker.host, self._broker.port, keepalive=30)
        except socket.gaierror as error:
            raise BrokerError(f"{self._broker}: host name is not known ({error.strerror})") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise BrokerError(f"{self._broker}: not reachable: {reason}; wanted a running MQTT broker") from error
        self._client.loop_start()
        with self._change:
            self._change.wait_for(lambda: self._answer is not None or self._closed, min(self._patience_s, 10.0))

    def _drop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self, client: Client, userdata: Any, flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        most = getattr(properties, "ReceiveMaximum", None)
        with self._change:
            if most is not None:  # MQTT 5, 3.2.2.3.3: more than this many unacknowledged end the connection
                self._window = min(self._window, most)
            self._answer = reason
            self._change.notify_all()

    def _on_disconnect(
        self, client: Client, userdata: Any, flags: DisconnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _on_publish(
        self, client: Client, userdata: Any, mid: int, reason: ReasonCode, properties: Properties | None
    ) -> None:
        with self._change:
            if reason.is_failure:
                self._refusal = reason
            else:
                self.acknowledged += 1
                self.unheard += reason.value == _NO_SUBSCRIBER
            self._change.notify_all()
