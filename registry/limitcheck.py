"""Do the limits, the raw gas, the oxygen and the stops of a plant file fit its points?

Units are what catches the usual traps: moisture as % or as fraction, pressure in kPa or in Pa.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.units import UNITS
from registry.limitpresets import limit_presets
from registry.outletkeys import GasFlowTable, LimitTable, OutletTable
from registry.plantkeys import PointTable
from registry.problems import Problem, one_of, shown
from registry.sections import Located, Sections

_GAS_DIMENSIONS = {
    "velocity": "velocity",
    "temperature": "temperature",
    "pressure": "pressure",
    "air_pressure": "pressure",
    "moisture": "ratio",
}
_SAMPLED = "a point of kind state or concentration"


def check_gas(located: Located[OutletTable], points: dict[str, PointTable], ids: frozenset[str]) -> Iterator[Problem]:
    """Problems of an outlet's raw gas, oxygen, moisture and stops.

    Parameters
    ----------
    located : Located[OutletTable]
    points : dict of str to PointTable
        Points without fault, by id.
    ids : frozenset of str
        Ids of all points of the file.
    """
    outlet, where = located.table, located.where
    if isinstance(outlet.flow, GasFlowTable):
        for key, dimension in _GAS_DIMENSIONS.items():
            yield from _level(where, f"flow.{key}", getattr(outlet.flow, key), dimension, points, ids)
        if outlet.flow.moisture is None and outlet.flow.moisture_percent is None:
            yield Problem(where, "flow.moisture", None, "the point of the moisture, or moisture_percent")
        if f"{outlet.id}.dry_flow" in ids:
            yield Problem(where, "id", shown(outlet.id), f"an outlet whose flow {outlet.id}.dry_flow is no point")
    for key in ("oxygen", "moisture"):
        yield from _level(where, key, getattr(outlet, key), "ratio", points, ids)
    if outlet.medium != "air":
        for key, came in (("oxygen", outlet.oxygen), ("moisture", outlet.moisture)):
            if came is not None:
                yield Problem(where, key, shown(came), "no such key: medium is water")
        if outlet.basis == "wet" or not isinstance(outlet.flow, str):
            yield Problem(where, "medium", shown(outlet.medium), "air, for raw gas or a wet basis")
    elif outlet.basis == "wet" and outlet.moisture is None and isinstance(outlet.flow, str):
        yield Problem(where, "moisture", None, "the point of the moisture: the basis is wet")
    yield from _stopped(outlet, where, points, ids)


def _level(
    where: str, key: str, came: str | None, dimension: str, points: dict[str, PointTable], ids: frozenset[str]
) -> Iterator[Problem]:
    if came is None:
        return
    if came not in ids:
        yield Problem(where, key, shown(came), f"an id of [[points]]: {one_of(came, sorted(ids), most=12)}")
    elif came in points and UNITS[points[came].unit].dimension != dimension:
        units = ", ".join(symbol for symbol, unit in UNITS.items() if unit.dimension == dimension)
        yield Problem(where, key, shown(came), f"{_SAMPLED} in {units}, not {points[came].unit}")


def _stopped(outlet: OutletTable, where: str, points: dict[str, PointTable], ids: frozenset[str]) -> Iterator[Problem]:
    stopped = outlet.stopped
    if stopped is None:
        return
    named = stopped.point
    if named is not None and named not in ids:
        known = f"an id of [[points]]: {one_of(named, sorted(ids), most=12)}"
        yield Problem(where, "stopped.point", shown(named), known)
        return
    wanted = "normal_flow" if outlet.medium == "air" else "volume_flow"
    if named is not None and named in points:
        wanted = UNITS[points[named].unit].dimension
    came = stopped.below.dimension
    if came != wanted and not (named is None and came in ("normal_flow", "volume_flow")):
        yield Problem(where, "stopped.below", shown(str(stopped.below)), f"a value with a unit of {wanted}")


def check_limits(sections: Sections) -> Iterator[Problem]:
    """Problems of all limits of one file."""
    points = {p.table.id: p.table for p in sections.points}
    loads = {f"{o.table.id}.{name}" for o in sections.outlets for name in o.table.pollutants}
    measured = {local: name for o in sections.outlets for name, local in o.table.pollutants.items()}
    oxygen = {local for o in sections.outlets if o.table.oxygen for local in o.table.pollutants.values()}
    for located in sections.limits:
        limit, where = located.table, located.where
        ids = sections.ids["points"]
        if limit.point not in ids | loads:
            known = f"an id of [[points]]: {one_of(limit.point, sorted(ids), most=12)}"
            yield Problem(where, "point", shown(limit.point), known)
        yield from _preset(limit, where, measured.get(limit.point))
        point = points.get(limit.point)
        if limit.value is not None and point is not None and limit.value.dimension != UNITS[point.unit].dimension:
            fitting = f"a unit that {point.unit} of {limit.point} turns into"
            yield Problem(where, "value", shown(str(limit.value)), fitting)
        if limit.reference_o2 is not None and limit.point not in oxygen:
            yield Problem(where, "reference_o2", shown(limit.reference_o2), "an outlet of this point that has oxygen")
        if limit.valid_from and limit.valid_to and limit.valid_to <= limit.valid_from:
            yield Problem(where, "valid_to", shown(limit.valid_to), f"a date after {limit.valid_from}")


def _preset(limit: LimitTable, where: str, pollutant: str | None) -> Iterator[Problem]:
    presets = limit_presets()
    if limit.preset is None:
        for key, came in (("value", limit.value), ("averaging", limit.averaging), ("standard", limit.standard)):
            if came is None:
                description = LimitTable.model_fields[key].description or "a value"
                yield Problem(where, key, None, f"{description}, or a preset that says it")
    elif limit.preset not in presets:
        yield Problem(where, "preset", shown(limit.preset), one_of(limit.preset, list(presets)))
    elif limit.value is None and pollutant not in presets[limit.preset].values:
        known = ", ".join(presets[limit.preset].values)
        yield Problem(where, "value", None, f"a value: {limit.preset} sets one for {known} only")
