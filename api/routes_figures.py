"""Where does a figure come from? Any figure that is shown anywhere opens by its id, ``SCOPE/PERIOD/NAME``."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.errors import RESPONSES, ApiError, invalid
from api.explain_out import ExplanationOut, explanation_out
from api.knowledge import AsOfQuery, parse_as_of_ms, zone_of
from api.scopes import check_scope
from api.services import Services
from engine.explain.explainer import Explanation
from engine.explain.idperiod import MalformedId
from engine.explain.resolve import UnknownFigure
from engine.workbook.book import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ScopePath = Annotated[
    str, Path(description="plant:ID, city:ID, sector:CODE or programme:ID.", examples=["plant:wx-dyeing"])
]
PeriodPath = Annotated[
    str,
    Path(
        description="ytd, rolling12, full_year, now, today, month, year, or half-open local days.",
        examples=["2018-01-01..2018-09-01"],
    ),
]
NamePath = Annotated[str, Path(description="Name of the figure as in any tree.", examples=["energy_tce"])]


def router(services: Services) -> APIRouter:
    """Routes of single figures."""
    routes = APIRouter(responses=RESPONSES, tags=["figures"])

    @routes.get("/figures/{scope}/{period}/{name:path}/explain")
    def explain(scope: ScopePath, period: PeriodPath, name: NamePath, as_of: AsOfQuery = None) -> ExplanationOut:
        """The figure with its tree, its rule, factor rows, statements, points down to the readings, and events."""
        return explanation_out(explanation(services, scope, period, name, as_of))

    @routes.get(
        "/figures/{scope}/{period}/{name:path}/workbook",
        response_class=Response,
        responses={
            200: {
                "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
                "description": "An .xlsx file.",
            }
        },
    )
    def book(scope: ScopePath, period: PeriodPath, name: NamePath, as_of: AsOfQuery = None) -> Response:
        """The same as a workbook whose live formulas work the figure out again."""
        found = explanation(services, scope, period, name, as_of)
        content = workbook(found, services.now_ms())
        plain = re.sub(r"[^A-Za-z0-9._-]+", "_", found.asked.id)
        return Response(
            content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{plain}.xlsx"'}
        )

    return routes


def explanation(services: Services, scope: str, period: str, name: str, as_of: str | None) -> Explanation:
    """What `engine.explain.explainer` says about an id.

    Raises
    ------
    ApiError
        404 where a part of the id names nothing, 422 where it cannot be read.
    """
    check_scope(services.registry(), scope, "path.scope")
    zone = zone_of(services.registry(), scope.removeprefix("plant:"))
    as_of_ms = None if as_of is None else parse_as_of_ms(as_of, zone, services.now_ms())
    try:
        return services.explainer.explain(scope, period, name, as_of_ms)
    except UnknownFigure as error:
        raise ApiError(404, str(error), f"path.{error.part}") from None
    except MalformedId as error:
        raise invalid(str(error), f"path.{error.part}") from None
