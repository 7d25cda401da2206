"""How do the settings become what `dashboards` wants to know?"""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from dashboards.reach import Connection
from dashboards.shipped import ZONE, Lang
from dashboards.wanted import PushSettings
from registry import load_plant_files
from taihu.grafanasettings import Grafana
from taihu.influxsettings import Influx
from taihu.settings import Settings, SettingsError, plant_files, programmes

_EVERYWHERE = {"0.0.0.0", "::"}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def connection(settings: Settings) -> Connection:
    """Where Grafana is, and as whom.

    Raises
    ------
    SettingsError
        If there is no section `[grafana]`, no token, or no file of the authority.
    """
    grafana = settings.grafana
    if grafana is None:
        raise SettingsError("grafana is missing: wanted a section [grafana] with url and token")
    if grafana.token is None:
        raise SettingsError(
            "grafana.token is missing: wanted the token of a service account of Grafana with the role Admin, "
            "best as TAIHU_GRAFANA__TOKEN"
        )
    if grafana.tls_ca is not None and not grafana.tls_ca.is_file():
        raise SettingsError(f"grafana.tls_ca ({grafana.tls_ca}) must be a PEM file that exists")
    return Connection(grafana.url, grafana.token, grafana.tls_ca)


def push_settings(settings: Settings, language: Lang | None = None) -> PushSettings:
    """What differs from installation to installation.

    Parameters
    ----------
    settings : Settings
    language : str, optional
        In place of that of the settings.

    Raises
    ------
    SettingsError
        If it is not clear which InfluxDB Grafana shall ask, or it would get the token that Taihu writes with.
    registry.ConfigError
        If a plant file is wrong.
    """
    grafana = settings.grafana or Grafana()
    influx = _target(settings, grafana.influx)
    if grafana.influx_token is not None and grafana.influx_token == influx.token:
        raise SettingsError(
            "grafana.influx_token = ...: that is the token Taihu writes with, and everybody who may see a dashboard "
            "may send any query with it: wanted a token that may only read the bucket"
        )
    return PushSettings(
        language=language or grafana.language,
        folder=grafana.folder,
        influx_url=(grafana.influx_url or influx.url).rstrip("/"),
        bucket=influx.bucket,
        influx_token=grafana.influx_token,
        zone=zones(settings)[0],
        page=page(settings),
        contact_url=grafana.contact_url,
    )


def zones(settings: Settings) -> list[str]:
    """Time zones of the plants, that of most plants first; a dashboard has one."""
    files = load_plant_files(plant_files(settings), [programme.id for programme in programmes(settings)])
    return [zone for zone, _ in Counter(file.plant.zone for file in files).most_common()] or [ZONE]


def page(settings: Settings) -> str:
    """Address of the page for people's browsers."""
    if settings.http.public_url is not None:
        return settings.http.public_url.rstrip("/")
    host = settings.http.host
    host = "127.0.0.1" if host in _EVERYWHERE else host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.http.port}"


def hints(settings: Settings, pushed: PushSettings) -> list[str]:
    """What is probably not meant: an address of this machine in a Grafana that runs on another one."""
    grafana = settings.grafana or Grafana()
    told = []
    if len(found := zones(settings)) > 1:
        told.append(f"plants have several time zones ({', '.join(found)}): dashboards show {found[0]}")
    if pushed.influx_token is None:
        told.append("grafana.influx_token is not set: Grafana asks InfluxDB without a token")
    if urlsplit(grafana.url).hostname in _LOOPBACK:
        return told
    if urlsplit(pushed.influx_url).hostname in _LOOPBACK:
        told.append(f"Grafana on another machine cannot ask {pushed.influx_url}: set grafana.influx_url")
    if urlsplit(pushed.page).hostname in _LOOPBACK:
        told.append(f"links in dashboards lead to {pushed.page}: set http.public_url to the page's address for others")
    return told


def _target(settings: Settings, name: str | None) -> Influx:
    """The InfluxDB that Grafana asks."""
    targets = settings.influx
    names = ", ".join(targets)
    if not targets:
        raise SettingsError("influx is missing: Grafana asks an InfluxDB, wanted a section [influx.NAME]")
    if name is None:
        if len(targets) > 1:
            raise SettingsError(f"grafana.influx is missing: wanted one of {names}")
        return next(iter(targets.values()))
    if name not in targets:
        raise SettingsError(f"grafana.influx = {name!r}: wanted one of {names}")
    return targets[name]
