"""How soon is the demo up, and how long does its history take?"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.bench.report import Result, at_most
from tests.servers import free_port


def measure(folder: Path) -> Iterator[Result]:
    port = free_port()
    command = [sys.executable, "-m", "taihu", "demo", "--data", str(folder / "demo"), "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen([*command, "--for", "40", "--json"], stdout=subprocess.PIPE, text=True)
    up_s = None
    while up_s is None and time.perf_counter() - began < 60:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
            up_s = time.perf_counter() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    summary = json.loads(process.communicate()[0])
    yield at_most("demo: start to page", _or_never(up_s), "s", 15.0)
    yield at_most("demo: six plants' history imported and settled", _or_never(summary["history_import_s"]), "s", 10.0)
    # While five plants' history waits to be settled, live values wait too; stated, not bound.
    yield Result("demo: publication to settled figure, p99 with the import", summary["lag_p99_s"], "s")


def _or_never(took_s: float | None) -> float:
    """What did not happen while the demo ran took longer than any bound. [s]"""
    return float("inf") if took_s is None else took_s
