"""What may a browser do with what we send? Nothing but talk to us.

Plain ASGI, because a wrapper that reads answers would hold up the live stream.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY = {
    # Charts draw on a canvas and set styles from script, which the policy allows; nothing needs 'unsafe-inline'.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

NO_STORE = "no-store"
REVALIDATE = "no-cache"  # kept, but asked for again with its ETag
LONG = "public, max-age=604800"


def cache_rule(path: str) -> str:
    """How long an answer may be kept: vendored files a week, own files while the same, answers of the API never."""
    if path.startswith("/static/vendor/"):
        return LONG
    return NO_STORE if path.startswith("/api/") else REVALIDATE


class SecurityHeaders:
    """Adds the headers to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", cache_rule(scope["path"]))
            await send(message)

        await self._app(scope, receive, send_with_headers)
