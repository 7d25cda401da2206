"""In what state is the registry's database, before anything is written to it?

Looks only: a SQLite file that is not there is not made, and no table is touched.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from registry.database import MIGRATIONS, Connector
from registry.sqltables import VERSION_TABLE, metadata

_TIMEOUT_S = 5  # libpq has no limit of its own
_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Condition:
    """What was found.

    Attributes
    ----------
    server : str
        Kind and version, e.g. ``PostgreSQL 15.10``.
    shown : str
        Where, without a password.
    revision : str or None
        Of the tables; None: there are none yet.
    head : str
        The revision this version of the product writes.
    newer : bool
        Whether the tables are of a revision this version does not know.
    lacking : tuple of str
        Rights that are needed and missing.
    """

    server: str
    shown: str
    revision: str | None
    head: str
    newer: bool
    lacking: tuple[str, ...]


def condition(url: str) -> Condition:
    """Look at the database.

    Raises
    ------
    registry.RegistryError
        If it cannot be reached, or its driver is not installed.
    """
    steps = ScriptDirectory(str(MIGRATIONS))
    head = str(steps.get_current_head())
    connector = Connector(url, _TIMEOUT_S)
    try:
        if connector.url.get_backend_name() == "sqlite":
            path = Path(str(connector.url.database))
            if not path.exists():
                return Condition("SQLite", connector.shown, None, head, False, _file_rights(path))
        with connector.read() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
            revision = context.get_current_revision()
            server, lacking = _server(connection), _rights(connection)
    finally:
        connector.close()
    known = {step.revision for step in steps.walk_revisions()}
    return Condition(server, connector.shown, revision, head, revision is not None and revision not in known, lacking)


def _server(connection: Connection) -> str:
    version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    name = "PostgreSQL" if connection.dialect.name == "postgresql" else "SQLite"
    return f"{name} {version}".strip()


def _rights(connection: Connection) -> tuple[str, ...]:
    if connection.dialect.name == "sqlite":
        return _file_rights(Path(str(connection.engine.url.database)))
    if connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one():
        return ("writing: the server is a standby, which only reads",)
    lacking = []
    # No schema at all on the search path gives NULL.
    if not connection.execute(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")).scalar_one():
        lacking.append("CREATE in the schema public")
    there = set(inspect(connection).get_table_names())
    for table in sorted(there & {*metadata.tables, VERSION_TABLE}):
        ask = ", ".join(f"has_table_privilege(:table, '{right}')" for right in _RIGHTS)
        granted = connection.execute(text(f"SELECT {ask}"), {"table": table}).one()
        missing = [right for right, may in zip(_RIGHTS, granted, strict=True) if not may]
        if missing:
            lacking.append(f"{', '.join(missing)} on {table}")
    return tuple(lacking)


def _file_rights(path: Path) -> tuple[str, ...]:
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    wanted = [(folder, os.W_OK | os.X_OK)] + ([(path, os.R_OK | os.W_OK)] if path.exists() else [])
    return tuple(f"writing {one}" for one, right in wanted if not os.access(one, right))
