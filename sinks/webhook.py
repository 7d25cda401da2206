"""How is a notice posted to somebody else's server, and what does the answer mean?

As JSON: 2xx is taken; no answer, 408, 429 and 5xx are to be tried again; any other answer is a refusal. A receiver
drops repeats by the id, and knows the sender by the signature::

    X-Taihu-Notice: 5f0c...            the id in the body
    X-Taihu-Signature: sha256=9a1e...  HMAC-SHA256 of the body with the webhook's secret
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from sinks.answers import retry_after_s

TIMEOUT_S = 10.0
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
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def asked_url(self) -> str:
        """The address as it is asked: path and query in ASCII, as HTTP wants them."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=quote(parts.path, _ASCII), query=quote(parts.query, _ASCII), fragment=""))


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
    failed : bool
        There is a server, and it failed at this.
    """

    taken: bool
    refused: bool = False
    words: str = ""
    wait_s: float | None = None
    failed: bool = False


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
    try:
        request = urllib.request.Request(webhook.asked_url, data=body, headers=headers, method="POST")
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S):
            return Answer(taken=True)
    except urllib.error.HTTPError as error:
        with error:
            return _unhappy(error)
    except (http.client.InvalidURL, ValueError) as error:
        # Its text may hold the address, and that a key.
        return Answer(False, refused=True, words=f"{webhook.where}: no address to post to ({type(error).__name__})")
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


_ASCII = "%/:;=&?@!$'()*+,~[]"
"""What of an address stays as it is; letters and digits besides."""


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
    wait_s = retry_after_s({name.lower(): value for name, value in error.headers.items()})
    return Answer(False, refused=not again, words=words, wait_s=wait_s, failed=error.code >= 500)
