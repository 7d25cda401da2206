"""Does a running `taihu serve` keep and show what it cannot read, and read what comes after?"""

from __future__ import annotations

from pathlib import Path

import paho.mqtt.publish as publish
import pytest

from tests.product import Serve
from tests.servers import Mosquitto, mosquitto_path

ROOT = Path(__file__).resolve().parents[1]
PLANT = ROOT / "examples" / "steel-kr" / "plant.toml"
TOPIC = "steel-kr/main/up"

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed"),
]

# 2018-01-01 00:15 in Seoul is 1514733300 s; the labels are ends of quarters.
UNREADABLE = [
    (b"not json", "not JSON"),
    (b"\xff\xfe{", "invalid UTF-8: byte 0xff at position 0"),
    (b"x" * 10_000_000, "too large: 10000000 bytes came, at most 1000000 are read (max_payload_bytes)"),
    (b'{"ts":1514733300000,"values":{"kwh":"much"}}', "not a number: kwh: 'much'; wanted a number such as 231.5"),
    (b'{"ts":1514733300000,"values":{"kwh":1e999}}', "infinite value"),
    (b'{"ts":0,"values":{"kwh":1}}', "time too early: 1970-01-01T00:00:00.000Z is before 2010"),
    (b'{"ts":4102444800000,"values":{"kwh":1}}', "time in the future: 2100-01-01T00:00:00.000Z is more than 300 s"),
    (b'{"ts":"noon","values":{"kwh":1}}', "not a time: kwh: 'noon', wanted a number of ms since 1970"),
    (b'{"ts":1514733300000,"values":{"kwhh":1}}', "no point: no point of steel-kr/"),
]
READABLE = [
    (b'{"ts":1514733300000,"values":{"kwh":null}}', "null: no value, and no letter"),
    (b'{"ts":1514734200000,"values":{"kwh":NaN}}', "NaN: the same"),
    (b'{"ts":1514735100000,"values":{"kwh":7.5}}', "00:30 to 00:45"),
]


def test_bad_messages_are_shown_with_their_reason_and_hold_nothing_up(tmp_path: Path) -> None:
    payloads = [payload for payload, _ in (*UNREADABLE, *READABLE)]
    with Mosquitto(tmp_path, "max_packet_size 20000000\n") as broker:
        settings = f'plants = ["{PLANT}"]\n[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\n'
        serve = Serve(tmp_path, settings)
        try:
            serve.wait("the subscription", lambda h: h["collector"]["subscribed"])
            messages = [{"topic": TOPIC, "payload": payload, "qos": 1} for payload in payloads]
            publish.multiple(messages, "127.0.0.1", broker.port)
            health = serve.wait("the answers", lambda h: h["collector"]["acknowledged"] == len(payloads), 30)
            assert health["journal"]["readings"] == len(READABLE)
            assert health["journal"]["dead_letters"] == len(UNREADABLE)
            rows = serve.get("dead-letters")["rows"]
            serve.wait("settlement", lambda h: h["journal"]["settled_batch"] == h["journal"]["newest_batch"], 30)
            series = serve.get(
                "points/steel-kr/el.in/series?from=2018-01-01T00:00%2B09:00&to=2018-01-01T01:00%2B09:00&step=15min"
            )
        finally:
            serve.stop()
    assert all(row["topic"] == TOPIC for row in rows)
    for payload, reason in UNREADABLE:
        found = [row for row in rows if reason in row["reason"]]
        assert len(found) == 1, f"{reason}: {[row['reason'] for row in rows]}"
        assert found[0]["size"] == min(len(payload), 65_536), "the beginning is kept"
    assert series["amount"] == [None, None, 7.5, None]
