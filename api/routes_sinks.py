"""How do the copies to other servers stand, and what did these refuse?"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.errors import RESPONSES, not_found
from api.knowledge import parse_start_ms, zone_of
from api.models import Answer
from api.services import Services, SinkLike
from api.times import iso


class SinkOut(Answer):
    """A server that gets a copy."""

    name: str = Field(description="In the settings, [influx.NAME].", examples=["main"])
    url: str = Field(examples=["http://127.0.0.1:8086"])
    state: Literal["ok", "waiting", "stopped", "off"] = Field(
        description="waiting: it does not answer; stopped: it refuses until somebody mends it; off: nobody sends."
    )
    unsent_s: float = Field(description="Age of the oldest line it has not got; 0 where it has all.", examples=[0.0])
    unsent: int = Field(description="Readings and lines it has not got, without intervals.", examples=[0])
    sent: int = Field(description="Lines it took since the start.", examples=[184_233])
    rejected: int = Field(description="Lines it refused, ever.", examples=[0])
    unknown: int = Field(description="Readings left out: no plant file describes their point.", examples=[0])
    last_error: str = Field(
        description="Its last words; empty while all is well.", examples=["401 unauthorized access"]
    )
    since: str = Field(description="Since when the state is so.", examples=["2018-08-31T16:00:00Z"])


class ResyncIn(BaseModel):
    """What a server gets again."""

    model_config = ConfigDict(extra="forbid")

    from_: str | None = Field(
        None,
        alias="from",
        description="A date, from its local midnight on, or ISO 8601 with zone; null: everything.",
        examples=["2018-08-01"],
    )


class RejectedOut(Answer):
    """A line that a server refused."""

    id: int = Field(examples=[7])
    target: str = Field(examples=["main"])
    at: str = Field(examples=["2018-08-31T16:00:01Z"])
    line: str = Field(description="As it was sent.", examples=["reading,plant=a,series=el.in value=1.5,known=1 1535"])
    count: int = Field(description="How many lines it stands for.", examples=[1])
    reason: str = Field(description="The server's words.", examples=["422 partial write: field type conflict"])


class RejectedListOut(Answer):
    """Newest first; ask with ``before_id`` = the last id for more."""

    counts: dict[str, int] = Field(description="How many were ever refused, by target.", examples=[{"main": 1}])
    rows: list[RejectedOut]


def router(services: Services) -> APIRouter:
    """Routes of copies."""
    routes = APIRouter(responses=RESPONSES, tags=["system"])

    @routes.get("/sinks")
    def sinks() -> list[SinkOut]:
        """How the copy to each server stands, in the order of the settings."""
        return [sink_out(sink) for sink in services.sinks()]

    @routes.post("/sinks/{name}/resync")
    def resync(name: str, asked: ResyncIn) -> SinkOut:
        """Send again what a server may have lost; what it has it simply gets once more."""
        zone = zone_of(services.registry(), None)
        from_ms = None if asked.from_ is None else parse_start_ms(asked.from_, zone, "body.from")
        try:
            return sink_out(services.resync(name, from_ms))
        except KeyError:
            raise not_found("target", name, [sink.name for sink in services.sinks()], "path.name") from None

    @routes.get("/sinks/rejected")
    def rejected(
        limit: Annotated[int, Query(ge=1, le=500, description="Rows at most.")] = 50,
        before_id: Annotated[int | None, Query(ge=1, description="Only older ones than this.", examples=[100])] = None,
    ) -> RejectedListOut:
        """Lines that servers refused, with their words; newest first."""
        rows = services.store.rejected_lines(limit, before_id)
        return RejectedListOut(
            counts=services.store.rejected_counts(),
            rows=[
                RejectedOut(
                    id=row.id, target=row.target, at=iso(row.at_ms), line=row.line, count=row.count, reason=row.reason
                )
                for row in rows
            ],
        )

    return routes


def sink_out(sink: SinkLike) -> SinkOut:
    """A target's state as JSON."""
    told = {name: getattr(sink, name) for name in SinkOut.model_fields if name != "since"}
    return SinkOut(since=iso(sink.since_ms), **told)
