"""How does a paho client become one of ours?"""

from __future__ import annotations

import socket
import ssl

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from collector.settings import MqttSettings
from collector.stream import PacketSocket

_CONNECT_TIMEOUT_S = 5.0
_RETAINED_IF_NEW = 1  # MQTT 5, 3.8.3.1: retained messages only where the subscription is new


class PacketClient(paho.Client):
    """A paho client that reads and writes whole packets in blocks, see `collector.stream`."""

    tls_context: ssl.SSLContext | None = None

    def _create_socket(self) -> paho.SocketLike:
        sock = socket.create_connection((self.host, self.port), timeout=_CONNECT_TIMEOUT_S)
        # Acknowledgements are small and shall not wait for company.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls_context is not None:
            try:
                sock = self.tls_context.wrap_socket(sock, server_hostname=self.host)
            except BaseException:
                sock.close()
                raise
        return PacketSocket(sock)


def build_client(settings: MqttSettings) -> PacketClient:
    """A client with these settings that is driven from outside (`collector.link`) and acknowledges by hand.

    Raises
    ------
    ValueError
        If a certificate file cannot be used.
    """
    is_5 = settings.protocol == "5"
    client = PacketClient(
        CallbackAPIVersion.VERSION2,
        client_id=settings.client_id,
        clean_session=None if is_5 else False,
        protocol=paho.MQTTv5 if is_5 else paho.MQTTv311,
        # 3.1 of old is not tried behind our back: the refusal shall be seen.
        reconnect_on_failure=False,
        manual_ack=True,
    )
    if settings.username is not None:
        client.username_pw_set(settings.username, settings.password)
    if settings.uses_tls:
        client.tls_context = _tls_context(settings)
    properties = None
    if is_5:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.ReceiveMaximum = settings.receive_maximum
        properties.SessionExpiryInterval = settings.session_expiry_s
        client.connect_async(
            settings.host, settings.port, settings.keepalive_s, clean_start=False, properties=properties
        )
    else:
        client.connect_async(settings.host, settings.port, settings.keepalive_s)
    return client


def _tls_context(settings: MqttSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.tls_ca)
        if settings.tls_cert is not None:
            context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (ssl.SSLError, OSError) as error:
        files = ", ".join(str(f) for f in (settings.tls_ca, settings.tls_cert, settings.tls_key) if f is not None)
        raise ValueError(f"TLS files ({files}) cannot be used: {error}; wanted PEM certificates and a key") from error
    return context


def subscribe(client: paho.Client, filters: tuple[str, ...], settings: MqttSettings) -> None:
    """Ask for all topics at QoS 1, as often as one likes."""
    if not filters:
        return
    if settings.protocol == "5":
        options = SubscribeOptions(qos=1, retainHandling=_RETAINED_IF_NEW)
        client.subscribe([(one, options) for one in filters])
    else:
        client.subscribe([(one, 1) for one in filters])
