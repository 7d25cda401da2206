"""What does the copy to InfluxDB cost, and how fast does a backlog go away?

Against Debian's InfluxDB 1.6.7 on this machine, which shares its cores with the sender (the door in front of it passes
the packed bytes on), or against the version 2 that the environment names (`tests.influx`). The backlog is a part of the
24 hours that are promised, and the time for all of them is what that part tells: the rate does not fall towards its
end.
"""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from analytics.columns import DAY_MS, INTERVAL_MS, Intervals, Ranges, Readings
from registry import Registry, load_plant_files
from sinks.connection import TargetSettings, packed
from sinks.pointlines import PointSeries
from sinks.sender import Sender
from sinks.target import LINES_A_REQUEST
from storage import Store
from tests.bench.ingest import N_POINTS, plant_toml
from tests.bench.report import Result, at_least, at_most, note
from tests.influx import ORG, TOKEN, Influx

T0_MS = 1_535_731_200_000
DAY_READINGS = N_POINTS * 86_400
PART = 12
"""Of 24 hours so much, as a divisor, is drained."""

SERIALISED = 600_000
BATCH = 30_000


def registry(folder: Path) -> Registry:
    path = folder / "plant.toml"
    path.write_text(plant_toml(), encoding="utf-8")
    return Registry.of_files(load_plant_files([path]))


def readings(first: int, count: int) -> Readings:
    """So many of a stream of one reading a point and second."""
    at = np.arange(first, first + count)
    time_ms = T0_MS + at // N_POINTS * 1000
    value = np.round(1000.0 + at // N_POINTS * 0.37 + at % N_POINTS, 2)
    return Readings((at % N_POINTS + 1).astype(np.int32), time_ms, value, np.zeros(count, np.uint8), time_ms + 200)


def serialising(folder: Path) -> Iterator[Result]:
    series = PointSeries(registry(folder))
    given = readings(0, SERIALISED)
    began, sent = time.process_time(), 0
    for start in range(0, SERIALISED, LINES_A_REQUEST):
        lines, _ = series.reading_lines(given.take(slice(start, start + LINES_A_REQUEST)))
        sent += len(packed(lines)) > 0 and len(lines)
    rate = sent / (time.process_time() - began)
    yield at_least("influx: readings as packed lines, one core", rate, "points/s", 200_000)
    days = Ranges(
        np.arange(1, N_POINTS + 1, dtype=np.int32), np.full(N_POINTS, T0_MS), np.full(N_POINTS, T0_MS + 4 * DAY_MS)
    )
    kept = quarters(days)
    began = time.process_time()
    count = len(series.interval_lines(days, kept))
    yield Result("influx: intervals as lines, one core", count / (time.process_time() - began), "points/s")


def quarters(days: Ranges) -> Intervals:
    """An interval of two decimals in every quarter of the ranges."""
    each = int((days.to_ms[0] - days.from_ms[0]) // INTERVAL_MS)
    n = each * len(days)
    start_ms = np.tile(T0_MS + np.arange(each) * INTERVAL_MS, len(days))
    amount = np.round(np.random.default_rng(1).uniform(1, 900, n), 2)
    whole, none = np.full(n, 900, np.float32), np.zeros(n, np.float32)
    bound = np.full(n, 0.01, np.float32)
    return Intervals(
        np.repeat(days.point, each), start_ms, amount, whole, none, amount * 4, np.zeros(n, np.uint16), start_ms,
        start_ms + INTERVAL_MS, bound, bound,
    )  # fmt: skip


def draining(folder: Path) -> Iterator[Result]:
    count = DAY_READINGS // PART
    note(f"a backlog of {count:,} readings, a {PART}th of 24 hours of {N_POINTS} points at 1 s")
    with Influx(folder / "influx") as server, Store.open(folder / "data") as store:
        for start in range(0, count, BATCH):
            store.append(readings(start, min(BATCH, count - start)))
        before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        target = TargetSettings("bench", server.url, TOKEN, ORG, server.bucket, timeout_s=60.0)
        sender = Sender(store, registry(folder), lambda: T0_MS + DAY_MS, [target])
        began, seen = time.perf_counter(), [0]
        sender.start()
        pause = threading.Event()
        while sender.states()[0].unsent:
            pause.wait(1.0)
            seen.append(sender.states()[0].sent)
        took_s = time.perf_counter() - began
        sender.stop()
        note("lines in each second: " + ", ".join(f"{(b - a) / 1000:.0f} k" for a, b in pairwise(seen)))
        found = server.query("SELECT count(value) FROM reading")[0]["values"][0][1]
        rate = count / took_s
        yield at_least("influx: readings of the backlog that arrived", found / count, "share", 1.0)
        yield Result("influx: drained against the local server", rate, "readings/s")
        yield at_most("influx: 24 h of 300 points at 1 s, as that rate goes", DAY_READINGS / rate / 60, "min", 5.0)
        more_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mb
        yield at_most("influx: memory of draining", more_mb, "MB", 150.0)


def measure(folder: Path) -> Iterator[Result]:
    yield from serialising(folder)
    yield from draining(folder)
