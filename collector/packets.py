"""Where does an MQTT packet end, and what does a PUBLISH hold?

The two packets that come and go by the thousand, read and written with nothing around them: PUBLISH (MQTT 5 and
3.1.1, 3.3) and PUBACK (3.4). Everything else of the protocol is paho-mqtt's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_PUBLISH = 0x30
_QOS_2 = 0x04


class MalformedPacketError(ValueError):
    """The bytes cannot be MQTT."""


class Split(NamedTuple):
    """What a run of bytes holds.

    Attributes
    ----------
    packets : list of (bytes, int)
        Whole packets, each with the position at which its body begins.
    rest : int
        Where the first packet that is not whole begins.
    wanted : int
        How many bytes it has from there on, as far as that is known.
    """

    packets: list[tuple[bytes, int]]
    rest: int
    wanted: int


def split(data: bytes) -> Split:
    """Cut a run of bytes into packets.

    Raises
    ------
    MalformedPacketError
        If a length takes more than four bytes (MQTT 5, 1.5.5).
    """
    packets: list[tuple[bytes, int]] = []
    at, length = 0, len(data)
    while at + 2 <= length:
        size, body = data[at + 1], at + 2
        if size >= 0x80:
            try:
                size, body = variable(data, at + 1)
            except IndexError:
                break
        end = body + size
        if end > length:
            return Split(packets, at, end - at)
        packets.append((data[at:end], body - at))
        at = end
    return Split(packets, at, 2)


def variable(data: bytes, at: int) -> tuple[int, int]:
    """A variable byte integer and the position behind it; IndexError where the data end before it does.

    Examples
    --------
    >>> variable(bytes([0xC1, 0x02]), 0)
    (321, 2)
    """
    value = 0
    for position in range(4):
        byte = data[at + position]
        value |= (byte & 0x7F) << 7 * position
        if byte < 0x80:
            return value, at + position + 1
    raise MalformedPacketError("a length of more than four bytes came from the broker; wanted MQTT")


def is_publish(packet: bytes) -> bool:
    """Whether this is a PUBLISH at QoS 0 or 1; QoS 2 has a longer way and is paho's."""
    return packet[0] & 0xF0 == _PUBLISH and not packet[0] & _QOS_2


class Publish(NamedTuple):
    """The parts of a PUBLISH."""

    topic: str
    payload: bytes
    qos: int
    mid: int
    retain: bool


def read_publish(packet: bytes, body: int, properties: bool) -> Publish:
    """The parts of a PUBLISH; a topic that is no UTF-8 gets replacement characters and becomes a dead letter later.

    Parameters
    ----------
    packet : bytes
    body : int
        Where its body begins.
    properties : bool
        True for MQTT 5; they are passed over.

    Raises
    ------
    MalformedPacketError
        If the packet ends before its parts do.
    """
    first = packet[0]
    qos = first >> 1 & 3
    mid = 0
    try:
        at = body + 2 + (packet[body] << 8 | packet[body + 1])
        topic = packet[body + 2 : at].decode(errors="replace")
        if qos:
            mid = packet[at] << 8 | packet[at + 1]
            at += 2
        if properties:
            size = packet[at]
            at = at + 1 + size if size < 0x80 else sum(variable(packet, at))
    except IndexError as error:
        raise MalformedPacketError("a PUBLISH that ends too soon came from the broker; wanted MQTT") from error
    if at > len(packet):
        raise MalformedPacketError("a PUBLISH that ends too soon came from the broker; wanted MQTT")
    return Publish(topic, packet[at:], qos, mid, bool(first & 1))


def pubacks(mids: Iterable[int]) -> bytes:
    """One PUBACK ("success") for each packet id.

    Examples
    --------
    >>> pubacks([1, 258]).hex()
    '4002000140020102'
    """
    return b"".join(b"\x40\x02" + mid.to_bytes(2) for mid in mids)
