"""Databases to test against: SQLite files, and an own PostgreSQL cluster where Debian's is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry import Database, PlantFile, load_plant_files
from tests.postgresql import Cluster, cluster

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
def postgresql_server() -> Iterator[Cluster]:
    """A PostgreSQL of our own."""
    with cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/registry.sqlite"
    server: Cluster = request.getfixturevalue("postgresql_server")
    return server.new_database()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An up-to-date database without plants."""
    with Database(database_url) as db:
        db.upgrade()
        yield db
