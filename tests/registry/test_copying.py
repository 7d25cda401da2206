"""Does a registry that moved to another database know everything, and give no key twice? In both directions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from registry import Database, PlantFile, RegistryError, load_plant_files
from registry.editions import Import
from registry.sqltables import metadata
from registry.statement import Statement

EXAMPLES = Path(__file__).parents[2] / "examples" / "plants"


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path}/other.sqlite") as other:
        other.upgrade()
        yield other


def _fill(database: Database, plant: PlantFile) -> None:
    """Plants, one of them without a point it had, and a statement in two editions."""
    database.save([plant, *load_plant_files([EXAMPLES])])
    database.save([dataclasses.replace(plant, points=plant.points[:2], outlets=(), limits=())])
    for at_ms, value in ((1_000, 10.0), (2_000, 0.1 + 0.2)):
        said = Statement(
            plant="p1", period="2018-01", item="value_added", value=value, unit="CNY", status="final", source="office"
        )
        database.add_statements([said], Import(at_ms, who="厂长", why="第一季度"))


def _rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database._connector.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }


def _new_key(database: Database, plant: PlantFile) -> int:
    other = dataclasses.replace(plant, points=(*plant.points, plant.points[0].model_copy(update={"id": "new"})))
    database.save([other])
    return database.snapshot().points["p1/new"].key


@pytest.mark.parametrize("way", ["from", "to"])
def test_everything_arrives_and_the_next_key_is_the_same(
    database: Database, sqlite: Database, plant: PlantFile, way: str
) -> None:
    old, new = (database, sqlite) if way == "from" else (sqlite, database)
    _fill(old, plant)
    counts = old.copy_to(new)
    assert counts["statements"] == 2 and counts["points"] > 50
    assert counts == {name: len(rows) for name, rows in _rows(old).items()}
    assert _rows(new) == _rows(old)
    assert new.snapshot() == old.snapshot()
    assert (new.revision(), new.last_import()) == (old.revision(), old.last_import())
    assert _new_key(new, plant) == _new_key(old, plant)


@pytest.mark.parametrize("way", ["from", "to"])
def test_a_key_whose_point_was_deleted_by_hand_is_not_given_again(
    database: Database, sqlite: Database, plant: PlantFile, way: str
) -> None:
    old, new = (database, sqlite) if way == "from" else (sqlite, database)
    old.save([plant])
    last = max(point.key for point in old.snapshot().points.values())
    with old._connector.write() as connection:
        connection.execute(text("DELETE FROM points WHERE key = :key"), {"key": last})
    old.copy_to(new)
    assert _new_key(new, plant) > last


def test_a_registry_that_holds_something_is_not_touched(database: Database, sqlite: Database, plant: PlantFile) -> None:
    assert database.is_empty() and sqlite.is_empty()
    sqlite.save([plant])
    database.save([dataclasses.replace(plant, points=plant.points[:2], outlets=(), limits=())])
    assert not database.is_empty()
    before = _rows(database)
    with pytest.raises(RegistryError, match="holds plants or imports; wanted an empty one"):
        sqlite.copy_to(database)
    assert _rows(database) == before


def test_a_copy_is_one_moment(database: Database, sqlite: Database, plant: PlantFile) -> None:
    """Between two queries of a steady reader another connection writes: the reader does not see it."""
    database.save([plant])
    with database._connector.read(steady=True) as connection:
        count = text("SELECT count(*) FROM plants")
        before = connection.execute(count).scalar()
        if connection.dialect.name == "postgresql":
            with database._connector.write() as other:
                other.execute(text("INSERT INTO plants VALUES ('p2', 1, false, '{}')"))
        assert connection.execute(count).scalar() == before
