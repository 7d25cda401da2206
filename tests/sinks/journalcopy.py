"""What a server must hold, worked out from the journal without the code that makes lines, and what it does hold."""

from __future__ import annotations

import math
from itertools import count

import numpy as np
import pytest

from analytics.columns import DAY_MS, INTERVAL_MS, Ranges
from registry import Registry
from sinks.connection import Connection, InfluxConnection, TargetSettings
from sinks.sender import Sender
from storage import Lines, Store
from tests.influx import ORG, TOKEN, Influx
from tests.sinks.memory import HURRY
from tests.storage.rows import T0_MS, intervals, random_readings, ranges

Q = INTERVAL_MS
NAMES = {1: "el.in", 2: "hall", 3: "ww.cod", 4: "ww.flow", 5: "ww.COD"}
EVERYTHING = Ranges(np.arange(1, 6, dtype=np.int32), np.full(5, T0_MS - DAY_MS), np.full(5, T0_MS + 30 * DAY_MS))


class Mortal:
    """A connection that can die as in a power cut: the thread that uses it ends on the spot."""

    def __init__(self, settings: TargetSettings) -> None:
        self._inner: Connection = InfluxConnection(settings)
        self.dead = False

    def post(self, lines: list[str]) -> object:
        if self.dead:
            raise SystemExit
        return self._inner.post(lines)

    def close(self) -> None:
        self._inner.close()


class Sending:
    """A sender on a store, with two targets behind their proxies."""

    def __init__(self, store: Store, works: Registry, urls: dict[str, tuple[str, str]]) -> None:
        self.mortals: list[Mortal] = []
        targets = [TargetSettings(name, url, TOKEN, ORG, bucket, timeout_s=0.5) for name, (url, bucket) in urls.items()]
        ticks = count(T0_MS)

        def connect(settings: TargetSettings) -> Mortal:
            self.mortals.append(Mortal(settings))
            return self.mortals[-1]

        self.sender = Sender(store, works, lambda: next(ticks), targets, patience=HURRY, connect=connect)
        self.sender.start()

    def kill(self) -> None:
        """No goodbye: nothing more is sent, and no place is written down."""
        for mortal in self.mortals:
            mortal.dead = True

    def settled(self, name: str) -> bool:
        return next(one for one in self.sender.states() if one.name == name).unsent_s == 0


def work(store: Store, rng: np.random.Generator, rounds: int) -> None:
    """What a product does to its store: readings, quarters settled and settled otherwise, figures restated."""
    for number in range(rounds):
        store.append(random_readings(rng, 300, 5, 3.0))
        first = rng.integers(0, 12, 4)
        which = ranges(
            *{(int(p), int(f) * Q, (int(f) + 1) * Q) for p, f in zip(rng.integers(1, 6, 4), first, strict=True)}
        )
        there = which.take(rng.random(len(which)) < 0.8)
        store.replace(which, intervals(there.point, there.from_ms, float(rng.normal())))
        rows = [(f"month,scope=plant:{name},series=co2_t", f"value={rng.normal()!r},known=1.0") for name in "abc"]
        at = np.array([T0_MS + n * DAY_MS for n in range(3)])
        store.keep_lines(Lines([row[0] for row in rows], at, [row[1] for row in rows]), lasting=True)
        passing = Lines(
            ["now,scope=plant:a,series=power_kw"], np.array([T0_MS + number * 1000]), ["value=1.5,known=1.0"]
        )
        store.keep_lines(passing, lasting=False)


Told = dict[tuple[str, str, int], float]


def journal(store: Store) -> tuple[Told, Told]:
    """Value of each reading, the one that came last of its time, and amount of each quarter; of what is known."""
    readings = store.readings(EVERYTHING)
    last = dict(
        zip(zip(readings.point.tolist(), readings.time_ms.tolist(), strict=True), readings.value.tolist(), strict=True)
    )
    kept = store.intervals(EVERYTHING)
    rows = zip(kept.point.tolist(), kept.start_ms.tolist(), kept.amount.tolist(), strict=True)
    # of a concentration known for the whole quarter the mean is four times the amount in unit times hours
    amounts = {("interval", NAMES[p], at): amount * (4 if p == 3 else 1) for p, at, amount in rows}
    return {("reading", NAMES[p], at): v for (p, at), v in last.items() if not math.isnan(v)}, amounts


def asked(influx: Influx, bucket: str, measurement: str, field: str) -> Told:
    found: Told = {}
    for series in influx.query(f'SELECT "{field}" FROM "{measurement}" WHERE known > 0 GROUP BY *', db=bucket):
        assert series["tags"].get("plant", "works") == "works"
        for at, value in series["values"]:
            if value is not None:
                found[measurement, series["tags"]["series"] or series["tags"]["scope"], at] = value
    return found


def assert_equal(influx: Influx, bucket: str, store: Store, without: Told | None = None) -> None:
    values, amounts = journal(store)
    for key in without or {}:
        del values[key]
    assert asked(influx, bucket, "reading", "value") == values
    assert asked(influx, bucket, "interval", "amount") == pytest.approx(amounts, rel=1e-12)
    lines, _ = store.lines_after(0, 10_000)
    wanted = {
        (series, at): float(fields.split(",")[0].removeprefix("value="))
        for series, at, fields in zip(lines.series, lines.time_ms.tolist(), lines.fields, strict=True)
    }
    found = {}
    for measurement in ("month", "now"):
        for series in influx.query(f'SELECT value FROM "{measurement}" WHERE known > 0 GROUP BY *', db=bucket):
            name = f"{measurement},scope={series['tags']['scope']},series={series['tags']['series']}"
            found |= {(name, at): value for at, value in series["values"]}
    assert found == wanted
