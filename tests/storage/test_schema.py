"""Older files are brought up to date, newer and foreign ones are refused untouched."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from storage import Store, StoreError, StoreTooNew, schema
from tests.storage.rows import ranges, readings


def run(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "journal.duckdb")) as connection:
        return connection.execute(sql).fetchall()


def test_a_new_file_has_the_current_version(tmp_path: Path) -> None:
    Store.open(tmp_path / "new" / "folder").close()
    assert run(tmp_path / "new" / "folder", "from schema_version") == [(len(schema.MIGRATIONS),)]


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0)))
    run(tmp_path, "update schema_version set version = 99")
    with pytest.raises(StoreTooNew, match=r"journal\.duckdb has schema version 99, this Taihu knows versions up to"):
        Store.open(tmp_path)
    # and let go of, so that the newer Taihu can have it
    assert run(tmp_path, "select count(*) from readings") == [(1,)]


def test_an_older_file_walks_the_rest_of_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.5)))
    more = (
        ("alter table readings add column note varchar", "create table extra (a integer)"),
        ("insert into extra values (7)",),
    )
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS + more)
    with Store.open(tmp_path) as store:
        assert store.append(readings((1, 1, 2.5))) == 2
        assert store.readings(ranges((1, 0, 9))).value.tolist() == [1.5, 2.5]
    assert run(tmp_path, "select version, a from schema_version, extra") == [(len(schema.MIGRATIONS), 7)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(tmp_path).close()
    version = len(schema.MIGRATIONS)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("create table extra (a integer)", "broken")))
        with pytest.raises(StoreError, match="broken"):
            Store.open(tmp_path)
    assert run(tmp_path, "from schema_version") == [(version,)]
    Store.open(tmp_path).close()


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create table songs (a integer)", "not a Taihu journal .*songs"),
        ("create table schema_version (number integer)", "has no column version"),
        ("create table schema_version (version integer)", "schema_version is empty"),
    ],
)
def test_the_database_of_somebody_else_is_refused(tmp_path: Path, sql: str, message: str) -> None:
    run(tmp_path, sql)
    with pytest.raises(StoreError, match=message):
        Store.open(tmp_path)
    assert len(run(tmp_path, "select table_name from duckdb_tables()")) == 1
