"""A notice arrives at least once, whatever the receiver's mood, and proves where it comes from."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sinks import offering
from sinks.offering import Sender
from sinks.webhook import Webhook
from storage import Notice, Store
from tests.sinks.memory import until
from tests.sinks.webhookserver import Got, Receiver, Reply

TEXT = {"zh": "氮氧化物超标", "en": "NOx is over its limit"}


@pytest.fixture(name="receiver")
def _receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(offering, "FIRST_WAIT_S", 0.01)
    with Receiver() as server:
        yield server


def keep(store: Store, *ids: str, webhook: str = "w") -> None:
    for id_ in ids:
        body = {"id": id_, "plant": "wx", "text": TEXT, "path": "#/plant/wx/emissions"}
        store.keep_notices([(Notice(id_, id_, 1, "limit", "wx", "exceeded", json.dumps(body)), [webhook])])


class Running:
    def __init__(self, store: Store, hook: Webhook) -> None:
        self._sender = Sender(hook, store, lambda: "http://taihu.example:8321/", lambda: 4711)

    def __enter__(self) -> Sender:
        self._sender.start()
        return self._sender

    def __exit__(self, *_: object) -> None:
        self._sender.stop()


def test_a_notice_arrives_signed_in_both_languages_with_a_link(receiver: Receiver, store: Store) -> None:
    keep(store, "n1")
    with Running(store, Webhook("w", receiver.url, secret="geheim")):
        (told,) = receiver.wait(1)
        until(lambda: store.notices_to_send("w") == [])
    (got,) = receiver.got
    assert told["text"] == TEXT
    assert told["link"] == "http://taihu.example:8321/#/plant/wx/emissions"
    assert "path" not in told
    assert got.headers["X-Taihu-Notice"] == told["id"] == "n1"
    assert got.headers["X-Taihu-Signature"] == "sha256=" + hmac.new(b"geheim", got.body, hashlib.sha256).hexdigest()
    assert (store.notices()[0].sends[0].sent_ms, store.notices()[0].sends[0].tries) == (4711, 1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_language_where_one_is_wanted(receiver: Receiver, store: Store, language: str) -> None:
    keep(store, "n1")
    with Running(store, Webhook("w", receiver.url, language=language)):  # type: ignore[arg-type]
        (told,) = receiver.wait(1)
    assert told["text"] == {language: TEXT[language]}
    assert "X-Taihu-Signature" not in receiver.got[0].headers


def test_a_server_that_stumbles_gets_it_again_in_order(receiver: Receiver, store: Store) -> None:
    receiver.replies = [Reply(503, b"soon"), Reply(0), Reply(429, headers={"Retry-After": "0"}), Reply(500), Reply(408)]
    keep(store, "n1", "n2")
    with Running(store, Webhook("w", receiver.url)):
        told = receiver.wait(7)
        until(lambda: store.notices_to_send("w") == [])
    assert [one["id"] for one in told] == ["n1"] * 6 + ["n2"]
    assert [row.sends[0].tries for row in store.notices()] == [1, 6]


def test_what_is_refused_is_kept_with_the_words_and_holds_up_nothing(receiver: Receiver, store: Store) -> None:
    def judge(got: Got) -> Reply:
        return Reply(422, b'{"message": "unknown plant"}') if got.told["id"] == "n1" else Reply()

    receiver.judge = judge
    keep(store, "n1", "n2")
    with Running(store, Webhook("w", receiver.url)) as sender:
        receiver.wait(2)
        until(lambda: len(store.notices_to_send("w")) == 1)
        (row,) = store.notices_to_send("w")
        assert (row.notice.id, row.sends[0].refused) == ("n1", True)
        assert row.sends[0].answer == '422 Unprocessable Entity: {"message": "unknown plant"}'
        # its hour is over
        receiver.judge = None
        sender._refused_until.clear()
        sender.wake()
        until(lambda: store.notices_to_send("w") == [])
    assert [got.told["id"] for got in receiver.got] == ["n1", "n2", "n1"]


def test_after_a_restart_it_goes_on(receiver: Receiver, tmp_path: Path) -> None:
    receiver.replies = [Reply(503)] * 3
    with Store.open(tmp_path / "data") as store:
        keep(store, "n1", "n2")
        with Running(store, Webhook("w", receiver.url)):
            receiver.wait(1)
    before = len(receiver.got)
    receiver.replies = []
    with Store.open(tmp_path / "data") as store, Running(store, Webhook("w", receiver.url)):
        told = receiver.wait(before + 2)
        until(lambda: store.notices_to_send("w") == [])
    assert [one["id"] for one in told[before:]] == ["n1", "n2"]


def test_a_server_that_asks_for_no_pause_is_not_hammered(receiver: Receiver, store: Store) -> None:
    receiver.judge = lambda got: Reply(503, headers={"Retry-After": "0"})
    keep(store, "n1")
    with Running(store, Webhook("w", receiver.url)):
        receiver.wait(2)
        began_s, before = time.monotonic(), len(receiver.got)
        receiver.wait(before + 6)
        # 0.02, 0.04 ... 0.64 s, at least the half of each
        assert time.monotonic() - began_s > 0.5


def test_a_notice_that_its_server_fails_at_holds_up_the_others_only_for_a_while(
    receiver: Receiver, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "STUCK", 3)
    receiver.judge = lambda got: Reply(500, b"no such pollutant") if got.told["id"] == "n1" else Reply()
    keep(store, "n1", "n2", "n3")
    with Running(store, Webhook("w", receiver.url)):
        told = receiver.wait(6)
        until(lambda: len(store.notices_to_send("w")) == 1)
    # three times in vain, the next one is taken, and only that one fails once more
    assert [one["id"] for one in told] == ["n1"] * 3 + ["n2", "n1", "n3"]
    (send,) = store.notices_to_send("w")[0].sends
    assert (send.refused, send.sent_ms) == (True, None)
    assert send.answer == "500 Internal Server Error: no such pollutant"


def test_a_server_that_fails_at_all_gets_them_in_order_when_it_is_back(
    receiver: Receiver, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "STUCK", 2)
    receiver.replies = [Reply(502)] * 7
    keep(store, "n1", "n2", "n3")
    with Running(store, Webhook("w", receiver.url)):
        told = receiver.wait(10)
        until(lambda: store.notices_to_send("w") == [])
    assert [one["id"] for one in told][:3] == ["n1", "n1", "n2"]
    assert [one["id"] for one in told][7:] == ["n1", "n2", "n3"]


def test_nothing_ends_the_thread(receiver: Receiver, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.keep_notices([(Notice("n0", "n0", 1, "limit", "wx", "exceeded", "no JSON"), ["w"])])
    with Running(store, Webhook("w", receiver.url)) as sender:
        until(lambda: "JSONDecodeError" in sender.last_error)
        assert sender._thread.is_alive()
    assert "a notice could not be sent" in caplog.text
