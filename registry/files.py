"""Which plants do these files describe, and what is wrong with them?

`load_plant_files` gives the plants or raises with every problem; `check` only gives the problems. Nothing is connected
to and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.plantcheck import check_plant, same_readings
from registry.plantfile import PlantFile, build_plant
from registry.plantkeys import PointTable, SourceTable
from registry.problems import ConfigError, Problem, shown
from registry.programme import load_programmes
from registry.sections import Located, Sections, read_sections
from registry.topics import topics_overlap


@dataclass(frozen=True)
class _Listener:
    """A point that receives, with its source and its file."""

    path: str
    plant: str
    located: Located[PointTable]
    source: SourceTable


def load_plant_files(paths: Iterable[Path | str], programmes: Sequence[str] | None = None) -> tuple[PlantFile, ...]:
    """The plants of some files.

    Parameters
    ----------
    paths : iterable of Path or str
        Files; a folder stands for all ``*.toml`` in it.
    programmes : sequence of str, optional
        Ids of the programmes there are. Default: those that come with the product.

    Raises
    ------
    ConfigError
        If anything is wrong with any file; holds all problems.
    """
    problems: list[Problem] = []
    sections = _read(paths, programmes, problems)
    if problems:
        raise ConfigError(problems)
    tables = [(one.path, one.tables()) for one in sections]
    return tuple(build_plant(path, table) for path, table in tables if table is not None)


def check(paths: Iterable[Path | str], programmes: Sequence[str] | None = None) -> list[Problem]:
    """Everything that is wrong with some files; empty where nothing is.

    Parameters
    ----------
    paths, programmes
        As for `load_plant_files`.
    """
    problems: list[Problem] = []
    _read(paths, programmes, problems)
    return problems


def _read(paths: Iterable[Path | str], programmes: Sequence[str] | None, problems: list[Problem]) -> list[Sections]:
    known = [p.id for p in load_programmes()] if programmes is None else programmes
    found: list[Sections] = []
    for path in _files(paths, problems):
        sections = read_sections(path, problems)
        if sections is not None:
            problems += check_plant(sections, known)
            found.append(sections)
    problems += _plants_twice(found)
    problems += _heard_twice(found)
    return found


def _files(paths: Iterable[Path | str], problems: list[Problem]) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        inside = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if not inside:
            problems.append(Problem(str(path), "", "a folder without *.toml", "at least one plant file"))
        files += inside
    return list(dict.fromkeys(files))


def _plants_twice(files: Sequence[Sections]) -> list[Problem]:
    problems = []
    first: dict[str, str] = {}
    for sections in files:
        if sections.plant is None:
            continue
        name = sections.plant.table.id
        if name in first:
            wanted = f"an id of its own; {first[name]} has this one already"
            problems.append(Problem(sections.plant.where, "id", shown(name), wanted))
        first.setdefault(name, sections.path)
    return problems


def _heard_twice(files: Sequence[Sections]) -> list[Problem]:
    """Points of different sources that one value of one message would reach: it would be counted twice."""
    problems = []
    listeners = [listener for sections in files for listener in _listeners(sections)]
    by_channel: dict[str, list[_Listener]] = {}
    for listener in listeners:
        earlier = by_channel.setdefault(str(listener.located.table.channel), [])
        for other in earlier:
            # two sources of one file that meet are told of once, at the source
            told = listener.path == other.path and same_readings(listener.source, other.source)
            if not told and _same_value(listener, other):
                problems.append(
                    Problem(
                        listener.located.where,
                        "channel",
                        shown(listener.located.table.channel),
                        f"a topic and channel of its own; {other.plant}/{other.located.table.id} already listens to "
                        f"{other.source.topic}, which overlaps {listener.source.topic}",
                    )
                )
        earlier.append(listener)
    return problems


def _listeners(sections: Sections) -> list[_Listener]:
    sources = {located.table.id: located.table for located in sections.sources}
    plant = sections.plant.table.id if sections.plant is not None else sections.path
    return [
        _Listener(sections.path, plant, located, sources[located.table.source])
        for located in sections.points
        if located.table.source in sources and located.table.channel is not None
    ]


def _same_value(one: _Listener, other: _Listener) -> bool:
    a, b = one.source, other.source
    return (
        (one.path, a.id) != (other.path, b.id)
        and (a.items, a.value) == (b.items, b.value)
        and topics_overlap(a.topic, b.topic)
    )
