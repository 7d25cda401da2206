"""PUBLISH and PUBACK against bytes of the MQTT specification, and against paho's own reading of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt import _packet
from paho.mqtt.client import MQTTv5, MQTTv311

from collector.packets import MalformedPacketError, is_publish, pubacks, read_publish, split


def publish(topic: str, payload: bytes, qos: int, mid: int, retain: bool, properties: bytes | None) -> bytes:
    name = topic.encode()
    body = len(name).to_bytes(2) + name + (mid.to_bytes(2) if qos else b"")
    body += b"" if properties is None else bytes([len(properties)]) + properties
    body += payload
    size, length = len(body), b""
    while True:
        size, low = divmod(size, 128)
        length += bytes([low | 0x80 if size else low])
        if not size:
            return bytes([0x30 | qos << 1 | retain]) + length + body


def test_the_example_of_the_specification() -> None:
    # MQTT 3.1.1, figure 3.11: topic a/b, packet identifier 10.
    packet = bytes([0x32, 0x07]) + b"\x00\x03a/b\x00\x0a"
    assert split(packet).packets == [(packet, 2)]
    assert read_publish(packet, 2, False) == ("a/b", b"", 1, 10, False)
    assert pubacks([10]) == bytes([0x40, 0x02, 0x00, 0x0A])


# Message expiry interval (0x02) and content type (0x03) "j", MQTT 5 section 3.3.2.3.
PROPERTIES = st.sampled_from([None, b"", b"\x02\x00\x00\x00\x3c", b"\x03\x00\x01j"])


@given(
    st.text(max_size=50), st.binary(max_size=300), st.integers(0, 1), st.integers(1, 65535), st.booleans(), PROPERTIES
)
def test_as_paho_reads_it(
    topic: str, payload: bytes, qos: int, mid: int, retain: bool, properties: bytes | None
) -> None:
    topic = "t" + topic
    packet = publish(topic, payload, qos, mid, retain, properties)
    [(whole, body)] = split(packet).packets
    theirs = _packet.decode_publish(whole[0], whole[body:], MQTTv311 if properties is None else MQTTv5)
    ours = read_publish(whole, body, properties is not None)
    assert is_publish(whole)
    assert ours == (theirs.topic.decode(), bytes(theirs.payload), theirs.qos, theirs.mid, theirs.retain)


@given(st.lists(st.binary(max_size=400), max_size=8), st.integers(0, 4000))
def test_packets_are_cut_wherever_the_network_cuts(payloads: list[bytes], at: int) -> None:
    packets = [publish("t", payload, 1, 7, False, None) for payload in payloads]
    stream = b"".join(packets)
    first = split(stream[:at])
    second = split(stream[:at][first.rest :] + stream[at:])
    assert [p for p, _ in first.packets + second.packets] == packets
    assert first.wanted <= max(2, len(stream) - first.rest)


@pytest.mark.parametrize("packet", [b"\x30\x01a", b"\x32\x04\x00\x09ab", b"\x32\x03\x00\x01a", b"\x30\x03\x00\x01a"])
def test_a_publish_that_ends_too_soon_is_refused(packet: bytes) -> None:
    with pytest.raises(MalformedPacketError, match="ends too soon"):
        read_publish(packet, 2, True)


def test_a_length_of_five_bytes_is_refused() -> None:
    with pytest.raises(MalformedPacketError, match="four bytes"):
        split(b"\x30\xff\xff\xff\xff\x01rest")


def test_other_packets_are_left_to_paho() -> None:
    assert not is_publish(b"\x34\x00")  # QoS 2
    assert not is_publish(b"\xd0\x00")  # PINGRESP
