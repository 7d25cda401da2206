"""A product of two works with its years, and an InfluxDB that holds its lines.

The works are those of the demo, a dyeing works and a cement works, read up to half past ten on a Saturday; the lines
are made by the product's own producers and written by the real client. What the API says of the same product is what
every query has to return.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from analytics.columns import DAY_MS, INTERVAL_MS, Quality, Ranges, Readings
from api import create_app
from registry import import_statements
from simulators import history, load_simulated, statements, write_statements
from sinks import lasting
from sinks.pointlines import PointSeries
from sinks.producer import Producer
from storage import Store
from taihu.assembly import Product
from taihu.clock import Clock, parse_instant_ms
from taihu.settings import Settings
from tests.api.conftest import Client
from tests.influx import ORG, TOKEN, Influx

ROOT = Path(__file__).resolve().parents[2]
ZONE = "Asia/Shanghai"
PLANTS = ("wx-dyeing", "zj-cement")
NOW_MS = parse_instant_ms("2018-09-01T10:30", ZONE)
BEGIN_MS = parse_instant_ms("2015-01-01T00:00", ZONE)
INTERVALS_MS = 2 * DAY_MS
"""So much of the intervals is written."""
REACH_MS = 60 * DAY_MS
"""And so much of means, exceedances and loads: in a product it is 400 days."""


Write = Callable[[list[str]], None]
LINES_AT_ONCE = 20_000


@dataclass(frozen=True)
class SinkStands:
    """How a target stands: given, since the product of this test has none."""

    name: str
    state: str
    unsent_s: float
    sent: int
    rejected: int


SINKS = (SinkStands("plant", "ok", 0.0, 4211, 0), SinkStands("city", "stopped", 5400.0, 17, 3))
DOUBTS = {"wx-dyeing": 2, "zj-cement": 0}
INSTANCE = "test"


MORE_LIMITS = """
[[limits]]
point = "st.nox"
value = "{nox_ug} ug/m3"
averaging = "1h"
standard = "permit"

[[limits]]
point = "ww.cod"
value = "60 g/m3"
averaging = "1d"
standard = "permit"
"""
"""Limits in units that no panel has."""
NOX_UG = {"wx-dyeing": 150_000, "zj-cement": 320_000}


class _Still(Clock):
    def now_ms(self) -> int:
        return NOW_MS


@dataclass(frozen=True)
class Filled:
    """What a test gets."""

    product: Product
    server: Influx
    client: Client
    _answers: dict[str, Any] = field(default_factory=dict)

    def api(self, path: str, **params: Any) -> Any:
        """An answer of the API; the same question is asked once."""
        asked = f"/api/v1{path}?{urlencode(params)}"
        if asked not in self._answers:
            answer = self.client.get(asked)
            assert answer.status_code == 200, answer.text
            self._answers[asked] = answer.json()
        return self._answers[asked]


@contextmanager
def filled(folder: Path) -> Iterator[Filled]:
    """The product and its lines in a server: Debian's, or the one that the environment names."""
    product = _product(folder)
    try:
        with Influx(folder / "influx") as server, writing(server.url, TOKEN, ORG, server.bucket) as write:
            write(_lines(product))
            write(_intervals(product))
            yield Filled(product, server, Client(create_app(product)))
    finally:
        product.stop()


def _product(folder: Path) -> Product:
    files = tuple(folder / f"{plant}.toml" for plant in PLANTS)
    for file in files:
        text = (ROOT / "examples" / "plants" / file.name).read_text(encoding="utf-8")
        file.write_text(text + MORE_LIMITS.format(nox_ug=NOX_UG[file.stem]), encoding="utf-8")
    product = Product(Settings(data=folder / "data", plants=files), _Still(NOW_MS), collect=False, serve=False)
    plants = load_simulated(product.registry().plants)
    write_statements(statements(plants, NOW_MS), folder / "statements.csv")
    assert not import_statements(product.database, folder / "statements.csv", now_ms=lambda: NOW_MS).bad
    product.reload_registry()
    points = product.registry().points
    for ids, chunk in history(plants, BEGIN_MS, NOW_MS):
        keys, n = np.array([points[one].key for one in ids], np.int32), len(chunk["time_ms"])
        flags = np.full(n, Quality.IMPORTED, np.uint8)
        product.store.append(
            Readings(keys[chunk["index"]], chunk["time_ms"], chunk["value"], flags, chunk["time_ms"]), []
        )
    while product.store.settled_batch < product.store.counts().batches:
        product.settler.step()
    return product


def _lines(product: Product) -> list[str]:
    """Everything that the producer makes, in the order in which it was kept."""
    health = product.health()
    settling = health["settling"] | {"lag_p99_s": 1.25}  # nothing came in by a broker here
    health |= {"settling": settling, "collector": {"connected": True}}
    producer = Producer(
        product.store,
        product.figures,
        product.registry,
        product.now_ms,
        lambda: health,
        lambda: SINKS,
        lambda plant: DOUBTS[plant],
        INSTANCE,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lasting, "REACH_MS", REACH_MS)
        while producer.step(1000.0) and producer.waiting:
            pass
    return kept_lines(product.store)


def kept_lines(store: Store) -> list[str]:
    """All lines of the store."""
    found: list[str] = []
    after = 0
    while True:
        lines, last = store.lines_after(after, 100_000)
        if not len(lines):
            return found
        rows = zip(lines.series, lines.fields, lines.time_ms.tolist(), strict=True)
        found += [f"{series} {fields} {time_ms}" for series, fields, time_ms in rows]
        after = last


def _intervals(product: Product) -> list[str]:
    registry = product.registry()
    keys = np.array(sorted(registry.by_key), np.int32)
    to_ms = NOW_MS // INTERVAL_MS * INTERVAL_MS
    ranges = Ranges(keys, np.full(len(keys), to_ms - INTERVALS_MS, np.int64), np.full(len(keys), to_ms, np.int64))
    return PointSeries(registry).interval_lines(ranges, product.store.intervals(ranges))


@contextmanager
def writing(url: str, token: str, org: str, bucket: str) -> Iterator[Write]:
    """Writes lines by the real client."""
    from influxdb_client import InfluxDBClient
    from influxdb_client.client.write_api import SYNCHRONOUS

    with InfluxDBClient(url=url, token=token, org=org, enable_gzip=True) as client:
        api = client.write_api(write_options=SYNCHRONOUS)

        def write(lines: list[str]) -> None:
            for first in range(0, len(lines), LINES_AT_ONCE):
                text = "\n".join(lines[first : first + LINES_AT_ONCE])
                api.write(bucket=bucket, record=text.encode(), write_precision="ms")

        yield write


def put_in(query: str, variables: dict[str, str], from_ms: int, to_ms: int, step: str) -> str:
    """A query as Grafana sends it: with range, step and variables put in; a text in a regular expression is escaped."""
    text = query.replace("$timeFilter", f"time >= {from_ms}ms and time <= {to_ms}ms").replace("$__interval", step)
    for name, value in variables.items():
        escaped = re.sub(r"[\\^$*+?.()|\[\]{}/]", r"\\\g<0>", value)
        text = text.replace(f"/^${name}$/", f"/^{value if value.startswith('(') else escaped}$/")
        text = text.replace(f"${name}", value)
    left = re.search(r"\$\w+", re.sub(r"\$[/)|]", "", text))
    assert left is None, f"{left and left[0]} is left in {text}"
    return text
