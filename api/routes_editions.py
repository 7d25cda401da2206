"""What would another factor or statement change, and how is it kept beside the one it supersedes?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from fastapi import APIRouter
from pydantic import BaseModel

from api.editions_out import FactorsIn, PreviewOut, ProposalIn, StatementsIn, preview_out
from api.errors import RESPONSES, invalid
from api.services import Services
from engine.preview import Proposal
from registry import FactorRow, Refused, Registry, Statement, factor_of, statement_of

Row = TypeVar("Row", FactorRow, Statement)


def router(services: Services) -> APIRouter:
    """Routes of proposals and new editions."""
    routes = APIRouter(responses=RESPONSES, tags=["editions"])

    @routes.post("/preview")
    def preview(asked: ProposalIn) -> PreviewOut:
        """Every target, and the sums below it, before and after; nothing is kept."""
        registry = services.registry()
        factors = _factors(registry, asked.factors, "body.factors")
        statements = _statements(registry, asked.statements, services.now_ms(), "body.statements")
        return preview_out(services.preview(Proposal(factors, statements)))

    @routes.post("/factors")
    def factors(asked: FactorsIn) -> PreviewOut:
        """Keep factor rows as the edition that holds from now on; answers with what that changed."""
        rows = _factors(services.registry(), asked.rows, "body.rows")
        return preview_out(services.keep(Proposal(factors=rows), asked.who, asked.why))

    @routes.post("/statements")
    def statements(asked: StatementsIn) -> PreviewOut:
        """Keep statements as the edition that holds from now on; answers with what that changed."""
        rows = _statements(services.registry(), asked.rows, services.now_ms(), "body.rows")
        return preview_out(services.keep(Proposal(statements=rows), asked.who, asked.why))

    return routes


def _factors(registry: Registry, asked: Sequence[BaseModel], where: str) -> tuple[FactorRow, ...]:
    plants, editions = list(registry.plants), registry.factors.editions
    return _rows(asked, where, lambda one: factor_of(one.model_dump(), plants, editions), lambda row: row.key)


def _statements(registry: Registry, asked: Sequence[BaseModel], now_ms: int, where: str) -> tuple[Statement, ...]:
    plants = list(registry.plants)
    return _rows(
        asked,
        where,
        lambda one: statement_of(one.model_dump(), plants, now_ms),
        lambda row: (row.plant, row.item, row.period),
    )


def _rows(
    asked: Sequence[BaseModel], where: str, read: Callable[[BaseModel], Row], key: Callable[[Row], Hashable]
) -> tuple[Row, ...]:
    """The rows, each once; the first that cannot be is refused by its place."""
    found: dict[Hashable, Row] = {}
    for number, one in enumerate(asked):
        try:
            row = read(one)
        except Refused as refused:
            raise invalid(
                f"{refused.column} {refused.came!r}: {refused}", f"{where}.{number}.{refused.column}"
            ) from None
        if found.setdefault(key(row), row) != row:
            raise invalid("the same is given twice with different values; wanted one row each", f"{where}.{number}")
    return tuple(found.values())
