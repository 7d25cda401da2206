"""Which topics does the broker let us have?

All filters are asked for in one packet. Some brokers do not refuse a filter, they end the connection: NATS 2.9 where
one has a dot or a space, RabbitMQ where the user may not read it. So that one filter does not cost all the others,
after such an end they are asked for one by one, each when the one before it was answered; a filter at which the
broker ended the connection twice is left out, and said.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode

from collector.client import subscribe

_TWICE = 2  # once may be chance: the broker was stopped just then


class Subscriptions:
    """The filters of one link, used by the network thread and by whoever changes them.

    Parameters
    ----------
    filters : tuple of str
    refused : callable
        Is told each filter that the broker does not grant, and its reason.

    Attributes
    ----------
    refused : dict of str to str
        What is not granted on this connection.
    """

    def __init__(self, filters: tuple[str, ...], refused: Callable[[str, str], None]) -> None:
        self._filters = filters
        self._tell = refused
        self.refused: dict[str, str] = {}
        self._lock = threading.RLock()
        self._asked: dict[int, tuple[str, ...]] = {}  # by packet id
        self._next: deque[str] = deque()
        self._one_by_one = False
        self._ended_at: Counter[str] = Counter()

    @property
    def done(self) -> bool:
        """Whether every filter was answered."""
        return not self._asked and not self._next

    def begin(self, client: paho.Client) -> None:
        """A connection was accepted: ask for everything."""
        with self._lock:
            self._asked.clear()
            self._next.clear()
            self.refused = {}
            wanted = [one for one in self._filters if self._ended_at[one] < _TWICE]
            if self._one_by_one:
                self._next.extend(wanted)
                self._ask_next(client)
            elif wanted:
                self._ask(client, tuple(wanted))
        for one in self._filters:
            if one not in wanted:
                self._refuse(one, "it ends the connection when asked for it")

    def use(self, client: paho.Client, filters: tuple[str, ...]) -> None:
        """Ask for other filters on the connection there is; what is not among them any more is given back."""
        with self._lock:
            gone = [one for one in self._filters if one not in filters]
            self.later(filters)
            if gone:
                client.unsubscribe(gone)
            self.begin(client)

    def later(self, filters: tuple[str, ...]) -> None:
        """Ask for other filters when there is a connection."""
        self._filters = filters
        self._ended_at.clear()

    def answered(self, client: paho.Client, packet: int, reasons: list[ReasonCode]) -> None:
        """The broker's answer to a packet of ours."""
        with self._lock:
            asked = self._asked.pop(packet, ())
            self._ask_next(client)
        for topic, reason in zip(asked, reasons, strict=False):
            self._ended_at.pop(topic, None)
            if reason.is_failure:
                self._refuse(topic, str(reason))

    def ended(self) -> bool:
        """The connection is over; what was asked and not answered by then is doubted.

        Returns
        -------
        doubted : bool
            Whether there is such.
        """
        with self._lock:
            doubted = bool(self._asked)
            if doubted and self._one_by_one:
                self._ended_at.update(*self._asked.values())
            self._one_by_one = self._one_by_one or doubted
            self._asked.clear()
            self._next.clear()
        return doubted

    def _refuse(self, topic: str, reason: str) -> None:
        self.refused[topic] = reason
        self._tell(topic, reason)

    def _ask_next(self, client: paho.Client) -> None:
        if self._next:
            self._ask(client, (self._next.popleft(),))

    def _ask(self, client: paho.Client, filters: tuple[str, ...]) -> None:
        packet = subscribe(client, filters)
        if packet is not None:
            self._asked[packet] = filters
