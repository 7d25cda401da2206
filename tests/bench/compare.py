"""Is settlement faster than the same job written in DuckDB's SQL, in pandas and in polars?

One thread each, from columns in memory to columns in memory, in turns within one run, the best of seven by processor
time; and only after all of them gave the same quarters. What the job is: `tests.bench.peers`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from typing import Any, cast

import numpy as np

from analytics.columns import Intervals, Points, Ranges, Readings
from analytics.settlement import settle
from tests.bench.peers import Answer, Peer
from tests.bench.report import Result, more_than, note
from tests.bench.settlement import MINUTE_MS, N_MINUTES, N_POINTS, ZONES, registers, timed

PEERS = [
    ("duckdb", "tests.bench.peers.with_duckdb"),
    ("pandas", "tests.bench.peers.with_pandas"),
    ("polars", "tests.bench.peers.with_polars"),
]
"""Package that must be installed, and the module that uses it."""

SIZES = {"amount and peak": False, "and bounds": True}
"""What is made of the job, and whether that is with the bounds; ours always makes everything."""

ROUNDS = 7
TOLERANCE = 1e-9
SINGLE = 1e-6
"""Bounds are kept in single precision, rounded up."""


def installed() -> list[Peer]:
    """The peers that can run here; of each other one the reason is told."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # read once, when polars is first imported
    peers = []
    for package, module in PEERS:
        if find_spec(package) is None:
            note(f"settlement is not compared with {package}: it is not installed (extra `bench`, by `make bench`)")
            continue
        peer = cast(Peer, import_module(module))
        if peer.threads() != 1:
            raise RuntimeError(f"{peer.NAME} uses {peer.threads()} threads; wanted 1, as settlement has")
        peers.append(peer)
    return peers


def assert_equal(name: str, found: Answer, ours: Intervals) -> None:
    """Every quarter of ours, and no other, with its seconds, amount and peak to `TOLERANCE`, bounds to `SINGLE`.

    Raises
    ------
    AssertionError
        Naming the tool and the column.
    """
    assert not found.doubtful.any(), f"{name} doubts {int(found.doubtful.sum())} quarters of clean registers"
    for column in ("point", "start_ms"):
        np.testing.assert_array_equal(getattr(found, column), getattr(ours, column), f"{name}: {column}")
    seconds = found.measured_s.astype(np.float32)  # as intervals keep them
    np.testing.assert_array_equal(seconds, ours.measured_s, f"{name}: measured_s")
    for column in ("amount", "peak"):
        np.testing.assert_allclose(
            getattr(found, column), getattr(ours, column), rtol=TOLERANCE, err_msg=f"{name}: {column}"
        )
    if found.below is not None and found.above is not None:
        np.testing.assert_allclose(found.below, ours.below, rtol=SINGLE, err_msg=f"{name}: below")
        np.testing.assert_allclose(found.above, ours.above, rtol=SINGLE, err_msg=f"{name}: above")


def measure() -> Iterator[Result]:
    points, readings, ranges = registers(N_POINTS, N_MINUTES, MINUTE_MS)
    peers = installed()
    ours_s, peers_s = _best(peers, points, readings, ranges)
    rate = len(readings) / 1e6
    yield Result("settlement: ours with bounds, in turns with the others", rate / ours_s, "M readings/s")
    for peer in peers:
        for size, with_bounds in SIZES.items():
            peer_s = peers_s[peer.NAME, with_bounds]
            yield Result(f"settlement: {peer.NAME}, {size}", rate / peer_s, "M readings/s")
            yield more_than(f"settlement: ours over {peer.NAME}, {size}", peer_s / ours_s, "x", 1.0)


def _best(
    peers: list[Peer], points: Points, readings: Readings, ranges: Ranges
) -> tuple[float, dict[tuple[str, bool], float]]:
    """Shortest processor time of ours, and of each peer without and with bounds. [s]"""
    held: dict[str, Any] = {peer.NAME: peer.load(points, readings) for peer in peers}
    ours_s, peers_s = np.inf, {(peer.NAME, size): np.inf for peer in peers for size in SIZES.values()}
    for number in range(ROUNDS):
        took_s, settled = timed(partial(settle, points, ZONES, readings, ranges))
        ours_s = min(ours_s, took_s)
        for peer, with_bounds in product(peers, SIZES.values()):
            took_s, result = timed(partial(peer.settle, held[peer.NAME], with_bounds))
            peers_s[peer.NAME, with_bounds] = min(peers_s[peer.NAME, with_bounds], took_s)
            if number == 0:
                assert_equal(peer.NAME, peer.answer(result), settled.intervals)
    return ours_s, peers_s
