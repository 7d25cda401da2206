"""Who writes a reading down before the broker hears "received"?

Two threads. The network thread (`collector.link`) puts messages into the inbox. The writer thread takes everything,
decodes, checks, hands columns and dead letters to the sink, and acknowledges when the sink has returned. While the
sink fails, nothing is acknowledged and the broker, at its receive maximum, sends no more, nor is more read than memory
is meant for; the batch is offered again until it is taken.

::

    broker --> network thread --> inbox --> writer thread: decode, check --> sink (durable) --> acknowledge --> broker
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from analytics.columns import Readings
from collector.check import EARLIEST_MS, MAX_AHEAD_MS
from collector.decoder import Decoder
from collector.inbox import Inbox
from collector.link import Link
from collector.message import Message
from collector.settings import MqttSettings
from storage.deadletters import DeadLetter

log = logging.getLogger(__name__)

Sink = Callable[[Readings, list[DeadLetter]], int]
"""Stores readings and dead letters durably and gives the number of the batch; raises where it cannot."""

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0


class Collector:
    """Collects from one broker.

    Parameters
    ----------
    settings : MqttSettings
    decoder : Decoder
    sink : callable
        See `Sink`; called in the writer thread, one call at a time.
    now_ms : callable
        The product's clock. [ms UTC]
    earliest_ms, max_ahead_ms : int
        See `collector.check.check`. [ms]
    """

    def __init__(
        self,
        settings: MqttSettings,
        decoder: Decoder,
        sink: Sink,
        now_ms: Callable[[], int],
        *,
        earliest_ms: int = EARLIEST_MS,
        max_ahead_ms: int = MAX_AHEAD_MS,
    ) -> None:
        self._settings = settings
        self._decoder = decoder
        decoder.max_payload_bytes = settings.max_payload_bytes
        self._sink = sink
        self._now_ms = now_ms
        self._earliest_ms = earliest_ms
        self._max_ahead_ms = max_ahead_ms
        self._inbox = Inbox(max(1, settings.receive_maximum // 2), settings.max_waiting_bytes)
        self._abandon = threading.Event()
        self._counts: Counter[str] = Counter()
        self._dead_by_kind: Counter[str] = Counter()
        self._sink_error: str | None = None
        self._last_batch: int | None = None
        self._link = Link(settings, decoder.filters, self._receive, now_ms)
        self._writer = threading.Thread(target=self._write, name="mqtt-writer", daemon=True)

    def start(self) -> None:
        """Begin; returns at once. A broker that is away shows in `health` and is tried again and again."""
        self._writer.start()
        self._link.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Store and acknowledge what was received, then part from the broker, which keeps the session.

        What the sink does not take within `timeout_s` stays unacknowledged with the broker.
        """
        self._inbox.close()
        if self._writer.is_alive():
            self._writer.join(timeout_s)
        self._abandon.set()
        self._link.stop()
        if self._writer.is_alive():
            self._writer.join(timeout_s)

    def use(self, decoder: Decoder) -> None:
        """Read with another decoder from now on: the registry has changed."""
        decoder.max_payload_bytes = self._settings.max_payload_bytes
        self._decoder = decoder
        self._link.subscribe(decoder.filters)

    def health(self) -> dict[str, Any]:
        """Counters and states, for people and for monitoring.

        Returns
        -------
        health : dict
            ``received acknowledged readings dead`` (counts), ``waiting`` (messages not yet stored),
            ``dead_by_kind``, ``unheard`` (messages without a value for any point), ``last_batch``, ``sink_error`` and
            the keys of `collector.link.Link.health`; the errors are None while all is well.
        """
        return {
            **self._link.health(),
            **{name: self._counts[name] for name in ("received", "acknowledged", "readings", "dead")},
            "waiting": self._inbox.waiting,
            "dead_by_kind": dict(self._dead_by_kind),
            "unheard": sum(self._decoder.unheard.values()),
            "last_batch": self._last_batch,
            "sink_error": self._sink_error,
        }

    # --- network thread ---------------------------------------------------------------------------------------------

    def _receive(self, message: Message) -> None:
        if self._inbox.put(message):
            self._counts["received"] += 1

    # --- writer thread ----------------------------------------------------------------------------------------------

    def _write(self) -> None:
        while messages := self._inbox.take(self._settings.batch_ms / 1000):
            self._store(messages)

    def _store(self, messages: list[Message]) -> None:
        """Decode, check, store, acknowledge; returns unstored only when the collector is abandoned."""
        readings, dead = self._decode(messages)
        wait_s = _FIRST_WAIT_S
        while not self._offer(readings, dead):
            if self._abandon.wait(wait_s):
                return
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
        self._counts["readings"] += len(readings)
        self._counts["dead"] += len(dead)
        self._dead_by_kind.update(letter.reason.partition(":")[0] for letter in dead)
        acknowledged = self._link.acknowledge(messages)
        self._inbox.stored(messages)
        self._counts["acknowledged"] += acknowledged

    def _decode(self, messages: list[Message]) -> tuple[Readings, list[DeadLetter]]:
        try:
            return self._decoder.decode_checked(messages, self._now_ms(), self._earliest_ms, self._max_ahead_ms)
        except Exception as error:
            # A fault of ours shall cost the one message that shows it, not the stream.
            if len(messages) > 1:
                parts = [self._decode([message]) for message in messages]
                return Readings.concat([good for good, _ in parts]), [letter for _, dead in parts for letter in dead]
            log.exception("a message on %s could not be decoded", messages[0].topic)
            reason = f"decoder fault: {type(error).__name__}: {error}"
            return Readings.empty(), [
                DeadLetter(messages[0].received_ms, "", messages[0].topic, messages[0].payload, reason)
            ]

    def _offer(self, readings: Readings, dead: list[DeadLetter]) -> bool:
        try:
            if len(readings) > 0 or dead:
                self._last_batch = self._sink(readings, dead)
        except Exception as error:
            # A full disk is the common case; the messages stay with the broker until it is over.
            text = f"{type(error).__name__}: {error}"
            if self._sink_error is None:
                log.warning("readings cannot be stored (%s); nothing is acknowledged, trying again", text)
            self._sink_error = text
            return False
        if self._sink_error is not None:
            log.info("readings can be stored again")
            self._sink_error = None
        return True
