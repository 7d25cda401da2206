"""What does the registry hold right now, for everybody who only reads?

A `Registry` is immutable: a change makes a new one, and whoever holds the old one is not surprised in the middle of a
sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType

from registry.factors import FactorBook, load_factors
from registry.model import Meter, Plant, Point, Source
from registry.outletmodel import Limit, Outlet
from registry.plantfile import PlantFile
from registry.programme import Programme, load_programmes
from registry.statement import Statement


@dataclass(frozen=True)
class Registry:
    """All nouns at one moment.

    Attributes
    ----------
    plants : Mapping of str to Plant
        By id.
    points : Mapping of str to Point
        By full id, ``plant/point``; derived load points included, retired points not.
    by_key : Mapping of int to Point
        The same points by key.
    retired : Mapping of int to Point
        Points that no file names any more; their readings are still there.
    sources : tuple of Source
    meters : Mapping of str to Meter
        By full id, ``plant/meter``.
    programmes : Mapping of str to Programme
    factors : FactorBook
        General rows and those of the plants.
    """

    plants: Mapping[str, Plant]
    points: Mapping[str, Point]
    by_key: Mapping[int, Point]
    retired: Mapping[int, Point]
    sources: tuple[Source, ...]
    meters: Mapping[str, Meter]
    programmes: Mapping[str, Programme]
    factors: FactorBook
    _points_of: Mapping[str, tuple[Point, ...]] = field(repr=False)
    _outlets_of: Mapping[str, tuple[Outlet, ...]] = field(repr=False)
    _limits_of: Mapping[str, tuple[Limit, ...]] = field(repr=False)
    _statements: Mapping[tuple[str, str], tuple[Statement, ...]] = field(repr=False)

    @classmethod
    def build(
        cls,
        *,
        plants: Iterable[Plant] = (),
        points: Iterable[Point] = (),
        retired: Iterable[Point] = (),
        sources: Iterable[Source] = (),
        meters: Iterable[Meter] = (),
        outlets: Iterable[Outlet] = (),
        limits: Iterable[Limit] = (),
        programmes: Iterable[Programme] = (),
        factors: FactorBook | None = None,
        statements: Iterable[Statement] = (),
    ) -> Registry:
        """A snapshot of these nouns.

        Parameters
        ----------
        plants, points, retired, sources, meters, outlets, limits, programmes : iterable
        factors : FactorBook, optional
            Default: an empty book.
        statements : iterable of Statement
            Current editions only.
        """
        points = tuple(points)
        by_id = {plant.id: plant for plant in plants}
        outlets, limits = tuple(outlets), tuple(limits)
        return cls(
            plants=MappingProxyType(by_id),
            points=MappingProxyType({point.full_id: point for point in points}),
            by_key=MappingProxyType({point.key: point for point in points}),
            retired=MappingProxyType({point.key: point for point in retired}),
            sources=tuple(sources),
            meters=MappingProxyType({f"{meter.plant}/{meter.id}": meter for meter in meters}),
            programmes=MappingProxyType({programme.id: programme for programme in programmes}),
            factors=factors if factors is not None else FactorBook((), ()),
            _points_of=MappingProxyType({p: tuple(x for x in points if x.plant == p) for p in by_id}),
            _outlets_of=MappingProxyType({p: tuple(x for x in outlets if x.plant == p) for p in by_id}),
            _limits_of=MappingProxyType({p: tuple(x for x in limits if x.plant == p) for p in by_id}),
            _statements=_by_item(statements),
        )

    @classmethod
    def of_files(
        cls,
        files: Sequence[PlantFile],
        programmes: Iterable[Programme] | None = None,
        factors: FactorBook | None = None,
        statements: Iterable[Statement] = (),
    ) -> Registry:
        """A snapshot without a store, for simulations and tests; keys count from 1 in the order of the files.

        Parameters
        ----------
        files : sequence of PlantFile
        programmes, factors : optional
            Default: those that come with the product.
        statements : iterable of Statement
        """
        keys = count(1)
        book = (load_factors() if factors is None else factors).with_rows(row for f in files for row in f.factors)
        return cls.build(
            plants=(f.plant for f in files),
            points=[Point(key=next(keys), **dict(point)) for f in files for point in f.points],
            sources=[x for f in files for x in f.sources],
            meters=[x for f in files for x in f.meters],
            outlets=[x for f in files for x in f.outlets],
            limits=[x for f in files for x in f.limits],
            programmes=load_programmes() if programmes is None else programmes,
            factors=book,
            statements=statements,
        )

    def with_statements(self, statements: Iterable[Statement]) -> Registry:
        """The same nouns with other statements, at most one edition each: what was stated at an earlier moment."""
        return replace(self, _statements=_by_item(statements))

    def with_factors(self, factors: FactorBook) -> Registry:
        """The same nouns with another factor book: that of an earlier moment, or one to try."""
        return replace(self, factors=factors)

    def plant_points(self, plant_id: str) -> tuple[Point, ...]:
        """Points of a plant in the order of its file, loads last; KeyError for an unknown plant."""
        return self._points_of[plant_id]

    def outlets(self, plant_id: str) -> tuple[Outlet, ...]:
        """Outlets of a plant; KeyError for an unknown plant."""
        return self._outlets_of[plant_id]

    def limits(self, plant_id: str) -> tuple[Limit, ...]:
        """Limits of a plant; KeyError for an unknown plant."""
        return self._limits_of[plant_id]

    def statements(self, plant_id: str, item: str) -> tuple[Statement, ...]:
        """Current editions of one item, sorted by period; empty where nothing was stated."""
        return self._statements.get((plant_id, item), ())

    def statement_items(self, plant_id: str) -> tuple[str, ...]:
        """Items of which a plant stated anything, sorted."""
        return tuple(sorted(item for plant, item in self._statements if plant == plant_id))

    def sources_of(self, point: Point) -> tuple[int, ...]:
        """Keys of the received points that a derived one is made of; empty for a received one."""
        outlets = self._outlets_of.get(point.plant, ()) if point.outlet else ()
        outlet = next((o for o in outlets if o.id == point.outlet), None)
        if outlet is None:
            return ()
        flow = (outlet.flow,) if outlet.gas is None else outlet.gas.points
        level = () if point.pollutant is None else (outlet.pollutants[point.pollutant],)
        wet = () if outlet.moisture is None or point.pollutant is None else (outlet.moisture,)
        return tuple(self.points[f"{outlet.plant}/{local}"].key for local in dict.fromkeys((*flow, *level, *wet)))


def _by_item(statements: Iterable[Statement]) -> Mapping[tuple[str, str], tuple[Statement, ...]]:
    """By plant and item, sorted by period."""
    found: dict[tuple[str, str], list[Statement]] = {}
    for statement in sorted(statements, key=lambda s: s.period):
        found.setdefault((statement.plant, statement.item), []).append(statement)
    return MappingProxyType({key: tuple(rows) for key, rows in found.items()})
