"""What did a point read, and what did it amount to?"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query

from analytics.columns import INTERVAL_MS, Flag, Intervals, Ranges
from api.changes_out import ChangesOut, changes_out
from api.errors import RESPONSES
from api.figures_out import finite
from api.knowledge import AsOfQuery, SinceQuery, knowledge, parse_since, zone_of
from api.models import FindingOut, IntervalOut, IntervalsOut, LatestOut, PointOut, SeriesOut
from api.nouns import find_plant, find_point, latest_out, point_keys, point_out
from api.services import Services
from api.times import FromQuery, ToQuery, iso, parse_instant_ms, parse_range_ms
from engine.figure import Step
from registry import Point, Registry

PlantQuery = Annotated[str | None, Query(description="Only of this plant.", examples=["wx-dyeing"])]
PointQuery = Annotated[str | None, Query(description="Only of this point, full id.", examples=["wx-dyeing/el.in"])]
Limit = Annotated[int, Query(ge=1, le=1000, description="Rows at most.")]


def router(services: Services) -> APIRouter:
    """Routes of points, readings, series, intervals and findings."""
    routes = APIRouter(responses=RESPONSES)
    _add_lists(routes, services)
    _add_point(routes, services)
    _add_past(routes, services)
    return routes


def _add_lists(routes: APIRouter, services: Services) -> None:
    @routes.get("/points", tags=["points"])
    def points(plant: PlantQuery = None) -> list[PointOut]:
        """All points, or those of one plant."""
        return [point_out(p) for p in _chosen(services.registry(), plant, None)]

    @routes.get("/latest", tags=["points"])
    def latest(plant: PlantQuery = None, as_of: AsOfQuery = None) -> list[LatestOut]:
        """The newest reading of every point that has one, as its sender gave it."""
        registry = services.registry()
        keys = point_keys(_chosen(registry, plant, None))
        return latest_out(registry, knowledge(services, as_of, zone_of(registry, plant)).store.latest(keys))

    @routes.get("/findings", tags=["points"])
    def findings(
        plant: PlantQuery = None,
        point: PointQuery = None,
        from_: FromQuery = None,
        to: ToQuery = None,
        limit: Limit = 100,
        as_of: AsOfQuery = None,
    ) -> list[FindingOut]:
        """Doubts about meters and how they were read: resets, rollovers, spikes, conflicts; newest first."""
        registry = services.registry()
        keys = point_keys(_chosen(registry, plant, point))
        known = knowledge(services, as_of, zone_of(registry, plant or (point or "").split("/")[0]))
        from_ms = 0 if from_ is None else parse_instant_ms(from_, "query.from")
        to_ms = known.now_ms if to is None else parse_instant_ms(to, "query.to")
        found = known.store.findings(keys, from_ms, to_ms, limit)
        return [
            FindingOut.model_validate(
                {
                    "point": point_.full_id,
                    "from": iso(int(found.time_ms[row])),
                    "to": iso(int(found.until_ms[row])),
                    "from_ms": int(found.time_ms[row]),
                    "what": _flags(int(found.what[row]))[0],
                    "before": finite(float(found.before[row])),
                    "after": finite(float(found.after[row])),
                    "unit": point_.unit,
                    "effect": finite(float(found.effect[row])),
                    "effect_unit": point_.amount_unit,
                }
            )
            for row in range(len(found))
            if (point_ := registry.by_key[int(found.point[row])])
        ]


def _add_point(routes: APIRouter, services: Services) -> None:
    @routes.get("/points/{plant}/{point}", tags=["points"])
    def one_point(plant: str, point: str) -> PointOut:
        """One point."""
        return point_out(find_point(services.registry(), f"{plant}/{point}", "path.point"))

    @routes.get("/points/{plant}/{point}/series", tags=["points"])
    def series(
        plant: str,
        point: str,
        from_: FromQuery = None,
        to: ToQuery = None,
        step: Step = "hour",
        as_of: AsOfQuery = None,
    ) -> SeriesOut:
        """Equal steps of one point; days, months and years are local ones of its plant."""
        registry = services.registry()
        found = find_point(registry, f"{plant}/{point}", "path.point")
        known = knowledge(services, as_of, zone_of(registry, plant))
        from_ms, to_ms = parse_range_ms(from_, to, step, known.now_ms)
        answer = known.figures.series(found.full_id, from_ms, to_ms, step)
        return SeriesOut.model_validate(
            {
                "point": found.full_id,
                "step": step,
                "from": iso(from_ms),
                "to": iso(to_ms),
                "unit": answer.unit,
                "rate_unit": answer.rate_unit,
                "start_ms": answer.start_ms,
                "amount": [finite(v) for v in answer.amount],
                "level": [finite(v) for v in answer.level],
                "coverage": answer.coverage,
                "estimated": answer.estimated,
                "peak": [finite(v) for v in answer.peak],
                "flags": answer.flags,
            }
        )

    @routes.get("/points/{plant}/{point}/intervals", tags=["points"])
    def intervals(
        plant: str, point: str, from_: FromQuery = None, to: ToQuery = None, as_of: AsOfQuery = None
    ) -> IntervalsOut:
        """The settled quarters of an hour: what was measured, spread and missing of each, and its bounds."""
        registry = services.registry()
        found = find_point(registry, f"{plant}/{point}", "path.point")
        known = knowledge(services, as_of, zone_of(registry, plant))
        from_ms, to_ms = parse_range_ms(from_, to, "15min", known.now_ms)
        ranges = Ranges(np.array([found.key], np.int32), np.array([from_ms]), np.array([to_ms]))
        rows = known.store.intervals(ranges)
        return IntervalsOut(
            point=found.full_id, unit=found.amount_unit, rows=[_interval(rows, row) for row in range(len(rows))]
        )


def _add_past(routes: APIRouter, services: Services) -> None:
    @routes.get("/points/{plant}/{point}/changes", tags=["points"])
    def changes(
        plant: str, point: str, since: SinceQuery = None, from_: FromQuery = None, to: ToQuery = None
    ) -> ChangesOut:
        """What was known of a point at a moment and what is known now, day by day or month by month, and why.

        Without a range: the 31 days before the moment.
        """
        registry = services.registry()
        found = find_point(registry, f"{plant}/{point}", "path.point")
        asked = parse_since(services, zone_of(registry, plant), since, from_, to)
        return changes_out(services.changes(found.full_id, *asked))


def _chosen(registry: Registry, plant: str | None, point: str | None) -> list[Point]:
    if point is not None:
        return [find_point(registry, point, "query.point")]
    if plant is not None:
        return list(registry.plant_points(find_plant(registry, plant, "query.plant").id))
    return list(registry.points.values())


def _interval(rows: Intervals, row: int) -> IntervalOut:
    start_ms = int(rows.start_ms[row])
    measured_s, estimated_s = float(rows.measured_s[row]), float(rows.estimated_s[row])
    known = measured_s + estimated_s > 0
    return IntervalOut(
        start=iso(start_ms),
        start_ms=start_ms,
        amount=finite(float(rows.amount[row])) if known else None,
        measured_s=measured_s,
        estimated_s=estimated_s,
        missing_s=max(0.0, INTERVAL_MS / 1000.0 - measured_s - estimated_s),
        below=finite(float(rows.below[row])) if known else None,
        above=finite(float(rows.above[row])) if known else None,
        peak=finite(float(rows.peak[row])),
        flags=_flags(int(rows.flags[row])),
    )


def _flags(bits: int) -> list[str]:
    return [flag.name.lower() for flag in Flag if flag.name and flag & bits]
