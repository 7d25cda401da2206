"""The brokers of the contract: how each is started, who may connect, and what it is known not to do."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import pytest

from collector import EmbeddedBroker
from collector.settings import Protocol as Settable
from collector.settings import Version
from tests.brokers import ACCEPTED, PASSWORD, USER, Nats, Rabbit, connect_packet
from tests.collector.conftest import POINTS, payload
from tests.servers import Mosquitto


class Running(Protocol):
    """A broker that runs."""

    port: int

    def start(self) -> Self: ...
    def stop(self) -> None: ...


@dataclass(frozen=True)
class Kind:
    """What is known of a kind of broker, measured with the versions of Debian 12.

    Attributes
    ----------
    make : callable
        Makes one in a folder.
    secure : callable or None
        From a folder of certificates, the lines that make `make` listen with TLS at a port.
    protocol : str
        The MQTT version that ``protocol = "auto"`` finds.
    say : str
        The version the tests ask for.
    keeps : bool
        Whether passwords and a restart are its business; the embedded one knows neither.
    window : int
        Messages under way to a client of 3.1.1, as `make` sets it.
    wildcard_retained : bool
        Whether a wildcard brings retained messages.
    dot : {"kept", "slash", "refused"}
        What becomes of a dot in a topic.
    """

    make: Callable[..., Running]
    protocol: Version
    secure: Callable[[Path, int], str] | None = None
    say: Settable = "auto"
    keeps: bool = True
    window: int = 100
    wildcard_retained: bool = True
    dot: str = "kept"


def _mosquitto(folder: Path, extra: str = "") -> Mosquitto:
    tool = shutil.which("mosquitto_passwd")
    if tool is None:
        pytest.skip("mosquitto_passwd is not installed")
    folder.mkdir(parents=True)
    passwords = folder / "passwords"
    subprocess.run([tool, "-b", "-c", str(passwords), USER, PASSWORD], check=True)
    passwords.chmod(0o700)
    return Mosquitto(folder, f"max_queued_messages 0\nallow_anonymous false\npassword_file {passwords}\n{extra}")


def _nats(folder: Path, extra: str = "") -> Nats:
    # What was not acknowledged when the server died comes again after ack_wait, which is 30 s by default.
    return Nats(folder, f"max_ack_pending: 100\n  ack_wait: 5s\n{extra}", "password")


def _rabbit(folder: Path, extra: str = "") -> Rabbit:
    return Rabbit(folder, f"mqtt.prefetch = 100\n{extra}", "password")


def _mosquitto_tls(files: Path, port: int) -> str:
    names = f"cafile {files}/ca.pem\ncertfile {files}/server.pem\nkeyfile {files}/server.key\n"
    return f"listener {port} 127.0.0.1\n{names}"


def _rabbit_tls(files: Path, port: int) -> str:
    names = {"cacertfile": "ca.pem", "certfile": "server.pem", "keyfile": "server.key"}
    lines = "".join(f"ssl_options.{name} = {files}/{file}\n" for name, file in names.items())
    return f"mqtt.listeners.ssl.1 = 127.0.0.1:{port}\n{lines}"


KINDS = {
    "rabbitmq": Kind(_rabbit, "3.1.1", _rabbit_tls, wildcard_retained=False, dot="slash"),
    "mosquitto": Kind(_mosquitto, "5", _mosquitto_tls),
    "nats": Kind(_nats, "3.1.1", dot="refused"),
    "embedded": Kind(lambda _: EmbeddedBroker(), "3.1.1", say="3.1.1", keeps=False),
}


def flood(port: int, first: int, count: int) -> list[float]:
    """Publish numbered readings at QoS 1 as fast as the broker takes them, and wait for its last acknowledgement.

    Written by hand (MQTT 3.1.1, 3.3 and 3.4): a client library would take more of the machine than the collector.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(connect_packet("flood"))
        assert connection.recv(4) == ACCEPTED
        connection.sendall(b"".join(_publish(number, number - first + 1) for number in range(first, first + count)))
        left = 4 * count
        while left > 0:
            left -= len(connection.recv(left))
        connection.sendall(b"\xe0\x00")
    return [float(number) for number in range(first, first + count)]


def _publish(number: int, packet: int) -> bytes:
    topic = f"plant/p{number % POINTS}/up".encode()
    body = len(topic).to_bytes(2) + topic + packet.to_bytes(2) + payload(number).encode()
    assert len(body) < 128, "a longer one needs a second byte for its length"
    return bytes([0x32, len(body)]) + body
