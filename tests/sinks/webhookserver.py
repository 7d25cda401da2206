"""Somebody who receives notices, with whatever moods a server has."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass
class Got:
    """One request."""

    headers: dict[str, str]
    body: bytes
    path: str = ""

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Reply:
    """What is answered; a status of 0 hangs up without a word."""

    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Receiver:
    """A real HTTP server on a free port of the loopback address.

    Attributes
    ----------
    replies : list of Reply
        Given one after the other; then 204.
    judge : callable, optional
        Replies by what came, in place of `replies`.
    date : str
        What its clock says; "" for the time it is.
    """

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.replies: list[Reply] = []
        self.date = ""
        self.judge: Callable[[Got], Reply] | None = None
        self._changed = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                got = Got(dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])), self.path)
                reply = outer.take(got)
                if reply.status == 0:
                    self.close_connection = True
                    return
                self.send_response_only(reply.status)
                self.send_header("Date", outer.date or self.date_time_string())
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: a test's output is its own."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook?key=k"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def take(self, got: Got) -> Reply:
        with self._changed:
            usual = self.replies.pop(0) if self.replies else Reply()
            reply = usual if self.judge is None else self.judge(got)
            self.got.append(got)
            self._changed.notify_all()
            return reply

    def wait(self, count: int, timeout_s: float = 20.0) -> list[dict[str, Any]]:
        """The notices that came, once there are so many."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.got) >= count, timeout_s):
                raise TimeoutError(f"{len(self.got)} requests in {timeout_s:g} s, wanted {count}")
            return [got.told for got in self.got]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
