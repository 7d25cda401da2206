"""What do these messages say?

Messages in, columns and dead letters out; no socket, no clock. The decoder knows the registry's sources and points,
remembers for each topic which source reads it, and never raises for what a sender sends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import Int64, Readings
from collector.batch import Batch
from collector.channels import Channels
from collector.check import EARLIEST_MS, MAX_AHEAD_MS, check
from collector.codec_json import JsonShape
from collector.message import Message
from collector.route import Registry, Route, routes_from_registry
from collector.topics import Matcher, TopicPattern
from collector.values import BadItem
from storage.deadletters import DeadLetter

MAX_PAYLOAD_BYTES = 1 << 20
"""Larger payloads are not parsed. [bytes]"""

_MOST_TOPICS = 65_536
_MOST_DETAILS = 3

Plan = tuple[JsonShape, Channels, str]


@dataclass(frozen=True, eq=False)
class Decoded:
    """What a run of messages held.

    Attributes
    ----------
    readings : Readings
        In the order of the messages.
    dead : list of DeadLetter
        Messages, or parts of them, that could not be used.
    first_row : ndarray of int64, shape (n_messages,)
        Row of `readings` at which each message begins.
    """

    readings: Readings
    dead: list[DeadLetter]
    first_row: Int64


class Decoder:
    """Turns messages into readings.

    Parameters
    ----------
    routes : sequence of Route
        See `collector.route.routes_from_registry`.
    max_payload_bytes : int
        Larger payloads become dead letters without being parsed. The collector sets what its settings say.

    Attributes
    ----------
    filters : tuple of str
        The MQTT subscription filters of all sources, each once.
    unheard : Counter
        Messages without any value for a known point, by topic; only the first of each becomes a dead letter.

    Raises
    ------
    ValueError
        If a source's topic, paths, time unit, zone or codec cannot be understood; names the source.
    """

    def __init__(self, routes: Sequence[Route], *, max_payload_bytes: int = MAX_PAYLOAD_BYTES) -> None:
        self.max_payload_bytes = max_payload_bytes
        patterns = [(_pattern(route), (route, _shape(route))) for route in routes]
        self.filters = tuple(dict.fromkeys(pattern.filter for pattern, _ in patterns))
        self.unheard: Counter[str] = Counter()
        self._matcher = Matcher(patterns)
        self._plans: dict[str, list[Plan]] = {}
        self._points = np.array(sorted({t.key for r in routes for t in r.targets.values()}), np.int32)

    @classmethod
    def from_registry(cls, registry: Registry) -> Decoder:
        """A decoder for all sources and points of a registry snapshot."""
        return cls(routes_from_registry(registry))

    def decode(self, messages: Sequence[Message]) -> Decoded:
        """Read `messages`; what cannot be read becomes a dead letter with the reason."""
        batch = Batch()
        dead: list[DeadLetter] = []
        first_row: list[int] = []
        plans_of = self._plans.get
        for message in messages:
            first_row.append(len(batch))
            topic, payload, received_ms, retain, size = message[:5]
            if size > self.max_payload_bytes:
                dead.append(self._dead(message, self._too_large(size)))
                continue
            plans = plans_of(topic)
            if plans is None:
                plans = self._plan(topic)
            for shape, channels, source in plans:
                try:
                    problems = shape.read(channels, payload, received_ms, retain, batch)
                except BadItem as error:
                    problems = [str(error)]
                if problems is None:
                    self._note_unheard(message, source, channels, dead)
                elif problems:
                    dead.append(DeadLetter(received_ms, source, topic, payload, _joined(problems)))
            if not plans:
                self._note_unmatched(message, dead)
        return Decoded(batch.readings(), dead, np.array(first_row, np.int64))

    def decode_checked(
        self,
        messages: Sequence[Message],
        now_ms: int,
        earliest_ms: int = EARLIEST_MS,
        max_ahead_ms: int = MAX_AHEAD_MS,
    ) -> tuple[Readings, list[DeadLetter]]:
        """Read `messages` and set aside what cannot be true; see `collector.check`."""
        decoded = self.decode(messages)
        good, rejected = check(decoded.readings, now_ms, earliest_ms, max_ahead_ms, self._points)
        if len(rejected) == 0:
            return good, decoded.dead
        reasons: dict[int, list[str]] = {}
        # The message of a row is the last one that begins at or before it.
        for index, at in enumerate(np.searchsorted(decoded.first_row, rejected.row, "right") - 1):
            reasons.setdefault(int(at), []).append(rejected.reason(index))
        refused = [self._dead(messages[at], _joined(why)) for at, why in reasons.items()]
        return good, decoded.dead + refused

    def _plan(self, topic: str) -> list[Plan]:
        if len(self._plans) >= _MOST_TOPICS:
            self._plans.clear()
        found = self._matcher.match(topic)
        plans = [(shape, Channels(route, parts), route.source.id) for (route, shape), parts in found]
        self._plans[topic] = plans
        return plans

    def _dead(self, message: Message, reason: str) -> DeadLetter:
        plans = self._plans.get(message.topic) or self._plan(message.topic)
        source = plans[0][2] if plans else ""
        return DeadLetter(message.received_ms, source, message.topic, message.payload, reason)

    def _too_large(self, size: int) -> str:
        return f"too large: {size} bytes came, at most {self.max_payload_bytes} are read (max_payload_bytes)"

    def _note_unheard(self, message: Message, source: str, channels: Channels, dead: list[DeadLetter]) -> None:
        """A message without a value for any point: a dead letter for the first of a topic, a count for the others."""
        if self._first_of(message.topic):
            names = ", ".join(channels.unheard) or "none"
            reason = f"no point: no point of {source} listens to what came; channels: {names}"
            dead.append(DeadLetter(message.received_ms, source, message.topic, message.payload, reason))

    def _note_unmatched(self, message: Message, dead: list[DeadLetter]) -> None:
        # A wildcard must not bring the broker's own topics (MQTT 5, 4.7.2); RabbitMQ and NATS send them all the same.
        if self._first_of(message.topic) and not message.topic.startswith("$"):
            reason = f"no source: no source has the topic {message.topic}"
            dead.append(DeadLetter(message.received_ms, "", message.topic, message.payload, reason))

    def _first_of(self, topic: str) -> bool:
        if len(self.unheard) >= _MOST_TOPICS and topic not in self.unheard:
            self.unheard.clear()
        self.unheard[topic] += 1
        return self.unheard[topic] == 1


def _pattern(route: Route) -> TopicPattern:
    try:
        return TopicPattern(route.source.topic)
    except ValueError as error:
        raise ValueError(f"source {route.source.id}: {error}") from error


def _shape(route: Route) -> JsonShape:
    if route.source.codec != "json":
        raise ValueError(f"source {route.source.id}: codec {route.source.codec!r} is not known; wanted json")
    try:
        return JsonShape(route.source)
    except ValueError as error:
        raise ValueError(f"source {route.source.id}: {error}") from error


def _joined(problems: list[str]) -> str:
    more = len(problems) - _MOST_DETAILS
    return "; ".join(problems[:_MOST_DETAILS]) + (f"; and {more} more" if more > 0 else "")
