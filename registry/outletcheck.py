"""Do the outlets, limits and factors of a plant file fit its points?"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.units import UNITS, integrated, is_amount, is_rate
from registry.factorrow import factor_unit_fault
from registry.limitcheck import check_gas, check_limits
from registry.lists import MATERIALS, POLLUTANTS
from registry.outletkeys import OutletTable
from registry.plantfile import coal_of_heat
from registry.plantkeys import PointTable
from registry.problems import Problem, did_you_mean, one_of, shown
from registry.sections import Located, Sections

_PER_MASS = tuple(f"/{symbol}" for symbol, unit in UNITS.items() if unit.dimension == "mass")


def check_outlets(sections: Sections) -> Iterator[Problem]:
    """All problems of the outlets, limits and factors of one file."""
    for outlet in sections.outlets:
        yield from _outlet(outlet, sections)
    yield from check_limits(sections)
    yield from _factors(sections)


def amount_dimension(dimension: str) -> str | None:
    """Dimension of what flowed: energy for energy and power; None for levels."""
    if is_rate(dimension):
        return integrated(dimension)
    return dimension if is_amount(dimension) else None


def nothing_there(where: str, key: str, came: str, ids: frozenset[str]) -> Problem:
    """A reference that points to nothing, with the ids there are."""
    section = {"meter": "[[meters]]", "source": "[[sources]]"}.get(key, "[[points]]")
    known = one_of(came, sorted(ids), most=12) if ids else "one; there are none"
    return Problem(where, key, shown(came), f"an id of {section}: {known}")


def _outlet(located: Located[OutletTable], sections: Sections) -> Iterator[Problem]:
    outlet, ids = located.table, sections.ids["points"]
    points = {p.table.id: p.table for p in sections.points}
    yield from check_gas(located, points, ids)
    flow = outlet.flow if isinstance(outlet.flow, str) else None
    if flow is not None and flow not in ids:
        yield nothing_there(located.where, "flow", flow, ids)
    elif flow in points and not _is_flow(points[flow]):
        volume = "a point that counts a volume (m3, m3/h, Nm3, Nm3/h ...)"
        yield Problem(located.where, "flow", shown(flow), volume)
    fitting = [name for name, pollutant in POLLUTANTS.items() if outlet.medium in pollutant.media]
    for pollutant, name in outlet.pollutants.items():
        key = f"pollutants.{pollutant}"
        if pollutant not in fitting:
            wanted = f"a pollutant of {outlet.medium}: {one_of(pollutant, fitting)}"
            yield Problem(located.where, key, shown(name), wanted)
        if name not in ids:
            yield nothing_there(located.where, key, name, ids)
        elif name in points and UNITS[points[name].unit].dimension != "concentration":
            yield Problem(located.where, key, shown(name), "a point with a unit of concentration (mg/L, mg/m3 ...)")


def _is_flow(point: PointTable) -> bool:
    return amount_dimension(UNITS[point.unit].dimension) in ("volume", "normal_volume")


def _factors(sections: Sections) -> Iterator[Problem]:
    for located in sections.factors:
        factor = located.table
        if (factor.heat is None) == (factor.value is None):
            yield Problem(located.where, "heat", shown(factor.heat) if factor.heat else None, "heat, or value and unit")
        elif factor.heat is not None:
            yield from _heat(located.where, factor.heat, factor.quantity)
        elif factor.unit is None:
            yield Problem(located.where, "unit", None, 'the unit of value, e.g. "kgce/m3"')
        elif (fault := factor_unit_fault(factor.unit, factor.quantity)) is not None:
            hint = did_you_mean(factor.unit, [f"kgce/{s}" for s in ("kWh", "m3", "Nm3", "kg", "t", "MJ", "GJ")])
            yield Problem(located.where, "unit", shown(factor.unit), fault + hint)
        elif factor.carrier in MATERIALS and (factor.quantity != "co2" or not factor.unit.endswith(_PER_MASS)):
            came = f"{factor.quantity} in {factor.unit}"
            yield Problem(located.where, "unit", shown(came), "CO2 per mass of a material, e.g. tCO2/t")
        if factor.valid_from and factor.valid_to and factor.valid_to <= factor.valid_from:
            yield Problem(located.where, "valid_to", shown(factor.valid_to), f"a date after {factor.valid_from}")


def _heat(where: str, heat: str, quantity: str) -> Iterator[Problem]:
    if quantity != "coal":
        yield Problem(where, "heat", shown(heat), "value and unit for CO2; heat gives standard coal only")
        return
    try:
        coal_of_heat(heat)
    except ValueError:
        yield Problem(where, "heat", shown(heat), 'heat per mass or volume, e.g. "35588 kJ/m3" or "2.78 GJ/t"')
