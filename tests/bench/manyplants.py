"""Thousands of plants that nobody had to measure: rows for the fleet's benchmarks, drawn with a seed.

Twelve carriers, four water and three air pollutants, water, own power, a material, monthly value added. Every number is
known, so nothing is skipped; a few months are billed.
"""

from __future__ import annotations

import numpy as np

from analytics.calendar import day_number, month_of
from analytics.obstacles import STATES
from engine.fleet.carbon import CarbonRow
from engine.fleet.rows import N_MONEY, WATER, BillRow, PlantRow
from engine.fleet.times import FleetTimes
from registry import Plant, Programme, Registry, load_factors, load_programmes
from registry.text import Text
from tests.engine.make import ZONE

TODAY = int(np.datetime64("2019-12-20", "D").astype(int))
"""60 months since January of the base year, the last of them not over."""

CARRIERS = (
    ("electricity", "kWh"), ("natural_gas", "Nm3"), ("raw_coal", "t"), ("steam", "t"), ("diesel", "t"), ("coke", "t"),
    ("gasoline", "t"), ("fuel_oil", "t"), ("lpg", "t"), ("heat", "GJ"), ("washed_coal", "t"), ("kerosene", "t"),
)  # fmt: skip
LOADS = tuple(("water", name) for name in ("COD", "NH3-N", "TN", "TP")) + tuple(
    ("air", name) for name in ("SO2", "NOx", "PM")
)
CITIES = ("wuxi", "suzhou", "changzhou", "zhenjiang", "nanjing")
SECTORS = ("C17", "C26", "C28", "C30", "C31", "C33", "C35", "C39")


def programme() -> Programme:
    """The programme whose indicators are reckoned."""
    return next(p for p in load_programmes() if p.id == "sunan-2019")


def plants(n: int) -> list[Plant]:
    """So many plants of the programme, in the cities and sectors by turns."""
    return [
        Plant(
            id=f"plant-{i:05d}",
            name=Text(zh=f"第{i}厂", en=f"Plant {i}"),
            city=CITIES[i % len(CITIES)],
            sector=SECTORS[i % len(SECTORS)],
            size="large",
            zone=ZONE,
            programmes=("sunan-2019",),
        )
        for i in range(n)
    ]


def registry(n: int) -> Registry:
    """The nouns of so many plants, without a point."""
    return Registry.build(plants=plants(n), programmes=[programme()], factors=load_factors())


def row(plant: str, when: FleetTimes, rng: np.random.Generator) -> PlantRow:
    """One plant's row: sizes of its own, a drift of a few percent a year, noise from month to month."""
    days = (when.edge[1:] - when.edge[:-1]).astype(np.float64)
    years = (when.edge[:-1] - when.edge[0]) / 365.25
    n_parts = len(when.year)

    def lane() -> np.ndarray:
        daily = rng.lognormal(5.0, 1.0) * (1.0 + rng.normal(-0.05, 0.02)) ** years * rng.uniform(0.9, 1.1, len(days))
        return np.array([daily * days, days])

    money = np.zeros((len(days), N_MONEY))
    money[:] = (lane()[0] * 0.1)[:, None] * [1, 0, 1, 0, 0, 0] + days[:, None] * [0, 1, 0, 0, 1, 0]
    tonnes = np.zeros_like(money)
    tonnes[:] = (lane()[0] * 0.1)[:, None] * [1, 0, 1, 0, 0, 0] + days[:, None] * [0, 1, 0, 0, 1, 0]
    return PlantRow(
        plant=plant,
        n_parts=n_parts,
        carriers={key: lane() for key in CARRIERS},
        direct={key: lane() for key in (WATER, *LOADS)},
        power=np.stack([lane()[0] * 0.1, lane()[0] * 0.02], axis=-1),
        money=money,
        bills=_bills(rng),
        kgce={key: np.full(n_parts, rng.uniform(0.1, 1.5)) for key in CARRIERS},
        own_kgce={key: np.full(n_parts, 0.1229) for key in CARRIERS},
        carbon=CarbonRow(
            kg={key: np.full(n_parts, rng.uniform(0.5, 3.0)) for key in CARRIERS},
            materials={"limestone": tonnes},
            material_kg={"limestone": np.full(n_parts, 440.0)},
            editions=tuple(frozenset({"NDRC 2013-2015"}) for _ in when.times.sides),
            same=tuple(True for _ in when.base),
        ),
        states=np.zeros((len(when.base), STATES)),
    )


def _bills(rng: np.random.Generator) -> tuple[BillRow, ...]:
    """Now and then a month of electricity that only a bill knows."""
    if rng.random() < 0.9:
        return ()
    first = day_number(np.datetime64("2015-03-01").astype(object))
    return (BillRow(CARRIERS[0], first, first + 31, 4000.0, 3900.0, 0.0, 0.0, False, (-1, -1)),)


def n_months(when: FleetTimes) -> int:
    """Calendar months that the pieces meet."""
    return len(np.unique(month_of(when.edge[:-1])))
