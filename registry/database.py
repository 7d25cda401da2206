"""How is the registry's database opened, brought up to date and written by one at a time?

SQLite by default, PostgreSQL by URL. Writers take turns: SQLite by its own lock taken at the start, PostgreSQL by an
advisory lock, so that two of them cannot both give a new point its key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError, ProgrammingError

from registry.sqltables import VERSION_TABLE

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_KEY = 0x7A1BD001  # any number of our own, for PostgreSQL's advisory locks
_WAIT_S = 30.0


class RegistryError(Exception):
    """The registry's database cannot be used."""


class RegistryUnavailable(RegistryError):
    """It cannot be opened or reached; trying again may help."""


class RegistryTooNew(RegistryError):
    """It was written by a newer version of the product."""


class Connector:
    """Connections to one database.

    Parameters
    ----------
    url : str
        ``sqlite:///var/registry.sqlite`` or ``postgresql+psycopg://user@host/name``.
    timeout_s : int, optional
        How long a server may take to answer; else its driver's own limit, which may be none. [s]

    Raises
    ------
    RegistryError
        If the URL is not one of a database that is known and installed.
    """

    def __init__(self, url: str, timeout_s: int | None = None) -> None:
        wanted = "wanted sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise RegistryError(f"registry database {url!r}: {error}; {wanted}") from error
        try:
            self._engine = _engine(self.url, timeout_s)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise RegistryError(f"registry database {self.shown}: {error}; {wanted}") from error

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self, *, steady: bool = False) -> Iterator[Connection]:
        """A connection for reading, in one transaction.

        Parameters
        ----------
        steady : bool
            All queries see one moment. SQLite does so anyway; PostgreSQL lets each see what came before it.

        Raises
        ------
        RegistryUnavailable
            If the database cannot be reached.
        """
        with self._reached(), self._engine.connect() as connection:
            if steady and connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection for writing, in one transaction that no other writer shares; undone where the body raises.

        Raises
        ------
        RegistryUnavailable
            If the database cannot be reached, or another writer holds it too long.
        """
        with self._reached(), self._engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
                yield connection

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except ProgrammingError as error:  # above all: no such table
            raise RegistryError(f"registry database {self.shown}: {error.orig}; upgrade() makes the tables") from error
        except DatabaseError as error:
            # SQLite's driver calls a file that is no database a plain DatabaseError
            if type(error) not in (OperationalError, DatabaseError):
                raise
            wanted = "" if self.url.get_backend_name() != "sqlite" else "; wanted a registry this user may write"
            raise RegistryUnavailable(f"registry database {self.shown}: {error.orig}{wanted}") from error

    def upgrade(self) -> None:
        """Make the tables, or bring older ones up to date; does nothing where they are.

        Raises
        ------
        RegistryTooNew
            If a newer version of the product has written them.
        RegistryUnavailable
            If the database cannot be reached.
        """
        if self.url.get_backend_name() == "sqlite" and self.url.database not in (None, "", ":memory:"):
            try:
                Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise RegistryUnavailable(
                    f"registry database {self.shown}: its folder cannot be made ({error.strerror}); "
                    "wanted a folder this user may write in"
                ) from error
        with self.write() as connection:
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            script = ScriptDirectory.from_config(config)
            known = {step.revision for step in script.walk_revisions()}
            found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
            if found is not None and found not in known:
                raise RegistryTooNew(
                    f"registry database {self.shown} has revision {found}, this version knows up to "
                    f"{script.get_current_head()}: start the newer version of Taihu, or use another data folder"
                )
            if found != script.get_current_head():
                command.upgrade(config, "head")

    def revision(self) -> str | None:
        """Revision of the tables; None before `upgrade`."""
        with self.read() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
            return context.get_current_revision()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _engine(url: URL, timeout_s: int | None) -> Engine:
    if url.drivername.split("+")[0] != "sqlite":
        waiting = {} if timeout_s is None else {"connect_timeout": timeout_s}
        return create_engine(url, pool_pre_ping=True, connect_args=waiting)
    engine = create_engine(url, connect_args={"timeout": _WAIT_S})
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begins)
    return engine


def _sqlite_connected(connection: Any, _record: object) -> None:
    """SQLite's driver shall not begin transactions by itself, else making tables would not be undone with the rest."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON").close()


def _sqlite_begins(connection: Connection) -> None:
    """A writer takes SQLite's lock at once: a reader that turns writer later could only fail."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
