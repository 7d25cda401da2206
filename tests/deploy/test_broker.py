"""Does Debian's mosquitto start with our configuration, our certificates and our list, and does Taihu get in?"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from analytics.columns import Readings
from collector import Collector, Decoder
from registry import Registry, load_plant_files, load_programmes
from taihu.brokeracl import access_of, mosquitto
from taihu.settings import load_settings, mqtt_settings
from tests.servers import Server, mosquitto_or_skip, wait_until

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PLANT = ROOT / "examples" / "plants" / "wx-dyeing.toml"
NOW_MS = 1_535_731_200_000


def certificates(folder: Path, *names: str) -> str:
    """Run the script; what it says."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    done = subprocess.run(
        ["sh", str(DEPLOY / "certificates.sh"), str(folder), *names], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Deployed(Server):
    """mosquitto as the files of `deploy/` describe it, in a folder of its own."""

    name = "mosquitto"

    def _command(self) -> list[str]:
        inside = {
            "/etc/mosquitto": f"{self.folder}/etc",
            "/mosquitto/data/": f"{self.folder}/data/",
            "listener 8883": f"listener {self.port} 127.0.0.1",
        }
        for name, path in (("mosquitto.conf", "mosquitto.conf"), ("taihu.conf", "etc/conf.d/taihu.conf")):
            text = (DEPLOY / "mosquitto" / name).read_text(encoding="utf-8")
            for here, there in inside.items():
                text = text.replace(here, there)
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text, encoding="utf-8")
        (self.folder / "data").mkdir(exist_ok=True)
        if os.geteuid() == 0:  # it would change to a user who may not write here
            with (self.folder / "mosquitto.conf").open("a") as config:
                config.write("user root\n")
        return [mosquitto_or_skip(), "-c", str(self.folder / "mosquitto.conf")]


@pytest.fixture(scope="module")
def settings_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The settings that come with the systemd units, told the plant and the password."""
    text = (DEPLOY / "systemd" / "taihu.toml").read_text(encoding="utf-8")
    return text.replace('password = ""', 'password = "lake"').replace('plants = ["plants"]', f'plants = ["{PLANT}"]')


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, settings_text: str) -> Iterator[Deployed]:
    passwords = shutil.which("mosquitto_passwd")
    if passwords is None:
        pytest.skip("mosquitto is not installed")
    folder = tmp_path_factory.mktemp("deployed")
    certificates(folder / "etc" / "certs", "localhost", "127.0.0.1")
    (folder / "taihu.toml").write_text(settings_text, encoding="utf-8")
    wanted = access_of(load_settings(folder / "taihu.toml"))
    for name, text in (("taihu.acl", mosquitto(wanted)), ("taihu.passwords", "")):
        (folder / "etc" / name).touch(mode=0o600)
        (folder / "etc" / name).write_text(text, encoding="utf-8")
    for user in (wanted.collector, *(name for name, _ in wanted.gateways)):
        subprocess.run([passwords, "-b", str(folder / "etc" / "taihu.passwords"), user, "lake"], check=True)
    with Deployed(folder) as running:
        yield running


def _collector(broker: Deployed, settings_text: str, taken: list[Readings]) -> Collector:
    """Taihu's own, from the settings file with the paths of the test."""
    path = broker.folder / "taihu.toml"
    text = settings_text.replace("port = 8883", f"port = {broker.port}")
    path.write_text(text.replace("/etc/mosquitto", str(broker.folder / "etc")), encoding="utf-8")
    mqtt = load_settings(path).mqtt
    assert mqtt is not None
    registry = Registry.of_files(load_plant_files([PLANT]), programmes=load_programmes())

    def keep(readings: Readings, _dead: object) -> int:
        taken.append(readings)
        return len(taken)

    return Collector(mqtt_settings(mqtt), Decoder.from_registry(registry), keep, lambda: NOW_MS)


def _publish(broker: Deployed, user: str, topic: str, payload: bytes) -> bool:
    """Whether the broker took it."""
    told: list[bool] = []
    done = threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.username_pw_set(user, "lake")
    client.tls_set(str(broker.folder / "etc" / "certs" / "ca.pem"))

    def published(_client: object, _data: object, _number: int, code: paho.ReasonCode, _properties: object) -> None:
        told.append(not code.is_failure)
        done.set()

    client.on_connect = lambda *_: client.publish(topic, payload, qos=1)
    client.on_publish = published
    client.connect("localhost", broker.port)
    client.loop_start()
    assert done.wait(10), (broker.folder / "mosquitto.log").read_text()[-500:]
    client.disconnect()
    client.loop_stop()
    return told[0]


def test_a_gateway_reaches_taihu_over_tls_and_no_other_plant(broker: Deployed, settings_text: str) -> None:
    taken: list[Readings] = []
    collector = _collector(broker, settings_text, taken)
    collector.start()
    try:
        wait_until(lambda: collector.health()["subscribed"], what="the subscription")
        message = b'{"ts": 1535731140000, "values": {"ep": 6810.064}}'
        assert _publish(broker, "gateway-wx-dyeing", "taihu/wx-dyeing/E01/up", message)
        wait_until(lambda: bool(taken), what="a reading")
        assert taken[0].value.tolist() == [6810.064]
        assert not _publish(broker, "gateway-wx-dyeing", "taihu/cz-steel/E01/up", message)
    finally:
        collector.stop()


def test_a_renewed_certificate_keeps_the_authority(broker: Deployed, tmp_path: Path) -> None:
    folder = tmp_path / "certs"
    shutil.copytree(broker.folder / "etc" / "certs", folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    told = certificates(folder, "broker.plant.example", "192.168.1.5", "fd00::5")
    assert "DNS:broker.plant.example,IP:192.168.1.5,IP:fd00::5, valid for 825 days" in told
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(after) == set(before)
    assert {name for name in before if before[name] == after[name]} == {"ca.pem", "ca.key"}
    modes = {name: (folder / name).stat().st_mode & 0o777 for name in ("ca.key", "server.key", "ca.pem", "server.pem")}
    assert modes == {"ca.key": 0o600, "server.key": 0o600, "ca.pem": 0o644, "server.pem": 0o644}


def test_the_certificate_satisfies_the_strictest_check(broker: Deployed) -> None:
    """Newer Pythons check chains strictly (RFC 5280); ours must pass, and an unknown name must not."""
    context = ssl.create_default_context(cafile=str(broker.folder / "etc" / "certs" / "ca.pem"))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    assert _handshake(context, broker.port, "localhost") in ("TLSv1.2", "TLSv1.3")
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(context, broker.port, "elsewhere")


def _handshake(context: ssl.SSLContext, port: int, name: str) -> str | None:
    """Version of the encryption that both sides agree on."""
    with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(plain, server_hostname=name) as it:
        return it.version()


def test_the_script_says_how_it_is_called(tmp_path: Path) -> None:
    done = subprocess.run(["sh", str(DEPLOY / "certificates.sh"), str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.startswith("usage: sh certificates.sh FOLDER NAME...")
