"""How does a command get an answer of the API, with a running Taihu and without one?

::

    --url given                    that Taihu answers over HTTP
    data folder names an address   the running one answers over HTTP
    otherwise                      the folder is opened, and the same routes answer inside this process

So a command knows paths and JSON only, and says the same whoever answers. An error of the API is one line.
"""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from storage import StoreError, StoreLocked
from taihu.clock import Clock, WallClock
from taihu.settings import Settings
from taihu.simulated import HISTORY_KEY
from taihu.urlfile import read_url

PREFIX = "/api/v1"
PATIENCE_S = 60.0
"""How long a running Taihu may take for one answer. [s]"""

Params = Mapping[str, str | Sequence[str] | None]


class AskError(Exception):
    """An answer that cannot be had; the text says what failed, what came and what was wanted."""


class NobodyThere(AskError):
    """Nobody listens at the address."""


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    query: str
    body: bytes | None

    @property
    def target(self) -> str:
        return self.path + (f"?{self.query}" if self.query else "")


def ask(
    settings: Settings, path: str, params: Params | None = None, *, url: str | None = None, body: Any = None
) -> Any:
    """The JSON of a path of the API.

    Parameters
    ----------
    settings : Settings
        Whose data folder counts.
    path : str
        Below ``/api/v1``, e.g. ``/indicators``; parts that came from a user through `part`.
    params : Mapping, optional
        Query; a sequence repeats its name, None leaves it out.
    url : str, optional
        Address of a running Taihu, in place of the data folder.
    body : object, optional
        Sent as JSON by POST.

    Raises
    ------
    AskError
        If the API refuses, or nobody answers.
    storage.StoreError, registry.RegistryError
        If the data folder cannot be opened.
    """
    return json.loads(fetch(settings, path, params, url=url, body=body))


def fetch(
    settings: Settings, path: str, params: Params | None = None, *, url: str | None = None, body: Any = None
) -> bytes:
    """The bytes of a path of the API; as `ask`."""
    request = _Request(
        "GET" if body is None else "POST",
        PREFIX + path,
        urlencode({k: v for k, v in (params or {}).items() if v is not None}, doseq=True),
        None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode(),
    )
    if url is not None:
        return _over_http(url, request)
    running = read_url(settings.data)
    if running is not None:
        try:
            return _over_http(running, request)
        except NobodyThere:
            pass  # it ended without saying so; if it still holds the folder, opening that says so
    return _inside(settings, request)


def part(text: str) -> str:
    """A text as one part of a path, or as its rest: blanks and question marks are escaped, slashes stay."""
    return quote(text, safe="/:.")


def _over_http(url: str, request: _Request) -> bytes:
    if urlsplit(url).scheme not in ("http", "https"):
        raise AskError(f"--url {url!r}: wanted the address of a running Taihu, e.g. http://127.0.0.1:8321")
    headers = {"Content-Type": "application/json"} if request.body is not None else {}
    sent = urllib.request.Request(
        url.rstrip("/") + request.target, data=request.body, headers=headers, method=request.method
    )
    local = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    opener = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if local else []))
    try:
        with opener.open(sent, timeout=PATIENCE_S) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        raise _refused(error.read(), error.code, url) from None
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise NobodyThere(f"{url} does not answer ({reason}); wanted the address of a running Taihu") from None


def _inside(settings: Settings, request: _Request) -> bytes:
    # Here, so that a command that asks nobody starts in half the time.
    from api import create_app
    from taihu.assembly import Product

    clock = _FolderClock()
    try:
        product = Product(settings, clock, collect=False, serve=False)
    except StoreLocked as error:
        raise StoreError(f"{error}; name its address with --url http://HOST:PORT") from error
    try:
        if any(product.store.meta_get(HISTORY_KEY + plant) is not None for plant in product.registry().plants):
            # The folder of simulated plants: their clock stands where their last reading is.
            clock.stand_at(int(product.store.latest().time_ms.max(initial=0)))
        status, body = asyncio.run(_call(create_app(product), request))
    finally:
        product.stop()
    if status >= 400:
        raise _refused(body, status, str(settings.data))
    return body


class _FolderClock(Clock):
    """Real time, or the time at which a simulation stands."""

    def __init__(self) -> None:
        self._wall = WallClock()
        self._at_ms: int | None = None
        super().__init__(self._wall.now_ms())

    def stand_at(self, time_ms: int) -> None:
        self._at_ms = time_ms

    def now_ms(self) -> int:
        return self._wall.now_ms() if self._at_ms is None else self._at_ms


async def _call(app: Any, request: _Request) -> tuple[int, bytes]:
    """One request straight into the application: status and body."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(request.path),
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "root_path": "",
        "headers": [(b"host", b"taihu"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 0),
        "server": ("taihu", 80),
    }
    status, chunks = 500, []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request.body or b"", "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = int(message["status"])
        elif message["type"] == "http.response.body":
            chunks.append(bytes(message.get("body", b"")))

    await app(scope, receive, send)
    return status, b"".join(chunks)


def _refused(body: bytes, status: int, whom: str) -> AskError:
    """What the API says about it: the one error shape, else the status."""
    try:
        error = json.loads(body)["error"]
        return AskError(f"{error['message']} ({error['where']})")
    except (ValueError, KeyError, TypeError):
        return AskError(f"{whom} answered with status {status}; wanted the API of a Taihu of this version")
