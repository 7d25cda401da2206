"""A server that answers queries as it is told, wrongly, half, or not at all."""

from __future__ import annotations

import socket
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

Told = tuple[int, dict[str, str], bytes, int | None]
"""Status, headers, body, and how much of the body is sent (None: all)."""


class FakeInflux:
    """Answers each request with the next of its `answers`.

    Attributes
    ----------
    url : str
    answers : list of Told
    forms : list of dict
        What was asked.
    headers : list of dict
        How it was asked.
    """

    def __init__(self) -> None:
        self.answers: list[Told] = []
        self.forms: list[dict[str, list[str]]] = []
        self.headers: list[dict[str, str]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fake.forms.append(parse_qs(body.decode()))
                fake.headers.append(dict(self.headers))
                status, headers, text, sent = fake.answer(body)
                if status == 0:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(status)
                for name, value in {"Content-Length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text[:sent])

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def answer(self, body: bytes) -> Told:
        """What the next request gets; status 0 closes the connection without an answer."""
        return self.answers.pop(0)

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class BadLine(FakeInflux):
    """Between an importer and a real server: every other request meets the next of some faults."""

    def __init__(self, behind: str) -> None:
        super().__init__()
        self._behind = behind
        self.faults = 0

    def answer(self, body: bytes) -> Told:
        if len(self.forms) % 2:
            self.faults += 1
            if self.faults % 4 == 0:
                return 503, {"Retry-After": "3"}, b"", None
            if self.faults % 4 == 1:
                return 0, {}, b"", None
            text = self._through(body)
            # Half an answer, told or not.
            half = len(text) // 2
            return 200, {} if self.faults % 4 == 2 else {"Content-Length": str(half)}, text, half
        return 200, {}, self._through(body), None

    def _through(self, body: bytes) -> bytes:
        who = {name: value for name, value in self.headers[-1].items() if name == "Authorization"}
        request = urllib.request.Request(f"{self._behind}/query", body, who)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bytes(answer.read())
