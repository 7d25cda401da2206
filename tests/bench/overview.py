"""How soon does a browser have the overview of 6 000 plants, while plants change all the time?

A server of its own process with the product's app and a fleet of made-up plants; every half second some plants change,
so that the answer is made anew as often as it may be. Four clients ask one after the other, over real HTTP, compressed
as browsers ask; a request of which the whole answer is read counts.

``python -m tests.bench.overview PORT`` is the server.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import uvicorn

from analytics.calendar import day_start
from api import create_app
from engine.fleet.fleet import Fleet
from engine.fleet.rows import PlantRow
from engine.fleet.times import FleetTimes
from registry import Plant, Programme
from tests.api.fakes import FakeServices
from tests.bench import manyplants
from tests.bench.report import Result, at_least, at_most
from tests.engine.make import ZONE
from tests.servers import free_port

N_PLANTS = 6_000
N_CHANGED = 20
CLIENTS = 4
REQUESTS = 800
BOUND_MS = 200.0
START_S = 120.0
PATH = "/api/v1/overview"


def measure() -> Iterator[Result]:
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.overview", str(port)])
    try:
        _wait_for(port)
        took_ms, versions, n_bytes = _asked(port)
    finally:
        server.terminate()
        server.wait(20)
    name = f"overview of {N_PLANTS} plants"
    yield Result(f"{name}: p50", float(np.percentile(took_ms, 50)), "ms")
    yield at_most(f"{name}: p99 of {len(took_ms)} requests", float(np.percentile(took_ms, 99)), "ms", BOUND_MS)
    yield Result(f"{name}: compressed", n_bytes / 1e6, "MB")
    yield at_least(f"{name}: different answers among them", versions, "", 2)


def _wait_for(port: int) -> None:
    """Until the first answer lies ready."""
    ends = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


def _asked(port: int) -> tuple[list[float], int, int]:
    """How long each request took [ms], how many different answers came, and how long one is [bytes]."""
    took_ms: list[float] = []
    tags: set[str] = set()
    sizes: list[int] = []

    def client(_: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(REQUESTS // CLIENTS):
            began = time.perf_counter()
            connection.request("GET", PATH, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            body = answer.read()
            took_ms.append((time.perf_counter() - began) * 1e3)
            assert answer.status == 200, body[:200]
            tags.add(str(answer.headers["ETag"]))
            sizes.append(len(body))
            time.sleep(0.05)  # somebody looks at it

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client, range(CLIENTS)))
    return took_ms, len(tags), max(sizes)


def serve(port: int) -> None:
    """The app over the made-up plants, until the process is ended."""
    services = FakeServices()
    nouns = manyplants.registry(N_PLANTS)
    rng = np.random.default_rng(5)
    now_ms = int(day_start(manyplants.TODAY, ZONE)) + 1

    def row_of(plant: Plant, programme: Programme, when: FleetTimes) -> PlantRow:
        return manyplants.row(plant.id, when, rng)

    fleet = Fleet(lambda: nouns, lambda: now_ms, row_of)
    services.registry = lambda: nouns  # type: ignore[method-assign]
    services.figures.fleet = fleet  # type: ignore[assignment]
    fleet.overview()
    threading.Thread(target=_change, args=(fleet, list(nouns.plants)), daemon=True).start()
    uvicorn.run(create_app(services), host="127.0.0.1", port=port, log_level="error")


def _change(fleet: Fleet, plants: list[str]) -> None:
    rng = np.random.default_rng(6)
    while True:
        fleet.touched(rng.choice(plants, N_CHANGED))
        time.sleep(0.5)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
