"""How do paho's client and its messages become ours?"""

from __future__ import annotations

import ssl

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from collector.message import Message
from collector.settings import MqttSettings, Version

_CONNECT_TIMEOUT_S = 5.0
_HEAD_BYTES = 65_536  # of a payload that is too large this much is kept to look at
_RETAINED_IF_NEW = 1  # MQTT 5, 3.8.3.1: retained messages only where the subscription is new


def build_client(settings: MqttSettings, version: Version, *, keep_session: bool = True) -> paho.Client:
    """A client that speaks `version`, is driven from outside (`collector.link`) and acknowledges by hand.

    Raises
    ------
    ValueError
        If a certificate file cannot be used.
    """
    is_5 = version == "5"
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.client_id,
        clean_session=None if is_5 else not keep_session,
        protocol=paho.MQTTv5 if is_5 else paho.MQTTv311,
        # 3.1 of old is not tried behind our back: the refusal shall be seen.
        reconnect_on_failure=False,
        manual_ack=True,
    )
    if settings.username is not None:
        client.username_pw_set(settings.username, settings.password)
    if settings.uses_tls:
        client.tls_set_context(_tls_context(settings))
    client.connect_timeout = _CONNECT_TIMEOUT_S
    properties = None
    if is_5:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.ReceiveMaximum = settings.receive_maximum
        properties.SessionExpiryInterval = settings.session_expiry_s if keep_session else 0
        client.connect_async(
            settings.host, settings.port, settings.keepalive_s, clean_start=not keep_session, properties=properties
        )
    else:
        client.connect_async(settings.host, settings.port, settings.keepalive_s)
    return client


class _TidySocket(ssl.SSLSocket):
    """Closes itself where the handshake fails; paho leaves that to the garbage collector."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


def _tls_context(settings: MqttSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.tls_ca)
        context.sslsocket_class = _TidySocket
        if settings.tls_cert is not None:
            context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (ssl.SSLError, OSError) as error:
        files = ", ".join(str(f) for f in (settings.tls_ca, settings.tls_cert, settings.tls_key) if f is not None)
        raise ValueError(f"TLS files ({files}) cannot be used: {error}; wanted PEM certificates and a key") from error
    return context


def subscribe(client: paho.Client, filters: tuple[str, ...]) -> int | None:
    """Ask for all of these, at least one, at QoS 1, as often as one likes; gives the packet id."""
    if client.protocol == paho.MQTTv5:
        options = SubscribeOptions(qos=1, retainHandling=_RETAINED_IF_NEW)
        return client.subscribe([(one, options) for one in filters])[1]
    return client.subscribe([(one, 1) for one in filters])[1]


def read_message(message: paho.MQTTMessage, now_ms: int, connection: int, max_payload_bytes: int) -> Message:
    """Our `Message`; of a payload larger than allowed only a head is kept."""
    try:
        topic = message.topic
    except UnicodeDecodeError as error:
        topic = error.object.decode(errors="replace")  # becomes a dead letter: no source has it
    size = len(message.payload)
    payload = bytes(message.payload if size <= max_payload_bytes else message.payload[:_HEAD_BYTES])
    return Message(topic, payload, now_ms, message.retain, size, message.qos, message.mid, connection)
