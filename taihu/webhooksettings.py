"""What can be set about somebody who is told of notices: the sections `[webhooks.NAME]`?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sinks.webhook import Webhook
from taihu.sections import Address, Unset, each_named


class WebhookSection(BaseModel):
    """A server that is told of notices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Address = Field(repr=False, description="Address that notices are posted to.")
    secret: Annotated[str | None, Unset] = Field(
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


Webhooks = Annotated[
    dict[str, WebhookSection], BeforeValidator(each_named("webhooks", WebhookSection, "url, secret", "office"))
]
"""All of them, by name."""


def webhooks_of(sections: Mapping[str, WebhookSection]) -> list[Webhook]:
    """The webhooks as they are sent to."""
    return [Webhook(name, **one.model_dump()) for name, one in sections.items()]
