"""What several tests of the engine are about.

The parts of a small plant "p", to be put together. And two plants whose figures a calculation by hand gives: constant
daily amounts, monthly statements, registers read once a day at local midnight; their ``TODAY`` is 2018-09-01.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from analytics.calendar import day_start
from analytics.columns import Readings
from registry import Registry, Statement, load_plant_files

ZONE = "Asia/Shanghai"
START_MS = 1_535_731_200_000  # 2018-09-01 00:00 there
FIRST_DAY = int(np.datetime64("2015-01-01", "D").astype(int))
TODAY = int(np.datetime64("2018-09-01", "D").astype(int))
NOW_MS = int(day_start(TODAY, ZONE)) + 1

# Per day: 2015 and 2018. The second plant saves nothing, and it is three times as large in 2018.
DAILY = {"a": {"el": (2400.0, 1920.0), "water": (100.0, 114.0)}, "b": {"el": (1000.0, 3000.0), "water": (50.0, 150.0)}}
VALUE_ADDED = {"a": (10.0, 12.0), "b": (10.0, 30.0)}
PRICE = {2016: 98.0, 2017: 105.0, 2018: 103.0}

HEAD = """
[plant]
id = "p"
name = { zh = "厂", en = "Plant" }
city = "wuxi"
sector = "C17"
size = "large"
zone = "Asia/Shanghai"
"""
ELECTRICITY = """
[[points]]
id = "el"
name = { zh = "电", en = "Electricity" }
kind = "register"
unit = "kWh"
carrier = "electricity"
direction = "import"
"""
METERED = HEAD + ELECTRICITY + 'rating = "400 kW"\nevery = "5min"\n'
"""A plant with one register that is read every five minutes."""

COD = """
[[points]]
id = "cod"
name = { zh = "化学需氧量", en = "COD" }
kind = "concentration"
unit = "mg/L"
every = "1h"
hold = "2h"
"""
OUTLET = """
[[outlets]]
id = "ww"
name = { zh = "总排口", en = "Outlet" }
medium = "water"
flow = "flow"
pollutants = { COD = "cod" }
"""

PLANT = """
[plant]
id = "{id}"
name = {{ zh = "厂", en = "Plant" }}
city = "wuxi"
sector = "C17"
size = "large"
zone = "Asia/Shanghai"
programmes = ["sunan-2019"]
[[points]]
id = "el"
name = {{ zh = "电", en = "Electricity" }}
kind = "register"
unit = "kWh"
carrier = "electricity"
direction = "import"
every = "1d"
[[points]]
id = "water"
name = {{ zh = "水", en = "Water" }}
kind = "register"
unit = "m3"
carrier = "water"
direction = "import"
every = "1d"
"""


def registry_of(folder: Path, text: str, statements: Sequence[Statement] = ()) -> Registry:
    """The registry of one plant file."""
    path = folder / "plant.toml"
    path.write_text(text, encoding="utf-8")
    return Registry.of_files(load_plant_files([path]), statements=statements)


def status_of(year: int, month: int) -> Literal["final", "provisional", "plan"]:
    if (year, month) < (2018, 7):
        return "final"
    return "provisional" if (year, month) == (2018, 7) else "plan"


def statements_of(plant: str, first_year: int = 2015) -> list[Statement]:
    level = {2015: 1.0, 2016: 0.98, 2017: 0.98 * 1.05, 2018: 0.98 * 1.05 * 1.03}
    rows = [
        Statement(plant=plant, period=str(y), item="price_index", value=v, unit="previous_year=100", status="final")
        for y, v in PRICE.items()
    ]
    for year in range(first_year, 2019):
        for month in range(1, 13):
            status = status_of(year, month)
            days = monthrange(year, month)[1]
            value = VALUE_ADDED[plant][year == 2018] * days * level[year]
            rows.append(
                Statement(
                    plant=plant,
                    period=f"{year}-{month:02d}",
                    item="value_added",
                    value=value,
                    unit="10k_yuan",
                    status=status,
                )
            )
    return rows


def register(registry: Registry, full_id: str, first: float, later: float, missing: range = range(0)) -> Readings:
    """Read once a day at local midnight; 2015 with one daily amount, every later year with the other."""
    days = np.array([d for d in range(FIRST_DAY, TODAY + 1) if d - FIRST_DAY not in missing])
    every = np.arange(FIRST_DAY, TODAY + 1)
    total = np.concatenate([[0.0], np.cumsum(np.where(every[:-1] < FIRST_DAY + 365, first, later))])
    time_ms = day_start(days, ZONE)
    n = len(days)
    key = np.full(n, registry.points[full_id].key, np.int32)
    return Readings(key, time_ms, total[days - FIRST_DAY], np.zeros(n, np.uint8), time_ms)


def files_of(folder: Path) -> list[Path]:
    paths = []
    for name in DAILY:
        paths.append(folder / f"{name}.toml")
        paths[-1].write_text(PLANT.format(id=name), encoding="utf-8")
    return paths
