"""Requests over a socket: what they carry, and what becomes of each way to fail."""

from __future__ import annotations

import gzip
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sinks.answers import Answer, Kind
from sinks.connection import ClientMissing, InfluxConnection, TargetSettings, packed
from tests.servers import free_port

pytest.importorskip("influxdb_client")


class Recorder(BaseHTTPRequestHandler):
    """Keeps what came and answers as it was told."""

    seen: tuple[str, dict[str, str], bytes] | None = None
    status, told = 204, b""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen = (self.path, dict(self.headers), body)
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.told)))
        self.end_headers()
        self.wfile.write(self.told)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    http = HTTPServer(("127.0.0.1", 0), Recorder)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_address[1]}"
    http.shutdown()
    thread.join()
    http.server_close()
    Recorder.status, Recorder.told = 204, b""


def post(url: str, **more: object) -> Answer:
    connection = InfluxConnection(TargetSettings("main", url, "sesame", "factory", timeout_s=0.5, **more))
    try:
        return connection.post(["a known=1 1", "b,名=湖 known=1 2"])
    finally:
        connection.close()


def test_a_request_carries_packed_bytes_precision_and_token(server: str) -> None:
    assert post(server) == Answer(Kind.TAKEN)
    assert Recorder.seen is not None
    path, headers, body = Recorder.seen
    assert path == "/api/v2/write?org=factory&bucket=taihu&precision=ms"
    assert (headers["Authorization"], headers["Content-Encoding"]) == ("Token sesame", "gzip")
    assert gzip.decompress(body).decode() == "a known=1 1\nb,名=湖 known=1 2"
    assert body == packed(["a known=1 1", "b,名=湖 known=1 2"])


@pytest.mark.parametrize(
    ("status", "told", "answer"),
    [
        (200, b"<html>please log in</html>", Answer(Kind.STOP, "200 an answer of a server that is no InfluxDB")),
        (302, b"", Answer(Kind.STOP, "302")),
        (401, b'{"message":"token sesame is unknown"}', Answer(Kind.STOP, "401 token ... is unknown")),
        (503, b"busy", Answer(Kind.LATER, "503 busy")),
        (500, b"\xff\xfe", None),
    ],
)
def test_answers_are_understood_and_the_token_is_not_told(
    server: str, status: int, told: bytes, answer: Answer | None
) -> None:
    Recorder.status, Recorder.told = status, told
    found = post(server)
    assert found == answer if answer is not None else found.kind is Kind.LATER


def test_a_port_that_nobody_listens_on() -> None:
    found = post(f"http://127.0.0.1:{free_port()}")
    assert found.kind is Kind.LATER and "Connection refused" in found.said
    assert "object at" not in found.said


def test_a_server_that_says_nothing() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        found = post(f"http://127.0.0.1:{listening.getsockname()[1]}")
    assert found.kind is Kind.LATER and "timed out" in found.said


def test_a_server_that_ends_in_the_middle() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ending = threading.Thread(target=lambda: listening.accept()[0].close(), daemon=True)
        ending.start()
        found = post(f"http://127.0.0.1:{listening.getsockname()[1]}")
        ending.join()
    assert found.kind is Kind.LATER
    assert found.said in ("[Errno 104] Connection reset by peer", "Remote end closed connection without response")


def test_tls_that_is_none(server: str) -> None:
    assert post(server.replace("http:", "https:")).kind is Kind.LATER


def test_what_may_be_secret_is_not_shown() -> None:
    settings = TargetSettings("main", "https://user:sesame@db:8086/influx?token=sesame", "sesame")
    assert settings.shown_url == "https://db:8086/influx"
    assert "sesame" not in repr(replace_url(settings))


def replace_url(settings: TargetSettings) -> TargetSettings:
    return TargetSettings(settings.name, settings.shown_url, settings.token)


def test_without_the_client_the_way_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "influxdb_client", None)
    with pytest.raises(ClientMissing, match=r"pip install 'taihu\[influx\]'"):
        InfluxConnection(TargetSettings("main", "http://a", "t"))
