"""A plant whose readings come as they come: mostly at once, some hours or days late, some twice, some corrected.

Six days from ``START_MS`` on, every ten minutes or hour; the register shows a zero now and then and pauses for a night.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from analytics.calendar import day_of
from analytics.columns import HOUR_MS, Days, Findings, Intervals, Ranges, Readings
from engine.kept import Kept
from engine.settler import Settler
from registry import Registry
from storage import Store
from tests.engine import make
from tests.engine.make import COD, ELECTRICITY, HEAD, OUTLET, START_MS, ZONE

DAYS = 6
END_MS = START_MS + DAYS * 24 * HOUR_MS
SOON_MS = 5_000
"""How long after it was taken a reading comes when nothing delays it."""

PLANT = (
    HEAD
    + 'programmes = ["sunan-2019"]\n'
    + ELECTRICITY
    + """
multiplier = 10
modulus = 100000
rating = "4000 kW"
every = "10min"

[[points]]
id = "flow"
name = { zh = "流量", en = "Flow" }
kind = "rate"
unit = "m3/h"
direction = "discharge"
every = "10min"
hold = "30min"
"""
    + COD
    + """
[[points]]
id = "steam"
name = { zh = "蒸汽", en = "Steam" }
kind = "amount"
unit = "t"
carrier = "steam"
direction = "import"
every = "1h"
label = "end"
"""
    + OUTLET
)


def registry_of(folder: Path) -> Registry:
    return make.registry_of(folder, PLANT)


def late_readings(registry: Registry, seed: int) -> Readings:
    """All that ever comes, in order of receipt."""
    rng = np.random.default_rng(seed)
    parts = []
    for name, step_ms in (("el", 600_000), ("flow", 600_000), ("cod", HOUR_MS), ("steam", HOUR_MS)):
        time_ms = np.arange(START_MS, END_MS, step_ms, dtype=np.int64)
        n = len(time_ms)
        value = 50_000.0 + np.cumsum(rng.uniform(5, 9, n)) if name == "el" else rng.uniform(20, 60, n)
        if name == "el":
            value[rng.integers(10, n - 10, 3)] = 0.0
            pause = rng.integers(0, n - 60)
            kept = np.delete(np.arange(n), np.arange(pause, pause + 50))
            time_ms, value, n = time_ms[kept], value[kept], len(kept)
        received_ms = time_ms + SOON_MS
        for _ in range(3):
            first, length = int(rng.integers(0, n)), int(rng.integers(1, n // 3))
            late = slice(first, first + length)
            received_ms[late] = np.maximum(received_ms[late], received_ms[late].max() + rng.integers(0, 60) * HOUR_MS)
        key = np.full(n, registry.points[f"p/{name}"].key, np.int32)
        parts.append(Readings(key, time_ms, value, np.zeros(n, np.uint8), received_ms))
    once = Readings.concat(parts)
    again = once.take(rng.integers(0, len(once), 30))
    value = again.value + np.where(rng.random(30) < 0.5, 0.0, 1.5)
    received_ms = again.received_ms + rng.integers(1, 40, 30) * HOUR_MS
    again = Readings(again.point, again.time_ms, value, again.flag, received_ms)
    every = Readings.concat([once, again])
    return every.take(np.argsort(every.received_ms, kind="stable"))


def deliver(store: Store, settler: Settler, readings: Readings, seed: int, batches: int = 12) -> None:
    """Append in batches of any size, settling after some of them and at the end."""
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.integers(0, len(readings), batches - 1))
    for rows in np.split(np.arange(len(readings)), cuts):
        store.append(readings.take(rows))
        if rng.random() < 0.7:
            settler.step()
    settler.step()


def everything(store: Kept, registry: Registry) -> tuple[Intervals, Days, Findings]:
    """All intervals, days and findings."""
    keys = np.array(sorted(registry.by_key), np.int32)
    whole = Ranges(keys, np.full(len(keys), 0), np.full(len(keys), 2**60))
    first = int(day_of(START_MS, ZONE))
    return store.intervals(whole), store.days(keys, first - 9, first + 99), store.findings(keys, 0, 2**60)


def clock(at_ms: int) -> Callable[[], int]:
    return lambda: at_ms
