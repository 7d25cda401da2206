"""Are limits kept, what was exceeded, what is reported, and what does it cost?"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from analytics.calendar import date_of, day_of, day_start, month_first_day, month_of, year_first_day, year_of
from api.errors import RESPONSES, invalid
from api.figures_out import FigureOut, figure_out
from api.knowledge import AsOfQuery, Knowledge, knowledge
from api.limits_out import (
    ExceedanceOut,
    LimitStateOut,
    ReportedLoadOut,
    exceedance_out,
    limit_state_out,
    reported_load_out,
)
from api.nouns import find_plant
from api.services import Services
from api.times import FromQuery, ToQuery, iso, parse_instant_ms
from engine.outlets.exceedances import exceedances
from engine.outlets.limitstates import limit_states
from engine.outlets.loads_reported import reported_loads
from engine.outlets.tax import month_tax
from registry import Plant

MOST_PLANTS = 50
"""Plants whose exceedances one request may ask for."""

Plants = Annotated[
    list[str],
    Query(
        alias="plant",
        description="Plant id; may be repeated. Default: the first plants, all of a small installation.",
        max_length=MOST_PLANTS,
        examples=["wx-dyeing"],
    ),
]
MonthQuery = Annotated[str | None, Query(description="Local month. Default: the one that runs.", examples=["2018-08"])]


def router(services: Services) -> APIRouter:
    """Routes of limits, exceedances, reported loads and the tax."""
    routes = APIRouter(responses=RESPONSES, tags=["figures"])
    _add_exceedances(routes, services)
    _add_plant(routes, services)
    return routes


def _add_exceedances(routes: APIRouter, services: Services) -> None:
    @routes.get("/exceedances")
    def all_exceedances(
        plants: Plants = [],  # noqa: B006 - None would show as nullable
        from_: FromQuery = None,
        to: ToQuery = None,
        as_of: AsOfQuery = None,
    ) -> list[ExceedanceOut]:
        """Runs of valid hours or days over a limit, the newest first: start, end, peak, mean, mass above the limit.

        Without a range: the local year of the end so far. What the source's operator marks, or where it idles (oxygen
        close to air), is not judged; neither is the period that runs.
        """
        registry = services.registry()
        found = []
        for name in plants or list(registry.plants)[:MOST_PLANTS]:
            plant = find_plant(registry, name, "query.plant")
            known = knowledge(services, as_of, plant.zone)
            from_ms, to_ms = _range(plant, known, from_, to, "year")
            found += exceedances(known.figures.outlet_hours, registry, plant.id, from_ms, to_ms, known.now_ms)
        return [exceedance_out(x) for x in sorted(found, key=lambda x: -x.start_ms)]


def _add_plant(routes: APIRouter, services: Services) -> None:
    @routes.get("/plants/{plant}/limits")
    def plant_limits(plant: str, as_of: AsOfQuery = None) -> list[LimitStateOut]:
        """Each limit of a plant: the mean now as it is compared, capture rate of the quarter, exceedances."""
        registry = services.registry()
        found = find_plant(registry, plant, "path.plant")
        known = knowledge(services, as_of, found.zone)
        states = limit_states(known.figures.outlet_hours, registry, found.id, known.now_ms)
        return [limit_state_out(state, date_of(state.first_day).isoformat()) for state in states]

    @routes.get("/plants/{plant}/loads")
    def plant_loads(
        plant: str, from_: FromQuery = None, to: ToQuery = None, as_of: AsOfQuery = None
    ) -> list[ReportedLoadOut]:
        """Each pollutant's load as measured, and as reported with invalid hours filled in by the rule in force.

        Without a start: the local month of the end. Substitution concerns the load only, never a concentration.
        """
        registry = services.registry()
        found = find_plant(registry, plant, "path.plant")
        known = knowledge(services, as_of, found.zone)
        from_ms, to_ms = _range(found, known, from_, to, "month")
        loads = reported_loads(known.figures.outlet_hours, registry, found.id, from_ms, to_ms, known.now_ms)
        return [reported_load_out(load) for load in loads]

    @routes.get("/plants/{plant}/tax")
    def plant_tax(plant: str, month: MonthQuery = None, as_of: AsOfQuery = None) -> FigureOut:
        """Environmental protection tax of a month, an estimate: outlets, pollutants, equivalents, rates and reliefs.

        The month that runs counts up to now. null before 2018 and where a mass that counts is not known.
        """
        registry = services.registry()
        found = find_plant(registry, plant, "path.plant")
        known = knowledge(services, as_of, found.zone)
        number = int(month_of(day_of(known.now_ms - 1, found.zone))) if month is None else _month(month)
        tax = month_tax(known.figures.outlet_hours, registry, found.id, number, known.now_ms)
        return figure_out(replace(tax, scope=f"plant:{found.id}"))


def _range(plant: Plant, known: Knowledge, from_: str | None, to: str | None, since: str) -> tuple[int, int]:
    """From when to when; without a start the local month or year of the end. [ms UTC]"""
    to_ms = known.now_ms if to is None else parse_instant_ms(to, "query.to")
    if from_ is not None:
        from_ms = parse_instant_ms(from_, "query.from")
    else:
        day = day_of(to_ms - 1, plant.zone)
        first = year_first_day(year_of(day)) if since == "year" else month_first_day(month_of(day))
        from_ms = int(day_start(first, plant.zone))
    if from_ms >= to_ms:
        raise invalid(f"from ({iso(from_ms)}) must be before to ({iso(to_ms)})", "query.from")
    return from_ms, to_ms


def _month(text: str) -> int:
    """Months since 1970-01 of ``YYYY-MM``."""
    if not re.fullmatch(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise invalid(f"month = {text!r}: wanted YYYY-MM, e.g. 2018-08", "query.month")
    first = dt.date.fromisoformat(f"{text}-01")
    return (first.year - 1970) * 12 + first.month - 1
