"""How do the nouns of plant files become rows, without touching what is the same already?

Every function takes an open transaction; `registry.store.Database.save` calls them in the order of what refers to what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from registry.factorrow import FactorRow
from registry.factors import FactorBook
from registry.model import PointSpec
from registry.plantfile import PlantFile
from registry.programme import Programme
from registry.sqltables import factor_editions, factors, limits, meters, outlets, plants, points, programmes, sources
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


class Tally:
    """Counts what is done while saving."""

    def __init__(self) -> None:
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.retired: Counter[str] = Counter()

    def report(self) -> SaveReport:
        return SaveReport(dict(self.added), dict(self.changed), dict(self.retired))


def save_programmes(connection: Connection, wanted: Iterable[Programme], tally: Tally) -> None:
    old = {row.id: row for row in connection.execute(select(programmes))}
    for position, programme in enumerate(wanted):
        new = {"position": position, "body": programme.model_dump_json()}
        _put(connection, programmes, {"id": programme.id}, old.get(programme.id), new, tally)


def save_plant(connection: Connection, file: PlantFile, position: int, tally: Tally) -> None:
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


def _save_points(connection: Connection, plant: str, wanted: Sequence[PointSpec], tally: Tally) -> None:
    old = {row.id: row for row in connection.execute(select(points).where(points.c.plant == plant))}
    for position, point in enumerate(wanted):
        new = {"position": position, "retired": False, "body": point.model_dump_json()}
        _put(connection, points, {"plant": plant, "id": point.id}, old.pop(point.id, None), new, tally)
    for row in old.values():
        if not row.retired:
            connection.execute(update(points).where(points.c.key == row.key).values(retired=True))
            tally.retired["points"] += 1


def _put(
    connection: Connection, table: Table, key: dict[str, Any], old: Row[Any] | None, new: dict[str, Any], tally: Tally
) -> None:
    """Insert a row, or update it where it differs."""
    if old is None:
        connection.execute(insert(table).values(**key, **new))
        tally.added[table.name] += 1
    elif any(getattr(old, name) != value for name, value in new.items()):
        connection.execute(update(table).where(*(table.c[name] == value for name, value in key.items())).values(**new))
        tally.changed[table.name] += 1


def _replace(connection: Connection, table: Table, plant: str, wanted: Mapping[str, Frozen], tally: Tally) -> None:
    """Make a plant's rows of a table those wanted; nothing refers to them, so what is not wanted is deleted."""
    old = {row.id: row for row in connection.execute(select(table).where(table.c.plant == plant))}
    for position, (name, noun) in enumerate(wanted.items()):
        new = {"position": position, "body": noun.model_dump_json()}
        _put(connection, table, {"plant": plant, "id": name}, old.pop(name, None), new, tally)
    for name in old:
        connection.execute(delete(table).where(table.c.plant == plant, table.c.id == name))
        tally.retired[table.name] += 1


def save_factors(connection: Connection, book: FactorBook, files: Sequence[PlantFile], tally: Tally) -> None:
    old_editions = {row.name: row for row in connection.execute(select(factor_editions))}
    for position, edition in enumerate(book.editions):
        new = {"position": position, **edition.model_dump(exclude={"name"})}
        _put(connection, factor_editions, {"name": edition.name}, old_editions.get(edition.name), new, tally)
    general = [row for row in book.rows if row.plant is None]
    _replace_factors(connection, None, general, tally)
    for file in files:
        _replace_factors(connection, file.plant.id, file.factors, tally)


def _replace_factors(connection: Connection, plant: str | None, wanted: Sequence[FactorRow], tally: Tally) -> None:
    mine = factors.c.plant.is_(None) if plant is None else factors.c.plant == plant
    old = [factor_row(row) for row in connection.execute(select(factors).where(mine).order_by(factors.c.id))]
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


def retire_others(connection: Connection, keep: Sequence[str], tally: Tally) -> None:
    gone = connection.execute(
        update(plants).where(plants.c.id.not_in(keep), plants.c.retired.is_(False)).values(retired=True)
    )
    if gone.rowcount:
        tally.retired["plants"] += gone.rowcount


def factor_row(row: Row[Any]) -> FactorRow:
    """A row of the table as a noun."""
    return FactorRow(**{name: value for name, value in row._mapping.items() if name != "id"})
