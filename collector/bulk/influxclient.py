"""How is an InfluxDB asked, and what happens when it does not answer?

By InfluxQL over ``/query``, which versions 1 and 2 have in common, with nothing but the standard library: the query
side of influxdb-client speaks Flux to ``/api/v2/query`` only, and would have to be installed for a server of version 1.

What may pass (no connection, half an answer, 429, 5xx, a query that took too long) is tried again, ever more slowly;
what will not (wrong token, no such database, a query that is not understood) ends with the server's own words.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from collector.bulk.source import ImportFailed

ANSWER_S = 120.0
"""How long one answer may take. [s]"""

PATIENCE_S = 900.0
"""How long a server that has answered before is asked again and again. [s]"""

FIRST_PATIENCE_S = 5.0
"""The same for one that has never answered: more likely the address is wrong. [s]"""

LONGEST_WAIT_S = 60.0

_TOO_LONG = ("timeout", "timed out", "max-select-point", "max-time-range")

# Both versions put this in place of their words about the statement that failed, unless it was the last one.
_NOT_EXECUTED = "not executed"

_NO_DATABASE = "database not found"


@dataclass(frozen=True)
class InfluxServer:
    """Which database of which server, as whom.

    Attributes
    ----------
    url : str
        e.g. ``http://influx:8086``.
    database : str
        Database of version 1, bucket of version 2.
    policy : str or None
        Retention policy; None: the default one.
    token : str or None
        Of version 2.
    user, password : str or None
        Of version 1.
    org : str or None
        Of version 2; a token belongs to one, so it is rarely needed.
    """

    url: str
    database: str
    policy: str | None = None
    token: str | None = field(default=None, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    org: str | None = None

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).hostname:
            raise ImportFailed(f"--url {self.url!r}: wanted the address of an InfluxDB, e.g. http://127.0.0.1:8086")

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        said = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        if self.token is not None:
            said["Authorization"] = f"Token {self.token}"
        elif self.user is not None:
            pair = f"{self.user}:{self.password or ''}".encode()
            said["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        return said


Answer = list[dict[str, Any]]
"""Series that one statement found, each with name, tags, columns, values; `partial` where it was cut."""


class TooLong(Exception):
    """The server gave up the query; a shorter one may succeed."""


class _Passing(Exception):
    """A failure that may pass; after how many seconds, where the server says so."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class InfluxQueries:
    """Asks one server.

    Parameters
    ----------
    server : InfluxServer
    told : callable
        Gets a line when the server has to be asked again.
    wait : callable
        Waits so many seconds.
    """

    def __init__(
        self,
        server: InfluxServer,
        told: Callable[[str], None] = lambda text: None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.server = server
        self._told, self._wait = told, wait
        self._answered = False
        local = urlsplit(server.url).hostname in ("127.0.0.1", "localhost", "::1")
        self._opener = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if local else []))

    def ask(self, statements: Sequence[str]) -> list[Answer | None]:
        """What some statements find, in their order; None for one that the server left out of a cut answer.

        Raises
        ------
        ImportFailed
            If the server refuses, or does not answer for too long.
        TooLong
            If it gave up one of them.
        """
        waited_s, wait_s = 0.0, 1.0
        while True:
            try:
                answers = self._once(statements)
                self._answered = True
                return answers
            except _Passing as error:
                if waited_s >= (PATIENCE_S if self._answered else FIRST_PATIENCE_S):
                    raise ImportFailed(f"{self.server.url} does not answer: {error}") from error
                after_s = min(error.after_s or wait_s, LONGEST_WAIT_S)
                self._told(f"{self.server.url}: {error}; asked again in {after_s:g} s")
                self._wait(after_s)
                waited_s, wait_s = waited_s + after_s, min(2 * wait_s, LONGEST_WAIT_S)

    def _once(self, statements: Sequence[str]) -> list[Answer | None]:
        server = self.server
        form = {
            "db": server.database,
            "rp": server.policy,
            "org": server.org,
            "epoch": "ms",
            "q": "; ".join(statements),
        }
        body = urlencode({key: value for key, value in form.items() if value is not None}).encode()
        request = urllib.request.Request(f"{server.url.rstrip('/')}/query", body, server.headers, method="POST")
        try:
            with self._opener.open(request, timeout=ANSWER_S) as answer:
                text = bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise self._refused(error) from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                raise ImportFailed(f"{server.url}: its certificate is not trusted ({error.reason})") from error
            raise _Passing(f"no connection ({error.reason})") from error
        except TimeoutError as error:
            raise TooLong(f"no answer within {ANSWER_S:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise _Passing(f"the answer broke off ({type(error).__name__})") from error
        return self._read(text, statements)

    def _read(self, text: bytes, statements: Sequence[str]) -> list[Answer | None]:
        found: list[Answer | None] = [None] * len(statements)
        for document in _documents(text):
            if "error" in document:
                raise self._error(str(document["error"]))
            for result in document.get("results", []):
                at = int(result.get("statement_id", 0))
                if result.get("error") == _NOT_EXECUTED and len(statements) > 1:
                    # Alone it says why; where it succeeds after all, the rest was left out.
                    found[at] = self._once([statements[at]])[0]
                    return found
                if "error" in result:
                    raise self._error(str(result["error"]))
                found[at] = [*(found[at] or []), *result.get("series", [])]
        return found

    def _error(self, said: str) -> Exception:
        if any(words in said for words in _TOO_LONG):
            return TooLong(said)
        # Version 2 answers so, with status 200, to a token that may not read the bucket.
        hint = "; wanted a bucket, or database, that exists and that the token may read" if _NO_DATABASE in said else ""
        return ImportFailed(f"{self.server.url}, database {self.server.database!r}: {said}{hint}")

    def _refused(self, error: urllib.error.HTTPError) -> Exception:
        said = _words(error)
        if error.code == 429 or error.code >= 500:
            after = error.headers.get("Retry-After", "")
            return _Passing(f"status {error.code} {said}".rstrip(), float(after) if after.isdecimal() else None)
        hint = {
            401: "; wanted a token (--token) or user and password (--user, --password) that may read",
            403: "; wanted a token, or a user, that may read the database",
            404: "; of version 2 the bucket needs a mapping (influx v1 dbrp create), and the address no path",
        }.get(error.code, "")
        where = f"{self.server.url}, database {self.server.database!r}"
        return ImportFailed(f"{where}: refused with status {error.code}: {said}{hint}")


def _documents(text: bytes) -> Iterator[dict[str, Any]]:
    """The JSON objects of an answer: one, or one a line."""
    for line in text.splitlines():
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise _Passing("half an answer") from error
    if not text.strip():
        raise _Passing("an empty answer")


def _words(error: urllib.error.HTTPError) -> str:
    """What the server says about it."""
    try:
        text = error.read().decode(errors="replace")
        said = json.loads(text)
        return str(said.get("error") or said.get("message") or text)
    except (ValueError, AttributeError, OSError, http.client.HTTPException):
        return str(error.reason)
