"""A publisher, a sink that can fail, and a collector between a broker and that sink."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest

from analytics.columns import Readings
from collector import Collector, Decoder, MqttSettings, Route, SourceSpec, Target
from storage.deadletters import DeadLetter
from tests.servers import Mosquitto, wait_until

NOW_MS = 1_535_731_200_000
POINTS = 20


class ListSink:
    """Keeps what it gets; raises while `broken`."""

    def __init__(self) -> None:
        self.parts: list[Readings] = []
        self.dead: list[DeadLetter] = []
        self.broken = threading.Event()
        self.refused = 0
        self.delay_s = 0.0

    def __call__(self, readings: Readings, dead: list[DeadLetter]) -> int:
        if self.broken.is_set():
            self.refused += 1
            raise OSError("no space left on device")
        self.parts.append(readings)
        self.dead += dead
        return len(self.parts)

    def values(self) -> list[float]:
        return [v for part in list(self.parts) for v in part.value.tolist()]


class Publisher:
    """Publishes numbered readings at QoS 1 and waits until the broker has them."""

    def __init__(
        self,
        port: int,
        protocol: paho.MQTTProtocolVersion = paho.MQTTv311,
        *,
        user: tuple[str, str] | None = None,
        **tls: Any,
    ) -> None:
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=protocol)
        if user is not None:
            self._client.username_pw_set(*user)
        self._client.max_inflight_messages = 1000
        if tls:
            self._client.tls_set(**tls)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def send(self, first: int, count: int) -> list[float]:
        numbers = range(first, first + count)
        sent = [self._client.publish(f"plant/p{i % POINTS}/up", payload(i), qos=1) for i in numbers]
        for info in sent:
            info.wait_for_publish(20)
        return [float(i) for i in numbers]

    def raw(self, topic: str, data: bytes, *, retain: bool = False, qos: int = 1) -> None:
        self._client.publish(topic, data, qos=qos, retain=retain).wait_for_publish(20)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def payload(number: int) -> str:
    return json.dumps({"ts": NOW_MS - 100_000 + number, "value": number})


def decoder() -> Decoder:
    source = SourceSpec("p/s", "plant/{device}/up", value="value", time="ts", channel="{device}")
    return Decoder([Route(source, {f"p{i}": Target(i) for i in range(POINTS)})])


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path / "broker", extra="max_queued_messages 0\n") as running:
        yield running


@pytest.fixture
def sink() -> ListSink:
    return ListSink()


@pytest.fixture
def start(sink: ListSink) -> Iterator[Callable[..., Collector]]:
    """Starts collectors, waits until they are connected and stops them after the test."""
    started: list[Collector] = []

    def begin(port: int, *, wait: bool = True, **settings: Any) -> Collector:
        collector = Collector(MqttSettings(port=port, **settings), decoder(), sink, lambda: NOW_MS)
        started.append(collector)
        collector.start()
        if wait:
            wait_until(lambda: collector.health()["subscribed"], what="the subscription")
        return collector

    yield begin
    for collector in started:
        collector.stop()


@pytest.fixture
def publisher(broker: Mosquitto) -> Iterator[Publisher]:
    client = Publisher(broker.port)
    yield client
    client.close()


def quiet_for(seconds: float) -> Callable[[], bool]:
    """True once `seconds` have passed: for showing that something does *not* happen."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
