"""Which point does a name of a file, or a series of another database, belong to, and in which unit does it come?

A map names points by their full id, with a unit and a multiplier where the readings do not come in the point's own::

    "EM-01" = "works/el.in"
    "EM-02" = { point = "works/hall", unit = "MWh", multiplier = 1 }

The journal keeps readings in the point's own unit, before the point's multiplier: what a message would say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from analytics.columns import DERIVED, Float64, Int64, Kind
from registry import Point, Problem, Registry
from registry.problems import did_you_mean, shown, wanted
from registry.quantity import Quantity


class MapTable(BaseModel):
    """Base of all tables of a map: unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Where(MapTable):
    """A point as a map names it."""

    point: str = Field(min_length=1, description='the full id of a point, "PLANT/POINT"')
    unit: str | None = Field(None, description='unit of the values that come, e.g. "MWh"; the point\'s own without it')
    multiplier: float = Field(1.0, description="a number other than 0: every value times this comes in `unit`")


def _where(came: Any) -> Any:
    if isinstance(came, str):
        return {"point": came}
    if not isinstance(came, dict | Where):
        raise wanted('a full id "PLANT/POINT" or a table { point = ..., unit = ..., multiplier = ... }')
    return came


Named = Annotated[Where, BeforeValidator(_where)]


@dataclass(frozen=True)
class Target:
    """A point that receives readings, and what makes its reading of a value that came.

    Attributes
    ----------
    key : int
    full_id : str
    factor, offset : float
        ``reading = value * factor + offset``.
    state : bool
        True for a point of kind STATE, where true, false, on and off are readings.
    """

    key: int
    full_id: str
    factor: float = 1.0
    offset: float = 0.0
    state: bool = False


@dataclass(frozen=True, eq=False)
class Targets:
    """Targets as columns, addressable by their position."""

    key: Int64
    factor: Float64
    offset: Float64

    @classmethod
    def of(cls, targets: tuple[Target, ...]) -> Targets:
        """The columns of some targets, in their order."""
        return cls(
            np.array([t.key for t in targets], np.int64),
            np.array([t.factor for t in targets], np.float64),
            np.array([t.offset for t in targets], np.float64),
        )

    @property
    def plain(self) -> bool:
        """Whether every value is the reading as it stands."""
        return bool((self.factor == 1.0).all() and (self.offset == 0.0).all())


def own_target(point: Point) -> Target:
    """A point whose values come in its own unit."""
    return Target(point.key, point.full_id, state=point.kind is Kind.STATE)


def receiving(registry: Registry) -> dict[str, Point]:
    """All points that readings can come for, by full id: not those that are derived from others."""
    return {full_id: point for full_id, point in registry.points.items() if point.kind not in DERIVED}


def resolve(where: Where, registry: Registry, place: str, problems: list[Problem]) -> Target | None:
    """The target that a map means; None, with one more problem, where it means none.

    Parameters
    ----------
    where : Where
    registry : Registry
    place : str
        File, table and name, for the problem.
    problems : list of Problem
    """
    points = receiving(registry)
    point = points.get(where.point)
    if point is None:
        if where.point in registry.points:
            hint = "a point that is received; this one is derived from others"
        else:
            hint = f"the full id of a point of a plant file{did_you_mean(where.point, points)}"
        problems.append(Problem(place, "point", shown(where.point), hint))
        return None
    if not np.isfinite(where.multiplier) or where.multiplier == 0.0:
        problems.append(Problem(place, "multiplier", shown(where.multiplier), "a finite number other than 0"))
        return None
    try:
        factor, offset = _conversion(where.unit or point.unit, point.unit)
    except ValueError as error:
        problems.append(Problem(place, "unit", shown(where.unit), f"a unit like {point.unit}: {error}"))
        return None
    return Target(point.key, point.full_id, factor * where.multiplier, offset, point.kind is Kind.STATE)


def _conversion(came: str, kept: str) -> tuple[float, float]:
    """Factor and offset from one unit to another of its dimension; ValueError where they have not the same."""
    if came == kept:
        return 1.0, 0.0
    one, other = Quantity(value=1.0, unit=came), Quantity(value=1.0, unit=kept)
    if one.dimension != other.dimension:
        raise ValueError(f"{came} is a {one.dimension}, {kept} a {other.dimension}")
    came_zero, kept_zero = (Quantity(value=0.0, unit=unit).canonical for unit in (came, kept))
    size = other.canonical - kept_zero
    return (one.canonical - came_zero) / size, (came_zero - kept_zero) / size
