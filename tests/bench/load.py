"""Messages for the ingestion benchmark, sent by a process of its own with nothing but a socket.

Run as ``python -m tests.bench.load PORT MESSAGES RATE POINTS``; RATE 0 sends as fast as the broker takes them. Prints
the number acknowledged. Packets are built by hand (MQTT 3.1.1, section 3.3), so that the sender costs as little as it
can.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time


def publish_packet(topic: bytes, payload: bytes, mid: int) -> bytes:
    """A PUBLISH at QoS 1."""
    body = struct.pack("!H", len(topic)) + topic + struct.pack("!H", mid) + payload
    size, length = len(body), b""
    while True:
        size, low = divmod(size, 128)
        length += bytes([low | 0x80 if size else low])
        if not size:
            return b"\x32" + length + body


def connect(port: int, client_id: bytes) -> socket.socket:
    body = b"\x00\x04MQTT\x04\x02\x00\x3c" + struct.pack("!H", len(client_id)) + client_id
    link = socket.create_connection(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.sendall(b"\x10" + bytes([len(body)]) + body)
    answer = link.recv(4)
    if answer[:1] != b"\x20" or answer[3] != 0:
        raise ConnectionError(f"the broker answered {answer!r} to CONNECT")
    return link


def count_acks(link: socket.socket, wanted: int, done: threading.Event, seen: list[int]) -> None:
    """Every answer is a 4-byte PUBACK."""
    total = 0
    while total < 4 * wanted:
        part = link.recv(1 << 16)
        if not part:
            break
        total += len(part)
        seen[0] = total // 4
    done.set()


def main() -> None:
    port, n, rate, points = (int(a) for a in sys.argv[1:5])
    link = connect(port, b"bench-load")
    done, seen = threading.Event(), [0]
    threading.Thread(target=count_acks, args=(link, n, done, seen), daemon=True).start()
    # Only so many unacknowledged at a time, as a gateway would; the broker's queue stays short.
    chunk = 200 if rate == 0 else max(1, rate // 50)
    began = time.time()
    sent = 0
    while sent < n:
        now_ms = int(time.time() * 1000)
        count = min(chunk, n - sent)
        # Readings of one point in one chunk get times of their own, so that none is a duplicate.
        link.sendall(
            b"".join(
                publish_packet(
                    b"bench/p%d/up" % ((sent + i) % points),
                    b'{"ts":%d,"value":%d.5}'
                    % (
                        now_ms if rate else int(began * 1000) - 60_000 + (sent + i) // points,
                        1000 + (sent + i) // points,
                    ),
                    (sent + i) % 65_000 + 1,
                )
                for i in range(count)
            )
        )
        sent += count
        if rate:
            time.sleep(max(0.0, began + sent / rate - time.time()))
        else:
            while sent - seen[0] > 2000 and not done.is_set():
                time.sleep(0.0005)
    done.wait(60)
    print(seen[0])


if __name__ == "__main__":
    main()
