"""Which rules does Grafana enforce? A server that enforces them on loopback, and keeps what it was asked.

Rules, statuses and words are those of Grafana 12 (`pkg/api`, `pkg/services/dashboards/errors.go`,
`pkg/services/accesscontrol/middleware.go`, `pkg/services/ngalert/provisioning`, and the HTTP API reference); what
Grafana adds to what it is given (ids, versions, defaults of queries, durations written its way) is added here too. It
is no Grafana: queries are not run and nothing is drawn.
"""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.fakegrafana.kept import Kept, Refusal
from tests.fakegrafana.rules import answer

Json = dict[str, Any]


ADMIN = frozenset(
    {
        "alert.provisioning:read",
        "alert.provisioning:write",
        "dashboards:create",
        "dashboards:read",
        "dashboards:write",
        "datasources:create",
        "datasources:query",
        "datasources:read",
        "datasources:write",
        "folders:create",
        "folders:read",
        "folders:write",
        "orgs:read",
    }
)
"""What the basic role Admin may do, as far as it is asked for here."""


class Request:
    """One request that came."""

    def __init__(self, method: str, path: str, headers: dict[str, str], body: Any) -> None:
        self.method, self.path, self.headers, self.body = method, path, headers, body

    def __repr__(self) -> str:
        return f"{self.method} {self.path}"


class FakeGrafana:
    """A Grafana for one test, as a context manager.

    Attributes
    ----------
    kept : Kept
        What it holds; a test changes it as a person, a file or an upgrade would.
    may : set of str
        What the token may do.
    first : list of (status, body, headers)
        Answers given before anything is looked at, one a request: what a proxy or a busy server says.
    requests : list of Request
        Everything that came.
    """

    def __init__(self, prefix: str = "") -> None:
        self.kept = Kept()
        self.may = set(ADMIN)
        self.first: list[tuple[int, bytes, dict[str, str]]] = []
        self.requests: list[Request] = []
        self._prefix = prefix
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{self._prefix}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def writes(self) -> list[Request]:
        """Requests that change something."""
        return [request for request in self.requests if request.method != "GET"]

    def edit_dashboard(self, uid: str, change: Callable[[Json], None], message: str = "") -> None:
        """A person opens a dashboard, changes it and saves."""
        held = self.kept.dashboards[uid]
        model = copy.deepcopy(held["dashboard"])
        change(model)
        self.kept.save_dashboard(model, held["meta"]["folderUid"], message, by="anna")

    def edit_rule(self, uid: str, change: Callable[[Json], None]) -> None:
        """A person changes an alert rule."""
        change(self.kept.rules[uid])

    def take(self, request: Request) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of the answer to a request."""
        with self._lock:
            self.requests.append(request)
            if self.first:
                return self.first.pop(0)
            headers = {"Content-Type": "application/json; charset=UTF-8"}
            if not request.path.startswith(self._prefix + "/api/"):
                page = "<!DOCTYPE html><html><head><title>Grafana</title></head></html>"
                return 404, page.encode(), {"Content-Type": "text/html"}
            path = request.path[len(self._prefix) + 4 :].partition("?")[0]
            try:
                status, body = answer(self, request, path)
            except Refusal as refused:
                status, body = refused.status, refused.body
            text = "" if body is None else json.dumps(body, ensure_ascii=False)
            return status, text.encode(), headers


def _handler(grafana: FakeGrafana) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet, or each answer waits 40 ms

        def _do(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                body = json.loads(raw) if raw else None
            except ValueError:  # grafana-client sends the empty form of a GET
                body = raw
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said, extra = grafana.take(Request(self.command, self.path, headers, body))
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PUT = do_DELETE = _do

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the requests are kept."""

    return Handler
