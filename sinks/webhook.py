"""How does a notice reach somebody else's server, at least once?

A notice is posted as JSON until the server takes it: 2xx is taken; no answer, 408, 429 and 5xx are tried again, ever
more seldom and for ever; any other answer is a refusal, kept with the server's words and tried again every hour,
while later notices go on. A receiver drops repeats by the id, and knows the sender by the signature::

    X-Taihu-Notice: 5f0c...            the id in the body
    X-Taihu-Signature: sha256=9a1e...  HMAC-SHA256 of the body with the webhook's secret
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any, Literal, Protocol
from urllib.parse import urlsplit

from storage import NoticeRow, StoreError

log = logging.getLogger(__name__)

TIMEOUT_S = 10.0
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 300.0
REFUSED_WAIT_S = 3600.0
"""After which a notice that was refused is tried again. [s]"""
LOOK_S = 60.0
MOST_WORDS = 300
"""So much of an answer is kept. [characters]"""


@dataclass(frozen=True)
class Webhook:
    """Whom to tell what.

    Attributes
    ----------
    name, url : str
    secret : str or None
        Signs the body; None: not signed.
    plants : tuple of str
        Only of these; empty: of all.
    language : str
        zh, en or both: which texts go out.
    warnings, early : bool
        Also when a mean comes near its limit, and when a period that still runs is over it.
    system : bool
        Also what is wrong with Taihu itself.
    """

    name: str
    url: str
    secret: str | None = None
    plants: tuple[str, ...] = ()
    language: Literal["zh", "en", "both"] = "both"
    warnings: bool = False
    early: bool = False
    system: bool = True

    @property
    def where(self) -> str:
        """Scheme and host: the rest of an address may hold a key."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname or ''}" + (f":{parts.port}" if parts.port else "")


@dataclass(frozen=True)
class Answer:
    """What a server said.

    Attributes
    ----------
    taken : bool
    refused : bool
        Waiting does not mend it.
    words : str
        "" where it was taken.
    wait_s : float or None
        How long the server asks to wait. [s]
    """

    taken: bool
    refused: bool = False
    words: str = ""
    wait_s: float | None = None


class Sends(Protocol):
    """The part of `storage.Store` that is needed."""

    def notices_to_send(self, webhook: str, limit: int = 100) -> list[NoticeRow]:
        """What a webhook has not taken."""

    def notice_tried(
        self, number: int, webhook: str, *, sent_ms: int | None = None, refused: bool = False, answer: str = ""
    ) -> None:
        """What it answered."""


def body_of(told: dict[str, Any], webhook: Webhook, base_url: str) -> bytes:
    """A notice as it goes out: in the webhook's language, with a link to the page where there is one."""
    texts = {k: v for k, v in told["text"].items() if webhook.language in (k, "both")}
    link = f"{base_url.rstrip('/')}/{told['path']}" if base_url else None
    shown = {name: value for name, value in told.items() if name != "path"} | {"text": texts, "link": link}
    return json.dumps(shown, ensure_ascii=False, allow_nan=False).encode()


def post(webhook: Webhook, id_: str, body: bytes) -> Answer:
    """Offer a notice once."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "taihu", "X-Taihu-Notice": id_}
    if webhook.secret is not None:
        headers["X-Taihu-Signature"] = signature(webhook.secret, body)
    request = urllib.request.Request(webhook.url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S):
            return Answer(taken=True)
    except urllib.error.HTTPError as error:
        with error:
            return _unhappy(error)
    except (OSError, http.client.HTTPException) as error:  # URLError is an OSError
        reason = getattr(error, "reason", error)
        return Answer(taken=False, words=f"{webhook.where}: {str(reason) or type(reason).__name__}"[:MOST_WORDS])


def signature(secret: str, body: bytes) -> str:
    """What `X-Taihu-Signature` says of a body (RFC 2104, SHA-256).

    Examples
    --------
    >>> signature("key", b"The quick brown fox jumps over the lazy dog")
    'sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8'
    """
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer: followed, a POST would become a GET of some page that says 200."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def _unhappy(error: urllib.error.HTTPError) -> Answer:
    try:
        said = error.read(4 * MOST_WORDS).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as broken:
        said = f"({type(broken).__name__} while it answered)"
    words = " ".join(f"{error.code} {error.reason or ''}: {said}".split())[:MOST_WORDS].rstrip(": ")
    again = error.code in (408, 429) or error.code >= 500
    asked = error.headers.get("Retry-After", "")
    return Answer(False, refused=not again, words=words, wait_s=float(asked) if asked.isdigit() else None)


class Sender:
    """The thread of one webhook: offers what it has not taken, in order.

    Parameters
    ----------
    webhook : Webhook
    store : Sends
    base_url : callable
        Address of the page; "" while there is none.
    now_ms : callable
        The product's clock.
    """

    def __init__(self, webhook: Webhook, store: Sends, base_url: Callable[[], str], now_ms: Callable[[], int]) -> None:
        self.webhook = webhook
        self._store, self._base_url, self._now_ms = store, base_url, now_ms
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._refused_until: dict[int, float] = {}
        self._thread = threading.Thread(target=self._run, name=f"webhook-{webhook.name}", daemon=True)
        self.last_error = ""

    def start(self) -> None:
        """Begin with what was not taken before."""
        self._thread.start()

    def stop(self) -> None:
        """End after the offer under way."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    def _run(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                answer = self._offer()
            except StoreError as error:
                answer = Answer(taken=False, words=str(error))
            if answer is None:
                self._wake.wait(LOOK_S)
            elif answer.taken or answer.refused:
                wait_s = FIRST_WAIT_S
            else:
                pause_s = wait_s if answer.wait_s is None else min(answer.wait_s, REFUSED_WAIT_S)
                self._stopping.wait(pause_s * random.uniform(0.8, 1.2))
                wait_s = min(2.0 * wait_s, LONGEST_WAIT_S)

    def _offer(self) -> Answer | None:
        """Offer the next one; None where nothing is due."""
        row = self._next()
        if row is None:
            return None
        answer = post(self.webhook, row.notice.id, body_of(json.loads(row.notice.body), self.webhook, self._base_url()))
        if answer.taken:
            self._store.notice_tried(row.number, self.webhook.name, sent_ms=self._now_ms())
            self._refused_until.pop(row.number, None)
        else:
            if answer.refused:
                self._refused_until[row.number] = time.monotonic() + REFUSED_WAIT_S
            self._store.notice_tried(row.number, self.webhook.name, refused=answer.refused, answer=answer.words)
        self._log(answer)
        return answer

    def _next(self) -> NoticeRow | None:
        now_s = time.monotonic()
        rows = self._store.notices_to_send(self.webhook.name)
        return next((row for row in rows if self._refused_until.get(row.number, 0.0) <= now_s), None)

    def _log(self, answer: Answer) -> None:
        """Once when lost, once when back."""
        if answer.words and not self.last_error:
            log.warning("webhook %s does not take a notice, tried again: %s", self.webhook.name, answer.words)
        elif answer.taken and self.last_error:
            log.warning("webhook %s takes notices again", self.webhook.name)
        self.last_error = answer.words
