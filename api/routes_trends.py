"""Do a plant's discharges fall by more than noise?"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.errors import RESPONSES, invalid
from api.knowledge import AsOfQuery, knowledge
from api.nouns import find_plant
from api.services import Services
from api.trends_out import TrendsOut, trends_out
from registry.lists import POLLUTANTS
from registry.problems import one_of

MediumQuery = Annotated[Literal["water", "air"] | None, Query(description="Only of this medium.", examples=["water"])]
PollutantQuery = Annotated[str | None, Query(description="Only of this pollutant.", examples=["COD"])]


def router(services: Services) -> APIRouter:
    """Routes of trends."""
    routes = APIRouter(responses=RESPONSES, tags=["figures"])

    @routes.get("/plants/{plant}/trends")
    def plant_trends(
        plant: str, medium: MediumQuery = None, pollutant: PollutantQuery = None, as_of: AsOfQuery = None
    ) -> TrendsOut:
        """Monthly loads and flow-weighted means since the base year, tested by seasonal Kendall.

        `total` alone says whether a target is met; `verdict` says whether the change is more than noise: falling,
        rising, no_trend, not_distinguishable (below the analyser's error) or unknown. Without a medium and a pollutant
        also the monthly energy per value added.
        """
        registry = services.registry()
        found = find_plant(registry, plant, "path.plant")
        if pollutant is not None and pollutant not in POLLUTANTS:
            raise invalid(f"pollutant = {pollutant!r}: wanted {one_of(pollutant, list(POLLUTANTS))}", "query.pollutant")
        trends = knowledge(services, as_of, found.zone).figures.trends(found.id)
        chosen = [
            trend
            for trend in trends.trends
            if medium in (None, trend.series.medium) and pollutant in (None, trend.series.pollutant)
        ]
        return trends_out(registry, trends, chosen)

    return routes
