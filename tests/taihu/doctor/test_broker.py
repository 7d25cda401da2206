"""Is everything told that keeps the broker's messages away, while a collector that runs notices nothing?"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector import Collector, Decoder, EmbeddedBroker, MqttSettings
from registry import Registry, load_plant_files
from taihu.doctor.broker import broker_checks
from taihu.settings import Mqtt, Settings
from tests.brokers import PASSWORD, USER, Nats
from tests.collector.conftest import ListSink
from tests.servers import Mosquitto, free_port, wait_until
from tests.taihu.doctor.conftest import NOW_MS, now_ms, one, states


@pytest.fixture
def registry(plants: Path) -> Registry:
    return Registry.of_files(load_plant_files([plants]))


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    tool = shutil.which("mosquitto_passwd")
    if tool is None:
        pytest.skip("mosquitto_passwd is not installed")
    folder = tmp_path_factory.mktemp("broker")
    passwords = folder / "passwords"
    subprocess.run([tool, "-b", "-c", str(passwords), USER, PASSWORD], check=True)
    passwords.chmod(0o700)
    with Mosquitto(folder, f"allow_anonymous false\npassword_file {passwords}\n") as running:
        yield running


def settings(port: int, **other: Any) -> Settings:
    given = {"host": "127.0.0.1", "port": port, "username": USER, "password": PASSWORD, **other}
    return Settings(mqtt=Mqtt(**given))


@pytest.mark.server
def test_all_is_well_beside_a_collector_that_runs(mosquitto: Mosquitto, registry: Registry) -> None:
    given = MqttSettings(port=mosquitto.port, username=USER, password=PASSWORD, client_id="taihu")
    running = Collector(given, Decoder.from_registry(registry), ListSink(), now_ms)
    running.start()
    try:
        wait_until(lambda: running.health()["subscribed"])
        found = broker_checks(settings(mosquitto.port), registry, now_ms)
        assert (running.health()["connections"], running.health()["connected_since_ms"]) == (1, NOW_MS)
    finally:
        running.stop()
    assert states(found) == {"reachable": "ok", "topics": "ok", "queue": "ok"}
    where = f"127.0.0.1:{mosquitto.port}"
    assert one(found, "reachable").found.en.startswith(f"{where} lets us in (MQTT 5, mosquitto version 2.")
    assert one(found, "topics").found.en == "1 topic is granted"
    # What is set there cannot be asked, so nothing is claimed of it.
    assert "cannot be asked" in one(found, "queue").found.en
    assert "max_queued_messages 0" in str(one(found, "queue").todo)


@pytest.mark.server
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"password": "sea"}, "not authorised: "),
        ({"username": None, "password": None}, "not authorised: "),
        ({"tls": True}, "TLS: no encrypted connection"),
        ({"protocol": "3.1.1", "password": "sea"}, "authorised: "),
    ],
)
def test_what_the_broker_refuses(mosquitto: Mosquitto, registry: Registry, wrong: dict[str, Any], told: str) -> None:
    [found] = broker_checks(settings(mosquitto.port, **wrong), registry, now_ms)
    assert (found.check, found.state) == ("reachable", "bad")
    assert told in found.found.en and found.todo is not None
    assert PASSWORD not in str(found)


def test_a_wrong_port_and_a_wrong_name(registry: Registry) -> None:
    port = free_port()
    [found] = broker_checks(settings(port), registry, now_ms)
    assert found.found.en == f"port closed: nothing listens at 127.0.0.1:{port}; wanted an MQTT broker there"
    assert found.found.zh.startswith("连不上：")
    [found] = broker_checks(settings(port, host="broker.invalid"), registry, now_ms)
    assert found.todo == ("找不到主机名", "check mqtt.host")


@pytest.mark.server
def test_a_topic_that_is_not_granted(tmp_path: Path, plants: Path) -> None:
    dotted = plants.read_text().replace('topic = "site/p1/{device}/up"', 'topic = "site.p1/{device}/up"')
    plants.write_text(dotted, encoding="utf-8")
    registry = Registry.of_files(load_plant_files([plants]))
    with Nats(tmp_path / "nats") as broker:
        found = broker_checks(settings(broker.port, username=None, password=None), registry, now_ms)
    assert states(found) == {"reachable": "ok", "topics": "bad"}
    assert one(found, "topics").found.en == "refuses to let us read site.p1/+/up"
    assert "MQTT 3.1.1" in one(found, "reachable").found.en


def test_a_certificate_that_is_not_there_is_a_setting(registry: Registry) -> None:
    [found] = broker_checks(settings(1, tls_ca=Path("none.pem")), registry, now_ms)
    assert (found.check, found.state) == ("settings", "bad")
    assert "must be a PEM file that exists" in found.found.en


def test_without_a_broker_of_its_own(registry: Registry) -> None:
    [found] = broker_checks(Settings(), registry, now_ms)
    assert (found.check, found.state) == ("reachable", "ok")


def test_without_plants_the_broker_is_looked_at_all_the_same() -> None:
    with EmbeddedBroker() as broker:
        found = broker_checks(settings(broker.port, protocol="3.1.1"), None, now_ms)
    assert states(found) == {"reachable": "ok"}
