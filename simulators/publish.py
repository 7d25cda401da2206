"""How do the simulated plants speak: when is which message due, and what happens while the broker is away?

What is due is a function of time, so the queue of an outage is nothing but an instant: everything due before it was
handed to the broker, everything after it was not. After an outage or a stall the publisher goes on from there and sends
every due time; memory stays bounded by the messages that wait for their acknowledgement.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any, Literal

from paho.mqtt.reasoncodes import ReasonCode

from simulators.client import build_client
from simulators.payload import Message, messages
from simulators.plant import Fault, Plant, faultless
from simulators.workdays import DAY_MS, HOUR_MS, MINUTE_MS, SPAN_TO_MS

log = logging.getLogger(__name__)

SLICE_MS = HOUR_MS
"""Plant time that is turned into messages at once."""

_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 0.005, 0.25  # the clock may be set forward while we wait


class Publisher:
    """Publishes what is due, at QoS 1, in a thread of its own.

    Parameters
    ----------
    plants : sequence of Plant
    host, port : str, int
        The broker.
    now_ms : callable
        Plant time. [ms UTC]
    speed : float
        Seconds of plant time per second; only says how long to wait for the next due time.
    protocol : str
        ``"5"`` or ``"3.1.1"``.
    from_ms : int or None
        First instant to send, e.g. the end of the imported history; None: when `start` is called. [ms UTC]
    client_id : str
    username, password : str or None
    tls : bool
        The broker's certificate is checked against the authorities the machine trusts.
    max_unacknowledged : int
        Messages that may wait for the broker; more are made only when it answers.
    keep_ms : int
        How far back an outage is made up for; what is older is lost and counted, as in a gateway whose store is full.
        [ms of plant time]
    fault : callable
        What happens to the readings of a plant on their way.

    Raises
    ------
    ValueError
        If a number is not above 0 or the protocol is unknown.
    """

    def __init__(
        self,
        plants: Sequence[Plant],
        host: str,
        port: int,
        now_ms: Callable[[], int],
        speed: float = 1.0,
        protocol: Literal["5", "3.1.1"] = "5",
        *,
        from_ms: int | None = None,
        client_id: str = "taihu-simulator",
        username: str | None = None,
        password: str | None = None,
        tls: bool = False,
        max_unacknowledged: int = 2000,
        keep_ms: int = 30 * DAY_MS,
        fault: Fault = faultless,
    ) -> None:
        for name, number in (("speed", speed), ("max_unacknowledged", max_unacknowledged), ("keep_ms", keep_ms)):
            if not number > 0:
                raise ValueError(f"{name} ({number}) must be above 0")
        self._plants = plants
        self._address = (host, port)
        self._now_ms = now_ms
        self._speed = speed
        self._from_ms = from_ms
        self._limit = max_unacknowledged
        self._keep_ms = keep_ms
        self._fault = fault
        self._client, self._connect_more = build_client(protocol, client_id, username, password, tls)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._connected = False
        self._state = ""
        self._thread: threading.Thread | None = None
        self.position_ms = 0
        """Everything due before this instant was handed to the broker. [ms UTC]"""
        self.published = 0
        """Messages handed to the broker connection."""
        self.readings = 0
        """Values in them."""
        self.acknowledged = 0
        """Messages that the broker acknowledged."""
        self.refused = 0
        """Messages that the broker answered with a failure (MQTT 5)."""
        self.lost_ms = 0
        """Plant time that was given up after an outage longer than `keep_ms`. [ms]"""
        self.error: Exception | None = None
        """What ended the thread before `stop`, None for nothing."""

    @property
    def connected(self) -> bool:
        """Is there a connection to the broker now?"""
        return self._connected

    def start(self) -> None:
        """Connect and begin to publish; does not wait for the broker.

        Raises
        ------
        RuntimeError
            If it was started before.
        """
        if self._thread is not None:
            raise RuntimeError("a publisher starts only once; make a new one")
        self.position_ms = self._now_ms() if self._from_ms is None else self._from_ms
        self._client.connect_async(*self._address, keepalive=30, **self._connect_more)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Stop publishing, wait for the acknowledgements of what is under way, disconnect."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread is None:
            return
        self._thread.join()
        with self._changed:
            self._changed.wait_for(lambda: self._waiting() == 0 or not self._connected, timeout_s)
        self._client.disconnect()
        self._client.loop_stop()

    def _waiting(self) -> int:
        return self.published - self.acknowledged - self.refused

    def _run(self) -> None:
        try:
            while not self._stopping.is_set() and self.position_ms <= SPAN_TO_MS:
                self._step()
            if not self._stopping.is_set():
                log.info("simulated time has ended: there is nothing after 2019-12-31")
        except Exception as error:
            self.error = error
            log.exception("the simulated plants stopped: %s", error)

    def _step(self) -> None:
        """Send one slice of what is due, or wait a moment for something to be due or for the broker."""
        with self._changed:
            self._changed.wait_for(lambda: self._connected or self._stopping.is_set(), 1.0)
        until_ms = self._now_ms() + 1
        next_ms = -(-self.position_ms // MINUTE_MS) * MINUTE_MS  # readings stand on full minutes
        if not self._connected or until_ms <= next_ms:
            ahead_s = (next_ms - until_ms) / 1000.0 / self._speed
            self._stopping.wait(min(max(ahead_s, _SHORTEST_WAIT_S), _LONGEST_WAIT_S))
            return
        self._forget(until_ms - self._keep_ms)
        until_ms = min(until_ms, self.position_ms + SLICE_MS)
        for message in self._due(self.position_ms, until_ms):
            if not self._send(message):
                return
        self.position_ms = until_ms

    def _forget(self, oldest_ms: int) -> None:
        """Give up what is older than the store of a gateway would hold."""
        gone_ms = oldest_ms - self.position_ms
        if gone_ms > 0:
            log.warning("%.1f h of simulated readings are lost: the outage was longer than kept", gone_ms / HOUR_MS)
            self.lost_ms += gone_ms
            self.position_ms = oldest_ms

    def _due(self, from_ms: int, to_ms: int) -> list[Message]:
        found: list[Message] = []
        for plant in self._plants:
            found += messages(plant, self._fault(plant.readings(from_ms, to_ms)))
        found.sort(key=lambda message: message.due_ms)
        return found

    def _send(self, message: Message) -> bool:
        """Publish as soon as there is room; False when stopped before that."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting() < self._limit or self._stopping.is_set())
            if self._stopping.is_set():
                return False
            self.published += 1  # before the call: the answer may be faster than its return
            self.readings += message.readings
        # Without a connection the client keeps the message and sends it after the next one.
        self._client.publish(message.topic, message.payload, qos=1)
        self.position_ms = message.due_ms
        return True

    def _on_connect(self, _c: Any, _u: Any, _f: Any, reason: ReasonCode, _p: Any) -> None:
        if reason.is_failure:
            self._say(f"{self._where} refuses the simulated plants: {reason}; trying again", logging.WARNING)
            return
        # Once when lost, once when back; the first connection is nothing to tell.
        level = logging.WARNING if self._state else logging.INFO
        self._say(f"simulated plants publish to {self._where}", level)
        with self._changed:
            self._connected = True
            self._changed.notify_all()

    def _on_disconnect(self, _c: Any, _u: Any, _f: Any, reason: ReasonCode, _p: Any) -> None:
        with self._changed:
            was_connected, self._connected = self._connected, False
            self._changed.notify_all()
        if was_connected and not self._stopping.is_set():
            self._say(f"{self._where} is lost to the simulated plants: {reason}; trying again", logging.WARNING)

    def _on_publish(self, _c: Any, _u: Any, _mid: int, reason: ReasonCode, _p: Any) -> None:
        with self._changed:
            if reason.is_failure:
                self.refused += 1
            else:
                self.acknowledged += 1
            self._changed.notify_all()

    @property
    def _where(self) -> str:
        return f"broker {self._address[0]}:{self._address[1]}"

    def _say(self, state: str, level: int) -> None:
        """Log a state once, however often it is tried again."""
        if state != self._state:
            self._state = state
            log.log(level, "%s", state)
