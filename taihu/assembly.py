"""How do the rooms make one running product?

``Product`` opens what one instance needs, starts its threads in order (store, registry, engine, page, collector), and
stops them in the other order, so that everything acknowledged is journalled and everything journalled can be settled
again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from analytics.columns import Readings
from collector import EMBEDDED_PROTOCOL, Collector, Decoder, EmbeddedBroker, MqttSettings
from engine.asof import AsOf, Moment
from engine.broadcast import Broadcast
from engine.changes import Changes, changes
from engine.events.decisions import Decisions
from engine.explain.explainer import Explainer
from engine.figures import Figures
from engine.lag import LagMeter
from engine.live import LiveHub
from engine.plantchanges import PlantChanges, plant_changes
from engine.preview import Preview, Proposal, preview
from engine.retention import Retention
from engine.settler import Round, Settler
from registry import Database, PlantFile, Programme, Registry, RegistryError, load_plant_files
from registry.editions import Import
from sinks.connection import ClientMissing
from sinks.notices import Notices
from sinks.sender import Sender
from sinks.state import SinkState
from storage import DeadLetter, Store
from taihu.backupjob import BackupJob
from taihu.clock import Clock
from taihu.importing import registry_url
from taihu.influxsettings import target_settings
from taihu.page import Page
from taihu.settings import Settings, SettingsError, mqtt_settings, plant_files, programmes
from taihu.telling import Telling
from taihu.urlfile import remove_url, write_url

log = logging.getLogger(__name__)

EMBEDDED_STOP_S = 30.0
"""How long a stop waits until what the embedded broker delivered is stored. [s]"""
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
        known = programmes(settings)
        plants = load_plant_files(plant_files(settings), [programme.id for programme in known])
        self._mqtt = None if settings.mqtt is None else mqtt_settings(settings.mqtt)
        self.store = Store.open(
            settings.data, memory_limit_mb=settings.storage.memory_mb, threads=settings.storage.threads
        )
        try:
            self._open(plants, known, collect, serve)
            self.broker = EmbeddedBroker(broker_port) if collect and settings.mqtt is None else None
        except BaseException:
            self.store.close()
            raise

    def _open(self, plants: Sequence[PlantFile], programmes: Sequence[Programme], collect: bool, serve: bool) -> None:
        self.database = Database(registry_url(self.settings))
        self.database.upgrade()
        self.database.save(plants, programmes, complete=bool(plants))
        self._registry = self.database.snapshot()
        self.backups = BackupJob(self.store, self.database, self.settings)
        self.lag = LagMeter(self.clock.speed)
        self.live = LiveHub()
        self.figures = Figures(self.store, self.registry, self.clock.now_ms)
        self.settler = Settler(
            self.store,
            self._registry,
            self.clock.now_ms,
            self.lag,
            self._after_round,
            self._retention(),
        )
        # From this word on every round is told: what was read stands until then, on a quiet night, too.
        self.figures.settled(np.empty(0, np.int32), self.clock.now_ms())
        self._broadcast = Broadcast(self.live, self.store, self.figures, self.registry, self.clock.now_ms)
        self.decisions = Decisions(self.store, self.registry, self.settler, self.clock.now_ms)
        self._past = AsOf(
            self.store,
            self.registry,
            self.database.statements_as_of,
            self.clock.now_ms,
            self.database.factors_as_of,
        )
        self.explainer = Explainer(
            self.store,
            self.registry,
            self.figures,
            self._past.at,
            lambda points, from_ms, to_ms, limit: self.decisions.entries(
                points, from_ms=from_ms, to_ms=to_ms, limit=limit
            ),
            self.database.edition_counts,
        )
        self._sender = self._sender_to_targets()
        self._telling = Telling(
            self.settings,
            self.store,
            self.figures,
            self.decisions,
            self.registry,
            self.clock.now_ms,
            self.health,
            self.sinks,
            lambda: self.url,
        )
        self.collector: Collector | None = None
        self._collects, self._serves = collect, serve
        self._page: Page | None = None
        self._seen_import = self.database.last_import()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch_registry, name="registry-watch", daemon=True)

    def _after_round(self, done: Round) -> None:
        """What was settled is news for the overview and for those who listen."""
        self.figures.settled(done.points, done.from_ms)
        self._telling.settled(done)
        self._broadcast(done)

    def _retention(self) -> Retention | None:
        days = self.settings.retention.readings_days
        return None if days is None else Retention(self.store, days, self.clock.now_ms)

    def _sender_to_targets(self) -> Sender:
        targets = target_settings(self.settings.influx)
        try:
            return Sender(self.store, self._registry, self.clock.now_ms, targets, speed=self.clock.speed)
        except ClientMissing as error:
            raise SettingsError(f"influx: {error}") from None

    # -- what the page asks for (api.services.Services) ----------------------------------------------------------------

    def now_ms(self) -> int:
        return self.clock.now_ms()

    def registry(self) -> Registry:
        return self._registry

    def as_of(self, time_ms: int) -> Moment:
        """What was known at a moment. [ms UTC]"""
        return self._past.at(time_ms)

    def changes(self, full_id: str, since_ms: int, from_ms: int, to_ms: int) -> Changes:
        """What was known of a point at a moment, what is known now, and why. [ms UTC]"""
        return changes(self.store, self._past.at(since_ms), full_id, from_ms, to_ms)

    def plant_changes(self, plant_id: str, since_ms: int, from_ms: int, to_ms: int) -> PlantChanges:
        """Which figures and statements of a plant are others now than they were at a moment. [ms UTC]"""
        return plant_changes(self.figures, self._registry, self._past.at(since_ms), plant_id, from_ms, to_ms)

    def preview(self, proposal: Proposal) -> Preview:
        """What other factors or statements would change; nothing is kept."""
        return preview(self.figures, self._registry, proposal)

    def keep(self, proposal: Proposal, who: str, why: str) -> Preview:
        """Keep factors and statements as the editions that hold from now on, and say what that changed."""
        changed = self.preview(proposal)
        self.database.keep(proposal.factors, proposal.statements, Import(self.clock.now_ms(), who=who, why=why))
        self.reload_registry()
        self._seen_import = self.database.last_import()
        return changed

    @property
    def notices(self) -> Notices:
        """What was told, and to whom."""
        return self._telling.notices

    def sinks(self) -> list[SinkState]:
        """How the copy to each server stands."""
        return self._sender.states()

    def resync(self, name: str, from_ms: int | None) -> SinkState:
        """Send again to a server what is of `from_ms` or later, everything when None; KeyError for an unknown one."""
        return self._sender.resync(name, from_ms)

    def reload_registry(self) -> None:
        """After an import: figures use the new statements from now on."""
        self._registry = self.database.snapshot()
        self.settler.reload(self._registry)
        self._sender.reload(self._registry)

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
            "sinks": [asdict(sink) for sink in self.sinks()],
            "notices": self._telling.health(),
        }

    # -- start and stop ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start every part; the page first, so that it can show how the rest comes up."""
        if self._serves:
            self._page = Page(self, self.settings.http.host, self.settings.http.port)
            self._page.start()
            write_url(self.settings.data, self.url)
            self.settler.start()
            self._sender.start()
            self._telling.start()
            self._watcher.start()
        if self._collects:
            if self.broker is not None:
                self.broker.start()
            self.collector = Collector(
                self._broker_to_read(), Decoder.from_registry(self._registry), self.sink, self.clock.now_ms
            )
            self.collector.start()

    def stop(self) -> None:
        """Stop every part; what was received is journalled and acknowledged before the store closes."""
        if self.collector is not None:
            # What is not taken in time stays with the broker, which keeps it; the one inside ends with us.
            self.collector.stop(5.0 if self.broker is None else EMBEDDED_STOP_S)
        if self.broker is not None:
            self.broker.stop()
        self.settler.stop()
        self._telling.stop()
        self._sender.stop()
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        self.live.close()
        if self._page is not None:
            remove_url(self.settings.data, self.url)
            self._page.stop()
        self.backups.stop()
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

    def _broker_to_read(self) -> MqttSettings:
        if self.broker is not None:
            return MqttSettings(host="127.0.0.1", port=self.broker.port, client_id="taihu", protocol=EMBEDDED_PROTOCOL)
        assert self._mqtt is not None
        return self._mqtt
