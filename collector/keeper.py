"""When is the connection made, kept and given up?

One network thread connects, lets paho-mqtt read and write and, when the connection is lost, tries again after 1, 2,
4 ... 60 s.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode

from collector.condition import Condition

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_ANSWER_S = 10.0
_PARTING_S = 2.0
_TICK_S = 1.0
_MOST_AT_ONCE = 1000  # messages read before acknowledgements are written again


class Keeper:
    """The network thread.

    Parameters
    ----------
    client : callable
        Gives the client; it may be another one after `connect`.
    condition : Condition
    connect : callable
        Makes a connection with the client or raises.
    unanswered : callable
        Is told that a connection was made and the broker did not answer in 10 s.
    """

    def __init__(
        self,
        client: Callable[[], paho.Client],
        condition: Condition,
        connect: Callable[[], None],
        unanswered: Callable[[], None],
    ) -> None:
        self._client_now = client
        self._condition = condition
        self._connect = connect
        self._unanswered = unanswered
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt-network", daemon=True)

    @property
    def _client(self) -> paho.Client:
        return self._client_now()

    def start(self) -> None:
        """Begin; a keeper is started once."""
        self._thread.start()

    def end(self) -> None:
        """Make no other connection; the present one ends when the client has disconnected, or in 2 s."""
        self._ending.set()

    @property
    def ending(self) -> bool:
        """Whether the end is wanted."""
        return self._ending.is_set()

    def join(self, timeout_s: float) -> None:
        """Wait for the end."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        wait_s = _FIRST_WAIT_S
        while not self._ending.is_set():
            self._condition.forget()
            self._live_once()
            wait_s = wait_s if self._condition.short else _FIRST_WAIT_S
            self._condition.end()
            if self._condition.at_once:
                continue
            self._ending.wait(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    def _live_once(self) -> None:
        """One connection from its beginning to its end; whatever a broken peer makes the client raise ends only it."""
        try:
            self._connect()
        except Exception as error:
            self._condition.not_made(error)
            return
        try:
            self._talk()
        except Exception as error:
            self._condition.broken(error)
        finally:
            sock = self._client.socket()
            if sock is not None:
                sock.close()

    def _talk(self) -> None:
        """Read and write until the connection ends, by the broker or by `end`."""
        answer_by_s = time.monotonic() + _ANSWER_S
        while not self.ending:
            if not self._round():
                return
            if not self._condition.connected and time.monotonic() > answer_by_s:
                self._unanswered()
                return
        part_by_s = time.monotonic() + _PARTING_S
        while self._condition.connected and self._round() and time.monotonic() < part_by_s:
            continue  # until the client has disconnected
        self._client.disconnect()
        self._client.loop(0)

    def _round(self) -> bool:
        """Write what is queued and read what has come; False when there is no connection any more."""
        if self._client.loop(_TICK_S) != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        # paho's loop reads one packet a round; what else has come is read without asking the system in between.
        for _ in range(_MOST_AT_ONCE):
            before = self._condition.delivered
            if self._client.loop_read() != MQTTErrorCode.MQTT_ERR_SUCCESS or self._condition.delivered == before:
                break
        return self._client.socket() is not None
