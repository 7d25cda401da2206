"""Would the broker let a collector in, and let it read?

Connects as the collector does, with the same credentials and the same subscriptions, under a name of its own and with
a session that ends with the connection: a collector that runs meanwhile notices nothing, and nothing is left behind.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from collector.link import Link
from collector.message import Message
from collector.settings import MqttSettings, Version

_VERSION_TOPIC = "$SYS/broker/version"  # mosquitto, EMQX and VerneMQ say it; RabbitMQ and NATS do not
_VERSION_S = 1.0
_TICK_S = 0.02


@dataclass(frozen=True)
class Probed:
    """What a broker answered.

    Attributes
    ----------
    protocol : str or None
        MQTT version that was spoken; None: no connection.
    error : str or None
        Why there is no connection, see `collector.trouble`.
    refused : dict of str to str
        Subscriptions that are not granted, each with the broker's reason.
    unanswered : bool
        Whether the subscriptions were not answered in time.
    version : str or None
        What the broker says it is.
    """

    protocol: Version | None
    error: str | None
    refused: dict[str, str]
    unanswered: bool
    version: str | None


def probe(
    settings: MqttSettings, filters: tuple[str, ...], now_ms: Callable[[], int], timeout_s: float = 15.0
) -> Probed:
    """Connect, subscribe, and part.

    Parameters
    ----------
    settings : MqttSettings
    filters : tuple of str
    now_ms : callable
        The product's clock. [ms UTC]
    timeout_s : float
        For everything together. [s]

    Raises
    ------
    ValueError
        If a certificate file cannot be used.
    """
    told: list[str] = []
    heard = threading.Event()

    def deliver(message: Message) -> None:
        if message.topic == _VERSION_TOPIC:
            told.append(message.payload.decode(errors="replace"))
            heard.set()

    name = f"{settings.client_id}-doctor-{secrets.token_hex(3)}"
    link = Link(replace(settings, client_id=name), filters, deliver, now_ms, keep_session=False)
    link.start()
    try:
        subscribed = _subscribed(link, timeout_s)
        health = link.health()
        if subscribed:
            link.subscribe((*filters, _VERSION_TOPIC))
            heard.wait(_VERSION_S)
    finally:
        link.stop()
    return Probed(
        protocol=health["protocol"],
        error=None if health["connected"] or health["protocol"] is not None else health["error"] or "no answer: none",
        refused=health["refused"],
        unanswered=not subscribed,
        version=told[0] if told else None,
    )


def _subscribed(link: Link, timeout_s: float) -> bool:
    """Wait until all subscriptions are answered; not for a broker that refuses the connection itself."""
    until_s = time.monotonic() + timeout_s
    while time.monotonic() < until_s:
        health = link.health()
        if health["subscribed"]:
            return True
        if health["error"] is not None and health["protocol"] is None:
            return False
        time.sleep(_TICK_S)
    return False
