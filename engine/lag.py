"""How long does a reading take from publication to the settled figure?"""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from analytics.columns import Int64


class LagMeter:
    """Keeps the newest lags and answers with their percentiles.

    Parameters
    ----------
    speed : float
        How fast the product's clock runs; lags are divided by it, so they are seconds of the wall clock.
    size : int
        How many of the newest lags count.

    Attributes
    ----------
    pending : int
        How many readings are remembered that were not settled yet.
    """

    def __init__(self, speed: float = 1.0, size: int = 200_000) -> None:
        self._speed = speed
        self._lags = np.empty(size, np.float64)
        self._count = 0
        self._pending: deque[tuple[int, Int64]] = deque()
        self.pending = 0
        self._lock = threading.Lock()

    def arrived(self, batch: int, time_ms: Int64) -> None:
        """Remember the source times of a batch that was journalled but not settled yet."""
        if not len(time_ms):
            return
        with self._lock:
            self._pending.append((batch, time_ms))
            self.pending += len(time_ms)
            # Whoever only collects settles nothing: no more is kept than would count.
            while self.pending - len(self._pending[0][1]) >= len(self._lags):
                self.pending -= len(self._pending.popleft()[1])

    def settled(self, batch: int, now_ms: int) -> None:
        """All batches up to `batch` are settled now."""
        with self._lock:
            while self._pending and self._pending[0][0] <= batch:
                time_ms = self._pending.popleft()[1]
                self.pending -= len(time_ms)
                lags = now_ms - time_ms
                # A ring: the oldest lags make room.
                at = (self._count + np.arange(len(lags))) % len(self._lags)
                self._lags[at] = lags / (1000.0 * self._speed)
                self._count += len(lags)

    def percentiles_s(self, *percents: float) -> list[float | None]:
        """Percentiles of the lag; None before the first one. [s]"""
        with self._lock:
            known = self._lags[: min(self._count, len(self._lags))].copy()
        if not len(known):
            return [None] * len(percents)
        return [float(p) for p in np.percentile(known, percents)]
