from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from collector import EmbeddedBroker
from simulators.replay_link import Broker, BrokerError, Link, parse_broker
from tests.servers import Mosquitto, free_port, wait_until


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("mqtt://127.0.0.1", Broker("127.0.0.1", 1883)),
        ("mqtt://broker:1884/", Broker("broker", 1884)),
        ("broker:1884", Broker("broker", 1884)),
        ("mqtt://plant:s%40lt%2F@broker", Broker("broker", 1883, "plant", "s@lt/")),
        ("mqtts://broker", Broker("broker", 8883, tls=True)),
        ("mqtt://[::1]:1884", Broker("::1", 1884)),
    ],
)
def test_addresses(url: str, broker: Broker) -> None:
    assert parse_broker(url) == broker


@pytest.mark.parametrize("url", ["http://b", "mqtt://", "mqtt://b:port", "mqtt://b:99999", "mqtt://b/topic", ""])
def test_other_addresses_are_refused_with_the_form(url: str) -> None:
    with pytest.raises(BrokerError, match=r"broker address.*wanted mqtt://host, mqtt://host:1883"):
        parse_broker(url)


def test_a_password_is_never_shown() -> None:
    with pytest.raises(BrokerError) as caught:
        parse_broker("http://plant:secret@broker:1883")
    assert "secret" not in str(caught.value)
    assert "secret" not in str(parse_broker("mqtt://plant:secret@broker"))


def test_a_closed_port_is_told() -> None:
    with pytest.raises(BrokerError, match="not reachable: Connection refused; wanted a running MQTT broker"):
        Link(Broker("127.0.0.1", free_port())).__enter__()


def test_an_unknown_host_is_told() -> None:
    with pytest.raises(BrokerError, match=r"mqtt://no\.such\.host\.invalid:1883: host name is not known"):
        Link(Broker("no.such.host.invalid")).__enter__()


def test_something_that_is_no_broker_is_told() -> None:
    def hang_up() -> None:
        for _ in range(2):  # asked in MQTT 5, then in 3.1.1
            server.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(BrokerError, match="does not answer; wanted an MQTT broker"):
            Link(Broker("127.0.0.1", server.getsockname()[1])).__enter__()
        thread.join(10)


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path / "broker", "max_queued_messages 0\n") as broker:
        yield broker


@pytest.mark.server
def test_refused_credentials_are_told(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    passwords.chmod(0o600)
    with (
        Mosquitto(tmp_path / "broker", f"allow_anonymous false\npassword_file {passwords}\n") as broker,
        pytest.raises(BrokerError, match="the broker refuses: Not authorized; wanted valid user and password"),
    ):
        Link(Broker("127.0.0.1", broker.port, "plant", "wrong")).__enter__()


@pytest.mark.server
def test_refused_topics_are_told(tmp_path: Path) -> None:
    rules = tmp_path / "acl"
    rules.write_text("topic read #\n")
    rules.chmod(0o600)
    with (
        Mosquitto(tmp_path / "broker", f"acl_file {rules}\n") as broker,
        Link(Broker("127.0.0.1", broker.port)) as link,
        pytest.raises(BrokerError, match="the broker refuses messages: Not authorized; wanted write access"),
    ):
        link.publish("p/m1", b"1", 1)
        link.drain()


@pytest.mark.server
def test_messages_that_nobody_hears_are_counted(mosquitto: Mosquitto) -> None:
    with Link(Broker("127.0.0.1", mosquitto.port), window=3) as link:
        for number in range(50):
            link.publish("p/m1", str(number).encode(), 1)
        link.drain()
        assert (link.sent, link.acknowledged, link.unheard) == (50, 50, 50)


@pytest.mark.server
def test_a_broker_that_restarts_loses_nothing(mosquitto: Mosquitto) -> None:
    heard: list[int] = []
    listener = Client(CallbackAPIVersion.VERSION2, "listener", clean_session=False)
    listener.reconnect_delay_set(1, 1)
    listener.on_connect = lambda client, *_: client.subscribe("p/m1", 1)
    listener.on_message = lambda client, userdata, message: heard.append(int(message.payload))
    listener.connect("127.0.0.1", mosquitto.port)
    listener.loop_start()
    try:
        with Link(Broker("127.0.0.1", mosquitto.port)) as link:
            link.publish("p/m1", b"0", 1)
            wait_until(lambda: heard, what="the first message")
            mosquitto.stop()
            for number in range(1, 10):
                link.publish("p/m1", str(number).encode(), 1)
            assert link.acknowledged == 1
            mosquitto.start()
            link.drain()
            assert link.acknowledged == 10
        wait_until(lambda: set(heard) == set(range(10)), what="all messages")
    finally:
        listener.disconnect()
        listener.loop_stop()


@pytest.mark.server
def test_a_broker_that_stays_away_ends_the_replay_with_the_count(mosquitto: Mosquitto) -> None:
    with Link(Broker("127.0.0.1", mosquitto.port), window=2, patience_s=0.2) as link:
        link.publish("p/m1", b"0", 1)
        link.drain()
        mosquitto.stop()
        with pytest.raises(BrokerError, match=r"no answer for 0\.2 s; 1 of \d messages acknowledged, wanted all"):
            for number in range(10):
                link.publish("p/m1", str(number).encode(), 1)


def test_a_broker_that_knows_no_mqtt_5_is_spoken_to_in_3_1_1() -> None:
    broker = EmbeddedBroker().start()
    try:
        with Link(Broker("127.0.0.1", broker.port)) as link:
            for number in range(100):
                link.publish("p/m1", str(number).encode(), 1)
            link.drain()
            assert (link.sent, link.acknowledged) == (100, 100)
    finally:
        broker.stop()
