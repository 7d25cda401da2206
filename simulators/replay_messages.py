"""Which messages does a gateway send for one row? It depends on the profile's shape.

    values  TOPIC(device)       {"ts": 1514765700000, "values": {"kwh": 3.17, "kvarh": 2.95}}
    single  TOPIC(device, key)  {"ts": 1514765700000, "value": 3.17}
    bare    TOPIC(device, key)  3.17

The same row gives the same messages, byte for byte, every time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from simulators.replay_profile import Profile
from simulators.replay_rows import Row

Message = tuple[str, bytes]
"""Topic and payload."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encoder(profile: Profile) -> Callable[[Row], Iterator[Message]]:
    """How the rows of a profile become messages.

    Returns
    -------
    encode : callable
        Row to its messages; none where every cell is empty and empty cells are left out.
    """
    return _values_encoder(profile) if profile.publish.shape == "values" else _value_encoder(profile)


def _values_encoder(profile: Profile) -> Callable[[Row], Iterator[Message]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for at, channel in enumerate(profile.columns.values()):
        groups.setdefault(profile.topic_of(channel), []).append((at, channel.key))
    keep_empty = profile.publish.empty == "null"
    unit = profile.publish.time_unit

    def encode(row: Row) -> Iterator[Message]:
        ts = sent_time(row.time_ms, unit)
        for topic, members in groups.items():
            values = {key: row.values[at] for at, key in members if keep_empty or row.values[at] is not None}
            if values:
                yield topic, _json({"ts": ts, "values": values})

    return encode


def _value_encoder(profile: Profile) -> Callable[[Row], Iterator[Message]]:
    topics = [profile.topic_of(channel) for channel in profile.columns.values()]
    keep_empty = profile.publish.empty == "null"
    bare = profile.publish.shape == "bare"
    unit = profile.publish.time_unit

    def encode(row: Row) -> Iterator[Message]:
        ts = sent_time(row.time_ms, unit)
        for topic, value in zip(topics, row.values, strict=True):
            if value is not None or keep_empty:
                yield topic, _json(value if bare else {"ts": ts, "value": value})

    return encode


def sent_time(time_ms: int, unit: str) -> int | float | str:
    """A time as a gateway writes it.

    Parameters
    ----------
    time_ms : int
        [ms UTC]
    unit : str
        ``s``, ``ms``, ``us``, ``ns`` or ``iso``.

    Examples
    --------
    >>> sent_time(1514765700000, "s"), sent_time(1514765700500, "s"), sent_time(1514765700000, "iso")
    (1514765700, 1514765700.5, '2018-01-01T00:15:00.000Z')
    """
    if unit == "s":
        return time_ms / 1000 if time_ms % 1000 else time_ms // 1000
    if unit == "iso":
        return (_EPOCH + timedelta(milliseconds=time_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return time_ms * {"ms": 1, "us": 1000, "ns": 1_000_000}[unit]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
