"""What can be set about an InfluxDB that gets a copy: the sections `[influx.NAME]`?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from sinks.connection import TargetSettings

_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


class Influx(BaseModel):
    """A server that gets readings, intervals and figures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Address of InfluxDB, e.g. http://127.0.0.1:8086.")
    token: str | None = Field(
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
    def _is_address(cls, came: str) -> str:
        parts = urlsplit(came)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("wanted an address that begins with http:// or https://")
        return came.rstrip("/")

    @field_validator("token", mode="before")
    @classmethod
    def _empty_is_none(cls, came: object) -> object:
        """A variable that is passed on although nobody set it is the empty text."""
        return None if isinstance(came, str) and not came.strip() else came


def _named(came: Any) -> Any:
    if isinstance(came, Mapping):
        for name, section in came.items():
            if not isinstance(section, Mapping | Influx):
                raise ValueError(f"{name} stands in no section of its own: wanted [influx.NAME] with url, token ...")
            if not _NAME.fullmatch(str(name)):
                raise ValueError(f"[influx.{name}]: wanted a name of small letters and digits, e.g. [influx.main]")
    return came


Targets = Annotated[dict[str, Influx], BeforeValidator(_named)]
"""All of them, by name."""


def target_settings(targets: Mapping[str, Influx]) -> list[TargetSettings]:
    """The servers as the sender wants them described."""
    return [TargetSettings(name, **{**one.model_dump(), "token": one.token or ""}) for name, one in targets.items()]
