"""What a server may answer to a notice, and what is never told of its address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sinks.webhook import Webhook, post
from tests.servers import free_port
from tests.sinks.webhookserver import Receiver, Reply


@pytest.fixture(name="receiver")
def _receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Receiver() as server:
        yield server


def test_a_redirect_is_no_receipt(receiver: Receiver) -> None:
    receiver.replies = [Reply(302, headers={"Location": receiver.url})]
    answer = post(Webhook("w", receiver.url), "n1", b"{}")
    assert (answer.taken, answer.refused, len(receiver.got)) == (False, True, 1)


def test_nobody_there_says_whom_and_no_key() -> None:
    answer = post(Webhook("w", f"http://127.0.0.1:{free_port()}/hook?key=secret"), "n1", b"{}")
    assert (answer.taken, answer.refused) == (False, False)
    assert answer.words.startswith("http://127.0.0.1:")
    assert "Connection refused" in answer.words
    assert "secret" not in answer.words


@pytest.mark.parametrize(("asked", "wait_s"), [("7", 7.0), ("Mon, 23 Nov 2026 08:01:00 GMT", 60.0), ("²", None)])
def test_a_pause_is_asked_for_in_seconds_or_as_a_date(receiver: Receiver, asked: str, wait_s: float | None) -> None:
    receiver.date = "Mon, 23 Nov 2026 08:00:00 GMT"
    receiver.replies = [Reply(503, headers={"Retry-After": asked})]
    assert post(Webhook("w", receiver.url), "n1", b"{}").wait_s == wait_s


def test_an_address_that_is_none_is_told_without_its_key() -> None:
    answer = post(Webhook("w", "http://user:geheim@127.0.0.1:9x/hook?key=geheim"), "n1", b"{}")
    assert (answer.taken, answer.words) == (False, "http://127.0.0.1:9x: no address to post to (InvalidURL)")


def test_an_address_in_chinese_is_posted_to(receiver: Receiver) -> None:
    assert post(Webhook("w", receiver.url.replace("hook?key=k", "通知?钥=k%20 b")), "n1", b"{}").taken
    assert receiver.got[0].path == "/%E9%80%9A%E7%9F%A5?%E9%92%A5=k%20%20b"
