"""How much CO2 does a plant cause?"""

from __future__ import annotations

from fastapi import APIRouter

from api.errors import RESPONSES, invalid
from api.figures_out import FigureOut, figure_out
from api.knowledge import AsOfQuery, knowledge
from api.nouns import find_plant
from api.services import Services
from api.times import FromQuery, ToQuery, iso, parse_instant_ms


def router(services: Services) -> APIRouter:
    """Routes of carbon."""
    routes = APIRouter(responses=RESPONSES)

    @routes.get("/plants/{plant}/carbon", tags=["figures"])
    def plant_carbon(plant: str, from_: FromQuery = None, to: ToQuery = None, as_of: AsOfQuery = None) -> FigureOut:
        """CO2 of fuels, processes, and power and heat bought, as a tree down to meters, statements and factors.

        Whole local days that meet the range. Without an end: up to yesterday; without a start: from 1 January on.
        `co2_t` is made of `co2_scope1` (fuels and `co2_process`) and `co2_scope2`; each `co2:NAME` of its amount
        and the factor's row. Carbon kept in products is negative; own power from sun or wind counts 0.
        """
        found = find_plant(services.registry(), plant, "path.plant")
        known = knowledge(services, as_of, found.zone)
        from_ms = None if from_ is None else parse_instant_ms(from_, "query.from")
        to_ms = None if to is None else parse_instant_ms(to, "query.to")
        if from_ms is not None and from_ms >= (known.now_ms if to_ms is None else to_ms):
            end = "now" if to_ms is None else iso(to_ms)
            raise invalid(f"from ({iso(from_ms)}) must be before to ({end})", "query.from")
        return figure_out(known.figures.carbon(found.id, from_ms, to_ms))

    return routes
