"""What stands in an InfluxDB, and which of it looks like which point?

A list for a person who writes the map, and a first map by similar names: the words of a series (measurement, tags,
field) against those of a point (its id, its name, its channel). It is a guess, written down as such.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collector.bulk.influxclient import InfluxQueries, TooLong
from collector.bulk.influxmap import identifier
from collector.bulk.source import ImportFailed
from collector.bulk.target import receiving
from collector.check import utc_text
from registry import Point, Registry

LIKELY = 0.5
"""Share of a point's words that a series must have to be suggested."""

OWN = ("reading", "value")
"""Measurement and field of a Taihu's copy that are what the meter sent (`sinks/schema.py`); the rest is made of it."""

_WORD = re.compile(r"[a-z]+|[0-9]+|[^\W\da-z_]+")
_STATEMENTS = 20


@dataclass(frozen=True)
class Found:
    """One series with its newest value.

    Attributes
    ----------
    measurement, field : str
    tags : tuple of (str, str)
    last_ms : int
        Time of the newest value. [ms UTC]
    last : object
        The newest value: number, text or truth.
    """

    measurement: str
    field: str
    tags: tuple[tuple[str, str], ...]
    last_ms: int
    last: object

    @property
    def words(self) -> frozenset[str]:
        """All words of its names; those of tags by their values."""
        return _words([self.measurement, self.field, *(value for _, value in self.tags)])


def found_series(queries: InfluxQueries) -> list[Found]:
    """All series of a database with their newest values, by measurement, tags and field.

    Raises
    ------
    ImportFailed
        If the server refuses or does not answer.
    """
    try:
        fields = queries.ask(["SHOW FIELD KEYS"])[0] or []
        # A field that was a whole number in one shard and a float in the next is listed twice.
        pairs = list(dict.fromkeys((str(one["name"]), str(row[0])) for one in fields for row in one["values"]))
        found: list[Found] = []
        for begin in range(0, len(pairs), _STATEMENTS):
            group = pairs[begin : begin + _STATEMENTS]
            asked = [f"SELECT last({identifier(f)}) FROM {identifier(m)} GROUP BY *" for m, f in group]
            for (measurement, field), answer in zip(group, queries.ask(asked), strict=True):
                for series in answer or []:
                    # Tags that a series has not come as empty texts.
                    tags = tuple((k, v) for k, v in sorted(series.get("tags", {}).items()) if v)
                    time_ms, last = series["values"][0]
                    found.append(Found(measurement, field, tags, int(time_ms), last))
    except TooLong as error:
        raise ImportFailed(f"{queries.server.url}: {error}; wanted a server that can list its newest values") from error
    return sorted(found, key=lambda one: (one.measurement, one.tags, one.field))


def listing(found: Sequence[Found]) -> list[tuple[str, str, str, str, str]]:
    """Rows for a table: measurement, tags, field, newest value and its time."""
    return [
        (one.measurement, ", ".join(f"{k}={v}" for k, v in one.tags), one.field, str(one.last), utc_text(one.last_ms))
        for one in found
    ]


def suggested_map(found: Sequence[Found], registry: Registry) -> str:
    """A map as TOML: for each point the series that looks like it, best first served.

    Points without one stand at the end as comments, and so do series that nobody got.
    """
    numeric = [one for one in found if isinstance(one.last, int | float)]
    own = [
        one for one in numeric if (one.measurement, one.field) == OWN and {"plant", "series"} <= dict(one.tags).keys()
    ]
    numeric = own or numeric
    scored = [
        (score, -len(one.words), point.full_id, place)
        for point in receiving(registry).values()
        for place, one in enumerate(numeric)
        if (score := likeness(point, one)) >= LIKELY
    ]
    points, got = receiving(registry), dict[str, tuple[int, float]]()
    taken: set[int] = set()
    for score, _, full_id, place in sorted(scored, key=lambda row: (-row[0], -row[1], row[2], row[3])):
        if full_id not in got and place not in taken:
            got[full_id] = (place, score)
            taken.add(place)
    lines = [
        "# A guess by similar names. Check every table: the series, and the unit of its values where it is not",
        '# the point\'s own (unit = "MWh").',
    ]
    if own:
        lines += ["# A Taihu wrote this database: only its readings are suggested, all else in it was made of them."]
    for full_id, point in points.items():
        if full_id in got:
            place, score = got[full_id]
            lines += ["", *_table(numeric[place], point, score)]
    without = [full_id for full_id in points if full_id not in got]
    lines += ["", *(f"# no series looks like {full_id}" for full_id in without)] if without else []
    rest = [one for place, one in enumerate(numeric) if place not in taken]
    lines += ["", *(f"# not used: {_inline(one)}" for one in rest)] if rest else []
    return "\n".join(lines) + "\n"


def likeness(point: Point, one: Found) -> float:
    """Share of a point's words that a series has, by whichever of the point's names fits best.

    0 to 1, a little more where it names the plant, and 2 where its tags name plant and point to the letter.
    """
    tags = dict(one.tags)
    if (tags.get("plant"), tags.get("series")) == (point.plant, point.id):
        return 2.0
    names = [point.id, point.channel or "", point.name.en, point.name.zh]
    plant = _words([point.plant])
    best = 0.0
    for name in names:
        words = _words([name])
        if words:
            best = max(best, len(words & one.words) / len(words))
    # Of plants whose points have equal names, the one that the series names.
    return best + 0.1 * (len(plant & one.words) / len(plant)) if best and plant else best


def _table(one: Found, point: Point, score: float) -> list[str]:
    about = f"{point.name.zh} {point.name.en}, {point.kind.name.lower()}, {point.unit}"
    where = ", ".join(f"{_key(tag)} = {json.dumps(value, ensure_ascii=False)}" for tag, value in one.tags)
    return [
        f"[[series]]  # {min(score, 1.0):.0%} of the words; newest value {one.last}, {utc_text(one.last_ms)}",
        f"measurement = {json.dumps(one.measurement, ensure_ascii=False)}",
        f"field = {json.dumps(one.field, ensure_ascii=False)}",
        f"where = {{ {where} }}" if where else "where = {}",
        f"point = {json.dumps(point.full_id)}  # {about}",
    ]


def _inline(one: Found) -> str:
    return " ".join([one.measurement, *(f"{tag}={value}" for tag, value in one.tags), one.field])


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in _WORD.findall(name.lower()))
