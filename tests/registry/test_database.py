"""Are the tables made from nothing, kept true to the code, and refused where a newer version wrote them?"""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from registry import Database, PlantFile, RegistryError, RegistryTooNew, RegistryUnavailable
from registry.database import Connector
from registry.sqltables import VERSION_TABLE, metadata


def test_up_from_nothing_makes_the_tables_of_the_code(database_url: str) -> None:
    connector = Connector(database_url)
    connector.upgrade()
    with connector.read() as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, VERSION_TABLE}
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
    connector.close()


def test_upgrading_twice_keeps_everything(database_url: str, plant: PlantFile) -> None:
    with Database(database_url) as database:
        database.upgrade()
        database.save([plant])
        before = database.snapshot()
    with Database(database_url) as database:
        database.upgrade()
        assert database.snapshot() == before


def test_a_newer_revision_is_refused_and_left_alone(database_url: str, plant: PlantFile) -> None:
    connector = Connector(database_url)
    connector.upgrade()
    with connector.write() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(RegistryTooNew, match="has revision 9999, this version knows up to 0002: start the newer"):
        connector.upgrade()
    with connector.read() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one() == "9999"
    connector.close()


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path}/a/100%/registry.sqlite") as database:
        database.upgrade()
        assert database.snapshot().plants == {}
    assert (tmp_path / "a" / "100%" / "registry.sqlite").is_file()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("this is not a database, whatever its name says\n" * 100)
    with (
        Database(f"sqlite:///{tmp_path}/x.sqlite") as database,
        pytest.raises(RegistryUnavailable, match="file is not a database"),
    ):
        database.upgrade()


def test_a_path_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Database(f"sqlite:///{tmp_path}/file/x.sqlite") as database, pytest.raises(RegistryUnavailable, match="file"):
        database.upgrade()


def test_a_database_without_tables_is_told(database_url: str) -> None:
    with Database(database_url) as database, pytest.raises(RegistryError, match="plants"):
        database.snapshot()


@pytest.mark.parametrize("url", ["", "registry.sqlite", "oracle9://x", "mongodb://x"])
def test_urls_of_no_known_database_are_told(url: str) -> None:
    with pytest.raises(RegistryError, match="wanted sqlite:///FILE or postgresql"):
        Database(url)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(RegistryError) as raised:
        Database("oracle9://taihu:secret@host/name")
    assert "secret" not in str(raised.value)


@pytest.mark.server
def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://taihu:secret@/registry?host={tmp_path}"
    with Database(url) as database, pytest.raises(RegistryUnavailable) as raised:
        database.upgrade()
    assert "taihu:***@" in str(raised.value) and "secret" not in str(raised.value)
