"""How is a revised factor row kept beside the one it revises?

As statements are: the row that no longer holds stays, with the time of the import that superseded it. Two rows are
about the same when their `FactorRow.key` is; who imported a row and why stands with its import.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from registry.factorrow import FactorRow
from registry.sqltables import factor_rows, imports


@dataclass(frozen=True)
class FactorChanges:
    """What an import did to the factor rows: counts of rows."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class FactorEdition:
    """One edition of an imported row.

    Attributes
    ----------
    row : FactorRow
    imported_ms : int
        [ms UTC]
    superseded_ms : int or None
        None: it holds now. [ms UTC]
    who, why : str
        Of its import.
    """

    row: FactorRow
    imported_ms: int
    superseded_ms: int | None
    who: str
    why: str


def add_factors(
    connection: Connection,
    new: Sequence[FactorRow],
    *,
    file: str,
    sha256: str,
    rows_bad: int,
    now_ms: int,
    who: str,
    why: str,
) -> FactorChanges:
    """Keep factor rows; what is there already with the same content stays as it is.

    Parameters
    ----------
    connection : Connection
        In a transaction for writing.
    new : sequence of FactorRow
        At most one of each key.
    file, sha256 : str
        What was read.
    rows_bad : int
        Rows of it that were refused.
    now_ms : int
        Time of the import. [ms UTC]
    who, why : str
    """
    held = {row.key: row for row in imported_factors(connection)}
    fresh = [row for row in new if row.key not in held]
    revised = [row for row in new if row.key in held and held[row.key] != row]
    changes = FactorChanges(len(fresh), len(revised), len(new) - len(fresh) - len(revised))
    if not fresh and not revised:
        return changes
    import_id = connection.execute(
        insert(imports)
        .values(imported_ms=now_ms, file=file, sha256=sha256, rows_good=len(new), rows_bad=rows_bad, who=who, why=why)
        .returning(imports.c.id)
    ).scalar_one()
    for old in revised:
        connection.execute(
            update(factor_rows)
            .where(factor_rows.c.key == old.key, factor_rows.c.superseded_ms.is_(None))
            .values(superseded_ms=now_ms)
        )
    rows = [
        row.model_dump() | {"key": row.key, "imported_ms": now_ms, "import_id": import_id} for row in [*fresh, *revised]
    ]
    connection.execute(insert(factor_rows), rows)
    return changes


def imported_factors(connection: Connection, as_of_ms: int | None = None) -> list[FactorRow]:
    """The edition of every imported row that holds now, or held at a moment; the newest first. [ms UTC]"""
    wanted = select(factor_rows).order_by(factor_rows.c.id.desc())
    if as_of_ms is None:
        wanted = wanted.where(factor_rows.c.superseded_ms.is_(None))
    else:
        later = or_(factor_rows.c.superseded_ms.is_(None), factor_rows.c.superseded_ms > as_of_ms)
        wanted = wanted.where(factor_rows.c.imported_ms <= as_of_ms, later)
    return [_factor(row) for row in connection.execute(wanted)]


def factor_history(connection: Connection) -> tuple[FactorEdition, ...]:
    """Every edition of every imported row, the oldest first."""
    rows = connection.execute(
        select(factor_rows, imports.c.who, imports.c.why)
        .join(imports, imports.c.id == factor_rows.c.import_id)
        .order_by(factor_rows.c.id)
    )
    return tuple(FactorEdition(_factor(row), row.imported_ms, row.superseded_ms, row.who, row.why) for row in rows)


def _factor(row: Row[Any]) -> FactorRow:
    return FactorRow(**{name: value for name, value in row._mapping.items() if name in FactorRow.model_fields})
