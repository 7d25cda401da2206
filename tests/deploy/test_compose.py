"""Does the compose file name what is there, keep secrets out, and open no more than it says?

Containers are not run here; what can be read is read.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from taihu.settings import Settings, load_settings, mqtt_settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
MADE = ("plants", "certificates/", "mosquitto/taihu.acl", "mosquitto/taihu.passwords", "backups")
"""What a reader of docs/deploy.md makes; git ignores it."""

COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
EXAMPLE = (DEPLOY / ".env.example").read_text(encoding="utf-8")
STACK: dict[str, Any] = yaml.safe_load(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = STACK["services"]

every_service = pytest.mark.parametrize("name", SERVICES)


def _used() -> set[str]:
    """Variables that Compose takes from .env."""
    bare = {key for one in SERVICES.values() for key, value in one.get("environment", {}).items() if value is None}
    return set(re.findall(r"\$\{(\w+)", COMPOSE)) | bare


def _mounts(name: str) -> list[tuple[str, str]]:
    """Source and target of each volume, variables at their default."""
    filled = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", volume) for volume in SERVICES[name].get("volumes", [])]
    return [(volume.split(":")[0], volume.split(":")[1]) for volume in filled]


def test_everything_a_plant_needs_is_there() -> None:
    assert set(SERVICES) == {"mosquitto", "postgres", "influxdb", "grafana", "taihu"}


@every_service
def test_an_image_has_a_version_and_names_no_host(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].partition(":")
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?", tag), f"{image}:{tag}"
    assert "." not in image.split("/")[0]


@every_service
def test_a_service_comes_back_and_tells_how_it_is(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL") and service["healthcheck"]["retries"] > 0
    assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_every_volume_is_declared_and_used() -> None:
    named = {source for name in SERVICES for source, _ in _mounts(name) if not source.startswith((".", "/"))}
    assert named == set(STACK["volumes"])


@every_service
def test_every_mounted_file_is_there_or_made_by_the_reader(name: str) -> None:
    ignored = (DEPLOY / ".gitignore").read_text(encoding="utf-8").split()
    for source, _ in _mounts(name):
        if source.startswith("./"):
            path = source.removeprefix("./")
            made = next((one for one in MADE if path.startswith(one)), None)
            assert (DEPLOY / path).exists() or made is not None, source
            assert made is None or {made, made.rstrip("/") + "/"} & set(ignored), f"{made} must not come into git"


def test_every_variable_is_in_the_example_and_the_other_way_round() -> None:
    assert set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", EXAMPLE, re.MULTILINE)) == _used()


@every_service
def test_secrets_come_from_outside_only(name: str) -> None:
    for key, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|TOKEN|SECRET", key):
            assert value is None or re.fullmatch(r"\$\{\w+:\?see \.env\.example\}", value), key
    assert not re.search(r"^[^#\n]*(PASSWORD|TOKEN)=.+", EXAMPLE, re.MULTILINE)


def test_what_has_no_login_is_for_this_machine_only() -> None:
    assert SERVICES["taihu"]["ports"] == ["${PAGE_ADDRESS:-127.0.0.1}:8321:8321"]
    assert SERVICES["influxdb"]["ports"] == ["127.0.0.1:8086:8086"]
    assert "ports" not in SERVICES["postgres"]
    assert SERVICES["mosquitto"]["ports"] == ["${BROKER_ADDRESS:-0.0.0.0}:8883:8883"]  # TLS and users


def _stack_settings(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch, token: str = "x") -> Settings:
    """What taihu.toml says inside the container, with the variables that compose.yaml hands in."""
    for key in SERVICES["taihu"]["environment"]:
        values = {"URL": "postgresql+psycopg://taihu:x@postgres/taihu", "TOKEN": token}
        monkeypatch.setenv(key, values.get(key.rpartition("_")[2], "x"))
    path = folder / "taihu.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def test_the_settings_fit_the_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DEPLOY / "taihu.toml").read_text(encoding="utf-8")
    settings = _stack_settings(text, tmp_path, monkeypatch)
    assert settings.mqtt is not None and settings.mqtt.password == "x"
    assert settings.mqtt.host in SERVICES and str(settings.mqtt.port) in SERVICES["mosquitto"]["ports"][0]
    assert str(settings.http.port) in SERVICES["taihu"]["ports"][0].split(":")
    targets = {target for _, target in _mounts("taihu")}
    assert {str(settings.data), str(settings.plants[0]), str(settings.mqtt.tls_ca)} <= targets
    for url in (settings.influx["main"].url, settings.grafana.url):  # type: ignore[union-attr]
        assert re.fullmatch(r"http://(\w+):\d+/?", url) and url.split("/")[2].split(":")[0] in SERVICES
    told = SERVICES["influxdb"]["environment"]
    assert (settings.influx["main"].org, settings.influx["main"].bucket) == (
        told["DOCKER_INFLUXDB_INIT_ORG"],
        told["DOCKER_INFLUXDB_INIT_BUCKET"],
    )


def test_tokens_that_are_not_made_yet_start_the_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ca.pem").touch()
    text = (DEPLOY / "taihu.toml").read_text(encoding="utf-8").replace("/etc/taihu/ca.pem", str(tmp_path / "ca.pem"))
    settings = _stack_settings(text, tmp_path, monkeypatch, token="")
    assert settings.influx["main"].token is None and settings.grafana is not None and settings.grafana.token is None
    assert settings.mqtt is not None
    assert mqtt_settings(settings.mqtt).tls_ca == tmp_path / "ca.pem"


def test_the_image_holds_every_room_and_what_it_is_built_from() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["setuptools"]["packages"]["find"]["include"]
    wanted = {one.removesuffix("*").replace(".", "/") for one in packages}
    kept = re.findall(r"^!(\S+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(kept) == wanted | {"pyproject.toml", "constraints.txt", "README.md", "LICENSE"}
    assert all((ROOT / one).exists() for one in kept)
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    config = re.search(r'CMD \["serve", "--config", "([^"]+)"\]', text)
    assert config is not None and config[1] in {target for _, target in _mounts("taihu")}
    assert "servers" in project["project"]["optional-dependencies"] and "/src[servers]" in text
    number = re.search(r"--uid (\d+)", text)
    assert number is not None and f"user {number[1]}" in EXAMPLE
    assert SERVICES["taihu"]["image"] == f"taihu:{project['project']['version']}"


@pytest.mark.parametrize("path", sorted(p for p in DEPLOY.rglob("*") if p.is_file()), ids=lambda p: p.name)
def test_no_file_names_a_registry_or_a_download(path: Path) -> None:
    addresses = re.findall(r"https?://([\w.-]+)", path.read_text(encoding="utf-8"))
    assert {one for one in addresses if "." in one} <= {"127.0.0.1", "taihu.plant.example"}
