"""How does a revised row stand beside the one it revises?

The row that no longer holds stays, with the time of the import that superseded it; one row about the same has no such
time, and that is the current edition. Statements and factors are kept so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, insert, update

from registry.sqltables import imports

About = tuple[str, ...]
"""What a row is about: the values of the columns that no two current editions share."""


@dataclass(frozen=True)
class Import:
    """Where rows come from.

    Attributes
    ----------
    now_ms : int
        Time of the import. [ms UTC]
    file, sha256 : str
        What was read; "" where a person says it on the page.
    rows_bad : int
        Rows of it that were refused.
    who, why : str
        Of the person who says so; "" where only a file does.
    """

    now_ms: int
    file: str = ""
    sha256: str = ""
    rows_bad: int = 0
    who: str = ""
    why: str = ""


@dataclass(frozen=True)
class Changes:
    """What an import did: counts of rows."""

    added: int
    changed: int
    unchanged: int


def keep_editions(
    connection: Connection,
    table: Table,
    about: tuple[str, ...],
    held: Mapping[About, Mapping[str, Any]],
    new: Mapping[About, Mapping[str, Any]],
    read: Import,
) -> Changes:
    """Keep rows; what is there already with the same content stays as it is, and so does an import without news.

    Parameters
    ----------
    connection : Connection
        In a transaction for writing.
    table : Table
        With the columns ``import_id``, ``imported_ms`` and ``superseded_ms`` beside those of the rows.
    about : tuple of str
        Columns whose values say what a row is about.
    held, new : mapping
        Current editions and the rows that come: what each is about, and its columns.
    read : Import
    """
    revised = [key for key, row in new.items() if key in held and held[key] != row]
    fresh = [key for key in new if key not in held]
    changes = Changes(len(fresh), len(revised), len(new) - len(fresh) - len(revised))
    if not fresh and not revised:
        return changes
    heading = {"imported_ms": read.now_ms, "file": read.file, "sha256": read.sha256, "who": read.who, "why": read.why}
    counts = {"rows_good": len(new), "rows_bad": read.rows_bad}
    import_id = connection.execute(insert(imports).values(**heading, **counts).returning(imports.c.id)).scalar_one()
    for key in revised:
        same = [table.c[column] == value for column, value in zip(about, key, strict=True)]
        connection.execute(
            update(table).where(*same, table.c.superseded_ms.is_(None)).values(superseded_ms=read.now_ms)
        )
    kept = {"imported_ms": read.now_ms, "import_id": import_id}
    connection.execute(insert(table), [{**new[key], **kept} for key in (*fresh, *revised)])
    return changes
