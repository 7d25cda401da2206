"""How do the rooms make one running product?

``Product`` opens what one instance needs, starts its threads in order (store, registry, engine, page, collector), and
stops them in the other order, so that everything acknowledged is journalled and everything journalled can be settled
again.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import uvicorn

from analytics.columns import Readings
from api import create_app
from collector import Collector, Decoder, EmbeddedBroker, MqttSettings
from engine.broadcast import Broadcast
from engine.figures import Figures
from engine.lag import LagMeter
from engine.live import LiveHub
from engine.settler import Settler
from registry import Database, PlantFile, Programme, Registry, RegistryError, load_plant_files, load_programmes
from storage import DeadLetter, Store
from taihu.clock import Clock
from taihu.settings import Settings, SettingsError, plant_files

log = logging.getLogger(__name__)

WATCH_S = 2.0
"""How often the registry is asked whether something was imported. [s]"""


class Product:
    """One running instance.

    Parameters
    ----------
    settings : Settings
    clock : Clock
    collect, serve : bool
        Whether to read a broker, and whether to settle and show the page.
    broker_port : int
        Where the embedded broker listens when no broker is configured; 0 takes any free port.

    Raises
    ------
    SettingsError
        If a plant file does not load; nothing has been opened or connected then.
    storage.StoreError
        If the data folder belongs to another process or to a newer version.
    """

    def __init__(
        self, settings: Settings, clock: Clock, *, collect: bool = True, serve: bool = True, broker_port: int = 1883
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.imports: dict[str, Any] = {}
        programmes = (
            (*load_programmes(), *load_programmes(settings.programmes)) if settings.programmes else load_programmes()
        )
        plants = load_plant_files(plant_files(settings), [programme.id for programme in programmes])
        settings.data.mkdir(parents=True, exist_ok=True)
        self.store = Store.open(
            settings.data, memory_limit_mb=settings.storage.memory_mb, threads=settings.storage.threads
        )
        try:
            self._open(plants, programmes, collect, serve)
            self.broker = EmbeddedBroker(broker_port) if collect and settings.mqtt is None else None
        except BaseException:
            self.store.close()
            raise

    def _open(self, plants: Sequence[PlantFile], programmes: Sequence[Programme], collect: bool, serve: bool) -> None:
        self.database = Database(self.settings.registry_url or f"sqlite:///{self.settings.data / 'registry.sqlite'}")
        self.database.upgrade()
        self.database.save(plants, programmes, complete=bool(plants))
        self._registry = self.database.snapshot()
        self.lag = LagMeter(self.clock.speed)
        self.live = LiveHub()
        self.figures = Figures(self.store, self.registry, self.clock.now_ms)
        self.settler = Settler(
            self.store,
            self._registry,
            self.clock.now_ms,
            self.lag,
            Broadcast(self.live, self.store, self.figures, self.registry, self.clock.now_ms),
        )
        self.collector: Collector | None = None
        self._collects, self._serves = collect, serve
        self._page: Page | None = None
        self._seen_import = self.database.last_import()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch_registry, name="registry-watch", daemon=True)

    # -- what the page asks for (api.services.Services) ----------------------------------------------------------------

    def now_ms(self) -> int:
        return self.clock.now_ms()

    def registry(self) -> Registry:
        return self._registry

    def reload_registry(self) -> None:
        """After an import: figures use the new statements from now on."""
        self._registry = self.database.snapshot()
        self.settler.reload(self._registry)

    def _watch_registry(self) -> None:
        """Notice what another process imported (`taihu import statements` beside a running `taihu serve`)."""
        failing = False
        while not self._stopping.wait(WATCH_S):
            try:
                newest = self.database.last_import()
                if newest != self._seen_import:
                    self.reload_registry()
                    self._seen_import = newest
                failing = False
            except RegistryError as error:
                if not failing:
                    log.warning("the registry cannot be read, statements stay as they are: %s", error)
                failing = True

    def health(self) -> dict[str, Any]:
        """State of every part, as the page and ``--json`` show it."""
        p50, p99 = self.lag.percentiles_s(50, 99)
        counts = self.store.counts()
        collector = self.collector.health() if self.collector is not None else {"state": "off"}
        return {
            "now_ms": self.clock.now_ms(),
            "speed": self.clock.speed,
            "collector": collector,
            "journal": {**asdict(counts), "newest_batch": counts.batches},
            "settling": {
                "intervals": self.settler.intervals_settled,
                "error": self.settler.last_error,
                "lag_p50_s": p50,
                "lag_p99_s": p99,
            },
            "import": dict(self.imports),
            "live": {"listeners": self.live.listeners, "dropped": self.live.dropped},
        }

    # -- start and stop ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start every part; the page first, so that it can show how the rest comes up."""
        if self._serves:
            self._page = Page(self, self.settings.http.host, self.settings.http.port)
            self._page.start()
            self.settler.start()
            self._watcher.start()
        if self._collects:
            if self.broker is not None:
                self.broker.start()
            self.collector = Collector(
                self._mqtt(), Decoder.from_registry(self._registry), self.sink, self.clock.now_ms
            )
            self.collector.start()

    def stop(self) -> None:
        """Stop every part; what was received is journalled and acknowledged before the store closes."""
        if self.collector is not None:
            self.collector.stop()
        if self.broker is not None:
            self.broker.stop()
        self.settler.stop()
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        self.live.close()
        if self._page is not None:
            self._page.stop()
        self.store.close()
        self.database.close()

    @property
    def url(self) -> str:
        """Address of the page; empty before `start` and without a page."""
        return "" if self._page is None else self._page.url

    @property
    def broker_url(self) -> str:
        """Address of the broker that is read."""
        if self.broker is not None:
            return f"mqtt://127.0.0.1:{self.broker.port}"
        mqtt = self.settings.mqtt
        return "" if mqtt is None else f"mqtt://{mqtt.host}:{mqtt.port}"

    def sink(self, readings: Readings, dead: Sequence[DeadLetter]) -> int:
        """Journal one batch; the collector acknowledges when this returns."""
        batch = self.store.append(readings, dead)
        self.lag.arrived(batch, readings.time_ms)
        return batch

    def _mqtt(self) -> MqttSettings:
        if self.broker is not None:
            return MqttSettings(host="127.0.0.1", port=self.broker.port, client_id="taihu", protocol="3.1.1")
        assert self.settings.mqtt is not None
        try:
            return MqttSettings(**self.settings.mqtt.model_dump())
        except ValueError as error:
            raise SettingsError(f"mqtt: {error}") from None


class Page:
    """The HTTP server in a thread of its own.

    Raises
    ------
    SettingsError
        On `start`, if the port is taken or the address is not of this machine.
    """

    def __init__(self, services: Product, host: str, port: int) -> None:
        self._host, self._port = host, port
        config = uvicorn.Config(
            create_app(services), log_level="warning", access_log=False, timeout_graceful_shutdown=2, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None
        self.url = ""

    def start(self) -> None:
        listening = _listen(self._host, self._port)
        port = listening.getsockname()[1]
        self.url = f"http://{'127.0.0.1' if self._host in ('0.0.0.0', '::') else self._host}:{port}/"
        self._thread = threading.Thread(target=self._server.run, args=([listening],), name="page", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(5)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else starts, so that a taken port is said at once."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        raise SettingsError(
            f"http: cannot listen on {host}:{port} ({error.strerror or error}); is another taihu running? "
            "Wanted a free port: set [http] port, --port or TAIHU_HTTP__PORT (0 takes any)"
        ) from None
    listening.listen(128)
    return listening
