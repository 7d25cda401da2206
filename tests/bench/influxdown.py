"""How much slower are readings taken in while an InfluxDB that gets a copy is down?

The whole way, broker to settled figure, as `tests.bench.ingest` measures it: in turn without any copy and with a
target whose port nobody listens on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.ingest import product_rate
from tests.bench.report import Result, at_least, note
from tests.servers import free_port

ROUNDS = 3


def measure(folder: Path) -> Iterator[Result]:
    down = f'[influx.down]\nurl = "http://127.0.0.1:{free_port()}"\ntoken = "none"\n'
    ratios, rates = [], []
    for number in range(ROUNDS):
        note(f"ingestion with a target down, round {number + 1} of {ROUNDS}")
        without = product_rate(folder / f"without{number}")
        rates.append(product_rate(folder / f"down{number}", down))
        ratios.append(rates[-1] / without)
    yield Result("ingestion with a target down", median(rates), "messages/s")
    yield at_least("ingestion with a target down, to without", median(ratios), "x", 0.9)
