"""`make bench`: the numbers the product promises, as ratios from one run where machines differ.

``--json`` prints one JSON object a line (name, value, unit, bound, ok). Exit status 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import compare, demo, ingest, settlement
from tests.bench.report import Result, show
from tests.servers import mosquitto_path


def results(only: str | None) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if only in (None, "settlement"):
            yield from settlement.measure()
        if only in (None, "compare"):
            yield from compare.measure()
        if only in (None, "demo"):
            yield from demo.measure(folder)
        if only in (None, "ingest"):
            if mosquitto_path() is None:
                print("ingestion is not measured: mosquitto is not installed", file=sys.stderr)
            else:
                yield from ingest.measure(folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=["settlement", "compare", "demo", "ingest"])
    chosen = parser.parse_args()
    ok = True
    for result in results(chosen.only):
        show(result, chosen.json)
        ok &= result.ok
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
