"""Does a database of every released version come up to this one with all that was in it, and never go back?

``old/NNNN.json`` holds the rows that the product wrote when NNNN was its newest revision: a plant of which two points
were retired, statements and, from 0002 on, imported factors with an edition that was superseded. They are filled into
tables made by the steps up to that revision, so both databases are tried with the same past.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

import registry.migrations
from registry import Database, PlantFile, RegistryError
from registry.database import Connector
from registry.sqltables import VERSION_TABLE, metadata

OLD = Path(__file__).parent / "old"
RELEASED = [path.stem for path in sorted(OLD.glob("*.json"))]


def config_of(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(registry.migrations.__file__).parent))
    return config


def rows_of(revision: str) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = json.loads((OLD / f"{revision}.json").read_text(encoding="utf-8"))
    return rows


def fill(connection: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    names = list(rows[0])
    values = ", ".join(f":{name}" for name in names)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"), rows)
    numbered = next((name for name in ("key", "id") if isinstance(rows[0].get(name), int)), None)
    if connection.dialect.name == "postgresql" and numbered is not None:
        # SQLite remembers the largest by itself.
        last = max(row[numbered] for row in rows)
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:t, :c), :n)"), [{"t": table, "c": numbered, "n": last}]
        )


@pytest.fixture(params=RELEASED)
def old(request: pytest.FixtureRequest, database_url: str) -> tuple[str, str]:
    """Revision and URL of a database as that version left it."""
    connector = Connector(database_url)
    with connector.write() as connection:
        command.upgrade(config_of(connection), request.param)
        for table, rows in rows_of(request.param).items():
            fill(connection, table, rows)
    connector.close()
    return request.param, database_url


def test_every_revision_has_its_rows() -> None:
    steps = [step.revision for step in ScriptDirectory.from_config(config_of()).walk_revisions()]
    assert sorted(steps) == RELEASED, "write the rows of the new revision to tests/registry/old when it is released"


def test_old_tables_become_those_of_the_code(old: tuple[str, str]) -> None:
    connector = Connector(old[1])
    connector.upgrade()
    with connector.read() as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, VERSION_TABLE}
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
    connector.close()


def test_everything_that_was_kept_is_still_there(old: tuple[str, str]) -> None:
    revision, url = old
    with Database(url) as database:
        database.upgrade()
        found = database.snapshot()
        assert list(found.plants) == ["p1"]
        assert {name: point.key for name, point in found.points.items()} == {"p1/el.in": 1, "p1/ww.flow": 2}
        assert {point.full_id: key for key, point in found.retired.items()} == {"p1/ww.cod": 3, "p1/ww.COD": 4}
        assert found.points["p1/el.in"].multiplier == 8000
        assert [(s.period, s.value, s.status) for s in database.statement_editions("p1", "value_added", "2018-01")] == [
            ("2018-01", 1150.5, "provisional"),
            ("2018-01", 1140.25, "final"),
        ]
        assert [s.value for s in database.statements_as_of(1_525_000_000_000)] == [1150.5, 1200.0]
        editions = [(e.row.value, e.who, e.why) for e in database.factor_history()]
        assert editions == (
            [] if revision == "0001" else [(1.25, "王工", "supplier's letter"), (1.26, "王工", "corrected letter")]
        )


def test_keys_go_on_where_they_were(old: tuple[str, str], plant: PlantFile) -> None:
    with Database(old[1]) as database:
        database.upgrade()
        database.save([plant])
        keys = {name: point.key for name, point in database.snapshot().points.items()}
        assert keys == {"p1/el.in": 1, "p1/ww.flow": 2, "p1/ww.cod": 3, "p1/ww.COD": 4}
        first = plant.points[0]
        fresh = first.model_copy(update={"id": "el.new", "channel": "E01/new"})
        database.save([plant.__class__(**{**vars(plant), "points": (*plant.points, fresh)})])
        assert database.snapshot().points["p1/el.new"].key == 5


def test_no_step_leads_back(old: tuple[str, str]) -> None:
    connector = Connector(old[1])
    connector.upgrade()
    told = r"revision 0002 .* no step back.*restore the backup"
    with pytest.raises(RegistryError, match=told), connector.write() as connection:
        command.downgrade(config_of(connection), "-1")
    assert connector.revision() == "0002"
    connector.close()
