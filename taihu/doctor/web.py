"""What does a server say over HTTP, and what time does it have?"""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from taihu.doctor.finding import Finding, State, Words

TIMEOUT_S = 5.0
_MOST_BYTES = 1 << 20
_TOLD_S, _BAD_S = 5.0, 60.0
"""Offsets of a clock from which it is told, and from which amounts fall into other quarters of an hour. [s]"""


class NoAnswer(Exception):
    """Nobody answers with HTTP; the text says why."""


@dataclass(frozen=True)
class Answer:
    """An answer, whatever its status.

    Attributes
    ----------
    status : int
    headers : mapping
        Names in any case.
    body : bytes
        At most 1 MiB of it.
    ahead_s : float or None
        How far our clock is ahead of the server's; None where it does not say. [s]
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    ahead_s: float | None

    @property
    def text(self) -> str:
        """One line of the body, at most 200 characters."""
        return " ".join(self.body[:1000].decode(errors="replace").split())[:200]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token must not follow to another server."""

    def redirect_request(self, *_: Any) -> None:
        """None: the redirect itself is the answer."""


def ask(
    url: str,
    now_ms: Callable[[], int],
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    tls_ca: Path | None = None,
) -> Answer:
    """One request.

    Raises
    ------
    NoAnswer
        If there is none within 5 s, the certificate is not trusted, or it is not HTTP.
    """
    secure = urllib.request.HTTPSHandler(context=_context(url, tls_ca))
    opener = urllib.request.build_opener(_NoRedirect, secure)
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)
    asked_ms = now_ms()
    try:
        with opener.open(request, timeout=TIMEOUT_S) as told:
            return _answer(told.status, told.headers, told.read(_MOST_BYTES), asked_ms, now_ms())
    except urllib.error.HTTPError as told:
        with told:
            return _answer(told.code, told.headers, told.read(_MOST_BYTES), asked_ms, now_ms())
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(_why(error)) from error


def _context(url: str, tls_ca: Path | None) -> ssl.SSLContext:
    if not url.startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # for nothing: reading all authorities takes half a second
    try:
        return ssl.create_default_context(cafile=None if tls_ca is None else str(tls_ca))
    except OSError as error:
        raise NoAnswer(f"tls_ca ({tls_ca}) cannot be used: {error}") from error


def _answer(status: int, headers: Any, body: bytes, asked_ms: int, got_ms: int) -> Answer:
    ahead_s = None
    try:
        # The header has whole seconds, rounded down (RFC 9110, 6.6.1).
        theirs = parsedate_to_datetime(headers.get("Date", "")).replace(tzinfo=UTC).timestamp() + 0.5
        ahead_s = (asked_ms + got_ms) / 2000 - theirs
    except ValueError:
        pass  # no date, or none that can be read
    return Answer(status, headers, body, ahead_s)


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    inner = reason if isinstance(reason, Exception) else error
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({inner.verify_message}); wanted one of tls_ca's authority"
    if isinstance(inner, TimeoutError):
        return f"no answer within {TIMEOUT_S:g} s"
    if isinstance(inner, http.client.HTTPException):
        return f"what answers is no HTTP server ({type(inner).__name__})"
    return str(getattr(inner, "strerror", None) or inner or type(inner).__name__)


def unreachable(area: str, where: str, error: NoAnswer) -> Finding:
    """A server that does not answer."""
    return Finding(
        area,
        "reachable",
        "bad",
        Words(f"{where} 无应答（{error}）", f"{where} does not answer ({error})"),
        Words("检查地址、端口、防火墙，以及该服务是否运行", "check address, port and firewall, and whether it runs"),
    )


def clock(area: str, answer: Answer) -> Finding | None:
    """How far our clock and the server's are apart; None where it does not say what time it has."""
    if answer.ahead_s is None:
        return None
    apart_s = abs(answer.ahead_s)
    state: State = "bad" if apart_s > _BAD_S else "warn" if apart_s > _TOLD_S else "ok"
    if state == "ok":
        return Finding(area, "clock", "ok", Words("时钟一致", "its clock and ours agree"))
    zh, en = ("快", "ahead of") if answer.ahead_s > 0 else ("慢", "behind")
    return Finding(
        area,
        "clock",
        state,
        Words(f"本机时钟比该服务器{zh} {apart_s:.0f} 秒", f"our clock is {apart_s:.0f} s {en} its clock"),
        Words("两台机器都用 NTP 对时（chrony 或 systemd-timesyncd）", "set both by NTP (chrony or systemd-timesyncd)"),
    )
