"""What was told, to whom, and did it arrive?"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.errors import RESPONSES, not_found
from api.models import Answer
from api.nouns import find_plant
from api.services import Services, WebhookLike
from api.times import iso
from registry.text import Text
from storage import NoticeRow, Send


class WebhookOut(Answer):
    """A server that is told of notices."""

    name: str = Field(description="In the settings, [webhooks.NAME].", examples=["office"])
    where: str = Field(description="Scheme and host: the rest may hold a key.", examples=["https://hooks.example"])
    plants: list[str] = Field(description="Only of these; empty: of all.", examples=[[]])
    language: Literal["zh", "en", "both"]
    warnings: bool = Field(examples=[False])
    early: bool = Field(examples=[False])
    system: bool = Field(examples=[True])
    error: str = Field(description="Why it did not take the last offer; empty: it did.", examples=[""])


class SendOut(Answer):
    """What became of a notice at one webhook."""

    webhook: str = Field(examples=["office"])
    tries: int = Field(examples=[1])
    sent: str | None = Field(description="When it was taken; null: not yet.", examples=["2018-07-09T04:05:02Z"])
    refused: bool = Field(description="The server does not want it as it is; tried again every hour.", examples=[False])
    answer: str = Field(description="Why it was not taken the last time.", examples=[""])


class NoticeOut(Answer):
    """One thing told."""

    number: int = Field(description="Grows from 1; ask with before = the last for more.", examples=[7])
    id: str = Field(examples=["5f0c1d..."])
    matter: str = Field(description="Id of the first notice of the same matter.", examples=["5f0c1d..."])
    kind: str = Field(description="limit, target, settling or broker.", examples=["limit"])
    state: str = Field(
        description="Of a limit: exceeded, ended, withdrawn, running, not_exceeded or warning; of the others: stopped, "
        "behind, failing, lost, silent, and works once it is over.",
        examples=["exceeded"],
    )
    time: str = Field(description="When it was made.", examples=["2018-07-09T04:05:00Z"])
    time_ms: int = Field(examples=[1531109100000])
    plant: str | None = Field(examples=["wx-dyeing"])
    plant_name: Text | None
    outlet: str | None = Field(examples=["st"])
    pollutant: str | None = Field(examples=["NOx"])
    point: str | None = Field(examples=["wx-dyeing/st.nox"])
    value: float | None = Field(description="Largest mean, or the mean so far.", examples=[162.4])
    unit: str | None = Field(examples=["mg/m3"])
    periods: int | None = Field(description="Hours or days over the limit.", examples=[1])
    excess_kg: float | None = Field(description="Mass above what the limit allows.", examples=[1.2])
    judged_after: bool | None = Field(
        description="Of what ended: false where the period after it could not be judged.", examples=[None]
    )
    limit: dict[str, Any] | None = Field(description="The limit as it was told.", examples=[{"value": 150.0}])
    since: str = Field(examples=["2018-07-09T03:00:00Z"])
    until: str | None = Field(description="null: it goes on.", examples=[None])
    text: Text
    sends: list[SendOut]


class NoticesOut(Answer):
    """The newest first."""

    webhooks: list[WebhookOut]
    rows: list[NoticeOut]


class OfferIn(BaseModel):
    """Whom to send a test notice."""

    model_config = ConfigDict(extra="forbid")

    webhook: str = Field(description="Its name in the settings.", examples=["office"])


class TestedOut(Answer):
    """What a webhook said to a test notice."""

    webhook: str = Field(examples=["office"])
    taken: bool = Field(examples=[True])
    answer: str = Field(description="Why it was not taken.", examples=[""])


def router(services: Services) -> APIRouter:
    """Routes of notices."""
    routes = APIRouter(responses=RESPONSES, tags=["system"])

    @routes.get("/notices")
    def notices(
        limit: Annotated[int, Query(ge=1, le=500, description="Rows at most.")] = 50,
        before: Annotated[int | None, Query(ge=1, description="Only earlier ones than this number.")] = None,
        plant: Annotated[str | None, Query(description="Only of this plant.", examples=["wx-dyeing"])] = None,
    ) -> NoticesOut:
        """Exceedances as they were told, when they ended, and what is wrong with Taihu itself; newest first.

        Every notice is kept with what became of it at each webhook, also where none is configured.
        """
        if plant is not None:
            find_plant(services.registry(), plant, "query.plant")
        told = services.notices
        errors = told.errors()
        hooks = [_webhook_out(hook, errors.get(name, "")) for name, hook in told.webhooks.items()]
        return NoticesOut(webhooks=hooks, rows=[notice_out(row) for row in told.rows(limit, before, plant)])

    @routes.post("/notices/test")
    def test(asked: OfferIn) -> TestedOut:
        """Offer a webhook a test notice, once and at once; it is not kept."""
        known = services.notices.webhooks
        if asked.webhook not in known:
            raise not_found("webhook", asked.webhook, known, "body.webhook")
        answer = services.notices.test(asked.webhook)
        return TestedOut(webhook=asked.webhook, taken=answer.taken, answer=answer.words)

    return routes


def notice_out(row: NoticeRow) -> NoticeOut:
    """A notice as it was kept."""
    notice = row.notice
    told: dict[str, Any] = json.loads(notice.body)
    numbers = ("value", "unit", "periods", "excess_kg", "judged_after")
    named = ("plant_name", "outlet", "pollutant", "point", "limit", *numbers)
    return NoticeOut(
        number=row.number,
        id=notice.id,
        matter=notice.matter,
        kind=notice.kind,
        state=notice.state,
        time=iso(notice.made_ms),
        time_ms=notice.made_ms,
        plant=notice.plant or None,
        since=told["since"],
        until=told["until"],
        text=told["text"],
        sends=[_send_out(send) for send in row.sends],
        **{name: told.get(name) for name in named},
    )


def _send_out(send: Send) -> SendOut:
    sent = None if send.sent_ms is None else iso(send.sent_ms)
    return SendOut(webhook=send.webhook, tries=send.tries, sent=sent, refused=send.refused, answer=send.answer)


def _webhook_out(hook: WebhookLike, error: str) -> WebhookOut:
    return WebhookOut.model_validate(
        {
            "name": hook.name,
            "where": hook.where,
            "plants": list(hook.plants),
            "language": hook.language,
            "warnings": hook.warnings,
            "early": hook.early,
            "system": hook.system,
            "error": error,
        }
    )
