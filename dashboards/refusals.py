"""What does it mean when Grafana refuses, or does not answer at all?

grafana-client tells a refusal by exceptions of its own and lets those of `requests` through. Here both become one of
few kinds, told apart by what the caller does next, and each text is one line: what failed, what came, what to do.
"""

from __future__ import annotations

import re
from typing import Any

_NEEDED = re.compile(r"Permissions needed: *(?P<needed>.+)")
_LONGEST = 200


class GrafanaError(Exception):
    """Grafana did not do what it was asked."""


class Unreachable(GrafanaError):
    """Nobody answers at the address, or not in time, or not with a certificate that is trusted."""


class NotGrafana(GrafanaError):
    """Something answers, but not with Grafana's API: the page of a proxy, a login, another server."""


class TokenRefused(GrafanaError):
    """The token is not valid (401)."""


class Denied(GrafanaError):
    """The token is valid and may not do this (403).

    Attributes
    ----------
    permission : str
        What Grafana says is missing, e.g. ``datasources:create``; "" where it does not say.
    """

    def __init__(self, text: str, permission: str) -> None:
        super().__init__(text)
        self.permission = permission


class NotFound(GrafanaError):
    """There is no such thing (404)."""


class Changed(GrafanaError):
    """Somebody else was there first: the name or uid is taken, or the version is not the newest (409, 412)."""


class Refused(GrafanaError):
    """Any other answer that is an error; the text has Grafana's words."""


def refusal(what: str, url: str, status: int, answer: Any) -> GrafanaError:
    """What an error answer of Grafana means.

    Parameters
    ----------
    what : str
        What was tried, e.g. ``saving dashboard taihu-plant``.
    url : str
        Address of Grafana, without credentials.
    status : int
        HTTP status, 400 or more.
    answer : dict, list or str
        The body, decoded where it was JSON.
    """
    if not isinstance(answer, dict):
        if status == 404 and not str(answer).strip():
            return NotFound(f"Grafana at {url}: {what}: there is none")
        return NotGrafana(f"{url}: {what}: HTTP {status} with {described(answer)}; wanted an answer of Grafana's API")
    words = shortened(str(answer.get("message") or answer.get("error") or answer))
    if status == 401:
        return TokenRefused(
            f"Grafana at {url} refuses the token ({words}): wanted a token of a service account that is not expired"
        )
    if status == 403:
        return _denied(what, url, words, str(answer.get("message") or ""))
    if status == 404:
        return NotFound(f"Grafana at {url}: {what}: {words}")
    if status in (409, 412):
        return Changed(f"Grafana at {url}: {what}: {words} (HTTP {status})")
    return Refused(f"Grafana at {url}: {what}: {words} (HTTP {status})")


def _denied(what: str, url: str, words: str, message: str) -> Denied:
    """Grafana names the permission in the middle of a sentence."""
    found = _NEEDED.search(message)
    if found is None:
        return Denied(f"Grafana at {url}: {what}: {words} (HTTP 403)", "")
    needed = shortened(found["needed"])
    return Denied(f"Grafana at {url}: {what}: the token lacks the permission {needed}", needed)


def described(answer: Any) -> str:
    """What came that is no JSON of Grafana, in few words."""
    text = str(answer).strip()
    if not text:
        return "an empty body"
    if text[:100].lower().startswith(("<!doctype html", "<html")):
        title = re.search(r"<title>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        return f'a web page ("{shortened(title[1])}")' if title else "a web page"
    return f'"{shortened(text)}"'


def shortened(text: str) -> str:
    """One line of at most 200 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."
