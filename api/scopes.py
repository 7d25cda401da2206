"""Whose figures can be asked for: a plant, a city, a sector, a programme?"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.errors import invalid, not_found
from registry import Registry

MOST_SCOPES = 200
"""Scopes or plants that one request may name."""

Scopes = Annotated[
    list[str],
    Query(
        alias="scope",
        description="plant:ID, city:ID, sector:CODE or programme:ID; may be repeated.",
        min_length=1,
        max_length=MOST_SCOPES,
        examples=["plant:wx-dyeing"],
    ),
]


def check_scope(registry: Registry, scope: str, where: str = "query.scope") -> None:
    """A scope that names nothing is refused.

    Raises
    ------
    ApiError
        422 where it cannot be read, 404 where there is no such thing.
    """
    kind, _, name = scope.partition(":")
    sectors = {plant.sector for plant in registry.plants.values()}
    known: dict[str, list[str]] = {
        "plant": list(registry.plants),
        "city": sorted({plant.city for plant in registry.plants.values()}),
        "sector": sorted(sectors),
        "programme": list(registry.programmes),
    }
    if kind not in known:
        raise invalid(f"scope {scope!r} is malformed; wanted plant:ID, city:ID, sector:CODE or programme:ID", where)
    # A division stands for all that is below it, C31 for C3130.
    there = name in known[kind] or (kind == "sector" and name and any(code.startswith(name) for code in sectors))
    if not there:
        raise not_found(kind, name, known[kind], where)
