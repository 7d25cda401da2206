"""How do the nouns of plant files become rows with keys that last, and rows a snapshot?

A point gets its key when it is first saved. Loading the same file again changes nothing; a point that its file no
longer names is retired, keeps its key for ever, and gets the same key back when it returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from registry.database import Connector
from registry.factors import Edition, FactorBook, FactorRow, load_factors
from registry.model import Limit, Meter, Outlet, Plant, Point, PointSpec, Source
from registry.plantfile import PlantFile
from registry.programme import Programme, load_programmes
from registry.snapshot import Registry
from registry.sqltables import factor_editions, factors, limits, meters, outlets, plants, points, programmes, sources
from registry.statement import Statement
from registry.statementstore import StatementChanges, add_statements, current_statements, editions_of
from registry.text import Frozen


@dataclass(frozen=True)
class SaveReport:
    """What saving changed: table to count of rows."""

    added: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    retired: Mapping[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        """Count of all rows that changed; 0 where everything was there already."""
        return sum(self.added.values()) + sum(self.changed.values()) + sum(self.retired.values())

    def __str__(self) -> str:
        parts = [
            f"{count} {table} {what}"
            for what, counts in (("added", self.added), ("changed", self.changed), ("retired", self.retired))
            for table, count in counts.items()
        ]
        return ", ".join(parts) or "nothing changed"


class _Tally:
    """Counts what is done while saving."""

    def __init__(self) -> None:
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.retired: Counter[str] = Counter()

    def report(self) -> SaveReport:
        return SaveReport(dict(self.added), dict(self.changed), dict(self.retired))


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
        tally = _Tally()
        with self._connector.write() as connection:
            _save_programmes(connection, load_programmes() if programmes is None else programmes, tally)
            for position, file in enumerate(plant_files):
                _save_plant(connection, file, position, tally)
            _save_factors(connection, load_factors() if factors is None else factors, plant_files, tally)
            if complete:
                _retire_others(connection, [file.plant.id for file in plant_files], tally)
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

    def add_statements(
        self, new: Sequence[Statement], *, file: str, sha256: str, rows_bad: int, now_ms: int
    ) -> StatementChanges:
        """Keep statements, superseding what they change; see `registry.statementstore.add_statements`."""
        with self._connector.write() as connection:
            return add_statements(connection, new, file=file, sha256=sha256, rows_bad=rows_bad, now_ms=now_ms)

    def statement_editions(self, plant: str, item: str, period: str) -> tuple[Statement, ...]:
        """All editions of one statement, the oldest first; the last one is current."""
        with self._connector.read() as connection:
            return editions_of(connection, plant, item, period)


# --- Writing ----------------------------------------------------------------------------------------------------------


def _save_programmes(connection: Connection, wanted: Iterable[Programme], tally: _Tally) -> None:
    old = {row.id: row for row in connection.execute(select(programmes))}
    for position, programme in enumerate(wanted):
        new = {"position": position, "body": programme.model_dump_json()}
        _put(connection, programmes, {"id": programme.id}, old.get(programme.id), new, tally)


def _save_plant(connection: Connection, file: PlantFile, position: int, tally: _Tally) -> None:
    plant = file.plant
    old = connection.execute(select(plants).where(plants.c.id == plant.id)).one_or_none()
    # the place among other files is kept: it depends on which files are loaded together
    place = position if old is None else old.position
    new = {"position": place, "retired": False, "body": plant.model_dump_json()}
    _put(connection, plants, {"id": plant.id}, old, new, tally)
    _replace(connection, sources, plant.id, {x.id: x for x in file.sources}, tally)
    _replace(connection, meters, plant.id, {x.id: x for x in file.meters}, tally)
    _replace(connection, outlets, plant.id, {x.id: x for x in file.outlets}, tally)
    _replace(connection, limits, plant.id, {f"{n:04d}": x for n, x in enumerate(file.limits)}, tally)
    _save_points(connection, plant.id, file.points, tally)


def _save_points(connection: Connection, plant: str, wanted: Sequence[PointSpec], tally: _Tally) -> None:
    old = {row.id: row for row in connection.execute(select(points).where(points.c.plant == plant))}
    for position, point in enumerate(wanted):
        new = {"position": position, "retired": False, "body": point.model_dump_json()}
        _put(connection, points, {"plant": plant, "id": point.id}, old.pop(point.id, None), new, tally)
    for row in old.values():
        if not row.retired:
            connection.execute(update(points).where(points.c.key == row.key).values(retired=True))
            tally.retired["points"] += 1


def _put(
    connection: Connection, table: Table, key: dict[str, Any], old: Row[Any] | None, new: dict[str, Any], tally: _Tally
) -> None:
    """Insert a row, or update it where it differs."""
    if old is None:
        connection.execute(insert(table).values(**key, **new))
        tally.added[table.name] += 1
    elif any(getattr(old, name) != value for name, value in new.items()):
        connection.execute(update(table).where(*(table.c[name] == value for name, value in key.items())).values(**new))
        tally.changed[table.name] += 1


def _replace(connection: Connection, table: Table, plant: str, wanted: Mapping[str, Frozen], tally: _Tally) -> None:
    """Make a plant's rows of a table those wanted; nothing refers to them, so what is not wanted is deleted."""
    old = {row.id: row for row in connection.execute(select(table).where(table.c.plant == plant))}
    for position, (name, noun) in enumerate(wanted.items()):
        new = {"position": position, "body": noun.model_dump_json()}
        _put(connection, table, {"plant": plant, "id": name}, old.pop(name, None), new, tally)
    for name in old:
        connection.execute(delete(table).where(table.c.plant == plant, table.c.id == name))
        tally.retired[table.name] += 1


def _save_factors(connection: Connection, book: FactorBook, files: Sequence[PlantFile], tally: _Tally) -> None:
    old_editions = {row.name: row for row in connection.execute(select(factor_editions))}
    for position, edition in enumerate(book.editions):
        new = {"position": position, **edition.model_dump(exclude={"name"})}
        _put(connection, factor_editions, {"name": edition.name}, old_editions.get(edition.name), new, tally)
    general = [row for row in book.rows if row.plant is None]
    _replace_factors(connection, None, general, tally)
    for file in files:
        _replace_factors(connection, file.plant.id, file.factors, tally)


def _replace_factors(connection: Connection, plant: str | None, wanted: Sequence[FactorRow], tally: _Tally) -> None:
    mine = factors.c.plant.is_(None) if plant is None else factors.c.plant == plant
    old = [_factor(row) for row in connection.execute(select(factors).where(mine).order_by(factors.c.id))]
    if old == list(wanted):
        return
    connection.execute(delete(factors).where(mine))
    if wanted:
        connection.execute(insert(factors), [row.model_dump() for row in wanted])
    gone = sum(row not in wanted for row in old)
    come = sum(row not in old for row in wanted)
    for counter, count in ((tally.added, come), (tally.retired, gone)):
        if count:
            counter["factors"] += count
    if not come and not gone:
        tally.changed["factors"] += len(wanted)  # another order


def _retire_others(connection: Connection, keep: Sequence[str], tally: _Tally) -> None:
    gone = connection.execute(
        update(plants).where(plants.c.id.not_in(keep), plants.c.retired.is_(False)).values(retired=True)
    )
    if gone.rowcount:
        tally.retired["plants"] += gone.rowcount


# --- Reading ----------------------------------------------------------------------------------------------------------


def _point(row: Row[Any]) -> Point:
    return Point(key=row.key, **dict(PointSpec.model_validate_json(row.body)))


def _bodies(connection: Connection, table: Table, ids: Sequence[str]) -> list[str]:
    query = select(table.c.body).where(table.c.plant.in_(ids)).order_by(table.c.plant, table.c.position)
    return list(connection.execute(query).scalars())


def _programmes(connection: Connection) -> list[Programme]:
    query = select(programmes.c.body).order_by(programmes.c.position)
    return [Programme.model_validate_json(body) for body in connection.execute(query).scalars()]


def _book(connection: Connection) -> FactorBook:
    rows = connection.execute(select(factors).order_by(factors.c.id))
    editions = connection.execute(select(factor_editions).order_by(factor_editions.c.position))
    return FactorBook(
        tuple(_factor(row) for row in rows),
        tuple(Edition(**{k: v for k, v in row._mapping.items() if k != "position"}) for row in editions),
    )


def _factor(row: Row[Any]) -> FactorRow:
    return FactorRow(**{name: value for name, value in row._mapping.items() if name != "id"})
