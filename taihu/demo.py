"""What does `taihu demo` do: six simulated plants, everything embedded, on a clock inside 2015–2019.

History from the base year to the clock's start is generated in bulk and imported through the same checks as live data,
while the page is already up; the plants then publish over MQTT like any gateway.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from analytics.columns import Quality, Readings
from collector import check
from registry import import_statements
from simulators import Chunk, Plant, Publisher, history, load_simulated, statements, write_statements
from simulators.mishaps import mishaps
from storage import DeadLetter, StoreError
from taihu.assembly import Product
from taihu.clock import Clock, parse_instant_ms
from taihu.settings import Settings, SettingsError
from taihu.simulated import (
    DEFAULT_AS_OF,
    HISTORY_FROM,
    HISTORY_KEY,
    ZONE,
    refuse_other_plants,
    simulated_instant_ms,
)

log = logging.getLogger(__name__)

PLANTS = Path(__file__).resolve().parents[1] / "examples" / "plants"

Progress = Callable[[int, int], None]


class Demo:
    """The simulated programme around a `Product`.

    Parameters
    ----------
    settings : Settings
        Data folder and page address count; the broker is embedded unless one is named.
    as_of : str
        Where the clock stands at the first start; a data folder that knows later readings goes on from them.
    speed : float
        Seconds of plant time per second.

    Raises
    ------
    SettingsError
        If the instant is outside the simulated years, the example plants are not there, or the data folder is that of
        other plants.
    """

    def __init__(self, settings: Settings, as_of: str = DEFAULT_AS_OF, speed: float = 60.0) -> None:
        self._clock = Clock(simulated_instant_ms(as_of), speed)
        self._first_ms = parse_instant_ms(HISTORY_FROM, ZONE)
        refuse_other_plants(settings)
        self.product = Product(settings.model_copy(update={"plants": (PLANTS,)}), self._clock, broker_port=0)
        self._plants = load_simulated(self.product.registry().plants)
        self._stop = threading.Event()
        self._importer: threading.Thread | None = None
        self.publisher: Publisher | None = None
        self.import_seconds: float | None = None
        self.import_error = ""

    @property
    def needs_history(self) -> bool:
        """Whether some plant's history is not in the journal yet: a new folder, or an import that was cut off."""
        return bool(self._without_history())

    def _without_history(self) -> list[Plant]:
        return [plant for plant in self._plants if self.product.store.meta_get(HISTORY_KEY + plant.id) is None]

    def start(self, progress: Progress | None = None) -> None:
        """Start the product, then the history import and the plants; returns when the page is up."""
        product = self.product
        start_ms = self._clock.now_ms()
        if not self.needs_history:
            start_ms = max(start_ms, int(product.store.latest().time_ms.max(initial=0)))
        self._import_statements(start_ms)
        self._clock.set_ms(start_ms)
        product.start()
        if self.needs_history:
            self._importer = threading.Thread(
                target=self._import, args=(start_ms, progress), name="history", daemon=True
            )
            self._importer.start()
        self.publisher = self._publisher(start_ms)
        self.publisher.start()

    def stop(self) -> None:
        """Plants first, then the product: what was published is acknowledged before the store closes."""
        self._stop.set()
        if self.publisher is not None:
            self.publisher.stop()
        if self._importer is not None:
            self._importer.join()
        self.product.stop()

    def _publisher(self, from_ms: int) -> Publisher:
        mqtt = self.product.settings.mqtt
        broker = self.product.broker
        if broker is not None:
            host, port = "127.0.0.1", broker.port
        else:
            assert mqtt is not None
            host, port = mqtt.host, mqtt.port
        return Publisher(
            self._plants,
            host,
            port,
            now_ms=self._clock.now_ms,
            speed=self._clock.speed,
            protocol="3.1.1",  # every broker speaks it, the one inside and RabbitMQ before 3.13 nothing else
            from_ms=from_ms,
            username=None if mqtt is None else mqtt.username,
            password=None if mqtt is None else mqtt.password,
            tls=mqtt is not None and mqtt.tls,
            fault=mishaps(self._plants, self._began_ms(from_ms)),
        )

    def _began_ms(self, now_ms: int) -> int:
        """When this data folder's demo first went live: where the imported history ends."""
        ends = [self.product.store.meta_get(HISTORY_KEY + plant.id) for plant in self._plants]
        return min((int(end) for end in ends if end is not None), default=now_ms)

    def _import_statements(self, as_of_ms: int) -> None:
        path = self.product.settings.data / "statements.csv"
        write_statements(statements(self._plants, as_of_ms), path)
        report = import_statements(self.product.database, path, now_ms=lambda: as_of_ms)
        if report.bad:
            raise SettingsError(str(report))
        self.product.reload_registry()

    def _import(self, to_ms: int, progress: Progress | None) -> None:
        began = time.monotonic()
        state = self.product.imports
        plants = self._without_history()
        before = last = 0
        state.update(state="running", done=0, total=len(plants))
        try:
            for plant, (ids, chunk) in zip(plants, history(plants, self._first_ms, to_ms), strict=True):
                # One plant is settled, one waits: more would keep live values waiting, fewer the settler.
                if not self._settled(before):
                    return
                before, last = last, self._append(ids, chunk)
                # A power cut before this line brings the same readings again, which changes nothing.
                self.product.store.meta_set(HISTORY_KEY + plant.id, str(to_ms))
                state["done"] += 1
                if progress is not None:
                    progress(state["done"], len(plants))
            if self._settled(last):
                self.import_seconds = time.monotonic() - began
            state["state"] = "done"
        except (StoreError, ValueError) as error:
            self.import_error = f"{type(error).__name__}: {error}"
            state.update(state="failed", error=self.import_error)
            log.error("the history could not be imported: %s", self.import_error)

    def _append(self, ids: list[str], chunk: Chunk) -> int:
        points = self.product.registry().points
        keys = np.array([points[i].key for i in ids], np.int32)
        now = self._clock.now_ms()
        n = len(chunk["time_ms"])
        readings = Readings(
            keys[chunk["index"]],
            chunk["time_ms"],
            chunk["value"],
            np.full(n, Quality.IMPORTED, np.uint8),
            # As if each had come in time: what was known at any date of the past can then be asked.
            chunk["time_ms"],
        )
        good, rejected = check(readings, now)
        dead = [
            DeadLetter(now, "history", ids[int(chunk["index"][row])], b"", rejected.reason(i))
            for i, row in enumerate(rejected.row)
        ]
        return self.product.store.append(good, dead)

    def _settled(self, batch: int) -> bool:
        """Wait until a batch is settled; False where the demo is stopped before."""
        while self.product.store.settled_batch < batch:
            if self._stop.wait(0.05):
                return False
        return True

    def summary(self) -> dict[str, Any]:
        """What ``--json`` prints at the end."""
        health = self.product.health()
        collector = health["collector"]
        return {
            "as_of_ms": self._clock.now_ms(),
            "speed": self._clock.speed,
            "published": self.publisher.published if self.publisher else 0,
            "readings_received": collector["readings"],
            "messages_received": collector["received"],
            "messages_acknowledged": collector["acknowledged"],
            "readings_in_journal": health["journal"]["readings"],
            "dead_letters": health["journal"]["dead_letters"],
            "intervals_settled": health["settling"]["intervals"],
            "lag_p50_s": health["settling"]["lag_p50_s"],
            "lag_p99_s": health["settling"]["lag_p99_s"],
            "history_import_s": self.import_seconds,
            "history_import_error": self.import_error,
            "plants": {plant: self._plant_summary(plant) for plant in sorted(self.product.registry().plants)},
        }

    def _plant_summary(self, plant: str) -> dict[str, Any]:
        figures = self.product.figures
        return {
            "power_kw": figures.now(plant)["power_kw"].value,
            "indicators": [
                {
                    "id": i.id,
                    "base": i.base.value,
                    "current": i.current.value,
                    "unit": i.current.unit,
                    "change": i.change,
                    "target": i.target,
                    "progress": i.progress,
                    "pace": i.pace,
                    "status": i.status,
                    "reason": i.reason,
                    "coverage": i.current.coverage,
                    "provisional": i.current.provisional,
                    "factors": i.current.factors,
                }
                for i in figures.indicators(f"plant:{plant}")
            ],
        }
