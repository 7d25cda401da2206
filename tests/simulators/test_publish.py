"""Does a real broker get every due message, once, whatever happens to it in between?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from simulators import Plant, Publisher
from simulators.payload import messages
from simulators.workdays import DAY_MS, HOUR_MS, MINUTE_MS, SPAN_TO_MS
from tests.servers import Mosquitto, free_port, wait_until
from tests.simulators.when import ms

START = ms("2018-09-01")


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, now_ms: int = START) -> None:
        self.ms = now_ms

    def __call__(self) -> int:
        return self.ms


class Listener:
    """A subscriber with a session that outlives the broker's restart."""

    def __init__(self, port: int) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.subscribed = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, "listener", clean_session=False)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe("taihu/#", qos=1)
        self._client.on_subscribe = lambda *_: self.subscribed.set()
        self._client.on_message = lambda _c, _u, message: self.got.append((message.topic, message.payload))
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self.subscribed.wait(10)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path / "broker", "max_queued_messages 0\n") as server:
        yield server


@pytest.fixture
def publisher(request: pytest.FixtureRequest) -> Callable[..., Publisher]:
    """Makes publishers that end with the test."""

    def make(plants: list[Plant], port: int, clock: Clock, **more: Any) -> Publisher:
        made = Publisher(plants, "127.0.0.1", port, clock, 60.0, **more)
        request.addfinalizer(lambda: made.stop(1.0))
        return made

    return make


def due(plants: list[Plant], from_ms: int, to_ms: int) -> list[tuple[str, bytes]]:
    return [(m.topic, m.payload) for p in plants for m in messages(p, p.readings(from_ms, to_ms))]


@pytest.mark.server
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_every_due_message_arrives(
    plants: dict[str, Plant], broker: Mosquitto, publisher: Callable[..., Publisher], protocol: str
) -> None:
    six, clock = list(plants.values()), Clock()
    listener = Listener(broker.port)
    sender = publisher(six, broker.port, clock, protocol=protocol)
    sender.start()
    clock.ms = START + 20 * MINUTE_MS  # a stall: the clock jumps, no minute is left out
    expected = due(six, START, clock.ms + 1)
    wait_until(lambda: sender.acknowledged >= len(expected), 20)
    clock.ms += 40 * MINUTE_MS
    expected = due(six, START, clock.ms + 1)
    wait_until(lambda: sender.acknowledged >= len(expected), 20)
    wait_until(lambda: len(listener.got) >= len(expected), 20)
    listener.close()
    sender.stop()
    assert sorted(listener.got) == sorted(expected)
    assert sender.published == sender.acknowledged == len(expected)
    assert sender.position_ms == clock.ms + 1  # everything up to now
    assert sender.readings == sum(len(s.value) for p in six for s in p.readings(START, clock.ms + 1))
    assert (sender.refused, sender.lost_ms, sender.error) == (0, 0, None)


@pytest.mark.server
def test_an_outage_of_the_broker_leaves_no_gap(
    plants: dict[str, Plant], broker: Mosquitto, publisher: Callable[..., Publisher]
) -> None:
    plant, clock = [plants["wx-dyeing"]], Clock()
    listener = Listener(broker.port)
    sender = publisher(plant, broker.port, clock)
    sender.start()
    wait_until(lambda: sender.acknowledged >= 7)
    broker.stop()
    wait_until(lambda: not sender.connected)
    clock.ms = START + 2 * HOUR_MS
    broker.start()
    expected = due(plant, START, clock.ms + 1)
    wait_until(lambda: sender.acknowledged >= len(expected), 30)
    wait_until(lambda: len(set(listener.got)) >= len(expected), 30)
    listener.close()
    # Quality 1 may bring a message twice, never not at all.
    assert set(listener.got) == set(expected)


def test_without_a_broker_nothing_piles_up(plants: dict[str, Plant], publisher: Callable[..., Publisher]) -> None:
    clock = Clock()
    sender = publisher([plants["nj-chem"]], free_port(), clock)
    sender.start()
    clock.ms += 5 * DAY_MS
    sender.stop()
    assert (sender.published, sender.position_ms, sender.connected) == (0, START, False)


@pytest.mark.server
def test_an_outage_longer_than_kept_is_counted(
    plants: dict[str, Plant], broker: Mosquitto, publisher: Callable[..., Publisher]
) -> None:
    plant, clock = [plants["nj-chem"]], Clock(START + 3 * HOUR_MS)
    listener = Listener(broker.port)
    sender = publisher(plant, broker.port, clock, from_ms=START, keep_ms=HOUR_MS)
    sender.start()
    expected = due(plant, clock.ms + 1 - HOUR_MS, clock.ms + 1)
    wait_until(lambda: len(listener.got) >= len(expected))
    listener.close()
    assert sorted(listener.got) == sorted(expected)
    assert sender.lost_ms == 2 * HOUR_MS + 1


@pytest.mark.server
def test_a_restart_goes_on_where_the_last_one_stopped(
    plants: dict[str, Plant], broker: Mosquitto, publisher: Callable[..., Publisher]
) -> None:
    plant, clock = [plants["wx-plating"]], Clock(START + 10 * MINUTE_MS)
    listener = Listener(broker.port)
    first = publisher(plant, broker.port, clock, from_ms=START)
    first.start()
    wait_until(lambda: first.acknowledged >= 11)
    first.stop()
    clock.ms += 10 * MINUTE_MS
    second = publisher(plant, broker.port, clock, from_ms=first.position_ms)
    second.start()
    wait_until(lambda: len(listener.got) >= 21)
    listener.close()
    assert sorted(listener.got) == sorted(due(plant, START, clock.ms + 1))


@pytest.mark.server
def test_few_messages_wait_for_their_acknowledgement(
    plants: dict[str, Plant], broker: Mosquitto, publisher: Callable[..., Publisher]
) -> None:
    sender = publisher(list(plants.values()), broker.port, Clock(START + HOUR_MS), from_ms=START, max_unacknowledged=5)
    most = 0

    def watched() -> bool:
        nonlocal most
        most = max(most, sender.published - sender.acknowledged)
        return sender.acknowledged > 1000

    sender.start()
    wait_until(watched, 20)
    assert most <= 5


@pytest.mark.server
def test_after_2019_there_is_nothing_more_to_say(
    plants: dict[str, Plant], broker: Mosquitto, publisher: Callable[..., Publisher]
) -> None:
    plant = [plants["wx-plating"]]
    clock = Clock(SPAN_TO_MS + HOUR_MS)
    sender = publisher(plant, broker.port, clock, from_ms=SPAN_TO_MS - 5 * MINUTE_MS)
    sender.start()
    wait_until(lambda: sender.position_ms > SPAN_TO_MS)
    sender.stop()
    assert sender.error is None
    assert sender.published == len(due(plant, SPAN_TO_MS - 5 * MINUTE_MS, SPAN_TO_MS + 1)) == 6


@pytest.mark.server
def test_a_fault_that_breaks_is_told(
    plants: dict[str, Plant], broker: Mosquitto, publisher: Callable[..., Publisher]
) -> None:
    def broken(series: object) -> Any:
        raise RuntimeError("fault without a plan")

    sender = publisher([plants["wx-plating"]], broker.port, Clock(), fault=broken)
    sender.start()
    wait_until(lambda: sender.error is not None)
    assert str(sender.error) == "fault without a plan"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"speed": 0.0}, r"speed \(0\.0\)"), ({"keep_ms": 0}, "keep_ms"), ({"max_unacknowledged": -1}, "max_unack"),
     ({"protocol": "4"}, "wanted '5' or '3.1.1'")],
)  # fmt: skip
def test_wrong_numbers_are_refused_before_anything_connects(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Publisher([], "127.0.0.1", 1883, Clock(), **wrong)


def test_a_publisher_starts_once(publisher: Callable[..., Publisher]) -> None:
    sender = publisher([], free_port(), Clock())
    sender.start()
    with pytest.raises(RuntimeError, match="only once"):
        sender.start()
