"""Which plants and programmes are there, and how do they stand now?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from analytics.calendar import day_of, day_start, month_first_day, month_of
from api.balance_out import BalanceOut, balance_out
from api.errors import RESPONSES, invalid
from api.figures_out import IndicatorOut, NowOut, ProgrammeOut, indicator_out, now_out
from api.knowledge import AsOfQuery, SinceQuery, knowledge, parse_since, zone_of
from api.models import PlantDetail, PlantOut, WordsOut
from api.nouns import find_plant, plant_detail, plant_out, programme_out
from api.plant_changes_out import PlantChangesOut, plant_changes_out
from api.scopes import MOST_SCOPES, Scopes, check_scope
from api.services import Services
from api.times import FromQuery, ToQuery, iso, parse_instant_ms
from engine.balance import balance
from engine.figure import Period
from registry.lists import CARRIERS, CITY_NAMES, MATERIALS, POLLUTANTS

Plants = Annotated[
    list[str],
    Query(
        alias="plant",
        description="Plant id; may be repeated. Default: all.",
        max_length=MOST_SCOPES,
        examples=["wx-dyeing"],
    ),
]


def router(services: Services) -> APIRouter:
    """Routes of plants, programmes and their figures."""
    routes = APIRouter(responses=RESPONSES)
    _add_nouns(routes, services)
    _add_plant_figures(routes, services)
    _add_figures(routes, services)
    return routes


def _add_nouns(routes: APIRouter, services: Services) -> None:
    @routes.get("/plants", tags=["plants"])
    def plants() -> list[PlantOut]:
        """All plants."""
        registry = services.registry()
        return [plant_out(registry, plant) for plant in registry.plants.values()]

    @routes.get("/plants/{plant}", tags=["plants"])
    def one_plant(plant: str) -> PlantDetail:
        """One plant with its outlets and limits."""
        registry = services.registry()
        return plant_detail(registry, find_plant(registry, plant, "path.plant"))

    @routes.get("/programmes", tags=["plants"])
    def programmes() -> list[ProgrammeOut]:
        """All programmes with their targets."""
        return [programme_out(programme) for programme in services.registry().programmes.values()]

    @routes.get("/words", tags=["plants"])
    def words() -> WordsOut:
        """Names of cities, energy carriers, pollutants and materials in both languages."""
        return WordsOut(
            cities=dict(CITY_NAMES),
            carriers={id_: carrier.name for id_, carrier in CARRIERS.items()},
            pollutants={id_: pollutant.name for id_, pollutant in POLLUTANTS.items()},
            materials={id_: material.name for id_, material in MATERIALS.items()},
        )


def _add_plant_figures(routes: APIRouter, services: Services) -> None:
    @routes.get("/plants/{plant}/now", tags=["figures"])
    def plant_now(plant: str, as_of: AsOfQuery = None) -> NowOut:
        """Power, and energy, water and loads of today, this month and this year."""
        found = find_plant(services.registry(), plant, "path.plant")
        known = knowledge(services, as_of, found.zone)
        return now_out(found.id, known.figures.now(found.id), known.now_ms)

    @routes.get("/plants/{plant}/balance", tags=["figures"])
    def plant_balance(plant: str, from_: FromQuery = None, to: ToQuery = None, as_of: AsOfQuery = None) -> BalanceOut:
        """Each meter against the sum of those right below it, with what their classes explain.

        Without a start: the local month of the end.
        """
        registry = services.registry()
        found = find_plant(registry, plant, "path.plant")
        known = knowledge(services, as_of, found.zone)
        to_ms = known.now_ms if to is None else parse_instant_ms(to, "query.to")
        first = month_first_day(month_of(day_of(to_ms - 1, found.zone)))
        from_ms = int(day_start(first, found.zone)) if from_ is None else parse_instant_ms(from_, "query.from")
        if from_ms >= to_ms:
            raise invalid(f"from ({iso(from_ms)}) must be before to ({iso(to_ms)})", "query.from")
        return balance_out(found.id, from_ms, to_ms, balance(known.store, registry, found.id, from_ms, to_ms))

    @routes.get("/plants/{plant}/changes", tags=["figures"])
    def changes(plant: str, since: SinceQuery = None, from_: FromQuery = None, to: ToQuery = None) -> PlantChangesOut:
        """Which figures and statements of a plant are others now than they were known at a moment.

        Without a range: the 31 days before the moment. What changed a point is at ``/points/{plant}/{point}/changes``.
        """
        found = find_plant(services.registry(), plant, "path.plant")
        asked = parse_since(services, found.zone, since, from_, to)
        return plant_changes_out(services.plant_changes(found.id, *asked))


def _add_figures(routes: APIRouter, services: Services) -> None:
    @routes.get("/now", tags=["figures"])
    def now(plants: Plants = [], as_of: AsOfQuery = None) -> list[NowOut]:  # noqa: B006 - None would show as nullable
        """The current figures of several plants at once."""
        registry = services.registry()
        wanted = plants or list(registry.plants)[:MOST_SCOPES]
        chosen = [find_plant(registry, plant, "query.plant") for plant in wanted]
        known = {zone: knowledge(services, as_of, zone) for zone in {plant.zone for plant in chosen}}
        return [now_out(p.id, known[p.zone].figures.now(p.id), known[p.zone].now_ms) for p in chosen]

    @routes.get("/indicators", tags=["figures"])
    def indicators(scopes: Scopes, period: Period = "ytd", as_of: AsOfQuery = None) -> list[IndicatorOut]:
        """Targets held against the base year: this year so far, the last twelve months, or the last whole year."""
        registry = services.registry()
        for scope in scopes:
            check_scope(registry, scope)
        figures = knowledge(services, as_of, zone_of(registry, scopes[0].removeprefix("plant:"))).figures
        return [indicator_out(i) for scope in scopes for i in figures.indicators(scope, period)]
