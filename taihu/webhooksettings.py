"""What can be set about somebody who is told of notices: the sections `[webhooks.NAME]`?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from sinks.webhook import Webhook

_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


class WebhookSection(BaseModel):
    """A server that is told of notices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(repr=False, description="Address that notices are posted to.")
    secret: str | None = Field(
        None,
        repr=False,
        min_length=8,
        description="Signs each notice; better set as TAIHU_WEBHOOKS__NAME__SECRET than in the file.",
    )
    plants: tuple[str, ...] = Field((), description="Ids of the plants whose notices it gets; none: of all.")
    language: Literal["zh", "en", "both"] = Field("both", description="zh, en or both.")
    warnings: bool = Field(False, description="Also when a mean comes near its limit.")
    early: bool = Field(False, description="Also when the mean of a period that still runs is over its limit.")
    system: bool = Field(True, description="Also what is wrong with Taihu itself: settling, broker, copies.")

    @field_validator("url")
    @classmethod
    def _is_address(cls, came: str) -> str:
        parts = urlsplit(came)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("wanted an address that begins with http:// or https://")
        return came

    @field_validator("secret", mode="before")
    @classmethod
    def _empty_is_none(cls, came: object) -> object:
        """A variable that is passed on although nobody set it is the empty text."""
        return None if isinstance(came, str) and not came.strip() else came


def _named(came: Any) -> Any:
    if isinstance(came, Mapping):
        for name, section in came.items():
            if not isinstance(section, Mapping | WebhookSection):
                raise ValueError(f"{name} stands in no section of its own: wanted [webhooks.NAME] with url, secret ...")
            if not _NAME.fullmatch(str(name)):
                raise ValueError(
                    f"[webhooks.{name}]: wanted a name of small letters and digits, e.g. [webhooks.office]"
                )
    return came


Webhooks = Annotated[dict[str, WebhookSection], BeforeValidator(_named)]
"""All of them, by name."""


def webhooks_of(sections: Mapping[str, WebhookSection]) -> list[Webhook]:
    """The webhooks as they are sent to."""
    return [Webhook(name, **one.model_dump()) for name, one in sections.items()]
