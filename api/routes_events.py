"""What is doubtful about the meters, and what do the people who know them say about it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Header, Query

from api.errors import RESPONSES, ApiError, invalid
from api.events_out import event_out, flag_of
from api.models_events import BadLine, Decide, Declare, EventOut, Reopen, ReopenedOut, SheetOut, Withdraw
from api.nouns import find_plant, find_point
from api.services import Services
from api.times import LATEST_MS, FromQuery, ToQuery, parse_instant_ms
from engine.events.decisions import DecisionError
from engine.events.entries import Entry
from engine.events.eventsheet import enter, read_event_sheet
from registry import Point, Registry

Wanted = Literal["open", "decided", "declared", "all"]

DECIDED = {"accepted", "corrected", "rejected"}

MOST_SHEET_BYTES = 4_000_000

PlantQuery = Annotated[str | None, Query(description="Only of this plant.", examples=["wx-dyeing"])]
PointQuery = Annotated[str | None, Query(description="Only of this point, full id.", examples=["wx-dyeing/el.in"])]
Limit = Annotated[int, Query(ge=1, le=1000, description="Rows at most.")]
Sheet = Annotated[
    bytes,
    Body(
        media_type="text/csv",
        description="UTF-8 or GB18030; columns point,kind,at,to,end_value,start_value,ratio,shift,why.",
        examples=["point,kind,at,why\nwx-dyeing/el.in,calibration,2018-09-06 08:00,年检\n"],
    ),
]


def router(services: Services) -> APIRouter:
    """Routes of events and decisions."""
    routes = APIRouter(responses=RESPONSES, tags=["events"])
    _add_list(routes, services)
    _add_decisions(routes, services)
    _add_sheet(routes, services)
    return routes


def _add_list(routes: APIRouter, services: Services) -> None:
    @routes.get("/events")
    def events(
        plant: PlantQuery = None,
        point: PointQuery = None,
        state: Annotated[Wanted, Query(description="decided: by a person, about a doubt.")] = "all",
        from_: FromQuery = None,
        to: ToQuery = None,
        limit: Limit = 100,
    ) -> list[EventOut]:
        """Doubts about meters, how they are read, and declared events, each with what was decided; newest first."""
        points = _chosen(services.registry(), plant, point)
        from_ms = 0 if from_ is None else parse_instant_ms(from_, "query.from")
        # What was declared may lie ahead: a swap next week, entered today.
        to_ms = LATEST_MS if to is None else parse_instant_ms(to, "query.to")
        most = limit if state == "all" else 10 * limit
        found = services.decisions.entries(points, from_ms=from_ms, to_ms=to_ms, limit=most)
        return [event_out(entry) for entry in found if _is_wanted(entry, state)][:limit]


def _add_decisions(routes: APIRouter, services: Services) -> None:
    @routes.post("/events/decide")
    def decide(asked: Decide) -> EventOut:
        """Accept, correct or reject how a doubt is read; the past is settled again when this answers."""
        point = find_point(services.registry(), asked.point, "body.point")
        said = asked.correction.model_dump() if asked.correction is not None else {}
        if (asked.decision == "correct") != any(value is not None for value in said.values()):
            raise invalid(
                f"decision {asked.decision!r} with correction {said or None}; wanted numbers with correct only",
                "body.correction",
            )
        what = flag_of(asked.what)
        return _answer(
            lambda: services.decisions.decide(
                point, what, asked.from_ms, asked.until_ms, asked.decision, asked.who, asked.why, **said
            )
        )

    @routes.post("/events/declare")
    def declare(asked: Declare) -> EventOut:
        """Enter an event that no reading tells; the past is settled again when this answers."""
        point = find_point(services.registry(), asked.point, "body.point")
        said = asked.model_dump(exclude={"point"})
        return _answer(lambda: services.decisions.declare(point, said.pop("kind"), said.pop("at_ms"), **said))

    @routes.post("/events/withdraw")
    def withdraw(asked: Withdraw) -> EventOut:
        """Take back what was decided or declared; the past is settled again when this answers."""
        return _answer(lambda: services.decisions.withdraw(asked.id, asked.who, asked.why))

    @routes.post("/events/reopen")
    def reopen(asked: Reopen) -> ReopenedOut:
        """Settle a range anew whose raw readings were thinned, with the readings that came late for it."""
        point = find_point(services.registry(), asked.point, "body.point")
        try:
            done = services.decisions.reopen(point, asked.from_ms, asked.to_ms, asked.who, asked.why)
        except DecisionError as error:
            raise refused(error) from None
        return ReopenedOut(entry=event_out(done.entry), lost=list(done.lost))


def refused(error: DecisionError) -> ApiError:
    """What cannot be decided, with the member of the body it is about."""
    return invalid(str(error), f"body.{error.field}".rstrip("."))


def _answer(work: Callable[[], Entry]) -> EventOut:
    try:
        return event_out(work())
    except DecisionError as error:
        raise refused(error) from None


def _add_sheet(routes: APIRouter, services: Services) -> None:
    @routes.post("/events/csv")
    def sheet(
        content: Sheet,
        who: Annotated[str, Query(min_length=1, max_length=200, description="Who says so.", examples=["王芳"])],
        content_type: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> SheetOut:
        """Declare the events of a table: all of them, or none and the list of what is wrong."""
        # A page of somebody else cannot send this type without asking first.
        if content_type.partition(";")[0].strip().lower() != "text/csv":
            raise invalid(f"Content-Type {content_type!r}; wanted text/csv", "header.content-type")
        if len(content) > MOST_SHEET_BYTES:
            raise invalid(f"the table has {len(content)} bytes; wanted at most {MOST_SHEET_BYTES}", "body")
        if not who.strip():
            raise invalid("who is empty; wanted the name of the person who says so", "query.who")
        done = enter(read_event_sheet(content, services.registry()), services.decisions, who.strip())
        return SheetOut(
            accepted=len(done.declarations),
            failed=[BadLine(line=bad.line, column=bad.column, reason=bad.reason) for bad in done.bad],
        )


def _is_wanted(entry: Entry, state: Wanted) -> bool:
    if state == "decided":
        return entry.state in DECIDED
    return state == "all" or entry.state == state


def _chosen(registry: Registry, plant: str | None, point: str | None) -> list[Point]:
    if point is not None:
        return [find_point(registry, point, "query.point")]
    if plant is not None:
        return list(registry.plant_points(find_plant(registry, plant, "query.plant").id))
    return list(registry.points.values())
