"""What can be set, where, and to what by default?

One file `taihu.toml`, overridden by the environment: ``TAIHU_HTTP__PORT=9000`` sets ``port`` of ``[http]``. Paths in
the file are relative to the file, paths in the environment to the working folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pydantic_settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from collector import MqttSettings
from registry import Problem, Programme, load_programmes
from registry.problems import one_of
from registry.tomlfile import read_toml
from taihu.grafanasettings import Grafana
from taihu.influxsettings import Influx, Targets
from taihu.webhooksettings import Webhooks, WebhookSection


class SettingsError(Exception):
    """A setting, a file or an address that cannot be used; its text says which, what came and what was wanted."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mqtt(_Section):
    """The broker the collector reads from."""

    host: str = Field(description="Name or address of the broker.")
    port: int = Field(1883, ge=1, le=65535, description="8883 is usual with TLS.")
    client_id: str = Field(
        "taihu", min_length=1, description="Fixed, so that the broker keeps messages over a restart."
    )
    username: str | None = Field(None, description="Empty: no credentials are sent.")
    password: str | None = Field(None, repr=False, description="Better set as TAIHU_MQTT__PASSWORD than in the file.")
    tls: bool = Field(False, description="TLS with the authorities this machine trusts.")
    tls_ca: Path | None = Field(None, description="File of the authority that signed the broker; turns TLS on.")
    tls_cert: Path | None = Field(None, description="Certificate of this client, where the broker asks for one.")
    tls_key: Path | None = Field(None, description="Private key of that certificate.")
    protocol: Literal["auto", "5", "3.1.1"] = Field(
        "auto", description="MQTT version: 5, 3.1.1, or auto: 5 where the broker speaks it."
    )
    receive_maximum: int = Field(2000, ge=1, le=65535, description="Messages in flight before an acknowledgement.")
    batch_ms: int = Field(50, ge=1, le=10_000, description="How long a batch waits for more messages. [ms]")
    max_payload_bytes: int = Field(1_000_000, ge=1, description="A larger payload goes to the dead letters. [bytes]")
    keepalive_s: int = Field(30, ge=5, le=3600, description="Heartbeat to the broker. [s]")
    session_expiry_s: int = Field(604_800, ge=0, description="How long the broker keeps messages for us (MQTT 5). [s]")


class Http(_Section):
    """Where the page and the API are served."""

    host: str = Field("127.0.0.1", description="0.0.0.0 opens it to the network.")
    port: int = Field(8321, ge=0, le=65535, description="0 takes any free port.")
    public_url: str | None = Field(
        None, pattern=r"^https?://[^/?#]+[^?#]*$", description="Address of the page for others; links lead there."
    )


class Storage(_Section):
    """The journal's share of the machine."""

    memory_mb: int = Field(128, ge=32, description="Memory the journal may use. [MB]")
    threads: int = Field(2, ge=1, description="Threads the journal may use.")


class Retention(_Section):
    """How long raw readings stay."""

    readings_days: int | None = Field(
        None, ge=7, description="Readings of registers older than so many days are thinned; none: they stay. [days]"
    )


_SECTIONS: dict[str, type[BaseModel]] = {
    "mqtt": Mqtt,
    "http": Http,
    "storage": Storage,
    "retention": Retention,
    "grafana": Grafana,
    "influx": Influx,
    "webhooks": WebhookSection,
}
_SECRETS = frozenset({"password", "token", "influx_token", "contact_url", "secret", "influx", "webhooks"})
"""Keys whose values are never shown."""


class Settings(BaseSettings):
    """All settings of one instance."""

    model_config = SettingsConfigDict(
        env_prefix="TAIHU_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    data: Path = Field(Path("var"), description="Folder of the journal and the registry.")
    plants: tuple[Path, ...] = Field((), description="Plant files; a folder means all *.toml in it.")
    programmes: tuple[Path, ...] = Field((), description="Programme files beside the built-in one.")
    registry_url: str | None = Field(
        None,
        description="Database of the registry, e.g. postgresql+psycopg://user@host/taihu; SQLite in `data` by default.",
    )
    log_level: str = Field("warning", pattern="^(debug|info|warning|error)$", description="What the log says.")
    mqtt: Mqtt | None = Field(None, description="Without it a broker is started inside, on the loopback address only.")
    http: Http = Field(default_factory=Http, description="The page and the API.")
    storage: Storage = Field(default_factory=Storage, description="The journal.")
    retention: Retention = Field(default_factory=Retention, description="What becomes of old readings.")
    influx: Targets = Field(default_factory=dict, description="Servers that get a copy, each by its name.")
    webhooks: Webhooks = Field(default_factory=dict, description="Servers that are told of notices, each by its name.")
    grafana: Grafana | None = Field(None, description="Where dashboards and alert rules are pushed to.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file."""
        return env_settings, init_settings


def load_settings(path: Path | None = None, **overrides: Any) -> Settings:
    """Settings from a file and the environment.

    Parameters
    ----------
    path : Path, optional
        A `taihu.toml`; None means defaults and environment only.
    **overrides
        Top-level values from the command line; they go before everything else.

    Raises
    ------
    SettingsError
        With the file, the key, what came and what was wanted, one line a problem.
    """
    values = {} if path is None else _read(path)
    where = "the environment" if path is None else f"{path} (or the environment)"
    _only_known_variables()
    try:
        settings = Settings(**values)
        return settings.model_copy(update=overrides) if overrides else settings
    except ValidationError as error:
        raise SettingsError("\n".join(f"{where}: {_told(one)}" for one in error.errors())) from None
    except pydantic_settings.SettingsError as error:
        example = """TAIHU_PLANTS='["a.toml", "b.toml"]'"""
        raise SettingsError(f"the environment: {error}; wanted JSON, e.g. {example}") from None


def _only_known_variables() -> None:
    """A misspelled variable would otherwise be silently without effect; those that tell tests of a server are none."""
    prefix = str(Settings.model_config["env_prefix"])
    for name in sorted(name for name in os.environ if not name.upper().startswith(f"{prefix}TEST_")):
        key = name.upper().removeprefix(prefix).partition("__")[0].lower()
        if name.upper().startswith(prefix) and key not in Settings.model_fields:
            known = [prefix + field.upper() for field in Settings.model_fields]
            raise SettingsError(f"the environment: {name} is unknown: wanted {one_of(name, known)}")


def _told(details: ErrorDetails) -> str:
    """One of pydantic's errors as key, what came (never a whole section: it may hold the password), what was wanted."""
    loc = [str(part) for part in details["loc"]]
    key = ".".join(loc)
    model = _SECTIONS.get(loc[0], Settings) if len(loc) > 1 else Settings
    if details["type"] == "extra_forbidden":
        return f"{key} is unknown: wanted {one_of(loc[-1], list(model.model_fields))}"
    if details["type"] == "missing":
        return f"{key} is missing: wanted {_phrase(model, loc[-1])}"
    came = "..." if loc[-1] in _SECRETS else repr(details["input"])
    return f"{key} = {came}: {details['msg'].replace('Input should be', 'wanted')}"


def _phrase(model: type[BaseModel], field: str) -> str:
    """A field's description in the middle of a sentence."""
    text = (model.model_fields[field].description or "a value").rstrip(".")
    return text[0].lower() + text[1:]


def _read(path: Path) -> dict[str, Any]:
    problems: list[Problem] = []
    values = read_toml(path, problems)
    if values is None:
        raise SettingsError("\n".join(str(problem) for problem in problems))
    folder = path.resolve().parent
    for key in ("plants", "programmes"):
        if isinstance(values.get(key), list):
            values[key] = tuple(folder / str(p) for p in values[key])
    if isinstance(values.get("data"), str):
        values["data"] = folder / values["data"]
    for section, key in (("mqtt", "tls_ca"), ("mqtt", "tls_cert"), ("mqtt", "tls_key"), ("grafana", "tls_ca")):
        if isinstance(values.get(section), dict) and isinstance(values[section].get(key), str):
            values[section][key] = folder / values[section][key]
    for target in values["influx"].values() if isinstance(values.get("influx"), dict) else ():
        if isinstance(target, dict) and isinstance(target.get("tls_ca"), str):
            target["tls_ca"] = folder / target["tls_ca"]
    return values


def plant_files(settings: Settings) -> list[Path]:
    """The plant files the settings name, folders opened.

    Raises
    ------
    SettingsError
        If a path does not exist or a folder holds no plant file.
    """
    files: list[Path] = []
    for path in settings.plants:
        if path.is_dir():
            found = sorted(path.glob("*.toml"))
            if not found:
                raise SettingsError(f"plants: {path}: the folder holds no *.toml; wanted plant files")
            files += found
        elif path.exists():
            files.append(path)
        else:
            raise SettingsError(f"plants: {path}: there is no such file or folder")
    return files


def programmes(settings: Settings) -> tuple[Programme, ...]:
    """The programmes that come with the product, and those of the settings.

    Raises
    ------
    registry.ConfigError
        If a programme file is wrong.
    """
    return (*load_programmes(), *load_programmes(settings.programmes))


def mqtt_settings(mqtt: Mqtt) -> MqttSettings:
    """The broker as the collector wants it described.

    Raises
    ------
    SettingsError
        If values do not go together or a file of the encryption is not there.
    """
    try:
        return MqttSettings(**mqtt.model_dump())
    except ValueError as error:
        raise SettingsError(f"mqtt: {error}") from None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """While a file that the command line names is written.

    Raises
    ------
    SettingsError
        If it cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be written ({error.strerror}); wanted a folder that is there and can be written in"
        ) from None
