"""Databases to test against: SQLite files, and an own PostgreSQL cluster where Debian's is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from registry import Database, PlantFile, load_plant_files

_NUMBERS = count(1)

PLANT = """
[plant]
id = "p1"
name = { zh = "甲厂", en = "Plant one" }
city = "wuxi"
sector = "C17"
size = "large"
programmes = ["sunan-2019"]

[[sources]]
id = "gw"
topic = "site/p1/{device}/up"
items = "values"
time = "ts"
channel = "{device}/{key}"

[[meters]]
id = "E01"
name = { zh = "进线电表", en = "Incomer" }

[[points]]
id = "el.in"
meter = "E01"
name = { zh = "总进线", en = "Incomer" }
kind = "register"
unit = "kWh"
carrier = "electricity"
direction = "import"
multiplier = 8000
modulus = 1000000
rating = "12000 kW"
every = "1min"
source = "gw"
channel = "E01/ep"

[[points]]
id = "ww.flow"
name = { zh = "流量", en = "Flow" }
kind = "rate"
unit = "m3/h"
every = "1min"
source = "gw"
channel = "WW1/q"

[[points]]
id = "ww.cod"
name = { zh = "化学需氧量", en = "COD" }
kind = "concentration"
unit = "mg/L"
every = "1h"
valid = [0, 1000]
source = "gw"
channel = "WW1/cod"

[[outlets]]
id = "ww"
name = { zh = "排口", en = "Outlet" }
medium = "water"
flow = "ww.flow"
pollutants = { COD = "ww.cod" }

[[limits]]
point = "ww.cod"
value = "80 mg/L"
averaging = "1d"
standard = "GB 4287-2012"
"""


@pytest.fixture
def plant_toml() -> str:
    """A small plant without fault."""
    return PLANT


@pytest.fixture
def plant(tmp_path: Path) -> PlantFile:
    """The small plant, loaded."""
    path = tmp_path / "p1.toml"
    path.write_text(PLANT, encoding="utf-8")
    return load_plant_files([path])[0]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a cluster of our own, without the database's name; listens on a socket in its folder only."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed (no /usr/lib/postgresql/*/bin/initdb)")
    binaries = found[-1].parent
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="taihu-pg-"))  # short: a socket's path has at most 107 characters
    try:
        if os.geteuid() == 0:  # initdb refuses root
            shutil.chown(folder, user)
        run = _runner(user)
        data = folder / "data"
        run(binaries / "initdb", "-D", data, "-A", "trust", "-U", "taihu", "--no-sync", "-E", "UTF8", "--no-locale")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run(binaries / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://taihu@/{{name}}?host={folder}"
        finally:
            run(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _runner(user: str):
    prefix = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []

    def run(*words: object) -> None:
        done = subprocess.run([*prefix, *map(str, words)], cwd="/", capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stdout + done.stderr

    return run


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/registry.sqlite"
    return _new_postgresql(request.getfixturevalue("postgresql_server"))


def _new_postgresql(server: str) -> str:
    import psycopg

    name = f"registry{next(_NUMBERS)}"
    plain = server.replace("+psycopg", "").format(name="postgres")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.format(name=name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An up-to-date database without plants."""
    with Database(database_url) as db:
        db.upgrade()
        yield db
