"""The broker inside, spoken to with MQTT 3.1.1 as the collector does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from collector import EMBEDDED_PROTOCOL, BrokerStartError, Collector, EmbeddedBroker
from tests.collector.conftest import ListSink, Publisher
from tests.servers import wait_until

Start = Callable[..., Collector]


@pytest.fixture
def embedded() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as broker:
        yield broker


def test_messages_go_through(embedded: EmbeddedBroker, start: Start, sink: ListSink) -> None:
    collector = start(embedded.port, protocol=EMBEDDED_PROTOCOL)
    publisher = Publisher(embedded.port)
    sent = publisher.send(0, 200)
    publisher.close()
    wait_until(lambda: collector.health()["acknowledged"] == 200)
    assert sorted(sink.values()) == sent


def test_a_session_outlives_its_connection(embedded: EmbeddedBroker, start: Start, sink: ListSink) -> None:
    first = start(embedded.port, protocol=EMBEDDED_PROTOCOL)
    first.stop()
    publisher = Publisher(embedded.port)
    sent = publisher.send(0, 20)
    publisher.close()
    second = start(embedded.port, protocol=EMBEDDED_PROTOCOL)
    wait_until(lambda: second.health()["acknowledged"] == 20)
    assert sorted(sink.values()) == sent


def test_it_listens_on_the_loopback_address_only(embedded: EmbeddedBroker) -> None:
    with pytest.raises(OSError, match=r"refused|unreachable"):
        socket.create_connection(("127.0.0.2", embedded.port), timeout=2)


def test_clients_that_are_still_there_do_not_hold_it_up(start: Start) -> None:
    broker = EmbeddedBroker().start()
    collector = start(broker.port, protocol=EMBEDDED_PROTOCOL)
    began = time.monotonic()
    broker.stop()
    assert time.monotonic() - began < 5
    wait_until(lambda: not collector.health()["connected"])


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BrokerStartError, match=f"cannot listen at 127.0.0.1:{port}: .*wanted a free port"):
            EmbeddedBroker(port).start()


def test_stop_frees_the_port_and_the_thread() -> None:
    broker = EmbeddedBroker().start()
    broker.stop()
    assert "mqtt-broker" not in [t.name for t in threading.enumerate()]
    with EmbeddedBroker(broker.port) as again:
        assert again.port == broker.port
