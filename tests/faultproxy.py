"""A bad line between a sender and a server: what TCP and the things in between do to HTTP.

Sits in front of a server's port and treats each request by a fault drawn from a seeded generator; the same seed draws
the same faults in the same order. What a fault does to the server is said with it: some let the request through and
only lose the answer, which is what makes writing twice necessary.
"""

from __future__ import annotations

import gzip
import http.client
import random
import socket
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

FAULTS = (
    "cut",  # the connection ends before the request was read
    "lost",  # written, and the connection ends before the answer
    "half",  # written, and the answer breaks off in the middle
    "stall",  # nothing is written, and no answer comes for a while
    "slow",  # written, and the answer comes byte by byte
    "429",
    "500",
    "503",  # with Retry-After
    "401",  # a token that is changed under way
    "413",  # more lines than something in between lets through
)

NONE = "none"

STALL_S = 1.0
SLOW_S = 0.002


class FaultProxy:
    """Stands at `url` in front of a server.

    Parameters
    ----------
    server : str
        Address of the server behind it.
    seed : int
    share : float
        Share of requests that meet a fault, 0 to 1; may be changed while it runs.
    faults : sequence of str
        Of `FAULTS`, each as likely as the others.
    bad : callable, optional
        Lines that the server cannot take: the others are written and the answer is 422, as version 2 does it.

    Attributes
    ----------
    met : Counter
        How often each fault was met; ``none`` are those that went through.
    """

    def __init__(
        self,
        server: str,
        seed: int,
        share: float = 0.5,
        faults: Sequence[str] = FAULTS,
        bad: Callable[[str], bool] = lambda line: False,
    ) -> None:
        self.server, self.share, self.faults, self.bad = server, share, faults, bad
        self.met: Counter[str] = Counter()
        self.closing = threading.Event()
        self._rng = random.Random(seed)
        self._lock = threading.Lock()

        class Handler(_Handler):
            proxy = self

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._http.handle_error = lambda request, address: None  # type: ignore[method-assign]  # cut lines are meant
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def draw(self) -> str:
        """What the next request meets."""
        with self._lock:
            fault = self._rng.choice(self.faults) if self._rng.random() < self.share else NONE
            self.met[fault] += 1
            return fault

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        fault = self.proxy.draw()
        if fault == "cut":
            self._cut()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if fault == "stall":
            self.proxy.closing.wait(STALL_S)
            self._cut()
        elif fault in ("429", "500", "503", "401"):
            self._answer(int(fault), b'{"code":"unavailable","message":"made up"}', retry=fault in ("429", "503"))
        elif fault == "413" and self._lines(body) > 50:
            self._answer(413, b"<html>Request Entity Too Large</html>")
        else:
            self._through(body, fault)

    def _lines(self, body: bytes) -> int:
        return gzip.decompress(body).count(b"\n") + 1

    def _through(self, body: bytes, fault: str) -> None:
        lines = gzip.decompress(body).decode().split("\n")
        good = [line for line in lines if not self.proxy.bad(line)]
        status, told = self._forward(gzip.compress("\n".join(good).encode(), 1)) if good else (204, b"")
        if status == 204 and len(good) < len(lines):
            status, told = 422, b'{"code":"unprocessable entity","message":"partial write: made up, dropped"}'
        if fault == "lost":
            self._cut()
        elif fault == "half":
            self.wfile.write(b"HTTP/1.1 204 No Con")
            self._cut()
        elif fault == "slow":
            for byte in b"HTTP/1.1 %d Slow\r\nContent-Length: %d\r\n\r\n%s" % (status, len(told), told):
                self.wfile.write(bytes([byte]))
                self.proxy.closing.wait(SLOW_S)
        else:
            self._answer(status, told)

    def _forward(self, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(self.proxy.server)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            names = ("Authorization", "Content-Type", "Content-Encoding")
            headers = {name: self.headers[name] for name in names if self.headers.get(name)}
            connection.request("POST", self.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except OSError as error:
            return 502, str(error).encode()
        finally:
            connection.close()

    def _cut(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, told: bytes, *, retry: bool = False) -> None:
        self.send_response(status)
        if retry:
            self.send_header("Retry-After", "0.01")
        if status != 204:
            self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        if status != 204:
            self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output is its own."""
