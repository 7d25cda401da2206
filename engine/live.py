"""How does what just changed reach everybody who is looking?

A `LiveHub` stands between the threads that compute (publishers) and the event loop that serves (listeners). Publishing
never waits: each listener has a bounded queue, and one that reads too slowly loses its oldest events, counted,
instead of holding up anybody else. Losing an event is harmless: every event carries whole values, never differences.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any

from engine.figure import Figure

Event = dict[str, Any]
"""A dictionary with a ``type``; the functions below make the kinds that are in use."""


def now_event(plant: str, figures: dict[str, Figure], time_ms: int) -> Event:
    """A plant's current figures, whole, under the keys of ``figures.now``; `time_ms` by the injected clock. [ms UTC]"""
    return {"type": "now", "plant": plant, "time_ms": time_ms, "figures": figures}


def latest_event(values: Iterable[tuple[str, int, float | None]], time_ms: int) -> Event:
    """Newest readings: full point id, source time [ms UTC], value in the sender's unit (None: it said it has none)."""
    rows = [{"point": point, "time_ms": at, "value": value} for point, at, value in values]
    return {"type": "latest", "time_ms": time_ms, "values": rows}


def settled_event(points: Iterable[str], from_ms: int, to_ms: int, time_ms: int) -> Event:
    """Intervals of these points (full ids) changed somewhere in ``[from_ms, to_ms)``. [ms UTC]"""
    return {"type": "settled", "time_ms": time_ms, "points": list(points), "from_ms": from_ms, "to_ms": to_ms}


def health_event(health: dict[str, Any], time_ms: int) -> Event:
    """The state of the product changed: the answer of ``health()``."""
    return {"type": "health", "time_ms": time_ms, "health": health}


class _Listener:
    """One open stream: a bounded queue and the way to wake the task that reads it."""

    def __init__(self, limit: int) -> None:
        self.events: deque[Event] = deque(maxlen=limit)
        self.dropped = 0
        self.loop = asyncio.get_running_loop()
        self.wake = asyncio.Event()
        self.waking = False

    def put(self, event: Event) -> None:
        if len(self.events) == self.events.maxlen:
            self.dropped += 1  # deque(maxlen) itself drops the oldest
        self.events.append(event)
        self.rouse()

    def rouse(self) -> None:
        """Wake the reader once, however many events come before it runs."""
        if not self.waking:
            self.waking = True
            self.loop.call_soon_threadsafe(self.wake.set)


class LiveHub:
    """Passes events from any thread to every listener.

    Parameters
    ----------
    limit : int
        Events that wait for one listener at most; beyond, its oldest are dropped.

    Raises
    ------
    ValueError
        If `limit` is less than 1.
    """

    def __init__(self, limit: int = 256) -> None:
        if limit < 1:
            raise ValueError(f"limit ({limit}) must be at least 1")
        self._limit = limit
        self._lock = threading.Lock()
        self._listeners: set[_Listener] = set()
        self._closed = False
        self._dropped_before = 0

    @property
    def listeners(self) -> int:
        """Number of streams that are open now."""
        return len(self._listeners)

    @property
    def dropped(self) -> int:
        """Events that slow listeners lost since the start."""
        with self._lock:
            return self._dropped_before + sum(listener.dropped for listener in self._listeners)

    def publish(self, event: Event) -> None:
        """Hand one event to every listener; callable from any thread, never waits, a no-op after `close`."""
        with self._lock:
            if self._closed:
                return
            for listener in list(self._listeners):
                if listener.loop.is_closed():  # its loop ended without the generator being closed
                    self._forget(listener)
                else:
                    listener.put(event)

    async def listen(self) -> AsyncIterator[Event]:
        """Events from now on, until `close`.

        The first one is ``{"type": "hello"}``: whatever is published after it arrives, so a client that asks for a
        snapshot after "hello" misses nothing. A listener that lost events is told: ``{"type": "dropped", "count": n}``.
        """
        listener = _Listener(self._limit)
        with self._lock:
            if self._closed:
                return
            self._listeners.add(listener)
        try:
            yield {"type": "hello"}
            told = 0
            while True:
                await listener.wake.wait()
                events, dropped, closed = self._take(listener)
                if dropped > told:
                    yield {"type": "dropped", "count": dropped - told}
                    told = dropped
                for event in events:
                    yield event
                if closed:
                    return
        finally:
            with self._lock:
                self._forget(listener)

    def close(self) -> None:
        """End every stream after what is queued; later `listen` calls end at once. May be called twice."""
        with self._lock:
            self._closed = True
            for listener in self._listeners:
                if not listener.loop.is_closed():
                    listener.rouse()

    def _take(self, listener: _Listener) -> tuple[list[Event], int, bool]:
        with self._lock:
            events = list(listener.events)
            listener.events.clear()
            listener.wake.clear()
            listener.waking = False
            return events, listener.dropped, self._closed

    def _forget(self, listener: _Listener) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)
            self._dropped_before += listener.dropped
