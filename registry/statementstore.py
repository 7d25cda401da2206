"""Which editions of statements hold, held, and ever came?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from registry.editions import About, Changes, Import, keep_editions
from registry.sqltables import imports, statements
from registry.statement import Statement

_ABOUT = ("plant", "item", "period")


def add_statements(connection: Connection, new: Sequence[Statement], read: Import) -> Changes:
    """Keep statements, at most one for each plant, item and period, as `registry.editions.keep_editions` does.

    Their own `imported_ms` does not count.
    """
    held, coming = ({_about(s): _columns(s) for s in stated} for stated in (current_statements(connection), new))
    return keep_editions(connection, statements, _ABOUT, held, coming, read)


def _about(statement: Statement) -> About:
    return statement.plant, statement.item, statement.period


def _columns(statement: Statement) -> dict[str, Any]:
    return statement.model_dump(exclude={"restated", "imported_ms"})


def last_import(connection: Connection) -> int:
    """Number of the newest import that changed anything; 0 before the first."""
    return int(connection.execute(select(func.max(imports.c.id))).scalar() or 0)


def current_statements(connection: Connection) -> list[Statement]:
    """The edition of every statement that holds now."""
    rows = connection.execute(select(statements).where(statements.c.superseded_ms.is_(None)))
    return _with_restated(connection, [_statement(row) for row in rows], None)


def statements_as_of(connection: Connection, as_of_ms: int) -> list[Statement]:
    """The edition of every statement that held at a moment: the latest one imported up to then."""
    rows = connection.execute(
        select(statements).where(
            statements.c.imported_ms <= as_of_ms,
            or_(statements.c.superseded_ms.is_(None), statements.c.superseded_ms > as_of_ms),
        )
    )
    return _with_restated(connection, [_statement(row) for row in rows], as_of_ms)


def _with_restated(connection: Connection, found: list[Statement], as_of_ms: int | None) -> list[Statement]:
    """The statements, told whether an earlier edition of theirs was final with another value."""
    before = select(statements).where(statements.c.superseded_ms.is_not(None), statements.c.status == "final")
    if as_of_ms is not None:
        before = before.where(statements.c.superseded_ms <= as_of_ms)
    values: dict[tuple[str, str, str], set[float]] = {}
    for row in connection.execute(before):
        values.setdefault((row.plant, row.item, row.period), set()).add(row.value)
    again = (s for s in found if values.get((s.plant, s.item, s.period), set()) - {s.value})
    anew = {id(s): s.model_copy(update={"restated": True}) for s in again}
    return [anew.get(id(s), s) for s in found]


def edition_counts(connection: Connection, plants: Sequence[str], as_of_ms: int) -> dict[tuple[str, str, str], int]:
    """How many editions of each statement of some plants had come by a moment, by plant, item and period."""
    key = (statements.c.plant, statements.c.item, statements.c.period)
    rows = connection.execute(
        select(*key, func.count())
        .where(statements.c.plant.in_(plants), statements.c.imported_ms <= as_of_ms)
        .group_by(*key)
    )
    return {(plant, item, period): int(n) for plant, item, period, n in rows}


def editions_of(connection: Connection, plant: str, item: str, period: str) -> tuple[Statement, ...]:
    """All editions of one statement, the oldest first."""
    rows = connection.execute(
        select(statements)
        .where(statements.c.plant == plant, statements.c.item == item, statements.c.period == period)
        .order_by(statements.c.id)
    )
    return tuple(_statement(row) for row in rows)


def _statement(row: Row[Any]) -> Statement:
    return Statement(
        plant=row.plant,
        period=row.period,
        item=row.item,
        value=row.value,
        unit=row.unit,
        status=row.status,
        source=row.source,
        imported_ms=row.imported_ms,
    )
