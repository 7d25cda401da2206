"""The yardstick of the ingestion benchmark: a paho subscriber that does nothing with what it gets.

Run as ``python -m tests.bench.bare PORT MESSAGES``. With MESSAGES 0 it only leaves a persistent session behind;
otherwise it prints the messages a second from the first to the last.
"""

from __future__ import annotations

import sys
import threading
import time

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

RECEIVE_MAXIMUM = 2000


def main() -> None:
    port, n = int(sys.argv[1]), int(sys.argv[2])
    ready, done = threading.Event(), threading.Event()
    first = last = 0.0
    count = 0

    def on_message(*_: object) -> None:
        nonlocal first, last, count
        if count == 0:
            first = time.perf_counter()
        count += 1
        if count == n:
            last = time.perf_counter()
            done.set()

    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="bench-bare", protocol=mqtt.MQTTv5)
    client.on_message = on_message
    client.on_subscribe = lambda *_: ready.set()
    client.on_connect = lambda c, *_: c.subscribe("bench/+/up", qos=1)
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 3600
    properties.ReceiveMaximum = RECEIVE_MAXIMUM
    client.connect("127.0.0.1", port, clean_start=False, properties=properties)
    client.loop_start()
    if not ready.wait(60):
        raise TimeoutError("the broker did not confirm the subscription within 60 s")
    if n:
        if not done.wait(120):
            raise TimeoutError(f"{count} of {n} messages came within 120 s")
        print(n / (last - first))
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main()
