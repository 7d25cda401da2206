"""Older files are brought up to date, newer and foreign ones are refused untouched."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from analytics.columns import INTERVAL_MS
from storage import Store, StoreError, StoreTooNew, schema
from tests.storage.rows import T0_MS, intervals, ranges, readings


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


def test_a_file_of_the_first_version_keeps_its_journal_and_is_settled_again(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "journal.duckdb")) as connection:
        connection.execute("create table schema_version (version integer not null)")
        connection.execute("insert into schema_version values (1)")
        for statement in schema.FIRST:
            connection.execute(statement)
        at = f"{T0_MS}, {T0_MS + INTERVAL_MS}"
        connection.execute(
            f"insert into readings values (1, {T0_MS}, 1.5, 0, 0, 1, 0), (1, {T0_MS + 1}, 2.5, 0, 0, 2, 1)"
        )
        connection.execute(f"insert into latest values (1, {T0_MS}, {T0_MS}, 1.5, 0, 0)")
        connection.execute(f"insert into intervals values (1, {T0_MS}, 9, 900, 0, null, 0, {at})")
        connection.execute("insert into days values (1, 17774, 9, 900, 0, 86400, null, 0)")
        connection.execute("insert into state values ('settled_batch', 2), ('kept_batch', 1)")
        connection.execute("insert into meta values ('a', 'b')")
    quarter = ranges((1, 0, INTERVAL_MS))
    with Store.open(tmp_path) as store:
        assert store.readings(quarter).value.tolist() == [1.5, 2.5]
        assert store.latest().value.tolist() == [2.5]
        assert (store.settled_batch, store.counts().intervals, store.meta_get("a")) == (0, 0, "b")
        assert len(store.days(quarter.point, 0, 99_999)) == 0
        assert store.dirty(0)[1] == 2
        assert store.events() == []
        assert store.append(readings((1, 1, 3.5))) == 3
        store.replace(quarter, intervals(quarter.point, quarter.from_ms))
        # of two readings of one time the one that came later stands last
        assert store.readings(quarter).value.tolist() == [1.5, 2.5, 3.5]


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
