"""How does Debian's InfluxDB 1.6.7 answer as version 2 does?

By a door before it, on the loopback address: ``POST /api/v2/write?bucket=B`` becomes ``POST /write?db=B``; ``/query``
and ``/ping`` go through as they are. So the client writes as it would to version 2, and InfluxQL is answered by a real
server. It has no tokens: the door refuses another `Token` than the one it was told, as version 2 does.
"""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.servers import free_port

TOKEN = "test-token"
_START_S = 20.0


def influxd_or_skip() -> str:
    """Path of the server; skips the test, with the reason, where there is none."""
    found = shutil.which("influxd")
    if found is None:
        pytest.skip("influxdb is not installed")
    return found


class Debian:
    """A server of the test's own with its door, on free ports.

    Parameters
    ----------
    folder : Path
        Gets configuration, data and log; a later start goes on with them.

    Attributes
    ----------
    url : str
        Address of the door.
    query_url : str
        Address of the server itself, which asks for no token.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._door = _Door(self._port)
        self.url, self.query_url = self._door.url, f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "influxdb.conf"
        config.write_text(
            f'reporting-disabled = true\nbind-address = "127.0.0.1:{free_port()}"\n'
            f'[meta]\n  dir = "{self.folder}/meta"\n'
            f'[data]\n  dir = "{self.folder}/data"\n  wal-dir = "{self.folder}/wal"\n  query-log-enabled = false\n'
            "  max-series-per-database = 0\n  max-values-per-tag = 0\n"
            f'[http]\n  bind-address = "127.0.0.1:{self._port}"\n  log-enabled = false\n  max-body-size = 0\n'
            '[monitor]\n  store-enabled = false\n[logging]\n  level = "warn"\n',
            encoding="utf-8",
        )
        log = (self.folder / "influxd.log").open("ab")
        self._process = subprocess.Popen([influxd_or_skip(), "-config", str(config)], stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                told = (self.folder / "influxd.log").read_text(errors="replace")
                raise RuntimeError(f"influxd did not start on port {self._port}: {told[-500:]}")
            time.sleep(0.02)
        self._door.start()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.query_url}/ping", timeout=1) as answer:
                return int(answer.status) == 204
        except OSError:
            return False

    def stop(self) -> None:
        """End the server, not its door, which answers 503 then; what it took is on disk."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(15)
            self._process = None

    def close(self) -> None:
        """End the door too."""
        self.stop()
        self._door.stop()


class _Door:
    """Speaks version 2 outside and version 1 inside."""

    def __init__(self, port: int) -> None:
        class Handler(_Handler):
            inside = port

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    inside = 0
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        if self.headers.get("Authorization", "") != f"Token {TOKEN}":
            self._answer(401, b'{"code":"unauthorized","message":"unauthorized access"}')
            return
        if parts.path == "/api/v2/write":
            db, _, policy = query["bucket"].partition("/")
            told = {"db": db, "precision": query.get("precision", "ns")} | ({"rp": policy} if policy else {})
            self._pass("/write?" + urllib.parse.urlencode(told), body)
        else:
            self._pass(self.path, body)

    def do_GET(self) -> None:
        if self.path == "/health":
            self._answer(200, b'{"name":"influxdb","status":"pass","version":"v2.8.0"}')
        else:
            self._pass(self.path, None)

    def _pass(self, path: str, body: bytes | None) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.inside, timeout=60)
        kept = ("Content-Encoding", "Content-Type", "Accept", "Accept-Encoding")
        headers = {name: self.headers[name] for name in kept if self.headers.get(name)}
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            told = answer.read()
            status = answer.status
            if status == 404 and b"database not found" in told:
                told = b'{"code":"not found","message":"bucket not found"}'
        except OSError as error:
            status, told = 503, json.dumps({"code": "unavailable", "message": str(error)}).encode()
        finally:
            connection.close()
        self._answer(status, told)

    def _answer(self, status: int, told: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Influxdb-Version", "v2.8.0")
        self.send_header("X-Influxdb-Build", "OSS")
        if status != 204:
            self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        if status != 204:
            self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output is its own."""
