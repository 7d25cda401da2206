"""Plants with random days, gaps, bills, statements and factors, as the figures read them: without journal or settling.

What one finds in factories and few tests think of: own power that is partly sold, meters that came late, months that
only a bill knows, years that only one bill knows, missing price indices, factors of the plant's own, outlets of some
pollutants only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.calendar import date_of, day_start, month_first_day
from analytics.columns import Days, Findings, Int32, Intervals, Ranges
from registry import Registry, Statement, load_plant_files
from tests.engine.make import ZONE

FIRST = int(np.datetime64("2015-01-01", "D").astype(int))
CITIES = ("wuxi", "suzhou", "changzhou")
SECTORS = ("C17", "C26", "C31")

_PLANT = """
[plant]
id = "{id}"
name = {{ zh = "厂", en = "Plant" }}
city = "{city}"
sector = "{sector}"
size = "large"
zone = "Asia/Shanghai"
programmes = ["sunan-2019"]
"""
_POINT = """
[[points]]
id = "{id}"
name = {{ zh = "点", en = "Point" }}
kind = "{kind}"
unit = "{unit}"
every = "1h"
{more}
"""
_OUTLET = """
[[outlets]]
id = "{id}"
name = {{ zh = "口", en = "Outlet" }}
medium = "{medium}"
flow = "{id}flow"
pollutants = {{ {pollutants} }}
"""
_FACTOR = """
[[factors]]
carrier = "natural_gas"
quantity = "coal"
basis = "both"
value = 1.2
unit = "kgce/Nm3"
source = "own analysis"
"""
_METERS = (
    ("el", "kWh", "electricity", "import", 1.0),
    ("el2", "kWh", "electricity", "import", 0.3),
    ("pv", "kWh", "electricity", "production", 0.5),
    ("out", "kWh", "electricity", "export", 0.4),
    ("gas", "Nm3", "natural_gas", "import", 0.6),
    ("boiler", "t", "steam", "production", 0.2),
    ("steam", "t", "steam", "import", 0.4),
    ("diesel", "t", "diesel", "import", 0.3),
    ("water", "m3", "water", "import", 0.9),
)
_BILLS = (("energy:electricity", "MWh"), ("energy:raw_coal", "t"), ("energy:natural_gas", "Nm3"), ("water", "m3"))
_STATED = (("material:limestone", "t"), ("material:crude_steel", "t"), ("load:COD", "kg"), ("load:SO2", "t"))
_LOADS = (("ww", "water", ("COD", "NH3-N", "TN", "TP")), ("st", "air", ("SO2", "NOx", "PM")))


@dataclass(frozen=True)
class KeptDays:
    """`engine.kept.Kept` of days alone."""

    rows: Days
    settled_batch: int = 1

    def days(self, points: Int32, first_day: int, last_day: int) -> Days:
        wanted = np.isin(self.rows.point, points) & (self.rows.day >= first_day) & (self.rows.day <= last_day)
        return self.rows.take(wanted)

    def intervals(self, ranges: Ranges) -> Intervals:
        raise AssertionError("these plants have days only")

    def findings(self, points: Int32 | None, from_ms: int, to_ms: int, limit: int = 1000) -> Findings:
        raise AssertionError("these plants have days only")

    def meta_get(self, key: str) -> str | None:
        return None


def random_plants(folder: Path, rng: np.random.Generator, n_plants: int = 1) -> tuple[Registry, KeptDays, int]:
    """Registry, days, and the day that is today: somewhere in 2017 to 2019."""
    today = FIRST + int(rng.integers(731, 1700))
    paths = []
    for number in range(n_plants):
        paths.append(folder / f"p{number}.toml")
        paths[-1].write_text(_text(f"p{number}", rng), encoding="utf-8")
    files = load_plant_files(paths)
    statements = [s for number in range(n_plants) for s in _statements(f"p{number}", rng, today)]
    registry = Registry.of_files(files, statements=statements)
    return registry, KeptDays(random_days(registry, rng, today)), today


def now_ms(today: int) -> int:
    """Noon of a local day. [ms UTC]"""
    return int(day_start(today, ZONE)) + 12 * 3_600_000


def _text(plant: str, rng: np.random.Generator) -> str:
    text = _PLANT.format(id=plant, city=rng.choice(CITIES), sector=rng.choice(SECTORS)) + _life(rng)
    for name, unit, carrier, direction, share in _METERS:
        if rng.random() < share:
            more = f'carrier = "{carrier}"\ndirection = "{direction}"'
            more += "\nsince = 2016-05-17" if rng.random() < 0.1 else ""
            text += _POINT.format(id=name, kind="register", unit=unit, more=more)
    for outlet, medium, pollutants in _LOADS:
        if rng.random() < 0.5:
            continue
        chosen = [p for p in pollutants if rng.random() < 0.8] or [pollutants[0]]
        flow, level = ("m3/h", "mg/L") if medium == "water" else ("Nm3/h", "mg/m3")
        text += _POINT.format(id=f"{outlet}flow", kind="rate", unit=flow, more='hold = "2h"')
        for pollutant in chosen:
            text += _POINT.format(id=pollutant.lower(), kind="concentration", unit=level, more='hold = "2h"')
        names = ", ".join(f'"{p}" = "{p.lower()}"' for p in chosen)
        text += _OUTLET.format(id=outlet, medium=medium, pollutants=names)
    return text + (_FACTOR if rng.random() < 0.3 else "")


def _life(rng: np.random.Generator) -> str:
    """Most plants were there before the data, and are still."""
    return str(rng.choice(["", "", "", "", "opened = 2015-08-01\n", "opened = 2016-03-10\n", "closed = 2018-02-01\n"]))


def random_days(registry: Registry, rng: np.random.Generator, today: int) -> Days:
    """Days of every point from the base year to today: with gaps, late beginnings and spread amounts."""
    parts = []
    for point in registry.points.values():
        day = np.arange(FIRST, today + 1, dtype=np.int32)
        known = np.ones(len(day))
        known[: int(rng.choice([0, 0, 0, 200, 365, 700]))] = 0.0
        for _ in range(int(rng.integers(0, 4))):
            at = int(rng.integers(0, len(day)))
            known[at : at + int(rng.integers(1, 70))] = rng.choice([0.0, 0.25, 0.9])
        size = rng.lognormal(6.0, 1.0) * (0.4 if point.direction == "export" else 1.0)
        amount = size * rng.uniform(0.5, 1.5, len(day)) * known
        estimated = known * np.where(rng.random(len(day)) < 0.1, rng.random(len(day)), 0.0)
        seconds = (np.array([known - estimated, estimated]) * 86_400.0).astype(np.float32)
        length = np.full(len(day), 86_400.0, np.float32)
        flags, peak, key = np.zeros(len(day), np.uint16), np.full(len(day), np.nan), np.full(len(day), point.key)
        rows = Days(key.astype(np.int32), day, amount, seconds[0], seconds[1], length, peak, flags)
        parts.append(rows.take(known > 0.0))
    return Days.concat(parts) if parts else Days(*(np.empty(0, t) for t in "iidffffH"))


def _statements(plant: str, rng: np.random.Generator, today: int) -> list[Statement]:
    last = date_of(today).year
    found = [
        _said(plant, str(year), "price_index", rng.uniform(95, 105), "previous_year=100", rng)
        for year in range(2016, last + 1)
        if rng.random() < 0.97
    ]
    in_years = rng.random() < 0.1
    for year in range(2015, last + 1):
        if in_years:
            found.append(_said(plant, str(year), "value_added", rng.uniform(3000, 6000), "10k_yuan", rng))
        for month in range(1, 13):
            starts = int(month_first_day((year - 1970) * 12 + month - 1))
            if starts <= today and rng.random() < (0.2 if in_years else 0.98):
                value = rng.uniform(-20, 600)
                found.append(_said(plant, f"{year}-{month:02d}", "value_added", value, "10k_yuan", rng))
    for item, unit in _BILLS:
        if rng.random() < 0.3:
            found += _bills(plant, item, unit, rng, last)
    for item, unit in _STATED:
        if rng.random() < 0.3:
            found += _bills(plant, item, unit, rng, last)
    return found


def _bills(plant: str, item: str, unit: str, rng: np.random.Generator, last: int) -> list[Statement]:
    """Some months of some years, and some whole years beside or in place of their months."""
    found = []
    for year in range(2015, last + 1):
        if rng.random() < 0.3:
            found.append(_said(plant, str(year), item, rng.uniform(0, 9000), unit, rng))
        for month in range(1, 13):
            if rng.random() < 0.5:
                found.append(_said(plant, f"{year}-{month:02d}", item, rng.uniform(0, 900), unit, rng))
    return found


def _said(plant: str, period: str, item: str, value: float, unit: str, rng: np.random.Generator) -> Statement:
    status = rng.choice(["final", "final", "provisional", "plan"])
    return Statement(plant=plant, period=period, item=item, value=float(value), unit=unit, status=str(status))  # type: ignore[arg-type]
