"""Why did an indicator move between two periods?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from analytics.calendar import date_of
from api.errors import RESPONSES, ApiError, invalid
from api.knowledge import AsOfQuery, knowledge, zone_of
from api.scopes import check_scope
from api.services import Services
from api.why_out import WhyOut, why_out
from engine.explain.idperiod import MalformedId, days_of
from engine.figure import Period
from engine.targets.indicators import Comparison

ScopeQuery = Annotated[
    str, Query(description="plant:ID, city:ID, sector:CODE or programme:ID.", examples=["plant:wx-dyeing"])
]
IndicatorQuery = Annotated[
    str,
    Query(
        description="Indicator of the programme, or a part of one: water_pollutants:COD, co2:C31.",
        examples=["energy_per_value_added"],
    ),
]
BaseQuery = Annotated[
    str | None,
    Query(description="Other days to start from, half-open; with current.", examples=["2016-01-01..2016-09-01"]),
]
CurrentQuery = Annotated[
    str | None,
    Query(description="Other days to compare with them; with base.", examples=["2018-01-01..2018-09-01"]),
]


def router(services: Services) -> APIRouter:
    """Routes of causes."""
    routes = APIRouter(responses=RESPONSES, tags=["figures"])

    @routes.get("/why")
    def why(
        scope: ScopeQuery,
        indicator: IndicatorQuery,
        period: Period = "ytd",
        base: BaseQuery = None,
        current: CurrentQuery = None,
        as_of: AsOfQuery = None,
    ) -> WhyOut:
        """The change of an indicator split into its causes, in a sentence, with the meters that carry it.

        Logarithmic mean Divisia (LMDI-I, additive): the effects sum to the change. Without base and current: the
        periods of the indicators, against the base year.
        """
        registry = services.registry()
        check_scope(registry, scope)
        zone = zone_of(registry, scope.removeprefix("plant:"))
        known = knowledge(services, as_of, zone)
        days = _days(base, current, zone)
        try:
            return why_out(known.figures.why(scope, indicator, period, days))
        except KeyError as error:
            raise ApiError(404, str(error.args[0]), "query.indicator") from None

    return routes


def _days(base: str | None, current: str | None, zone: str) -> Comparison | None:
    """The asker's own two stretches of days; None where none are named.

    Raises
    ------
    ApiError
        If only one is named, or one cannot be read.
    """
    if base is None and current is None:
        return None
    found = []
    for text, where in ((base, "query.base"), (current, "query.current")):
        if text is None or ".." not in text:
            raise invalid(f"{where[6:]} = {text!r}: wanted days such as 2018-01-01..2018-09-01 in both", where)
        try:
            found.append(days_of(text, 0, zone, 0))
        except MalformedId as error:
            raise invalid(str(error), where) from None
    return Comparison(found[0], found[1], date_of(found[1].last_day - 1).year)
