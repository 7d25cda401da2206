"""What can be set about an InfluxDB that gets a copy: the sections `[influx.NAME]`?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from sinks.connection import TargetSettings
from taihu.sections import Address, Unset, each_named


class Influx(BaseModel):
    """A server that gets readings, intervals and figures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Address = Field(description="Address of InfluxDB, e.g. http://127.0.0.1:8086.")
    token: Annotated[str | None, Unset] = Field(
        None,
        repr=False,
        description="Token that may write the bucket; better set as TAIHU_INFLUX__NAME__TOKEN than in the file.",
    )
    org: str = Field("", description="Organisation of the bucket; version 1 and 3 need none.")
    bucket: str = Field("taihu", min_length=1, description="Bucket, or database, that is written to.")
    readings: bool = Field(True, description="Whether it gets the readings as they came.")
    intervals: bool = Field(True, description="Whether it gets the settled 15 minutes of each point.")
    timeout_s: float = Field(10.0, gt=0, le=600, description="How long one request may take. [s]")
    tls_ca: Path | None = Field(None, description="File of the authority that signed its certificate.")

    @field_validator("url")
    @classmethod
    def _bare(cls, came: str) -> str:
        return came.rstrip("/")


Targets = Annotated[dict[str, Influx], BeforeValidator(each_named("influx", Influx, "url, token", "main"))]
"""All of them, by name."""


def target_settings(targets: Mapping[str, Influx]) -> list[TargetSettings]:
    """The servers as the sender wants them described."""
    return [TargetSettings(name, **{**one.model_dump(), "token": one.token or ""}) for name, one in targets.items()]
