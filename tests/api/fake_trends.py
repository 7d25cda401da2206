"""Trends of made-up months: every pollutant falls by one part in ten a year, the first of each outlet does not."""

from __future__ import annotations

import numpy as np

from analytics.calendar import day_of, month_first_day, month_of
from engine.figure import Figure, Indicator
from engine.trends.months import Months
from engine.trends.series import MonthSeries, Quantity
from engine.trends.trends import PlantTrends, trend_of
from registry import Outlet, Registry

FIRST_MONTH = (2015 - 1970) * 12
BASE_YEAR = 2015
LOAD_KG = 3000.0
VOLUME_M3 = 60_000.0
UNITS = {"water": "mg/L", "air": "mg/m3"}


def made_up_trends(registry: Registry, plant_id: str, now_ms: int) -> PlantTrends:
    """The plant's pollutants, as far as whole months go."""
    last = int(month_of(day_of(now_ms, registry.plants[plant_id].zone)))
    month = np.arange(FIRST_MONTH, last, dtype=np.int32)
    series = [one for outlet in registry.outlets(plant_id) for one in _of_outlet(outlet, month)]
    energy = MonthSeries(
        None, None, None, "energy_per_value_added", "tce/10k_yuan", month, _level(month, 1.0, -0.05, 3), _no(month),
        _nan(month), np.ones(len(month)), np.ones(len(month)), np.zeros(len(month)),
    )  # fmt: skip
    trends = tuple(trend_of(one, BASE_YEAR) for one in [*series, energy])
    return PlantTrends(plant_id, BASE_YEAR, trends, {"water:COD": _total(plant_id)})


def _of_outlet(outlet: Outlet, month: np.ndarray) -> list[MonthSeries]:
    found = []
    for i, pollutant in enumerate(outlet.pollutants):
        load = _level(month, LOAD_KG / (i + 1), -0.1 if i else 0.0, i)
        load[10] = np.nan  # a month of which too little is known
        months = _months(month, load, UNITS[outlet.medium])
        pairs: tuple[tuple[Quantity, str, np.ndarray], ...] = (
            ("load", "kg", load),
            ("concentration", UNITS[outlet.medium], months.mean),
        )
        for quantity, unit, value in pairs:
            found.append(
                MonthSeries(
                    None, outlet.medium, pollutant, quantity, unit, month, value, _no(month), _nan(month),
                    np.ones(len(month)), months.known, months.estimated, months, 10.0, False,
                )
            )  # fmt: skip
    return found


def _level(month: np.ndarray, at: float, change: float, seed: int) -> np.ndarray:
    """A season, a steady change a year and some noise."""
    years = np.arange(len(month)) / 12.0
    noise = np.random.default_rng(seed).normal(0.0, 0.05, len(month))
    return at * (1.0 + 0.15 * np.sin(2.0 * np.pi * years) + noise) * (1.0 + change) ** years


def _no(month: np.ndarray) -> np.ndarray:
    return np.zeros(len(month), np.bool_)


def _nan(month: np.ndarray) -> np.ndarray:
    return np.full(len(month), np.nan)


def _months(month: np.ndarray, load: np.ndarray, unit: str) -> Months:
    days = np.diff(month_first_day(np.arange(month[0], month[-1] + 2))).astype(float)
    valid = np.where(np.isnan(load), 9.0, days)
    return Months(
        month=month,
        load_kg=load,
        load_low_kg=load,
        load_high_kg=load,
        volume_m3=np.full(len(month), VOLUME_M3),
        mean=load / VOLUME_M3 * 1000.0,
        unit=unit,
        limit=_nan(month),
        below=_no(month),
        days_below=np.zeros(len(month)),
        days=days,
        valid_days=valid,
        known=valid / days,
        estimated=np.zeros(len(month)),
    )


def _total(plant_id: str) -> Indicator:
    scope = f"plant:{plant_id}"
    base, current = (Figure("load:COD", value, "kg", 0, 1, 0.97, scope=scope) for value in (24_000.0, 19_680.0))
    return Indicator("water_pollutants:COD", scope, base, current, -0.18, -0.16, 1.14, 0.75, "met")
