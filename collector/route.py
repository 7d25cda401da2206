"""Which channel of which source is which point?

A source is one shape of message on a family of topics. What its codec finds in a message gets a *channel*: the source's
template filled with the named parts of the topic, the key of the value and, where named, other members of the payload.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from analytics.columns import Kind

if TYPE_CHECKING:  # only the shape of the nouns is used; decoding runs without the registry and its database
    from registry.model import Point, Source

_FIELD = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class SourceSpec:
    """One shape of message, as the registry describes it.

    Attributes
    ----------
    id : str
        ``plant/source``; names the source in dead letters.
    topic : str
        Pattern of its topics, see `collector.topics`.
    codec : str
        ``json``.
    items : str
        Path to the items: an object of values, an object with one value, or a list of either. "" is the whole payload;
        ``bare`` says that the payload is one number and nothing else.
    name, value : str or None
        Paths inside an item to its key and its value. With `value` alone an item is one value.
    time : str or None
        Path to the time, looked up in the item and in the objects around it, the innermost first. Where it is absent
        the time of arrival counts.
    time_unit : str
        ``s``, ``ms``, ``us``, ``ns``, ``iso`` or a strptime format.
    zone : str
        IANA name of the zone of times without an offset.
    channel : str
        Template, e.g. ``{device}/{key}``.
    multiplier : float
        Every value of the source times this is what the journal gets.
    """

    id: str
    topic: str
    codec: str = "json"
    items: str = ""
    name: str | None = None
    value: str | None = None
    time: str | None = None
    time_unit: str = "ms"
    zone: str = "Asia/Shanghai"
    channel: str = "{key}"
    multiplier: float = 1.0


@dataclass(frozen=True)
class Target:
    """The point behind a channel: its key, and whether it is of kind STATE."""

    key: int
    state: bool = False


@dataclass(frozen=True)
class Route:
    """A source and the points that listen to its channels."""

    source: SourceSpec
    targets: Mapping[str, Target] = field(default_factory=dict)


def template_fields(template: str) -> tuple[str, ...]:
    """Names in the braces of a channel template, in order.

    Examples
    --------
    >>> template_fields("{device}/{key}")
    ('device', 'key')
    """
    return tuple(_FIELD.findall(template))


def fill(template: str, value_of: Callable[[str], str]) -> str:
    """The template with each ``{name}`` replaced by ``value_of(name)``."""
    return _FIELD.sub(lambda found: value_of(found[1]), template)


class Registry(Protocol):
    """What is needed of a registry snapshot."""

    @property
    def points(self) -> Mapping[str, Point]: ...
    @property
    def sources(self) -> Sequence[Source]: ...


def routes_from_registry(registry: Registry) -> list[Route]:
    """The routes of all sources; a point that names no source or no channel is not received by MQTT."""
    targets: dict[tuple[str, str], dict[str, Target]] = {}
    for point in registry.points.values():
        if point.source is not None and point.channel is not None:
            listening = targets.setdefault((point.plant, point.source), {})
            listening[point.channel] = Target(point.key, state=point.kind is Kind.STATE)
    return [Route(_spec(source), targets.get((source.plant, source.id), {})) for source in registry.sources]


def _spec(source: Source) -> SourceSpec:
    return SourceSpec(
        id=source.full_id,
        topic=source.topic,
        codec=source.codec,
        items=source.items,
        name=source.name,
        value=source.value,
        time=source.time,
        time_unit=source.time_unit,
        zone=source.zone,
        channel=source.channel,
        multiplier=source.multiplier,
    )
