"""Why a figure is another one: a late delivery and a correction, made up."""

from __future__ import annotations

from analytics.columns import DAY_MS, HOUR_MS, Flag
from engine.causes import Delivery, Saying
from engine.changes import ChangedStep, Changes
from engine.figure import Figure
from engine.plantchanges import ChangedFigure, PlantChanges, Restated
from registry import Point, Statement
from storage import EventRow, MeterEvent


def made_up_changes(point: Point, since_ms: int, from_ms: int, to_ms: int) -> Changes:
    """Of all days in the range the last but one lacked ten hours then."""
    edges = list(range(from_ms, to_ms, DAY_MS))
    steps = [ChangedStep(at, at + DAY_MS, 24_000.0, 24_000.0, 0.0, 1.0, 1.0) for at in edges]
    late = edges[-2] + 14 * HOUR_MS
    steps[-2] = ChangedStep(edges[-2], edges[-1], 14_000.0, 24_000.0, 10_000.0, 14 / 24, 1.0)
    n = len(steps)
    total = ChangedStep(from_ms, to_ms, 24_000.0 * n - 10_000, 24_000.0 * n, 10_000.0, 1 - 10 / 24 / n, 1.0)
    delivery = Delivery(
        point.full_id, since_ms + HOUR_MS, since_ms + HOUR_MS + 900, late, edges[-1], 600, 4711.25, 4712.5
    )
    event = MeterEvent(
        point.key, late, late + 60_000, 7, 41.5, decision="correct", about_what=int(Flag.SPIKE), about_from_ms=late,
        about_until_ms=late + 60_000, who="王芳", why="看过表计",
    )  # fmt: skip
    said = Saying(point.full_id, EventRow(5, 77, since_ms + 2 * HOUR_MS, event, None))
    return Changes(point, point.amount_unit, "day", since_ms, tuple(steps), total, (delivery,), (said,))


def made_up_plant_changes(plant: str, since_ms: int, from_ms: int, to_ms: int) -> PlantChanges:
    """Energy by a late delivery, value added by a final statement."""
    energy = [
        Figure("energy_tce", value, "tce", from_ms, to_ms, share) for value, share in ((1650.5, 0.97), (1702.0, 1.0))
    ]
    said = {"plant": plant, "period": "2018-07", "item": "value_added", "unit": "10k_yuan"}
    then = Statement(value=4100.0, status="provisional", imported_ms=since_ms - DAY_MS, **said)
    now = Statement(value=4200.0, status="final", imported_ms=since_ms + DAY_MS, **said)
    figure = ChangedFigure("energy_tce", energy[0], energy[1], 51.5)
    return PlantChanges(plant, since_ms, from_ms, to_ms, (figure,), (Restated("value_added", "2018-07", then, now),))
