"""Random plants with every fault there is, delivered in any order: what the stream-equals-batch tests are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analytics.columns import FOREVER_MS, HOUR_MS, Columns, EventKind, Quality, Ranges, Readings
from engine.settler import Settler
from registry import Registry
from storage import MeterEvent, Store
from tests.engine import make
from tests.engine.make import HEAD, START_MS

MINUTE_MS = 60_000

POINT = """
[[points]]
id = "{0}"
name = {{ zh = "点", en = "Point" }}
kind = "{1}"
unit = "{2}"
every = "{3}min"
{4}
"""
KINDS = (
    (
        "rated",
        "register",
        "kWh",
        1,
        'carrier = "electricity"\ndirection = "import"\nrating = "900 kW"\nresolution = 0.1',
    ),
    ("plain", "register", "kWh", 1, 'carrier = "electricity"\ndirection = "internal"\nmodulus = 100000'),
    ("slow", "register", "m3", 15, 'carrier = "water"\ndirection = "import"\nstuck = 6'),
    ("net", "register", "kWh", 1, 'carrier = "electricity"\ndirection = "internal"\nnet = true\nrating = "900 kW"'),
    ("rate", "rate", "m3/h", 5, 'direction = "discharge"\nhold = "30min"'),
    ("cod", "concentration", "mg/L", 20, 'hold = "1h"'),
    ("amount", "amount", "t", 15, 'direction = "internal"\nlabel = "end"'),
    ("mean", "mean", "kW", 5, 'direction = "internal"'),
)
OUTLET = """
[[outlets]]
id = "ww"
name = { zh = "总排口", en = "Outlet" }
medium = "water"
flow = "rate"
pollutants = { COD = "cod" }
"""


@dataclass(frozen=True)
class Case:
    """One life of a plant: its readings in order of arrival, and what was said, each after so many readings."""

    readings: Readings
    events: Sequence[tuple[int, MeterEvent]]


def registry_of(folder: Path) -> Registry:
    """The plant that all cases are about."""
    return make.registry_of(folder, HEAD + "".join(POINT.format(*kind) for kind in KINDS) + OUTLET)


def make_case(registry: Registry, rng: np.random.Generator, hours: float = 10.0) -> Case:
    """Some points of the plant over some hours, with faults, shuffled and partly delivered twice."""
    chosen = [kind for kind in KINDS if rng.random() < 0.5] or [KINDS[0]]
    names = {kind[0] for kind in chosen} | ({"cod"} if any(kind[0] == "rate" for kind in chosen) else set())
    parts = [_point(registry, kind, rng, hours) for kind in KINDS if kind[0] in names]
    readings = Readings.concat(parts)
    n = len(readings)
    order = np.arange(n)
    twice = rng.integers(0, n, int(n * rng.choice([0.0, 0.02, 0.2])))
    order = np.concatenate([order, twice])
    # From nearly in time to any order at all: the key is the time and some delay.
    delay = rng.choice([0.0, 0.02, 0.3, 10.0]) * hours * HOUR_MS
    late = readings.time_ms[order] + rng.random(len(order)) * delay
    blocks = rng.integers(0, 6, len(order)) * (rng.random() < 0.3) * hours * HOUR_MS
    order = order[np.argsort(late + blocks, kind="stable")]
    events = [(int(rng.integers(0, len(order))), event) for event in _events(readings, rng)]
    return Case(readings.take(order), sorted(events, key=lambda said: said[0]))


def streamed(folder: Path, registry: Registry, case: Case, rng: np.random.Generator) -> dict[str, Columns]:
    """What a store holds that got the case bit by bit, was settled now and then, and was closed and opened again."""
    n = len(case.readings)
    cuts = np.unique(np.concatenate([rng.integers(0, n, int(rng.integers(1, 9))), [0, n]]))
    store, settler = _opened(folder, registry)
    try:
        said = list(case.events)
        for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
            store.append(case.readings.take(slice(first, last)))
            while said and said[0][0] <= last:
                store.append_events([said.pop(0)[1]], START_MS)
            if rng.random() < 0.7:
                settler.step()
            if rng.random() < 0.2:
                store.close()
                store, settler = _opened(folder, registry)
        settler.step()
        return _held(store, registry)
    finally:
        store.close()


def at_once(folder: Path, registry: Registry, case: Case) -> dict[str, Columns]:
    """What a store holds that got everything in one batch, sorted by time; different values for one time in order."""
    store, settler = _opened(folder, registry)
    try:
        store.append(case.readings.take(np.argsort(case.readings.time_ms, kind="stable")))
        if case.events:
            store.append_events([event for _, event in case.events], START_MS)
        settler.step()
        return _held(store, registry)
    finally:
        store.close()


def differences(one: dict[str, Columns], other: dict[str, Columns]) -> list[str]:
    """Where two stores differ in any bit."""
    found = []
    for table, rows in one.items():
        others = other[table]
        if len(rows) != len(others):
            found.append(f"{table}: {len(rows)} rows and {len(others)}")
            continue
        for name, column in rows.as_dict().items():
            same = column.view(f"V{column.itemsize}") == others.as_dict()[name].view(f"V{column.itemsize}")
            if not same.all():
                i = int(np.flatnonzero(~same)[0])
                where = {key: values[i] for key, values in rows.as_dict().items()}
                found.append(f"{table}.{name}: {int((~same).sum())} of {len(rows)}, first {where}, "
                             f"other {others.as_dict()[name][i]!r}")  # fmt: skip
    return found


def _opened(folder: Path, registry: Registry) -> tuple[Store, Settler]:
    store = Store.open(folder)
    return store, Settler(store, registry, lambda: START_MS)


def _held(store: Store, registry: Registry) -> dict[str, Columns]:
    keys = np.array(sorted(registry.by_key), np.int32)
    whole = Ranges(keys, np.zeros(len(keys), np.int64), np.full(len(keys), 2**60))
    findings = store.findings(keys, 0, 2**60, 2**31)
    order = np.lexsort((findings.effect, findings.until_ms, findings.what, findings.time_ms, findings.point))
    return {
        "intervals": store.intervals(whole),
        "days": store.days(keys, 0, 99_999),
        "findings": findings.take(order),
    }


def _point(
    registry: Registry, kind: tuple[str, str, str, int, str], rng: np.random.Generator, hours: float
) -> Readings:
    name, form, _, minutes, _ = kind
    step_ms = minutes * MINUTE_MS
    n = max(int(hours * HOUR_MS / step_ms), 3)
    time_ms = START_MS + int(rng.integers(0, step_ms)) + step_ms * np.arange(n)
    if rng.random() < 0.5:
        time_ms = np.sort(time_ms + rng.integers(-step_ms // 3, step_ms // 3, n))
    value = _register(name, rng, n, minutes) if form == "register" else rng.uniform(0, 60, n).round(2)
    flag = np.zeros(n, np.uint8)
    keep = np.ones(n, np.bool_)
    for _ in range(int(rng.integers(0, 6))):
        _fault(rng, value, flag, keep, n, is_register=form == "register")
    lag = np.full(n, int(rng.choice([2000, 2000, 8 * HOUR_MS, -3600_000]))) + rng.integers(0, 30_000, n)
    key = np.full(n, registry.points[f"p/{name}"].key, np.int32)
    whole = Readings(key, time_ms, value, flag, time_ms + lag).take(keep)
    if rng.random() < 0.4:
        again = rng.integers(0, len(whole), int(rng.integers(1, 4)))
        other = whole.take(again)
        whole = Readings.concat([whole, replace(other, value=other.value + rng.choice([-3.0, 0.5, 500.0]))])
    return whole


def _register(name: str, rng: np.random.Generator, n: int, minutes: int) -> np.ndarray:
    steps = rng.uniform(0, 12.0, n) * minutes
    steps[: int(n * rng.random() * 0.3)] = 0.0
    if name == "net":
        steps -= 6.0
    total = float(rng.choice([0.0, 500.0, 50_000.0, 99_000.0])) + np.cumsum(steps)
    if name == "plain":
        total %= 100_000
    total = total.round(int(rng.integers(0, 4)))
    return total.astype(np.float32).astype(np.float64) if rng.random() < 0.3 else total


def _fault(
    rng: np.random.Generator, value: np.ndarray, flag: np.ndarray, keep: np.ndarray, n: int, *, is_register: bool
) -> None:
    at = int(rng.integers(0, n))
    few = slice(at, at + int(rng.integers(1, 5)))
    match str(rng.choice(["zero", "spike", "reset", "swap", "null", "noise", "gap", "long gap", "stuck", "bad"])):
        case "zero":
            value[few] = 0.0
        case "spike":
            value[few] += rng.choice([-200.0, 900.0, 5e6])
        case "reset" if is_register:
            value[at:] = np.maximum(value[at:] - value[at], 0.0)
        case "swap" if is_register:
            value[at:] += rng.uniform(-40_000, 40_000)
        case "null":
            value[few], flag[few] = np.nan, int(Quality.NULL)
        case "noise":
            value[few] -= 0.1
        case "gap":
            keep[few] = False
        case "long gap":
            keep[at : at + int(rng.integers(1, max(n // 2, 2)))] = False
        case "stuck":
            value[at : at + 40] = value[at]
        case "bad":
            flag[few] = int(Quality.BAD_AT_SOURCE)
    keep[0] = True


def _events(readings: Readings, rng: np.random.Generator) -> list[MeterEvent]:
    """A few things that somebody may have said, true or not."""
    if rng.random() < 0.5:
        return []
    found = []
    for _ in range(int(rng.integers(1, 4))):
        i, j = np.sort(rng.integers(0, len(readings), 2))
        if readings.point[i] != readings.point[j]:
            continue
        at, end = sorted((int(readings.time_ms[i]), int(readings.time_ms[j])))
        point, value = int(readings.point[i]), float(np.nan_to_num(readings.value[i]))
        what = EventKind(int(rng.integers(1, 10)))
        instant = what is EventKind.SWAP
        to_ms = at if instant else FOREVER_MS if what is EventKind.RATIO else end
        amount = {EventKind.CLOCK: float(rng.choice([-HOUR_MS, HOUR_MS])), EventKind.AMOUNT: 12.5, EventKind.UNIT: 0.5}
        found.append(
            MeterEvent(
                point, at, to_ms, int(what), amount.get(what, 2.0),
                value + 1.0 if instant else float("nan"), 0.0 if instant else float("nan"), who="a", why="b",
            )
        )  # fmt: skip
    return found
