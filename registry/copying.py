"""How does a registry get from one database into another, SQLite or PostgreSQL, with every key it gave?

All tables, row by row, from one moment of the one into one transaction of the other. Keys of points are kept, since the
journal knows points by nothing else, and so is the last key that was ever given.
"""

from __future__ import annotations

from sqlalchemy import Connection, Integer, Table, func, insert, select, text

from registry.database import Connector, RegistryError
from registry.sqltables import metadata

ROWS_AT_ONCE = 1000


def copy_registry(source: Connector, target: Connector) -> dict[str, int]:
    """Fill an empty registry with another one.

    Parameters
    ----------
    source, target : Connector
        Both upgraded; they have the same tables then.

    Returns
    -------
    dict
        Rows by name of the table.

    Raises
    ------
    RegistryError
        If `target` holds something already, or one of them cannot be reached; `target` is as it was then.
    """
    with source.read(steady=True) as old, target.write() as new:
        _refuse_full(new, target)
        return {table.name: _copy(old, new, table) for table in metadata.sorted_tables}


def is_empty(connection: Connection) -> bool:
    """Whether no table holds a row."""
    return all(connection.execute(select(table).limit(1)).first() is None for table in metadata.sorted_tables)


def _refuse_full(connection: Connection, target: Connector) -> None:
    if not is_empty(connection):
        raise RegistryError(f"registry database {target.shown} holds plants or imports; wanted an empty one")


def _copy(old: Connection, new: Connection, table: Table) -> int:
    count = 0
    rows = old.execute(
        select(table).order_by(*table.primary_key.columns), execution_options={"yield_per": ROWS_AT_ONCE}
    )
    for some in rows.mappings().partitions():
        new.execute(insert(table), [dict(row) for row in some])
        count += len(some)
    if _numbered(table):
        _go_on_after(new, table, _last_key(old, table))
    return count


def _numbered(table: Table) -> bool:
    """Whether the database gives the keys."""
    (key, *more) = table.primary_key.columns
    return not more and isinstance(key.type, Integer)


def _last_key(connection: Connection, table: Table) -> int:
    """The highest key that was given, also to a row that is no longer there, as far as the database remembers."""
    (key,) = table.primary_key.columns
    found = connection.execute(select(func.max(key))).scalar() or 0
    if connection.dialect.name == "postgresql":
        sequence = connection.execute(_SEQUENCE, {"table": table.name, "key": key.name}).scalar_one()
        # A sequence that gave nothing yet has last_value 1 as well; not giving 1 does no harm.
        given = connection.execute(text(f"SELECT last_value FROM {sequence}")).scalar_one()
    elif table.dialect_options["sqlite"]["autoincrement"]:
        given = connection.execute(_SQLITE_SEQUENCE, {"table": table.name}).scalar() or 0
    else:
        given = 0
    return max(found, int(given))


def _go_on_after(connection: Connection, table: Table, key: int) -> None:
    """Let the next row get a higher key."""
    if key == 0:
        return
    if connection.dialect.name == "postgresql":
        (column,) = table.primary_key.columns
        sequence = connection.execute(_SEQUENCE, {"table": table.name, "key": column.name}).scalar_one()
        connection.execute(text("SELECT setval(:sequence, :key)"), {"sequence": sequence, "key": key})
    elif table.dialect_options["sqlite"]["autoincrement"]:
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
        connection.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :key)"), {"table": table.name, "key": key}
        )


_SEQUENCE = text("SELECT pg_get_serial_sequence(:table, :key)")
_SQLITE_SEQUENCE = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
