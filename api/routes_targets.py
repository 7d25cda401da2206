"""How do the targets stand, and where are they heading?"""

from __future__ import annotations

from fastapi import APIRouter

from api.errors import RESPONSES
from api.knowledge import AsOfQuery, knowledge, zone_of
from api.scopes import Scopes, check_scope
from api.services import Services
from api.targets_out import TargetLineOut, target_line_out


def router(services: Services) -> APIRouter:
    """Routes of the strip."""
    routes = APIRouter(responses=RESPONSES, tags=["figures"])

    @routes.get("/targets")
    def targets(scopes: Scopes, as_of: AsOfQuery = None) -> list[TargetLineOut]:
        """Each target over three periods, with the forecast of the target year and what is still needed.

        `forecast` says the indicator of the whole target year with an 80 % interval and the probability of meeting the
        target; `needed` the change still needed, as an even monthly pace, and the budget of each open month.
        """
        registry = services.registry()
        for scope in scopes:
            check_scope(registry, scope)
        figures = knowledge(services, as_of, zone_of(registry, scopes[0].removeprefix("plant:"))).figures
        return [target_line_out(line) for scope in scopes for line in figures.targets(scope)]

    return routes
