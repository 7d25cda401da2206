from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
import threading
from http.server import HTTPServer
from pathlib import Path

import pytest

from dashboards.reach import WAITS_S, Connection, GrafanaMissing
from dashboards.refusals import Changed, Denied, GrafanaError, NotGrafana, Refused, TokenRefused, Unreachable, refusal
from dashboards.server import Server
from tests.fakegrafana import TOKEN, FakeGrafana
from tests.servers import free_port

JSON = {"Content-Type": "application/json"}


def _server(grafana: FakeGrafana, waits: list[float] | None = None) -> Server:
    return Server(Connection(grafana.url, TOKEN), sleep=(waits if waits is not None else []).append)


def test_health_needs_no_token_and_tells_the_version(grafana: FakeGrafana) -> None:
    health = Server(Connection(grafana.url, "")).health()
    assert (health.version, health.major, health.database) == ("12.4.0", 12, "ok")


def test_a_hidden_version_is_asked_with_the_token(grafana: FakeGrafana) -> None:
    grafana.kept.version = ""
    assert _server(grafana).health().major == 12
    assert [request.path for request in grafana.requests] == ["/api/health", "/api/frontend/settings"]


def test_a_hidden_version_and_a_wrong_token_leave_it_unknown(grafana: FakeGrafana) -> None:
    grafana.kept.version = ""
    assert Server(Connection(grafana.url, "wrong")).health().major is None


def test_what_the_token_may_do_comes_by_action(grafana: FakeGrafana) -> None:
    assert _server(grafana).permissions()["datasources:create"] == ("*",)


@pytest.mark.parametrize("prefix", ["/grafana", "/a/b"])
def test_grafana_under_a_path_is_asked_there(prefix: str) -> None:
    with FakeGrafana(prefix) as grafana:
        assert _server(grafana).health().database == "ok"
        assert grafana.requests[0].path == f"{prefix}/api/health"


def test_what_is_not_there_is_none(grafana: FakeGrafana) -> None:
    server = _server(grafana)
    found = [server.folder("x"), server.datasource("x"), server.dashboard("x"), server.rule("x")]
    assert found == [None] * 4
    assert server.contact_point("x") is None


def test_a_wrong_token_is_said_and_not_shown(grafana: FakeGrafana) -> None:
    server = Server(Connection(grafana.url, "glsa_secret"))
    with pytest.raises(TokenRefused, match=r"refuses the token \(Invalid API key\)") as error:
        server.folders()
    assert "glsa_secret" not in str(error.value) + repr(Connection(grafana.url, "glsa_secret"))


def test_a_missing_permission_is_named(grafana: FakeGrafana) -> None:
    grafana.may.discard("folders:create")
    with pytest.raises(Denied, match='creating folder "Taihu": the token lacks the permission folders:create') as error:
        _server(grafana).create_folder("Taihu", "taihu")
    assert error.value.permission == "folders:create"


def test_a_second_folder_of_a_name_and_an_old_version_are_changes_of_somebody_else(grafana: FakeGrafana) -> None:
    server = _server(grafana)
    server.create_folder("Taihu", "a")
    with pytest.raises(Changed, match="a folder with the same name already exists"):
        server.create_folder("Taihu", "b")
    with pytest.raises(Changed, match="changed by someone else"):
        server.rename_folder("a", "T", version=7)


@pytest.mark.parametrize("status", [429, 502, 503])
def test_what_passes_is_tried_again(grafana: FakeGrafana, status: int) -> None:
    waits: list[float] = []
    grafana.first = [(status, b'{"message": "busy"}', JSON)] * 2
    assert _server(grafana, waits).health().database == "ok"
    assert waits == list(WAITS_S[:2])


def test_what_does_not_pass_is_told_after_the_last_try(grafana: FakeGrafana) -> None:
    waits: list[float] = []
    page = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
    grafana.first = [(502, page, {"Content-Type": "text/html"})] * (len(WAITS_S) + 1)
    with pytest.raises(NotGrafana, match=r'HTTP 502 with a web page \("502 Bad Gateway"\)'):
        _server(grafana, waits).health()
    assert waits == list(WAITS_S)


def test_an_error_of_grafana_is_told_once(grafana: FakeGrafana) -> None:
    grafana.first = [(500, b'{"message": "database is locked"}', JSON)]
    with pytest.raises(Refused, match=r"asking for its health: database is locked \(HTTP 500\)"):
        _server(grafana).health()
    assert len(grafana.requests) == 1


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"<!DOCTYPE html><title>Sign in</title>", "text/html", 'a web page \\("Sign in"\\) came'),
        (b"<html>", "application/json", "an answer that is no JSON"),
        (b"[1]", "application/json", '"\\[1\\]" came'),
    ],
)
def test_a_page_with_status_200_is_no_grafana(grafana: FakeGrafana, body: bytes, kind: str, said: str) -> None:
    grafana.first = [(200, body, {"Content-Type": kind})]
    with pytest.raises(NotGrafana, match=said):
        _server(grafana).health()


def test_a_redirect_is_not_followed_with_the_token(grafana: FakeGrafana) -> None:
    grafana.first = [(302, b"", {"Location": "https://login.example/start?secret=1"})]
    with pytest.raises(
        NotGrafana, match=r"redirected to https://login\.example/start; wanted its own address"
    ) as error:
        _server(grafana).folders()
    assert "secret" not in str(error.value)
    assert len(grafana.requests) == 1


def test_nobody_there_is_one_line() -> None:
    with pytest.raises(Unreachable, match=r"cannot be reached: .*[Cc]onnection refused") as error:
        Server(Connection(f"http://127.0.0.1:{free_port()}", TOKEN)).health()
    assert "\n" not in str(error.value) and "object at" not in str(error.value)


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Unreachable, match="no answer in time"):
            Server(Connection(url, TOKEN, timeout_s=0.1)).health()


def test_a_certificate_that_is_not_trusted_is_told(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with HTTPServer(("127.0.0.1", 0), object) as server:  # type: ignore[arg-type]
        server.handle_error = lambda request, address: None  # type: ignore[method-assign]
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with pytest.raises(Unreachable, match=r"TLS failed: .*certificate verify failed.*tls_ca names"):
                Server(Connection(f"https://127.0.0.1:{server.server_address[1]}", TOKEN)).health()
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("url", ["grafana:3000", "http://", "http://h:x", "http://u:p@h", "ftp://h", "http://h?a=1"])
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(Refused, match=r"wanted http\(s\)://HOST") as error:
        Server(Connection(url, TOKEN))
    assert "u:p" not in str(error.value)


def test_an_address_of_ipv6_keeps_its_brackets() -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        Server(Connection(f"http://[::1]:{free_port()}/grafana/", TOKEN)).health()


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "grafana_client", None)
    with pytest.raises(GrafanaMissing, match=r"pip install 'taihu\[grafana\]'"):
        Server(Connection("http://127.0.0.1:1", TOKEN))


def test_every_status_becomes_one_of_few_kinds() -> None:
    for status in range(400, 600):
        for answer in ({"message": "m"}, "", "<html>", [1], {}):
            error = refusal("doing x", "http://g", status, answer)
            assert isinstance(error, GrafanaError) and "\n" not in str(error) and str(error)
