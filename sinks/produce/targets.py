"""Where do targets stand, where are they heading, and where on the map is that?

One line a target and period for each day, at the start of the local day of the judgement: the newest holds, the older
ones tell how it came there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.figure import Indicator
from engine.targets.line import TargetLine
from registry import Plant
from registry.lists import CITY_NAMES
from registry.places import CITY_PLACES
from registry.text import Text
from sinks.lineprotocol import fields, series
from sinks.produce.rows import Rows, is_known
from sinks.schema import FORECAST, PLACE, TARGET

STATUS = {"met": 0, "on_pace": 1, "behind": 2, "not_assessable": 3}
"""How a status is written down."""

PERIODS = ("ytd", "rolling12", "full_year")


def target_lines(rows: Rows, scope: str, lines: Sequence[TargetLine], day_ms: int) -> None:
    """Every target of a scope with its members: three periods, and the forecast.

    Parameters
    ----------
    rows : Rows
    scope : str
    lines : sequence of TargetLine
        As `engine.figures.Figures.targets` says.
    day_ms : int
        Start of the local day. [ms UTC]
    """
    for line in _flat(lines):
        for period in PERIODS:
            indicator: Indicator = getattr(line, period)
            key = series(TARGET, scope=scope, series=line.id, period=period, unit=indicator.current.unit)
            rows.add(key, day_ms, _standing(indicator))
        said = line.forecast
        unit = line.full_year.base.unit
        rows.add(series(FORECAST, scope=scope, series=line.id, unit=unit), day_ms, _forecast(line, said.value))


def _standing(found: Indicator) -> str:
    """Without a change nothing is told but the status: a former number must not stand beside it."""
    status = STATUS[found.status]
    if not is_known(found.change):
        return fields(TARGET, known=0, status=status)
    current = found.current
    return fields(
        TARGET,
        known=1,
        status=status,
        base=found.base.value,
        current=current.value,
        change=found.change,
        target=found.target,
        progress=found.progress,
        pace=found.pace,
        coverage=current.coverage,
        estimated=current.estimated,
        provisional=current.provisional,
    )


def _forecast(line: TargetLine, value: float | None) -> str:
    if not is_known(value):
        return fields(FORECAST, known=0)
    said, needed = line.forecast, line.needed
    return fields(
        FORECAST,
        known=1,
        value=value,
        low=said.low,
        high=said.high,
        change=said.change,
        change_low=said.change_low,
        change_high=said.change_high,
        probability=said.probability,
        needed=needed.change,
        needed_month=needed.per_month,
        budget=needed.budget,
    )


def place_lines(rows: Rows, scope: str, plants: Sequence[Plant], lines: Sequence[TargetLine], day_ms: int) -> None:
    """Where a plant or a city lies, and how its targets stand over the year to date."""
    first = plants[0]
    is_plant = scope.startswith("plant:")
    name = first.name if is_plant else _city_name(first.city)
    there = CITY_PLACES.get(first.city)
    found = [line.ytd.status for line in lines]
    assessed = [STATUS[status] for status in found if status != "not_assessable"]
    key = series(
        PLACE,
        scope=scope,
        plant=first.id if is_plant else None,
        city=first.city,
        sector=first.sector if is_plant else None,
    )
    text = fields(
        PLACE,
        known=1,
        name_en=name.en,
        name_zh=name.zh,
        lat=None if there is None else there.lat_deg,
        lon=None if there is None else there.lon_deg,
        plants=len(plants),
        status=max(assessed, default=STATUS["not_assessable"]),
        behind=found.count("behind"),
        met=found.count("met") + found.count("on_pace"),
        not_assessable=found.count("not_assessable"),
    )
    rows.add(key, day_ms, text)


def _city_name(city: str) -> Text:
    return CITY_NAMES[city]


def _flat(lines: Sequence[TargetLine]) -> Iterator[TargetLine]:
    for line in lines:
        yield line
        yield from _flat(line.parts)
