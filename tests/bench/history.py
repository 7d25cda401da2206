"""A store with years behind it, built in seconds.

Registers of one plant, each a known curve of time: what a quarter amounted to is the difference of two readings of the
curve, so intervals and days can be written beside the readings without settling them one after the other. Everything
is written in the order of time, a month or a day of all points at once, as a plant would have filled the store.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analytics.calendar import day_of
from analytics.columns import DAY_MS, INTERVAL_MS, Days, Float64, Int32, Int64, Intervals, Ranges, Readings
from engine.settler import Settler
from registry import Registry, load_plant_files
from storage import Store

ZONE = "Asia/Shanghai"
END_MS = 1_535_731_200_000  # 2018-09-01 00:00 in Shanghai, which has no summer time: every day has 24 hours
MINUTE_MS = 60_000
DAY_MINUTES = 1440
DAYS_AT_ONCE = 30
SWING = 0.3
"""Share by which the rate rises and falls over a day."""

HEAD = """[plant]
id = "bench"
name = { zh = "测试", en = "Bench" }
city = "wuxi"
sector = "C17"
size = "large"
zone = "Asia/Shanghai"
"""
POINT = """[[points]]
id = "p%d"
name = { zh = "点%d", en = "Point %d" }
kind = "register"
unit = "kWh"
carrier = "electricity"
direction = "internal"
rating = "2000 kW"
every = "1min"
"""


class History:
    """One plant's registers, read once a minute until `END_MS`.

    Parameters
    ----------
    folder : Path
        Gets the plant file and the store.
    n_points, n_days : int
        How much there is of it.
    """

    def __init__(self, folder: Path, n_points: int, n_days: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        plant = folder / "plant.toml"
        plant.write_text(HEAD + "".join(POINT % (i, i, i) for i in range(n_points)), encoding="utf-8")
        self.registry = Registry.of_files(load_plant_files([plant]))
        self.store_folder = folder / "data"
        self.keys: Int32 = np.array(sorted(self.registry.by_key), np.int32)
        self.n_days = n_days
        self.start_ms = END_MS - n_days * DAY_MS

    def settler(self, store: Store) -> Settler:
        return Settler(store, self.registry, lambda: END_MS)

    def begin(self) -> Store:
        """A new store that knows how its points are described and holds nothing yet."""
        store = Store.open(self.store_folder)
        self.settler(store).step()
        return store

    def settle_all(self, store: Store) -> None:
        """Rounds until nothing is left to settle."""
        settler = self.settler(store)
        while settler.step() is not None:
            pass

    def kwh(self, key: Int32, time_ms: Int64) -> Float64:
        """What a register shows: 300 to 600 kWh/h with a swing over the day, in steps of 0.01 kWh."""
        hours = (time_ms - self.start_ms) / 3_600_000
        swing = SWING * 24.0 / (2.0 * np.pi) * (1.0 - np.cos(2.0 * np.pi / 24.0 * hours))
        return np.asarray(np.round((300.0 + 50.0 * (key % 7)) * (hours + swing), 2))

    def readings(self, keys: Int32, from_ms: int, to_ms: int) -> Readings:
        """One a minute of each point in ``[from_ms, to_ms)``, in order of time, received when they were taken."""
        minute_ms = np.arange(from_ms, to_ms, MINUTE_MS, dtype=np.int64)
        time_ms, key = np.repeat(minute_ms, len(keys)), np.tile(keys, len(minute_ms))
        return Readings(key, time_ms, self.kwh(key, time_ms), np.zeros(len(key), np.uint8), time_ms)

    def append_days(self, store: Store, keys: Int32, first: int, last: int, at_once: int = 1) -> int:
        """Readings of the days ``[first, last)``, `at_once` days a batch; returns the last batch."""
        batch = 0
        for day in range(first, last, at_once):
            until = min(day + at_once, last)
            batch = store.append(self.readings(keys, self.day_ms(day), self.day_ms(until)))
        return batch

    def day_ms(self, day: int) -> int:
        """When a day of this history begins, counted from 0. [ms UTC]"""
        return self.start_ms + day * DAY_MS

    def write_results(self, store: Store, settled_batch: int) -> int:
        """Intervals and days of everything, as if settled up to a batch; returns how many intervals."""
        count = 0
        for day in range(0, self.n_days, DAYS_AT_ONCE):
            begin_ms, end_ms = self.day_ms(day), self.day_ms(min(day + DAYS_AT_ONCE, self.n_days))
            intervals = self._intervals(begin_ms, end_ms)
            n = len(self.keys)
            ranges = Ranges(self.keys, np.full(n, begin_ms, np.int64), np.full(n, end_ms, np.int64))
            store.replace(ranges, intervals, _days(intervals), settled_batch=settled_batch)
            count += len(intervals)
        return count

    def _intervals(self, begin_ms: int, end_ms: int) -> Intervals:
        edge_ms = np.arange(begin_ms, end_ms + 1, INTERVAL_MS, dtype=np.int64)
        amount = np.diff(self.kwh(self.keys[:, None], edge_ms[None, :]), axis=1).ravel()
        n, start_ms = len(amount), np.tile(edge_ms[:-1], len(self.keys))
        single = np.zeros(n, np.float32)
        return Intervals(
            point=np.repeat(self.keys, len(edge_ms) - 1),
            start_ms=start_ms,
            amount=amount,
            measured_s=single + np.float32(900.0),
            estimated_s=single,
            peak=4.0 * amount,
            flags=np.zeros(n, np.uint16),
            span_from_ms=start_ms,
            span_to_ms=start_ms + INTERVAL_MS,
            below=single + np.float32(0.02),
            above=single + np.float32(0.02),
        )


def _days(intervals: Intervals) -> Days:
    """Sums of whole days of quarters that are all there."""
    per_day = DAY_MS // INTERVAL_MS
    amount = intervals.amount.reshape(-1, per_day)
    full = np.full(len(amount), 86_400.0, np.float32)
    return Days(
        point=intervals.point[::per_day],
        day=day_of(intervals.start_ms[::per_day], ZONE).astype(np.int32),
        amount=amount.sum(axis=1),
        measured_s=full,
        estimated_s=np.zeros_like(full),
        length_s=full,
        peak=intervals.peak.reshape(-1, per_day).max(axis=1),
        flags=np.zeros(len(amount), np.uint16),
    )
