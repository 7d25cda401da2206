"""Which columns of this file hold what?

A map (or its defaults) held against the header of one file: positions in place of names, and the point behind each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from collector.bulk.filemap import FileMap, Long
from collector.bulk.target import Target, own_target, receiving, resolve
from collector.bulk.zones import Zone
from registry import ConfigError, Problem, Registry
from registry.problems import did_you_mean, shown


@dataclass(frozen=True)
class Layout:
    """How the cells of a row are read.

    Attributes
    ----------
    map : FileMap
    header : tuple of str
        Names of all columns of the file.
    time : tuple of int
        Positions that make the time, joined by a blank.
    name : tuple of int
        Long files: positions that make the name, joined by a slash. Wide ones: empty.
    values : tuple of int
        Positions of values.
    flag : int or None
    targets : tuple of Target
        Long files: all points a name can mean. Wide ones: the point of each position of `values`.
    lookup : Mapping of str to int
        Long files: name to row of `targets`.
    zone : Zone or None
        Zone of times without an offset.
    """

    map: FileMap
    header: tuple[str, ...]
    time: tuple[int, ...]
    name: tuple[int, ...]
    values: tuple[int, ...]
    flag: int | None
    targets: tuple[Target, ...]
    lookup: Mapping[str, int]
    zone: Zone | None

    @property
    def fingerprint(self) -> str:
        """Equal for two imports that make the same readings of the same file."""
        said = [
            self.map.model_dump(mode="json", exclude={"source"}),
            sorted((name, self.targets[row].__dict__) for name, row in self.lookup.items()) if self.map.points else [],
            [] if self.name else [target.__dict__ for target in self.targets],
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def layout(told: FileMap, header: Sequence[str], file: Path, registry: Registry) -> Layout:
    """Hold a map against the header of a file and the points of the registry.

    Raises
    ------
    registry.ConfigError
        One line a mistake: a column that is not there, a point that nobody knows, a unit of another dimension.
    """
    problems: list[Problem] = []
    columns = _Header(told, [name.strip() for name in header], file, problems)
    time = tuple(columns.at("[time] column", name) for name in told.time.column)
    flag = None
    if told.is_long:
        long = _long(told, columns)
        names = [long.point] if long.plant is None else [long.plant, long.point]
        name = tuple(columns.at("[long] point", one) for one in names)
        values: tuple[int, ...] = (columns.at("[long] value", long.value),)
        flag = None if long.flag is None else columns.at("[long] flag", long.flag)
        found = _names(told, registry, problems)
    else:
        name = ()
        values = tuple(columns.at("[columns]", one) for one in told.columns)
        found = _resolved(told, "columns", registry, problems)
    if problems:
        raise ConfigError(problems)
    lookup = {one: row for row, one in enumerate(found)} if told.is_long else {}
    zone = None if told.time.zone is None else Zone(told.time.zone)
    return Layout(told, tuple(columns.names), time, name, values, flag, tuple(found.values()), lookup, zone)


class _Header:
    """The columns of one file by name."""

    def __init__(self, told: FileMap, names: list[str], file: Path, problems: list[Problem]) -> None:
        self.names = names
        self._told, self._file, self._problems = told, file, problems

    def at(self, key: str, column: str) -> int:
        """Position of a column; 0, with one more problem, where it is not there exactly once."""
        count = self.names.count(column)
        if count == 1:
            return self.names.index(column)
        what = f"{count} columns of that name" if count else f"no such column{did_you_mean(column, self.names)}"
        has = ", ".join(self.names)
        how = "" if self._told.source else "; name the columns in a map (--map FILE.toml)"
        where = self._told.source or "without a map"
        self._problems.append(Problem(where, key, shown(column), f"a column; {self._file} has {what}: {has}{how}"))
        return 0


def _long(told: FileMap, columns: _Header) -> Long:
    """The columns of a long file; without [long] `flag` and `plant` count where they are there."""
    if told.long is not None:
        return told.long
    return Long(
        flag="flag" if "flag" in columns.names else None,
        plant="plant" if "plant" in columns.names and not told.points else None,
    )


def _names(told: FileMap, registry: Registry, problems: list[Problem]) -> dict[str, Target]:
    if told.points:
        return _resolved(told, "points", registry, problems)
    return {full_id: own_target(point) for full_id, point in receiving(registry).items()}


def _resolved(told: FileMap, table: str, registry: Registry, problems: list[Problem]) -> dict[str, Target]:
    found: dict[str, Target] = {}
    for name, where in (told.points if table == "points" else told.columns).items():
        target = resolve(where, registry, f'{told.source}: [{table}] "{name}"', problems)
        if target is not None:
            found[name] = target
    return found
