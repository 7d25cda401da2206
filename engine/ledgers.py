"""Which ledger holds for a plant right now, without reading years of days again for every new reading?

Two of each plant: the *past* up to yesterday, which is the same object as long as nothing before today was settled
anew, so that whatever was computed from it still stands; and the *whole* with today, which is another one after every
round of settling.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analytics.calendar import day_of, year_of_day
from engine.kept import Kept
from engine.ledger import Ledger, read_ledger
from engine.period import new_year
from engine.settler import POINTS_KEY
from registry import Plant, Registry

_Version = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class _Read:
    """A ledger with what it was read from."""

    version: _Version
    registry: Registry
    ledger: Ledger


class Ledgers:
    """Ledgers of all plants; answers any thread.

    Parameters
    ----------
    store : Kept
    registry : callable
        Gives the current snapshot.
    now_ms : callable
        The product's clock.
    """

    def __init__(self, store: Kept, registry: Callable[[], Registry], now_ms: Callable[[], int]) -> None:
        self._store = store
        self._registry = registry
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._past: dict[str, _Read] = {}
        self._whole: dict[str, _Read] = {}
        self._changes: Counter[str] = Counter()
        self._is_told = False

    def today(self, plant: Plant) -> int:
        """The plant's local day, which is not over. [days since 1970]"""
        return int(day_of(self._now_ms(), plant.zone))

    def told(self, plants: Iterable[str]) -> None:
        """Something before today was settled for these plants. From the first call on only this counts; without any,
        every round of settling may have changed anything."""
        with self._lock:
            self._is_told = True
            self._changes.update(plants)

    @property
    def rounds(self) -> int | None:
        """Rounds of settling of which anything may have changed; None when it is told what did."""
        with self._lock:
            return None if self._is_told else self._store.settled_batch

    def past(self, plant: Plant, base_year: int) -> Ledger:
        """From January of the base year, or of last year, through yesterday; the same object while nothing in it
        changed."""
        with self._lock:
            news = ("told", self._changes[plant.id]) if self._is_told else ("batch", self._store.settled_batch)
        return self._read(self._past, plant, base_year, news, 0)

    def whole(self, plant: Plant, base_year: int) -> Ledger:
        """The same with what is known of today; another one after every round."""
        return self._read(self._whole, plant, base_year, ("batch", self._store.settled_batch), 1)

    def trying(self, registry: Registry) -> Ledgers:
        """The same ledgers under another registry whose points are the same; nothing is read again."""
        tried = Ledgers(self._store, lambda: registry, self._now_ms)
        with self._lock:
            tried._is_told, tried._changes = self._is_told, self._changes.copy()
            for mine, other in ((self._past, tried._past), (self._whole, tried._whole)):
                other.update({plant: _Read(read.version, registry, read.ledger) for plant, read in mine.items()})
        return tried

    def _read(
        self, reads: dict[str, _Read], plant: Plant, base_year: int, news: tuple[str, int], of_today: int
    ) -> Ledger:
        """What was read last if it still holds. `news` is asked before: what comes meanwhile is read again."""
        registry, today = self._registry(), self.today(plant)
        first, last = new_year(min(base_year, year_of_day(today) - 1)), today + of_today
        version = (news, self._store.meta_get(POINTS_KEY), first, last)
        with self._lock:
            kept = reads.get(plant.id)
            if kept is not None and kept.version == version and kept.registry is registry:
                return kept.ledger
        ledger = read_ledger(self._store, registry, plant.id, first, last)
        with self._lock:
            reads[plant.id] = _Read(version, registry, ledger)
        return ledger
