"""What environmental protection tax do the outlets of a plant cost in a month, as an estimate that opens?

Masses are the reported loads, rates those of the city on the first day of the month, reliefs follow from the means that
the limits are held against (`analytics.tax`). Known from secondary sources: the figure says that it is unsure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analytics.calendar import date_of, day_start, month_first_day
from analytics.tax import TaxLine, outlet_tax, relief
from analytics.units import UNITS
from engine.figure import Figure
from engine.outlets.exceedances import over_of, plant_periods
from engine.outlets.hours import ReadHours
from engine.outlets.loads_reported import ReportedLoad, reported_loads
from registry import Outlet, Registry
from registry.taxrates import TaxRate, tax_rate


def month_tax(read: ReadHours, registry: Registry, plant_id: str, month: int, now_ms: int) -> Figure:
    """The tax of a local month, or of the part of it that is past: outlets, pollutants, masses and rates below it.

    Parameters
    ----------
    read : ReadHours
    registry : Registry
    plant_id : str
    month : int
        Months since 1970-01.
    now_ms : int
        [ms UTC]

    Returns
    -------
    Figure
        ``tax`` in yuan; None before the law, where no rate is known, or where a mass that counts is not.

    Raises
    ------
    KeyError
        If there is no such plant.
    """
    plant = registry.plants[plant_id]
    first, last = (int(day) for day in month_first_day([month, month + 1]))
    from_ms, to_ms = (int(t) for t in day_start([first, last], plant.zone))
    rate = tax_rate(plant.city, date_of(first))
    whole = Figure("tax", None, "yuan", from_ms, to_ms, formula="Σ", note="no_tax_rate")
    if rate is None:
        return whole
    loads = reported_loads(read, registry, plant_id, from_ms, to_ms, now_ms)
    reliefs = _reliefs(read, registry, plant_id, (from_ms, to_ms), now_ms)
    outlets = []
    for outlet in registry.outlets(plant_id):
        mine = [load for load in loads if load.outlet.id == outlet.id]
        given = {p: left for (o, p), left in reliefs.items() if o == outlet.id}
        outlets.append(_outlet(outlet, mine, rate, given, whole))
    known = bool(outlets) and all(part.value is not None for part in outlets)
    return replace(
        whole,
        value=sum(part.value or 0.0 for part in outlets) if known else None,
        coverage=min((part.coverage or 0.0 for part in outlets), default=0.0),
        factors=rate.source,
        inputs=tuple(outlets),
        note="tax_estimate" if known else "part_missing",
    )


def _outlet(
    outlet: Outlet, loads: Iterable[ReportedLoad], rate: TaxRate, reliefs: dict[str, float], whole: Figure
) -> Figure:
    by_pollutant = {load.pollutant: load.reported for load in loads}
    masses = {name: figure.value for name, figure in by_pollutant.items()}
    yuan = rate.of(outlet.medium)
    lines = outlet_tax(masses, outlet.medium, yuan, reliefs, outlet.dust)
    parts = [_line(line, by_pollutant[line.pollutant], yuan, rate, whole) for line in lines]
    known = bool(parts) and all(part.value is not None for part in parts)
    return replace(
        whole,
        name=f"tax_outlet:{outlet.plant}/{outlet.id}",
        value=sum(part.value or 0.0 for part in parts) if known else None,
        coverage=min((figure.coverage or 0.0 for figure in by_pollutant.values()), default=0.0),
        inputs=tuple(parts),
        note="" if known else "part_missing",
    )


def _line(line: TaxLine, load: Figure, yuan: float, rate: TaxRate, whole: Figure) -> Figure:
    unsure = "" if rate.confidence == "sure" else "tax_rate_unsure"
    span = (whole.from_ms, whole.to_ms)
    note = "" if line.counted else "not_among_top" if line.equivalents is not None else "without_equivalent"
    units = Figure(
        f"equivalents:{line.pollutant}", line.equivalents, "equivalents", *span, load.coverage, formula="m / k",
        inputs=(load,), note="without_equivalent" if line.mass_kg is not None and line.equivalents is None else "",
    )  # fmt: skip
    price = Figure("tax_rate", yuan, "yuan/equivalent", *span, factors=rate.source, note=unsure)
    left = Figure("tax_relief", line.relief, "share", *span, note="article_13" if line.relief < 1.0 else "")
    return Figure(
        f"tax:{line.pollutant}",
        line.amount_yuan,
        "yuan",
        *span,
        load.coverage,
        formula="N · r · f",
        inputs=(units, price, left),
        note=note,
    )


def _reliefs(
    read: ReadHours, registry: Registry, plant_id: str, span: tuple[int, int], now_ms: int
) -> dict[tuple[str, str], float]:
    """What Art. 13 leaves, by outlet and pollutant; the least generous of several limits."""
    found: dict[tuple[str, str], float] = {}
    for outlet, periods in plant_periods(read, registry, plant_id, span[0], min(span[1], now_ms)):
        rows = (periods.start_ms >= span[0]) & (periods.end_ms <= min(span[1], now_ms)) & periods.judged
        if not bool(rows.any()):
            continue
        limit = periods.limit.value
        mean = float(np.mean(periods.mean[rows])) / UNITS[limit.unit].factor
        left = relief(mean, limit.value, bool((over_of(periods, now_ms) & rows).any()))
        key = (outlet.id, periods.pollutant)
        found[key] = max(left, found.get(key, 0.0))
    return found
