"""Where do all plants of a programme stand, in one answer for thousands of plants?

The bytes lie ready (`engine.fleet.fleet`); here they only meet who asks: compressed where that is understood, and not
sent again to whoever has them.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from starlette.concurrency import run_in_threadpool

from api.errors import RESPONSES, ApiError, not_found
from api.headers import REVALIDATE
from api.knowledge import AsOfQuery, knowledge, zone_of
from api.overview_out import OverviewOut
from api.services import Services
from engine.figure import Period
from engine.fleet.overview import Ready


def router(services: Services) -> APIRouter:
    """The route of the overview."""
    routes = APIRouter(responses=RESPONSES)

    @routes.get(
        "/overview", tags=["figures"], response_model=OverviewOut, responses={304: {"description": "As known."}}
    )
    async def overview(
        period: Annotated[Period, Query(description="Which periods are compared.")] = "ytd",
        programme: Annotated[str | None, Query(description="Default: the first.", examples=["sunan-2019"])] = None,
        as_of: AsOfQuery = None,
        accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
        if_none_match: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Every plant and every group against every target, as columns: `change[plant][indicator]` and so on.

        null stands for what is not known, and for a pollutant that the plant does not measure. The whole figure
        behind a number: `/indicators?scope=plant:ID`.
        """
        if programme is not None and programme not in services.registry().programmes:
            raise not_found("programme", programme, services.registry().programmes, "query.programme")
        # What lies ready goes out at once, without waiting for a thread; the rest may take a while.
        try:
            ready = None if as_of is not None else services.figures.fleet.at_hand(period, programme)
            if ready is None:
                ready = await run_in_threadpool(_overview, services, period, programme, as_of)
        except KeyError as error:
            raise ApiError(404, str(error.args[0]), "query.programme") from None
        is_zipped = "gzip" in accept_encoding
        tag = f'"{ready.tag}{"-gzip" if is_zipped else ""}"'
        headers = {"ETag": tag, "Cache-Control": REVALIDATE}
        if tag in [one.strip().removeprefix("W/") for one in if_none_match.split(",")]:
            return Response(status_code=304, headers=headers)
        if is_zipped:
            packed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}  # of others says so who would pack them
            return Response(ready.zipped, media_type="application/json", headers={**headers, **packed})
        return Response(ready.plain, media_type="application/json", headers=headers)

    return routes


def _overview(services: Services, period: Period, programme: str | None, as_of: str | None) -> Ready:
    known = knowledge(services, as_of, zone_of(services.registry(), None))
    return known.figures.fleet.overview(period, programme)
