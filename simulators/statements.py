"""What do the accountant, the bureau of statistics and the weather station say, which no meter can?

Monthly value added at current prices, monthly output, materials processed, monthly degree days and the yearly producer
price index, as rows of the file that is imported as statements. Seen from a day inside the span the last months are
provisional, the months to come planned.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

import numpy as np

from simulators import noise, weather, workdays
from simulators.materials import material_t
from simulators.noise import Float64
from simulators.plant import Economy, Plant
from simulators.workdays import FIRST_YEAR, LAST_YEAR, LOCAL_MS, SPAN_TO_MS

COLUMNS = ("plant", "period", "item", "value", "unit", "status", "source")

_BOOKS = {
    "final": "财务决算 annual accounts",
    "provisional": "财务快报 monthly flash report",
    "plan": "经营计划 budget",
}
_BUREAU = "生产者出厂价格指数（模拟） producer price index, simulated"
_STATION = (
    f"气象站（模拟），日平均气温，基准 {weather.HEATING_BASE_C:g}/{weather.COOLING_BASE_C:g} °C "
    "weather station, simulated; daily means"
)


class Row(TypedDict):
    """One statement; keys are the columns of the file."""

    plant: str
    period: str
    item: str
    value: str
    unit: str
    status: str
    source: str


def real_value_added(plant: Plant) -> Float64:
    """True value added of each hour at 2015 prices, shape (HOURS,). [10k yuan]"""
    economy = plant.works.economy
    middles = [FIRST_YEAR + 0.5 + i for i in range(len(economy.mix))]
    mix = np.interp(workdays.days().year[:-1], middles, economy.mix)
    return np.asarray(plant.flows["output"].amount * mix * economy.value_added_per_output)


def price_level(economy: Economy) -> dict[int, float]:
    """Producer prices of each year against 2015, the chained index; 2015 is 1."""
    level = {FIRST_YEAR: 1.0}
    for year, index in enumerate(economy.price_index, FIRST_YEAR + 1):
        level[year] = level[year - 1] * index / 100.0
    return level


def statements(plants: Sequence[Plant], as_of_ms: int | None = None) -> list[Row]:
    """All statements of some plants as known on a day.

    Parameters
    ----------
    plants : sequence of Plant
    as_of_ms : int or None
        Months up to two before this instant's month are final, the month before it is provisional and off by up to some
        per cent, this one and those to come are the plan: the same month of the year before, and 4 % more. Without it
        all are final. [ms UTC]

    Returns
    -------
    list of Row
        ``value_added`` [10k_yuan, current prices], ``output:PRODUCT`` and ``material:NAME`` [t] each month;
        ``price_index`` [previous_year=100] each year from 2016; ``weather:hdd`` and ``weather:cdd`` [K.d] each month
        that is over. Materials of planned months are those of the year before; planned months have no output, planned
        years no index.
    """
    current = _month(SPAN_TO_MS if as_of_ms is None else as_of_ms)
    ahead = 2 if as_of_ms is None else 0
    return [
        row
        for plant in plants
        for row in (
            *_monthly(plant, current + ahead),
            *_materials(plant, current + ahead),
            *_indices(plant, current),
            *_weather(plant, current),
        )
    ]


def _month(time_ms: int) -> int:
    """Months since 2015-01 of the local month that holds an instant."""
    local = np.datetime64(time_ms + LOCAL_MS, "ms").astype("datetime64[M]").astype(np.int64)
    return int(local) - (FIRST_YEAR - 1970) * 12


def _status(month: int, current: int) -> str:
    return "final" if month <= current - 2 else "provisional" if month < current else "plan"


def _monthly(plant: Plant, current: int) -> Iterable[Row]:
    economy = plant.works.economy
    names, edges = workdays.month_edges()
    prices = price_level(economy)
    output = _sums(plant.flows["output"].amount, edges)
    book = _sums(real_value_added(plant), edges) * [prices[int(name[:4])] for name in names]
    flash = book * (1.0 + 0.015 * noise.normal(plant.seed, f"{plant.id}:flash", len(names)))
    stated: list[float] = []
    for month, name in enumerate(names):
        status = _status(month, current)
        if status == "plan":
            value = stated[month - 12] * 1.04 if month >= 12 else float(book[month])
        else:
            value = float(book[month] if status == "final" else flash[month])
        stated.append(value)
        yield _row(plant, name, "value_added", f"{value:.2f}", "10k_yuan", status, _BOOKS[status])
        if status != "plan":
            made = f"{output[month]:.1f}"
            yield _row(plant, name, f"output:{economy.product}", made, economy.output_unit, status, _BOOKS[status])


def _materials(plant: Plant, current: int) -> Iterable[Row]:
    names, edges = workdays.month_edges()
    for material in plant.works.materials:
        amounts = _sums(material_t(plant, material), edges)
        stated: list[float] = []
        for month, name in enumerate(names):
            status = _status(month, current)
            planned = status == "plan" and month >= 12
            stated.append(stated[month - 12] if planned else float(amounts[month]))
            yield _row(plant, name, f"material:{material}", f"{stated[-1]:.2f}", "t", status, _BOOKS[status])


def _indices(plant: Plant, current: int) -> Iterable[Row]:
    now_year = FIRST_YEAR + current // 12
    for year, index in enumerate(plant.works.economy.price_index, FIRST_YEAR + 1):
        if year <= min(now_year, LAST_YEAR):
            status = "final" if year < now_year else "provisional"
            yield _row(plant, str(year), "price_index", f"{index:.1f}", "previous_year=100", status, _BUREAU)


def _weather(plant: Plant, current: int) -> Iterable[Row]:
    names, edges = workdays.month_edges()
    for item, daily in (("hdd", weather.heating_degree_days()), ("cdd", weather.cooling_degree_days())):
        monthly = _sums(daily, edges // 24)
        for name, value in zip(names[:current], monthly, strict=False):
            yield _row(plant, name, f"weather:{item}", f"{value:.1f}", "K.d", "final", _STATION)


def _row(plant: Plant, period: str, item: str, value: str, unit: str, status: str, source: str) -> Row:
    return Row(plant=plant.id, period=period, item=item, value=value, unit=unit, status=status, source=source)


def _sums(amount: Float64, edges: noise.Int64) -> Float64:
    return np.asarray(np.add.reduceat(amount, edges[:-1]))


def write_statements(rows: Iterable[Row], path: Path) -> None:
    """Write rows as UTF-8 CSV with a byte order mark, which spreadsheets need for Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
