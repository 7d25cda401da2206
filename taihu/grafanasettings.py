"""What can be set about Grafana: the section `[grafana]`?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from taihu.sections import Unset


class Grafana(BaseModel):
    """Where dashboards and alert rules are pushed to, and what they say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field("http://127.0.0.1:3000", description="Address of Grafana, with its path where it has one.")
    token: Annotated[str | None, Unset] = Field(
        None,
        repr=False,
        description="Of a service account with the role Admin; better set as TAIHU_GRAFANA__TOKEN than in the file.",
    )
    tls_ca: Path | None = Field(None, description="File of the authority that signed its certificate.")
    folder: str = Field(
        "Taihu", pattern="^[^/]+$", max_length=189, description="Title of the folder in Grafana, without a slash."
    )
    language: Literal["zh", "en"] = Field("zh", description="Language of dashboards and alert rules: zh or en.")
    influx: str | None = Field(None, description="Which [influx.NAME] Grafana asks; the only one by default.")
    influx_url: str | None = Field(
        None, description="Address of InfluxDB as Grafana sees it; that of [influx.NAME] by default."
    )
    influx_token: Annotated[str | None, Unset] = Field(
        None,
        repr=False,
        description="Token of InfluxDB that may read the bucket and nothing else; better TAIHU_GRAFANA__INFLUX_TOKEN.",
    )
    contact_url: Annotated[str | None, Unset] = Field(
        None,
        repr=False,
        description="Webhook that Grafana tells about alerts; empty: Grafana's own notification policy decides.",
    )
