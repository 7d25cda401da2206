"""`make bench`: the numbers the product promises, as ratios from one run where machines differ.

``--json`` prints one JSON object a line (name, value, unit, bound, ok). Exit status 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import (
    compare,
    demo,
    factor,
    fleet,
    forecasts,
    grafana_queries,
    imports,
    influx,
    influxdown,
    ingest,
    late,
    longrun,
    memory,
    overview,
    settlement,
)
from tests.bench.report import Result, at_least, at_most, note, show
from tests.influx import NAMED
from tests.servers import mosquitto_path

LONGRUN_MINUTES = 0.5


def _longrun() -> Iterator[Result]:
    """New cases in every run; what differs is told with its number."""
    count, wrong = longrun.run(LONGRUN_MINUTES, int(time.time()), sys.maxsize)
    if wrong:
        note("\n  ".join(wrong))
    yield at_least("longrun: random plants streamed and settled at once", count, "cases", 1)
    yield at_most("longrun: of these not equal to the bit", int(bool(wrong)), "cases", 0)


def _with_influxd(measure: Callable[[Path], Iterator[Result]], folder: Path) -> Iterator[Result]:
    if not NAMED and shutil.which("influxd") is None:
        note("the copy is not measured: influxdb is not installed")
    else:
        yield from measure(folder)


def _with_mosquitto(measure: Callable[[Path], Iterator[Result]], folder: Path) -> Iterator[Result]:
    if mosquitto_path() is None:
        note("ingestion is not measured: mosquitto is not installed")
    else:
        yield from measure(folder)


PARTS: dict[str, Callable[[Path], Iterator[Result]]] = {
    "settlement": lambda _: settlement.measure(),
    "compare": lambda _: compare.measure(),
    "late": late.measure,
    "forecast": lambda _: forecasts.measure(),
    "memory": memory.measure,
    "longrun": lambda _: _longrun(),
    "fleet": lambda _: fleet.measure(),
    "overview": lambda _: overview.measure(),
    "factor": factor.measure,
    "demo": demo.measure,
    "ingest": lambda folder: _with_mosquitto(ingest.measure, folder),
    "import": imports.measure,
    "influx": lambda folder: _with_influxd(influx.measure, folder),
    "influx_down": lambda folder: _with_mosquitto(influxdown.measure, folder),
    "grafana_queries": lambda folder: _with_influxd(grafana_queries.measure, folder),
}
"""Every part by its name; each gets a folder of its own, which is gone when it is done."""


def results(only: str | None) -> Iterator[Result]:
    for name, measure in PARTS.items():
        if only in (None, name):
            with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
                yield from measure(Path(folder))


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=list(PARTS))
    chosen = parser.parse_args()
    ok = True
    for result in results(chosen.only):
        show(result, chosen.json)
        ok &= result.ok
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
