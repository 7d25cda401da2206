"""What shall stand in Grafana?

One folder, one data source, one contact point where an address is set, and the dashboards and alert rules that come
with the product, with the addresses and the time zone of this installation put in. Nothing is asked of a server here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboards import shipped

Json = dict[str, Any]

DATASOURCE_UID, FOLDER_UID = shipped.DATASOURCE_UID, shipped.FOLDER_UID
DATASOURCE_NAME = "Taihu InfluxDB"
CONTACT_UID = "taihu-webhook"
CONTACT_NAME = "Taihu"
RULE_INTERVAL_S = 60
"""How often Grafana looks at a group of rules: its own default, and as often as the product writes states. [s]"""


@dataclass(frozen=True)
class PushSettings:
    """What differs from installation to installation.

    Attributes
    ----------
    language : str
        ``zh`` or ``en``.
    folder : str
        Title of the folder.
    influx_url : str
        Address of InfluxDB as Grafana sees it.
    bucket : str
        Bucket, or database, that holds the product's lines.
    influx_token : str or None
        Of InfluxDB, with the right to read that bucket and nothing else; None where none is wanted. Never shown.
    zone : str
        IANA time zone of the plants.
    page : str
        Address of the product's page, as people's browsers see it.
    contact_url : str or None
        Webhook that Grafana tells about alerts; None leaves them to Grafana's own policy.
    """

    language: shipped.Lang
    folder: str
    influx_url: str
    bucket: str
    influx_token: str | None = field(default=None, repr=False)
    zone: str = shipped.ZONE
    page: str = shipped.PAGE
    contact_url: str | None = field(default=None, repr=False)


def datasource(settings: PushSettings) -> Json:
    """The data source without its secret: InfluxQL, asked by Grafana's server.

    InfluxDB 2 takes InfluxQL with its own token in a header and the bucket as database, through the mapping that every
    bucket has (grafana.com/docs: InfluxDB data source, "InfluxDB 2.x for InfluxQL"); version 1 understands the same.
    """
    data: Json = {"dbName": settings.bucket, "httpMode": "POST"}
    if settings.influx_token is not None:
        data["httpHeaderName1"] = "Authorization"
    return {
        "uid": DATASOURCE_UID,
        "name": DATASOURCE_NAME,
        "type": "influxdb",
        "access": "proxy",
        "url": settings.influx_url,
        "jsonData": data,
    }


def secret(settings: PushSettings) -> dict[str, str]:
    """What the data source is given to keep encrypted; Grafana never gives it back."""
    return {} if settings.influx_token is None else {"httpHeaderValue1": f"Token {settings.influx_token}"}


def dashboards(settings: PushSettings) -> dict[str, Json]:
    """Dashboards by uid."""
    return shipped.dashboards(settings.language, page=settings.page, zone=settings.zone, datasource_uid=DATASOURCE_UID)


def rules(settings: PushSettings, folder_uid: str) -> list[Json]:
    """Alert rules; each names the contact point itself, so that the policy tree of others is left alone."""
    found = shipped.rules(
        settings.language,
        page=settings.page,
        zone=settings.zone,
        datasource_uid=DATASOURCE_UID,
        folder_uid=folder_uid,
    )
    if settings.contact_url is None:
        return found
    return [rule | {"notification_settings": {"receiver": CONTACT_NAME}} for rule in found]


def contact_point(settings: PushSettings) -> Json | None:
    """The webhook that is told about alerts, None without an address."""
    if settings.contact_url is None:
        return None
    return {
        "uid": CONTACT_UID,
        "name": CONTACT_NAME,
        "type": "webhook",
        "settings": {"url": settings.contact_url, "httpMethod": "POST"},
        "disableResolveMessage": False,
    }
