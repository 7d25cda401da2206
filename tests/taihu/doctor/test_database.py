"""Is a registry that cannot be used told, on SQLite and on a real PostgreSQL, and none made or changed?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from registry import Database
from registry.database import Connector
from registry.sqltables import VERSION_TABLE
from taihu.doctor.database import registry_checks
from taihu.settings import Settings
from tests.postgresql import CAREFUL, PASSWORD, Cluster, cluster
from tests.servers import free_port
from tests.taihu.doctor.conftest import one, states


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as running:
        running.run(f"CREATE ROLE {CAREFUL} LOGIN PASSWORD '{PASSWORD}'")
        yield running


def newer(url: str) -> None:
    connector = Connector(url)
    with connector.write() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    connector.close()


def test_a_file_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    found = registry_checks(Settings(data=tmp_path / "data"))
    assert states(found) == {"reachable": "ok", "version": "ok", "rights": "ok"}
    assert "made at the first start" in one(found, "version").found.en
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_ours_and_of_a_newer_version(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    url = f"sqlite:///{tmp_path}/registry.sqlite"
    with Database(url) as database:
        database.upgrade()
    assert one(registry_checks(settings), "version").found.en == "tables of revision 0002"
    newer(url)
    found = one(registry_checks(settings), "version")
    assert (found.state, found.found.en) == (
        "bad", "its tables are of a newer version (9999; this one knows up to 0002)"
    )  # fmt: skip


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "registry.sqlite").write_text("no database, whatever its name says\n" * 100)
    [found] = registry_checks(Settings(data=tmp_path))
    assert (found.check, found.state) == ("reachable", "bad")
    assert "file is not a database" in found.found.en


@pytest.mark.server
class TestPostgresql:
    def test_empty_and_filled(self, server: Cluster) -> None:
        settings = Settings(registry_url=server.new_database())
        found = registry_checks(settings)
        assert states(found) == {"reachable": "ok", "version": "ok", "rights": "ok"}
        assert one(found, "reachable").found.en.startswith("PostgreSQL 1")
        with Database(str(settings.registry_url)) as database:
            assert database.revision() is None, "looking makes no tables"
            database.upgrade()
        assert one(registry_checks(settings), "version").found.en == "tables of revision 0002"
        newer(str(settings.registry_url))
        assert one(registry_checks(settings), "version").state == "bad"

    def test_a_user_without_rights(self, server: Cluster) -> None:
        url = server.new_database()
        with Database(url) as database:
            database.upgrade()
        name = url.partition("@/")[2].partition("?")[0]
        server.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", name)
        server.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {CAREFUL}", name)
        server.run(f"GRANT INSERT ON plants TO {CAREFUL}", name)
        found = one(registry_checks(Settings(registry_url=server.url(name, f"{CAREFUL}:{PASSWORD}"))), "rights")
        assert found.state == "bad"
        lacking = found.found.en.removeprefix("rights are missing: ").split("; ")
        assert lacking[0] == "CREATE in the schema public"
        assert "UPDATE, DELETE on plants" in lacking and "INSERT, UPDATE, DELETE on points" in lacking
        assert found.todo is not None and "OWNER TO" in found.todo.en

    def test_a_wrong_password_and_a_missing_database(self, server: Cluster) -> None:
        url = server.url("postgres", f"{CAREFUL}:sea")
        [found] = registry_checks(Settings(registry_url=url))
        assert f'password authentication failed for user "{CAREFUL}"' in found.found.en
        assert ":sea@" not in found.found.en and ":***@" in found.found.en
        [found] = registry_checks(Settings(registry_url=server.url("nothing")))
        assert 'database "nothing" does not exist' in found.found.en

    def test_a_wrong_port(self) -> None:
        [found] = registry_checks(Settings(registry_url=f"postgresql+psycopg://taihu@127.0.0.1:{free_port()}/taihu"))
        assert (found.state, "refused" in found.found.en) == ("bad", True)
