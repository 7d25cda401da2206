"""Is an answer told from silence, and the time of a server from ours?"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from taihu.doctor.web import NoAnswer, ask, clock, unreachable
from tests.servers import free_port
from tests.taihu.doctor.conftest import NOW_MS, Canned, now_ms


def test_any_status_is_an_answer_and_a_redirect_is_not_followed(canned: Canned) -> None:
    canned.answers["GET", "/a"] = (302, b"", {"Location": f"{canned.url}/b"})
    canned.answers["GET", "/b"] = (200, b"there", {})
    assert ask(f"{canned.url}/a", now_ms, headers={"Authorization": "Token x"}).status == 302
    assert [path for _, path, _ in canned.asked] == ["/a"]
    assert ask(f"{canned.url}/b", now_ms).text == "there"
    assert ask(f"{canned.url}/none", now_ms).status == 404


@pytest.mark.parametrize(
    ("ours_ms", "state", "told"),
    [
        (NOW_MS, "ok", "its clock and ours agree"),
        (NOW_MS + 5_000, "ok", "its clock and ours agree"),
        (NOW_MS + 20_500, "warn", "our clock is 20 s ahead of its clock"),
        (NOW_MS - 7_199_500, "bad", "our clock is 7200 s behind its clock"),
    ],
)
def test_the_clock_is_held_against_the_date_of_the_answer(canned: Canned, ours_ms: int, state: str, told: str) -> None:
    found = clock("influx.main", ask(canned.url, lambda: ours_ms))
    assert found is not None
    assert (found.state, found.found.en) == (state, told)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_server_without_a_clock_says_nothing_about_ours(canned: Canned, date: str) -> None:
    canned.date = date
    assert clock("grafana", ask(canned.url, now_ms)) is None


def test_nobody_there() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(NoAnswer, match="Connection refused") as raised:
        ask(url, now_ms)
    found = unreachable("influx.main", url, raised.value)
    assert (found.state, found.found.zh) == ("bad", f"{url} 无应答（Connection refused）")


def test_what_is_no_http_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taihu.doctor.web.TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"127.0.0.1:{door.getsockname()[1]}"
        with pytest.raises(NoAnswer, match=r"no answer within 0\.2 s"):
            ask(f"http://{url}", now_ms)
        with pytest.raises(NoAnswer, match="within"):
            ask(f"https://{url}", now_ms)


def test_an_authority_that_is_no_certificate_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(NoAnswer, match=r"tls_ca \(.*ca\.pem\) cannot be used"):
        ask("https://127.0.0.1:1", now_ms, tls_ca=tmp_path / "ca.pem")
