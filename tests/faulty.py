"""A works with three electricity meters and what goes wrong with the first of them, in a running product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from analytics.columns import Readings
from taihu.assembly import Product
from taihu.clock import Clock
from taihu.settings import Http, Settings

MINUTE_MS = 60_000
LOCAL = timezone(timedelta(hours=8))

PLANT = """
[plant]
id = "works"
name = { zh = "试验工厂", en = "Test Works" }
city = "wuxi"
sector = "C33"
size = "small"
zone = "Asia/Shanghai"

[[sources]]
id = "gateway"
topic = "works/{device}"
items = "values"
time = "ts"
channel = "{device}/{key}"
"""

METER = """
[[meters]]
id = "M-{id}"
name = {{ zh = "{zh}", en = "{en}" }}
accuracy = "{accuracy}"

[[points]]
id = "{id}"
name = {{ zh = "{zh}", en = "{en}" }}
meter = "M-{id}"
source = "gateway"
channel = "{id}/ep"
kind = "register"
unit = "kWh"
carrier = "electricity"
resolution = 0.01
rating = "{rating} kW"
every = "1min"
{more}
"""

POINTS = (
    {"id": "in", "zh": "总进线", "en": "Incomer", "accuracy": "0.5S", "rating": 2000, "more": 'direction = "import"'},
    {"id": "hall", "zh": "车间", "en": "Hall", "accuracy": "1.0", "rating": 1200, "more": 'parent = "in"'},
    {"id": "air", "zh": "空压站", "en": "Compressors", "accuracy": "1.0", "rating": 600, "more": 'parent = "in"'},
)
LOAD_KW = {"in": 600.0, "hall": 360.0, "air": 180.0}


def at_ms(text: str) -> int:
    """``2018-08-30 11:00`` by the clocks of the works. [ms UTC]"""
    return int(datetime.fromisoformat(text).replace(tzinfo=LOCAL).astimezone(UTC).timestamp() * 1000)


FIRST_MS, NOW_MS = at_ms("2018-08-28 00:00"), at_ms("2018-08-31 20:00")
SPIKE_MS, SWAP_MS, CONFLICT_MS = at_ms("2018-08-29 09:30"), at_ms("2018-08-30 11:00"), at_ms("2018-08-31 15:20")
SWAP_START = 20_000.0


def readings(key_of: dict[str, int]) -> Readings:
    """One reading a minute of each meter, steady load; the incomer with a spike of three minutes, an exchange that
    nobody declared (five minutes without readings), and two values for one time."""
    time_ms = np.arange(FIRST_MS, NOW_MS, MINUTE_MS, dtype=np.int64)
    parts = []
    for name, load_kw in LOAD_KW.items():
        value = np.round(40_000.0 + load_kw / 60.0 * np.arange(len(time_ms)), 2)
        times = time_ms
        if name == "in":
            spiked = (time_ms >= SPIKE_MS) & (time_ms < SPIKE_MS + 3 * MINUTE_MS)
            value = np.where(spiked, value + 5e6, value)
            swapped = time_ms >= SWAP_MS
            value = np.where(swapped, np.round(SWAP_START + value - value[swapped][0], 2), value)
            kept = ~((time_ms > SWAP_MS - 5 * MINUTE_MS) & (time_ms < SWAP_MS))
            twice = int(np.flatnonzero(time_ms[kept] == CONFLICT_MS)[0])
            times, value = (np.insert(column[kept], twice, column[kept][twice]) for column in (time_ms, value))
            value[twice] -= 4.0  # the first of the two is the lower one; both fit between their neighbours
        n = len(times)
        key = np.full(n, key_of[f"works/{name}"], np.int32)
        parts.append(Readings(key, times, value, np.zeros(n, np.uint8), times + 900))
    return Readings.concat(parts)


@contextmanager
def faulty_product(folder: Path) -> Iterator[Product]:
    """The product with those readings settled, its page on a free port."""
    plant = folder / "works.toml"
    plant.write_text(PLANT + "".join(METER.format(**point) for point in POINTS), encoding="utf-8")
    settings = Settings(data=folder / "data", plants=(plant,), http=Http(port=0))
    product = Product(settings, Clock(NOW_MS), collect=False)
    product.start()
    try:
        key_of = {full_id: point.key for full_id, point in product.registry().points.items()}
        batch = product.sink(readings(key_of), ())
        assert product.settler.settle_now(batch, 60.0)
        yield product
    finally:
        product.stop()
