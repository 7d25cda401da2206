"""How many system calls does a message cost?

paho-mqtt asks the operating system for a packet's first byte, its length and its body one by one, builds half a dozen
objects of it, and sends each acknowledgement on its own. This socket stands between: it reads and writes in blocks of
64 KiB and hands out whole packets, so that PUBLISH and PUBACK can take a short way and paho gets the others.
"""

from __future__ import annotations

import socket
import ssl
from collections import deque
from typing import Protocol

from collector.packets import split

_BLOCK = 65_536
_CLOSE_TIMEOUT_S = 2.0


class RawSocket(Protocol):
    """What is needed of the socket inside, plain or TLS."""

    def recv(self, buffer_size: int, /) -> bytes: ...
    def send(self, buffer: bytes | bytearray, /) -> int: ...
    def close(self) -> None: ...
    def fileno(self) -> int: ...
    def setblocking(self, flag: bool, /) -> None: ...


class PacketSocket:
    """A connected non-blocking socket that reads and writes whole packets.

    Only the network thread reads, flushes and closes; any thread may `send`.

    Parameters
    ----------
    inner : socket
    """

    def __init__(self, inner: RawSocket) -> None:
        self._inner = inner
        self._rest = bytearray()
        self._wanted = 2
        self._offered = b""
        self._queue: deque[bytes | bytearray] = deque()
        self._unsent = bytearray()
        self.ended = False

    def packets(self) -> list[tuple[bytes, int]]:
        """Read one block; the packets that are whole now, each with the position of its body.

        Raises
        ------
        OSError
            If the connection is gone. A regular end sets `ended`.
        """
        try:
            data = self._inner.recv(_BLOCK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return []
        if not data:
            self.ended = True
            return []
        if self._rest:
            self._rest += data
            if len(self._rest) < self._wanted:
                return []  # a large packet is not looked at again with each block
            data = bytes(self._rest)
        packets, rest, self._wanted = split(data)
        self._rest = bytearray(data[rest:])
        return packets

    def pending(self) -> bool:
        """Whether there is more to read without waiting: TLS reads by records."""
        return isinstance(self._inner, ssl.SSLSocket) and self._inner.pending() > 0

    def offer(self, packet: bytes) -> None:
        """The packet that paho reads next."""
        self._offered = packet

    def recv(self, size: int) -> bytes:
        """What paho reads: the offered packet, and the end of the stream once it has come."""
        if not self._offered:
            if self.ended:
                return b""
            raise BlockingIOError
        data, self._offered = self._offered[:size], self._offered[size:]
        return data

    def send(self, data: bytes | bytearray) -> int:
        """Queue whole packets; `flush` sends them."""
        self._queue.append(data)
        return len(data)

    @property
    def unsent(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._queue or self._unsent)

    def flush(self) -> None:
        """Send what was queued, as far as the network takes it now.

        Raises
        ------
        OSError
            If the connection is gone.
        """
        self._collect()
        try:
            while self._unsent:
                sent = self._inner.send(self._unsent)
                del self._unsent[:sent]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return

    def _collect(self) -> None:
        while self._queue:
            self._unsent += self._queue.popleft()

    def close(self) -> None:
        """Send what is left, if the network takes it soon, and close."""
        self._collect()
        try:
            if self._unsent and isinstance(self._inner, socket.socket) and self._inner.fileno() >= 0:
                self._inner.settimeout(_CLOSE_TIMEOUT_S)
                self._inner.sendall(self._unsent)
        except OSError:
            # The broker is gone; what it did not hear it will send again.
            self._unsent.clear()
        finally:
            self._inner.close()

    def fileno(self) -> int:
        """File descriptor of the socket inside, -1 when closed."""
        return self._inner.fileno()

    def setblocking(self, flag: bool) -> None:
        """As of the socket inside."""
        self._inner.setblocking(flag)
