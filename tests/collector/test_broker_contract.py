"""What does a plant need of its broker, and does the collector get it from each? The same tests against four."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest

from analytics.columns import Quality
from collector import Collector, Decoder, MqttSettings, Route, SourceSpec, Target
from tests.brokers import PASSWORD, READER, USER, Nats
from tests.certificates import make_certificates
from tests.collector.brokers import KINDS, Kind, Running, flood
from tests.collector.cable import Cable
from tests.collector.conftest import NOW_MS, ListSink, Publisher, decoder, payload
from tests.servers import free_port, wait_until

Start = Callable[..., Collector]

pytestmark = pytest.mark.timeout(300)  # RabbitMQ takes five seconds of work to start, on a machine that may be busy


@dataclass
class Site:
    """A broker that runs and what is known of its kind."""

    name: str
    kind: Kind
    server: Running
    tls_port: int

    @property
    def port(self) -> int:
        return self.server.port

    def publisher(self) -> Publisher:
        return Publisher(self.port, user=(USER, PASSWORD))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("tls"))


def ask(*names: str) -> list[Any]:
    """Brokers of these names, each marked as what it needs."""
    return [pytest.param(name, marks=[] if name == "embedded" else [pytest.mark.server]) for name in names]


@pytest.fixture(scope="module", params=ask(*KINDS))
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, certificates: Path
) -> Iterator[Site]:
    kind = KINDS[request.param]
    folder, tls_port = tmp_path_factory.mktemp(request.param) / "b", free_port()
    more = [] if kind.secure is None else [kind.secure(certificates, tls_port)]
    server = kind.make(folder, *more).start()
    yield Site(request.param, kind, server, tls_port)
    server.stop()


# A test that says nothing runs against all of `KINDS`. Its order is kept here, so that each broker is started once.
servers = pytest.mark.parametrize("site", ask(*(name for name, kind in KINDS.items() if kind.keeps)), indirect=True)
"""Not the embedded one: it runs in the collector's process, for this machine alone, and keeps nothing."""


@pytest.fixture
def start(site: Site, sink: ListSink, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Starts collectors of one name; afterwards the broker forgets that name and what it keeps for it."""
    name = f"c{abs(hash(request.node.name))}"
    started: list[Collector] = []

    def begin(decode: Decoder | None = None, *, wait: bool = True, **settings: Any) -> Collector:
        usual = {"port": site.port, "username": USER, "password": PASSWORD, "client_id": name}
        given = MqttSettings(**{**usual, "protocol": site.kind.say, **settings})
        collector = Collector(given, decode or decoder(), sink, lambda: NOW_MS)
        started.append(collector)
        collector.start()
        if wait:
            wait_until(lambda: collector.health()["subscribed"], 20, what="the subscription")
        return collector

    yield begin
    for collector in started:
        collector.stop()
    forget(site.port, name)


def forget(port: int, name: str) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name, clean_session=True)
    client.username_pw_set(USER, PASSWORD)
    client.connect("127.0.0.1", port)
    wait_until(lambda: client.loop(0.01) == 0 and client.is_connected(), what="the clean session")
    client.disconnect()


def listening(*topics: str) -> Decoder:
    """Points 0, 1, 2 ... on a topic each."""
    sources = [SourceSpec(f"p/{i}", topic, value="value", time="ts", channel="x") for i, topic in enumerate(topics)]
    return Decoder([Route(source, {"x": Target(i)}) for i, source in enumerate(sources)])


def test_auto_finds_the_version_that_it_speaks(
    site: Site, start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("collector.keeper._ANSWER_S", 2.0)  # the embedded broker is silent where it does not understand
    health = start(protocol="auto").health()
    assert (health["protocol"], health["error"]) == (site.kind.protocol, None)
    assert [r for r in caplog.records if r.name.startswith("collector")] == [], "no warning where nothing is wrong"


@servers
def test_wrong_credentials_are_told_and_tried_again(site: Site, start: Start) -> None:
    collector = start(wait=False, password="sea")
    wait_until(lambda: f"{USER}" in (collector.health()["error"] or ""), what="the reason")
    assert collector.health()["error"].partition(":")[0] in ("bad credentials", "not authorised")
    before = collector.health()["connections"]
    wait_until(lambda: collector.health()["connections"] > before, what="another attempt")
    assert not collector.health()["connected"]


@servers
def test_tls_with_an_own_authority(
    site: Site, start: Start, sink: ListSink, certificates: Path, tmp_path: Path
) -> None:
    with ExitStack() as more:
        port = site.tls_port
        if site.kind.secure is None:  # NATS listens for MQTT at one port only
            files = f'cert_file: "{certificates}/server.pem", key_file: "{certificates}/server.key"'
            port = more.enter_context(Nats(tmp_path / "tls", f"tls {{ {files} }}\n", "password")).port
        refused = start(port=port, tls=True, wait=False)
        wait_until(lambda: refused.health()["error"], 20, what="the reason")
        assert "is not trusted" in refused.health()["error"]
        collector = start(port=port, tls_ca=certificates / "ca.pem")
        publisher = Publisher(port, user=(USER, PASSWORD), ca_certs=str(certificates / "ca.pem"))
        publisher.raw("plant/p1/up", payload(4).encode())
        publisher.close()
        wait_until(lambda: 4.0 in sink.values())
        collector.stop()


def test_wildcards_and_chinese_topics(site: Site, start: Start, sink: ListSink) -> None:
    topics = ["plain/a", "厂/电表/上", "deep/x/y/z", "deep", "a/$x/c", "/lead", "trail/", "two//b"]
    collector = start(listening("plain/+", "厂/{device}/上", "deep/#", "a/{x}/c", "/lead", "trail/", "two/+/b"))
    publisher = site.publisher()
    for number, topic in enumerate(topics):
        publisher.raw(topic, payload(number).encode())
    publisher.close()
    wait_until(lambda: collector.health()["acknowledged"] == len(topics), what="all topics")
    assert sorted(sink.values()) == list(range(len(topics)))
    assert collector.health()["dead"] == 0


def test_ten_thousand_at_once(site: Site, start: Start, sink: ListSink) -> None:
    count = 10_000 if site.kind.keeps else 2_000  # the embedded broker is for a demo
    collector = start()
    sent = flood(site.port, 0, count)
    wait_until(lambda: collector.health()["acknowledged"] >= count, 60, what="the acknowledgements")
    assert sorted(sink.values()) == sent


def test_no_more_is_under_way_than_the_window(site: Site, start: Start, sink: ListSink) -> None:
    sink.broken.set()
    collector = start(receive_maximum=site.kind.window)
    sent = flood(site.port, 0, 150)
    wait_until(lambda: sink.refused >= 2, what="the second attempt")
    health = collector.health()
    assert health["acknowledged"] == 0
    if site.kind.keeps:
        assert health["received"] == site.kind.window
    sink.broken.clear()
    wait_until(lambda: len(set(sink.values())) == 150, 40, what="the rest")
    assert sorted(set(sink.values())) == sent


@servers
def test_what_was_not_stored_when_the_collector_died_comes_again(site: Site, start: Start, sink: ListSink) -> None:
    with Cable(site.port) as cable:
        sink.broken.set()
        first = start(port=cable.port)
        sent = flood(site.port, 0, 60)
        wait_until(lambda: sink.refused >= 1)
        cable.cut()  # no goodbye: the broker sees what it would see of a power cut
        first.stop(timeout_s=0.1)
    sink.broken.clear()
    second = start()
    wait_until(lambda: len(set(sink.values())) == 60, 40, what="the second delivery")
    assert sorted(set(sink.values())) == sent
    assert second.health()["error"] is None


def test_what_comes_while_the_collector_is_away_is_kept(site: Site, start: Start, sink: ListSink) -> None:
    start().stop()
    sent = flood(site.port, 0, 1500)
    second = start()
    wait_until(lambda: second.health()["acknowledged"] == 1500, 30, what="the messages of the time between")
    assert sorted(sink.values()) == sent


def test_a_payload_that_is_too_large_costs_itself_only(site: Site, start: Start, sink: ListSink) -> None:
    collector = start(max_payload_bytes=10_000)
    publisher = site.publisher()
    publisher.raw("plant/p1/up", b'{"value":' + b"1" * 500_000 + b"}")
    sent = publisher.send(0, 10)
    publisher.close()
    wait_until(lambda: collector.health()["acknowledged"] == 11)
    assert sorted(sink.values()) == sent
    assert collector.health()["dead_by_kind"] == {"too large": 1}


def test_retained_messages(site: Site, start: Start, sink: ListSink) -> None:
    publisher = site.publisher()
    publisher.raw("kept/exact", payload(7).encode(), retain=True)
    publisher.raw("kept/wild/1", payload(8).encode(), retain=True)
    wanted = [7.0, 8.0] if site.kind.wildcard_retained else [7.0]
    start(listening("kept/exact", "kept/wild/+"))
    wait_until(lambda: len(sink.values()) >= len(wanted), what="what was kept")
    publisher.raw("kept/wild/2", payload(9).encode())
    wait_until(lambda: 9.0 in sink.values())
    flags = {value: int(flag) for part in sink.parts for value, flag in zip(part.value, part.flag, strict=True)}
    assert flags == {value: int(Quality.RETAINED) for value in wanted} | {9.0: 0}
    publisher.raw("kept/exact", b"", retain=True)
    publisher.raw("kept/wild/1", b"", retain=True)
    publisher.close()


def test_a_dot_in_a_topic(site: Site, start: Start, sink: ListSink) -> None:
    collector = start(listening("plain/a", "dot.ted/x"), wait=False)
    wait_until(lambda: collector.health()["subscribed"], 20, what="the subscription to the other topic")
    publisher = site.publisher()
    if site.kind.dot == "refused":
        assert "refuses dot.ted/x" in collector.health()["error"]
    else:
        publisher.raw("dot.ted/x", payload(1).encode())
        wait_until(lambda: collector.health()["acknowledged"] == 1)
    publisher.raw("plain/a", payload(2).encode())
    wait_until(lambda: 2.0 in sink.values())
    publisher.close()
    assert sorted(sink.values()) == ([1.0, 2.0] if site.kind.dot == "kept" else [2.0])
    assert [d.reason for d in sink.dead] == (
        ["no source: no source has the topic dot/ted/x"] if site.kind.dot == "slash" else []
    )


@pytest.mark.parametrize("site", ask("rabbitmq"), indirect=True)  # only this one ends the connection at such a topic
def test_a_topic_that_may_not_be_read_costs_no_other(site: Site, start: Start, sink: ListSink) -> None:
    collector = start(listening("plant/a", "secret/#", "plant/b"), wait=False, username=READER)
    wait_until(lambda: "refuses secret/# (it ends" in (collector.health()["error"] or ""), 30, what="the reason")
    wait_until(lambda: collector.health()["subscribed"], what="the other subscriptions")
    publisher = site.publisher()
    for number, topic in enumerate(("plant/a", "plant/b", "secret/c")):
        publisher.raw(topic, payload(number).encode())
    publisher.close()
    wait_until(lambda: sorted(sink.values()) == [0.0, 1.0], what="what may be read")


def test_the_brokers_own_topics_are_no_dead_letters(site: Site, start: Start, sink: ListSink) -> None:
    collector = start(listening("#"))
    start(listening("plain/a"), client_id="another").stop()  # NATS tells everybody about it
    publisher = site.publisher()
    publisher.raw("any/thing", payload(3).encode())
    publisher.close()
    forget(site.port, "another")
    wait_until(lambda: 3.0 in sink.values())
    assert collector.health()["dead"] == 0


@servers
def test_a_power_cut_of_the_broker_loses_nothing(site: Site, start: Start, sink: ListSink) -> None:
    sink.broken.set()
    collector = start()
    sent = flood(site.port, 0, 60)
    wait_until(lambda: sink.refused >= 1)
    if site.name == "mosquitto":  # it writes every second; what came after the last time would be gone
        site.server.stop()
    else:
        site.server.kill()  # type: ignore[attr-defined]
    wait_until(lambda: not collector.health()["connected"], what="the loss of the connection")
    site.server.start()
    sent += flood(site.port, 60, 60)
    sink.broken.clear()
    wait_until(lambda: len(set(sink.values())) == 120, 60, what="both halves")
    assert sorted(set(sink.values())) == sent
    assert collector.health()["forgotten"] == 0
