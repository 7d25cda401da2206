"""How does a gateway of the simulated plants connect to its broker?"""

from __future__ import annotations

from typing import Any

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

_IN_FLIGHT = 20  # the receive maximum that mosquitto announces
_SESSION_S = 3600


def build_client(
    protocol: str, client_id: str, username: str | None, password: str | None, tls: bool
) -> tuple[mqtt.Client, dict[str, Any]]:
    """A client with a session that outlives a lost connection, and what its connect call needs besides.

    Parameters
    ----------
    protocol : str
        ``"5"`` or ``"3.1.1"``.
    client_id : str
    username, password : str or None
    tls : bool
        The broker's certificate is checked against the authorities the machine trusts.

    Raises
    ------
    ValueError
        If the protocol is unknown.
    """
    if protocol == "5":
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv5)
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = _SESSION_S
        more: dict[str, Any] = {"clean_start": False, "properties": properties}
    elif protocol == "3.1.1":
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, False, protocol=MQTTProtocolVersion.MQTTv311)
        more = {}
    else:
        raise ValueError(f"protocol {protocol!r} is unknown, wanted '5' or '3.1.1'")
    client.max_inflight_messages_set(_IN_FLIGHT)
    client.max_queued_messages_set(0)  # bounded by max_unacknowledged
    client.reconnect_delay_set(1, 30)
    if username is not None:
        client.username_pw_set(username, password)
    if tls:
        client.tls_set()
    return client, more
