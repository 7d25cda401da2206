"""How much was saved since the base year?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.errors import RESPONSES, invalid
from api.knowledge import AsOfQuery, knowledge, zone_of
from api.savings_out import SavingsOut, savings_out
from api.scopes import check_scope
from api.services import Services
from registry import Programme, Registry

ScopeQuery = Annotated[
    str, Query(description="plant:ID, city:ID, sector:CODE or programme:ID.", examples=["city:wuxi"], min_length=1)
]


def router(services: Services) -> APIRouter:
    """Routes of savings."""
    routes = APIRouter(responses=RESPONSES, tags=["figures"])

    @routes.get("/savings")
    def savings(scope: ScopeQuery, as_of: AsOfQuery = None) -> SavingsOut:
        """Value-based savings of each year since the base year, by plant and together, and what they add up to.

        Two views of the same: against the base year and against the year before; and two ways to sum: the plants'
        savings, and the saving of the summed intensity (`of_sums`). None of them is added to another. Positive is a
        saving. A plant without a base year is left out of the sums and named with its reason; `counts` says which view
        the programme adds up towards its goal.
        """
        registry = services.registry()
        check_scope(registry, scope)
        figures = knowledge(services, as_of, zone_of(registry, scope.removeprefix("plant:"))).figures
        return savings_out(_programme(registry, scope), scope, figures.savings(scope))

    return routes


def _programme(registry: Registry, scope: str) -> Programme:
    """The programme that says base year and goal: the first one a plant of the scope takes part in.

    Raises
    ------
    ApiError
        If there is none.
    """
    kind, _, name = scope.partition(":")
    if kind == "programme":
        return registry.programmes[name]
    value = {"plant": "id", "city": "city", "sector": "sector"}[kind]
    inside = (p for p in registry.plants.values() if _is(kind, getattr(p, value), name))
    found = next((registry.programmes[i] for p in inside for i in p.programmes if i in registry.programmes), None)
    if found is None:
        raise invalid(f"{scope} answers to no programme, and only that has a base year", "query.scope")
    return found


def _is(kind: str, value: str, name: str) -> bool:
    return value.startswith(name) if kind == "sector" else value == name
