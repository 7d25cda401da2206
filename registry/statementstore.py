"""How is a revised statement kept beside the one it revises?

The row that no longer holds stays, with the time of the import that superseded it; one row of a plant, item and
period has no such time, and that is the current edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from registry.sqltables import imports, statements
from registry.statement import Statement


@dataclass(frozen=True)
class StatementChanges:
    """What an import did to the statements: counts of rows."""

    added: int
    changed: int
    unchanged: int


def add_statements(
    connection: Connection,
    new: Sequence[Statement],
    *,
    file: str,
    sha256: str,
    rows_bad: int,
    now_ms: int,
    who: str = "",
    why: str = "",
) -> StatementChanges:
    """Keep statements; what is there already with the same content stays as it is.

    Parameters
    ----------
    connection : Connection
        In a transaction for writing.
    new : sequence of Statement
        At most one for each plant, item and period. Their own `imported_ms` does not count.
    file, sha256 : str
        What was read.
    rows_bad : int
        Rows of it that were refused.
    now_ms : int
        Time of the import. [ms UTC]
    who, why : str
        Of the person who says so ("" where a file says it).
    """
    current = {(s.plant, s.item, s.period): s for s in current_statements(connection)}
    fresh, revised = [], []
    for statement in new:
        held = current.get((statement.plant, statement.item, statement.period))
        if held is None:
            fresh.append(statement)
        elif not _same(statement, held):
            revised.append(statement)
    changes = StatementChanges(len(fresh), len(revised), len(new) - len(fresh) - len(revised))
    if not fresh and not revised:
        return changes
    import_id = connection.execute(
        insert(imports)
        .values(imported_ms=now_ms, file=file, sha256=sha256, rows_good=len(new), rows_bad=rows_bad, who=who, why=why)
        .returning(imports.c.id)
    ).scalar_one()
    for old in revised:
        connection.execute(
            update(statements)
            .where(
                statements.c.plant == old.plant,
                statements.c.item == old.item,
                statements.c.period == old.period,
                statements.c.superseded_ms.is_(None),
            )
            .values(superseded_ms=now_ms)
        )
    changed = [*fresh, *revised]
    rows = [s.model_dump(exclude={"restated"}) | {"imported_ms": now_ms, "import_id": import_id} for s in changed]
    connection.execute(insert(statements), rows)
    return changes


def _same(one: Statement, other: Statement) -> bool:
    return one.model_copy(update={"imported_ms": other.imported_ms, "restated": other.restated}) == other


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
