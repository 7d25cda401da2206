"""Who is the broker where a user has none?

A broker inside, bound to the loopback address only, for a demo or a first look. A plant runs a broker of its own
(mosquitto): this one keeps its sessions in memory, so they last as long as the process, and speaks MQTT 3.1.1.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from types import TracebackType
from typing import Any, Final, Self

_START_S = 15.0
_STOP_S = 10.0
_HOST = "127.0.0.1"

EMBEDDED_PROTOCOL: Final = "3.1.1"
"""What a client of the embedded broker must speak."""


class BrokerStartError(RuntimeError):
    """The embedded broker cannot start; the message says why."""


class EmbeddedBroker:
    """An MQTT broker in a thread of its own.

    Parameters
    ----------
    port : int
        0 takes any free port.

    Attributes
    ----------
    port : int
        The port it listens at; known after `start`.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Start it; it listens when this returns.

        Raises
        ------
        BrokerStartError
            If the port is in use, or the broker does not come up.
        """
        self.port = _free_port(self.port)
        self._thread = threading.Thread(target=self._run, name="mqtt-broker", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_S):
            raise BrokerStartError(f"the embedded broker did not start at {_HOST}:{self.port} within {_START_S:g} s")
        if self._error is not None:
            raise BrokerStartError(
                f"the embedded broker cannot listen at {_HOST}:{self.port}: {self._error}"
            ) from self._error
        return self

    def stop(self) -> None:
        """End it; clients are disconnected."""
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join(_STOP_S)
            self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        # Imported here: a product with a broker of its own shall not carry this one.
        from amqtt.broker import Broker

        _quiet()
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        broker = Broker(_config(self.port))
        await broker.start()
        self._ready.set()
        await self._stop.wait()
        await broker.shutdown()


def _config(port: int) -> dict[str, Any]:
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"{_HOST}:{port}", "max_connections": 0}},
        "plugins": {"collector.embedded_access.LoopbackAccess": {}},
    }


def _quiet() -> None:
    # Its log speaks of every packet; what matters to us shows in the collector's health.
    for name in ("amqtt", "transitions"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _free_port(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise BrokerStartError(
                f"the embedded broker cannot listen at {_HOST}:{port}: {error.strerror}; "
                "wanted a free port (another program uses this one), or a broker in [mqtt]"
            ) from error
        free: int = probe.getsockname()[1]
        return free
