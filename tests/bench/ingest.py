"""What does the whole way of a reading cost: broker, acknowledgement, journal, settlement?

The broker keeps the messages of a persistent session while the subscriber is away; each contender then drains the same
queue. So the sender takes no share of the machine while the time is taken, and both see the same load.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.report import Result, at_least, at_most, note
from tests.product import Serve
from tests.servers import Mosquitto

N_MESSAGES = 100_000
N_POINTS = 300
LATENCY_RATE = 2000
LATENCY_S = 30
ROUNDS = 3


def plant_toml() -> str:
    """One plant of `N_POINTS` registers, each on a topic of its own, one value a message."""
    head = """[plant]
id = "bench"
name = { zh = "测试", en = "Bench" }
city = "wuxi"
sector = "C17"
size = "large"
zone = "Asia/Shanghai"
[[sources]]
id = "g"
topic = "bench/{device}/up"
codec = "json"
value = "value"
time = "ts"
time_unit = "ms"
channel = "{device}"
"""
    point = """[[points]]
id = "p%d"
name = { zh = "点%d", en = "Point %d" }
kind = "register"
unit = "kWh"
carrier = "electricity"
direction = "internal"
every = "1s"
source = "g"
channel = "p%d"
"""
    return head + "".join(point % (i, i, i, i) for i in range(N_POINTS))


def serve(folder: Path, broker_port: int, more: str = "") -> Serve:
    (folder / "plant.toml").write_text(plant_toml())
    return Serve(folder, f'plants = ["plant.toml"]\n{more}[mqtt]\nhost = "127.0.0.1"\nport = {broker_port}\n')


def load(broker: Mosquitto, messages: int, rate: int) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.bench.load", str(broker.port), str(messages), str(rate), str(N_POINTS)],
        check=True,
        stdout=subprocess.PIPE,
    )


def bare_rate(folder: Path) -> float:
    command = [sys.executable, "-m", "tests.bench.bare"]
    with broker_in(folder) as broker:
        subprocess.run([*command, str(broker.port), "0"], check=True)
        load(broker, N_MESSAGES, 0)
        done = subprocess.run(
            [*command, str(broker.port), str(N_MESSAGES)], check=True, stdout=subprocess.PIPE, text=True
        )
    return float(done.stdout)


def broker_in(folder: Path) -> Mosquitto:
    """A broker of its own for each measurement: a session left behind by another would fill up beside it."""
    folder.mkdir()
    return Mosquitto(folder, extra="max_queued_messages 0\n")


def settled(messages: int) -> Any:
    """All of them acknowledged, in the journal and in the intervals."""

    def true(health: dict[str, Any]) -> bool:
        journal = health["journal"]
        return bool(
            health["collector"]["acknowledged"] >= messages and journal["settled_batch"] == journal["newest_batch"]
        )

    return true


def product_rate(folder: Path, more: str = "") -> float:
    """Messages a second from the queue into intervals; `more` goes into the settings."""
    with broker_in(folder) as broker:
        first = serve(folder, broker.port, more)
        first.wait("the subscription", lambda h: h["collector"]["subscribed"])
        first.stop()
        load(broker, N_MESSAGES, 0)
        running = serve(folder, broker.port, more)
        try:
            health = running.wait("the first message", lambda h: h["collector"]["received"] > 0)
            began = time.perf_counter()
            running.wait("the last message settled", settled(N_MESSAGES))
            return (N_MESSAGES - health["collector"]["received"]) / (time.perf_counter() - began)
        finally:
            running.stop()


def latency(folder: Path) -> Iterator[Result]:
    with broker_in(folder) as broker:
        running = serve(folder, broker.port)
        try:
            running.wait("the subscription", lambda h: h["collector"]["subscribed"])
            load(broker, LATENCY_RATE * LATENCY_S, LATENCY_RATE)
            health = running.wait("the last message settled", settled(LATENCY_RATE * LATENCY_S))
            yield Result("latency: publication to settled figure, p50", health["settling"]["lag_p50_s"], "s")
            yield at_most("latency: publication to settled figure, p99", health["settling"]["lag_p99_s"], "s", 2.0)
            yield at_most("memory: taihu serve, 300 points, highest", running.memory_mb(), "MB", 300.0)
        finally:
            running.stop()


def measure(folder: Path) -> Iterator[Result]:
    bare, ours = [], []
    for number in range(ROUNDS):
        note(f"ingestion, round {number + 1} of {ROUNDS}")
        bare.append(bare_rate(folder / f"bare{number}"))
        ours.append(product_rate(folder / f"product{number}"))
    yield Result("ingestion: bare paho subscriber", median(bare), "messages/s")
    yield Result("ingestion: acknowledged and settled", median(ours), "messages/s")
    ratio = median(o / b for o, b in zip(ours, bare, strict=True))
    yield at_least("ingestion: ratio to the bare subscriber", ratio, "x", 0.5)
    note(f"latency at {LATENCY_RATE} messages/s, {LATENCY_S} s")
    yield from latency(folder / "latency")
