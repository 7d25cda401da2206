"""Which editions of imported factor rows hold, held, and ever came?

Two rows are about the same when their `FactorRow.key` is; who imported a row and why stands with its import.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from registry.editions import About, Changes, Import, keep_editions
from registry.factorrow import FactorRow
from registry.sqltables import factor_rows, imports


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


def add_factors(connection: Connection, new: Sequence[FactorRow], read: Import) -> Changes:
    """Keep factor rows, at most one of each key, as `registry.editions.keep_editions` does."""
    held, coming = (_by_key(rows) for rows in (imported_factors(connection), new))
    return keep_editions(connection, factor_rows, ("key",), held, coming, read)


def _by_key(rows: Iterable[FactorRow]) -> dict[About, dict[str, Any]]:
    return {(row.key,): row.model_dump() | {"key": row.key} for row in rows}


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
