"""A server that says what a test wants, a small plant, and findings by what they are about."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from taihu.doctor.finding import Finding
from tests.registry.conftest import PLANT

NOW_MS = 1_535_731_200_000
"""2018-09-01 00:00 in Shanghai; as an HTTP date `NOW_DATE`."""

NOW_DATE = "Fri, 31 Aug 2018 16:00:00 GMT"


@dataclass
class Canned:
    """What a server answers.

    Attributes
    ----------
    answers : dict of (method, path) to (status, body, headers)
        Any other path is 404.
    date : str
        The server's clock.
    asked : list of (method, path, headers)
    """

    url: str = ""
    answers: dict[tuple[str, str], tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)
    date: str = NOW_DATE
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def canned() -> Iterator[Canned]:
    told = Canned()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            path = self.path.partition("?")[0]
            told.asked.append((self.command, self.path, dict(self.headers)))
            status, body, headers = told.answers.get((self.command, path), (404, b"", {}))
            self.send_response_only(status)
            for name, value in {"Date": told.date, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_HEAD = answer

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    """A plant file."""
    path = tmp_path / "p1.toml"
    path.write_text(PLANT, encoding="utf-8")
    return path


def now_ms() -> int:
    return NOW_MS


def states(found: Sequence[Finding]) -> dict[str, str]:
    """State of each check; a test that names a check twice means two areas."""
    return {finding.check: finding.state for finding in found}


def one(found: Sequence[Finding], check: str) -> Finding:
    """The finding of a check."""
    [wanted] = [finding for finding in found if finding.check == check]
    return wanted
