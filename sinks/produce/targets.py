"""Where do targets stand, where are they heading, and where on the map is that?

One line a target and period for each day, at the start of the local day of the judgement: the newest holds, the older
ones tell how it came there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.figure import Indicator
from engine.targets.line import Forecast, TargetLine
from registry import Plant
from registry.lists import CITY_NAMES
from registry.places import CITY_PLACES
from registry.text import Text
from sinks.lineprotocol import fields, series
from sinks.produce.rows import Rows
from sinks.schema import BUDGET, COMPARED, FORECAST, NEEDED, PLACE, PROGRESS, TARGET

STATUS = {"met": 0, "on_pace": 1, "behind": 2, "not_assessable": 3}
"""How a status is written down."""

PERIODS = ("ytd", "rolling12", "full_year")


def target_lines(rows: Rows, scope: str, lines: Sequence[TargetLine], day_ms: int) -> None:
    """Every target of a scope with its members: three periods, the forecast, and what is still needed.

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
            _judgement(rows, scope, line.id, period, getattr(line, period), day_ms)
        unit = line.full_year.base.unit
        rows.add(series(FORECAST, scope=scope, series=line.id, unit=unit), day_ms, _forecast(line.forecast))
        needed = line.needed
        text = fields(NEEDED, known=1, change=needed.change, month=needed.per_month)
        rows.add(series(NEEDED, scope=scope, series=line.id), day_ms, text)
        key = series(BUDGET, scope=scope, series=line.id, unit=needed.budget_unit)
        rows.add(key, day_ms, fields(BUDGET, value=needed.budget, known=1))


def _judgement(rows: Rows, scope: str, name: str, period: str, found: Indicator, day_ms: int) -> None:
    """A target over one period, what was compared, and how far it has come: each can be unknown by itself."""
    judged = fields(
        TARGET, known=1, status=STATUS[found.status], change=found.change, target=found.target, pace=found.pace
    )
    rows.add(series(TARGET, scope=scope, series=name, period=period), day_ms, judged)
    base, current = found.base, found.current
    compared = fields(
        COMPARED,
        known=1,
        base=base.value,
        current=current.value,
        coverage=current.coverage,
        estimated=current.estimated,
        provisional=current.provisional,
    )
    rows.add(series(COMPARED, scope=scope, series=name, period=period, unit=current.unit), day_ms, compared)
    come = fields(PROGRESS, value=found.progress, known=1)
    rows.add(series(PROGRESS, scope=scope, series=name, period=period), day_ms, come)


def _forecast(said: Forecast) -> str:
    return fields(
        FORECAST,
        known=1,
        value=said.value,
        low=said.low,
        high=said.high,
        change=said.change,
        change_low=said.change_low,
        change_high=said.change_high,
        probability=said.probability,
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
