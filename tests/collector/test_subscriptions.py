"""What becomes of the other topics when a broker hangs up at one?"""

from __future__ import annotations

from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from collector.subscriptions import Subscriptions

GRANTED = ReasonCode(PacketTypes.SUBACK, "Granted QoS 1")
REFUSED = ReasonCode(PacketTypes.SUBACK, "Not authorized")


class Broker:
    """Stands for client and broker: answers each packet, and hangs up at topics it does not like."""

    protocol = paho.MQTTv311

    def __init__(self, hangs_up_at: str = "") -> None:
        self.hangs_up_at = hangs_up_at
        self.packets: list[list[str]] = []
        self.given_back: list[str] = []

    def subscribe(self, asked: list[tuple[str, Any]]) -> tuple[int, int]:
        self.packets.append([topic for topic, _ in asked])
        return 0, len(self.packets)

    def unsubscribe(self, topics: list[str]) -> None:
        self.given_back += topics

    def live(self, subscriptions: Subscriptions) -> list[list[str]]:
        """One connection until all is answered or the broker hangs up; the packets it was asked with."""
        self.packets = []
        subscriptions.begin(self)  # type: ignore[arg-type]
        done = 0
        while done < len(self.packets):
            if self.hangs_up_at in self.packets[done]:
                assert subscriptions.ended()
                break
            done += 1
            subscriptions.answered(self, done, [GRANTED] * len(self.packets[done - 1]))  # type: ignore[arg-type]
        return self.packets


def test_all_are_asked_in_one_packet() -> None:
    refused: list[tuple[str, str]] = []
    subscriptions = Subscriptions(("a", "b"), lambda *told: refused.append(told))
    assert Broker().live(subscriptions) == [["a", "b"]]
    assert subscriptions.done and refused == []


def test_the_one_that_ends_the_connection_is_found_and_left_out() -> None:
    refused: list[tuple[str, str]] = []
    subscriptions = Subscriptions(("a", "bad", "c"), lambda *told: refused.append(told))
    broker = Broker("bad")
    assert broker.live(subscriptions) == [["a", "bad", "c"]]
    assert broker.live(subscriptions) == broker.live(subscriptions) == [["a"], ["bad"]]
    assert refused == []
    assert broker.live(subscriptions) == [["a"], ["c"]]
    assert refused == [("bad", "it ends the connection when asked for it")]
    assert subscriptions.done


def test_other_topics_are_asked_for_without_old_suspicions() -> None:
    subscriptions = Subscriptions(("bad", "c"), lambda *_: None)
    broker = Broker("bad")
    for _ in range(4):
        broker.live(subscriptions)
    broker.packets = []
    subscriptions.use(broker, ("bad", "d"))  # type: ignore[arg-type]
    assert (broker.packets, broker.given_back) == ([["bad"]], ["c"])


def test_an_answer_belongs_to_its_packet() -> None:
    refused: list[tuple[str, str]] = []
    subscriptions = Subscriptions(("a",), lambda *told: refused.append(told))
    broker = Broker()
    subscriptions.begin(broker)  # type: ignore[arg-type]
    subscriptions.use(broker, ("b", "c"))  # type: ignore[arg-type]
    subscriptions.answered(broker, 1, [REFUSED])  # type: ignore[arg-type] # of the question that counts no more
    subscriptions.answered(broker, 2, [GRANTED, REFUSED])  # type: ignore[arg-type]
    assert refused == [("c", "Not authorized")]
    assert subscriptions.done


def test_nothing_to_ask_is_done() -> None:
    subscriptions = Subscriptions((), lambda *_: None)
    assert Broker().live(subscriptions) == []
    assert subscriptions.done and not subscriptions.ended()
