"""What does a gateway write into a message?

Two makers, two shapes. ``values``: one message a device, numbers, time in milliseconds::

    taihu/wx-dyeing/E01/up    {"ts": 1535731200000, "values": {"ep": 4821.337}}

``items``: one message a gateway, an array, numbers as text, local time without zone::

    taihu/nj-chem/GW1/data    {"time": "2018-09-01 00:00:00", "data": [{"id": "E01.ep", "v": "36241.207"}, ...]}
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulators.channels import Channel
from simulators.plant import Plant, Series, Works

_LOCAL = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message.

    Attributes
    ----------
    due_ms : int
        When it is sent. [ms UTC]
    topic : str
    payload : bytes
    readings : int
        How many values it holds.
    """

    due_ms: int
    topic: str
    payload: bytes
    readings: int


def topic(works: Works, channel: Channel) -> str:
    """Topic on which a channel is sent."""
    if works.dialect == "values":
        return f"taihu/{works.id}/{channel.device}/up"
    return f"taihu/{works.id}/{works.gateways[channel.device]}/data"


def channel_name(works: Works, channel: Channel) -> str:
    """Name by which the plant file knows a channel: ``E01/ep`` or ``E01.ep``."""
    return f"{channel.device}{'/' if works.dialect == 'values' else '.'}{channel.key}"


def messages(plant: Plant, series: Sequence[Series]) -> list[Message]:
    """Messages of one plant that carry some readings, in the order in which they are sent."""
    works = plant.works
    groups: dict[tuple[int, str, int], list[tuple[str, str]]] = {}
    for one in series:
        where = topic(works, one.channel)
        key = one.channel.key if works.dialect == "values" else channel_name(works, one.channel)
        digits = one.channel.decimals
        for due, label, value in zip(one.due_ms.tolist(), one.label_ms.tolist(), one.value.tolist(), strict=True):
            groups.setdefault((due, where, label), []).append((key, _text(value, digits)))
    write = _values if works.dialect == "values" else _items
    return [
        Message(due, where, write(label, found), len(found)) for (due, where, label), found in sorted(groups.items())
    ]


def _text(value: float, digits: int) -> str:
    return "NaN" if math.isnan(value) else f"{value:.{digits}f}"


def _values(label_ms: int, found: Iterable[tuple[str, str]]) -> bytes:
    values = ", ".join(f'"{key}": {text}' for key, text in found)
    return f'{{"ts": {label_ms}, "values": {{{values}}}}}'.encode()


def _items(label_ms: int, found: Iterable[tuple[str, str]]) -> bytes:
    local = datetime.fromtimestamp(label_ms / 1000.0, UTC) + _LOCAL
    items = ", ".join(f'{{"id": "{key}", "v": "{text}"}}' for key, text in found)
    return f'{{"time": "{local:%Y-%m-%d %H:%M:%S}", "data": [{items}]}}'.encode()
