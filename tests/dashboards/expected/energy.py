"""What has each query of energy and water to return: months, years and what they are held against?"""

from __future__ import annotations

from collections.abc import Iterable

from analytics.calendar import day_of, day_start, month_first_day, month_of
from engine.figure import Figure
from engine.period import Period, new_year
from engine.targets.quotient import quotient
from tests.dashboards.expected.rows import TODAY, Panels, Row, Says, Variables
from tests.dashboards.expected.targets import base
from tests.dashboards.filled import ZONE, Filled

FIGURES = {"Energy": "energy_tce", "Water": "water_m3", "CO2": "co2_t", "Value added": "value_added"}


def _figure(f: Filled, scope: str, name: str, first: int, last: int) -> Figure:
    """A figure of some local days, sums first."""
    _, books = f.product.figures.group(scope)
    period = Period.of(first, last, ZONE)

    def summed(one: str) -> Figure:
        made = {"energy_tce": "energy", "water_m3": "water", "co2_t": "carbon", "value_added": "value_added"}
        parts = [getattr(b, made[one])(period) for b in books]
        known = all(part.value is not None for part in parts)
        value = sum(part.value for part in parts) if known else None
        return Figure(one, value, parts[0].unit, period.from_ms, period.to_ms)

    tops = {"energy_per_value_added": "energy_tce", "water_per_value_added": "water_m3"}
    return quotient(name, summed(tops[name]), summed("value_added")) if name in tops else summed(name)


def months(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        first = int(month_of(day_of(int(v["from_ms"]), ZONE)))
        for month in range(first, int(month_of(TODAY))):
            start, end = (int(month_first_day(m)) for m in (month, month + 1))
            value = _figure(f, v["scope"], name, start, end).value
            if value is not None and int(v["from_ms"]) <= int(day_start(start, ZONE)):
                yield {"scope": v["scope"]}, int(day_start(start, ZONE)), {"value": value}

    return says


def _years(f: Filled, v: Variables, name: str) -> list[tuple[int, float]]:
    found = []
    for year in range(2015, 2019):
        value = _figure(f, v["scope"], name, new_year(year), min(new_year(year + 1), TODAY)).value
        if value is not None:
            found.append((int(day_start(new_year(year), ZONE)), value))
    return found


def years(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for at, value in _years(f, v, name):
            yield {"scope": v["scope"]}, at, {"value": value}

    return says


def last_year(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        yield {"scope": v["scope"]}, None, {"value": _years(f, v, name)[-1][1]}

    return says


def first_year(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        yield {}, None, {"value": _years(f, v, name)[0][1]}

    return says


def carriers(f: Filled, v: Variables) -> Iterable[Row]:
    _, books = f.product.figures.group(v["scope"])
    for name in {f"coal:{carrier}" for b in books for carrier in b.energy_carriers()}:
        having = [b for b in books if name.removeprefix("coal:") in b.energy_carriers()]
        for year in range(2015, 2019):
            period = Period.of(new_year(year), min(new_year(year + 1), TODAY), ZONE)
            values = [b.carrier_tce(name.removeprefix("coal:"), period).value for b in having]
            if all(value is not None for value in values):
                yield {"series": name}, period.from_ms, {"value": sum(filter(None, values))}


PANELS: Panels = {
    **{("taihu-energy", f"{title} this year", "A"): last_year(name) for title, name in FIGURES.items()},
    **{("taihu-energy", f"{title} by month", "A"): months(name) for title, name in FIGURES.items()},
    **{("taihu-energy", f"{title} by year", "A"): years(name) for title, name in FIGURES.items()},
    **{("taihu-energy", f"{title} by year", "B"): first_year(name) for title, name in FIGURES.items()},
    ("taihu-energy", "Energy by carrier", "A"): carriers,
    ("taihu-energy", "Energy per value added", "A"): months("energy_per_value_added"),
    ("taihu-energy", "Energy per value added", "B"): base("energy_per_value_added"),
    ("taihu-energy", "Water per value added", "A"): months("water_per_value_added"),
    ("taihu-energy", "Water per value added", "B"): base("water_per_value_added"),
}
