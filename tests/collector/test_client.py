"""From paho's message to ours."""

from __future__ import annotations

import paho.mqtt.client as paho

from collector.client import read_message
from collector.message import Message


def received(topic: bytes, payload: bytes) -> paho.MQTTMessage:
    message = paho.MQTTMessage(mid=7, topic=topic)
    message.payload, message.qos, message.retain = payload, 1, True
    return message


def test_every_part_is_kept() -> None:
    ours = read_message(received("厂/E01".encode(), b"12"), 1_530_000_000_000, 3, 100)
    assert ours == Message("厂/E01", b"12", 1_530_000_000_000, True, 2, qos=1, mid=7, connection=3)


def test_of_a_payload_that_is_too_large_a_head_is_kept() -> None:
    ours = read_message(received(b"t", b"x" * 300_000), 0, 1, 200_000)
    assert (len(ours.payload), ours.size) == (65_536, 300_000)
    assert len(read_message(received(b"t", b"x" * 300_000), 0, 1, 300_000).payload) == 300_000


def test_a_topic_that_is_no_utf_8_does_not_end_the_connection() -> None:
    assert read_message(received(b"plant/\xff", b""), 0, 1, 100).topic == "plant/\ufffd"
