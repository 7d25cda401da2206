"""How does everything stand this minute: figures, the quality of data, the product itself, and who takes its lines?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np

from analytics.calendar import day_of
from analytics.columns import DERIVED, Days, Int32, Readings
from analytics.silence import silence_ms
from engine.figure import Figure
from engine.life import life_of
from engine.points import points_table
from registry import Point, Registry
from sinks.lineprotocol import fields, series
from sinks.produce.rows import Rows, of_figure
from sinks.schema import HEARTBEAT, NOW, QUALITY, SINK


class Measured(Protocol):
    """The part of `storage.Store` that is needed."""

    def days(self, points: Int32, first_day: int, last_day: int, /) -> Days:
        """Local days of points, the last one included."""

    def latest(self, points: Int32, /) -> Readings:
        """Newest reading of each point that has one."""


class SinkLike(Protocol):
    """How a target stands, as the page shows it."""

    @property
    def name(self) -> str:
        """Its name in the settings."""

    @property
    def state(self) -> str:
        """ok, waiting, stopped or off."""

    @property
    def unsent_s(self) -> float:
        """Age of the oldest line that it has not got."""

    @property
    def sent(self) -> int:
        """Lines it took since the start."""

    @property
    def rejected(self) -> int:
        """Lines it refused, ever."""


def now_lines(rows: Rows, plant: str, figures: Mapping[str, Figure], now_ms: int) -> None:
    """A plant's current figures, as of `engine.figures.Figures.now`."""
    for name, figure in figures.items():
        rows.add(series(NOW, scope=f"plant:{plant}", series=name, unit=figure.unit), now_ms, of_figure(NOW, figure))


def quality_lines(
    rows: Rows, store: Measured, registry: Registry, plant: str, doubts: int, now_ms: int, at_ms: int
) -> None:
    """How much of yesterday is known, and which points are silent.

    Points that are derived, or did not exist yesterday, are left out.
    """
    at = registry.plants[plant]
    yesterday = int(day_of(now_ms, at.zone)) - 1
    points = [p for p in registry.plant_points(plant) if p.kind not in DERIVED and _exists(registry, p, yesterday)]
    known, estimated = _shares(store, points, yesterday)
    text = fields(
        QUALITY,
        known=1,
        coverage=known,
        estimated=estimated,
        silent=len(silent_points(store, points, at.zone, now_ms)),
        points=len(points),
        doubts=doubts,
    )
    rows.add(series(QUALITY, plant=plant), at_ms, text)


def silent_points(store: Measured, points: Iterable[Point], zone: str, now_ms: int) -> list[int]:
    """Keys of points whose newest reading is older than what settlement calls a silence, or that have none."""
    chosen = list(points)
    if not chosen:
        return []
    table, _ = points_table(chosen, {point.plant: zone for point in chosen})
    latest = store.latest(table.key)
    at_ms = np.full(len(table.key), np.iinfo(np.int64).min // 2, np.int64)
    at_ms[np.searchsorted(table.key, latest.point)] = latest.time_ms
    return [int(key) for key in table.key[now_ms - at_ms > silence_ms(table)]]


def heartbeat_lines(rows: Rows, instance: str, health: Mapping[str, Any], rejected: int, now_ms: int) -> None:
    """That the product lives, as its `health` says."""
    journal, settling, collector = health["journal"], health["settling"], health["collector"]
    text = fields(
        HEARTBEAT,
        known=1,
        readings=journal["readings"],
        dead_letters=journal["dead_letters"],
        rejected_lines=rejected,
        lag_s=settling["lag_p99_s"],
        collecting=float(bool(collector.get("connected"))),
        settling=float(not settling["error"]),
    )
    rows.add(series(HEARTBEAT, instance=instance), now_ms, text)


def sink_lines(rows: Rows, sinks: Iterable[SinkLike], now_ms: int) -> None:
    """How each target stands."""
    for sink in sinks:
        text = fields(
            SINK,
            known=1,
            unsent_s=sink.unsent_s,
            stopped=float(sink.state == "stopped"),
            rejected=sink.rejected,
            sent=sink.sent,
        )
        rows.add(series(SINK, target=sink.name), now_ms, text)


def _exists(registry: Registry, point: Point, day: int) -> bool:
    first, last = life_of(registry.plants[point.plant], point)
    return first <= day < last


def _shares(store: Measured, points: list[Point], day: int) -> tuple[float | None, float | None]:
    """Known and spread share of a day's time, mean over the points; a point without a row is not known."""
    if not points:
        return None, None
    days = store.days(np.array(sorted(point.key for point in points), np.int32), day, day)
    length = days.length_s.astype(np.float64)
    known = ((days.measured_s + days.estimated_s) / length).sum() / len(points)
    return float(known), float((days.estimated_s / length).sum() / len(points))
