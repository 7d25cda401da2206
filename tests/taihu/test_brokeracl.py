"""Does a broker with the generated list let through what plants send, and nothing else?"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from typer.testing import CliRunner

from registry import Source
from taihu.brokeracl import Access, access, access_of, mosquitto, rabbitmq
from taihu.cli import app
from taihu.settings import Settings, SettingsError, load_settings
from tests.servers import Mosquitto, wait_until

PLANTS = Path(__file__).resolve().parents[2] / "examples" / "plants"

SETTINGS = Settings(plants=(PLANTS / "wx-dyeing.toml", PLANTS / "cz-steel.toml"))


def _source(plant: str, topic: str, name: str = "gw") -> Source:
    return Source(id=name, plant=plant, topic=topic)


def test_the_collector_reads_all_topics_and_each_gateway_writes_its_own() -> None:
    wanted = access_of(SETTINGS)
    assert wanted.collector == "taihu"
    assert dict(wanted.gateways)["gateway-wx-dyeing"] == ("taihu/wx-dyeing/+/up",)
    assert [user for user, _ in wanted.gateways] == ["gateway-cz-steel", "gateway-wx-dyeing"]
    assert set(wanted.filters) == {one for _, filters in wanted.gateways for one in filters}
    assert wanted.shared == ()


def test_the_user_of_the_settings_is_the_collector(tmp_path: Path) -> None:
    path = tmp_path / "taihu.toml"
    path.write_text(
        f'plants = ["{PLANTS / "wx-dyeing.toml"}"]\n[mqtt]\nhost = "b"\nusername = "reader"\n', encoding="utf-8"
    )
    assert "user reader\ntopic read taihu/wx-dyeing/+/up\n" in mosquitto(access_of(load_settings(path)))
    done = CliRunner().invoke(app, ["broker-acl", "--config", str(path)])
    assert (done.exit_code, done.output) == (0, mosquitto(access_of(load_settings(path))))


def test_without_a_plant_it_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no plant is known in .*: wanted settings"):
        access_of(Settings(data=tmp_path))


def test_plants_that_share_topics_are_told_of() -> None:
    wanted = access("taihu", [_source("a", "/neuron/{node}/up"), _source("b", "/neuron/x/up"), _source("c", "c/{d}")])
    assert wanted.shared == (("/neuron/+/up", "a", "b"),)
    for text in (mosquitto(wanted), rabbitmq(wanted)):
        assert "# Attention: gateway-a and gateway-b both may write /neuron/+/up" in text


def test_rabbitmq_gets_routing_keys() -> None:
    """RabbitMQ, MQTT plugin: topics are routing keys of amq.topic, with . for / and * for +."""
    text = rabbitmq(access("taihu", [_source("a", "/site.1/{device}/up")]))
    write = next(line for line in text.splitlines() if "set_topic_permissions -p / gateway-a" in line)
    pattern = re.compile(write.split(" amq.topic ")[1].split(" '^$'")[0].strip("'"))
    assert pattern.search(".site/1.E01.up")
    for forbidden in (".site/1.E01.x.up", "x.site/1.E01.up", ".site/1.E01.upper", ".siteX1.E01.up"):
        assert not pattern.search(forbidden)


class Client:
    """A client of MQTT 5, in which a broker says that it refuses."""

    def __init__(self, port: int, user: str, password: str = "secret") -> None:
        self.received: list[str] = []
        self._told: dict[int, ReasonCode] = {}
        self._here = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, f"test-{user}", protocol=paho.MQTTv5)
        self._client.username_pw_set(user, password)
        self._client.on_connect = self._connected
        self._client.on_publish = self._published
        self._client.on_message = lambda _client, _data, message: self.received.append(message.topic)
        self._client.on_subscribe = lambda *_: self._here.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._here.wait(10), f"{user} was not let in"

    def _connected(self, client: paho.Client, _data: object, _flags: object, code: ReasonCode, _p: Properties) -> None:
        if not code.is_failure:
            self._here.set()

    def _published(
        self, _client: paho.Client, _data: object, number: int, code: ReasonCode, _properties: Properties
    ) -> None:
        self._told[number] = code

    def publish(self, topic: str) -> bool:
        """Whether the broker took it."""
        number = self._client.publish(topic, b"{}", qos=1).mid
        wait_until(lambda: number in self._told, what="an answer of the broker")
        return not self._told[number].is_failure

    def subscribe(self, topic: str) -> None:
        self._here.clear()
        self._client.subscribe(topic, qos=1)
        assert self._here.wait(10)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    passwords = shutil.which("mosquitto_passwd")
    if passwords is None:
        pytest.skip("mosquitto is not installed")
    folder = tmp_path_factory.mktemp("acl")
    wanted = access_of(SETTINGS)
    (folder / "acl").write_text(mosquitto(wanted), encoding="utf-8")
    (folder / "passwords").touch(mode=0o600)
    for user in (wanted.collector, *(name for name, _ in wanted.gateways)):
        subprocess.run([passwords, "-b", str(folder / "passwords"), user, "secret"], check=True)
    extra = f"allow_anonymous false\nacl_file {folder}/acl\npassword_file {folder}/passwords\n"
    with Mosquitto(folder, extra) as running:
        yield running


@pytest.mark.server
def test_mosquitto_lets_through_what_the_list_allows_and_nothing_else(broker: Mosquitto) -> None:
    collector = Client(broker.port, "taihu")
    own, other = Client(broker.port, "gateway-wx-dyeing"), Client(broker.port, "gateway-cz-steel")
    try:
        collector.subscribe("#")
        other.subscribe("#")
        assert not own.publish("taihu/cz-steel/E01/up")
        assert not own.publish("taihu/wx-dyeing/E01/down")
        assert not own.publish("taihu/wx-dyeing/E01/x/up")
        assert not collector.publish("taihu/wx-dyeing/E01/up")
        assert own.publish("taihu/wx-dyeing/E01/up")
        assert other.publish("taihu/cz-steel/E07/up")
        wait_until(lambda: len(collector.received) == 2, what="two messages")
        assert sorted(collector.received) == ["taihu/cz-steel/E07/up", "taihu/wx-dyeing/E01/up"]
        assert other.received == []  # its own message came back to the collector, not to it
    finally:
        for client in (collector, own, other):
            client.close()


def test_an_access_names_each_filter_once() -> None:
    assert Access("taihu", (("gateway-a", ("x/+",)), ("gateway-b", ("x/+", "y")))).filters == ("x/+", "y")
