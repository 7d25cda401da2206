"""Which tables does a plant file hold, and which of them keep to their keys?

Every table is held against its keys on its own, so that one mistake hides no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from registry.outletkeys import LimitTable, OutletTable
from registry.plantfile import Tables
from registry.plantkeys import (
    FactorTable,
    MeterTable,
    PlantTable,
    PointTable,
    SourceTable,
    Table,
)
from registry.problems import Problem, one_of, problems_of, shown
from registry.tomlfile import read_toml

T = TypeVar("T", bound=Table)

SECTIONS: dict[str, type[Table]] = {
    "plant": PlantTable,
    "sources": SourceTable,
    "meters": MeterTable,
    "points": PointTable,
    "outlets": OutletTable,
    "limits": LimitTable,
    "factors": FactorTable,
}
"""Tables of a plant file: ``[plant]`` once, the others as ``[[name]]``."""


@dataclass(frozen=True)
class Located(Generic[T]):
    """A table and where it stands, e.g. ``x.toml: points[3] "el.in"``."""

    where: str
    table: T


@dataclass(frozen=True)
class Sections:
    """The tables of one file that keep to their keys.

    Attributes
    ----------
    path : str
    plant : Located[PlantTable] or None
    sources, meters, points, outlets, limits, factors : tuple of Located
    ids : dict
        Section to all ids found there, those of faulty tables included: a reference to one is no second mistake.
    """

    path: str
    plant: Located[PlantTable] | None
    sources: tuple[Located[SourceTable], ...]
    meters: tuple[Located[MeterTable], ...]
    points: tuple[Located[PointTable], ...]
    outlets: tuple[Located[OutletTable], ...]
    limits: tuple[Located[LimitTable], ...]
    factors: tuple[Located[FactorTable], ...]
    ids: dict[str, frozenset[str]]

    def tables(self) -> Tables | None:
        """The tables without their places; None where ``[plant]`` is missing."""
        if self.plant is None:
            return None
        return Tables(
            plant=self.plant.table,
            sources=_plain(self.sources),
            meters=_plain(self.meters),
            points=_plain(self.points),
            outlets=_plain(self.outlets),
            limits=_plain(self.limits),
            factors=_plain(self.factors),
        )


def _plain(located: Sequence[Located[T]]) -> tuple[T, ...]:
    return tuple(one.table for one in located)


def read_sections(path: Path, problems: list[Problem]) -> Sections | None:
    """The tables of one file.

    Parameters
    ----------
    path : Path
    problems : list of Problem
        Grows by every key that is unknown, missing or wrong.

    Returns
    -------
    Sections or None
        None where the file is no TOML at all.
    """
    document = read_toml(path, problems)
    if document is None:
        return None
    where = str(path)
    for key in document:
        if key not in SECTIONS:
            problems.append(Problem(where, key, shown(document[key]), f"a known table: {one_of(key, list(SECTIONS))}"))
    if "plant" not in document:
        problems.append(Problem(where, "[plant]", None, "the table that describes the plant"))
    plants = _located(where, "plant", PlantTable, document, problems)
    return Sections(
        path=where,
        plant=plants[0] if plants else None,
        sources=_located(where, "sources", SourceTable, document, problems),
        meters=_located(where, "meters", MeterTable, document, problems),
        points=_located(where, "points", PointTable, document, problems),
        outlets=_located(where, "outlets", OutletTable, document, problems),
        limits=_located(where, "limits", LimitTable, document, problems),
        factors=_located(where, "factors", FactorTable, document, problems),
        ids={name: _ids(document.get(name)) for name in SECTIONS},
    )


def _located(
    where: str, section: str, model: type[T], document: dict[str, Any], problems: list[Problem]
) -> tuple[Located[T], ...]:
    raw = document.get(section, [])
    single = section == "plant"
    if isinstance(raw, dict) is not single and section in document:
        form = "[plant] once" if single else f"[[{section}]], a table for each"
        problems.append(Problem(where, section, shown(raw), form))
        return ()
    found: list[Located[T]] = []
    for number, table in enumerate([raw] if single and section in document else raw, 1):
        here = f"{where}: {section}" if single else f"{where}: {section}[{number}]{_label(table)}"
        try:
            found.append(Located(here, model.model_validate(table)))
        except ValidationError as error:
            problems += problems_of(error, here, model)
    return tuple(found)


def _label(table: object) -> str:
    name = (table.get("id") or table.get("point") or table.get("carrier")) if isinstance(table, dict) else None
    return f' "{name}"' if isinstance(name, str) else ""


def _ids(raw: object) -> frozenset[str]:
    tables = raw if isinstance(raw, list) else []
    return frozenset(str(table["id"]) for table in tables if isinstance(table, dict) and "id" in table)
