"""Which series of an InfluxDB is which point?

A map says it, one TOML file a database, a table a point::

    [[series]]
    measurement = "energy"
    field = "kwh"
    where = { meter = "E01" }      # tags; all of them that tell this series from others
    point = "works/el.in"
    unit = "MWh"                   # of the values, where it is not the point's own
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from collector.bulk.target import MapTable, Target, Where, resolve
from registry import ConfigError, Problem, Registry
from registry.problems import problems_of
from registry.tomlfile import read_toml


class SeriesTable(Where):
    """One table of the map."""

    measurement: str = Field(min_length=1, description="name of the measurement")
    field: str = Field(min_length=1, description="name of the field")
    where: dict[str, str] = Field(
        default_factory=dict, description='tags and their values, e.g. { meter = "E01" }; {} for none'
    )
    merge: bool = Field(False, description="true where several series of these tags are one after the other this point")


class InfluxMap(MapTable):
    """All series of a map."""

    series: list[SeriesTable] = Field(min_length=1, description="tables [[series]]")


@dataclass(frozen=True)
class Series:
    """One series and the point it belongs to.

    Attributes
    ----------
    measurement, field : str
    where : tuple of (str, str)
        Tags and values.
    merge : bool
        Whether several series may match.
    target : Target
    """

    measurement: str
    field: str
    where: tuple[tuple[str, str], ...]
    merge: bool
    target: Target

    def __str__(self) -> str:
        tags = "".join(f",{tag}={value}" for tag, value in self.where)
        return f"{self.measurement}{tags} {self.field}"

    def select(self, what: str = "", condition: str = "", tail: str = "") -> str:
        """A query of this series: of its field, or of `what` (a function), and each set of tags by itself."""
        field = identifier(self.field)
        terms = [f"{identifier(tag)} = {literal(value)}" for tag, value in self.where]
        where = " AND ".join([*terms, *([condition] if condition else [])])
        return (
            f"SELECT {f'{what}({field})' if what else field} FROM {identifier(self.measurement)}"
            f"{f' WHERE {where}' if where else ''} GROUP BY *{f' {tail}' if tail else ''}"
        )


def load_influx_map(path: Path, registry: Registry) -> tuple[Series, ...]:
    """Read a map and hold it against the registry.

    Raises
    ------
    registry.ConfigError
        One line a mistake: file, table and key, what came and what was wanted.
    """
    problems: list[Problem] = []
    tables = read_toml(path, problems)
    found: list[Series] = []
    if tables is not None:
        try:
            told = InfluxMap.model_validate(tables)
        except ValidationError as error:
            raise ConfigError([*problems, *problems_of(error, str(path), InfluxMap)]) from None
        for number, table in enumerate(told.series, 1):
            target = resolve(table, registry, f"{path}: series[{number}]", problems)
            if target is not None:
                tags = tuple(sorted(table.where.items()))
                found.append(Series(table.measurement, table.field, tags, table.merge, target))
        problems += _twice(path, told)
    if problems:
        raise ConfigError(problems)
    return tuple(found)


def _twice(path: Path, told: InfluxMap) -> list[Problem]:
    """A series that stands in the map more than once for one point."""
    seen: dict[str, int] = {}
    problems = []
    for number, table in enumerate(told.series, 1):
        mark = json.dumps([table.measurement, table.field, sorted(table.where.items()), table.point])
        if mark in seen:
            came = f"the series and point of series[{seen[mark]}] again"
            problems.append(Problem(f"{path}: series[{number}]", "", came, "each once"))
        seen.setdefault(mark, number)
    return problems


def identifier(name: str) -> str:
    """A name as InfluxQL quotes it."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def literal(text: str) -> str:
    """A text as InfluxQL quotes it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
