"""Who looks after all targets?

The door of this room for the product: starts a `Target` for each server of the settings, tells how they stand, and
sends again what a server lost.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from registry import Registry
from sinks.connection import Connection, InfluxConnection, TargetSettings
from sinks.patience import Patience
from sinks.state import SinkState
from sinks.target import Target
from storage import Follower, Store, StoreError

log = logging.getLogger(__name__)

TIDY_S = 30.0
"""How often what all targets have is let go. [s]"""


class Sender:
    """The copies of the journal.

    Parameters
    ----------
    store : Store
    registry : Registry
        Snapshot; `reload` exchanges it.
    now_ms : callable
        The product's clock.
    targets : sequence of TargetSettings
    speed : float
        How many of the clock's seconds pass in one.
    patience : Patience, optional
    connect : callable, optional
        Makes the connection of a target.

    Raises
    ------
    sinks.connection.ClientMissing
        If there are targets and influxdb-client is not installed.
    """

    def __init__(
        self,
        store: Store,
        registry: Registry,
        now_ms: Callable[[], int],
        targets: Sequence[TargetSettings],
        *,
        speed: float = 1.0,
        patience: Patience | None = None,
        connect: Callable[[TargetSettings], Connection] = InfluxConnection,
    ) -> None:
        self._store, self._now_ms = store, now_ms
        self._targets = {
            one.name: Target(one, store, registry, connect(one), now_ms, speed, patience or Patience())
            for one in targets
        }
        self._stopping = threading.Event()
        self._tidier: threading.Thread | None = None

    def start(self) -> None:
        """Send, each target from where it was; a new one gets everything.

        A target that is not in the settings any more is forgotten: if it comes back it gets everything again.
        """
        wanted = [Follower(one.settings.name, one.settings.readings, one.settings.intervals) for one in self._all]
        if not wanted and not self._store.followers():
            return
        for place in self._store.follow(wanted, self._now_ms()):
            self._targets[place.name].start(place)
        self._stopping.clear()
        self._tidier = threading.Thread(target=self._tidy, name="sinks-tidy", daemon=True)
        self._tidier.start()

    def stop(self) -> None:
        """End all; what was not sent is sent after the next start."""
        self._stopping.set()
        for target in self._all:
            target.end()
        for target in self._all:
            target.stop()
        if self._tidier is not None:
            self._tidier.join()
            self._tidier = None

    def reload(self, registry: Registry) -> None:
        """Use the tags of another registry from now on."""
        for target in self._all:
            target.reload(registry)

    def states(self) -> list[SinkState]:
        """How each copy stands, in the order of the settings."""
        return [target.state() for target in self._all]

    def resync(self, name: str, from_ms: int | None = None) -> SinkState:
        """Send again what is of `from_ms` or later to one target, everything when None.

        Raises
        ------
        KeyError
            If there is no such target.
        """
        target = self._targets[name]
        target.resync(from_ms)
        return target.state()

    @property
    def _all(self) -> list[Target]:
        return list(self._targets.values())

    def _tidy(self) -> None:
        while not self._stopping.wait(TIDY_S):
            try:
                self._store.prune_followed()
            except StoreError as error:
                log.warning("what all targets have is kept until it can be let go: %s", error)
