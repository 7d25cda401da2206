"""Do the tables of a plant file fit together?

Units against kind and carrier, references against what they name, parents without a circle, no two points on one
channel. Each function yields the problems of one rule; outlets, limits and factors are in `registry.outletcheck`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analytics.columns import Kind
from analytics.units import UNITS, amount_unit
from registry.lists import CARRIERS, kind_units
from registry.outletcheck import amount_dimension, check_outlets, nothing_there
from registry.plantfile import LABELLED
from registry.plantkeys import PointTable, SourceTable
from registry.problems import Problem, one_of, shown
from registry.quantity import rate_dimension
from registry.sections import Located, Sections
from registry.topics import template_makes, templates_meet, topics_overlap

_LEVELS = (Kind.CONCENTRATION, Kind.STATE)


def check_plant(sections: Sections, programmes: Sequence[str]) -> Iterator[Problem]:
    """All problems between the tables of one file.

    Parameters
    ----------
    sections : Sections
    programmes : sequence of str
        Ids of the programmes there are.
    """
    yield from _programmes(sections, programmes)
    yield from _lives(sections)
    yield from _twice(sections)
    for located in sections.points:
        yield from _point(located, sections)
    yield from _circles(sections.points)
    yield from _one_channel(sections.points)
    yield from _source_pairs(sections.sources)
    yield from check_outlets(sections)


def _programmes(sections: Sections, programmes: Sequence[str]) -> Iterator[Problem]:
    if sections.plant is None:
        return
    for name in sections.plant.table.programmes:
        if name not in programmes:
            yield Problem(sections.plant.where, "programmes", shown(name), one_of(name, programmes))


def _lives(sections: Sections) -> Iterator[Problem]:
    """Ends after beginnings: of the plant, and of what its points count."""
    if sections.plant is not None:
        plant = sections.plant.table
        if plant.opened is not None and plant.closed is not None and plant.closed <= plant.opened:
            yield Problem(sections.plant.where, "closed", shown(plant.closed), f"a day after opened ({plant.opened})")
    for located in sections.points:
        point = located.table
        if point.since is not None and point.until is not None and point.until <= point.since:
            yield Problem(located.where, "until", shown(point.until), f"a day after since ({point.since})")


def _twice(sections: Sections) -> Iterator[Problem]:
    """Ids that stand twice; a derived load counts as a point."""
    for tables in (sections.sources, sections.meters, sections.points, sections.outlets):
        first: dict[str, str] = {}
        for located in tables:
            name = located.table.id
            if name in first:
                yield Problem(located.where, "id", shown(name), f"an id of its own; {first[name]} has this one already")
            first.setdefault(name, located.where.removeprefix(f"{sections.path}: "))
    points = {located.table.id for located in sections.points}
    for located in sections.outlets:
        for pollutant in located.table.pollutants:
            load = f"{located.table.id}.{pollutant}"
            if load in points:
                yield Problem(located.where, "id", shown(located.table.id), f"an outlet whose load {load} is no point")


# --- Points -----------------------------------------------------------------------------------------------------------


def _point(located: Located[PointTable], sections: Sections) -> Iterator[Problem]:
    yield from _units(located)
    yield from _kind_keys(located)
    yield from _references(located, sections)
    yield from _channel(located, sections)


def _units(located: Located[PointTable]) -> Iterator[Problem]:
    """Unit against kind and carrier; a rating is only judged by a unit that is right."""
    point = located.table
    allowed = kind_units(point.kind)
    counted = amount_dimension(UNITS[point.unit].dimension)
    if point.unit not in allowed:
        word = point.kind.name.lower()
        yield Problem(located.where, "unit", shown(point.unit), f"a unit of kind {word}: {one_of(point.unit, allowed)}")
        return
    fitting = () if point.carrier is None else CARRIERS[point.carrier].dimensions
    if fitting and point.kind not in _LEVELS and counted not in fitting:
        units = [symbol for symbol in allowed if amount_dimension(UNITS[symbol].dimension) in fitting]
        what = f"a unit of {point.carrier}: {one_of(point.unit, units)}"
        yield Problem(located.where, "unit", shown(point.unit), what)
        return
    if point.rating is None:
        return
    if counted is None:
        yield Problem(located.where, "rating", shown(str(point.rating)), "no rating: the point is a level, not a flow")
    elif point.rating.dimension != rate_dimension(counted):
        per_hour = f"a flow of {amount_unit(counted)}, e.g. in " + ", ".join(_flow_units(counted))
        yield Problem(located.where, "rating", shown(str(point.rating)), per_hour)


def _flow_units(counted: str) -> list[str]:
    named = [symbol for symbol, unit in UNITS.items() if unit.dimension == rate_dimension(counted)]
    return named or [f"{amount_unit(counted)}/h"]


def _kind_keys(located: Located[PointTable]) -> Iterator[Problem]:
    point = located.table
    word = point.kind.name.lower()
    if point.modulus is not None and point.kind is not Kind.REGISTER:
        yield Problem(located.where, "modulus", shown(point.modulus), f"no modulus: kind is {word}, not register")
    if point.label == "end" and point.kind not in LABELLED:
        yield Problem(located.where, "label", shown(point.label), f"no label: kind is {word}, not amount or mean")
    if point.kind is Kind.CONCENTRATION:
        return
    if point.detection_limit:
        values = shown([limit.value for limit in point.detection_limit])
        yield Problem(located.where, "detection_limit", values, f"no limit: kind is {word}, not concentration")
    if point.error_percent is not None:
        none = f"no error: kind is {word}, not concentration; a meter has an accuracy"
        yield Problem(located.where, "error_percent", shown(point.error_percent), none)


def _references(located: Located[PointTable], sections: Sections) -> Iterator[Problem]:
    point, ids = located.table, sections.ids
    if point.meter is not None and point.meter not in ids["meters"]:
        yield nothing_there(located.where, "meter", point.meter, ids["meters"])
    if point.source is not None and point.source not in ids["sources"]:
        yield nothing_there(located.where, "source", point.source, ids["sources"])
    if point.parent is None:
        return
    if point.parent not in ids["points"]:
        yield nothing_there(located.where, "parent", point.parent, ids["points"])
        return
    parent = next((p.table for p in sections.points if p.table.id == point.parent), None)
    if parent is None or parent.id == point.id:
        return
    if amount_dimension(UNITS[parent.unit].dimension) != amount_dimension(UNITS[point.unit].dimension):
        same = f"a point that counts the same as {point.unit}, not {parent.unit}"
        yield Problem(located.where, "parent", shown(point.parent), same)


def _channel(located: Located[PointTable], sections: Sections) -> Iterator[Problem]:
    point = located.table
    if point.source is not None and point.channel is None:
        yield Problem(located.where, "channel", None, f"a channel of source {point.source}")
    if point.source is None and point.channel is not None:
        yield Problem(located.where, "source", None, f"the source that has the channel {shown(point.channel)}")
    source = next((s.table for s in sections.sources if s.table.id == point.source), None)
    if source is not None and point.channel is not None and not template_makes(source.channel, point.channel):
        makes = f"a channel that source {source.id} can make: {source.channel}"
        yield Problem(located.where, "channel", shown(point.channel), makes)


def _circles(points: Sequence[Located[PointTable]]) -> Iterator[Problem]:
    """Each circle of parents once, at the first of its points."""
    parents = {located.table.id: located.table.parent for located in points}
    told: set[str] = set()
    for located in points:
        path = [located.table.id]
        while (above := parents.get(path[-1])) is not None and above not in path:
            path.append(above)
        if above == located.table.id and not told & set(path):
            told |= set(path)
            chain = " -> ".join([*path, path[0]])
            yield Problem(located.where, "parent", shown(located.table.parent), f"no circle of parents ({chain})")


def _one_channel(points: Sequence[Located[PointTable]]) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}
    for located in points:
        point = located.table
        if point.source is None or point.channel is None:
            continue
        taken = first.setdefault((point.source, point.channel), point.id)
        if taken != point.id:
            yield Problem(
                located.where,
                "channel",
                shown(point.channel),
                f"a channel of its own; point {taken} listens to it on source {point.source}",
            )


def _source_pairs(sources: Sequence[Located[SourceTable]]) -> Iterator[Problem]:
    for number, located in enumerate(sources):
        for earlier in sources[:number]:
            if same_readings(located.table, earlier.table):
                yield Problem(
                    located.where,
                    "topic",
                    shown(located.table.topic),
                    f"a topic or channel apart from source {earlier.table.id} ({earlier.table.topic}, "
                    f"{earlier.table.channel}): one message could make the same channel of both",
                )


def same_readings(one: SourceTable, other: SourceTable) -> bool:
    """Whether one message could give both sources the same value under the same channel."""
    return (
        (one.items, one.value) == (other.items, other.value)
        and topics_overlap(one.topic, other.topic)
        and templates_meet(one.channel, other.channel)
    )
