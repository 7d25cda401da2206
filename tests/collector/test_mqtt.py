"""The collector against a real mosquitto: nothing is acknowledged before it is stored, and nothing is lost."""

from __future__ import annotations

import logging
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest

from analytics.columns import Quality, Readings
from collector import Collector, MqttSettings
from storage.deadletters import DeadLetter
from tests.certificates import make_certificates
from tests.collector.conftest import NOW_MS, ListSink, Publisher, decoder, payload
from tests.servers import Mosquitto, free_port, mosquitto_path, wait_until

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed"),
]

Start = Callable[..., Collector]


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_everything_arrives_once_and_is_acknowledged(
    protocol: str, broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink
) -> None:
    collector = start(broker.port, protocol=protocol)
    sent = publisher.send(0, 3000)
    wait_until(lambda: collector.health()["acknowledged"] == 3000, what="the acknowledgements")
    assert sorted(sink.values()) == sent
    health = collector.health()
    assert (health["received"], health["readings"], health["dead"], health["waiting"]) == (3000, 3000, 0, 0)
    assert (health["error"], health["sink_error"], health["connected_since_ms"]) == (None, None, NOW_MS)


def test_order_holds_for_a_topic(broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink) -> None:
    start(broker.port)
    publisher.send(0, 2000)
    wait_until(lambda: len(sink.values()) == 2000)
    all_rows = Readings.concat(sink.parts)
    times = all_rows.time_ms[all_rows.point == 3]
    assert (times[1:] > times[:-1]).all()


def test_acknowledged_only_after_the_sink_has_returned(
    broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink
) -> None:
    sink.broken.set()
    collector = start(broker.port, receive_maximum=50)
    sent = publisher.send(0, 300)
    wait_until(lambda: sink.refused >= 2, what="the second attempt")
    health = collector.health()
    # The broker may have 50 under way and must keep the other 250.
    assert (health["received"], health["acknowledged"], health["waiting"]) == (50, 0, 50)
    assert health["sink_error"] == "OSError: no space left on device"
    sink.broken.clear()
    wait_until(lambda: collector.health()["acknowledged"] == 300, what="the acknowledgements")
    assert sorted(sink.values()) == sent
    assert collector.health()["sink_error"] is None


def test_a_collector_that_ends_while_the_sink_fails_loses_nothing(
    broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink
) -> None:
    sink.broken.set()
    collector = start(broker.port)
    sent = publisher.send(0, 200)
    wait_until(lambda: sink.refused >= 1)
    collector.stop(timeout_s=0.2)
    sink.broken.clear()
    start(broker.port)
    wait_until(lambda: len(sink.values()) >= 200, what="the second delivery")
    assert sorted(set(sink.values())) == sent


def test_the_broker_keeps_what_comes_while_the_collector_is_away(
    broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink
) -> None:
    first = start(broker.port)
    sent = publisher.send(0, 100)
    wait_until(lambda: len(sink.values()) == 100)
    first.stop()
    sent += publisher.send(100, 500)
    assert len(sink.values()) == 100
    second = start(broker.port)
    wait_until(lambda: second.health()["acknowledged"] == 500, what="the messages of the time between")
    assert sorted(sink.values()) == sent


def test_stop_stores_and_acknowledges_what_was_received(
    broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink
) -> None:
    first = start(broker.port, batch_ms=10_000)
    sent = publisher.send(0, 100)
    wait_until(lambda: first.health()["received"] == 100)
    assert sink.values() == []
    first.stop()
    assert sorted(sink.values()) == sent
    assert first.health()["acknowledged"] == 100
    second = start(broker.port)
    sent += publisher.send(100, 1)
    wait_until(lambda: second.health()["acknowledged"] == 1)
    assert sorted(sink.values()) == sent, "the broker heard the acknowledgements: nothing comes twice"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_restart_of_the_broker_loses_nothing_that_was_acknowledged(
    end: str, broker: Mosquitto, start: Start, sink: ListSink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "collector")
    collector = start(broker.port)
    before = Publisher(broker.port)
    sent = before.send(0, 300)
    before.close()
    wait_until(lambda: collector.health()["acknowledged"] == 300)
    getattr(broker, end)()
    wait_until(lambda: not collector.health()["connected"], what="the loss of the connection")
    broker.start()
    wait_until(lambda: collector.health()["subscribed"], 20, what="the new connection")
    after = Publisher(broker.port)
    sent += after.send(300, 300)
    after.close()
    wait_until(lambda: len(set(sink.values())) == 600, what="the messages after the restart")
    assert sorted(set(sink.values())) == sent
    assert (collector.health()["lost"], collector.health()["error"]) == (1, None)
    assert caplog.messages[-1] == f"connected to the broker at 127.0.0.1:{broker.port}"
    assert 1 <= sum("trying again" in text for text in caplog.messages) <= 2


def test_a_session_that_the_broker_forgot_is_told(
    broker: Mosquitto, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    collector = start(broker.port)
    broker.kill()
    wait_until(lambda: not collector.health()["connected"], what="the loss of the connection")
    (broker.folder / "mosquitto.db").unlink(missing_ok=True)
    broker.start()
    wait_until(lambda: collector.health()["subscribed"], 20, what="the new connection")
    assert collector.health()["forgotten"] == 1
    assert any("has forgotten the session of client taihu-collector" in text for text in caplog.messages)


def test_what_was_under_way_when_the_connection_broke_comes_again_and_old_ids_are_not_acknowledged(
    broker: Mosquitto, start: Start, sink: ListSink
) -> None:
    sink.broken.set()
    collector = start(broker.port)
    before = Publisher(broker.port)
    sent = before.send(0, 100)
    before.close()
    wait_until(lambda: sink.refused >= 1)
    broker.stop()
    wait_until(lambda: not collector.health()["connected"])
    broker.start()
    wait_until(lambda: collector.health()["received"] == 200, 20, what="the second delivery")
    sink.broken.clear()
    wait_until(lambda: collector.health()["waiting"] == 0)
    assert sorted(sink.values()) == sorted(sent * 2), "duplicates are harmless, losses are not"
    assert collector.health()["acknowledged"] == 100, "only the ids of the connection that lives"


def test_bad_payloads_are_acknowledged_as_dead_letters_and_hold_nothing_up(
    broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink
) -> None:
    collector = start(broker.port)
    publisher.raw("plant/p1/up", b"\xff\xfe")
    publisher.raw("plant/p1/up", b'{"ts":1535731200,"value":1}')
    publisher.raw("plant/p1/up", b'{"ts":1535731200000,"value":' + b"1" * 10_000_000 + b"}")
    publisher.raw("plant/nobody/up", payload(1).encode())
    sent = publisher.send(0, 10)
    wait_until(lambda: collector.health()["acknowledged"] == 14)
    assert sorted(sink.values()) == sent
    assert collector.health()["dead_by_kind"] == {
        "invalid UTF-8": 1, "time too early": 1, "too large": 1, "no point": 1
    }  # fmt: skip
    [large] = [d for d in sink.dead if d.reason.startswith("too large: 10000029 bytes")]
    assert len(large.payload) == 65_536


def test_many_large_payloads_wait_with_the_broker_not_in_memory(
    broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink
) -> None:
    sink.broken.set()
    collector = start(broker.port, max_waiting_bytes=1_000_000)
    for number in range(30):
        publisher.raw("plant/p1/up", b'{"ts":%d,"value":%d}' % (NOW_MS - number, number) + b" " * 100_000)
    wait_until(lambda: sink.refused >= 2, what="the second attempt")
    # Each weighs 100 kB and some: the tenth fills the million.
    assert collector.health()["waiting"] == 10
    assert collector.health()["connected"]
    sink.broken.clear()
    wait_until(lambda: collector.health()["acknowledged"] == 30, what="the acknowledgements")
    assert sorted(sink.values()) == [float(number) for number in range(30)]


def test_retained_messages_are_marked_and_those_without_time_refused(
    broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink
) -> None:
    publisher.raw("plant/p1/up", payload(7).encode(), retain=True)
    publisher.raw("plant/p2/up", b'{"value":8}', retain=True)
    collector = start(broker.port)
    wait_until(lambda: collector.health()["acknowledged"] == 2)
    [part] = [p for p in sink.parts if len(p)]
    assert (part.value.tolist(), part.flag.tolist()) == ([7.0], [int(Quality.RETAINED)])
    assert [d.reason.partition(":")[0] for d in sink.dead] == ["retained without time"]


def test_qos_0_is_stored_too(broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink) -> None:
    collector = start(broker.port)
    publisher.raw("plant/p1/up", payload(5).encode(), qos=0)
    wait_until(lambda: sink.values() == [5.0])
    assert collector.health()["acknowledged"] == 0


def test_a_fault_of_the_decoder_costs_one_message(
    broker: Mosquitto, publisher: Publisher, sink: ListSink, caplog: pytest.LogCaptureFixture
) -> None:
    faulty = decoder()
    whole = faulty.decode_checked

    def decode_checked(messages: list, *rest: int) -> tuple[Readings, list[DeadLetter]]:  # type: ignore[type-arg]
        if any(m.payload == b"oops" for m in messages):
            raise KeyError("oops")
        return whole(messages, *rest)

    faulty.decode_checked = decode_checked  # type: ignore[method-assign, assignment]
    collector = Collector(MqttSettings(port=broker.port), faulty, sink, lambda: NOW_MS)
    collector.start()
    try:
        wait_until(lambda: collector.health()["subscribed"])
        publisher.raw("plant/p1/up", b"oops")
        sent = publisher.send(0, 20)
        wait_until(lambda: collector.health()["acknowledged"] == 21)
    finally:
        collector.stop()
    assert sink.values() == sent
    assert [d.reason for d in sink.dead] == ["decoder fault: KeyError: 'oops'"]


def test_another_decoder_brings_its_own_subscriptions(
    broker: Mosquitto, publisher: Publisher, start: Start, sink: ListSink
) -> None:
    from collector import Decoder, Route, SourceSpec, Target

    collector = start(broker.port)
    source = SourceSpec("p/new", "new/{device}", items="bare", channel="{device}")
    collector.use(Decoder([Route(source, {"x": Target(3)})]))

    def arrived() -> bool:
        publisher.raw("new/x", b"42")
        return 42.0 in sink.values()

    wait_until(arrived)


# --- Brokers that refuse ---


def refused(port: int, expected: str, **settings: Any) -> None:
    """The health says why, the collector goes on trying, and stop is quick."""
    collector = Collector(MqttSettings(port=port, **settings), decoder(), ListSink(), lambda: NOW_MS)
    before = threading.active_count()
    collector.start()
    try:
        wait_until(lambda: expected in (collector.health()["error"] or ""), what=f"{expected!r} in the health")
        wait_until(lambda: collector.health()["connections"] >= 2, what="the second attempt")
        assert not collector.health()["connected"]
    finally:
        collector.stop()
    assert threading.active_count() == before


def test_port_closed() -> None:
    port = free_port()
    refused(port, f"port closed: nothing listens at 127.0.0.1:{port}; wanted an MQTT broker there")


def test_unknown_host() -> None:
    refused(1883, "unknown host: broker.invalid has no address", host="broker.invalid")


def test_bad_credentials_then_good_ones(tmp_path: Path, sink: ListSink, start: Start) -> None:
    passwords = tmp_path / "passwords"
    tool = shutil.which("mosquitto_passwd")
    if tool is None:
        pytest.skip("mosquitto_passwd is not installed")
    subprocess.run([tool, "-b", "-c", str(passwords), "taihu", "lake"], check=True)
    passwords.chmod(0o700)
    with Mosquitto(tmp_path / "b", extra=f"allow_anonymous false\npassword_file {passwords}\n") as broker:
        for protocol in ("5", "3.1.1"):
            refused(broker.port, "authorised: ", protocol=protocol)
            refused(broker.port, "(user taihu)", username="taihu", password="sea", protocol=protocol)
        assert start(broker.port, username="taihu", password="lake").health()["error"] is None


def test_a_subscription_that_is_refused_shows(tmp_path: Path) -> None:
    rules = tmp_path / "acl"
    rules.write_text("topic read other/#\n")
    rules.chmod(0o700)
    with Mosquitto(tmp_path / "b", extra=f"acl_file {rules}\n") as broker:
        collector = Collector(MqttSettings(port=broker.port), decoder(), ListSink(), lambda: NOW_MS)
        collector.start()
        try:
            wait_until(lambda: collector.health()["connected"])
            # mosquitto grants the subscription and withholds the messages; a refusal would be in `error`.
            wait_until(lambda: collector.health()["subscribed"])
        finally:
            collector.stop()


def test_two_collectors_with_one_name_are_told(broker: Mosquitto, start: Start, sink: ListSink) -> None:
    first = start(broker.port)
    start(broker.port, wait=False)
    wait_until(lambda: "client id taihu-collector" in (first.health()["last_error"] or ""))


# --- TLS ---


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority of our own and a certificate of 127.0.0.1."""
    return make_certificates(tmp_path_factory.mktemp("tls"))


def test_tls_with_an_own_authority(certificates: Path, tmp_path: Path, start: Start, sink: ListSink) -> None:
    files = f"cafile {certificates}/ca.pem\ncertfile {certificates}/server.pem\nkeyfile {certificates}/server.key\n"
    with Mosquitto(tmp_path / "b", listener=files) as broker:
        collector = start(broker.port, tls_ca=certificates / "ca.pem")
        publisher = Publisher(broker.port, paho.MQTTv311, ca_certs=str(certificates / "ca.pem"))
        sent = publisher.send(0, 2000)
        publisher.close()
        wait_until(lambda: collector.health()["acknowledged"] == 2000)
        assert sorted(sink.values()) == sent
        refused(broker.port, f"TLS: the certificate of 127.0.0.1:{broker.port} is not trusted", tls=True)


def test_tls_against_a_port_without_it(certificates: Path, broker: Mosquitto) -> None:
    refused(broker.port, "does this port speak TLS?", tls_ca=certificates / "ca.pem")
