"""How do the nouns of plant files become rows with keys that last, and rows a snapshot?

A point gets its key when it is first saved. Loading the same file again changes nothing; a point that its file no
longer names is retired, keeps its key for ever, and gets the same key back when it returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Row, Table, select

from registry.copying import copy_registry, is_empty
from registry.database import Connector
from registry.editions import Changes, Import
from registry.factorrow import Edition, FactorRow
from registry.factors import FactorBook, load_factors
from registry.factorstore import FactorEdition, add_factors, factor_history, imported_factors
from registry.model import Meter, Plant, Point, PointSpec, Source
from registry.outletmodel import Limit, Outlet
from registry.plantfile import PlantFile
from registry.programme import Programme, load_programmes
from registry.saving import SaveReport, Tally, factor_row, retire_others, save_factors, save_plant, save_programmes
from registry.snapshot import Registry
from registry.sqltables import factor_editions, factors, limits, meters, outlets, plants, points, programmes, sources
from registry.statement import Statement
from registry.statementstore import (
    add_statements,
    current_statements,
    edition_counts,
    editions_of,
    last_import,
    statements_as_of,
)


class Database:
    """The registry's relational store.

    Parameters
    ----------
    url : str
        ``sqlite:///var/registry.sqlite`` or ``postgresql+psycopg://user@host/name``.
    """

    def __init__(self, url: str) -> None:
        self._connector = Connector(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._connector.close()

    def upgrade(self) -> None:
        """Make the tables or bring them up to date; see `registry.database.Connector.upgrade`."""
        self._connector.upgrade()

    # --- The whole ----------------------------------------------------------------------------------------------------

    def revision(self) -> str | None:
        """Revision of the tables; None before `upgrade`."""
        return self._connector.revision()

    def is_empty(self) -> bool:
        """Whether nothing was ever kept here."""
        with self._connector.read() as connection:
            return is_empty(connection)

    def copy_to(self, other: Database) -> dict[str, int]:
        """Fill another registry, which must be empty; see `registry.copying.copy_registry`."""
        return copy_registry(self._connector, other._connector)

    # --- Nouns --------------------------------------------------------------------------------------------------------

    def save(
        self,
        plant_files: Sequence[PlantFile],
        programmes: Iterable[Programme] | None = None,
        factors: FactorBook | None = None,
        *,
        complete: bool = False,
    ) -> SaveReport:
        """Keep what the files say, in one transaction.

        Parameters
        ----------
        plant_files : sequence of PlantFile
        programmes, factors : optional
            Default: those that come with the product.
        complete : bool
            The files are all there are: plants of no file are retired with their points. Otherwise they stay as they
            are.

        Returns
        -------
        SaveReport
        """
        tally = Tally()
        with self._connector.write() as connection:
            save_programmes(connection, load_programmes() if programmes is None else programmes, tally)
            for position, file in enumerate(plant_files):
                save_plant(connection, file, position, tally)
            save_factors(connection, load_factors() if factors is None else factors, plant_files, tally)
            if complete:
                retire_others(connection, [file.plant.id for file in plant_files], tally)
        return tally.report()

    def snapshot(self) -> Registry:
        """Everything there is now, without what is retired."""
        with self._connector.read() as connection:
            active = select(plants).where(plants.c.retired.is_(False)).order_by(plants.c.position, plants.c.id)
            present = [Plant.model_validate_json(row.body) for row in connection.execute(active)]
            ids = [plant.id for plant in present]
            place = {name: position for position, name in enumerate(ids)}
            rows = connection.execute(select(points).order_by(points.c.position, points.c.key)).all()
            rows = sorted(rows, key=lambda row: place.get(row.plant, len(ids)))
            return Registry.build(
                plants=present,
                points=[_point(row) for row in rows if not row.retired and row.plant in place],
                retired=[_point(row) for row in rows if row.retired or row.plant not in place],
                sources=[Source.model_validate_json(body) for body in _bodies(connection, sources, ids)],
                meters=[Meter.model_validate_json(body) for body in _bodies(connection, meters, ids)],
                outlets=[Outlet.model_validate_json(body) for body in _bodies(connection, outlets, ids)],
                limits=[Limit.model_validate_json(body) for body in _bodies(connection, limits, ids)],
                programmes=_programmes(connection),
                factors=_book(connection),
                statements=current_statements(connection),
            )

    # --- Statements ---------------------------------------------------------------------------------------------------

    def plant_ids(self) -> tuple[str, ...]:
        """Ids of all plants that are not retired."""
        with self._connector.read() as connection:
            rows = connection.execute(select(plants.c.id).where(plants.c.retired.is_(False)).order_by(plants.c.id))
            return tuple(rows.scalars())

    def add_statements(self, new: Sequence[Statement], read: Import) -> Changes:
        """Keep statements, superseding what they change; see `registry.statementstore.add_statements`."""
        with self._connector.write() as connection:
            return add_statements(connection, new, read)

    def last_import(self) -> int:
        """Number of the newest import that changed anything, 0 before the first: has the snapshot aged?"""
        with self._connector.read() as connection:
            return last_import(connection)

    def statements_as_of(self, as_of_ms: int) -> tuple[Statement, ...]:
        """The editions that held at a moment, for `Registry.with_statements`. [ms UTC]"""
        with self._connector.read() as connection:
            return tuple(statements_as_of(connection, as_of_ms))

    def edition_counts(self, plants: Sequence[str], as_of_ms: int) -> dict[tuple[str, str, str], int]:
        """How many editions of each statement had come by a moment, by plant, item and period. [ms UTC]"""
        with self._connector.read() as connection:
            return edition_counts(connection, plants, as_of_ms)

    def statement_editions(self, plant: str, item: str, period: str) -> tuple[Statement, ...]:
        """All editions of one statement, the oldest first; the last one is current."""
        with self._connector.read() as connection:
            return editions_of(connection, plant, item, period)

    # --- Factors ------------------------------------------------------------------------------------------------------

    def add_factors(self, new: Sequence[FactorRow], read: Import) -> Changes:
        """Keep factor rows, superseding what they change; see `registry.factorstore.add_factors`."""
        with self._connector.write() as connection:
            return add_factors(connection, new, read)

    def keep(self, factors: Sequence[FactorRow], statements: Sequence[Statement], said: Import) -> None:
        """Keep what a person said, in one transaction."""
        with self._connector.write() as connection:
            add_factors(connection, factors, said)
            add_statements(connection, statements, said)

    def factors_as_of(self, as_of_ms: int) -> FactorBook:
        """The book that held at a moment: imported rows of then before the rows of the product and of plant files,
        which have no history. [ms UTC]"""
        with self._connector.read() as connection:
            return _book(connection, as_of_ms)

    def factor_history(self) -> tuple[FactorEdition, ...]:
        """Every edition of every imported row, the oldest first."""
        with self._connector.read() as connection:
            return factor_history(connection)

    def factor_editions(self) -> tuple[Edition, ...]:
        """The editions an imported row may belong to, beside the plants' own and `ANY_EDITION`."""
        with self._connector.read() as connection:
            return _book(connection).editions


def _point(row: Row[Any]) -> Point:
    return Point(key=row.key, **dict(PointSpec.model_validate_json(row.body)))


def _bodies(connection: Connection, table: Table, ids: Sequence[str]) -> list[str]:
    query = select(table.c.body).where(table.c.plant.in_(ids)).order_by(table.c.plant, table.c.position)
    return list(connection.execute(query).scalars())


def _programmes(connection: Connection) -> list[Programme]:
    query = select(programmes.c.body).order_by(programmes.c.position)
    return [Programme.model_validate_json(body) for body in connection.execute(query).scalars()]


def _book(connection: Connection, as_of_ms: int | None = None) -> FactorBook:
    rows = connection.execute(select(factors).order_by(factors.c.id))
    editions = connection.execute(select(factor_editions).order_by(factor_editions.c.position))
    return FactorBook(
        tuple(factor_row(row) for row in rows),
        tuple(Edition(**{k: v for k, v in row._mapping.items() if k != "position"}) for row in editions),
    ).revised(imported_factors(connection, as_of_ms))
