"""Is the product well, what could not be understood, and what changes right now?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.errors import RESPONSES, STREAM_RESPONSES
from api.figures_out import figure_out
from api.models import DeadLetterOut, DeadLettersOut, HealthOut
from api.services import Services
from api.times import iso
from storage import DeadLetterRow

PAYLOAD_SHOWN = 4096
"""Of a payload so much is shown. [byte]"""

RETRY_MS = 2000
"""A browser that lost the live stream tries again after this. [ms]"""


def router(services: Services) -> APIRouter:
    """Routes of health, dead letters and the live stream."""
    routes = APIRouter(responses=RESPONSES)

    @routes.get("/health", tags=["system"])
    def health() -> HealthOut:
        """State of every part, and the product's clock."""
        return HealthOut.model_validate(_health(services))

    @routes.get("/dead-letters", tags=["system"])
    def dead_letters(
        limit: Annotated[int, Query(ge=1, le=500, description="Rows at most.")] = 50,
        before_id: Annotated[int | None, Query(ge=1, description="Only older ones than this.", examples=[100])] = None,
    ) -> DeadLettersOut:
        """Messages that gave no reading, with the reason; newest first."""
        rows = services.store.dead_letters(limit, before_id)
        return DeadLettersOut(counts=services.store.dead_letter_counts(), rows=[_dead_letter(row) for row in rows])

    @routes.get("/live", tags=["system"], response_class=EventSourceResponse, responses=STREAM_RESPONSES)
    async def live() -> AsyncIterator[ServerSentEvent]:
        """Server-sent events: hello, now (a plant's figures), latest (readings), settled, health, dropped.

        Every event carries whole values, so a lost one does no harm; after "hello" and "dropped" ask again for what is
        shown.
        """
        async for event in services.live.listen():
            yield ServerSentEvent(event=str(event["type"]), data=event_out(event), retry=RETRY_MS)

    return routes


def event_out(event: dict[str, Any]) -> dict[str, Any]:
    """An event of the hub as JSON: figures written out, the clock also as text."""
    shown = {key: value for key, value in event.items() if key != "figures"}
    if "figures" in event:
        shown["figures"] = {
            key: figure_out(figure).model_dump(by_alias=True) for key, figure in event["figures"].items()
        }
    if "time_ms" in event:
        shown["time"] = iso(event["time_ms"])
    return shown


def _health(services: Services) -> dict[str, Any]:
    now_ms = services.now_ms()
    return {**services.health(), "now": iso(now_ms), "now_ms": now_ms}


def _dead_letter(row: DeadLetterRow) -> DeadLetterOut:
    letter = row.letter
    payload, encoding = _readable(letter.payload[:PAYLOAD_SHOWN])
    return DeadLetterOut(
        id=row.id,
        received=iso(letter.received_ms),
        source=letter.source,
        topic=letter.topic,
        reason=letter.reason,
        payload=payload,
        encoding=encoding,
        size=row.size,
        cut=row.size > PAYLOAD_SHOWN,
    )


def _readable(payload: bytes) -> tuple[str, Any]:
    """Text where the bytes are UTF-8, else hexadecimal. The cut may go through a character, which is no fault of it."""
    for spare in range(4):
        try:
            return payload[: len(payload) - spare].decode("utf-8"), "text"
        except UnicodeDecodeError:
            if len(payload) < PAYLOAD_SHOWN:
                break
    return payload.hex(" "), "hex"
